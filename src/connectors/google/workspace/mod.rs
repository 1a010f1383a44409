//! Google Workspace: users, roles of administrators, groups where wanted, and the apps that people let in, with their use.

mod consents;
mod factors;
mod lists;
mod reading;
mod roles;
mod settings;
mod users;

use jiff::SignedDuration;
use serde_json::Value;

use super::super::http::{Http, now};
use super::super::listing::{List, Object};
use super::super::{BoxFuture, Connector, ConnectorError, Settings, Sink, Spec, Taken};
use super::sign_in::Session;
use super::{Google, Lacking, Misses, lacking, words};
use crate::model::SourceId;
use crate::model::pull::{Asked, Lack, Missing, Preflight, Sight};
use lists::{
    ADMIN, ASSIGNMENT_LIST, AUTHORIZED, CONSENTS, DELEGATED, DELEGATION, FACTOR_LIST, FACTORS, GROUP_LIST,
    GROUPS, MEMBERS, NEVER, NUMBERS, ROLE_LIST, ROLES, TOKEN_LIST, TOKENS, USER_LIST, USERS, USES,
};
use reading::Reading;
use settings::Options;

/// The connector, as the registry knows it.
pub static SPEC: Spec = Spec {
    id: "google-workspace",
    title: "Google Workspace",
    sees: &[USERS, FACTORS, ROLES, MEMBERS, CONSENTS, USES, DELEGATION, TOKENS, GROUPS],
    settings: settings::ALL,
    permits: settings::PERMITS,
    recognise: None,
    connect: |settings| Ok(Box::new(Workspace::open(settings)?)),
};

/// The customer of whoever asks.
const OWN: &str = "my_customer";
/// How many days reports of a day come late.
const LATE: i64 = 4;

struct Workspace {
    google: Google,
    options: Options,
}

/// Whose directory it is.
struct Whose {
    /// As questions name it.
    customer: String,
    source: SourceId,
    /// One of its users.
    user: Option<String>,
    /// Why users are not shown.
    lacking: Option<Lacking>,
}

impl Workspace {
    fn open(settings: &Settings) -> Result<Self, ConnectorError> {
        let options = Options::read(settings)?;
        Ok(Self { google: Google::open(settings, None, options.admin.as_deref())?, options })
    }

    async fn sign_in(&self) -> Result<Session, ConnectorError> {
        self.google.sign_in(&self.options.scopes()).await
    }

    async fn look(&self) -> Result<Preflight, ConnectorError> {
        let http = self.sign_in().await?.api(ADMIN)?;
        let whose = self.whose(&http).await?;
        let mut misses = Misses::default();
        let mut counts = Vec::new();
        if let Some(lacking) = &whose.lacking {
            misses.note(&USERS, lacking.clone(), "");
        }
        match probe(&http, &NUMBERS, &day(), &[]).await? {
            Ok(answer) => counts.extend(number(&answer).map(|users| ("users".to_owned(), users))),
            Err(lacking) => misses.note(&FACTORS, lacking, ""),
        }
        let mut asked = vec![
            (&FACTOR_LIST, day()),
            (&ROLE_LIST, whose.customer.clone()),
            (&ASSIGNMENT_LIST, whose.customer.clone()),
            (&AUTHORIZED, String::new()),
            (&DELEGATED, String::new()),
        ];
        if self.options.asks_groups {
            asked.push((&GROUP_LIST, String::new()));
        }
        if self.options.asks_tokens {
            asked.extend(whose.user.clone().map(|user| (&TOKEN_LIST, user)));
        }
        for (list, place) in asked {
            let more = customer_of(list, &whose.customer);
            if let Err(lacking) = probe(&http, list, &place, &more).await? {
                misses.note(list.sight, lacking, "");
            }
        }
        self.unasked(&mut misses);
        if misses.has(&USERS) && misses.has(&ROLES) && misses.has(&CONSENTS) {
            return Err(shows_nothing(&http));
        }
        let missing = misses.all();
        let is_seen = |title: &str| missing.iter().all(|missing| missing.sight != title);
        let titles = SPEC.sees.iter().map(|sight| sight.title).filter(|title| is_seen(title));
        Ok(Preflight {
            recognised: format!("Google Workspace of {}", whose.source),
            sees: titles.map(str::to_owned).collect(),
            misses: missing.iter().cloned().chain(NEVER.iter().map(Missing::from)).collect(),
            counts,
        })
    }

