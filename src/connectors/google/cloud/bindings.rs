//! Policies become grants: to identities at once, to groups once their members are known.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::json;

use super::super::super::listing::{Made, Object};
use super::accounts::Accounts;
use super::member::{Kind, Member, One, Set};
use crate::model::SourceId;
use crate::model::inventory::{Entitlement, EntitlementKind, Fact, Grant, Record};

/// Roles that are all of what they are given on, or give it.
const GENERAL: &[&str] = &["roles/owner", "roles/resourcemanager.organizationAdmin"];
/// How the resource of a policy is asked for its end.
const UNTIL: &str = "request.time <";

/// What was seen so far.
#[derive(Debug)]
pub struct Bindings {
    source: SourceId,
    /// Roles of the organisation's own.
    roles: BTreeMap<String, Own>,
    /// Roles that were handed over.
    given: BTreeSet<String>,
    sets: BTreeMap<String, (Set, Vec<Bound>)>,
    /// How many members were deleted.
    ended: u64,
}

#[derive(Debug)]
struct Own {
    title: String,
    permissions: BTreeSet<String>,
    is_deleted: bool,
}

/// A role on something.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Bound {
    role: String,
    resource: String,
    expires: Fact<Timestamp>,
}

impl Bindings {
    /// Nothing of a system yet.
    pub fn new(source: SourceId) -> Self {
        Self { source, roles: BTreeMap::new(), given: BTreeSet::new(), sets: BTreeMap::new(), ended: 0 }
    }

    /// Takes a role of the organisation's own. It has to come before the policies.
    pub fn role(&mut self, asset: &Object, to: &mut Made) {
        let of = asset.object("resource.data").unwrap_or_default();
        let Some(name) = of.text("name") else {
            to.refuse(asset.text("name").unwrap_or_default(), "it is a role without a name");
            return;
        };
        let own = Own {
            title: of.text("title").unwrap_or_else(|| name.clone()),
            permissions: of.texts("includedPermissions").unwrap_or_default().into_iter().collect(),
            is_deleted: of.flag("deleted") == Fact::Known(true),
        };
        self.roles.insert(name, own);
    }

    /// Takes the policy of a resource.
    pub fn policy(&mut self, found: &Object, accounts: &mut Accounts, to: &mut Made) {
        let resource = found.text("resource").unwrap_or_default();
        for binding in found.objects("policy.bindings").unwrap_or_default() {
            let Some(role) = binding.text("role") else {
                to.refuse(resource.clone(), "a binding of its policy names no role");
                continue;
            };
            if self.roles.get(&role).is_some_and(|own| own.is_deleted) {
                to.refuse(role, "it was deleted, so that its bindings give nothing");
                continue;
            }
            self.give(&role, to);
            let bound = Bound { role, resource: resource.clone(), expires: end(&binding) };
            for member in binding.texts("members").unwrap_or_default() {
                self.bind(&member, &bound, accounts, to);
            }
        }
    }

    fn bind(&mut self, member: &str, bound: &Bound, accounts: &mut Accounts, to: &mut Made) {
        match Member::read(member) {
            Member::One(one) => {
                let id = accounts.member(&one);
                to.records.push(self.grant(&id, bound, None));
            }
            Member::Many(id, set) => {
                self.sets.entry(id).or_insert_with(|| (set, Vec::new())).1.push(bound.clone());
            }
            Member::Ended => self.ended += 1,
            Member::Implied => {}
        }
    }

    /// The groups that hold anything, by their mail addresses.
    pub fn groups(&self) -> Vec<String> {
        let groups = self.sets.iter().filter(|(_, (set, _))| *set == Set::Group);
        groups.filter_map(|(id, _)| id.strip_prefix("group ").map(str::to_owned)).collect()
    }

    /// Takes who is in a group, those of groups in it among them.
    pub fn members(&mut self, group: &str, members: &[Object], accounts: &mut Accounts, to: &mut Made) {
        let name = format!("group {group}");
        let Some((_, held)) = self.sets.remove(&name) else { return };
        let mut met = BTreeSet::new();
        for member in members {
            match member.text("type").unwrap_or_default().to_uppercase().as_str() {
                "GROUP" => continue,
                "CUSTOMER" => {
                    to.refuse(
                        name.clone(),
                        "everybody of the organisation is in it, and is not counted one by one",
                    );
                    continue;
                }
                _ => {}
            }
            let Some(mail) = member.text("email").map(|mail| mail.to_lowercase()) else {
                to.refuse(name.clone(), "it has a member without a mail address");
                continue;
            };
            if met.insert(mail.clone()) {
                let is_machine = mail.ends_with(".gserviceaccount.com");
                let kind = if is_machine { Kind::ServiceAccount } else { Kind::User };
                let id = accounts.member(&One { id: mail, kind });
                to.records.extend(held.iter().map(|bound| self.grant(&id, bound, Some(&name))));
            }
        }
    }

