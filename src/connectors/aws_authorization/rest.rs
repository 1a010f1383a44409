//! What only the whole file tells: members' grants through groups, who may become which role, and the policies
//! that AWS keeps, once for each account that uses them. Lists may come in any order.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::arn;
use super::reading::Holder;
use super::wire::Attached;
use crate::model::SourceId;
use crate::model::inventory::{Account, Entitlement, EntitlementKind, Fact, Grant, Record};
use crate::model::pull::Refusal;

type System = Option<SourceId>;

/// Everything that waits for the end of the file.
#[derive(Default)]
pub struct Rest {
    groups: HashMap<(System, String), Held>,
    members: Vec<(String, System, Vec<String>)>,
    /// Policies that AWS keeps; they are handed over at the end.
    kept: BTreeMap<String, Entitlement>,
    /// Every policy that the file lists.
    listed: BTreeSet<String>,
    /// Who uses which policy, by the policy's ARN; the systems.
    used: BTreeMap<String, BTreeSet<System>>,
    bounds: BTreeMap<String, BTreeSet<System>>,
    trusts: Vec<(String, System, Vec<String>)>,
    /// Accounts by all their keys, and roles by the account and the name that their sessions carry.
    accounts: HashMap<String, (String, System)>,
    roles: HashMap<(String, String), String>,
}

/// A group and what its members hold through it.
struct Held {
    id: String,
    entitlements: Vec<String>,
}

impl Rest {
    /// Remembers an account under all its keys.
    pub fn account(&mut self, account: &Account) {
        for key in account.aliases.iter().filter(|key| !key.contains('@')) {
            self.accounts.insert(key.clone(), (account.id.clone(), account.source.clone()));
        }
        if let (true, Some(number)) = (account.id.contains(":role/"), arn::account(&account.id)) {
            self.roles.insert((number.to_owned(), account.name.clone()), account.id.clone());
        }
    }

    /// Remembers the groups of a user.
    pub fn member(&mut self, user: &Holder<'_>, groups: Vec<String>) {
        if !groups.is_empty() {
            self.members.push((user.id.to_owned(), user.source.cloned(), groups));
        }
    }

    /// Remembers a group and what it gives.
    pub fn group(&mut self, source: Option<&SourceId>, name: String, id: String, entitlements: Vec<String>) {
        self.groups.insert((source.cloned(), name), Held { id, entitlements });
    }

    /// Remembers that a system uses policies; returns their ids.
    pub fn attach(&mut self, source: Option<&SourceId>, policies: Option<Vec<Attached>>) -> Vec<String> {
        let ids: Vec<_> = policies.unwrap_or_default().into_iter().filter_map(Attached::id).collect();
        for id in &ids {
            self.used.entry(id.clone()).or_default().insert(source.cloned());
        }
        ids
    }

    /// Remembers that a policy bounds somebody; returns the id of the boundary.
    pub fn bound(&mut self, source: Option<&SourceId>, policy: String) -> String {
        let id = boundary(&policy);
        self.bounds.entry(policy).or_default().insert(source.cloned());
        id
    }

    /// Remembers whom a role trusts.
    pub fn trusted(&mut self, role: &str, source: Option<&SourceId>, principals: Vec<String>) {
        if !principals.is_empty() {
            self.trusts.push((role.to_owned(), source.cloned(), principals));
        }
    }

    /// Takes note of a listed policy; gives it back when it can be handed over at once.
    pub fn listed(&mut self, policy: Entitlement) -> Option<Entitlement> {
        self.listed.insert(policy.id.clone());
        if arn::is_kept_by_aws(&policy.id) {
            self.kept.insert(policy.id.clone(), policy);
            None
        } else {
            Some(policy)
        }
    }

    /// The remaining records, and what had to be counted as unknown.
    pub fn finish(mut self, main: &SourceId) -> (Vec<Record>, Vec<Refusal>) {
        let mut refusals = Vec::new();
        let mut records = self.memberships(&mut refusals);
        records.extend(self.trust_grants());
        records.extend(self.boundaries());
        records.extend(self.unlisted(&mut refusals));
        records.extend(self.kept_by_aws(main));
        (records, refusals)
    }

