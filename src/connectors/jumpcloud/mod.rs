//! `JumpCloud`: users, administrators, systems, groups, applications and service accounts, AI tools of its AI and
//! `SaaS` Management, and last sign-ins from Directory Insights.

mod extensions;
mod groups;
mod insights;
mod lists;
mod reading;
mod saas;
mod services;
mod sights;
mod sign_in;
mod users;

use super::http::{ADDRESS, CA, Fault, Http, PROXY, RATE, now};
use super::listing::{Sightline, count, whole};
use super::{BoxFuture, Connector, ConnectorError, Form, Setting, Settings, Sink, Spec, Taken};
use crate::model::SourceId;
use crate::model::pull::{Asked, Missing, Preflight};
use reading::Reading;
use std::ops::RangeInclusive;

const KEY: &str = "key";
const CLIENT: &str = "client";
const CLIENT_SECRET: &str = "client-secret";
const ORGANISATION: &str = "organisation";
const DESK: &str = "token-address";
const INSIGHTS: &str = "insights-address";
const LOG_DAYS: &str = "log-days";
const EXTENSIONS: &str = "extensions";
/// How long Directory Insights keeps events, in days.
const LOG_KEPT: RangeInclusive<i64> = 1..=90;
/// Addresses that count where none is set.
const USUAL: &[(&str, &str)] = &[
    (ADDRESS, "https://console.jumpcloud.com/api"),
    (DESK, "https://admin-oauth.id.jumpcloud.com"),
    (INSIGHTS, "https://api.jumpcloud.com/insights/directory/v1"),
];

/// The connector, as the registry knows it.
pub static SPEC: Spec = Spec {
    id: "jumpcloud",
    title: "JumpCloud organisation",
    sees: sights::SIGHTS,
    settings: SETTINGS,
    permits: sights::PERMITS,
    recognise: None,
    connect: |settings| Ok(Box::new(JumpCloud::open(settings)?)),
};

static SETTINGS: &[Setting] = &[
    Setting::optional(
        ADDRESS,
        "Address",
        Form::Address("https://console.eu.jumpcloud.com/api"),
        "The address of the interface with its path; https://console.jumpcloud.com/api where none is set. Organisations in the \
         EU have https://console.eu.jumpcloud.com/api.",
    ),
    Setting::optional(
        KEY,
        "API key",
        Form::Secret,
        "Where an administrator's API key lies; the role Read Only is enough.",
    ),
    Setting::optional(
        CLIENT,
        "Service account",
        Form::Text("5f1b…"),
        "The client id of a service account, in place of an API key.",
    ),
    Setting::optional(
        CLIENT_SECRET,
        "Its secret",
        Form::Secret,
        "Where the secret of that service account lies.",
    ),
    Setting::optional(
        ORGANISATION,
        "Organisation",
        Form::Text("5ee0a4d5c6a1f84d4f2b1a3c"),
        "The id of the organisation; needed where the key belongs to a provider that manages several.",
    ),
    Setting::optional(
        DESK,
        "Address for tokens",
        Form::Address("https://admin-oauth.id.jumpcloud.com"),
        "Where service accounts get tokens; https://admin-oauth.id.jumpcloud.com where none is set.",
    ),
    Setting::optional(
        INSIGHTS,
        "Address of Directory Insights",
        Form::Address("https://api.eu.jumpcloud.com/insights/directory/v1"),
        "https://api.jumpcloud.com/insights/directory/v1 where none is set.",
    ),
    Setting::optional(
        LOG_DAYS,
        "Days of events",
        Form::Number("30"),
        "Reads so many days of Directory Insights (at most 90) for the last sign-in of users. Without it no event is read.",
    ),
    Setting::optional(
        EXTENSIONS,
        "Browser extensions",
        Form::YesNo,
        "`yes` reads the browser extensions of all systems for AI tools among them; the list is long.",
    ),
    CA,
    PROXY,
    RATE,
];

struct JumpCloud {
    http: Http,
    insights: Http,
    organisation: Option<String>,
    log_days: Option<i64>,
    wants_extensions: bool,
}

