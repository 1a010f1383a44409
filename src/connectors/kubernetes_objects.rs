//! Kubernetes: service accounts, roles, bindings, pods and token secrets from the JSON of `kubectl get … -o json`.
//!
//! Objects do not say of which cluster they are. What `kubectl config view --minify -o json` prints may stand before
//! them; then the cluster is called as its context, else `kubernetes:cluster`. The moment that the data describe is the
//! newest time in the file; without any time inside, the file's own is taken. Each file tells a part: files of other
//! names stand beside it.

mod accounts;
mod bindings;
mod documents;
pub mod lax;
pub mod mapping;
mod roles;
pub mod wire;

use std::collections::BTreeMap;

use super::json::items::Fault;
use super::open::{FileConnector, FileKind, ONE_FILE, Opened, content};
use super::{ConnectorError, Feed, Progress, Sample, Spec, Taken, json};
use crate::model::SourceId;
use crate::model::pull::{Missing, Preflight, Refusal, Sight};
use mapping::{Kind, Made, Mapping};
use wire::Object;

/// The connector, as the registry knows it.
pub static SPEC: Spec = Spec {
    id: "kubernetes-objects",
    title: "Kubernetes objects (JSON)",
    sees: &[ACCOUNTS, BINDINGS, ROLES, PODS, SECRETS],
    settings: ONE_FILE,
    permits: &[],
    recognise: Some(recognise),
    connect: |settings| FileConnector::connect(settings, Objects),
};

/// Service accounts.
pub const ACCOUNTS: Sight = Sight {
    id: "service-accounts",
    title: "Service accounts, their class and owner by labels, the cloud roles that they may become",
    needs: "get,list serviceaccounts",
    feeds: &["org.identities.total", "machine.identities.total", "machine.identities.owned"],
};

/// Bindings of both kinds.
pub const BINDINGS: Sight = Sight {
    id: "bindings",
    title: "Who holds which role, in the cluster and in single namespaces",
    needs: "get,list rolebindings and clusterrolebindings, of all namespaces",
    feeds: &[
        "human.admins.total",
        "human.admins.standing",
        "machine.permissions.granted_risk",
        "ai.agents.general_admin",
    ],
};

/// Roles of both kinds.
pub const ROLES: Sight = Sight {
    id: "roles",
    title: "What roles allow, rule by rule",
    needs: "get,list roles and clusterroles, of all namespaces",
    feeds: &["human.admins.total", "machine.permissions.granted_risk", "ai.agents.high_risk"],
};

/// Pods.
pub const PODS: Sight = Sight {
    id: "pods",
    title: "Which service accounts running pods use",
    needs: "get,list pods",
    feeds: &["machine.identities.unused_90d", "machine.identities.usage_seen_90d"],
};

/// Tokens of service accounts that lie in secrets.
pub const SECRETS: Sight = Sight {
    id: "token-secrets",
    title: "Tokens of service accounts in secrets, and their last use (Kubernetes 1.26 and newer)",
    needs: "get,list secrets of type kubernetes.io/service-account-token; their data is never read and may be left out",
    feeds: &["machine.credentials.total", "machine.credentials.older_than_90d"],
};

/// What no object tells.
pub static ELSEWHERE: &[Sight] = &[Sight {
    id: "action-use",
    title: "Which rights were used, and by whom",
    needs: "the audit log of the API server, which no connector reads yet",
    feeds: &["machine.permissions.used_risk_90d", "ai.permissions.used_risk_90d"],
}];

/// What shows each sight; it is missed without any of them.
static SHOWN_BY: &[(&Sight, &[Kind])] = &[
    (&ACCOUNTS, &[Kind::ServiceAccount]),
    (&BINDINGS, &[Kind::RoleBinding, Kind::ClusterRoleBinding]),
    (&ROLES, &[Kind::ClusterRole]),
    (&PODS, &[Kind::Pod]),
    (&SECRETS, &[Kind::Secret]),
];

/// Up to this size, in bytes, the objects in a file are counted before it is pulled.
const COUNTED: u64 = 50 << 20;
/// How many objects pass between two words about the progress.
const STEP: u64 = 256;
/// The key that every object and every list has.
const VERSION: &str = "\"apiVersion\"";
/// What a cluster is called whose name nothing tells.
const UNNAMED: &str = "cluster";

/// The kind of file.
struct Objects;

fn recognise(sample: &Sample<'_>) -> bool {
    json::is_begun(sample.head) && String::from_utf8_lossy(sample.head).split(VERSION).skip(1).any(is_version)
}

/// Whether what follows the key is a version of the API, such as `v1` or `apps/v1`; other systems write dates there.
fn is_version(rest: &str) -> bool {
    let value = rest.trim_start().strip_prefix(':').map(str::trim_start);
    let value = value.and_then(|value| value.strip_prefix('"')?.split('"').next()).unwrap_or_default();
    let last = value.rsplit('/').next().unwrap_or_default();
    let number = last.strip_prefix('v').unwrap_or_default();
    value.len() < 256 && number.starts_with(|letter: char| letter.is_ascii_digit())
}