    /// Members hold the group itself, and by it everything that it gives.
    fn memberships(&mut self, refusals: &mut Vec<Refusal>) -> Vec<Record> {
        let mut records = Vec::new();
        for (user, source, groups) in std::mem::take(&mut self.members) {
            let holder = Holder { id: &user, source: source.as_ref(), is_unused: false };
            for name in groups {
                let Some(group) = self.groups.get(&(source.clone(), name.clone())) else {
                    let reason = format!("it is in the group {name}, which the file does not list");
                    refusals.push(Refusal { subject: user.clone(), reason });
                    continue;
                };
                records.push(Record::Grant(holder.grant(group.id.clone())));
                let via = vec![format!("group {name}")];
                records.extend(group.entitlements.iter().map(|entitlement| {
                    Record::Grant(Grant { via: via.clone(), ..holder.grant(entitlement.clone()) })
                }));
            }
        }
        records
    }

    /// Users and roles of the file that may become a role. Others stand in the trust policy's document only.
    fn trust_grants(&mut self) -> Vec<Record> {
        let mut records = Vec::new();
        for (role, source, principals) in std::mem::take(&mut self.trusts) {
            let trusted: BTreeSet<_> =
                principals.iter().filter_map(|principal| self.principal(principal)).collect();
            for id in trusted {
                let holder = Holder { id, source: source.as_ref(), is_unused: false };
                records.push(Record::Grant(holder.grant(format!("{role}#trust"))));
            }
        }
        records
    }

    /// The account that a trust policy names by ARN, by unique id, or by a session of a role.
    fn principal(&self, text: &str) -> Option<&String> {
        let session = || {
            let (account, name) = arn::session_role(text)?;
            self.roles.get(&(account.to_owned(), name.to_owned()))
        };
        self.accounts.get(text).map(|(id, _)| id).or_else(session)
    }

    /// Boundaries give nothing; they are entitlements of their own so that they are not taken for policies held.
    /// What a boundary says stands in its policy's document.
    fn boundaries(&mut self) -> Vec<Record> {
        let mut records = Vec::new();
        for (policy, sources) in std::mem::take(&mut self.bounds) {
            for source in sources {
                records.push(Record::Entitlement(Entitlement {
                    id: boundary(&policy),
                    source,
                    title: format!("boundary {}", arn::name(&policy)),
                    kind: EntitlementKind::Boundary,
                    is_general_admin: Fact::Known(false),
                    document: None,
                }));
            }
        }
        records
    }

    /// Policies that somebody holds and the file does not list, as a filter leaves them out.
    fn unlisted(&mut self, refusals: &mut Vec<Refusal>) -> Vec<Record> {
        let mut records = Vec::new();
        for (id, sources) in self.used.iter().filter(|(id, _)| !self.listed.contains(*id)) {
            let is_general_admin =
                if arn::is_administrator_access(id) { Fact::Known(true) } else { Fact::Hidden };
            if !is_general_admin.is_told() {
                let reason = "somebody holds it, and the file does not list it: whether it is general admin is not known";
                refusals.push(Refusal { subject: id.clone(), reason: reason.to_owned() });
            }
            records.extend(sources.iter().map(|source| {
                Record::Entitlement(Entitlement {
                    id: id.clone(),
                    source: source.clone(),
                    title: arn::name(id).to_owned(),
                    kind: EntitlementKind::Policy,
                    is_general_admin,
                    document: None,
                })
            }));
        }
        records
    }

    /// Policies that AWS keeps are part of every account that uses them; unused ones of the main account.
    fn kept_by_aws(self, main: &SourceId) -> Vec<Record> {
        let mut records = Vec::new();
        for (id, policy) in self.kept {
            let users = self.used.get(&id).cloned().unwrap_or_else(|| [Some(main.clone())].into());
            records.extend(
                users.into_iter().map(|source| Record::Entitlement(Entitlement { source, ..policy.clone() })),
            );
        }
        records
    }
}

impl Attached {
    fn id(self) -> Option<String> {
        let named = || self.policy_name.map(|name| format!("policy/{name}"));
        self.policy_arn.or_else(named)
    }
}

fn boundary(policy: &str) -> String {
    format!("{policy}#boundary")
}
