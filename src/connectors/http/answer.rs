//! One try at a question: sending it, and understanding what comes back.

use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use std::time::Instant;

use reqwest::header::{ACCEPT, HeaderMap, HeaderValue};
use reqwest::{Method, RequestBuilder, Response, StatusCode};

use super::super::ConnectorError;
use super::super::secret::Secret;
use super::token::Heard;
use super::{
    Answer, Ask, Auth, Fault, Http, LARGEST, NO_HOST, Refused, SAID, Unread, Verb, Verdict, address, causes,
    link,
};

/// What one try came to.
pub enum Try<T> {
    Done(Answer<T>),
    Fault(Fault),
    /// The system is busy, or the answer was cut off.
    Again(String, HeaderMap),
}

impl Http {
    /// Asks once.
    pub(super) async fn attempt<T>(
        &self,
        ask: &Ask<'_>,
        read: fn(&[u8]) -> Result<T, Unread>,
        is_again: bool,
    ) -> Try<T> {
        let (request, issued) = match self.shown_who(ask, self.request(ask)).await {
            Ok(shown) => shown,
            Err(error) => return Try::Fault(Fault::Failed(error)),
        };
        let sent = request.send().await;
        self.note(ask.method(), ask.what, |asked| {
            asked.requests += 1;
            asked.again += u64::from(is_again);
        });
        let response = match sent {
            Ok(response) => response,
            Err(error) => return self.unsent(&error),
        };
        if let (Some(token), Auth::Issued(tokens)) = (&issued, &self.auth) {
            // A token may end before its time; one that was never taken is no good.
            let is_taken = response.status() != StatusCode::UNAUTHORIZED;
            if tokens.hear(token, is_taken).await == Heard::Renew {
                return Try::Again("its token has ended".to_owned(), HeaderMap::new());
            }
        }
        self.answer(response, read).await
    }

    fn request(&self, ask: &Ask<'_>) -> RequestBuilder {
        let url = ask.url.clone();
        let request = match &ask.verb {
            Verb::Get => self.client.get(url),
            Verb::List => self.client.request(list(), url),
            Verb::Post(body) => self.client.post(url).body(body.text.clone()),
        };
        let own = self.headers.iter().map(|(name, value)| (*name, value.as_str()));
        let request = request.header(ACCEPT, self.accept);
        own.chain(ask.headers()).fold(request, |request, (name, value)| request.header(name, value))
    }

    /// The question with what shows who asks, and the token that does, where it was given out for a while.
    async fn shown_who(
        &self,
        ask: &Ask<'_>,
        request: RequestBuilder,
    ) -> Result<(RequestBuilder, Option<Secret>), ConnectorError> {
        Ok(match &self.auth {
            Auth::Nobody => (request, None),
            Auth::Bearer(token) => (request.bearer_auth(token.reveal()), None),
            Auth::Header(name, value) => (request.header(*name, hidden(value.reveal(), self)?), None),
            Auth::Basic(name, password) => (request.basic_auth(name, Some(password.reveal())), None),
            Auth::Issued(tokens) => {
                // Fetching one is a question too, of another system.
                let token = Box::pin(tokens.get()).await?;
                let request = match tokens.header() {
                    None => request.bearer_auth(token.reveal()),
                    Some(name) => request.header(name, hidden(token.reveal(), self)?),
                };
                (request, Some(token))
            }
            Auth::Signed(signer) => {
                let help = "look at the credentials of this source";
                let headers = signer.sign(ask).map_err(|reason| self.told(reason, help))?;
                let request =
                    headers.iter().fold(request, |request, (name, value)| request.header(name, value));
                (request, None)
            }
        })
    }

    async fn answer<T>(&self, response: Response, read: fn(&[u8]) -> Result<T, Unread>) -> Try<T> {
        let (status, headers) = (response.status(), response.headers().clone());
        if let Some(hold) = self.patience.hold(&headers) {
            *self.held.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now().checked_add(hold);
        }
        // What a refusal means may stand in its words alone.
        if self.judge.is_none() && is_busy(status) {
            return Try::Again(format!("it is busy ({status})"), headers);
        }
        let body = match body(response).await {
            Ok(Some(body)) => body,
            Ok(None) => {
                let reason = format!("an answer is larger than {} MiB", LARGEST >> 20);
                return Try::Fault(Fault::Failed(
                    self.told(reason, "ask for smaller pages, where the source has a setting for it"),
                ));
            }
            Err(error) => return Try::Again(format!("the answer was cut off: {}", causes(&error)), headers),
        };
        self.received.fetch_add(body.len() as u64, Ordering::Relaxed);
        if !status.is_success() {
            return self.refused(status, headers, &body);
        }
        match read(&body) {
            Ok(body) => Try::Done(Answer { body, next: link::next(&headers), last: link::last(&headers) }),
            Err(Unread::Short) => Try::Again("the answer ends in the middle".to_owned(), headers),
            Err(Unread::Strange(reason)) => Try::Fault(Fault::Failed(self.strange(&body, &reason))),
        }
    }