impl JumpCloud {
    fn open(settings: &Settings) -> Result<Self, ConnectorError> {
        let mut settings = settings.clone();
        for (key, usual) in USUAL {
            if settings.value(key).is_none() {
                settings.values.insert(key, (*usual).to_owned());
            }
        }
        let (http, insights) = sign_in::open(&settings)?;
        Ok(Self {
            insights,
            organisation: settings.value(ORGANISATION).map(|id| id.trim().to_owned()),
            log_days: settings.days(LOG_DAYS, &LOG_KEPT)?,
            wants_extensions: settings.is_on(EXTENSIONS)?,
            http,
        })
    }

    /// The organisation that the key belongs to, and its name.
    async fn organisation(&self) -> Result<(String, Option<String>), ConnectorError> {
        let found = match whole(&self.http, &lists::ORGANIZATIONS, "").await {
            Ok(found) => found,
            Err(Fault::Failed(error)) => return Err(error),
            Err(_) => Vec::new(),
        };
        let mut all = found.iter().filter_map(|one| Some((one.text("_id")?, one.text("displayName"))));
        if let Some(id) = &self.organisation {
            let name = all.find(|(other, _)| other == id).and_then(|(_, name)| name);
            return Ok((id.clone(), name));
        }
        match (all.next(), all.next()) {
            (Some(one), None) => Ok(one),
            (None, _) => Ok((self.http.host(), None)),
            (Some(_), Some(_)) => Err(ConnectorError::Value {
                key: ORGANISATION,
                reason: "this key reads several organisations".to_owned(),
                help: "set the id of the one that is meant; each is a source of its own".to_owned(),
            }),
        }
    }

    async fn look(&self) -> Result<Preflight, ConnectorError> {
        let (id, name) = self.organisation().await?;
        let mut found = Preflight {
            recognised: format!(
                "the JumpCloud organisation {} at {}",
                name.unwrap_or(id),
                self.http.origin()
            ),
            ..Preflight::default()
        };
        for list in [
            &lists::USERS,
            &lists::ADMINISTRATORS,
            &lists::GROUPS,
            &lists::APPS,
            &lists::SYSTEMS,
            &lists::SERVICE_ACCOUNTS,
            &lists::SAAS,
        ] {
            reading::bought(list, count(&self.http, list).await?).tell(list, &mut found);
        }
        if found.sees.is_empty() {
            return Err(shows_nothing(&self.http));
        }
        if self.wants_extensions {
            count(&self.http, &lists::CHROME).await?.tell(&lists::CHROME, &mut found);
        } else {
            found.misses.push(Missing::from(&sights::EXTENSIONS));
        }
        match self.log_days {
            None => found.misses.push(Missing::from(&sights::EVENTS)),
            Some(days) => match insights::count(&self.insights, now(), days).await? {
                Sightline::Shown(count) => {
                    found.sees.push(sights::EVENTS.title.to_owned());
                    found.counts.extend(count.map(|count| ("events".to_owned(), count)));
                }
                Sightline::Lacks(why) => found.misses.push(Missing::from(&sights::EVENTS).because(why)),
            },
        }
        found.misses.push(Missing::from(&sights::USE_OF_KEYS));
        Ok(found)
    }

    async fn run(&self, out: &mut Sink) -> Result<Taken, ConnectorError> {
        let at = now();
        let read = self.read(at, out).await;
        out.asked(self.asked()).await?;
        let source = read?;
        Ok(Taken { source, at, bytes: self.http.bytes() })
    }

    async fn read(&self, at: jiff::Timestamp, out: &mut Sink) -> Result<SourceId, ConnectorError> {
        let (id, _) = self.organisation().await?;
        let source = SourceId::new(format!("jumpcloud:{id}"));
        let mut reading = Reading::new(&self.http, source.clone());
        if let Some(days) = self.log_days {
            reading.seen = insights::read(&self.insights, at, days, out).await?;
        }
        reading.run(self.wants_extensions, out).await?;
        Ok(source)
    }
}

fn shows_nothing(http: &Http) -> ConnectorError {
    let help = "give the key or the service account the role Read Only, and look whether the address is whole, with its \
                path, and whether the organisation is in the EU";
    http.told("it shows nothing to this reader".to_owned(), help)
}

impl Connector for JumpCloud {
    fn preflight(&self) -> BoxFuture<'_, Result<Preflight, ConnectorError>> {
        Box::pin(self.look())
    }

    fn pull<'a>(&'a self, out: &'a mut Sink) -> BoxFuture<'a, Result<Taken, ConnectorError>> {
        Box::pin(self.run(out))
    }

    fn asked(&self) -> Vec<Asked> {
        self.http.asked()
    }
}
