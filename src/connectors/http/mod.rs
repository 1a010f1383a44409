//! Asking systems over HTTP: it only reads, only at the configured address, and again when the system is busy. What
//! was asked is counted for the receipt; no answer and no header is written anywhere.

mod address;
mod answer;
mod ask;
mod client;
pub mod jwt;
mod link;
mod pace;
mod patience;
mod tls;
mod token;

use std::collections::{BTreeMap, HashSet};
use std::error::Error as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, Once, PoisonError};
use std::time::Instant;

use jiff::Timestamp;
use reqwest::{Client, StatusCode, Url};
use serde::de::DeserializeOwned;
use tokio::time::sleep;

use super::secret::Secret;
use super::{ConnectorError, Form, Setting, Settings};
use crate::model::pull::{Asked, Lack};

pub use address::{ADDRESS, Directory, directory};
use answer::Try;
pub use ask::{Ask, Body, Judge, Refused, Sign, Unread, Verb, Verdict};
use pace::Pace;
use patience::Patience;
pub use tls::{Trust, trust};
pub use token::{Issue, Issued, Tokens, form_of_token};

/// A certificate authority of the organisation's own.
pub const CA: Setting = Setting {
    key: "ca",
    title: "Own authority",
    help: "A file with the certificates (PEM) of the authority that signed the system's; the machine's own count too.",
    is_required: false,
    form: Form::File,
};
/// A proxy that only this source uses.
pub const PROXY: Setting = Setting {
    key: "proxy",
    title: "Proxy",
    help: "The address of a proxy; without it HTTPS_PROXY and NO_PROXY of the environment count.",
    is_required: false,
    form: Form::Address("http://proxy.example.com:3128"),
};

/// How much of a system's patience this source may use.
pub const RATE: Setting = Setting {
    key: "rate",
    title: "Questions a second",
    help: "How many questions a second this source may put at most; without it only what the system itself says counts.",
    is_required: false,
    form: Form::Number("10"),
};

/// The largest answer, in bytes.
const LARGEST: usize = 64 << 20;
/// What is said where a name leads nowhere.
const NO_HOST: &str = "there is no such host";
/// How much of what a system says stands in an error, in letters.
const SAID: usize = 200;

/// How a reader shows who it is.
#[derive(Debug, Clone)]
pub enum Auth {
    Nobody,
    Bearer(Secret),
    Basic(String, Secret),
    /// A header of the system's own that carries the secret.
    Header(&'static str, Secret),
    /// Tokens that the system gives out for a while.
    Issued(Arc<Tokens>),
    Signed(Arc<dyn Sign>),
}

/// One system that is asked.
#[derive(Debug)]
pub struct Http {
    client: Client,
    base: Url,
    auth: Auth,
    patience: Patience,
    accept: &'static str,
    /// What goes with every question, by names in small letters.
    headers: Vec<(&'static str, String)>,
    judge: Option<Judge>,
    /// One for all addresses of the system.
    pace: Arc<Pace>,
    journal: Arc<Mutex<BTreeMap<String, Asked>>>,
    received: Arc<AtomicU64>,
    /// Until when the system asked not to be asked.
    held: Mutex<Option<Instant>>,
}

/// An answer.
#[derive(Debug)]
pub struct Answer<T> {
    pub body: T,
    /// The address of the next page, where a header names one.
    pub next: Option<String>,
    /// The address of the last page, where a header names one.
    pub last: Option<String>,
}

/// Why a question has no answer.
#[derive(Debug)]
pub enum Fault {
    /// The reader is known and may not see this.
    Forbidden(String),
    /// The system would show this with another licence.
    NotLicensed(String),
    /// The system has nothing of this kind.
    NoSuch,
    /// The system does not understand the question.
    Rejected(String),
    /// Nothing else will be answered either.
    Failed(ConnectorError),
}

impl Fault {
    /// Why this kind of thing is not shown; `None` when the question or the system is at fault.
    pub fn lack(&self) -> Option<Lack> {
        match self {
            Self::Forbidden(_) => Some(Lack::Forbidden),
            Self::NotLicensed(_) => Some(Lack::NotLicensed),
            Self::NoSuch => Some(Lack::NotCollected),
            Self::Rejected(_) | Self::Failed(_) => None,
        }
    }

