//! Bindings become grants: to service accounts and users at once, to groups once all accounts are known.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::json;

use super::accounts::{ANONYMOUS, Accounts, service_account};
use super::mapping::{Made, created};
use super::roles;
use super::wire::{Object, Subject};
use crate::model::SourceId;
use crate::model::inventory::{Account, Entitlement, EntitlementKind, Fact, Grant, Record};

const AUTHENTICATED: &str = "system:authenticated";
const UNAUTHENTICATED: &str = "system:unauthenticated";
const SERVICE_ACCOUNTS: &str = "system:serviceaccounts";
const NODES: &str = "system:nodes";

/// What bindings told so far.
#[derive(Debug)]
pub struct Bindings {
    source: SourceId,
    /// What is bound to each group.
    groups: BTreeMap<String, Vec<Bound>>,
    /// The roles that objects list, and how many bindings name each role.
    listed: BTreeSet<String>,
    wanted: BTreeMap<String, u64>,
    /// Cluster roles that are given for single namespaces.
    narrowed: BTreeSet<String>,
}

/// What one binding gives.
#[derive(Debug, Clone)]
struct Bound {
    entitlement: String,
    /// The namespace; `None` for the cluster.
    place: Option<String>,
    /// When the binding was made; its role cannot be changed afterwards.
    since: Fact<Timestamp>,
}

impl Bindings {
    /// None yet.
    pub fn new(source: SourceId) -> Self {
        Self {
            source,
            groups: BTreeMap::new(),
            listed: BTreeSet::new(),
            wanted: BTreeMap::new(),
            narrowed: BTreeSet::new(),
        }
    }

    /// Notes that a role is listed.
    pub fn listed(&mut self, role: &str) {
        self.listed.insert(role.to_owned());
    }

    /// Takes a binding.
    pub fn binding(&mut self, object: &Object, path: &str, accounts: &mut Accounts, made: &mut Made) {
        let Some(bound) = self.bound(object, path, made) else { return };
        for subject in object.subjects.items() {
            match (subject.kind.text(), subject.name.text()) {
                (Some(kind), None) => made.refuse(path, format!("it names a {kind} without a name")),
                (Some("Group"), Some(name)) => {
                    self.groups.entry(name.to_owned()).or_default().push(bound.clone());
                }
                (Some("User"), Some(name)) => {
                    accounts.user(name);
                    made.records.push(self.grant(&bound, name, None));
                }
                (Some("ServiceAccount"), Some(name)) => {
                    self.service_account((subject, name), &bound, (path, accounts), made);
                }
                (kind, _) => {
                    let kind = kind.unwrap_or("nothing");
                    made.refuse(path, format!("it names a subject of kind `{kind}`, which nobody is"));
                }
            }
        }
    }

    /// What all objects together tell: what groups hold, and which roles nobody lists.
    pub fn finish(mut self, accounts: &[Account], has_roles: bool, made: &mut Made) {
        for (group, bound) in std::mem::take(&mut self.groups) {
            self.group(&group, &bound, accounts, made);
        }
        for (role, bindings) in self.wanted.iter().filter(|(role, _)| !self.listed.contains(*role)) {
            if has_roles {
                let reason = format!(
                    "{bindings} bindings name it and no list shows it: what it gives is not known from here"
                );
                made.refuse(role.clone(), reason);
            }
        }
        let missing = self.wanted.keys().filter(|role| !self.listed.contains(*role)).count();
        if !has_roles && missing > 0 {
            let reason = format!(
                "no role is listed: what the {missing} that are bound give has to come from another source"
            );
            made.refuse("roles", reason);
        }
    }

