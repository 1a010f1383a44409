//! One pull of a realm, list after list.

use std::collections::{HashMap, HashSet};

use futures_util::StreamExt as _;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::super::http::Http;
use super::super::listing::{List, Made, Object, Pages, of_places, shown};
use super::super::{ConnectorError, Progress, Sink};
use super::consents;
use super::records::{ADMINISTRATION, Mapping, Role};
use super::settings::{
    ALL_CLIENTS, ALL_USERS, CHILDREN, CLIENT_ROLES, CLIENTS, CONSENTS, Door, GROUPS, HOLDERS, LOGINS,
    MEMBERS, PARTS, REALM_ROLES, ROLES, SIGN_INS, USERS,
};
use crate::model::SourceId;
use crate::model::inventory::Fact;
use crate::model::pull::{Lack, Missing, Sight};

/// How far sign-ins are read back, as far as the realm keeps them.
const SPAN: SignedDuration = SignedDuration::from_hours(24 * 180);
/// How deep roles in roles are followed.
const DEPTH: usize = 8;

/// What was read so far.
pub struct Reading<'a> {
    http: &'a Http,
    door: &'a Door,
    now: Timestamp,
    mapping: Mapping,
    /// Whether each role that was read administers the realm, by its id.
    known: HashMap<String, Fact<bool>>,
    /// Clients whose roles administer realms: ids by names.
    administration: HashMap<String, String>,
}

impl<'a> Reading<'a> {
    /// Nothing yet.
    pub fn new(door: &'a Door, source: SourceId, now: Timestamp) -> Self {
        Self {
            http: &door.http,
            door,
            now,
            mapping: Mapping::new(source, now),
            known: HashMap::new(),
            administration: HashMap::new(),
        }
    }

    /// Reads everything that is shown; sign-ins come before those who signed in.
    pub async fn run(
        &mut self,
        (realm, count): (&Object, Option<u64>),
        out: &mut Sink,
    ) -> Result<(), ConnectorError> {
        self.sign_ins(realm, out).await?;
        let has_clients = self.clients(out).await?;
        let has_users = self.users(count, out).await?;
        self.consents(has_users, out).await?;
        if has_clients && has_users {
            let lack = self.roles(out).await?;
            let Some(lack) = lack.or(self.groups(out).await?) else { return Ok(()) };
            let mut made = Made::default();
            self.mapping.untold(&mut made);
            made.hand_over(out).await?;
            return miss(&ROLES, lack, out).await;
        }
        // Whoever is not shown would be held for somebody else, or for nobody.
        miss(&ROLES, Lack::Forbidden, out).await
    }

    async fn sign_ins(&mut self, realm: &Object, out: &mut Sink) -> Result<(), ConnectorError> {
        if !self.door.asks_events || realm.flag("eventsEnabled") == Fact::Known(false) {
            return miss(&SIGN_INS, Lack::NotCollected, out).await;
        }
        let since = self.now.checked_sub(SPAN).unwrap_or(self.now).strftime("%Y-%m-%d").to_string();
        let more = [("dateFrom", since.as_str())];
        let mut pages = Pages::of(self.http, &LOGINS).below(&self.door.realm).with(&more).roughly();
        let mut lack = None;
        while let Some(page) = pages.told(out, &mut lack).await? {
            for event in &page {
                self.mapping.event(event);
            }
        }
        match lack {
            Some(lack) => miss(&SIGN_INS, lack, out).await,
            None => Ok(()),
        }
    }

    async fn clients(&mut self, out: &mut Sink) -> Result<bool, ConnectorError> {
        let mut lack = None;
        let mut pages = Pages::of(self.http, &ALL_CLIENTS).below(&self.door.realm);
        while let Some(page) = pages.told(out, &mut lack).await? {
            let mut made = Made::default();
            for client in &page {
                let name = client.text("clientId").filter(|name| self.administers(name));
                self.administration.extend(name.zip(client.text("id")));
                self.mapping.client(client, &mut made);
            }
            made.hand_over(out).await?;
        }
        // To who may only search for clients, Keycloak shows their names alone.
        let lack = lack.or((self.mapping.untold_clients > 0).then_some(Lack::Forbidden));
        match lack {
            Some(lack) => miss(&CLIENTS, lack, out).await.map(|()| false),
            None => Ok(true),
        }
    }

    async fn consents(&mut self, has_users: bool, out: &mut Sink) -> Result<(), ConnectorError> {
        let lack = match (self.door.asks_consents, has_users) {
            (false, _) => Some(Lack::NotCollected),
            (true, false) => Some(Lack::Forbidden),
            (true, true) => consents::read(self.http, &self.door.realm, (&mut self.mapping, out)).await?,
        };
        match lack {
            Some(lack) => miss(&CONSENTS, lack, out).await,
            None => Ok(()),
        }
    }

