//! Groups, applications and systems, and who is connected with each.

use std::collections::{BTreeSet, HashMap};

use super::super::catalogue::{self, Channel, Seen};
use super::super::listing::{AT_ONCE, List, Made, Object, Pages, below};
use super::super::{ConnectorError, Sink};
use super::lists;
use super::reading::Reading;
use crate::model::inventory::{Account, Class, EntitlementKind, Fact, Grant, Record};
use crate::model::pull::Refusal;

/// How the table of rights calls signing in to an application.
const SIGN_IN: &str = "application access";

/// What one list below many places is read for.
type Take<'r, 'a> = fn(&mut Reading<'a>, &(String, String), &[Object]) -> Vec<Record>;

impl<'a> Reading<'a> {
    /// Reads groups and who is in them.
    pub async fn read_groups(&mut self, out: &mut Sink) -> Result<(), ConnectorError> {
        self.each(&lists::GROUPS, Self::group, out).await?;
        let groups: Vec<(String, String)> =
            self.groups.iter().map(|(id, title)| (id.clone(), title.clone())).collect();
        self.connected(&lists::MEMBERS, &groups, Self::members, out).await.map(drop)
    }

    /// Reads applications and who may sign in to them; AI products among them are tools in use.
    pub async fn read_apps(&mut self, out: &mut Sink) -> Result<(), ConnectorError> {
        let (mut pages, mut lack) = (Pages::of(self.http, &lists::APPS), None);
        let mut made = Made::default();
        while let Some(page) = pages.told(out, &mut lack).await? {
            for app in page {
                if self.ids.take(app.text("_id"), title(&app), &mut made).is_some() {
                    self.apps.push(app);
                }
            }
        }
        made.hand_over(out).await?;
        self.note(&lists::APPS, lack, out).await?;
        let named = |app: &Object| {
            let id = app.text("_id")?;
            Some((id.clone(), title(app).unwrap_or(id)))
        };
        let apps: Vec<(String, String)> = self.apps.iter().filter_map(named).collect();
        let users = self.connected(&lists::APP_USERS, &apps, Self::app_users, out).await?;
        let tools = self.apps.iter().filter_map(|app| self.product(app, &users)).collect();
        Made { records: tools, refusals: Vec::new() }.hand_over(out).await
    }

    /// Reads who may sign in to or administer each system.
    pub async fn read_system_users(&mut self, out: &mut Sink) -> Result<(), ConnectorError> {
        let systems = std::mem::take(&mut self.systems);
        self.connected(&lists::SYSTEM_USERS, &systems, Self::system_users, out).await.map(drop)
    }

    /// Reads all systems; each is an identity of its own.
    pub async fn read_systems(&mut self, out: &mut Sink) -> Result<(), ConnectorError> {
        self.each(&lists::SYSTEMS, Self::system, out).await
    }

    /// Reads a list below many places, some at once; says how many are connected with each.
    async fn connected(
        &mut self,
        list: &List,
        places: &[(String, String)],
        take: Take<'_, 'a>,
        out: &mut Sink,
    ) -> Result<HashMap<String, u32>, ConnectorError> {
        let (mut counts, mut done) = (HashMap::new(), 0);
        if !self.tells_rights {
            return Ok(counts);
        }
        for some in places.chunks(AT_ONCE) {
            let ids: Vec<&str> = some.iter().map(|(id, _)| id.as_str()).collect();
            for (place, found) in some.iter().zip(below(self.http, list, &ids).await?) {
                let Some(found) = found else {
                    let reason = "it was deleted while it was read".to_owned();
                    out.refuse(Refusal { subject: place.1.clone(), reason }).await?;
                    continue;
                };
                counts.insert(place.0.clone(), u32::try_from(found.len()).unwrap_or(u32::MAX));
                let records = take(self, place, &found);
                self.hand_over_rights(records, out).await?;
            }
            done += some.len();
            Self::progress(list.word, (done, places.len()), out);
        }
        Ok(counts)
    }

    fn group(&mut self, group: &Object, made: &mut Made) {
        let title = group.text("name");
        let Some(id) = self.ids.take(group.text("id"), title.clone(), made) else { return };
        let title = title.unwrap_or_else(|| id.clone());
        if self.tells_rights {
            made.records.extend(self.name(&id, &title, EntitlementKind::Group, false));
        }
        self.groups.insert(id, title);
    }

    fn members(&mut self, (group, _): &(String, String), found: &[Object]) -> Vec<Record> {
        let users: BTreeSet<String> = found
            .iter()
            .filter(|edge| edge.text("to.type").is_none_or(|kind| kind == "user"))
            .filter_map(|edge| edge.text("to.id"))
            .collect();
        users.iter().map(|user| Record::Grant(self.grant(user, group, Vec::new()))).collect()
    }

    fn app_users(&mut self, (app, title): &(String, String), found: &[Object]) -> Vec<Record> {
        let right = format!("app:{app}");
        let mut records: Vec<Record> =
            self.name(&right, title, EntitlementKind::Permission, false).into_iter().collect();
        for one in found {
            let Some(user) = one.text("id") else { continue };
            records.push(Record::Grant(Grant {
                action: Some(SIGN_IN.to_owned()),
                resource: Some(format!("application:{title}")),
                ..self.grant(&user, &right, self.way(one))
            }));
        }
        records
    }

    fn system_users(&mut self, (_, system): &(String, String), found: &[Object]) -> Vec<Record> {
        let mut records = Vec::new();
        for one in found {
            let Some(user) = one.text("id") else { continue };
            let flag = |key: &str| one.flag(&format!("compiledAttributes.sudo.{key}")) == Fact::Known(true);
            let right = match (flag("enabled"), flag("withoutPassword")) {
                (true, true) => "passwordless sudo",
                (true, false) => "sudo",
                (false, _) => "system user",
            };
            records.extend(self.name(right, right, EntitlementKind::Permission, false));
            let resource = Some(format!("system:{system}"));
            records.push(Record::Grant(Grant { resource, ..self.grant(&user, right, self.way(one)) }));
        }
        records
    }

    /// One system; it is an identity of its own.
    pub fn system(&mut self, system: &Object, made: &mut Made) {
        let name = system.text("displayName").or_else(|| system.text("hostname"));
        let Some(id) = self.ids.take(system.text("_id"), name.clone(), made) else { return };
        let name = name.unwrap_or_else(|| id.clone());
        made.records.push(Record::Account(Account {
            class: Fact::Known(Class::Machine),
            class_rule: "jumpcloud.system/1".to_owned(),
            is_class_declared: true,
            is_guest: Fact::Known(false),
            created: system.time("created"),
            last_seen: system.time_or_null("lastContact"),
            ..self.account(&id, name.clone())
        }));
        self.systems.push((id, name));
    }

    /// An AI product that users sign in to through it.
    fn product(&self, app: &Object, users: &HashMap<String, u32>) -> Option<Record> {
        let addresses = ["ssoUrl", "config.acsUrl.value", "config.defaultTargetUrl.value", "sso.url"];
        let hosts: Vec<String> = addresses.iter().filter_map(|path| app.text(path)).collect();
        let hosts: Vec<&str> = hosts.iter().map(String::as_str).collect();
        let (title, name) = (title(app)?, app.text("name").unwrap_or_default());
        let find = |name: &str| catalogue::find(&Seen { hosts: &hosts, name, ..Seen::default() });
        let found = find(&title).or_else(|| find(&name))?;
        let users = users.get(&app.text("_id")?).map_or(Fact::Hidden, |count| Fact::Known(*count));
        let source = Some(self.source.clone());
        Some(Record::Tool(catalogue::tool(&found, source, Channel::Consent, app.time("created"), users)))
    }
}

fn title(app: &Object) -> Option<String> {
    ["displayLabel", "displayName", "name"].iter().find_map(|key| app.text(key))
}
