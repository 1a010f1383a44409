//! Roles of administrators, groups, and who holds them.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use jiff::Timestamp;
use serde_json::json;

use super::super::super::listing::{Ids, Made, Object};
use crate::model::SourceId;
use crate::model::inventory::{Entitlement, EntitlementKind, Fact, Grant, Record};

/// What was seen of roles and groups so far.
pub struct Roles {
    source: SourceId,
    listed: Ids,
    assignments: Ids,
    groups: Ids,
    /// Names of groups by their ids.
    names: BTreeMap<String, String>,
    /// What groups hold; who is in them is asked for later.
    held: BTreeMap<String, Vec<Held>>,
    /// Roles that are held.
    wanted: BTreeSet<String>,
}

/// A role as somebody holds it.
#[derive(Debug, Clone)]
struct Held {
    role: String,
    resource: Option<String>,
    expires: Fact<Timestamp>,
}

impl Roles {
    /// Nothing of a system yet.
    pub fn new(source: SourceId) -> Self {
        Self {
            source,
            listed: Ids::default(),
            assignments: Ids::default(),
            groups: Ids::default(),
            names: BTreeMap::new(),
            held: BTreeMap::new(),
            wanted: BTreeSet::new(),
        }
    }

    /// Takes a role.
    pub fn role(&mut self, role: &Object, to: &mut Made) {
        let name = role.text("roleName");
        let Some(id) = self.listed.take(role.text("roleId"), name.clone(), to) else { return };
        let is_super = role.flag("isSuperAdminRole");
        let is_own = role.flag("isSystemRole") != Fact::Known(true);
        to.records.push(Record::Entitlement(Entitlement {
            // The tables know Google's own roles by their names.
            title: name.unwrap_or_else(|| id.clone()),
            id,
            source: Some(self.source.clone()),
            kind: EntitlementKind::Role,
            is_general_admin: is_super,
            document: is_own.then(|| rules(role)).flatten(),
        }));
    }

    /// Takes the holding of a role.
    pub fn assignment(&mut self, assignment: &Object, to: &mut Made) {
        let role = assignment.text("roleId");
        let Some(id) = self.assignments.take(assignment.text("roleAssignmentId"), role.clone(), to) else {
            return;
        };
        let (Some(role), Some(holder)) = (role, assignment.text("assignedTo")) else {
            to.refuse(format!("role assignment {id}"), "it does not say which role, or who holds it");
            return;
        };
        self.wanted.insert(role.clone());
        let unit = assignment.text("orgUnitId").filter(|_| {
            let scope = assignment.text("scopeType").unwrap_or_default();
            !scope.eq_ignore_ascii_case("customer")
        });
        let expires = assignment.object("expirationDetails");
        let held = Held {
            role,
            resource: unit.map(|unit| format!("orgunit:{unit}")),
            expires: expires.map_or(Fact::Absent, |details| details.time("expireTime")),
        };
        if assignment.text("assigneeType").is_some_and(|kind| kind.eq_ignore_ascii_case("group")) {
            self.held.entry(holder).or_default().push(held);
        } else {
            to.records.push(self.grant(&holder, &held, None));
        }
    }

    /// Takes a group.
    pub fn group(&mut self, group: &Object, to: &mut Made) {
        let name = group.text("email").or_else(|| group.text("name"));
        let Some(id) = self.groups.take(group.text("id"), name.clone(), to) else { return };
        let title = name.unwrap_or_else(|| id.clone());
        to.records.push(self.entitlement(&id, &title));
        self.names.insert(id, title);
    }

    /// The groups whose members tell something: all that are listed, and those that hold roles.
    pub fn groups(&self) -> BTreeSet<String> {
        self.names.keys().chain(self.held.keys()).cloned().collect()
    }

    /// Takes who is in a group, those of groups in it among them.
    pub fn members(&self, group: &str, members: &[Object], to: &mut Made) {
        let mut met = HashSet::new();
        let held = self.held.get(group).map(Vec::as_slice).unwrap_or_default();
        for member in members {
            match member.text("type").unwrap_or_default().to_uppercase().as_str() {
                // Its own members are listed too.
                "GROUP" => continue,
                "CUSTOMER" => {
                    let reason =
                        "everybody of the organisation is in it, and what it holds is not counted one by one";
                    to.refuse(self.name(group), reason);
                    continue;
                }
                _ => {}
            }
            let Some(id) = member.text("id").or_else(|| member.text("email")) else {
                to.refuse(self.name(group), "it has a member without an id");
                continue;
            };
            if !met.insert(id.clone()) {
                continue;
            }
            if self.names.contains_key(group) {
                let own = Held { role: group.to_owned(), resource: None, expires: Fact::Absent };
                to.records.push(self.grant(&id, &own, None));
            }
            to.records.extend(held.iter().map(|held| self.grant(&id, held, Some(group))));
        }
    }

    /// Names a group whose members are not shown, though it holds roles.
    pub fn hidden(&self, group: &str, to: &mut Made) {
        let Some(held) = self.held.get(group) else { return };
        if !self.names.contains_key(group) {
            to.records.push(self.entitlement(group, &self.name(group)));
        }
        let reason =
            format!("who is in it is not shown, so that nobody is seen to hold its {} roles", held.len());
        to.refuse(self.name(group), reason);
    }

    /// Names roles that are held and that no list shows.
    pub fn finish(&self, to: &mut Made) {
        for role in self.wanted.iter().filter(|role| !self.listed.has(role)) {
            to.refuse(format!("role {role}"), "it is held, and no list shows it: what it gives is not known");
        }
    }