    /// Whether the roles of a client administer a realm: its own, or in the first realm any other.
    fn administers(&self, client: &str) -> bool {
        client == ADMINISTRATION || (self.door.realm == "master" && client.ends_with("-realm"))
    }

    async fn users(&mut self, count: Option<u64>, out: &mut Sink) -> Result<bool, ConnectorError> {
        let mut lack = None;
        let mut pages = Pages::of(self.http, &ALL_USERS).below(&self.door.realm);
        while let Some(page) = pages.told(out, &mut lack).await? {
            let mut made = Made::default();
            for user in &page {
                self.mapping.user(user, &mut made);
            }
            made.hand_over(out).await?;
        }
        let received = pages.received;
        match (lack, count) {
            (Some(lack), _) => miss(&USERS, lack, out).await.map(|()| false),
            (None, Some(count)) if received == 0 && count > 0 => {
                miss(&USERS, Lack::Forbidden, out).await.map(|()| false)
            }
            (None, Some(count)) if received < count => {
                Err(self.http.fails(format!("it says that it has {count} users, and sent {received}")))
            }
            (None, _) => Ok(true),
        }
    }

    /// Roles of the realm and of its administration, and one list of holders for each.
    async fn roles(&mut self, out: &mut Sink) -> Result<Option<Lack>, ConnectorError> {
        let realm = &self.door.realm;
        let mut listed = vec![(String::new(), realm.clone(), shown(self.http, &REALM_ROLES, realm).await?)];
        for (name, id) in &self.administration {
            let place = format!("{realm}/clients/{id}");
            let found = shown(self.http, &CLIENT_ROLES, &place).await?;
            listed.push((format!("{name}/"), place, found));
        }
        let (mut roles, mut made) = (Vec::new(), Made::default());
        for (before, place, found) in listed {
            match found {
                Ok(found) => {
                    for role in &found {
                        roles.extend(self.role((&before, &place), role, &mut made).await?);
                    }
                }
                Err(lack) => return Ok(Some(lack)),
            }
        }
        made.hand_over(out).await?;
        self.known = roles.iter().map(|role| (role.id.clone(), role.is_admin)).collect();
        self.holders(roles, out).await
    }

    async fn role(
        &self,
        (before, place): (&str, &str),
        role: &Object,
        to: &mut Made,
    ) -> Result<Option<Role>, ConnectorError> {
        let Some(name) = role.text("name") else {
            to.refuse("a role", "it has no name");
            return Ok(None);
        };
        let id = format!("{before}{name}");
        if name.contains('/') {
            to.refuse(id, "its holders cannot be asked for, because its name holds a `/`");
            return Ok(None);
        }
        let is_admin = self.is_admin(&id, role).await?;
        Ok(Some(Role { place: format!("{place}/roles/{name}"), id, is_admin }))
    }

    /// Whether a role makes its holder the administrator of the realm, itself or by a role in it.
    async fn is_admin(&self, id: &str, role: &Object) -> Result<Fact<bool>, ConnectorError> {
        if is_administrator(id, &self.door.realm) {
            return Ok(Fact::Known(true));
        }
        let mut work = vec![(role.clone(), 0)];
        let mut met = vec![role.text("id").unwrap_or_default()];
        while let Some((role, depth)) = work.pop() {
            match role.flag("composite") {
                Fact::Known(true) => {}
                Fact::Known(false) => continue,
                _ => return Ok(Fact::Hidden),
            }
            let Some(number) = role.text("id").filter(|_| depth < DEPTH) else { return Ok(Fact::Hidden) };
            let place = format!("{}/roles-by-id/{number}", self.door.realm);
            let Ok(parts) = shown(self.http, &PARTS, &place).await? else { return Ok(Fact::Hidden) };
            for part in parts {
                let name = part.text("name").unwrap_or_default();
                let owner = part.text("containerId").unwrap_or_default();
                let of = self.administration.iter().find(|(_, id)| **id == owner).map(|(name, _)| name);
                let id = of.map_or_else(|| name.clone(), |of| format!("{of}/{name}"));
                let is_of_realm = of.is_some() || part.flag("clientRole") != Fact::Known(true);
                if is_of_realm && is_administrator(&id, &self.door.realm) {
                    return Ok(Fact::Known(true));
                }
                let number = part.text("id").unwrap_or_default();
                if !met.contains(&number) {
                    met.push(number);
                    work.push((part, depth + 1));
                }
            }
        }
        Ok(Fact::Known(false))
    }

