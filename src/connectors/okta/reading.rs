//! Reading all of an organisation: first what is small and what decides whether rights are told, then the rest, page by
//! page.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::Timestamp;

use super::super::http::{Fault, Http};
use super::super::listing::{
    Ids, List, Made, Object, Pages, Sightline, count, count_below, hidden_rights, whole,
};
use super::super::{ConnectorError, Progress, Sink};
use super::apps::App;
use super::groups::Group;
use super::log::Heard;
use super::records::Maker;
use super::roles::Held;
use super::{Wants, lists, shows_nothing, small};
use crate::model::SourceId;
use crate::model::inventory::{Entitlement, EntitlementKind, Fact, Grant, Record};
use crate::model::pull::{Lack, Missing, Refusal};

/// A pull on its way, with what one list says about the objects of others.
pub struct Reading<'a> {
    pub http: &'a Http,
    pub make: Maker,
    pub wants: Wants,
    pub ids: Ids,
    pub groups: BTreeMap<String, Group>,
    pub apps: Vec<App>,
    pub agents: Vec<Object>,
    /// Applications that are identities, by id.
    pub clients: HashSet<String>,
    /// Sign-in names by the ids of users.
    pub users: HashMap<String, String>,
    /// Users that stand for services, by id, with the ids of those who own them.
    pub managed: HashMap<String, Object>,
    pub tokens: Vec<Object>,
    pub heard: Heard,
    /// Grants that were handed over and may come by several ways.
    pub given: HashSet<(String, String, Option<String>, Vec<String>)>,
    /// Roles that users have by groups which are not named with them.
    pub by_groups: Vec<(String, Held)>,
    /// Rights that were handed over by their ids, each once.
    named: HashSet<String>,
    /// Whether all that gives rights is shown: a part of them would look like fewer.
    pub tells_rights: bool,
    /// Whether the scopes of applications are shown.
    pub shows_scopes: bool,
    shown: usize,
}

impl<'a> Reading<'a> {
    /// Nothing of an organisation yet.
    pub fn new(http: &'a Http, source: SourceId, wants: Wants) -> Self {
        Self {
            http,
            make: Maker(source),
            wants,
            ids: Ids::default(),
            groups: BTreeMap::new(),
            apps: Vec::new(),
            agents: Vec::new(),
            clients: HashSet::new(),
            users: HashMap::new(),
            managed: HashMap::new(),
            tokens: Vec::new(),
            heard: Heard::default(),
            given: HashSet::new(),
            by_groups: Vec::new(),
            named: HashSet::new(),
            tells_rights: true,
            shows_scopes: true,
            shown: 0,
        }
    }

    /// Reads everything.
    pub async fn run(mut self, at: Timestamp, out: &mut Sink) -> Result<(), ConnectorError> {
        self.ahead(at, out).await?;
        self.judge_rights(out).await?;
        self.read_users(out).await?;
        if self.shown == 0 {
            return Err(shows_nothing(self.http));
        }
        self.hand_over_groups(out).await?;
        self.read_members(out).await?;
        self.read_apps(out).await?;
        self.read_services(out).await?;
        self.hand_over_tokens(out).await?;
        self.read_roles(out).await?;
        self.read_agents(out).await
    }

    /// What others need to be understood.
    async fn ahead(&mut self, at: Timestamp, out: &mut Sink) -> Result<(), ConnectorError> {
        for user in self.of_product(&lists::OKTA_ACCOUNTS, out).await? {
            if let Some(id) = user.text("oktaUserId") {
                self.managed.insert(id, user);
            }
        }
        self.tokens = self.listed(&lists::API_TOKENS, out).await?;
        if let Some(days) = self.wants.log_days {
            self.heard = self.read_log(at, days, out).await?;
        }
        self.read_group_list(out).await?;
        let (mut found, list) = (Vec::new(), &lists::APPS);
        let mut pages = Pages::of(self.http, list);
        let mut lack = None;
        while let Some(page) = pages.told(out, &mut lack).await? {
            found.extend(page.iter().map(App::read));
        }
        self.note(list, lack, out).await?;
        self.tells_rights &= lack.is_none();
        self.apps = found;
        self.agents = self.of_product(&lists::AGENTS, out).await?;
        Ok(())
    }

    /// Whether everything that gives rights is shown. What is not is named, and why nothing of it is counted.
    async fn judge_rights(&mut self, out: &mut Sink) -> Result<(), ConnectorError> {
        let first = self.apps.iter().find(|app| app.can_have_scopes).map(|app| app.id.clone());
        let scopes = match first {
            Some(app) => count_below(self.http, &lists::SCOPES, &app).await?,
            None => Sightline::Shown(None),
        };
        let roles = count(self.http, &lists::ADMINISTRATORS).await?;
        self.shows_scopes = matches!(scopes, Sightline::Shown(_));
        for (line, list) in [(scopes, &lists::SCOPES), (roles, &lists::ADMINISTRATORS)] {
            if let Sightline::Lacks(why) = line {
                out.misses(Missing::from(list.sight).because(why)).await?;
                self.tells_rights = false;
            }
        }
        if !self.tells_rights {
            out.refuse(hidden_rights()).await?;
        }
        Ok(())
    }

