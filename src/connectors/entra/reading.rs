//! A pull: every list in turn, what is held back, and what is told to be missing.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::Timestamp;

use super::super::listing::{Ids, List, Made, Object, Pages, Sightline};
use super::super::{ConnectorError, Sink};
use super::agents::Agents;
use super::batch::{Batch, Listed};
use super::keys::Keys;
use super::people::{People, factor, last_sign_in};
use super::rights::Consent;
use super::services::{Application, Services};
use super::{Graph, MORE_RIGHTS, lists, products, sights};
use crate::connectors::links;
use crate::model::SourceId;
use crate::model::inventory::{Fact, Record};
use crate::model::pull::{Lack, Missing, Refusal, Sight};

/// One pull on its way.
pub struct Reading<'a> {
    graph: &'a Graph,
    pub(super) source: SourceId,
    at: Timestamp,
    asks_service_sign_ins: bool,
    pub(super) misses: BTreeMap<&'static str, (&'static Sight, Lack)>,
    /// Accounts are held back where users or service principals are not shown.
    pub(super) holds_accounts: bool,
    /// Rights are held back where a part of what gives them is not shown.
    pub(super) holds_rights: bool,
}

impl<'a> Reading<'a> {
    /// A pull at its beginning.
    pub fn new(graph: &'a Graph, source: SourceId, at: Timestamp, asks_service_sign_ins: bool) -> Self {
        let misses = BTreeMap::new();
        Self { graph, source, at, asks_service_sign_ins, misses, holds_accounts: false, holds_rights: false }
    }

    /// Reads everything.
    pub async fn all(mut self, out: &mut Sink) -> Result<(), ConnectorError> {
        self.look_ahead().await?;
        let people = self.people(out).await?;
        let consents = self.consents(out).await?;
        let services = self.services(&people, consents.as_deref(), out).await?;
        self.rights(&people, &services, consents.as_deref(), out).await?;
        self.packages(out).await?;
        self.tell(out).await
    }

    /// Whether users and service principals are shown, before any of them is handed over.
    async fn look_ahead(&mut self) -> Result<(), ConnectorError> {
        let mut hidden = 0;
        for list in [&lists::USERS, &lists::SERVICES] {
            if let Sightline::Lacks(why) = self.graph.count(list).await? {
                self.miss(list.sight, why);
                hidden += 1;
            }
        }
        if hidden == 2 {
            let reason = "it shows neither users nor service principals".to_owned();
            return Err(self.graph.http.told(reason, MORE_RIGHTS));
        }
        self.holds_accounts = hidden > 0;
        Ok(())
    }

    pub(super) fn miss(&mut self, sight: &'static Sight, why: Lack) {
        self.misses.entry(sight.id).or_insert((sight, why));
    }

    pub(super) fn misses(&self, sight: &Sight) -> bool {
        self.misses.contains_key(sight.id)
    }

    /// Reads a list whole, object by object; whether it is shown.
    pub(super) async fn each(
        &mut self,
        list: &'static List,
        out: &Sink,
        mut take: impl FnMut(Object),
    ) -> Result<bool, ConnectorError> {
        let (mut pages, mut lack) = (Pages::of(&self.graph.http, list).optional(), None);
        while let Some(page) = pages.told(out, &mut lack).await? {
            page.into_iter().for_each(&mut take);
        }
        if let Some(why) = lack {
            self.miss(list.sight, why);
        }
        Ok(lack.is_none())
    }

    async fn people(&mut self, out: &mut Sink) -> Result<People, ConnectorError> {
        let mut people = People::new(self.source.clone());
        let mut factors = HashMap::new();
        let read = |one: Object| {
            if let Some(id) = one.text("id") {
                factors.insert(id, factor(&one));
            }
        };
        if self.each(&lists::FACTORS, out, read).await? {
            people.factors = Some(factors);
        }
        if self.misses(&sights::USERS) {
            return Ok(people);
        }
        if let Some(why) = self.users(&lists::USERS, &mut people, out).await? {
            self.miss(&sights::SIGN_INS, why);
            people.tells_sign_ins = false;
            if let Some(why) = self.users(&lists::USERS_ALONE, &mut people, out).await? {
                self.miss(&sights::USERS, why);
            }
        }
        Ok(people)
    }

    /// Reads users and hands them over page by page; says why nothing is shown where that is so.
    async fn users(
        &self,
        list: &'static List,
        people: &mut People,
        out: &mut Sink,
    ) -> Result<Option<Lack>, ConnectorError> {
        let (mut pages, mut lack) = (Pages::of(&self.graph.http, list).optional(), None);
        while let Some(page) = pages.told(out, &mut lack).await? {
            let mut made = Made::default();
            for user in &page {
                people.take(user, &mut made);
            }
            self.hand_over(made, out).await?;
        }
        Ok(lack)
    }

