//! One pull of an organisation, list after list.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};

use super::super::http::Http;
use super::super::listing::{List, Made, Object, Pages};
use super::super::{ConnectorError, Sink};
use super::apps::Apps;
use super::evidence::Evidence;
use super::people::{People, Standing, id_of};
use super::rights::{Rights, Shown};
use super::settings::Options;
use super::sights::{
    AGENT_REPOSITORIES, AGENTS, AUTHORISATIONS, AUTHORISED, COPILOT_SEATS, EVENTS, FACTORS, FINE_TOKENS,
    HOLDERS, INSTALLATIONS, LOG, MEMBERS, ORGANISATION_ROLES, OUTSIDERS, OWNERS, PLAIN, REPOSITORIES, ROLES,
    TOKENS, UNSAFE_MEMBERS, UNSAFE_OUTSIDERS, why,
};
use super::{Reach, coding_agent};
use crate::model::SourceId;
use crate::model::inventory::{Fact, Record};
use crate::model::pull::{Lack, Missing, Sight};

/// How far the audit log is read back: GitHub keeps half a year.
const LOG_SPAN: SignedDuration = SignedDuration::from_hours(24 * 180);
/// How many people are handed over at a time.
const BATCH: usize = 500;

/// What was read so far.
pub struct Reading<'a> {
    pub http: &'a Http,
    pub options: &'a Options,
    now: Timestamp,
    pub people: People,
    /// Whether all people are shown; a part of them would pass for all.
    pub has_people: bool,
    pub apps: Apps,
    pub rights: Rights,
    pub evidence: Evidence,
    pub shown: Shown,
}

impl<'a> Reading<'a> {
    /// Nothing yet.
    pub fn new((http, options): (&'a Http, &'a Options), source: SourceId, now: Timestamp) -> Self {
        Self {
            http,
            options,
            now,
            people: People::new(source.clone()),
            has_people: true,
            apps: Apps::new(source.clone(), now),
            rights: Rights::new(source, &options.organisation),
            evidence: Evidence::new(now),
            shown: Shown::default(),
        }
    }

    /// Reads everything that is shown. What tells of use comes before those who were used.
    pub async fn run(&mut self, organisation: &Object, out: &mut Sink) -> Result<(), ConnectorError> {
        self.everybody(out).await?;
        self.factors(organisation, out).await?;
        self.log(out).await?;
        self.seats(out).await?;
        self.credentials(out).await?;
        self.roles(out).await?;
        let reach = coding_agent(self.http, &self.options.organisation).await?;
        self.apps.tells_agents = matches!(reach, Ok(Reach::All | Reach::Selected));
        self.installations(out).await?;
        self.agents(reach, organisation, out).await?;
        let mut made = Made::default();
        self.apps.finish((&mut self.rights, &self.evidence), &mut made);
        made.hand_over(out).await?;
        self.hand_over(organisation.text("default_repository_permission").as_deref(), out).await
    }

    /// Reads a list page by page; says why nothing of it is shown.
    async fn each(
        &self,
        list: &List,
        place: &str,
        out: &mut Sink,
        take: impl FnMut(&Object, &mut Made),
    ) -> Result<Option<Lack>, ConnectorError> {
        self.pages(list, Pages::of(self.http, list).below(place), out, take).await
    }

    async fn pages(
        &self,
        list: &List,
        mut pages: Pages<'_>,
        out: &mut Sink,
        mut take: impl FnMut(&Object, &mut Made),
    ) -> Result<Option<Lack>, ConnectorError> {
        let mut lack = None;
        while let Some(page) = pages.told(out, &mut lack).await? {
            let mut made = Made::default();
            for object in &page {
                take(object, &mut made);
            }
            made.hand_over(out).await?;
        }
        Ok(lack.map(|lack| why(list, lack)))
    }

