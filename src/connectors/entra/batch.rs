//! Questions in one: Graph answers up to 20 at a time, where it has no list of all.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::future::try_join_all;
use serde_json::{Value, json};
use tokio::time::sleep;

use super::super::http::{Ask, Body, Fault, Http, Trail, Verb, Verdict, json as read_json};
use super::super::listing::Object;
use super::super::{ConnectorError, Progress, Sink};
use super::words::verdict;
use crate::model::pull::Lack;

/// How many questions go in one.
const AT_ONCE: usize = 20;
/// How many of those are on their way at the same time.
const SIDE_BY_SIDE: usize = 4;
/// How often one question is asked at most, and the longest wait in between, in seconds.
const TRIES: u32 = 8;
const LONGEST: u64 = 300;

/// Lists of one kind below many things.
pub struct Batch<'a> {
    pub http: &'a Http,
    /// The word for them on receipts and in progress.
    pub word: &'static str,
}

/// What came of one question: the objects, or why none are shown.
pub type Listed = Result<Vec<Object>, Lack>;

impl Batch<'_> {
    /// Asks all of them; addresses lie below the version, such as `/groups/1/members`. Answers stand in the same order.
    pub async fn all(&self, urls: &[String], out: &Sink) -> Result<Vec<Listed>, ConnectorError> {
        let mut all = Vec::with_capacity(urls.len());
        let pieces: Vec<&[String]> = urls.chunks(AT_ONCE).collect();
        for some in pieces.chunks(SIDE_BY_SIDE) {
            let answers = try_join_all(some.iter().map(|piece| self.piece(piece))).await?;
            all.extend(answers.into_iter().flatten());
            let (done, of) = (all.len() as u64, Some(urls.len() as u64));
            out.progress(Progress { what: self.word.to_owned(), done, of });
        }
        Ok(all)
    }

    async fn piece(&self, urls: &[String]) -> Result<Vec<Listed>, ConnectorError> {
        let mut done: BTreeMap<usize, Listed> = BTreeMap::new();
        for _ in 0..TRIES {
            let waiting: Vec<usize> = (0..urls.len()).filter(|at| !done.contains_key(at)).collect();
            if waiting.is_empty() {
                return Ok(done.into_values().collect());
            }
            let mut pause = 0;
            for answer in self.ask(urls, &waiting).await? {
                let Some(at) = answer.text("id").and_then(|id| id.parse().ok()) else { continue };
                if waiting.contains(&at) {
                    match self.listed(answer).await? {
                        Ok(listed) => drop(done.insert(at, listed)),
                        Err(seconds) => pause = pause.max(seconds),
                    }
                }
            }
            sleep(Duration::from_secs(pause)).await;
        }
        let help = "try again later; nothing of this pull was kept, and an earlier one still counts";
        Err(self.http.told(format!("it does not answer all that was asked of {}", self.word), help))
    }

    async fn ask(&self, urls: &[String], waiting: &[usize]) -> Result<Vec<Object>, ConnectorError> {
        let one = |at: &usize| {
            let url = urls.get(*at).map_or("", String::as_str);
            json!({ "id": at.to_string(), "method": "GET", "url": url })
        };
        let body = json!({ "requests": waiting.iter().map(one).collect::<Vec<_>>() });
        let url = self.http.at("v1.0/$batch", &[]);
        let ask = Ask { what: self.word, url, verb: Verb::Post(Body::json(&body)) };
        let answer = self.http.ask(&ask, read_json::<Object>).await;
        let answer = answer.map_err(|fault| self.http.broken(self.word, fault))?.body;
        let help = "look whether the address is whole, and leads to the system itself";
        answer
            .objects("responses")
            .ok_or_else(|| self.http.told(format!("its answer holds no answers about {}", self.word), help))
    }

    /// What one answer says; else how many seconds to wait before it is asked for again.
    async fn listed(&self, answer: Object) -> Result<Result<Listed, u64>, ConnectorError> {
        let status = answer.number("status").unwrap_or(0);
        let body = answer.object("body").unwrap_or_default();
        let error = body.get("error").cloned().unwrap_or(Value::Null);
        let verdict = u16::try_from(status).ok().and_then(|status| verdict(status, &error));
        match (status, verdict) {
            (200, _) => self.whole(body).await.map(Ok).map(Ok),
            // It was there when it was listed, and is gone since.
            (404, _) | (_, Some(Verdict::NoSuch)) => Ok(Ok(Ok(Vec::new()))),
            (_, Some(Verdict::Forbidden(_))) => Ok(Ok(Err(Lack::Forbidden))),
            (_, Some(Verdict::NotLicensed(_))) => Ok(Ok(Err(Lack::NotLicensed))),
            (429 | 500..=599, _) => {
                let after = answer.object("headers").and_then(|headers| headers.number("Retry-After"));
                Ok(Err(after.unwrap_or(1).min(LONGEST)))
            }
            (_, Some(Verdict::Rejected(said))) => Err(self.http.broken(self.word, Fault::Rejected(said))),
            _ => Err(self.http.broken(self.word, Fault::Rejected(status.to_string()))),
        }
    }

    /// A list with its further pages.
    async fn whole(&self, mut page: Object) -> Result<Vec<Object>, ConnectorError> {
        let (mut all, mut trail) = (Vec::new(), Trail::default());
        loop {
            let Some(some) = page.objects("value") else {
                return Err(self.http.fails(format!("its answer holds no list of {}", self.word)));
            };
            self.http.counted(self.word, some.len());
            all.extend(some);
            let Some(next) = page.text("@odata.nextLink") else { return Ok(all) };
            let url = self.http.follow(&next)?;
            trail.step(self.http, url.as_str())?;
            let answer = self.http.get::<Object>(self.word, url).await;
            page = answer.map_err(|fault| self.http.broken(self.word, fault))?.body;
        }
    }
}
