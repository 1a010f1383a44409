//! Okta: users, groups, applications and what they may do, service identities, administrators' roles, and, where the
//! organisation has them, AI agents (an interface in beta).

mod agents;
mod apps;
mod groups;
mod lists;
mod log;
mod reading;
mod records;
mod roles;
mod services;
mod sights;
mod sign_in;
mod users;

use super::http::{ADDRESS, Auth, CA, Fault, Http, PROXY, RATE, now};
use super::listing::{List, Object, Sightline, count, count_below, whole};
use super::{BoxFuture, Connector, ConnectorError, Form, Setting, Settings, Sink, Spec, Taken};
use crate::model::SourceId;
use crate::model::pull::{Asked, Lack, Missing, Preflight, Sight};
use reading::Reading;
use sign_in::Way;
use std::ops::RangeInclusive;

const TOKEN: &str = "token";
const CLIENT: &str = "client";
const KEY: &str = "key";
const KID: &str = "kid";
const FACTORS: &str = "second-factors";
const SECRETS: &str = "client-secrets";
const LOG_DAYS: &str = "log-days";
const REGISTER: &str = "register";
/// How long Okta keeps its log, in days.
const LOG_KEPT: RangeInclusive<i64> = 1..=90;

/// The connector, as the registry knows it.
pub static SPEC: Spec = Spec {
    id: "okta",
    title: "Okta organisation",
    sees: sights::SIGHTS,
    settings: SETTINGS,
    permits: sights::PERMITS,
    recognise: None,
    connect: |settings| Ok(Box::new(Okta::open(settings)?)),
};

static SETTINGS: &[Setting] = &[
    Setting {
        key: ADDRESS,
        title: "Address",
        help: "The address of the organisation, without the `-admin` of its console.",
        is_required: true,
        form: Form::Address("https://acme.okta.com"),
    },
    Setting::optional(
        TOKEN,
        "API token",
        Form::Secret,
        "Where an API token (SSWS) lies. It has all the rights of the administrator who made it; a service application can \
         have fewer.",
    ),
    Setting::optional(
        CLIENT,
        "Service application",
        Form::Text("0oa1gjh63g214q0Hq0g4"),
        "The client id of a service application (API Services) that signs in with a key of its own.",
    ),
    Setting::optional(
        KEY,
        "Key",
        Form::Secret,
        "Where the application's private RSA key lies, in the PEM form.",
    ),
    Setting::optional(
        KID,
        "Key id",
        Form::Text("SIMcCQNY3uwXoW3y0vf6VxiBb5n9pf8L2fK8d"),
        "The id (kid) of that key, where the application has several.",
    ),
    Setting::optional(
        LOG_DAYS,
        "Days of the log",
        Form::Number("30"),
        "Reads so many days of the system log (at most 90) for the last use of applications and tokens. Without it the log is \
         not read; it may be long, and Okta answers some 120 questions of 1,000 events a minute.",
    ),
    Setting::optional(
        FACTORS,
        "Second factors",
        Form::YesNo,
        "`yes` asks for the second factors of each user, one question for each: the API has no list of them.",
    ),
    Setting::optional(
        SECRETS,
        "Client secrets",
        Form::YesNo,
        "`yes` reads how old the secrets of service applications are. Okta's answer holds the secrets themselves; they are \
         dropped unread, but who has the token could see them.",
    ),
    Setting::optional(
        REGISTER,
        "Register of agents",
        Form::YesNo,
        "`yes` where Okta's list of AI agents is the organisation's register of them, so that those in it count as registered.",
    ),
    CA,
    PROXY,
    RATE,
];

/// What is asked for beyond what costs little.
#[derive(Debug, Clone, Copy)]
struct Wants {
    factors: bool,
    secrets: bool,
    log_days: Option<i64>,
    is_register: bool,
}

struct Okta {
    /// Shows nobody: for the desk that gives out tokens.
    desk: Http,
    address: String,
    way: Way,
    wants: Wants,
}

impl Okta {
    fn open(settings: &Settings) -> Result<Self, ConnectorError> {
        let address = settings.needed(ADDRESS)?.to_owned();
        let desk = Http::open(settings, Auth::Nobody, "application/json")?.judged(sign_in::judge);
        let way = Way::read(settings, &desk)?;
        let wants = Wants {
            factors: settings.is_on(FACTORS)?,
            secrets: settings.is_on(SECRETS)?,
            log_days: settings.days(LOG_DAYS, &LOG_KEPT)?,
            is_register: settings.is_on(REGISTER)?,
        };
        Ok(Self { desk, address, way, wants })
    }

    async fn signed_in(&self) -> Result<Http, ConnectorError> {
        let host = self.desk.host();
        if host.split('.').next().is_some_and(|name| name.ends_with("-admin")) {
            let help = format!("set https://{}", host.replacen("-admin.", ".", 1));
            return Err(ConnectorError::Value {
                key: ADDRESS,
                reason: "it is the address of the administrators' console".to_owned(),
                help,
            });
        }
        self.desk.beside(&self.address, self.way.show(&self.desk, &self.address).await?)
    }

