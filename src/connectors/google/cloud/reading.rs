//! Reading a scope: lists over all projects first, then what is asked for project by project.

use std::collections::BTreeSet;

use futures_util::future::join_all;

use super::super::super::http::{Fault, Http};
use super::super::super::listing::{List, Made, Object, Pages, whole};
use super::super::super::{ConnectorError, Progress, Sink};
use super::super::sign_in::Session;
use super::super::{Misses, lacking};
use super::accounts::Accounts;
use super::agents::Agents;
use super::bindings::Bindings;
use super::lists::{
    ACCOUNT_LIST, ACCOUNT_USES, ACCOUNTS, ACTIVITY, AGENT_LIST, AGENTS, ASSETS, IDENTITY, IDENTITY_PLACES,
    KEY_LIST, KEY_USES, MEMBER_LIST, MEMBERS, POLICIES, POLICY_LIST, PROJECT_LIST, PROVIDER_LIST, REGISTRY,
    REGISTRY_PLACES, ROLE_LIST, SERVER_LIST, SUMMARIES, SUMMARY_LIST, USES,
};
use super::settings::Options;
use super::{probe, projects, shows_nothing};
use crate::model::SourceId;
use crate::model::inventory::Fact;
use crate::model::pull::Lack;

/// How many questions wait for their answers at the same time.
const AT_ONCE: usize = 8;

/// A pull on its way.
pub struct Reading<'a> {
    assets: Http,
    activity: Http,
    registry: Http,
    identity: Http,
    options: &'a Options,
    accounts: Accounts,
    bindings: Bindings,
    agents: Agents,
    projects: BTreeSet<String>,
    /// Whether policies are shown: a part of the rights would look like fewer.
    tells_rights: bool,
}

/// What the lists of one place hold, or why they are not shown.
type Found = Result<Vec<Object>, Fault>;

impl<'a> Reading<'a> {
    /// At the beginning.
    pub fn new(session: &Session, source: SourceId, options: &'a Options) -> Result<Self, ConnectorError> {
        Ok(Self {
            assets: session.api(ASSETS)?,
            activity: session.api(ACTIVITY)?,
            registry: session.api(REGISTRY)?,
            identity: session.api(IDENTITY)?,
            options,
            accounts: Accounts::new(source.clone()),
            bindings: Bindings::new(source.clone()),
            agents: Agents::new(source),
            projects: options.project().map(str::to_owned).into_iter().collect(),
            tells_rights: true,
        })
    }

    /// Reads the lists over all projects.
    pub async fn inventory(&mut self, misses: &mut Misses, out: &mut Sink) -> Result<(), ConnectorError> {
        if let Err(why) = probe(&self.assets, &POLICY_LIST, &self.options.scope).await? {
            misses.note(&POLICIES, why, "");
            self.tells_rights = false;
        }
        let scope = self.options.scope.as_str();
        let projects = &mut self.projects;
        let take = |page: &[Object], _: &mut Made| page.iter().for_each(|one| projects::take(one, projects));
        each((&self.assets, &PROJECT_LIST, scope), misses, out, take).await?;
        // Pools come first, for they tell the other names of workloads; roles before the policies that name them.
        let accounts = &mut self.accounts;
        let take = |page: &[Object], _: &mut Made| page.iter().for_each(|one| accounts.provider(one));
        each((&self.assets, &PROVIDER_LIST, scope), misses, out, take).await?;
        let take = |page: &[Object], made: &mut Made| {
            for one in page {
                accounts.service_account(one, made);
            }
        };
        each((&self.assets, &ACCOUNT_LIST, scope), misses, out, take).await?;
        let take = |page: &[Object], made: &mut Made| page.iter().for_each(|one| accounts.key(one, made));
        each((&self.assets, &KEY_LIST, scope), misses, out, take).await?;
        let bindings = &mut self.bindings;
        let take = |page: &[Object], made: &mut Made| page.iter().for_each(|one| bindings.role(one, made));
        each((&self.assets, &ROLE_LIST, scope), misses, out, take).await?;
        if self.tells_rights {
            let take = |page: &[Object], made: &mut Made| {
                for one in page {
                    bindings.policy(one, accounts, made);
                }
            };
            each((&self.assets, &POLICY_LIST, scope), misses, out, take).await?;
        }
        if misses.has(&ACCOUNTS) && !self.tells_rights {
            return Err(shows_nothing(&self.assets));
        }
        Ok(())
    }

    /// Whether groups hold anything.
    pub fn has_groups(&self) -> bool {
        !self.bindings.groups().is_empty()
    }

    /// Asks who is in the groups that hold roles.
    pub async fn members(
        &mut self,
        directory: &Http,
        misses: &mut Misses,
        out: &mut Sink,
    ) -> Result<(), ConnectorError> {
        let groups = self.bindings.groups();
        for (done, some) in groups.chunks(AT_ONCE).enumerate() {
            let asked = join_all(some.iter().map(|group| whole(directory, &MEMBER_LIST, group))).await;
            let mut made = Made::default();
            for (group, members) in some.iter().zip(asked) {
                match members {
                    Ok(members) => self.bindings.members(group, &members, &mut self.accounts, &mut made),
                    Err(fault) => misses.note(&MEMBERS, lacking(directory, &MEMBER_LIST, fault)?, group),
                }
            }
            made.hand_over(out).await?;
            tell(out, "members of groups", done, groups.len());
        }
        Ok(())
    }

