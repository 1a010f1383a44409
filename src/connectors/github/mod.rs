//! GitHub organisations: members and outside collaborators, installed apps and their permissions, tokens, deploy keys,
//! Copilot's seats and its coding agent, the audit log; as a GitHub App or with a token.

mod apps;
mod evidence;
mod people;
mod reading;
mod repositories;
mod rights;
mod settings;
mod sights;
mod sign_in;
#[cfg(test)]
mod tests;

use tokio::sync::OnceCell;

use super::http::{Fault, Http, now};
use super::listing::{List, Object, Sightline, count_below};
use super::{BoxFuture, Connector, ConnectorError, Settings, Sink, Spec, Taken};
use crate::model::SourceId;
use crate::model::pull::{Asked, Lack, Missing, Preflight, Sight};
use reading::Reading;
use settings::Options;
use sights::{
    AGENTS, AUTHORISATIONS, COPILOT_SEATS, DEPLOY_KEYS, EVENTS, FACTORS, FINE_TOKENS, INSTALLATIONS, LOG,
    MEMBERS, NEVER, ORGANISATION_ROLES, OUTSIDERS, OWNERS, PLAIN, REPOSITORIES, TEAMS, UNSAFE_MEMBERS,
    UNSAFE_OUTSIDERS,
};
use sign_in::Door;

/// The connector, as the registry knows it.
pub static SPEC: Spec = Spec {
    id: "github",
    title: "GitHub organisation",
    sees: sights::SIGHTS,
    settings: settings::ALL,
    permits: settings::PERMITS,
    recognise: None,
    connect: |settings| Ok(Box::new(Organisation::open(settings)?)),
};

/// Lists that are counted before anything is pulled; those of repositories and of the log are a choice.
static COUNTED: &[&List] = &[
    &OUTSIDERS,
    &OWNERS,
    &PLAIN,
    &UNSAFE_MEMBERS,
    &UNSAFE_OUTSIDERS,
    &ORGANISATION_ROLES,
    &INSTALLATIONS,
    &FINE_TOKENS,
    &AUTHORISATIONS,
    &COPILOT_SEATS,
];

struct Organisation {
    door: Door,
    /// What it is asked with, once somebody has asked.
    entered: OnceCell<Http>,
    options: Options,
}

/// In which repositories Copilot's coding agent may work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    All,
    Selected,
    None,
}

impl Organisation {
    fn open(settings: &Settings) -> Result<Self, ConnectorError> {
        let (door, options) = (Door::open(settings)?, Options::read(settings)?);
        Ok(Self { door, entered: OnceCell::new(), options })
    }

    async fn http(&self) -> Result<&Http, ConnectorError> {
        self.entered.get_or_try_init(|| self.door.enter(&self.options)).await
    }

    fn source(&self) -> SourceId {
        SourceId::new(format!("github:{}", self.options.organisation.to_lowercase()))
    }

    /// The organisation itself, which shows whether there is one and whether the reader is let in.
    async fn itself(&self, http: &Http) -> Result<Object, ConnectorError> {
        let name = &self.options.organisation;
        match http.get::<Object>("organization", http.at(&format!("orgs/{name}"), &[])).await {
            Ok(answer) => Ok(answer.body),
            Err(Fault::NoSuch | Fault::Forbidden(_)) => {
                let help = "look at the name of the organisation, and whether this reader may know of it";
                Err(http.told(format!("it shows no organisation {name}"), help))
            }
            Err(fault) => Err(http.broken("the organisation", fault)),
        }
    }

    async fn look(&self) -> Result<Preflight, ConnectorError> {
        let http = self.http().await?;
        self.itself(http).await?;
        let mut found = Preflight {
            recognised: format!("the GitHub organisation {} at {}", self.options.organisation, http.origin()),
            misses: NEVER.iter().map(Missing::from).collect(),
            ..Preflight::default()
        };
        for list in COUNTED {
            self.counted(http, list, &mut found).await?;
        }
        self.agents(http, &mut found).await?;
        self.chosen(http, &mut found).await?;
        settle(&mut found);
        Ok(found)
    }

    async fn counted(
        &self,
        http: &Http,
        list: &List,
        found: &mut Preflight,
    ) -> Result<Sightline, ConnectorError> {
        let seen = match count_below(http, list, &self.options.organisation).await? {
            Sightline::Lacks(lack) => Sightline::Lacks(sights::why(list, lack)),
            shown @ Sightline::Shown(_) => shown,
        };
        let has = |sight: &Sight| found.misses.iter().any(|one| one.sight == sight.title);
        if matches!(seen, Sightline::Shown(_)) || !has(list.sight) {
            seen.tell(list, found);
        }
        Ok(seen)
    }

