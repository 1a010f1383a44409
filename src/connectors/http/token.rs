//! Tokens that a system gives out for a while: fetched when the first question is put, renewed before they end.

use std::fmt;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::Mutex;

use super::super::ConnectorError;
use super::super::secret::Secret;
use super::{Ask, Body, Fault, Http, Verb, json};

/// How long before its end a token is renewed.
const MARGIN: Duration = Duration::from_mins(1);
/// How long a token is taken for good where its system does not say.
const USUAL: Duration = Duration::from_mins(30);

/// How one kind of system gives out tokens.
pub trait Issue: fmt::Debug + Send + Sync {
    /// What is sent, made anew each time, because signed words are good for some minutes only.
    fn body(&self) -> Result<Body, ConnectorError>;
    /// Reads the answer; `None` when no token is in it.
    fn read(&self, answer: &Value) -> Option<Issued>;
    /// The name of the header that carries the token; `None` is the usual one of bearers.
    fn header(&self) -> Option<&'static str> {
        None
    }
}

/// A token that was given out.
#[derive(Debug, Clone)]
pub struct Issued {
    pub token: Secret,
    /// How long it is good, where the system says so.
    pub lasts: Option<Duration>,
}

/// Where tokens come from, with the one that is good just now.
#[derive(Debug)]
pub struct Tokens {
    http: Http,
    path: String,
    issue: Box<dyn Issue>,
    kept: Mutex<Option<Kept>>,
}

#[derive(Debug)]
struct Kept {
    token: Secret,
    until: Instant,
    /// Whether the system took it at least once.
    was_taken: bool,
}

/// What follows from how a token fared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    Nothing,
    /// It was good and is no more: another one may be.
    Renew,
}

impl Tokens {
    /// Tokens from a path below the address of `http`, on whose receipt the questions stand.
    pub fn new(http: Http, path: &str, issue: Box<dyn Issue>) -> Self {
        Self { http, path: path.to_owned(), issue, kept: Mutex::default() }
    }

    /// The name of the header that carries the token; `None` is the usual one of bearers.
    pub fn header(&self) -> Option<&'static str> {
        self.issue.header()
    }

    /// A token that is good now.
    pub async fn get(&self) -> Result<Secret, ConnectorError> {
        let mut kept = self.kept.lock().await;
        if let Some(kept) = kept.as_ref().filter(|kept| Instant::now() < kept.until) {
            return Ok(kept.token.clone());
        }
        let issued = self.fetch().await?;
        let lasts = issued.lasts.unwrap_or(USUAL);
        // One that is good for a minute or less is used while it lasts.
        let until = Instant::now() + lasts.checked_sub(MARGIN).unwrap_or(lasts / 2);
        *kept = Some(Kept { token: issued.token.clone(), until, was_taken: false });
        Ok(issued.token)
    }

    /// Hears whether the system took a token.
    pub(super) async fn hear(&self, token: &Secret, is_taken: bool) -> Heard {
        let mut kept = self.kept.lock().await;
        match kept.as_mut().filter(|kept| kept.token == *token) {
            Some(one) if is_taken => one.was_taken = true,
            Some(one) if one.was_taken => {
                *kept = None;
                return Heard::Renew;
            }
            _ => {}
        }
        Heard::Nothing
    }

    async fn fetch(&self) -> Result<Issued, ConnectorError> {
        let url = self.http.at(&self.path, &[]);
        let ask = Ask { what: "token", url, verb: Verb::Post(self.issue.body()?) };
        let answer = match self.http.ask(&ask, json::<Value>).await {
            Ok(answer) => answer.body,
            Err(Fault::Failed(error)) => return Err(error),
            Err(Fault::Rejected(said) | Fault::Forbidden(said) | Fault::NotLicensed(said)) => {
                return Err(self.refused(&format!(": {said}")));
            }
            Err(Fault::NoSuch) => {
                let help =
                    "look at the address, and at the name of the tenant, the organisation or the realm";
                return Err(self.http.told("no tokens are given out there".to_owned(), help));
            }
        };
        self.issue.read(&answer).ok_or_else(|| self.refused(", and does not say why"))
    }

    fn refused(&self, why: &str) -> ConnectorError {
        let help = "look whether the name and the secret (or the key) belong together, are whole and have not expired, \
                    and whether this tenant knows them";
        self.http.told(format!("it gives out no token{why}"), help)
    }
}

/// The token of an answer as OAuth 2.0 has it (RFC 6749 §5.1), or with a time of its end as GitHub has it.
pub fn form_of_token(answer: &Value) -> Option<Issued> {
    let text = |key: &str| answer.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    let token = Secret::new(text("access_token").or_else(|| text("token"))?);
    let seconds = answer.get("expires_in").and_then(|lasts| match lasts {
        Value::String(text) => text.parse().ok(),
        other => other.as_u64(),
    });
    let until = || text("expires_at")?.parse::<Timestamp>().ok();
    let left =
        || until().map(|until| u64::try_from(until.as_second() - super::now().as_second()).unwrap_or(0));
    Some(Issued { token, lasts: seconds.or_else(left).map(Duration::from_secs) })
}