    /// What an answer means that is none.
    fn refused<T>(&self, status: StatusCode, headers: HeaderMap, body: &[u8]) -> Try<T> {
        let refused = Refused { status: status.as_u16(), body, headers: &headers };
        let verdict = self.judge.and_then(|judge| judge(&refused));
        Try::Fault(match verdict {
            Some(Verdict::Busy(said)) => return Try::Again(format!("it is busy ({said})"), headers),
            None if is_busy(status) => return Try::Again(format!("it is busy ({status})"), headers),
            None => self.refusal(status, &headers, body),
            Some(Verdict::Forbidden(said)) => Fault::Forbidden(said),
            Some(Verdict::NotLicensed(said)) => Fault::NotLicensed(said),
            Some(Verdict::NoSuch) => Fault::NoSuch,
            Some(Verdict::Rejected(said)) => Fault::Rejected(said),
            Some(Verdict::Failed(reason, help)) => Fault::Failed(self.told(reason, &help)),
        })
    }

    fn refusal(&self, status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Fault {
        let said = said(body);
        match status {
            StatusCode::UNAUTHORIZED => Fault::Failed(self.told(
                format!("it does not accept the credentials{}", behind(&said)),
                "look whether the token is the right one, is whole and has not expired",
            )),
            StatusCode::FORBIDDEN => Fault::Forbidden(said),
            StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED | StatusCode::NOT_IMPLEMENTED => {
                Fault::NoSuch
            }
            _ if status.is_redirection() => {
                let to = headers.get("location").and_then(|to| to.to_str().ok()).unwrap_or("somewhere else");
                let to = self
                    .base
                    .join(to)
                    .map_or_else(|_| "somewhere else".to_owned(), |url| address::shown(&url));
                let help = "if that is where the system lives, set it as the address";
                Fault::Failed(self.told(format!("it sends the reader on to {to}"), help))
            }
            _ => Fault::Rejected(format!("{status}{}", behind(&said))),
        }
    }

    /// An answer that has not the expected shape.
    fn strange(&self, body: &[u8], reason: &str) -> ConnectorError {
        let text = String::from_utf8_lossy(body.get(..SAID.min(body.len())).unwrap_or_default());
        if text.trim_start().starts_with('<') && !text.trim_start().starts_with("<?xml") {
            let help =
                "look whether the address is whole, and whether a proxy or a sign-in page stands before it";
            return self.told("it answers with a web page instead of data".to_owned(), help);
        }
        if text.trim().is_empty() {
            return self.told("it answers with nothing".to_owned(), "look whether the address is whole");
        }
        self.told(
            format!("it answers with something else than expected: {reason}"),
            "look whether the address is whole",
        )
    }

    fn unsent<T>(&self, error: &reqwest::Error) -> Try<T> {
        let causes = causes(error);
        let is_about = |words: &[&str]| words.iter().any(|word| causes.contains(word));
        if is_about(&["certificate", "UnknownIssuer", "NotValidForName"]) {
            let help = "if the organisation signs with an authority of its own, name its certificate in the setting `ca`; \
                        else look whether the address is right";
            return Try::Fault(Fault::Failed(
                self.told(format!("its certificate is not trusted: {causes}"), help),
            ));
        }
        if is_about(&["dns error", "failed to lookup"]) {
            let help = "look at the spelling of the address, and at the network";
            return Try::Fault(Fault::Failed(self.told(NO_HOST.to_owned(), help)));
        }
        Try::Again(format!("it cannot be reached: {causes}"), HeaderMap::new())
    }
}

/// The body, unless it is too large.
async fn body(mut response: Response) -> Result<Option<Vec<u8>>, reqwest::Error> {
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await? {
        if body.len() + piece.len() > LARGEST {
            return Ok(None);
        }
        body.extend_from_slice(&piece);
    }
    Ok(Some(body))
}

fn is_busy(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 425 | 429 | 500 | 502..=504)
}

/// What a system says in its refusal: the usual fields of an error, else nothing, because a page of HTML says nothing.
fn said(body: &[u8]) -> String {
    let Ok(json) = serde_json::from_slice::<serde_json::Value>(body) else { return String::new() };
    let words = ["detail", "message", "error_description", "errorSummary", "error"];
    let found = words.iter().find_map(|key| json.get(*key)?.as_str());
    let nested = json.get("error").and_then(|error| error.get("message")?.as_str());
    found.or(nested).unwrap_or_default().chars().take(SAID).collect()
}

fn behind(said: &str) -> String {
    if said.is_empty() { String::new() } else { format!(": {said}") }
}

/// The method that vaults of secrets have for lists.
fn list() -> Method {
    Method::from_bytes(b"LIST").unwrap_or_default()
}

/// A secret as a header that is not written down.
fn hidden(text: &str, http: &Http) -> Result<HeaderValue, ConnectorError> {
    let help = "look whether it is whole, and holds nothing but the token";
    let mut value = HeaderValue::from_str(text).map_err(|_| {
        http.told("the token cannot be sent, because it holds a line's end or the like".to_owned(), help)
    })?;
    value.set_sensitive(true);
    Ok(value)
}
