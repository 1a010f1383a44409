//! AWS: service and resource control policies of an organisation, and where its accounts stand in the tree, put
//! together from the answers of `aws organizations`; `docs/formats.md` shows how.
//!
//! They only bound what accounts may do, so that the file does not date the evidence.
#![expect(clippy::struct_field_names, reason = "the fields are named as AWS names them")]

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::aws_authorization::wire::Document;
use super::open::{FileConnector, FileKind, ONE_FILE, Opened, content};
use super::{ConnectorError, Feed, Sample, Spec, Taken, json};
use crate::model::SourceId;
use crate::model::inventory::{Entitlement, EntitlementKind, Fact, Record};
use crate::model::pull::{Preflight, Refusal, Sight};

/// The connector, as the registry knows it.
pub static SPEC: Spec = Spec {
    id: "aws-organization-policies",
    title: "AWS organisation policies (JSON)",
    sees: &[Sight {
        id: "bounds",
        title: "What service and resource control policies forbid in each account",
        needs: "organizations:List*, organizations:Describe*",
        feeds: &["machine.permissions.granted_risk", "ai.permissions.granted_risk", "ai.agents.high_risk"],
    }],
    settings: ONE_FILE,
    permits: &[],
    recognise: Some(recognise),
    connect: |settings| FileConnector::connect(settings, Policies),
};

/// The two kinds of control policies, by the type that AWS gives them.
const KINDS: [&str; 2] = ["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"];

/// The kind of file.
struct Policies;

fn recognise(sample: &Sample<'_>) -> bool {
    let has = |key: &str| json::mentions(sample.head, key);
    json::is_begun(sample.head)
        && (has("\"PolicySummary\"") && (has("\"Content\"") || has("\"Targets\""))
            || has("\"Accounts\"") && has("\"Id\"") && (has("\"Path\"") || has("\"ParentIds\"")))
}

/// The whole file.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Organisation {
    policies: Vec<Policy>,
    accounts: Vec<Account>,
    management_account_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Policy {
    policy_summary: Summary,
    content: Document,
    #[serde(default)]
    targets: Vec<Target>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Summary {
    id: Option<String>,
    name: Option<String>,
    #[serde(rename = "Type")]
    kind: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Target {
    target_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Account {
    id: String,
    /// From the root down to the account, or from its parent up to the root.
    #[serde(alias = "ParentIds", default)]
    path: Vec<String>,
}

/// Policies as they are written down for an account, by target: `{"name", "document"}`.
type ByTarget = BTreeMap<String, Vec<Value>>;

impl FileKind for Policies {
    fn look(&self, mut file: Opened) -> Result<Preflight, ConnectorError> {
        let organisation = read(&mut file)?;
        let (policies, accounts) = (organisation.policies.len() as u64, organisation.accounts.len() as u64);
        Ok(Preflight {
            recognised: format!("policies of an AWS organisation: {policies} policies, {accounts} accounts"),
            sees: SPEC.sees.iter().map(|sight| sight.title.to_owned()).collect(),
            misses: Vec::new(),
            counts: vec![("policies".to_owned(), policies), ("accounts".to_owned(), accounts)],
        })
    }

    fn read(&self, mut file: Opened, out: &Feed) -> Result<Taken, ConnectorError> {
        let organisation = read(&mut file)?;
        let mut refusals = Vec::new();
        let [services, resources] = by_target(organisation.policies, &mut refusals);
        let mut root = None;
        for account in organisation.accounts {
            if organisation.management_account_id.as_ref() == Some(&account.id) {
                continue;
            }
            let Some(path) = account.levels() else {
                let reason = "the file does not say where it stands below the root: its bounds are not known";
                refusals.push(refusal(&account.id, reason));
                continue;
            };
            root = root.or_else(|| path.first().cloned());
            let made = entitlement(&account.id, &levels(&path, &services), &levels(&path, &resources));
            out.push(Record::Entitlement(made))?;
        }
        for refusal in refusals {
            out.refuse(refusal)?;
        }
        let source = SourceId::new(format!("aws:{}", root.as_deref().unwrap_or("organization")));
        Ok(Taken { source, at: file.modified, bytes: file.size })
    }
}

fn read(file: &mut Opened) -> Result<Organisation, ConnectorError> {
    let text = file.text()?;
    let read: Organisation = serde_json::from_str(&text).map_err(|error| json::fault(file.path(), &error))?;
    if read.accounts.is_empty() {
        let help = "list the accounts with their paths, as `docs/formats.md` shows";
        return Err(content(file.path(), "", "it names no account that the policies could bound", help));
    }
    Ok(read)
}

/// The readable policies of both kinds by what they are attached to.
fn by_target(policies: Vec<Policy>, refusals: &mut Vec<Refusal>) -> [ByTarget; 2] {
    let mut made = [ByTarget::new(), ByTarget::new()];
    for policy in policies {
        let Summary { id, name, kind } = policy.policy_summary;
        let name = name.or(id).unwrap_or_default();
        let place = KINDS.iter().position(|known| kind.as_deref() == Some(known));
        let Some(targets) = place.and_then(|place| made.get_mut(place)) else {
            refusals.push(refusal(&name, "it is no service or resource control policy and bounds no rights"));
            continue;
        };
        match policy.content.open() {
            Ok(document) => {
                for target in policy.targets {
                    let held = json!({"name": name, "document": document});
                    targets.entry(target.target_id).or_default().push(held);
                }
            }
            Err(reason) => {
                refusals.push(refusal(&name, &format!("{reason}; what it forbids counts as allowed")));
            }
        }
    }
    made
}

/// What bounds an account, level by level. AWS leaves no level without a policy of an enabled kind, so that one
/// without is one that the file does not tell: it bounds nothing.
fn levels(path: &[String], policies: &ByTarget) -> Vec<Value> {
    let told = path.iter().filter_map(|target| Some((target, policies.get(target)?)));
    told.map(|(target, policies)| json!({"target": target, "policies": policies})).collect()
}

fn entitlement(account: &str, services: &[Value], resources: &[Value]) -> Entitlement {
    Entitlement {
        id: format!("control/{account}"),
        source: Some(SourceId::new(format!("aws:{account}"))),
        title: format!("organisation policies of {account}"),
        kind: EntitlementKind::Control,
        is_general_admin: Fact::Known(false),
        document: Some(json!({"levels": services, "resource_levels": resources}).to_string()),
    }
}

fn refusal(subject: &str, reason: &str) -> Refusal {
    Refusal { subject: subject.to_owned(), reason: reason.to_owned() }
}

impl Account {
    /// From the root to the account; `None` when the path does not begin at a root.
    fn levels(&self) -> Option<Vec<String>> {
        let is_root = |id: &String| id.starts_with("r-");
        let mut path: Vec<_> = self.path.iter().filter(|id| **id != self.id).cloned().collect();
        if !path.first().is_some_and(is_root) {
            path.reverse();
        }
        path.push(self.id.clone());
        path.first().is_some_and(is_root).then_some(path)
    }
}
