//! Google Cloud: service accounts and keys, who holds which role on what, the last use, AI agents and what they used, of a
//! project, a folder or a whole organisation. The inventory of assets has most of it in lists over all projects; only uses
//! and agents are asked for project by project.

mod accounts;
mod agents;
mod bindings;
mod lists;
mod member;
mod projects;
mod reading;
mod settings;

use serde_json::Value;

use super::super::http::{Http, now};
use super::super::listing::{List, Object};
use super::super::{BoxFuture, Connector, ConnectorError, Settings, Sink, Spec, Taken};
use super::sign_in::Session;
use super::{Google, Lacking, Misses, lacking};
use crate::model::SourceId;
use crate::model::pull::{Asked, Lack, Missing, Preflight};
use lists::{
    ACCOUNT_LIST, ACCOUNT_USES, ACCOUNTS, ACTIVITY, AGENTS, ASSETS, IDENTITY, IDENTITY_PLACES, KEY_LIST,
    KEYS, MEMBERS, NEVER, POLICIES, POLICY_LIST, POOLS, PROJECT_LIST, PROJECTS, PROVIDER_LIST, REGISTRY,
    REGISTRY_PLACES, ROLE_LIST, ROLES, SUMMARIES, USES,
};
use reading::Reading;
use settings::{MEMBER_SCOPES, Options, SCOPES};

/// The connector, as the registry knows it.
pub static SPEC: Spec = Spec {
    id: "google-cloud",
    title: "Google Cloud project, folder or organisation",
    sees: &[ACCOUNTS, KEYS, POLICIES, ROLES, POOLS, PROJECTS, USES, AGENTS, SUMMARIES, MEMBERS],
    settings: settings::ALL,
    permits: settings::PERMITS,
    recognise: None,
    connect: |settings| Ok(Box::new(Cloud::open(settings)?)),
};

struct Cloud {
    google: Google,
    /// The same key, acting for an administrator of the directory.
    directory: Option<Google>,
    options: Options,
}

impl Cloud {
    fn open(settings: &Settings) -> Result<Self, ConnectorError> {
        let options = Options::read(settings)?;
        let domain = options.domain.as_deref();
        let as_admin = |admin| Google::open(settings, None, Some(admin));
        Ok(Self {
            google: Google::open(settings, domain, None)?,
            directory: options.admin.as_deref().map(as_admin).transpose()?,
            options,
        })
    }

    fn source(&self) -> SourceId {
        SourceId::new(format!("gcp:{}", self.options.scope))
    }

    async fn look(&self) -> Result<Preflight, ConnectorError> {
        let session = self.google.sign_in(SCOPES).await?;
        let assets = session.api(ASSETS)?;
        let mut misses = Misses::default();
        let mut project = self.options.project().map(str::to_owned);
        for list in [&ACCOUNT_LIST, &KEY_LIST, &ROLE_LIST, &PROVIDER_LIST, &POLICY_LIST, &PROJECT_LIST] {
            match probe(&assets, list, &self.options.scope).await? {
                Ok(answer) => project = project.or_else(|| projects::first(&answer)),
                Err(lacking) => misses.note(list.sight, lacking, ""),
            }
        }
        if misses.has(&ACCOUNTS) && misses.has(&POLICIES) {
            return Err(shows_nothing(&assets));
        }
        self.look_into(&session, project.as_deref(), &mut misses).await?;
        self.directory(&mut misses).await?;
        let missing = misses.all();
        let is_seen = |title: &str| missing.iter().all(|missing| missing.sight != title);
        let titles = SPEC.sees.iter().map(|sight| sight.title).filter(|title| is_seen(title));
        Ok(Preflight {
            recognised: format!("Google Cloud, {}", self.options.scope),
            sees: titles.map(str::to_owned).collect(),
            misses: missing.iter().cloned().chain(NEVER.iter().map(Missing::from)).collect(),
            counts: Vec::new(),
        })
    }