    async fn agents(&self, http: &Http, found: &mut Preflight) -> Result<(), ConnectorError> {
        match coding_agent(http, &self.options.organisation).await? {
            Ok(_) => found.sees.push(AGENTS.title.to_owned()),
            Err(why) => found.misses.push(Missing::from(&AGENTS).because(why)),
        }
        Ok(())
    }

    /// What is read only where it is chosen.
    async fn chosen(&self, http: &Http, found: &mut Preflight) -> Result<(), ConnectorError> {
        if self.options.asks_repositories {
            let first = self.first_repository(http).await?;
            self.counted(http, &TEAMS, found).await?;
            if let Some(first) = first
                && let Sightline::Lacks(why) = count_below(http, &DEPLOY_KEYS, &first).await?
            {
                Sightline::Lacks(sights::why(&DEPLOY_KEYS, why)).tell(&DEPLOY_KEYS, found);
            }
        } else {
            found.misses.push(Missing::from(&REPOSITORIES));
        }
        if self.options.asks_log {
            self.counted(http, &EVENTS, found).await?;
        } else {
            found.misses.push(Missing::from(&LOG));
        }
        Ok(())
    }

    async fn first_repository(&self, http: &Http) -> Result<Option<String>, ConnectorError> {
        let path = format!("orgs/{}/repos", self.options.organisation);
        match http.get::<Vec<Object>>("repositories", http.at(&path, sights::ALL_REPOSITORIES.probe)).await {
            Ok(answer) => Ok(answer.body.first().and_then(|one| one.text("full_name"))),
            Err(fault) if fault.lack().is_some() => Ok(None),
            Err(fault) => Err(http.broken("repositories", fault)),
        }
    }

    async fn run(&self, out: &mut Sink) -> Result<Taken, ConnectorError> {
        let at = now();
        let read = self.read(at, out).await;
        out.asked(self.asked()).await?;
        read?;
        Ok(Taken { source: self.source(), at, bytes: self.door.http().bytes() })
    }

    async fn read(&self, at: jiff::Timestamp, out: &mut Sink) -> Result<(), ConnectorError> {
        let http = self.http().await?;
        let organisation = self.itself(http).await?;
        Reading::new((http, &self.options), self.source(), at).run(&organisation, out).await
    }
}

/// What is missing in part is not seen; members are not seen by whom outside collaborators are not shown.
fn settle(found: &mut Preflight) {
    let missing: Vec<&String> = found.misses.iter().map(|one| &one.sight).collect();
    let hides_people = missing.iter().any(|title| *title == MEMBERS.title);
    found.sees.retain(|title| !missing.contains(&title));
    if hides_people {
        found.sees.retain(|title| title != FACTORS.title);
        let words = [&OUTSIDERS, &OWNERS, &PLAIN, &UNSAFE_MEMBERS, &UNSAFE_OUTSIDERS].map(|list| list.word);
        found.counts.retain(|(word, _)| !words.contains(&word.as_str()));
    }
}

/// In which repositories the coding agent may work; why that is not shown, where it is not.
async fn coding_agent(http: &Http, organisation: &str) -> Result<Result<Reach, Lack>, ConnectorError> {
    let what = "coding agent";
    let path = format!("orgs/{organisation}/copilot/coding-agent/permissions");
    match http.get::<Object>(what, http.at(&path, &[])).await {
        Ok(answer) => Ok(match answer.body.text("enabled_repositories").as_deref() {
            Some("all") => Ok(Reach::All),
            Some("selected") => Ok(Reach::Selected),
            Some("none") => Ok(Reach::None),
            _ => Err(Lack::NotCollected),
        }),
        Err(fault) => match fault.lack() {
            Some(why) => Ok(Err(why)),
            None => Err(http.broken(what, fault)),
        },
    }
}

impl Connector for Organisation {
    fn preflight(&self) -> BoxFuture<'_, Result<Preflight, ConnectorError>> {
        Box::pin(self.look())
    }

    fn pull<'a>(&'a self, out: &'a mut Sink) -> BoxFuture<'a, Result<Taken, ConnectorError>> {
        Box::pin(self.run(out))
    }

    fn asked(&self) -> Vec<Asked> {
        self.door.http().asked()
    }
}
