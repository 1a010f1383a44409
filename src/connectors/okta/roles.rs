//! Administrators' roles: of users, of groups for those who are in them, and of applications, each with what it is limited
//! to.

use std::collections::HashSet;

use serde_json::json;

use super::super::listing::{AT_ONCE, Made, Object, below};
use super::super::{ConnectorError, Sink};
use super::lists::{self, Holder};
use super::reading::Reading;
use super::records::{active, last};
use crate::model::inventory::{Entitlement, EntitlementKind, Fact, Grant, Record};

/// The type of roles that the organisation made itself.
const CUSTOM: &str = "CUSTOM";
/// The roles that can be limited to applications.
const OF_APPS: &[&str] = &["APP_ADMIN"];

/// A role that somebody holds, with what it is limited to; nothing for the whole organisation.
#[derive(Debug, Clone)]
pub struct Held {
    right: Entitlement,
    targets: Vec<String>,
    granted_at: Fact<jiff::Timestamp>,
    /// The group that a user has it by, where it is not the user's own.
    group: Option<String>,
    is_by_group: bool,
}

impl Reading<'_> {
    /// Reads who holds which role.
    pub async fn read_roles(&mut self, out: &mut Sink) -> Result<(), ConnectorError> {
        if !self.tells_rights {
            return Ok(());
        }
        self.read_custom_roles(out).await?;
        let mut administrators = Vec::new();
        for one in self.listed(&lists::ADMINISTRATORS, out).await? {
            administrators.extend(one.text("id"));
        }
        self.read_held(Holder::User, &administrators, out).await?;
        let may_hold = |(id, group): (&String, &super::groups::Group)| {
            (group.is_privileged != Some(false)).then(|| id.clone())
        };
        let groups: Vec<String> = self.groups.iter().filter_map(may_hold).collect();
        self.read_held(Holder::Group, &groups, out).await?;
        let clients: Vec<String> =
            self.apps.iter().filter(|app| app.acts()).map(|app| app.client.clone()).collect();
        self.read_held(Holder::Client, &clients, out).await?;
        let rest = self.by_unknown_groups();
        self.hand_over_rights(rest, out).await
    }

    /// Roles that users have by a group which no answer names, unless that group was found to give them.
    fn by_unknown_groups(&mut self) -> Vec<Record> {
        let known: HashSet<(String, String)> =
            self.given.iter().map(|(account, right, ..)| (account.clone(), right.clone())).collect();
        let rest = std::mem::take(&mut self.by_groups).into_iter();
        let rest = rest.filter(|(user, role)| !known.contains(&(user.clone(), role.right.id.clone())));
        let via = ["a group".to_owned()];
        rest.flat_map(|(user, role)| self.each_target(&user, &role, &via)).map(Record::Grant).collect()
    }

    /// Roles that the organisation made itself, spelt out by their permissions.
    async fn read_custom_roles(&mut self, out: &mut Sink) -> Result<(), ConnectorError> {
        let roles = self.listed(&lists::CUSTOM_ROLES, out).await?;
        let named: Vec<(String, String)> = roles
            .iter()
            .filter_map(|role| {
                let id = role.text("id")?;
                Some((id.clone(), role.text("label").unwrap_or(id)))
            })
            .collect();
        for some in named.chunks(AT_ONCE) {
            let places: Vec<&str> = some.iter().map(|(id, _)| id.as_str()).collect();
            let mut made = Made::default();
            for ((id, label), found) in some.iter().zip(below(self.http, &lists::PERMISSIONS, &places).await?)
            {
                let labels = found.iter().flatten().filter_map(|one| one.text("label"));
                let spelt: Vec<_> = labels.map(|rule| json!({ "rule": rule })).collect();
                let right = Entitlement {
                    document: found.is_some().then(|| json!({ "rules": spelt }).to_string()),
                    ..self.make.entitlement(id, label, EntitlementKind::Role)
                };
                made.records.extend(self.name(right));
            }
            made.hand_over(out).await?;
        }
        Ok(())
    }

    async fn read_held(
        &mut self,
        holder: Holder,
        ids: &[String],
        out: &mut Sink,
    ) -> Result<(), ConnectorError> {
        let lists = holder.lists();
        let mut done = 0;
        for some in ids.chunks(AT_ONCE) {
            let places: Vec<&str> = some.iter().map(String::as_str).collect();
            let found = below(self.http, &lists.groups, &places).await?;
            // What a role is limited to comes by one kind at a time.
            let limited: Vec<&str> = places
                .iter()
                .zip(&found)
                .filter(|(_, found)| has_apps(found.as_ref()))
                .map(|(id, _)| *id)
                .collect();
            let apps = below(self.http, &lists.apps, &limited).await?;
            let apps: Vec<_> = limited.into_iter().zip(apps).collect();
            for (id, roles) in some.iter().zip(found) {
                let Some(roles) = roles else {
                    self.deleted(id, out).await?;
                    continue;
                };
                let by_app = apps.iter().find(|(of, _)| of == id).and_then(|(_, found)| found.as_deref());
                let held: Vec<Held> =
                    roles.iter().filter_map(|role| self.held(role, by_app.unwrap_or_default())).collect();
                let records = self.grants(holder, id, &held);
                self.hand_over_rights(records, out).await?;
            }
            done += some.len();
            Self::progress(lists.groups.word, (done, ids.len()), out);
        }
        Ok(())
    }

    /// One role of a holder; `None` for one that is switched off or has no type.
    pub fn held(&self, role: &Object, by_app: &[Object]) -> Option<Held> {
        if active(role) == Fact::Known(false) {
            return None;
        }
        let kind = role.text("type")?;
        let label = role.text("label").unwrap_or_else(|| kind.clone());
        let (id, set) = match kind.as_str() {
            CUSTOM => (role.text("role").unwrap_or_else(|| label.clone()), role.text("resource-set")),
            _ => (kind.clone(), None),
        };
        let own = role.text("id");
        let same = by_app.iter().find(|other| own.is_some() && other.text("id") == own);
        let named = |object: &Object, path: &str, keys: &[&str], word: &str| {
            let targets = object.objects(path).unwrap_or_default();
            let name =
                |one: &Object| keys.iter().find_map(|key| one.text(key)).map(|name| format!("{word}:{name}"));
            targets.iter().filter_map(name).collect::<Vec<_>>()
        };
        let groups = named(role, "_embedded.targets.groups", &["profile.name", "id"], "group");
        let keys = ["id", "name", "displayName"];
        let apps = same.map(|role| named(role, "_embedded.targets.catalog.apps", &keys, "app"));
        let set = set.map(|set| format!("resource-set:{set}"));
        Some(Held {
            right: Entitlement {
                is_general_admin: Fact::Known(kind == "SUPER_ADMIN"),
                ..self.make.entitlement(&id, &label, EntitlementKind::Role)
            },
            targets: groups.into_iter().chain(apps.into_iter().flatten()).chain(set).collect(),
            granted_at: role.time("created"),
            group: role.text("_links.assignee.href").and_then(|link| last(&link).map(str::to_owned)),
            is_by_group: role.text("assignmentType").as_deref() == Some("GROUP"),
        })
    }

    /// What roles give: to their holder, or to everybody who is in the group that holds them.
    fn grants(&mut self, holder: Holder, id: &str, held: &[Held]) -> Vec<Record> {
        let mut records = Vec::new();
        for role in held {
            records.extend(self.name(role.right.clone()));
            let (holders, via) = match holder {
                Holder::User if role.is_by_group => match &role.group {
                    Some(group) if group != id => (vec![id.to_owned()], self.step(group)),
                    _ => {
                        self.by_groups.push((id.to_owned(), role.clone()));
                        continue;
                    }
                },
                Holder::User => (vec![id.to_owned()], Vec::new()),
                Holder::Client => (
                    self.apps.iter().filter(|app| app.client == id).map(|app| app.id.clone()).collect(),
                    Vec::new(),
                ),
                Holder::Group => {
                    let members = self.groups.get(id).map(|group| group.members.iter().cloned().collect());
                    (members.unwrap_or_default(), self.step(id))
                }
            };
            for account in holders {
                records.extend(self.each_target(&account, role, &via).into_iter().map(Record::Grant));
            }
        }
        records
    }

    fn step(&self, group: &str) -> Vec<String> {
        vec![self.groups.get(group).map_or_else(|| format!("group {group}"), super::groups::Group::step)]
    }

    /// One grant for each target; each way once, though both the user and the group tell of it.
    fn each_target(&mut self, account: &str, role: &Held, via: &[String]) -> Vec<Grant> {
        let targets: Vec<Option<String>> = match role.targets.as_slice() {
            [] => vec![None],
            some => some.iter().cloned().map(Some).collect(),
        };
        let mut grants = Vec::new();
        for resource in targets {
            let key = (account.to_owned(), role.right.id.clone(), resource.clone(), via.to_vec());
            if self.given.insert(key) {
                grants.push(Grant {
                    via: via.to_vec(),
                    resource,
                    granted_at: role.granted_at,
                    ..self.make.grant(account, &role.right.id)
                });
            }
        }
        grants
    }
}

fn has_apps(roles: Option<&Vec<Object>>) -> bool {
    let kinds = roles.into_iter().flatten().filter_map(|role| role.text("type"));
    kinds.into_iter().any(|kind| OF_APPS.contains(&kind.as_str()))
}