    /// Everybody. To strangers GitHub shows some members, as if they were all; outside collaborators it does not show
    /// them.
    async fn everybody(&mut self, out: &mut Sink) -> Result<(), ConnectorError> {
        let lists = [(&OUTSIDERS, Standing::Outside), (&OWNERS, Standing::Owner), (&PLAIN, Standing::Member)];
        let mut people = People::new(self.source());
        for (list, standing) in lists {
            let place = &self.options.organisation;
            let lack = self.each(list, place, out, |user, made| people.take(standing, user, made)).await?;
            if let Some(lack) = lack {
                self.has_people = false;
                return miss(&MEMBERS, lack, out).await;
            }
        }
        self.people = people;
        Ok(())
    }

    fn source(&self) -> SourceId {
        self.people.source().clone()
    }

    async fn factors(&mut self, organisation: &Object, out: &mut Sink) -> Result<(), ConnectorError> {
        if !self.has_people {
            return miss(&FACTORS, Lack::Forbidden, out).await;
        }
        self.people.requires_factor =
            organisation.flag("two_factor_requirement_enabled") == Fact::Known(true);
        let (members, lack) = self.without_factor(&UNSAFE_MEMBERS, out).await?;
        let (outsiders, other) = self.without_factor(&UNSAFE_OUTSIDERS, out).await?;
        self.people.unsafe_members = members;
        self.people.unsafe_outsiders = outsiders;
        match lack.or(other).filter(|_| !self.people.requires_factor) {
            Some(lack) => miss(&FACTORS, lack, out).await,
            None => Ok(()),
        }
    }

    async fn without_factor(
        &self,
        list: &List,
        out: &mut Sink,
    ) -> Result<(Option<HashSet<String>>, Option<Lack>), ConnectorError> {
        let mut found = HashSet::new();
        let place = &self.options.organisation;
        let lack = self.each(list, place, out, |user, _| found.extend(id_of(user))).await?;
        Ok((lack.is_none().then_some(found), lack))
    }

    async fn log(&mut self, out: &mut Sink) -> Result<(), ConnectorError> {
        if !self.options.asks_log {
            return miss(&LOG, Lack::NotCollected, out).await;
        }
        let since = self.now.checked_sub(LOG_SPAN).unwrap_or(self.now);
        let phrase = format!("created:>={}", since.strftime("%Y-%m-%d"));
        let more = [("phrase", phrase.as_str())];
        let pages = Pages::of(self.http, &EVENTS).below(&self.options.organisation).with(&more).roughly();
        let mut evidence = std::mem::replace(&mut self.evidence, Evidence::new(self.now));
        let lack = self.pages(&EVENTS, pages, out, |event, _| evidence.event(event)).await?;
        self.evidence = evidence;
        self.evidence.is_logged = lack.is_none();
        match lack {
            Some(lack) => miss(&LOG, lack, out).await,
            None => Ok(()),
        }
    }

    async fn seats(&mut self, out: &mut Sink) -> Result<(), ConnectorError> {
        let (mut seats, mut users) = (0, 0);
        let mut found = Vec::new();
        let place = &self.options.organisation;
        let lack = self
            .each(&COPILOT_SEATS, place, out, |seat, _| {
                seats += 1;
                let used = seat.time("last_activity_at").known().copied();
                users += u32::from(used.is_some());
                let times = [used, seat.time("last_authenticated_at").known().copied()];
                let login = seat.text("assignee.login");
                found.extend(login.zip(times.into_iter().flatten().max()));
            })
            .await?;
        for (login, at) in found {
            self.evidence.used(&login, at);
        }
        match lack {
            Some(lack) => miss(&super::sights::SEATS, lack, out).await,
            None => out.push(self.apps.copilot(seats, users).into_iter().collect()).await,
        }
    }

    /// Tokens and keys of people.
    async fn credentials(&mut self, out: &mut Sink) -> Result<(), ConnectorError> {
        if !self.has_people {
            miss(&TOKENS, Lack::Forbidden, out).await?;
            return miss(&AUTHORISED, Lack::Forbidden, out).await;
        }
        let mut evidence = std::mem::replace(&mut self.evidence, Evidence::new(self.now));
        let (people, place) = (&self.people, &self.options.organisation);
        let tokens =
            self.each(&FINE_TOKENS, place, out, |one, made| people.token(one, &mut evidence, made)).await?;
        let others = self
            .each(&AUTHORISATIONS, place, out, |one, made| people.authorised(one, &mut evidence, made))
            .await?;
        self.evidence = evidence;
        for (sight, lack) in [(&TOKENS, tokens), (&AUTHORISED, others)] {
            if let Some(lack) = lack {
                miss(sight, lack, out).await?;
            }
        }
        Ok(())
    }

