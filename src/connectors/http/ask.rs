//! Questions beyond a plain GET: with a body, signed, and answered in words of the system's own.

use std::fmt;

use jiff::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Url;
use reqwest::header::{DATE, HeaderMap};
use serde_json::Value;

use super::patience;

/// What may stand in a form as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// A question.
#[derive(Debug)]
pub struct Ask<'a> {
    /// Its name on the receipt, such as `Users`.
    pub what: &'a str,
    pub url: Url,
    pub verb: Verb,
}

/// How a question is put. Whatever is sent, it only reads.
#[derive(Debug, Clone)]
pub enum Verb {
    Get,
    /// The names of what lies below a path, as vaults of secrets have it.
    List,
    /// A question that comes with a body.
    Post(Body),
}

/// What is sent with a question.
#[derive(Debug, Clone)]
pub struct Body {
    /// The kind of text, as the header `content-type` names it.
    pub kind: &'static str,
    /// Further headers, by name in small letters.
    pub headers: Vec<(&'static str, String)>,
    pub text: String,
}

impl Body {
    /// Pairs as a form of the web sends them.
    pub fn form(pairs: &[(&str, &str)]) -> Self {
        let pair = |(key, value): &(&str, &str)| {
            format!("{}={}", utf8_percent_encode(key, PLAIN), utf8_percent_encode(value, PLAIN))
        };
        let text: Vec<_> = pairs.iter().map(pair).collect();
        Self {
            kind: "application/x-www-form-urlencoded; charset=utf-8",
            headers: Vec::new(),
            text: text.join("&"),
        }
    }

    /// A value as JSON.
    pub fn json(value: &Value) -> Self {
        Self { kind: "application/json", headers: Vec::new(), text: value.to_string() }
    }
}

impl Ask<'_> {
    /// The method, as it stands on the receipt.
    pub fn method(&self) -> &'static str {
        match self.verb {
            Verb::Get => "GET",
            Verb::List => "LIST",
            Verb::Post(_) => "POST",
        }
    }

    /// The headers that belong to the question.
    pub fn headers(&self) -> Vec<(&'static str, &str)> {
        let body = self.body().into_iter();
        body.flat_map(|body| {
            let more = body.headers.iter().map(|(name, value)| (*name, value.as_str()));
            std::iter::once(("content-type", body.kind)).chain(more)
        })
        .collect()
    }

    /// What is sent.
    pub fn text(&self) -> &str {
        self.body().map_or("", |body| &body.text)
    }

    fn body(&self) -> Option<&Body> {
        match &self.verb {
            Verb::Get | Verb::List => None,
            Verb::Post(body) => Some(body),
        }
    }
}

/// Shows who asks by signing each question, anew each time that it is asked.
pub trait Sign: fmt::Debug + Send + Sync {
    /// The headers that carry the signature; an error says why there is none.
    fn sign(&self, ask: &Ask<'_>) -> Result<Vec<(String, String)>, String>;
}

/// An answer that may be a refusal.
#[derive(Debug)]
pub struct Refused<'a> {
    /// The number of its status, such as 403.
    pub status: u16,
    pub body: &'a [u8],
    pub(super) headers: &'a HeaderMap,
}

impl Refused<'_> {
    /// A header's text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The system's own time.
    pub fn date(&self) -> Option<Timestamp> {
        patience::time(self.header(DATE.as_str())?)
    }
}

/// What a refusal means in the words of one kind of system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is busy, whatever its status says.
    Busy(String),
    Forbidden(String),
    /// It would be told with another licence.
    NotLicensed(String),
    NoSuch,
    Rejected(String),
    /// Nothing else will be answered either: a sentence, and what to do.
    Failed(String, String),
}

/// Reads refusals of one kind of system; `None` leaves it to the status.
pub type Judge = fn(&Refused<'_>) -> Option<Verdict>;

/// Why an answer cannot be read.
#[derive(Debug)]
pub enum Unread {
    /// It ends in the middle.
    Short,
    /// It is something else, in words.
    Strange(String),
}
