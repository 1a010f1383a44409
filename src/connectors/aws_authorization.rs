//! AWS: users, roles, groups and policies from the JSON of `aws iam get-account-authorization-details`.
//!
//! The moment that the data describe is the newest time in the file (a creation, a change, a role's last use): the
//! file carries no time of its own, and the time at which it was written to a disk may be that of a copy. Without
//! any time inside, the file's own is taken.

pub mod arn;
mod classify;
mod pages;
mod people;
mod policy;
mod reading;
mod rest;
pub mod wire;

use std::path::Path;

use super::open::{FileConnector, FileKind, ONE_FILE, Opened, content};
use super::{ConnectorError, Feed, Sample, Spec, Taken, json};
use crate::model::pull::{Missing, Preflight, Sight};
use pages::{Counter, List, MORE, Taker};
use reading::Reading;

/// The connector, as the registry knows it.
pub static SPEC: Spec = Spec {
    id: "aws-authorization",
    title: "AWS account authorization details (JSON)",
    sees: &[PRINCIPALS, POLICIES, ROLE_USE],
    settings: ONE_FILE,
    permits: &[],
    recognise: Some(recognise),
    connect: |settings| FileConnector::connect(settings, Details),
};

/// Users and roles.
pub const PRINCIPALS: Sight = Sight {
    id: "principals",
    title: "Users and roles, their owner, job and class by tags, who may assume a role",
    needs: "iam:GetAccountAuthorizationDetails",
    feeds: &[
        "org.identities.total",
        "org.identities.classified",
        "machine.identities.total",
        "machine.identities.owned",
        "ai.agents.dedicated_identity",
    ],
};

/// Policies and who holds them.
pub const POLICIES: Sight = Sight {
    id: "policies",
    title: "Policies and how each is held: direct, inline, by a group; boundaries",
    needs: "iam:GetAccountAuthorizationDetails",
    feeds: &[
        "human.admins.total",
        "human.admins.standing",
        "human.entitlements.granted",
        "machine.permissions.granted_risk",
        "ai.agents.general_admin",
        "ai.agents.high_risk",
    ],
};

/// The last use of roles.
pub const ROLE_USE: Sight = Sight {
    id: "role-use",
    title: "When roles were last used",
    needs: "iam:GetAccountAuthorizationDetails (field RoleLastUsed)",
    feeds: &["machine.identities.unused_90d", "machine.identities.usage_seen_90d"],
};

/// What stands in other reports of AWS.
static ELSEWHERE: &[Sight] = &[
    Sight {
        id: "sign-in",
        title: "Users' passwords, second factors and sign-ins",
        needs: "the credential report: `aws iam get-credential-report`",
        feeds: &[
            "human.users.mfa_registered",
            "human.users.password_only",
            "human.users.dormant_90d",
            "human.users.mfa_phishing_resistant",
        ],
    },
    Sight {
        id: "keys",
        title: "Access keys, their age and last use",
        needs: "the credential report: `aws iam get-credential-report`",
        feeds: &["machine.credentials.total", "machine.credentials.older_than_90d", "ai.credentials.total"],
    },
    Sight {
        id: "action-use",
        title: "Which services and actions were used",
        needs: "`aws iam get-service-last-accessed-details`, or CloudTrail events",
        feeds: &["machine.permissions.used_risk_90d", "ai.permissions.used_risk_90d"],
    },
    Sight {
        id: "bounds",
        title: "What service and resource control policies forbid in the account",
        needs: "`aws organizations list-policies` and the like, as `docs/formats.md` shows",
        feeds: &["machine.permissions.granted_risk", "ai.agents.high_risk"],
    },
];

/// Up to this size, in bytes, the things in a file are counted before it is pulled.
const COUNTED: u64 = 50 << 20;

/// The kind of file.
struct Details;

fn recognise(sample: &Sample<'_>) -> bool {
    let lists = ["\"UserDetailList\"", "\"RoleDetailList\"", "\"GroupDetailList\"", "\"PolicyVersionList\""];
    json::is_begun(sample.head) && lists.iter().any(|list| json::mentions(sample.head, list))
}

impl FileKind for Details {
    fn look(&self, mut file: Opened) -> Result<Preflight, ConnectorError> {
        let mut counter = Counter::default();
        let mut counts = Vec::new();
        if file.size <= COUNTED {
            read(&mut file, &mut counter)?;
            let titled = List::ALL.into_iter().zip(counter.0);
            counts.extend(titled.map(|(list, count)| (list.title().to_owned(), count)));
        }
        Ok(Preflight {
            recognised: recognised(&counts),
            sees: SPEC.sees.iter().map(|sight| sight.title.to_owned()).collect(),
            misses: ELSEWHERE.iter().map(Missing::from).collect(),
            counts,
        })
    }

    fn read(&self, mut file: Opened, out: &Feed) -> Result<Taken, ConnectorError> {
        let mut reading = Reading::new(out, Some(file.meter()));
        let read = read(&mut file, &mut reading);
        if let Some(stopped) = reading.stopped.take() {
            return Err(stopped);
        }
        read?;
        reading.finish()?;
        Ok(Taken {
            source: reading.main_system(),
            at: reading.newest.unwrap_or(file.modified),
            bytes: file.size,
        })
    }
}

/// Reads the pages that an account answers with, as those of a file are; gives back the ARNs of users and roles.
pub fn take_pages(
    mut next: impl FnMut() -> Option<serde_json::Value>,
    out: &Feed,
) -> Result<Vec<String>, ConnectorError> {
    let mut reading = Reading::new(out, None);
    while let Some(page) = next() {
        let read = pages::read_one(page, &mut reading);
        if let Some(stopped) = reading.stopped.take() {
            return Err(stopped);
        }
        let help = "try again; if it stays so, something between here and AWS changes its answers";
        read.map_err(|error| {
            content(Path::new("iam:GetAccountAuthorizationDetails"), "", error.to_string(), help)
        })?;
    }
    reading.finish()?;
    Ok(reading.principals())
}

fn recognised(counts: &[(String, u64)]) -> String {
    let counted: Vec<_> = counts.iter().map(|(what, count)| format!("{count} {what}")).collect();
    let kind = "what `aws iam get-account-authorization-details` writes";
    if counted.is_empty() { kind.to_owned() } else { format!("{kind}: {}", counted.join(", ")) }
}

fn read(file: &mut Opened, taker: &mut impl Taker) -> Result<(), ConnectorError> {
    let path = file.path().to_owned();
    pages::read(file.reader(), taker).map_err(|error| {
        if error.to_string() == MORE {
            let help =
                "collect it again without `--max-items`, or put all pages into one file, one after the other";
            return content(&path, "", MORE, help);
        }
        json::fault(&path, &error)
    })
}
