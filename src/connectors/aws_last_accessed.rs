//! AWS: when users and roles last used which services and actions, from the answers of
//! `aws iam get-service-last-accessed-details`, each with the ARN that it was asked for.
//!
//! AWS counts attempts: a call that was denied is a use here. The moment that the data describe is the newest
//! completion of a job.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::aws_authorization::arn;
use super::aws_authorization::wire::When;
use super::json::items::{self, Fault};
use super::open::{FileConnector, FileKind, ONE_FILE, Opened, content};
use super::{ConnectorError, Feed, Progress, Sample, Spec, Taken, json};
use crate::model::SourceId;
use crate::model::inventory::{Fact, Record, Usage};
use crate::model::pull::{Preflight, Refusal, Sight};

/// The connector, as the registry knows it.
pub static SPEC: Spec = Spec {
    id: "aws-last-accessed",
    title: "AWS service last accessed details (JSON)",
    sees: &[USES],
    settings: ONE_FILE,
    permits: &[],
    recognise: Some(recognise),
    connect: |settings| FileConnector::connect(settings, Details),
};

/// Uses of services.
pub const USES: Sight = Sight {
    id: "service-use",
    title: "Which services users and roles used, and when; for some services which actions",
    needs: "iam:GenerateServiceLastAccessedDetails, iam:GetServiceLastAccessedDetails",
    feeds: &[
        "machine.permissions.used_risk_90d",
        "machine.identities.unused_90d",
        "human.users.dormant_90d",
        "ai.permissions.used_risk_90d",
    ],
};

/// For how many days AWS keeps track.
const TRACKED: i64 = 400;
/// Up to this size, in bytes, the things in a file are counted before it is pulled.
const COUNTED: u64 = 50 << 20;
const HELP: &str = "write `{\"Arn\": \"…\"}` and the answer into one object for each user or role, as `docs/formats.md` shows";

/// The kind of file.
struct Details;

fn recognise(sample: &Sample<'_>) -> bool {
    json::is_begun(sample.head) && json::mentions(sample.head, "\"ServicesLastAccessed\"")
}

