//! From objects to records, one object at a time; whoever reads them from a file or from the API uses the same.
//!
//! Accounts wait for the end, because pods, secrets and bindings tell of them too, as does what whole groups of them
//! hold. Of each only what is told is kept, never the object.

use std::collections::HashSet;

use jiff::Timestamp;

use super::accounts::Accounts;
use super::bindings::Bindings;
use super::roles;
use super::wire::Object;
use crate::model::SourceId;
use crate::model::inventory::{Credential, CredentialKind, Fact, Record};
use crate::model::pull::Refusal;

/// The kinds of objects that tell anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    ServiceAccount,
    Pod,
    Secret,
    Role,
    ClusterRole,
    RoleBinding,
    ClusterRoleBinding,
}

/// The group of roles and bindings in the API.
const RBAC: &str = "rbac.authorization.k8s.io/";
/// What secrets are that hold a token of a service account.
pub const TOKEN: &str = "kubernetes.io/service-account-token";
/// Of whom such a secret holds a token.
const OWNER: &str = "kubernetes.io/service-account.name";
/// The day of its last use; Kubernetes writes it since 1.26.
const LAST_USED: &str = "kubernetes.io/legacy-token-last-used";
/// Since when it is not accepted any more.
const INVALID: &str = "kubernetes.io/legacy-token-invalid-since";

/// What objects became.
#[derive(Debug, Default)]
pub struct Made {
    pub records: Vec<Record>,
    pub refusals: Vec<Refusal>,
}

/// The state between objects.
#[derive(Debug)]
pub struct Mapping {
    source: SourceId,
    seen: HashSet<String>,
    newest: Option<Timestamp>,
    accounts: Accounts,
    bindings: Bindings,
    /// Whether any role was there.
    has_roles: bool,
}

impl Kind {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 7] = [
        Self::ServiceAccount,
        Self::Pod,
        Self::Secret,
        Self::Role,
        Self::ClusterRole,
        Self::RoleBinding,
        Self::ClusterRoleBinding,
    ];

    /// The kind of an object; `None` for one that tells nothing of identities and rights.
    pub fn of(object: &Object) -> Option<Self> {
        let name = object.kind.text()?;
        let kind = Self::ALL.into_iter().find(|kind| kind.name() == name)?;
        let is_core = matches!(kind, Self::ServiceAccount | Self::Pod | Self::Secret);
        let is_own = |version: &str| if is_core { version == "v1" } else { version.starts_with(RBAC) };
        object.api_version.text().is_none_or(is_own).then_some(kind)
    }

    /// The name in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::ServiceAccount => "ServiceAccount",
            Self::Pod => "Pod",
            Self::Secret => "Secret",
            Self::Role => "Role",
            Self::ClusterRole => "ClusterRole",
            Self::RoleBinding => "RoleBinding",
            Self::ClusterRoleBinding => "ClusterRoleBinding",
        }
    }

    /// The word that people read.
    pub fn title(self) -> &'static str {
        match self {
            Self::ServiceAccount => "service accounts",
            Self::Pod => "pods",
            Self::Secret => "secrets",
            Self::Role => "roles",
            Self::ClusterRole => "cluster roles",
            Self::RoleBinding => "role bindings",
            Self::ClusterRoleBinding => "cluster role bindings",
        }
    }

    fn is_namespaced(self) -> bool {
        !matches!(self, Self::ClusterRole | Self::ClusterRoleBinding)
    }
}

impl Made {
    /// Names something that is counted as unknown.
    pub fn refuse(&mut self, subject: impl Into<String>, reason: impl Into<String>) {
        self.refusals.push(Refusal { subject: subject.into(), reason: reason.into() });
    }
}

impl Mapping {
    /// Nothing yet, of a cluster such as `kubernetes:prod`.
    pub fn new(source: SourceId) -> Self {
        Self {
            accounts: Accounts::new(source.clone()),
            bindings: Bindings::new(source.clone()),
            source,
            seen: HashSet::new(),
            newest: None,
            has_roles: false,
        }
    }

    /// The newest time in the objects so far.
    pub fn newest(&self) -> Option<Timestamp> {
        self.newest
    }

    /// Whether an object was taken before; pods are not remembered, for they tell the same each time.
    pub fn has(&self, kind: Kind, object: &Object) -> bool {
        path(kind, object, &mut Made::default()).is_some_and(|path| self.seen.contains(&path))
    }