    /// Names what sets hold of which nothing tells who is in them.
    pub fn finish(self, to: &mut Made) {
        for (id, (set, held)) in &self.sets {
            let roles: BTreeSet<&str> = held.iter().map(|bound| bound.role.as_str()).collect();
            let names = roles.iter().copied().collect::<Vec<_>>().join(", ");
            to.records.push(Record::Entitlement(Entitlement {
                id: id.clone(),
                source: Some(self.source.clone()),
                title: id.clone(),
                kind: EntitlementKind::Group,
                is_general_admin: Fact::Known(false),
                document: Some(json!({ "holds": names }).to_string()),
            }));
            let who = match set {
                Set::Public => "everybody on the internet holds, some without signing in,",
                Set::Group => "who is in it is not shown, so that nobody is seen to hold",
                Set::Open => "no list tells who belongs to it, so that nobody is seen to hold",
            };
            to.refuse(id.clone(), format!("{who} {} bindings' {names}", held.len()));
        }
        if self.ended > 0 {
            let reason =
                format!("they are named {} times, were deleted and hold nothing any more", self.ended);
            to.refuse("deleted members of policies", reason);
        }
    }

    /// Hands a role over once.
    fn give(&mut self, role: &str, to: &mut Made) {
        if !self.given.insert(role.to_owned()) {
            return;
        }
        let own = self.roles.get(role);
        to.records.push(Record::Entitlement(Entitlement {
            id: role.to_owned(),
            source: Some(self.source.clone()),
            title: own.map_or_else(|| role.to_owned(), |own| own.title.clone()),
            kind: EntitlementKind::Role,
            is_general_admin: Fact::Known(GENERAL.contains(&role)),
            document: own.map(Own::rules),
        }));
    }

    fn grant(&self, account: &str, bound: &Bound, group: Option<&str>) -> Record {
        Record::Grant(Grant {
            account: account.to_owned(),
            entitlement: bound.role.clone(),
            source: Some(self.source.clone()),
            via: group.map(str::to_owned).into_iter().collect(),
            resource: Some(bound.resource.clone()).filter(|resource| !resource.is_empty()),
            expires: bound.expires,
            ..Grant::default()
        })
    }
}

impl Own {
    /// What it gives, permission by permission.
    fn rules(&self) -> String {
        let rules: Vec<_> = self.permissions.iter().map(|name| json!({ "rule": name })).collect();
        json!({ "rules": rules, "is_partly_read": self.permissions.is_empty() }).to_string()
    }
}

