//! From SCIM's objects to records.

use std::collections::{BTreeMap, BTreeSet};

use super::super::listing::{Ids, Made};
use super::super::suspect::suspect;
use super::wire::{Entry, Resource};
use crate::model::SourceId;
use crate::model::inventory::{Account, Class, Entitlement, EntitlementKind, Fact, Grant, Record};

/// What `userType` says of the class, in small letters; the words of RFC 7643 §4.1.1 and those that services add.
const TYPES: &[(&str, Class)] = &[
    ("employee", Class::Human),
    ("contractor", Class::Human),
    ("intern", Class::Human),
    ("temp", Class::Human),
    ("external", Class::Human),
    ("service", Class::Machine),
    ("service account", Class::Machine),
    ("serviceaccount", Class::Machine),
    ("machine", Class::Machine),
    ("application", Class::Machine),
    ("system", Class::Machine),
    ("bot", Class::Machine),
    ("agent", Class::Ai),
    ("ai agent", Class::Ai),
];

/// What was seen so far: what needs the whole waits for its end.
pub struct Seen {
    source: SourceId,
    ids: Ids,
    groups: BTreeMap<String, Group>,
    /// Roles and entitlements that were handed over.
    given: BTreeSet<String>,
    /// Whether all that gives rights is shown: a part of the rights would look like fewer.
    tells_rights: bool,
}

struct Group {
    title: String,
    members: Vec<Entry>,
}

/// A kind of objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    User,
    Agent,
    Group,
}

impl Seen {
    /// Nothing of a system yet.
    pub fn new(source: SourceId, tells_rights: bool) -> Self {
        Self { source, ids: Ids::default(), groups: BTreeMap::new(), given: BTreeSet::new(), tells_rights }
    }

    /// Takes one object.
    pub fn take(&mut self, kind: Kind, object: &Resource, to: &mut Made) {
        let Some(id) = self.ids.take(object.text("id"), name(object), to) else { return };
        match kind {
            Kind::Group => self.group(id, object, to),
            Kind::User => {
                to.records.push(Record::Account(self.user(&id, object)));
                self.rights(&id, object, to);
            }
            Kind::Agent => {
                to.records.push(Record::Account(self.agent(&id, object)));
                self.rights(&id, object, to);
            }
        }
    }

    /// Who is in which group, over groups in groups; members that no list shows are named.
    pub fn finish(self, mut take: impl FnMut(Made)) {
        for (id, group) in &self.groups {
            let mut made = Made::default();
            let mut met = BTreeSet::from([id.as_str()]);
            let mut work: Vec<(&Group, Vec<String>)> = vec![(group, Vec::new())];
            while let Some((inner, via)) = work.pop() {
                for member in &inner.members {
                    match self.groups.get_key_value(&member.value) {
                        Some((nested, _)) if !met.insert(nested) => {}
                        Some((_, nested)) => {
                            let step = format!("group {}", nested.title);
                            work.push((nested, via.iter().cloned().chain([step]).collect()));
                        }
                        None => self.member(member, (id, group), &via, &mut made),
                    }
                }
            }
            take(made);
        }
    }

    /// Somebody who is in a group, itself or by others.
    fn member(&self, member: &Entry, (id, group): (&str, &Group), via: &[String], to: &mut Made) {
        let is_listed = self.ids.has(&member.value);
        if !is_listed && via.is_empty() {
            let subject = member.display.clone().unwrap_or_else(|| member.value.clone());
            let reason = format!("it is in the group {}, and no list shows it", group.title);
            to.refuse(subject, reason);
        }
        // It holds the membership whoever it is.
        to.records.push(self.grant(&member.value, id, via.to_vec()));
    }

    fn group(&mut self, id: String, object: &Resource, to: &mut Made) {
        let title = object.text("displayName").unwrap_or_else(|| id.clone());
        to.records.push(self.entitlement(&id, &title, EntitlementKind::Group));
        let members = object.many("members").unwrap_or_default();
        self.groups.insert(id, Group { title, members });
    }

    /// Roles and entitlements that stand in the object itself.
    fn rights(&mut self, id: &str, object: &Resource, to: &mut Made) {
        if !self.tells_rights {
            return;
        }
        let kinds = [
            ("roles", "role", EntitlementKind::Role),
            ("entitlements", "entitlement", EntitlementKind::Permission),
        ];
        for (key, word, kind) in kinds {
            for entry in object.many(key).unwrap_or_default() {
                let right = format!("{word}:{}", entry.value);
                if self.given.insert(right.clone()) {
                    let title = entry.display.as_deref().unwrap_or(&entry.value);
                    to.records.push(self.entitlement(&right, title, kind));
                }
                to.records.push(self.grant(id, &right, Vec::new()));
            }
        }
    }

    fn user(&self, id: &str, user: &Resource) -> Account {
        let name = name(user).unwrap_or_else(|| id.to_owned());
        let (class, class_rule, is_class_declared) = class(user, &name);
        let suspected =
            suspect(&name).filter(|guess| class.known().is_none_or(|class| *class != guess.class));
        let job = user.text("title").or_else(|| user.extension("enterprise:2.0:user", "department"));
        Account {
            suspected,
            class,
            class_rule,
            is_class_declared,
            aliases: mails(user),
            job: job.map_or(Fact::Hidden, Fact::Known),
            ..self.account(id, name, user)
        }
    }