    fn name(&self, group: &str) -> String {
        format!("group {}", self.names.get(group).map_or(group, String::as_str))
    }

    fn entitlement(&self, id: &str, title: &str) -> Record {
        Record::Entitlement(Entitlement {
            id: id.to_owned(),
            source: Some(self.source.clone()),
            title: title.to_owned(),
            kind: EntitlementKind::Group,
            ..Entitlement::default()
        })
    }

    fn grant(&self, holder: &str, held: &Held, group: Option<&str>) -> Record {
        Record::Grant(Grant {
            account: holder.to_owned(),
            entitlement: held.role.clone(),
            source: Some(self.source.clone()),
            via: group.map(|group| self.name(group)).into_iter().collect(),
            resource: held.resource.clone(),
            expires: held.expires,
            ..Grant::default()
        })
    }
}

/// What a role of the organisation's own gives, privilege by privilege.
fn rules(role: &Object) -> Option<String> {
    let privileges = role.objects("rolePrivileges")?;
    let names: BTreeSet<String> = privileges.iter().filter_map(|one| one.text("privilegeName")).collect();
    let is_partly_read = names.is_empty() || privileges.iter().any(|one| one.text("privilegeName").is_none());
    let rules: Vec<_> = names.iter().map(|name| json!({ "rule": name })).collect();
    Some(json!({ "rules": rules, "is_partly_read": is_partly_read }).to_string())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn object(value: Value) -> Object {
        Object::of(value).unwrap()
    }

    fn grants(made: &Made) -> Vec<(&str, &str, Option<&str>, usize)> {
        let grants = made.records.iter().filter_map(|record| match record {
            Record::Grant(grant) => Some(grant),
            _ => None,
        });
        grants
            .map(|one| {
                (one.account.as_str(), one.entitlement.as_str(), one.resource.as_deref(), one.via.len())
            })
            .collect()
    }

    /// A role of Google's and one of the organisation's own, held by a user, by a group, and one that no list shows.
    fn held() -> (Roles, Made) {
        let (mut roles, mut made) = (Roles::new(SourceId::new("google:C1")), Made::default());
        roles.role(
            &object(json!({"roleId": "7", "roleName": "_SEED_ADMIN_ROLE", "isSystemRole": true,
            "isSuperAdminRole": true, "rolePrivileges": [{"privilegeName": "SUPER_ADMIN"}]})),
            &mut made,
        );
        roles.role(
            &object(json!({"roleId": "8", "roleName": "Desk", "isSystemRole": false,
            "rolePrivileges": [{"privilegeName": "USERS_RESET_PASSWORD"}, {"serviceId": "x"}]})),
            &mut made,
        );
        roles.assignment(
            &object(json!({"roleAssignmentId": "a", "roleId": "7", "assignedTo": "u1",
            "assigneeType": "user", "scopeType": "CUSTOMER"})),
            &mut made,
        );
        roles.assignment(
            &object(json!({"roleAssignmentId": "b", "roleId": 8, "assignedTo": "g1",
            "assigneeType": "group", "scopeType": "ORG_UNIT", "orgUnitId": "ou1",
            "expirationDetails": {"expireTime": "2027-01-01T00:00:00Z"}})),
            &mut made,
        );
        roles.assignment(
            &object(json!({"roleAssignmentId": "c", "roleId": "9", "assignedTo": "u2"})),
            &mut made,
        );
        (roles, made)
    }

    #[test]
    fn roles_are_held_by_users_and_by_members_of_groups() {
        let (roles, mut made) = held();
        let documents: Vec<_> = made
            .records
            .iter()
            .filter_map(|record| match record {
                Record::Entitlement(one) => Some((one.document.as_deref(), one.is_general_admin)),
                _ => None,
            })
            .collect();
        assert_eq!(documents[0], (None, Fact::Known(true)));
        assert!(
            documents[1].0.unwrap().contains("USERS_RESET_PASSWORD")
                && documents[1].0.unwrap().contains("true")
        );
        assert_eq!(roles.groups().into_iter().collect::<Vec<_>>(), ["g1"]);
        let members = [
            json!({"id": "u3", "type": "USER"}),
            json!({"id": "g2", "type": "GROUP"}),
            json!({"id": "u3", "type": "USER"}),
            json!({"type": "CUSTOMER", "id": "C1"}),
            json!({"email": "x@y.example"}),
        ];
        roles.members("g1", &members.map(object), &mut made);
        roles.finish(&mut made);
        assert_eq!(
            grants(&made),
            [
                ("u1", "7", None, 0),
                ("u2", "9", None, 0),
                ("u3", "8", Some("orgunit:ou1"), 1),
                ("x@y.example", "8", Some("orgunit:ou1"), 1),
            ]
        );
        assert_eq!(made.refusals.len(), 2);
        let mut made = Made::default();
        roles.hidden("g1", &mut made);
        assert_eq!((made.records.len(), made.refusals.len()), (1, 1));
    }

    proptest! {
        #[test]
        fn each_assignment_becomes_one_grant_or_is_named(
            ids in prop::collection::vec((prop::option::of("[ab]"), prop::option::of("[rs]"), prop::option::of("[uv]")), 0..8)
        ) {
            let (mut roles, mut made) = (Roles::new(SourceId::new("google:C1")), Made::default());
            for (id, role, holder) in &ids {
                roles.assignment(
                    &object(json!({"roleAssignmentId": id, "roleId": role, "assignedTo": holder, "assigneeType": null})),
                    &mut made,
                );
            }
            prop_assert_eq!(grants(&made).len() + made.refusals.len(), ids.len());
        }
    }
}