    /// Asks each project with service accounts when they and their keys were last used.
    pub async fn uses(&mut self, misses: &mut Misses, out: &mut Sink) -> Result<(), ConnectorError> {
        let projects: Vec<String> = self.accounts.projects().iter().cloned().collect();
        for (done, some) in projects.chunks(AT_ONCE / 2).enumerate() {
            let asked = some.iter().flat_map(|project| [(project, &ACCOUNT_USES), (project, &KEY_USES)]);
            let asked: Vec<_> = asked.collect();
            let found = asked.iter().map(|(project, list)| whole(&self.activity, list, project));
            for ((project, list), found) in asked.iter().zip(join_all(found).await) {
                match found {
                    Ok(activities) => activities.iter().for_each(|one| self.used(one)),
                    Err(fault) => {
                        misses.note(&USES, lacking(&self.activity, list, fault)?, project);
                    }
                }
            }
            tell(out, "uses of service accounts", done, projects.len());
        }
        Ok(())
    }

    /// One that is named without a time was not used while it was watched.
    fn used(&mut self, activity: &Object) {
        let Some(resource) = activity.text("fullResourceName") else { return };
        let last = match activity.object("activity") {
            Some(of) => of.time_or_never("lastAuthenticatedTime"),
            None => Fact::Hidden,
        };
        self.accounts.used(&resource, last);
    }

    /// Asks each project for its agents, their tools and what they used.
    pub async fn agents(&mut self, misses: &mut Misses, out: &mut Sink) -> Result<(), ConnectorError> {
        if !self.options.asks_agents || self.projects.is_empty() {
            for sight in [&AGENTS, &SUMMARIES] {
                misses.note(sight, Lack::NotCollected.into(), "");
            }
            return Ok(());
        }
        let projects: Vec<String> = self.projects.iter().cloned().collect();
        let lists =
            [(&REGISTRY_PLACES, &[&AGENT_LIST, &SERVER_LIST][..]), (&IDENTITY_PLACES, &[&SUMMARY_LIST][..])];
        for (done, some) in projects.chunks(AT_ONCE).enumerate() {
            for (places, lists) in lists {
                let http = if places.sight.id == AGENTS.id { &self.registry } else { &self.identity };
                let asked = some.iter().map(|project| self.below(http, (places, lists), project));
                let asked = join_all(asked).await;
                let mut made = Made::default();
                for (project, found) in some.iter().zip(asked) {
                    self.take(project, found?, misses, &mut made)?;
                }
                made.hand_over(out).await?;
            }
            tell(out, "projects with agents", done, projects.len());
        }
        Ok(())
    }

    /// What some lists hold in all places of a project.
    async fn below(
        &self,
        http: &Http,
        (places, lists): (&'static List, &[&'static List]),
        project: &str,
    ) -> Result<Vec<(&'static List, Found)>, ConnectorError> {
        let places = match &self.options.locations {
            Some(names) => names.iter().map(|name| format!("projects/{project}/locations/{name}")).collect(),
            None => match whole(http, places, project).await {
                Ok(found) => found
                    .iter()
                    .filter_map(|place| place.text("locationId"))
                    .map(|name| format!("projects/{project}/locations/{name}"))
                    .collect(),
                Err(fault) => return Ok(vec![(places, Err(fault))]),
            },
        };
        let places: Vec<String> = places;
        let mut all = Vec::new();
        for place in &places {
            for list in lists {
                all.push((*list, whole(http, list, place).await));
            }
        }
        Ok(all)
    }

    fn take(
        &mut self,
        project: &str,
        found: Vec<(&'static List, Found)>,
        misses: &mut Misses,
        made: &mut Made,
    ) -> Result<(), ConnectorError> {
        for (list, found) in found {
            let objects = match found {
                Ok(objects) => objects,
                Err(fault) => {
                    misses.note(list.sight, lacking(&self.registry, list, fault)?, project);
                    continue;
                }
            };
            for one in &objects {
                match list.items {
                    "agents" => self.agents.agent(one, &mut self.accounts, made),
                    "mcpServers" => self.agents.server(one, made),
                    _ => self.agents.summary(one, &mut self.accounts, self.tells_rights, made),
                }
            }
        }
        Ok(())
    }

    /// Hands over what waited for the end.
    pub async fn finish(mut self, out: &mut Sink) -> Result<(), ConnectorError> {
        self.agents.finish(&mut self.accounts).hand_over(out).await?;
        let mut made = Made::default();
        self.bindings.finish(&mut made);
        made.hand_over(out).await?;
        self.accounts.finish().hand_over(out).await
    }
}

/// Reads a list page by page, with the lack noted where it is not shown.
async fn each(
    (http, list, place): (&Http, &'static List, &str),
    misses: &mut Misses,
    out: &mut Sink,
    mut take: impl FnMut(&[Object], &mut Made),
) -> Result<(), ConnectorError> {
    let mut pages = Pages::of(http, list).below(place);
    loop {
        let page = match pages.next().await {
            Ok(Some(page)) => page,
            Ok(None) => return Ok(()),
            Err(fault) => {
                misses.note(list.sight, lacking(http, list, fault)?, "");
                return Ok(());
            }
        };
        out.progress(Progress { what: list.word.to_owned(), done: pages.received, of: pages.total });
        let mut made = Made::default();
        take(&page, &mut made);
        made.hand_over(out).await?;
    }
}

fn tell(out: &Sink, what: &str, chunks: usize, of: usize) {
    let done = (chunks * AT_ONCE).min(of) as u64;
    out.progress(Progress { what: what.to_owned(), done, of: Some(of as u64) });
}