    /// Takes one object; what it alone tells comes back at once.
    pub fn take(&mut self, kind: Kind, object: &Object) -> Made {
        let mut made = Made::default();
        self.has_roles |= matches!(kind, Kind::Role | Kind::ClusterRole);
        let Some(path) = path(kind, object, &mut made) else { return made };
        // Secrets and pods of no interest are not remembered.
        let is_kept = match kind {
            Kind::Pod => false,
            Kind::Secret => object.secret_type.text() == Some(TOKEN),
            _ => true,
        };
        if is_kept && !self.seen.insert(path.clone()) {
            made.refuse(path, "it is listed more than once; the first counts");
            return made;
        }
        self.date(object);
        match kind {
            Kind::ServiceAccount => self.accounts.service_account(object, &mut made),
            Kind::Pod => self.accounts.pod(object),
            Kind::Secret if is_kept => self.secret(object, &path, &mut made),
            Kind::Secret => {}
            Kind::Role | Kind::ClusterRole => {
                let role = roles::entitlement(kind, object, &self.source);
                self.bindings.listed(&role.id);
                made.records.push(Record::Entitlement(role));
            }
            Kind::RoleBinding | Kind::ClusterRoleBinding => {
                self.bindings.binding(object, &path, &mut self.accounts, &mut made);
            }
        }
        made
    }

    /// What only all objects together tell. `at` is the moment of the snapshot, when running pods ran.
    pub fn finish(self, at: Timestamp) -> Made {
        let mut made = Made::default();
        let accounts = self.accounts.finish(at);
        self.bindings.finish(&accounts, self.has_roles, &mut made);
        made.records.extend(accounts.into_iter().map(Record::Account));
        made
    }

    fn secret(&mut self, object: &Object, path: &str, made: &mut Made) {
        let (Some(namespace), Some(owner)) = (object.namespace(), object.mark(&[OWNER])) else {
            made.refuse(path, "it does not say whose token it holds");
            return;
        };
        let account = self.accounts.named(namespace, owner);
        let last_used = match object.mark(&[LAST_USED]).map(|text| (text, day(text))) {
            None => Fact::Hidden,
            Some((_, Some(at))) => Fact::Known(at),
            Some((text, None)) => {
                made.refuse(path, format!("its last use is `{text}`, which is no day"));
                Fact::Hidden
            }
        };
        self.newest = self.newest.max(last_used.known().copied());
        self.accounts.used(&account, last_used);
        made.records.push(Record::Credential(Credential {
            id: path.to_owned(),
            account,
            source: Some(self.source.clone()),
            kind: CredentialKind::Token,
            is_active: Fact::Known(object.mark(&[INVALID]).is_none()),
            created: created(object),
            last_used,
            // A token in a secret does not end; who changes it makes a new secret.
            expires: Fact::Absent,
            rotated: Fact::Absent,
        }));
    }

    fn date(&mut self, object: &Object) {
        let status = object.status.get();
        let conditions = status.into_iter().flat_map(|status| status.conditions.items());
        let changes = conditions.map(|condition| &condition.last_transition_time);
        let times =
            changes.chain(status.map(|status| &status.start_time)).filter_map(|when| time(when.text()?));
        self.newest = self.newest.max(times.max()).max(created(object).known().copied());
    }
}

/// What an object is called in words of the API, such as `clusterrole/view` or `role/shop/reader`.
fn path(kind: Kind, object: &Object, made: &mut Made) -> Option<String> {
    let word = kind.name().to_lowercase();
    let Some(name) = object.name() else {
        made.refuse(kind.name(), "it has no name and was passed over");
        return None;
    };
    match object.namespace().filter(|_| kind.is_namespaced()) {
        Some(namespace) => Some(format!("{word}/{namespace}/{name}")),
        None if kind.is_namespaced() => {
            made.refuse(format!("{word}/{name}"), "it has no namespace and was passed over");
            None
        }
        None => Some(format!("{word}/{name}")),
    }
}

/// When an object was made.
pub fn created(object: &Object) -> Fact<Timestamp> {
    let text = object.metadata.get().and_then(|metadata| metadata.creation_timestamp.text());
    text.and_then(time).map_or(Fact::Hidden, Fact::Known)
}

fn time(text: &str) -> Option<Timestamp> {
    text.trim().parse().ok()
}

/// The beginning of a day such as `2026-03-01`; also a whole time.
fn day(text: &str) -> Option<Timestamp> {
    time(text).or_else(|| time(&format!("{}T00:00:00Z", text.trim())))
}