/// The answer for one user or role.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Entry {
    arn: Option<String>,
    job_status: Option<String>,
    job_completion_date: Option<When>,
    services_last_accessed: Option<Vec<ServiceAccess>>,
    is_truncated: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ServiceAccess {
    service_namespace: Option<String>,
    last_authenticated: Option<When>,
    last_authenticated_entity: Option<String>,
    tracked_actions_last_accessed: Option<Vec<Action>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Action {
    action_name: Option<String>,
    last_accessed_time: Option<When>,
}

impl FileKind for Details {
    fn look(&self, file: Opened) -> Result<Preflight, ConnectorError> {
        let kind = "what `aws iam get-service-last-accessed-details` writes";
        let mut preflight = Preflight {
            recognised: kind.to_owned(),
            sees: SPEC.sees.iter().map(|sight| sight.title.to_owned()).collect(),
            ..Preflight::default()
        };
        if file.size <= COUNTED {
            let (mut answers, path) = (0, file.path().to_owned());
            each(file, |entry| {
                answers += 1;
                entry.whose().map(drop).map_err(|reason| content(&path, "", reason, HELP))
            })?;
            preflight.recognised = format!("{kind}: {answers} users and roles");
            preflight.counts = vec![("users and roles".to_owned(), answers)];
        }
        Ok(preflight)
    }

    fn read(&self, file: Opened, out: &Feed) -> Result<Taken, ConnectorError> {
        let (bytes, modified, meter) = (file.size, file.modified, file.meter());
        let (path, name) = (file.path().to_owned(), file.name());
        let mut newest = None;
        let mut systems: BTreeMap<SourceId, u64> = BTreeMap::new();
        each(file, |entry| {
            out.progress(Progress {
                what: "bytes of uses".to_owned(),
                done: meter.done(),
                of: Some(meter.of),
            });
            let whose = entry.whose().map_err(|reason| content(&path, "", reason, HELP))?;
            let until = entry.completed().unwrap_or(modified);
            newest = newest.max(Some(until));
            if let Some(system) = arn::system(&whose) {
                *systems.entry(system).or_default() += 1;
            }
            entry.hand_over(&whose, until, out)
        })?;
        let most = systems.into_iter().max_by_key(|(_, answers)| *answers);
        let system = most.map_or_else(|| SourceId::new("aws"), |(system, _)| system);
        Ok(Taken { source: arn::part(&system, &name), at: newest.unwrap_or(modified), bytes })
    }
}

/// Reads the answer that an account gives for one user or role, whose ARN stands in it.
pub fn take(answer: serde_json::Value, out: &Feed) -> Result<(), ConnectorError> {
    let path = Path::new("iam:GetServiceLastAccessedDetails");
    let entry: Entry = serde_json::from_value(answer).map_err(|error| json::fault(path, &error))?;
    let whose = entry.whose().map_err(|reason| content(path, "", reason, HELP))?;
    let until = entry.completed().unwrap_or_else(Timestamp::now);
    entry.hand_over(&whose, until, out)
}

fn each(file: Opened, take: impl FnMut(Entry) -> Result<(), ConnectorError>) -> Result<(), ConnectorError> {
    let path = file.path().to_owned();
    items::each(file.into_reader(), &[], take).map_err(|fault| match fault {
        Fault::Stopped(error) => error,
        Fault::Json(error) => json::fault(&path, &error),
    })
}

impl Entry {
    /// The user or role; an error says why that cannot be told.
    fn whose(&self) -> Result<String, String> {
        if let Some(arn) = self.arn.as_deref().map(str::trim).filter(|arn| !arn.is_empty()) {
            return Ok(arn.to_owned());
        }
        let services = self.services_last_accessed.iter().flatten();
        let mut named = services.filter_map(|service| service.last_authenticated_entity.as_ref());
        let first = named.next().ok_or("an answer does not say whose it is")?;
        if named.all(|other| other == first) {
            Ok(first.clone())
        } else {
            Err("an answer speaks of several users or roles and does not say whose it is".to_owned())
        }
    }

    fn completed(&self) -> Option<Timestamp> {
        match &self.job_completion_date {
            Some(When::At(at)) => Some(*at),
            Some(When::Odd(_)) | None => None,
        }
    }

    /// Why the answer proves nothing, if so.
    fn flaw(&self, whose: &str) -> Option<String> {
        let status = self.job_status.as_deref().unwrap_or("COMPLETED");
        if !status.eq_ignore_ascii_case("COMPLETED") {
            return Some(format!("its job was {status} when it was asked: what it used is not known"));
        }
        if self.is_truncated == Some(true) {
            return Some("its list was cut: what it used is not known; ask again with more items".to_owned());
        }
        let is_account = [":user/", ":role/", ":root"].iter().any(|part| whose.contains(part));
        (!is_account).then(|| "it is neither a user nor a role: ask for those one by one".to_owned())
    }

    fn hand_over(self, whose: &str, until: Timestamp, out: &Feed) -> Result<(), ConnectorError> {
        let refuse = |reason| out.refuse(Refusal { subject: whose.to_owned(), reason });
        if let Some(reason) = self.flaw(whose) {
            return refuse(reason);
        }
        let since = until.checked_sub(SignedDuration::from_hours(24 * TRACKED)).unwrap_or(Timestamp::MIN);
        let plain = Usage {
            account: whose.to_owned(),
            source: arn::system(whose),
            watched_until: Fact::Known(until),
            ..Usage::default()
        };
        for service in self.services_last_accessed.unwrap_or_default() {
            let Some(name) = service.service_namespace else { continue };
            let plain = Usage { service: name.to_lowercase(), ..plain.clone() };
            let mut uses = vec![(None, service.last_authenticated)];
            let actions = service.tracked_actions_last_accessed.unwrap_or_default();
            uses.extend(
                actions
                    .into_iter()
                    .map(|action| (action.action_name, action.last_accessed_time))
                    .filter(|(name, _)| name.is_some()),
            );
            for (action, when) in uses {
                match when {
                    Some(When::Odd(text)) => refuse(format!("`{text}` is no time of the use of {name}"))?,
                    when => {
                        out.push(Record::Usage(Usage { action, ..told(&plain, when.as_ref(), since) }))?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// The use that an answer tells. AWS keeps track for longer where it still names an older one.
fn told(plain: &Usage, when: Option<&When>, since: Timestamp) -> Usage {
    let (last_used, since) = match when {
        Some(When::At(at)) => (Fact::Known(*at), since.min(*at)),
        _ => (Fact::Absent, since),
    };
    Usage { last_used, watched_since: Fact::Known(since), ..plain.clone() }
}