    /// Whether what was asked for was there and is no more.
    pub fn is_gone(&self) -> bool {
        matches!(self, Self::Rejected(said) if said.starts_with(StatusCode::GONE.as_str()))
    }
}

impl Http {
    /// A system at the address of the settings.
    pub fn open(settings: &Settings, auth: Auth, accept: &'static str) -> Result<Self, ConnectorError> {
        let base = address::read(settings.needed(ADDRESS)?)?;
        let client = client::make(settings, &base)?;
        let (patience, headers, judge) = (Patience::default(), Vec::new(), None);
        let pace = Arc::new(Pace::read(settings)?);
        let (journal, received, held) = Default::default();
        Ok(Self { client, base, auth, patience, accept, headers, judge, pace, journal, received, held })
    }

    /// The same with refusals read in the system's own words.
    #[must_use]
    pub fn judged(self, judge: Judge) -> Self {
        Self { judge: Some(judge), ..self }
    }

    /// The same with headers that go with every question; their names are in small letters.
    #[must_use]
    pub fn with(self, headers: Vec<(&'static str, String)>) -> Self {
        Self { headers, ..self }
    }

    /// The same with the patience for a system that counts questions by the minute and does not say how long to wait.
    #[must_use]
    pub fn by_the_minute(self) -> Self {
        Self { patience: Patience::BY_THE_MINUTE, ..self }
    }

    /// Another address of the same system, asked in the same way and counted on the same receipt.
    pub fn beside(&self, address: &str, auth: Auth) -> Result<Self, ConnectorError> {
        Ok(Self {
            client: self.client.clone(),
            base: address::read(address)?,
            auth,
            patience: self.patience,
            accept: self.accept,
            headers: self.headers.clone(),
            judge: self.judge,
            pace: Arc::clone(&self.pace),
            journal: Arc::clone(&self.journal),
            received: Arc::clone(&self.received),
            held: Mutex::default(),
        })
    }

    /// The same system, asked in the same way and counted on the same receipt; its headers may be set apart.
    pub fn again(&self) -> Result<Self, ConnectorError> {
        self.beside(&self.origin(), self.auth.clone())
    }

    /// The address without anything secret.
    pub fn origin(&self) -> String {
        address::shown(&self.base)
    }

    /// The host, with its port where it is not the usual one.
    pub fn host(&self) -> String {
        let host = self.base.host_str().unwrap_or_default();
        self.base.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    /// The address of something below the system's own.
    pub fn at(&self, path: &str, query: &[(&str, &str)]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path.split('/').filter(|part| !part.is_empty()));
            if path.ends_with('/') {
                segments.push("");
            }
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url
    }

    /// An address that the system named, when it is its own; the token goes nowhere else.
    pub fn follow(&self, link: &str) -> Result<Url, ConnectorError> {
        let url = self
            .base
            .join(link)
            .map_err(|error| self.fails(format!("it names a next page that is no address: {error}")))?;
        if address::is_same_origin(&url, &self.base) {
            return Ok(url);
        }
        let reason = format!("it names a next page at another address, {}", address::shown(&url));
        Err(self.told(reason, "nothing was sent there; if that address is right, set it for this source"))
    }

    /// Asks, and reads the answer as JSON; `what` is its name on the receipt, such as `Users`.
    pub async fn get<T: DeserializeOwned>(&self, what: &str, url: Url) -> Result<Answer<T>, Fault> {
        self.ask(&Ask { what, url, verb: Verb::Get }, json).await
    }

    /// Asks, and reads the answer with `read`.
    pub async fn ask<T>(
        &self,
        ask: &Ask<'_>,
        read: fn(&[u8]) -> Result<T, Unread>,
    ) -> Result<Answer<T>, Fault> {
        let mut tried = 0;
        loop {
            self.be_held().await;
            let outcome = self.attempt(ask, read, tried > 0).await;
            let (reason, headers) = match outcome {
                Try::Done(answer) => return Ok(answer),
                Try::Fault(fault) => return Err(fault),
                Try::Again(reason, headers) => (reason, headers),
            };
            let wait = self.patience.wait(tried, &headers);
            tried += 1;
            match wait {
                Some(wait) if tried < self.patience.tries => sleep(wait).await,
                _ => return Err(Fault::Failed(self.gave_up(ask.what, &reason, tried))),
            }
        }
    }

    /// Counts objects that an answer held.
    pub fn counted(&self, what: &str, rows: usize) {
        // What was asked for stands there already, with its method.
        self.note("GET", what, |asked| asked.rows += rows as u64);
    }

    /// What was asked so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.journal.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    /// How many bytes of answers came so far.
    pub fn bytes(&self) -> u64 {
        self.received.load(Ordering::Relaxed)
    }

    /// An error of this system.
    pub fn fails(&self, reason: String) -> ConnectorError {
        self.told(reason, "try again; if it stays so, the system or something before it is at fault")
    }

    /// An error of this system with a remedy.
    pub fn told(&self, reason: String, help: &str) -> ConnectorError {
        ConnectorError::Network { origin: self.origin(), reason, help: help.to_owned() }
    }

    fn gave_up(&self, what: &str, reason: &str, tried: u32) -> ConnectorError {
        let times = if tried == 1 { "once".to_owned() } else { format!("{tried} times") };
        let help = "try again later; nothing of this pull was kept, and an earlier one still counts";
        self.told(format!("{reason}; {what} was asked for {times}"), help)
    }

    async fn be_held(&self) {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(until) = held {
            tokio::time::sleep_until(until.into()).await;
        }
        if let Some(wait) = self.pace.turn(Instant::now()) {
            sleep(wait).await;
        }
    }

    /// The error when something that was to be read breaks off; `what` is its plural, such as `users`.
    pub fn broken(&self, what: &str, fault: Fault) -> ConnectorError {
        match fault {
            Fault::Failed(error) => error,
            Fault::Rejected(said) => self.fails(format!("it broke off while {what} were read: {said}")),
            Fault::Forbidden(_) | Fault::NotLicensed(_) | Fault::NoSuch => {
                self.fails(format!("it stopped showing {what} in the middle"))
            }
        }
    }

    fn note(&self, method: &str, what: &str, change: impl FnOnce(&mut Asked)) {
        let mut journal = self.journal.lock().unwrap_or_else(PoisonError::into_inner);
        let asked = journal
            .entry(what.to_owned())
            .or_insert_with(|| Asked { what: format!("{method} {what}"), ..Asked::default() });
        change(asked);
    }
}

/// Pages that were asked for; one that comes again would go on for ever.
#[derive(Debug, Default)]
pub struct Trail(HashSet<String>);

impl Trail {
    /// Takes one more step; an error when it was taken before.
    pub fn step(&mut self, http: &Http, page: &str) -> Result<(), ConnectorError> {
        if self.0.insert(page.to_owned()) {
            return Ok(());
        }
        Err(http.fails("its pages lead in a circle".to_owned()))
    }
}

/// Whether an error says that an address has no host, as a service that a region lacks.
pub fn is_nowhere(error: &ConnectorError) -> bool {
    matches!(error, ConnectorError::Network { reason, .. } if reason == NO_HOST)
}

/// Reads an answer of JSON.
pub fn json<T: DeserializeOwned>(body: &[u8]) -> Result<T, Unread> {
    serde_json::from_slice(body).map_err(|error| {
        if error.is_eof() && !body.is_empty() { Unread::Short } else { Unread::Strange(error.to_string()) }
    })
}

/// The present moment, in whole seconds: the time of what a system answers now.
pub fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_second(now.as_second()).unwrap_or(now)
}

/// Makes one provider of cryptography the one of the whole process; without it two could be there, and none be chosen.
pub fn provide() {
    static DONE: Once = Once::new();
    // An error means that one was chosen before, which is as good.
    DONE.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
}

/// An error with everything behind it, without the address, which may hold a cursor.
fn causes(error: &reqwest::Error) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut cause = error.source();
    while let Some(one) = cause {
        words.push(one.to_string());
        cause = one.source();
    }
    words.dedup();
    if words.is_empty() { "no reason is given".to_owned() } else { words.join(": ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_followed_at_the_own_address_alone() {
        let address = "https://id.example.com/scim/v2".to_owned();
        let settings = Settings { values: [(ADDRESS, address)].into(), ..Settings::default() };
        let http = Http::open(&settings, Auth::Nobody, "application/json").unwrap();
        for own in ["https://id.example.com/scim/v2/Users?page=2", "/other?x=1", "Users?cursor=b", "?page=2"]
        {
            assert!(http.follow(own).unwrap().as_str().starts_with("https://id.example.com/"), "{own}");
        }
        for foreign in [
            "https://id.example.com.evil.example/Users",
            "http://id.example.com/scim/v2/Users",
            "https://id.example.com:8443/scim/v2/Users",
            "//evil.example/Users",
            "https://id.example.com@evil.example/?secret=1",
            "file:///etc/passwd",
        ] {
            let error = http.follow(foreign).unwrap_err().to_string();
            assert!(error.contains("another address") && !error.contains("secret"), "{foreign}: {error}");
        }
        assert_eq!(
            http.at("Users/a b", &[("q", "x&y")]).as_str(),
            "https://id.example.com/scim/v2/Users/a%20b?q=x%26y"
        );
    }
}