    fn agent(&self, id: &str, agent: &Resource) -> Account {
        let name = agent.text("agentUserName").or_else(|| name(agent)).unwrap_or_else(|| id.to_owned());
        let owner = agent.many("owners").map(|owners| {
            let first = owners.into_iter().next();
            first.map(|owner| owner.display.unwrap_or(owner.value))
        });
        Account {
            class: Fact::Known(Class::Ai),
            class_rule: "scim.agent/1".to_owned(),
            is_class_declared: true,
            owner: owner.map_or(Fact::Hidden, Fact::from),
            ..self.account(id, name, agent)
        }
    }

    /// What users and agents have in common. SCIM has no times of sign-in and no credentials.
    fn account(&self, id: &str, name: String, object: &Resource) -> Account {
        Account {
            id: id.to_owned(),
            source: Some(self.source.clone()),
            name,
            is_enabled: object.flag("active"),
            created: object.created(),
            ..Account::default()
        }
    }

    fn entitlement(&self, id: &str, title: &str, kind: EntitlementKind) -> Record {
        Record::Entitlement(Entitlement {
            id: id.to_owned(),
            source: Some(self.source.clone()),
            title: title.to_owned(),
            kind,
            ..Entitlement::default()
        })
    }

    fn grant(&self, account: &str, entitlement: &str, via: Vec<String>) -> Record {
        Record::Grant(Grant {
            account: account.to_owned(),
            entitlement: entitlement.to_owned(),
            source: Some(self.source.clone()),
            via,
            ..Grant::default()
        })
    }
}

fn name(object: &Resource) -> Option<String> {
    ["userName", "displayName", "externalId"].iter().find_map(|key| object.text(key))
}

/// Mail addresses, and the name where it is one.
fn mails(user: &Resource) -> Vec<String> {
    let listed = user.many("emails").unwrap_or_default().into_iter().map(|mail| mail.value);
    let named = user.text("userName");
    let mut mails: Vec<String> = listed.chain(named).filter(|mail| mail.contains('@')).collect();
    mails.sort();
    mails.dedup();
    mails
}

/// The class, the rule that gave it, and whether the service writes it down.
fn class(user: &Resource, name: &str) -> (Fact<Class>, String, bool) {
    let written = user.text("userType").map(|kind| kind.to_lowercase());
    let known = written.and_then(|written| TYPES.iter().find(|(word, _)| *word == written));
    if let Some((_, class)) = known {
        return (Fact::Known(*class), "scim.user-type/1".to_owned(), true);
    }
    let has_persons_name = ["givenName", "familyName"].iter().any(|part| user.part("name", part).is_some());
    if has_persons_name && suspect(name).is_none() {
        return (Fact::Known(Class::Human), "scim.persons-name/1".to_owned(), false);
    }
    (Fact::Hidden, String::new(), false)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Map, Value};

    use super::*;

    /// Any value, and often one that the standard has at this place.
    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            "[a-c@.\u{1b}]{0,4}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 12, 4, |inner| {
            let keys =
                prop_oneof![Just("value"), Just("$ref"), Just("display"), Just("type"), Just("created")];
            let object = prop::collection::vec((keys, inner.clone()), 0..4);
            let object = object.prop_map(|pairs| {
                Value::Object(pairs.into_iter().map(|(key, one)| (key.to_owned(), one)).collect())
            });
            prop_oneof![prop::collection::vec(inner, 0..4).prop_map(Value::from), object]
        })
    }

    fn resource() -> impl Strategy<Value = Resource> {
        let keys = prop::sample::select(vec![
            "id",
            "userName",
            "displayName",
            "active",
            "name",
            "emails",
            "members",
            "roles",
            "entitlements",
            "owners",
            "meta",
            "userType",
            "title",
        ]);
        let pairs = prop::collection::vec((keys, value()), 0..8);
        pairs.prop_map(|pairs| {
            let fields: Map<String, Value> =
                pairs.into_iter().map(|(key, one)| (key.to_owned(), one)).collect();
            serde_json::from_value(Value::Object(fields)).unwrap()
        })
    }

    fn kind() -> impl Strategy<Value = Kind> {
        prop_oneof![Just(Kind::User), Just(Kind::Agent), Just(Kind::Group)]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn whatever_a_service_sends_is_a_record_or_is_named(objects in prop::collection::vec((kind(), resource()), 0..12)) {
            let mut seen = Seen::new(SourceId::new("scim:x"), true);
            let mut named: BTreeSet<String> = BTreeSet::new();
            for (kind, object) in &objects {
                let mut made = Made::default();
                seen.take(*kind, object, &mut made);
                let is_thing = |record: &&Record| match record {
                    Record::Account(account) => Some(&account.id) == object.text("id").as_ref(),
                    Record::Entitlement(one) => one.kind == EntitlementKind::Group,
                    _ => false,
                };
                let things = made.records.iter().filter(is_thing).count();
                prop_assert_eq!(things + made.refusals.len(), 1);
                if things == 1 {
                    prop_assert!(named.insert(object.text("id").unwrap()), "each id once");
                }
            }
            let mut grants: BTreeSet<(String, String, Vec<String>)> = BTreeSet::new();
            seen.finish(|made| {
                for record in made.records {
                    let Record::Grant(grant) = record else { panic!("{record:?}") };
                    grants.insert((grant.account, grant.entitlement, grant.via));
                }
            });
            for (account, group, _) in &grants {
                prop_assert!(account != group && named.contains(group));
            }
        }
    }
}
