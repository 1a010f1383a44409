//! How a reader shows who it is: a token, or a GitHub App that signs with its own key and gets a token for an hour.

use std::sync::Arc;

use serde_json::{Value, json};

use super::super::http::jwt::Key;
use super::super::http::{
    Ask, Auth, Body, Fault, Http, Issue, Issued, Refused, Sign, Tokens, Verdict, form_of_token, now,
};
use super::super::listing::Object;
use super::super::{ConnectorError, Settings};
use super::settings::{APP, KEY, Options, TOKEN, addressed};

const ACCEPT: &str = "application/vnd.github+json";
/// The version of the API that is spoken.
const VERSION: &str = "2022-11-28";
/// How long before now signed words begin, for clocks that differ, and how long they are good, in seconds.
const BEFORE: i64 = 60;
const LASTS: i64 = 540;

/// The way into an organisation.
#[derive(Debug)]
pub struct Door {
    http: Http,
    auth: Auth,
}

impl Door {
    /// Reads who asks from the settings.
    pub fn open(settings: &Settings) -> Result<Self, ConnectorError> {
        let auth = match (settings.secret(TOKEN), settings.value(APP), settings.secret(KEY)) {
            (Some(token), None, None) => Auth::Bearer(token.clone()),
            (None, Some(app), Some(key)) => {
                let key = Key::read(KEY, key)?;
                Auth::Signed(Arc::new(App { app: app.trim().to_owned(), key }))
            }
            (None, Some(_), None) => return Err(ConnectorError::Setting { key: KEY }),
            (None, None, Some(_)) => return Err(ConnectorError::Setting { key: APP }),
            (None, None, None) => return Err(ConnectorError::Setting { key: TOKEN }),
            (Some(_), ..) => {
                return Err(ConnectorError::Value {
                    key: TOKEN,
                    reason: "an app is set too".to_owned(),
                    help: "set either the token, or the app and its key".to_owned(),
                });
            }
        };
        let http = Http::open(&addressed(settings), auth.clone(), ACCEPT)?.judged(judge);
        let http = http.with(vec![("x-github-api-version", VERSION.to_owned())]);
        Ok(Self { http, auth })
    }

    /// What counts the questions and names the address.
    pub fn http(&self) -> &Http {
        &self.http
    }

    /// What the organisation is asked with.
    pub async fn enter(&self, options: &Options) -> Result<Http, ConnectorError> {
        let address = self.http.origin();
        let own = || self.http.beside(&address, self.auth.clone());
        if !matches!(self.auth, Auth::Signed(_)) {
            return own();
        }
        let installation = match &options.installation {
            Some(number) => number.clone(),
            None => self.installation(&options.organisation).await?,
        };
        let path = format!("app/installations/{installation}/access_tokens");
        let tokens = Tokens::new(own()?, &path, Box::new(Installed));
        self.http.beside(&address, Auth::Issued(Arc::new(tokens)))
    }

    /// The number of the app's installation in an organisation.
    async fn installation(&self, organisation: &str) -> Result<String, ConnectorError> {
        let what = "installation";
        let url = self.http.at(&format!("orgs/{organisation}/installation"), &[]);
        let answer = match self.http.get::<Object>(what, url).await {
            Ok(answer) => answer.body,
            Err(Fault::NoSuch) => {
                let reason = format!("the app is not installed in the organisation {organisation}");
                return Err(self
                    .http
                    .told(reason, "install it there, or look at the name of the organisation"));
            }
            Err(fault) => return Err(self.http.broken(what, fault)),
        };
        answer
            .text("id")
            .ok_or_else(|| self.http.fails("an installation of the app has no number".to_owned()))
    }
}

/// A GitHub App, which signs words that are good for some minutes.
#[derive(Debug)]
struct App {
    app: String,
    key: Key,
}

impl Sign for App {
    fn sign(&self, _: &Ask<'_>) -> Result<Vec<(String, String)>, String> {
        let now = now().as_second();
        let claims = json!({ "iat": now - BEFORE, "exp": now + LASTS, "iss": self.app });
        let words = self.key.sign(&json!({}), &claims)?;
        Ok(vec![("authorization".to_owned(), format!("Bearer {}", words.reveal()))])
    }
}

/// Tokens for an installation.
#[derive(Debug)]
struct Installed;

impl Issue for Installed {
    fn body(&self) -> Result<Body, ConnectorError> {
        Ok(Body::json(&json!({})))
    }

    fn read(&self, answer: &Value) -> Option<Issued> {
        form_of_token(answer)
    }
}

/// Refusals in GitHub's words.
fn judge(refused: &Refused<'_>) -> Option<Verdict> {
    let said = serde_json::from_slice::<Object>(refused.body).ok().and_then(|body| body.text("message"));
    let said = said.unwrap_or_default();
    let has = |word: &str| said.to_lowercase().contains(word);
    match refused.status {
        // Both limits may come as 403, and are none of the reader's rights.
        403 | 429
            if refused.header("retry-after").is_some()
                || refused.header("x-ratelimit-remaining") == Some("0")
                || has("rate limit")
                || has("abuse detection") =>
        {
            Some(Verdict::Busy(if said.is_empty() { refused.status.to_string() } else { said }))
        }
        403 if has("saml enforcement") || has("sso") => {
            let help = "authorise the token for the organisation's single sign-on, or use an app";
            Some(Verdict::Failed(
                format!("it does not let the token into the organisation: {said}"),
                help.to_owned(),
            ))
        }
        403 if has("ip allow list") => {
            let help = "put the address of this machine on the organisation's list of allowed addresses";
            Some(Verdict::Failed(format!("it does not let this machine in: {said}"), help.to_owned()))
        }
        // Some filters are refused like wrong words.
        422 if has("owner") => Some(Verdict::Forbidden(said)),
        403 if has("upgrade to") || has("enterprise cloud") => Some(Verdict::NotLicensed(said)),
        _ => None,
    }
}