    async fn holders(&mut self, roles: Vec<Role>, out: &mut Sink) -> Result<Option<Lack>, ConnectorError> {
        let places: Vec<String> = roles.iter().map(|role| role.place.clone()).collect();
        let by_place: HashMap<String, Role> =
            roles.into_iter().map(|role| (role.place.clone(), role)).collect();
        let (of, mut done) = (Some(places.len() as u64), 0);
        let Some((first, rest)) = places.split_first() else { return Ok(None) };
        match shown(self.http, &HOLDERS, first).await? {
            Ok(users) => self.take_holders(by_place.get(first), &users, out).await?,
            Err(lack) => return Ok(Some(lack)),
        }
        let mut asked = of_places(self.http, &HOLDERS, rest.to_vec());
        while let Some(found) = asked.next().await {
            match found? {
                (place, Ok(users)) => self.take_holders(by_place.get(&place), &users, out).await?,
                (_, Err(_)) => return Err(stopped(self.http, &HOLDERS)),
            }
            done += 1;
            out.progress(Progress { what: HOLDERS.word.to_owned(), done, of });
        }
        Ok(None)
    }

    /// Roles that groups give, those of the groups around them too; the members of each group that gives any.
    async fn groups(&mut self, out: &mut Sink) -> Result<Option<Lack>, ConnectorError> {
        let realm = &self.door.realm;
        let mut work: Vec<(Object, Vec<String>)> = match shown(self.http, &GROUPS, realm).await? {
            Ok(groups) => groups.into_iter().map(|group| (group, Vec::new())).collect(),
            Err(lack) => return Ok(Some(lack)),
        };
        let mut met = HashSet::new();
        while let Some((group, around)) = work.pop() {
            let Some(id) = group.text("id").filter(|id| met.insert(id.clone())) else { continue };
            let place = format!("{realm}/groups/{id}");
            let mut roles = around;
            roles.extend(given(&group));
            let name = group.text("path").or_else(|| group.text("name")).unwrap_or_else(|| id.clone());
            if !roles.is_empty() {
                match shown(self.http, &MEMBERS, &place).await? {
                    Ok(members) => self.take_members((&name, &roles), &members, out).await?,
                    Err(lack) => return Ok(Some(lack)),
                }
            }
            let has_more = group.number("subGroupCount").is_some_and(|count| count > 0);
            let inner = group.objects("subGroups").unwrap_or_default();
            let inner = if inner.is_empty() && has_more {
                match shown(self.http, &CHILDREN, &place).await? {
                    Ok(inner) => inner,
                    Err(lack) => return Ok(Some(lack)),
                }
            } else {
                inner
            };
            work.extend(inner.into_iter().map(|group| (group, roles.clone())));
        }
        Ok(None)
    }

    async fn take_members(
        &mut self,
        (group, roles): (&str, &[String]),
        members: &[Object],
        out: &mut Sink,
    ) -> Result<(), ConnectorError> {
        let mut made = Made::default();
        let via = [format!("group {group}")];
        for id in roles {
            // Of a role of another client nothing tells what it is made of.
            let is_admin = self.known.get(id).copied().unwrap_or(Fact::Hidden);
            let role = Role { id: id.clone(), place: String::new(), is_admin };
            for user in members {
                self.mapping.holder(&role, user, &via, &mut made);
            }
        }
        made.hand_over(out).await
    }

    async fn take_holders(
        &mut self,
        role: Option<&Role>,
        users: &[Object],
        out: &mut Sink,
    ) -> Result<(), ConnectorError> {
        let Some(role) = role else { return Ok(()) };
        let mut made = Made::default();
        self.mapping.entitle(role, &mut made);
        for user in users {
            self.mapping.holder(role, user, &[], &mut made);
        }
        made.hand_over(out).await
    }
}

/// The roles that a group gives itself, as they are called in records.
fn given(group: &Object) -> Vec<String> {
    let of_realm = group.texts("realmRoles").unwrap_or_default();
    let clients = group.object("clientRoles").unwrap_or_default();
    let of_client = |(client, names): (&str, &Value)| -> Vec<String> {
        let names = names.as_array().into_iter().flatten().filter_map(Value::as_str);
        names.map(|name| format!("{client}/{name}")).collect()
    };
    of_realm.into_iter().chain(clients.pairs().flat_map(of_client)).collect()
}

/// Roles that administer all of a realm; in the first realm, of all realms.
fn is_administrator(id: &str, realm: &str) -> bool {
    id == "realm-management/realm-admin" || (realm == "master" && id == "admin")
}

/// A part of the holders would pass for all.
fn stopped(http: &Http, list: &List) -> ConnectorError {
    http.fails(format!("it stopped showing {} in the middle", list.word))
}

/// Says that something is not shown.
async fn miss(sight: &Sight, why: Lack, out: &mut Sink) -> Result<(), ConnectorError> {
    out.misses(Missing::from(sight).because(why)).await
}