    /// Roles in the organisation, one list of holders for each.
    async fn roles(&mut self, out: &mut Sink) -> Result<(), ConnectorError> {
        if !self.has_people {
            return miss(&ROLES, Lack::Forbidden, out).await;
        }
        let mut roles = Vec::new();
        let place = self.options.organisation.clone();
        let mut lack =
            self.each(&ORGANISATION_ROLES, &place, out, |role, _| roles.push(role.clone())).await?;
        let mut all = Made::default();
        for role in &roles {
            let place = format!("{place}/organization-roles/{}", role.text("id").unwrap_or_default());
            let mut holders = Vec::new();
            let hidden = self.each(&HOLDERS, &place, out, |user, _| holders.push(user.clone())).await?;
            lack = lack.or(hidden);
            for user in &holders {
                self.rights.role(role, user, &self.people, &mut all);
            }
        }
        self.shown.roles = lack.is_none();
        match lack {
            // A part of them would look like all.
            Some(lack) => miss(&ROLES, lack, out).await,
            None => all.hand_over(out).await,
        }
    }

    async fn installations(&mut self, out: &mut Sink) -> Result<(), ConnectorError> {
        let mut installed = Vec::new();
        let place = &self.options.organisation;
        let lack = self.each(&INSTALLATIONS, place, out, |app, _| installed.push(app.clone())).await?;
        let mut made = Made::default();
        for app in &installed {
            self.apps.app(app, (&mut self.rights, &self.evidence), &mut made);
        }
        made.hand_over(out).await?;
        match lack {
            Some(lack) => miss(&super::sights::APPS, lack, out).await,
            None => Ok(()),
        }
    }

    /// The coding agent, and the repositories where they are asked for.
    async fn agents(
        &mut self,
        reach: Result<Reach, Lack>,
        organisation: &Object,
        out: &mut Sink,
    ) -> Result<(), ConnectorError> {
        if reach == Ok(Reach::Selected) {
            let mut chosen = Vec::new();
            let place = &self.options.organisation;
            let lack = self.each(&AGENT_REPOSITORIES, place, out, |one, _| chosen.push(one.clone())).await?;
            self.take_agents(&chosen, out).await?;
            if let Some(lack) = lack {
                miss(&AGENTS, lack, out).await?;
            }
        }
        if let Err(lack) = reach {
            miss(&AGENTS, lack, out).await?;
        }
        if reach == Ok(Reach::All) || self.options.asks_repositories {
            return self.repositories((reach == Ok(Reach::All), organisation), out).await;
        }
        miss(&REPOSITORIES, Lack::NotCollected, out).await
    }

    /// Takes repositories in which the coding agent may work.
    pub async fn take_agents(
        &mut self,
        repositories: &[Object],
        out: &mut Sink,
    ) -> Result<(), ConnectorError> {
        let mut made = Made::default();
        for repository in repositories {
            self.apps.coding_agent(repository, (&mut self.rights, &self.evidence), &mut made);
        }
        made.hand_over(out).await
    }

    /// Everybody, with what they hold by belonging to the organisation.
    async fn hand_over(&mut self, base: Option<&str>, out: &mut Sink) -> Result<(), ConnectorError> {
        for batch in self.people.all.chunks(BATCH) {
            let mut made = Made::default();
            for person in batch {
                made.records.push(Record::Account(self.people.account(person, &self.evidence)));
                self.rights.belongs(person, base, self.shown, &mut made);
            }
            made.hand_over(out).await?;
        }
        Ok(())
    }
}

/// Says that something is not shown.
pub async fn miss(sight: &Sight, why: Lack, out: &mut Sink) -> Result<(), ConnectorError> {
    out.misses(Missing::from(sight).because(why)).await
}