    /// The role that a binding gives, and where.
    fn bound(&mut self, object: &Object, path: &str, made: &mut Made) -> Option<Bound> {
        let role = object.role_ref.get();
        let (kind, name) = (role.and_then(|role| role.kind.text()), role.and_then(|role| role.name.text()));
        let (Some(kind), Some(name)) = (kind, name) else {
            made.refuse(path, "it names no role and gives nothing");
            return None;
        };
        let namespace = object.namespace().filter(|_| path.starts_with("rolebinding/"));
        let (entitlement, listed) = match (kind, namespace) {
            ("ClusterRole", None) => (roles::of_cluster(name), roles::of_cluster(name)),
            ("ClusterRole", Some(_)) => {
                if self.narrowed.insert(name.to_owned()) {
                    made.records.push(Record::Entitlement(roles::in_namespace(name, &self.source)));
                }
                (roles::of_cluster_in_namespace(name), roles::of_cluster(name))
            }
            ("Role", Some(namespace)) => {
                (roles::of_namespace(namespace, name), roles::of_namespace(namespace, name))
            }
            _ => {
                made.refuse(path, format!("it gives a `{kind}`, which cannot be given there"));
                return None;
            }
        };
        *self.wanted.entry(listed).or_default() += 1;
        let place = namespace.map(|namespace| format!("namespace/{namespace}"));
        Some(Bound { entitlement, place, since: created(object) })
    }

    fn service_account(
        &self,
        (subject, name): (&Subject, &str),
        bound: &Bound,
        (path, accounts): (&str, &mut Accounts),
        made: &mut Made,
    ) {
        match subject.namespace.text() {
            Some(namespace) => {
                let id = accounts.named(namespace, name);
                made.records.push(self.grant(bound, &id, None));
            }
            None => made.refuse(path, format!("it names the service account {name} without a namespace")),
        }
    }

    /// What a group holds, its members hold; who is in a group that the cluster does not fill, no object tells.
    fn group(&self, group: &str, bound: &[Bound], accounts: &[Account], made: &mut Made) {
        let is_filled = matches!(group, AUTHENTICATED | UNAUTHENTICATED | SERVICE_ACCOUNTS | NODES)
            || group.starts_with("system:serviceaccounts:");
        let roles: BTreeSet<&str> = bound.iter().map(|bound| bound.entitlement.as_str()).collect();
        let roles: Vec<&str> = roles.into_iter().collect();
        let roles = roles.join(", ");
        if is_filled {
            let members = accounts.iter().filter(|account| is_member(&account.id, group));
            for bound in members.flat_map(|member| bound.iter().map(move |bound| (bound, &member.id))) {
                made.records.push(self.grant(bound.0, bound.1, Some(group)));
            }
        } else {
            made.records.push(Record::Entitlement(Entitlement {
                id: format!("group/{group}"),
                source: Some(self.source.clone()),
                title: format!("group {group}"),
                kind: EntitlementKind::Group,
                is_general_admin: Fact::Known(false),
                document: Some(json!({ "holds": roles }).to_string()),
            }));
        }
        let who = match group {
            AUTHENTICATED => "everybody who signs in to the cluster holds",
            UNAUTHENTICATED => "everybody who reaches the cluster holds, without signing in,",
            _ if is_filled => return,
            _ => "no object of a cluster tells who is in this group, so that nobody is seen to hold",
        };
        made.refuse(format!("group {group}"), format!("{who} {} bindings' {roles}", bound.len()));
    }

    fn grant(&self, bound: &Bound, account: &str, group: Option<&str>) -> Record {
        Record::Grant(Grant {
            account: account.to_owned(),
            entitlement: bound.entitlement.clone(),
            source: Some(self.source.clone()),
            via: group.map(|group| format!("group {group}")).into_iter().collect(),
            resource: bound.place.clone(),
            granted_at: bound.since,
            expires: Fact::Absent,
            ..Grant::default()
        })
    }
}

/// Whether the cluster itself puts an account into a group.
fn is_member(id: &str, group: &str) -> bool {
    let namespace = service_account(id).map(|(namespace, _)| namespace);
    match group {
        UNAUTHENTICATED => id == ANONYMOUS,
        AUTHENTICATED => id != ANONYMOUS,
        SERVICE_ACCOUNTS => namespace.is_some(),
        NODES => id.starts_with("system:node:"),
        _ => namespace.is_some() && namespace == group.strip_prefix("system:serviceaccounts:"),
    }
}