/// When a binding ends by its condition; one whose end is written in another way may have one.
fn end(binding: &Object) -> Fact<Timestamp> {
    let Some(text) = binding.text("condition.expression") else { return Fact::Absent };
    if !text.contains("request.time") {
        return Fact::Absent;
    }
    let told = text.split_once(UNTIL).and_then(|(_, rest)| {
        let (_, rest) = rest.split_once("timestamp(")?;
        let (when, _) = rest.split_once(')')?;
        when.trim().trim_matches(['"', '\'']).parse().ok()
    });
    // Of two times, or one in a choice, it may be the other.
    let is_plain = text.matches(UNTIL).count() == 1 && !text.contains("||");
    told.filter(|_| is_plain).map_or(Fact::Hidden, Fact::Known)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::model::inventory::Class;

    fn object(value: Value) -> Object {
        Object::of(value).unwrap()
    }

    fn parts() -> (Bindings, Accounts, Made) {
        let source = SourceId::new("gcp:organizations/1");
        (Bindings::new(source.clone()), Accounts::new(source), Made::default())
    }

    fn grants(made: &Made) -> Vec<(&str, &str, usize)> {
        let grants = made.records.iter().filter_map(|record| match record {
            Record::Grant(one) => Some((one.account.as_str(), one.entitlement.as_str(), one.via.len())),
            _ => None,
        });
        grants.collect()
    }

    #[test]
    fn bindings_are_held_by_people_machines_agents_and_sets() {
        let (mut bindings, mut accounts, mut made) = parts();
        bindings.role(
            &object(json!({"resource": {"data": {"name": "projects/p/roles/own", "title": "Own",
            "includedPermissions": ["storage.objects.get"]}}})),
            &mut made,
        );
        bindings.role(
            &object(json!({"resource": {"data": {"name": "projects/p/roles/old", "deleted": true}}})),
            &mut made,
        );
        let agent = "principal://agents.global.org-1.system.id.goog/resources/aiplatform/x";
        bindings.policy(&object(json!({"resource": "//r/1", "policy": {"bindings": [
            {"role": "roles/owner", "members": ["user:a@x.example", "allUsers", "deleted:user:b@x.example?uid=1"]},
            {"role": "projects/p/roles/own", "members": ["serviceAccount:s@p.iam.gserviceaccount.com", agent],
             "condition": {"expression": "request.time < timestamp(\"2027-01-01T00:00:00Z\")"}},
            {"role": "projects/p/roles/old", "members": ["user:a@x.example"]},
            {"role": "roles/viewer", "members": ["group:g@x.example", "projectOwner:p", null]},
            {"members": ["user:a@x.example"]},
        ]}})), &mut accounts, &mut made);
        assert_eq!(bindings.groups(), ["g@x.example"]);
        let members = [
            json!({"email": "C@x.example", "type": "USER"}),
            json!({"email": "n@x.example", "type": "GROUP"}),
        ];
        bindings.members("g@x.example", &members.map(object), &mut accounts, &mut made);
        bindings.finish(&mut made);
        assert_eq!(
            grants(&made),
            [
                ("a@x.example", "roles/owner", 0),
                ("s@p.iam.gserviceaccount.com", "projects/p/roles/own", 0),
                (agent, "projects/p/roles/own", 0),
                ("c@x.example", "roles/viewer", 1),
            ]
        );
        // The old role, the binding without a role, everybody, and the deleted.
        assert_eq!(made.refusals.len(), 4);
        let general: Vec<_> = made
            .records
            .iter()
            .filter_map(|record| match record {
                Record::Entitlement(one) if one.is_general_admin == Fact::Known(true) => {
                    Some(one.id.as_str())
                }
                _ => None,
            })
            .collect();
        assert_eq!(general, ["roles/owner"]);
        let classes: Vec<_> = accounts
            .finish()
            .records
            .into_iter()
            .filter_map(|record| match record {
                Record::Account(one) => Some(one.class),
                _ => None,
            })
            .collect();
        let (human, machine, ai) =
            (Fact::Known(Class::Human), Fact::Known(Class::Machine), Fact::Known(Class::Ai));
        assert_eq!(classes, [human, human, ai, machine]);
    }

    #[test]
    fn the_end_of_a_binding_is_told_only_where_it_is_plain() {
        let end = |text: &str| end(&object(json!({"condition": {"expression": text}})));
        assert!(end("request.time < timestamp('2027-01-01T00:00:00Z')").known().is_some());
        assert_eq!(end("resource.name.startsWith('x')"), Fact::Absent);
        for text in [
            "request.time < timestamp('2027-01-01T00:00:00Z') || true",
            "request.time.getHours() < 9",
            "request.time < timestamp(soon)",
        ] {
            assert_eq!(end(text), Fact::Hidden, "{text}");
        }
        assert_eq!(super::end(&object(json!({}))), Fact::Absent);
    }

    proptest! {
        #[test]
        fn no_member_of_a_policy_is_lost(members in prop::collection::vec(
            prop::sample::select(vec!["user:a@x", "user:b@x", "allUsers", "group:g@x", "deleted:user:c@x", "odd", "x:y"]), 0..9
        )) {
            let (mut bindings, mut accounts, mut made) = parts();
            let policy = json!({"resource": "//r", "policy": {"bindings": [{"role": "roles/x", "members": members}]}});
            bindings.policy(&object(policy), &mut accounts, &mut made);
            let held: usize = bindings.sets.values().map(|(_, held)| held.len()).sum();
            prop_assert_eq!(grants(&made).len() + held + usize::try_from(bindings.ended).unwrap(), members.len());
        }
    }
}