    async fn look(&self) -> Result<Preflight, ConnectorError> {
        let http = self.signed_in().await?;
        let mut found = Preflight {
            recognised: format!("the Okta organisation {}", organisation(&http).await?),
            ..Preflight::default()
        };
        for list in [
            &lists::USERS,
            &lists::GROUPS,
            &lists::APPS,
            &lists::ADMINISTRATORS,
            &lists::API_TOKENS,
            &lists::API_SERVICES,
        ] {
            count(&http, list).await?.tell(list, &mut found);
        }
        scopes(&http).await?.tell(&lists::SCOPES, &mut found);
        for list in [&lists::APP_ACCOUNTS, &lists::AGENTS] {
            of_product(count(&http, list).await?).tell(list, &mut found);
        }
        if found.sees.is_empty() {
            return Err(shows_nothing(&http));
        }
        found.counts.extend(users(&http).await?.map(|count| ("users".to_owned(), count)));
        self.wishes(&http, &mut found).await?;
        Ok(found)
    }

    /// What is seen only where it is wished for.
    async fn wishes(&self, http: &Http, found: &mut Preflight) -> Result<(), ConnectorError> {
        let wishes = [(self.wants.factors, &sights::FACTORS), (self.wants.secrets, &sights::SECRETS)];
        for (is_wanted, sight) in wishes {
            wish(is_wanted, sight, found);
        }
        if self.wants.log_days.is_some() {
            count(http, &lists::LOG).await?.tell(&lists::LOG, found);
        } else {
            wish(false, &sights::LOG, found);
        }
        Ok(())
    }

    async fn run(&self, out: &mut Sink) -> Result<Taken, ConnectorError> {
        let at = now();
        let read = self.read(at, out).await;
        // The desk and what it opened share one receipt.
        out.asked(self.asked()).await?;
        read?;
        Ok(Taken { source: self.source(), at, bytes: self.desk.bytes() })
    }

    async fn read(&self, at: jiff::Timestamp, out: &mut Sink) -> Result<(), ConnectorError> {
        let http = self.signed_in().await?;
        Reading::new(&http, self.source(), self.wants).run(at, out).await
    }

    fn source(&self) -> SourceId {
        SourceId::new(format!("okta:{}", self.desk.host()))
    }
}

fn wish(is_wanted: bool, sight: &Sight, found: &mut Preflight) {
    if is_wanted {
        found.sees.push(sight.title.to_owned());
    } else {
        found.misses.push(Missing::from(sight));
    }
}

/// What the organisation is called, with its address.
async fn organisation(http: &Http) -> Result<String, ConnectorError> {
    let at = http.origin();
    match http.get::<Object>("organisation", http.at("api/v1/org", &[])).await {
        Ok(answer) => {
            let name = answer.body.text("companyName");
            Ok(name.map_or_else(|| format!("at {at}"), |name| format!("{name} at {at}")))
        }
        Err(Fault::Failed(error)) => Err(error),
        Err(_) => Ok(format!("at {at}")),
    }
}

/// How many users there are: as many as are in the group of everybody.
async fn users(http: &Http) -> Result<Option<u64>, ConnectorError> {
    let groups = match whole(http, &lists::EVERYBODY, "").await {
        Ok(groups) => groups,
        Err(Fault::Failed(error)) => return Err(error),
        Err(_) => return Ok(None),
    };
    let everybody = groups.iter().find(|group| group.text("profile.name").as_deref() == Some("Everyone"));
    Ok(everybody.and_then(|group| group.number("_embedded.stats.usersCount")))
}

/// Whether the scopes of applications are shown: of the first application that could have any.
async fn scopes(http: &Http) -> Result<Sightline, ConnectorError> {
    let page =
        match http.get::<Vec<Object>>("applications", http.at(lists::APPS.path, lists::APPS.query)).await {
            Ok(page) => page.body,
            Err(Fault::Failed(error)) => return Err(error),
            Err(fault) => return Ok(fault.lack().map_or(Sightline::Shown(None), Sightline::Lacks)),
        };
    match page.iter().find(|app| apps::can_have_scopes(app)).and_then(|app| app.text("id")) {
        Some(app) => count_below(http, &lists::SCOPES, &app).await,
        None => Ok(Sightline::Shown(None)),
    }
}

/// A product that the organisation did not buy answers as if its part of the API were not there.
fn of_product(line: Sightline) -> Sightline {
    match line {
        Sightline::Lacks(Lack::NotCollected) => Sightline::Lacks(Lack::NotLicensed),
        other => other,
    }
}

fn shows_nothing(http: &Http) -> ConnectorError {
    let help = "grant the scopes and the role that `trueup sources permit okta` prints, and look whether the address is \
                that of the organisation";
    http.told("it shows nothing to this reader".to_owned(), help)
}

/// What one small list has, or why it is not shown.
async fn small(http: &Http, list: &List) -> Result<Result<Vec<Object>, Lack>, ConnectorError> {
    match whole(http, list, "").await {
        Ok(found) => Ok(Ok(found)),
        Err(fault) => match fault.lack() {
            Some(lack) => Ok(Err(lack)),
            None => Err(http.broken(list.word, fault)),
        },
    }
}

impl Connector for Okta {
    fn preflight(&self) -> BoxFuture<'_, Result<Preflight, ConnectorError>> {
        Box::pin(self.look())
    }

    fn pull<'a>(&'a self, out: &'a mut Sink) -> BoxFuture<'a, Result<Taken, ConnectorError>> {
        Box::pin(self.run(out))
    }

    fn asked(&self) -> Vec<Asked> {
        self.desk.asked()
    }
}