    /// All consents; `None` where they are not shown.
    async fn consents(&mut self, out: &mut Sink) -> Result<Option<Vec<Consent>>, ConnectorError> {
        let (mut all, mut made) = (Vec::new(), Made::default());
        let is_shown = self
            .each(&lists::CONSENTS, out, |one| match Consent::read(&one) {
                Some(consent) => all.push(consent),
                None => made.refuse("a consent", "it names no application or no API"),
            })
            .await?;
        self.hand_over(made, out).await?;
        Ok(is_shown.then_some(all))
    }

    async fn services<'p>(
        &mut self,
        people: &'p People,
        consents: Option<&[Consent]>,
        out: &mut Sink,
    ) -> Result<Services<'p>, ConnectorError> {
        let mut keys = Keys::new(self.source.clone(), self.at);
        let applications = self.applications(out).await?;
        keys.are_shown = !self.misses(&sights::APPLICATIONS) && !self.misses(&sights::SERVICES);
        let sign_ins = self.service_sign_ins(&mut keys, out).await?;
        let agents = self.agents(out).await?;
        let mut services = Services {
            source: self.source.clone(),
            people,
            agents,
            keys,
            applications,
            sign_ins,
            consents: users(consents.unwrap_or_default()),
            tells_consents: consents.is_some(),
            at: self.at,
            ids: Ids::default(),
            known: HashMap::new(),
        };
        if !self.misses(&sights::SERVICES) {
            let (mut pages, mut lack) = (Pages::of(&self.graph.http, &lists::SERVICES), None);
            while let Some(page) = pages.told(out, &mut lack).await? {
                let mut made = Made::default();
                for service in &page {
                    services.take(service, &mut made);
                }
                self.hand_over(made, out).await?;
            }
            if let Some(why) = lack {
                self.miss(&sights::SERVICES, why);
            }
        }
        let mut made = Made::default();
        services.finish(&mut made);
        self.hand_over(made, out).await?;
        Ok(services)
    }

    async fn applications(&mut self, out: &mut Sink) -> Result<HashMap<String, Application>, ConnectorError> {
        let mut all: HashMap<String, Application> = HashMap::new();
        let mut made = Made::default();
        let mut ids = Ids::default();
        let read = |one: Object| {
            if ids.take(one.text("id"), one.text("displayName"), &mut made).is_none() {
                return;
            }
            match Application::read(&one) {
                Some((app, own)) => drop(all.insert(app, own)),
                None => made.refuse(one.text("id").unwrap_or_default(), "it has no application id"),
            }
        };
        self.each(&lists::APPLICATIONS, out, read).await?;
        self.hand_over(made, out).await?;
        let read = |one: Object| {
            let app = one.text("appId").map(|app| app.to_lowercase()).unwrap_or_default();
            let Some(own) = all.get_mut(&app) else { return };
            let trusted = one.objects("federatedIdentityCredentials").unwrap_or_default();
            own.federated.extend(
                trusted
                    .iter()
                    .filter_map(|one| links::federated(&one.text("issuer")?, &one.text("subject")?)),
            );
        };
        self.each(&lists::FEDERATED, out, read).await?;
        Ok(all)
    }

    async fn service_sign_ins(
        &mut self,
        keys: &mut Keys,
        out: &mut Sink,
    ) -> Result<HashMap<String, Fact<Timestamp>>, ConnectorError> {
        let mut sign_ins = HashMap::new();
        if !self.asks_service_sign_ins {
            self.miss(&sights::SERVICE_SIGN_INS, Lack::NotCollected);
            return Ok(sign_ins);
        }
        let read = |one: Object| {
            if let Some(app) = one.text("appId") {
                let last = last_sign_in(&one, SIGNED_IN);
                // Only what the report knows of is told: it does not go back for ever.
                sign_ins.insert(app.to_lowercase(), if last.known().is_some() { last } else { Fact::Hidden });
            }
        };
        self.each(&lists::SERVICE_SIGN_INS, out, read).await?;
        let uses = &mut keys.uses;
        let read = |one: Object| {
            if let (Some(key), Some(at)) = (one.text("keyId"), one.time(USED).known()) {
                uses.insert(key.to_lowercase(), Fact::Known(*at));
            }
        };
        self.each(&lists::KEY_SIGN_INS, out, read).await?;
        Ok(sign_ins)
    }

    async fn agents(&mut self, out: &mut Sink) -> Result<Agents, ConnectorError> {
        let mut agents = Agents::new(!self.misses(&sights::USERS));
        let is_shown = self.each(&lists::AGENTS, out, |one| agents.take(one)).await?;
        self.each(&lists::BLUEPRINTS, out, |one| agents.take_blueprint(&one)).await?;
        self.inherited(&mut agents, out).await?;
        if !is_shown {
            let why = self.misses.get(sights::AGENTS.id).map_or(Lack::NotCollected, |(_, why)| *why);
            self.miss(&sights::SPONSORS, why);
            return Ok(agents);
        }
        let ids = agents.ids();
        let url = |id: &String| format!("/servicePrincipals/{id}/microsoft.graph.agentIdentity/sponsors");
        let all = self.batch("sponsors", &sights::SPONSORS, ids.iter().map(url).collect(), out).await?;
        for (id, sponsors) in ids.into_iter().zip(all) {
            agents.sponsored(id, sponsors);
        }
        Ok(agents)
    }

    /// What blueprints of this tenant hand on.
    async fn inherited(&mut self, agents: &mut Agents, out: &mut Sink) -> Result<(), ConnectorError> {
        let mut own: Vec<(String, String)> = Vec::new();
        let read = |one: Object| own.extend(one.text("id").zip(one.text("appId")));
        self.each(&lists::OWN_BLUEPRINTS, out, read).await?;
        let url = |(id, _): &(String, String)| {
            format!("/applications/{id}/microsoft.graph.agentIdentityBlueprint/inheritablePermissions")
        };
        let urls = own.iter().map(url).collect();
        let all = self.batch("inheritable permissions", &sights::INHERITED, urls, out).await?;
        for ((_, app), permissions) in own.into_iter().zip(all) {
            if let Ok(permissions) = permissions {
                agents.inherited.take(app.to_lowercase(), &permissions);
            }
        }
        Ok(())
    }

    /// Asks for many lists at once; what is not shown is missing.
    pub(super) async fn batch(
        &mut self,
        word: &'static str,
        sight: &'static Sight,
        urls: Vec<String>,
        out: &Sink,
    ) -> Result<Vec<Listed>, ConnectorError> {
        let all = Batch { http: &self.graph.http, word }.all(&urls, out).await?;
        if let Some(why) = all.iter().find_map(|listed| listed.as_ref().err()) {
            self.miss(sight, *why);
        }
        Ok(all)
    }

    async fn packages(&mut self, out: &mut Sink) -> Result<(), ConnectorError> {
        let (mut made, mut ids) = (Made::default(), Ids::default());
        let (source, at) = (self.source.clone(), self.at);
        let read = |one: Object| {
            if ids.take(one.text("id"), one.text("displayName"), &mut made).is_some() {
                made.records.extend(products::package(&one, &source, at).map(Record::Tool));
            }
        };
        self.each(&lists::PACKAGES, out, read).await?;
        self.hand_over(made, out).await
    }

    pub(super) async fn hand_over(&self, mut made: Made, out: &mut Sink) -> Result<(), ConnectorError> {
        if self.holds_accounts {
            made.records.retain(|record| !matches!(record, Record::Account(_)));
        }
        made.hand_over(out).await
    }

    /// Says what is missing and what is held back.
    async fn tell(self, out: &mut Sink) -> Result<(), ConnectorError> {
        for (sight, why) in self.misses.values() {
            out.misses(Missing::from(*sight).because(*why)).await?;
        }
        let held = [
            (
                self.holds_accounts,
                "accounts",
                "users or service principals are not shown: the others would pass for all, so \
                                               that no account is counted",
            ),
            (
                self.holds_rights,
                "rights",
                "a part of what gives rights is not shown: with the rest alone, accounts would look \
                                           as if they held fewer, so that no right is counted",
            ),
        ];
        for (_, subject, reason) in held.into_iter().filter(|(is_held, ..)| *is_held) {
            out.refuse(Refusal { subject: subject.to_owned(), reason: reason.to_owned() }).await?;
        }
        Ok(())
    }
}

/// Where the report of service principals says when one signed in.
const SIGNED_IN: &[&str] = &["lastSignInActivity.lastSignInDateTime"];
/// Where the report of keys says when one was used.
const USED: &str = "signInActivity.lastSignInDateTime";

/// How many people consented to each application; not told where everybody may use it.
fn users(consents: &[Consent]) -> HashMap<String, Fact<u32>> {
    let mut people: HashMap<&str, Option<HashSet<&str>>> = HashMap::new();
    for consent in consents {
        let kept = people.entry(&consent.client).or_insert_with(|| Some(HashSet::new()));
        match (&consent.principal, &mut *kept) {
            (Some(user), Some(known)) => drop(known.insert(user)),
            (None, _) => *kept = None,
            (Some(_), None) => {}
        }
    }
    let count = |known: Option<HashSet<&str>>| {
        known.and_then(|known| u32::try_from(known.len()).ok()).map_or(Fact::Hidden, Fact::Known)
    };
    people.into_iter().map(|(client, known)| (client.to_owned(), count(known))).collect()
}