impl FileKind for Objects {
    fn look(&self, file: Opened) -> Result<Preflight, ConnectorError> {
        let mut counts = BTreeMap::new();
        let is_counted = file.size <= COUNTED;
        if is_counted {
            read(file, |object| {
                if let Some(kind) = Kind::of(&object) {
                    *counts.entry(kind).or_insert(0) += 1;
                }
                Ok(())
            })?;
        }
        let shows = |kinds: &[Kind]| !is_counted || kinds.iter().all(|kind| counts.contains_key(kind));
        let mut misses: Vec<Missing> = Vec::new();
        let mut sees = Vec::new();
        for (sight, kinds) in SHOWN_BY {
            if shows(kinds) {
                sees.push(sight.title.to_owned());
            } else {
                misses.push(Missing::from(*sight));
            }
        }
        misses.extend(ELSEWHERE.iter().map(Missing::from));
        Ok(Preflight {
            recognised: recognised(&counts),
            sees,
            misses,
            counts: counts.into_iter().map(|(kind, count)| (kind.title().to_owned(), count)).collect(),
        })
    }

    fn read(&self, file: Opened, out: &Feed) -> Result<Taken, ConnectorError> {
        let (bytes, modified, meter, name) = (file.size, file.modified, file.meter(), file.name());
        let path = file.path().to_owned();
        let mut reading = Reading { out, objects: 0, mapping: None, cluster: None, others: BTreeMap::new() };
        read(file, |object| {
            if reading.objects.is_multiple_of(STEP) {
                let what = "bytes of objects".to_owned();
                out.progress(Progress { what, done: meter.done(), of: Some(meter.of) });
            }
            reading.take(&object)
        })?;
        let source = reading.source();
        let others = reading.others();
        let Some(mapping) = reading.mapping else {
            let help = "`docs/formats.md` shows which objects to collect, and how";
            let reason = format!("it lists no account, role, binding, pod or secret{others}");
            return Err(content(&path, "", reason, help));
        };
        let at = mapping.newest().unwrap_or(modified);
        hand_over(mapping.finish(at), out)?;
        Ok(Taken { source: SourceId::new(format!("{source}/{name}")), at, bytes })
    }
}

/// The state of one reading.
struct Reading<'a> {
    out: &'a Feed,
    objects: u64,
    /// Begun with the first object that tells anything, for then the cluster has to have its name.
    mapping: Option<Mapping>,
    cluster: Option<String>,
    /// Objects that tell nothing, by their kind.
    others: BTreeMap<String, u64>,
}

impl Reading<'_> {
    fn take(&mut self, object: &Object) -> Result<(), ConnectorError> {
        self.objects += 1;
        let Some(kind) = Kind::of(object) else { return self.other(object) };
        let source = self.source();
        let mapping = self.mapping.get_or_insert_with(|| Mapping::new(source));
        hand_over(mapping.take(kind, object), self.out)
    }

    fn other(&mut self, object: &Object) -> Result<(), ConnectorError> {
        if let Some(context) = object.current_context.text() {
            if self.mapping.is_none() {
                self.cluster = Some(context.to_owned());
                return Ok(());
            }
            let reason = "it names the cluster after its objects; put it before them";
            return self.out.refuse(Refusal { subject: context.to_owned(), reason: reason.to_owned() });
        }
        let kind = object.kind.text().unwrap_or("no kind");
        if self.others.len() < 16 || self.others.contains_key(kind) {
            *self.others.entry(kind.to_owned()).or_default() += 1;
        }
        Ok(())
    }

    fn source(&self) -> SourceId {
        SourceId::new(format!("kubernetes:{}", self.cluster.as_deref().unwrap_or(UNNAMED)))
    }

    /// What else the file lists, in words.
    fn others(&self) -> String {
        let counted: Vec<_> = self.others.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
        if counted.is_empty() { String::new() } else { format!(", but {}", counted.join(", ")) }
    }
}

fn hand_over(made: Made, out: &Feed) -> Result<(), ConnectorError> {
    for record in made.records {
        out.push(record)?;
    }
    for refusal in made.refusals {
        out.refuse(refusal)?;
    }
    if out.is_closed() { Err(ConnectorError::Cancelled) } else { Ok(()) }
}

fn recognised(counts: &BTreeMap<Kind, u64>) -> String {
    let counted: Vec<_> = counts.iter().map(|(kind, count)| format!("{count} {}", kind.title())).collect();
    let kind = "objects of Kubernetes";
    if counted.is_empty() { kind.to_owned() } else { format!("{kind}: {}", counted.join(", ")) }
}

fn read(file: Opened, take: impl FnMut(Object) -> Result<(), ConnectorError>) -> Result<(), ConnectorError> {
    let path = file.path().to_owned();
    documents::each(file.into_reader(), take).map_err(|fault| match fault {
        Fault::Stopped(error) => error,
        Fault::Json(error) if error.to_string().starts_with(documents::MORE) => {
            let help = "collect it again with `kubectl get`, which follows all pages";
            content(&path, "", documents::MORE, help)
        }
        Fault::Json(error) => json::fault(&path, &error),
    })
}