    /// Takes note of what is not asked for by choice, or cannot be without something else.
    fn unasked(&self, misses: &mut Misses) {
        let choices: [(&'static Sight, bool); 3] = [
            (&TOKENS, self.options.asks_tokens),
            (&GROUPS, self.options.asks_groups),
            (&USES, self.options.use_days > 0),
        ];
        for (sight, _) in choices.iter().filter(|(_, is_asked)| !is_asked) {
            misses.note(sight, Lack::NotCollected.into(), "");
        }
        let follows = [(&CONSENTS, &USES), (&ROLES, &MEMBERS)];
        for (first, second) in follows {
            if misses.has(first) && !misses.has(second) {
                misses.note(second, Lack::Forbidden.into(), "");
            }
        }
    }

    /// Asks whose directory it is, with the first user, else the first entry of the log.
    async fn whose(&self, http: &Http) -> Result<Whose, ConnectorError> {
        let customer = self.options.customer.clone().unwrap_or_else(|| OWN.to_owned());
        let (mut found, mut user, mut why) = (self.options.customer.clone(), None, None);
        match probe(http, &USER_LIST, "", &[("customer", &customer)]).await? {
            Ok(answer) => {
                let first = answer.objects("users").unwrap_or_default().into_iter().next();
                found = first.as_ref().and_then(|user| user.text("customerId")).or(found);
                user = first.and_then(|user| user.text("id"));
            }
            Err(lacking) => why = Some(lacking),
        }
        if found.is_none()
            && let Ok(answer) = probe(http, &AUTHORIZED, "", &[]).await?
        {
            let first = answer.objects("items").unwrap_or_default().into_iter().next();
            found = first.and_then(|entry| entry.text("id.customerId"));
        }
        let name = found.ok_or_else(|| match &why {
            Some(_) => shows_nothing(http),
            None => http.told(
                "it does not say whose directory it is".to_owned(),
                "set `customer` to the customer id",
            ),
        })?;
        Ok(Whose { customer, source: SourceId::new(format!("google:{name}")), user, lacking: why })
    }

    async fn run(&self, out: &mut Sink) -> Result<Taken, ConnectorError> {
        let at = now();
        let read = self.read(at, out).await;
        out.asked(self.asked()).await?;
        Ok(Taken { source: read?, at, bytes: self.google.http().bytes() })
    }

    async fn read(&self, at: jiff::Timestamp, out: &mut Sink) -> Result<SourceId, ConnectorError> {
        let session = self.sign_in().await?;
        let http = session.api(ADMIN)?;
        let persons = session.api(ADMIN)?.judged(words::judge_person);
        let whose = self.whose(&http).await?;
        let mut misses = Misses::default();
        let source = whose.source.clone();
        let mut reading = Reading::new((&http, &persons), whose, &self.options, at);
        reading.all(&mut misses, out).await?;
        self.unasked(&mut misses);
        misses.tell(out).await?;
        Ok(source)
    }
}

/// Asks for as little of a list as there is.
async fn probe(
    http: &Http,
    list: &List,
    place: &str,
    more: &[(&str, &str)],
) -> Result<Result<Object, Lacking>, ConnectorError> {
    // A smaller page, and the rest as it will be asked for.
    let is_own = |key: &str| list.probe.iter().all(|(own, _)| *own != key);
    let usual = list.query.iter().filter(|(key, _)| is_own(key));
    let query: Vec<(&str, &str)> = list.probe.iter().chain(usual).chain(more).copied().collect();
    match http.get::<Value>(list.word, http.at(&list.path.replace("{}", place), &query)).await {
        Ok(answer) => Ok(Ok(Object::of(answer.body).unwrap_or_default())),
        Err(fault) => Ok(Err(lacking(http, list, fault)?)),
    }
}

/// What lists of the directory need to know beside their path.
fn customer_of<'a>(list: &List, customer: &'a str) -> Vec<(&'static str, &'a str)> {
    let is_meant = [USER_LIST.path, GROUP_LIST.path].contains(&list.path);
    is_meant.then_some(("customer", customer)).into_iter().collect()
}

/// A day of which reports are there.
fn day() -> String {
    let days = SignedDuration::from_hours(24 * LATE);
    let day = now().checked_sub(days).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    day.to_string().chars().take(10).collect()
}

/// How many users there were on the day.
fn number(answer: &Object) -> Option<u64> {
    let report = answer.objects("usageReports")?.into_iter().next()?;
    let parameters = report.objects("parameters")?;
    parameters
        .iter()
        .find(|one| one.text("name").is_some_and(|name| name == "accounts:num_users"))?
        .number("intValue")
}

fn shows_nothing(http: &Http) -> ConnectorError {
    let help = "allow the scopes and privileges that `trueup sources permit google-workspace` prints, and look whether \
                `admin` is an administrator of this organisation; without `admin`, set `customer`";
    http.told("it shows neither users nor roles nor apps to this reader".to_owned(), help)
}

impl Connector for Workspace {
    fn preflight(&self) -> BoxFuture<'_, Result<Preflight, ConnectorError>> {
        Box::pin(self.look())
    }

    fn pull<'a>(&'a self, out: &'a mut Sink) -> BoxFuture<'a, Result<Taken, ConnectorError>> {
        Box::pin(self.run(out))
    }

    fn asked(&self) -> Vec<Asked> {
        self.google.http().asked()
    }
}