    /// Looks into one project for what is asked for project by project.
    async fn look_into(
        &self,
        session: &Session,
        project: Option<&str>,
        misses: &mut Misses,
    ) -> Result<(), ConnectorError> {
        let asked = [(ACTIVITY, &ACCOUNT_USES), (REGISTRY, &REGISTRY_PLACES), (IDENTITY, &IDENTITY_PLACES)];
        for (api, list) in asked {
            let is_wanted = self.options.asks_agents || list.sight.id == USES.id;
            let seen = match project.filter(|_| is_wanted) {
                Some(project) => probe(&session.api(api)?, list, project).await?.map(drop),
                None => Err(Lack::NotCollected.into()),
            };
            if let Err(lacking) = seen {
                misses.note(list.sight, lacking, project.unwrap_or_default());
            }
        }
        Ok(())
    }

    async fn run(&self, out: &mut Sink) -> Result<Taken, ConnectorError> {
        let at = now();
        let read = self.read(out).await;
        out.asked(self.asked()).await?;
        read?;
        Ok(Taken { source: self.source(), at, bytes: self.all().map(Http::bytes).sum() })
    }

    /// The ways on which it is asked.
    fn all(&self) -> impl Iterator<Item = &Http> {
        std::iter::once(&self.google).chain(&self.directory).map(Google::http)
    }

    async fn read(&self, out: &mut Sink) -> Result<(), ConnectorError> {
        let session = self.google.sign_in(SCOPES).await?;
        let mut misses = Misses::default();
        let mut reading = Reading::new(&session, self.source(), &self.options)?;
        reading.inventory(&mut misses, out).await?;
        self.members(&mut reading, &mut misses, out).await?;
        reading.uses(&mut misses, out).await?;
        reading.agents(&mut misses, out).await?;
        reading.finish(out).await?;
        misses.tell(out).await
    }

    /// Asks the directory who is in the groups that hold roles.
    async fn members(
        &self,
        reading: &mut Reading<'_>,
        misses: &mut Misses,
        out: &mut Sink,
    ) -> Result<(), ConnectorError> {
        match self.directory(misses).await? {
            Some(directory) if reading.has_groups() => {
                let session = directory.sign_in(MEMBER_SCOPES).await?;
                reading.members(&session.api(lists::DIRECTORY)?, misses, out).await
            }
            _ => Ok(()),
        }
    }

    /// The directory, where it may be asked; else the lack is noted.
    async fn directory(&self, misses: &mut Misses) -> Result<Option<&Google>, ConnectorError> {
        let Some(directory) = &self.directory else {
            misses.note(&MEMBERS, Lack::NotCollected.into(), "");
            return Ok(None);
        };
        match directory.refusal(MEMBER_SCOPES).await? {
            None => Ok(Some(directory)),
            Some(said) => {
                misses.note(&MEMBERS, Lacking { why: Lack::Forbidden, said }, "");
                Ok(None)
            }
        }
    }
}

/// Asks for as little of a list as there is.
async fn probe(http: &Http, list: &List, place: &str) -> Result<Result<Object, Lacking>, ConnectorError> {
    let is_own = |key: &str| list.probe.iter().all(|(own, _)| *own != key);
    let usual = list.query.iter().filter(|(key, _)| is_own(key));
    let query: Vec<(&str, &str)> = list.probe.iter().chain(usual).copied().collect();
    match http.get::<Value>(list.word, http.at(&list.path.replace("{}", place), &query)).await {
        Ok(answer) => Ok(Ok(Object::of(answer.body).unwrap_or_default())),
        Err(fault) => Ok(Err(lacking(http, list, fault)?)),
    }
}

fn shows_nothing(http: &Http) -> ConnectorError {
    let help = "give this reader the roles that `trueup sources permit google-cloud` prints on the scope, and look whether \
                the scope is written as Google has it";
    http.told("it shows neither service accounts nor policies to this reader".to_owned(), help)
}

impl Connector for Cloud {
    fn preflight(&self) -> BoxFuture<'_, Result<Preflight, ConnectorError>> {
        Box::pin(self.look())
    }

    fn pull<'a>(&'a self, out: &'a mut Sink) -> BoxFuture<'a, Result<Taken, ConnectorError>> {
        Box::pin(self.run(out))
    }

    fn asked(&self) -> Vec<Asked> {
        self.all().flat_map(Http::asked).collect()
    }
}
