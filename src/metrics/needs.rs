//! What would make known what the files that can be read today cannot prove.

use super::finding::Gap;
use crate::model::catalog::Definition;
use crate::model::merged::Feed;
use crate::model::metric::Why;

/// Important metrics (tier 1) without a computation: why, and what would tell.
pub static NEEDS: &[(&str, &str, &str)] = &[
    (
        "human.movers.total_90d",
        "no source that was pulled tells who changed department, manager or job",
        HR_EVENTS,
    ),
    (
        "human.movers.reviewed_30d",
        "no source that was pulled tells which movers' access was reviewed",
        HR_EVENTS,
    ),
    ("human.reviews.items_due", "no export of access reviews was pulled", REVIEWS),
    ("human.reviews.items_completed", "no export of access reviews was pulled", REVIEWS),
    ("machine.retired.total_90d", "no list of retired workloads was pulled", RETIRED),
    ("machine.retired.revoked_24h", "no list of retired workloads was pulled", RETIRED),
    ("secrets.repos.total", "no code host was pulled", SECRETS),
    ("secrets.repos.scanned", "no scan status of repositories was pulled", SECRETS),
    ("secrets.findings.valid_over_7d", "no findings of a secret scanner were pulled", SECRETS),
    ("secrets.revoke.median_hours", "no findings of a secret scanner were pulled", SECRETS),
    ("ai.actions.high_impact_30d", "no log of agents' actions was pulled", ACTIONS),
    ("ai.actions.high_impact_approved_30d", "no log of agents' actions and approvals was pulled", ACTIONS),
    ("ai.actions.total_30d", "no log of agents' actions was pulled", ACTIONS),
    ("ai.actions.out_of_scope_executed_30d", "no log of agents' actions was pulled", ACTIONS),
    ("ai.actions.attributed_30d", "no log of agents' actions was pulled", ACTIONS),
    ("ai.drill.stop_p95_seconds", "no record of a stop drill with its times was pulled", FIGURE),
    ("thirdparty.apps.total", "no list of external applications was pulled", APPS),
    ("thirdparty.apps.reviewed_365d", "no review log of external applications was pulled", APPS),
    ("thirdparty.apps.high_scope_unreviewed", "no list of external applications was pulled", APPS),
    (
        "gov.assessments.evidence_backed_12m",
        "the history of earlier assessments is not evidence by itself",
        "report the number of evidence-backed assessments in a measurement file",
    ),
    (
        "trueup.evidence.coverage",
        "it follows from the scoring of this assessment, not from a source",
        "score the assessment",
    ),
];

/// Not told: what an identity may effectively do.
pub const RIGHTS: Gap = Gap {
    fact: "what they may effectively do",
    remedy: "pull a source that lists the policies and roles of their system, or a register of grants with the column `action`",
};

const FIGURE: &str = "report the figure in a measurement file";
const HR_EVENTS: &str = "report the figure from the HR system's change events in a measurement file";
const REVIEWS: &str = "report the figure from the access-review tool in a measurement file";
const RETIRED: &str = "report the figure from the decommission tickets or the CMDB in a measurement file";
const SECRETS: &str = "report the figure of the code host or the secret scanner in a measurement file";
const ACTIONS: &str = "report the figure from the audit log or the agents' traces in a measurement file";
const APPS: &str = "report the figure from the tenant's consent list in a measurement file";

/// Why a metric without a computation is unknown.
pub fn without_computation(definition: &Definition) -> Why {
    let known = NEEDS.iter().find(|(metric, ..)| *metric == definition.name.as_str());
    known.map_or_else(
        || Why { reason: "nothing that was pulled shows it".to_owned(), remedy: from_dictionary(definition) },
        |(_, reason, remedy)| Why { reason: (*reason).to_owned(), remedy: (*remedy).to_owned() },
    )
}

/// The sources that the dictionary names, as a sentence.
fn from_dictionary(definition: &Definition) -> String {
    let sources: Vec<String> =
        definition.sources.iter().map(|(source, what)| format!("{source} ({what})")).collect();
    format!("report it in a measurement file; it can be counted from {}", sources.join(", "))
}

/// Why a metric is unknown while no source of one kind was pulled.
pub fn without_source(feed: Feed) -> Why {
    let (what, remedy) = match feed {
        Feed::Identities => {
            ("identities", "pull an export of a directory or a cloud, or a register of identities")
        }
        Feed::Grants => ("grants", "pull an export that lists policies and roles, or a register of grants"),
        Feed::Credentials => ("credentials", "pull a credential report, or a register of credentials"),
        Feed::Agents => ("AI agents", "pull the register of AI agents"),
        Feed::Tools => ("AI tools", "pull the list of AI tools that discovery found"),
        Feed::Scope => {
            return Why {
                reason: "no scope file was pulled".to_owned(),
                remedy: "pull a scope file that declares which systems exist".to_owned(),
            };
        }
    };
    Why { reason: format!("no source of {what} was pulled"), remedy: remedy.to_owned() }
}