    /// Notes whether a list was shown, and says why not.
    pub async fn note(
        &mut self,
        list: &List,
        lack: Option<Lack>,
        out: &mut Sink,
    ) -> Result<(), ConnectorError> {
        match lack {
            None => self.shown += 1,
            Some(why) => out.misses(Missing::from(list.sight).because(why)).await?,
        }
        Ok(())
    }

    /// A small list, empty with a word to `out` where it is not shown.
    pub async fn listed(&mut self, list: &List, out: &mut Sink) -> Result<Vec<Object>, ConnectorError> {
        let found = small(self.http, list).await?;
        self.note(list, found.as_ref().err().copied(), out).await?;
        Ok(found.unwrap_or_default())
    }

    /// The same for a product that the organisation may not have.
    pub async fn of_product(&mut self, list: &List, out: &mut Sink) -> Result<Vec<Object>, ConnectorError> {
        let why = match whole(self.http, list, "").await {
            Ok(found) => return Ok(found),
            // How Okta refuses a product that was not bought is not written down for all of them.
            Err(Fault::Rejected(said)) => {
                out.refuse(Refusal { subject: list.word.to_owned(), reason: said }).await?;
                Lack::NotCollected
            }
            Err(fault) => match fault.lack() {
                Some(Lack::NotCollected) => Lack::NotLicensed,
                Some(lack) => lack,
                None => return Err(self.http.broken(list.word, fault)),
            },
        };
        out.misses(Missing::from(list.sight).because(why)).await?;
        Ok(Vec::new())
    }

    /// Hands over what tells of rights, unless a part of the rights is hidden.
    pub async fn hand_over_rights(&self, records: Vec<Record>, out: &mut Sink) -> Result<(), ConnectorError> {
        if !self.tells_rights {
            return Ok(());
        }
        Made { records, refusals: Vec::new() }.hand_over(out).await
    }

    /// A right as a record, the first time that it is named.
    pub fn name(&mut self, right: Entitlement) -> Option<Record> {
        self.named.insert(right.id.clone()).then_some(Record::Entitlement(right))
    }

    /// A scope of Okta's API with that it is granted.
    pub fn scope(&mut self, account: &str, scope: &str, granted_at: Fact<Timestamp>) -> Vec<Record> {
        let right = self.make.entitlement(scope, scope, EntitlementKind::Permission);
        let grant = Grant { granted_at, ..self.make.grant(account, scope) };
        self.name(right).into_iter().chain([Record::Grant(grant)]).collect()
    }

    /// The sign-in name of a user, and whether one is there.
    pub fn owner(&self, id: Option<String>) -> Fact<String> {
        id.map_or(Fact::Absent, |id| Fact::Known(self.users.get(&id).cloned().unwrap_or(id)))
    }

    /// Says how far it is where a list is asked for below many places.
    pub fn progress(what: &str, (done, of): (usize, usize), out: &Sink) {
        out.progress(Progress { what: what.to_owned(), done: done as u64, of: Some(of as u64) });
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::super::Settings;
    use super::super::super::http::{ADDRESS, Auth};
    use super::super::super::listing::odd::object;
    use super::*;

    const KEYS: &[&str] = &[
        "id",
        "profile",
        "login",
        "email",
        "firstName",
        "userType",
        "status",
        "lastLogin",
        "created",
        "credentials",
        "password",
        "provider",
        "type",
        "label",
        "role",
        "_embedded",
        "targets",
        "groups",
        "catalog",
        "apps",
        "_links",
        "assignee",
        "href",
        "assignmentType",
        "settings",
        "oauthClient",
        "signOnMode",
        "scope",
        "orn",
        "name",
        "app",
        "serviceAccount",
        "scopes",
        "scopeCondition",
        "ownerUserIds",
        "username",
        "statusDetail",
    ];

    fn http() -> Http {
        let values = [(ADDRESS, "https://acme.okta.com".to_owned())].into();
        Http::open(&Settings { values, ..Settings::default() }, Auth::Nobody, "application/json").unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]

        #[test]
        fn whatever_okta_sends_is_a_record_or_is_named(objects in prop::collection::vec(object(KEYS), 0..12)) {
            let http = http();
            let wants = Wants { factors: false, secrets: false, log_days: None, is_register: false };
            let mut reading = Reading::new(&http, SourceId::new("okta:x"), wants);
            let mut named = HashSet::new();
            for object in &objects {
                let mut made = Made::default();
                let account = reading.user(object, &mut made);
                prop_assert_eq!(usize::from(account.is_some()) + made.refusals.len(), 1);
                if let Some(account) = account {
                    prop_assert!(named.insert(account.id.clone()), "each id once");
                    // What has no words for a state says nothing of it.
                    prop_assert!(object.text("status").is_some() || !account.is_enabled.is_told());
                }
                // None of these may stop at anything.
                let app = App::read(object);
                prop_assert_eq!(app.id.is_empty(), object.text("id").is_none());
                let held = reading.held(object, &objects);
                prop_assert_eq!(held.is_some(), object.text("type").is_some()
                    && super::super::records::active(object) != Fact::Known(false));
                for record in reading.connection("agent", object) {
                    let is_right = matches!(&record, Record::Entitlement(right) if !right.id.is_empty());
                    prop_assert!(is_right || matches!(&record, Record::Grant(grant) if grant.account == "agent"));
                }
            }
        }
    }
}
