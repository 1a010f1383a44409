//! Signing in: with an API token, or as a service application that signs with its own key (RFC 7523).

use std::sync::Arc;

use serde_json::{Value, json};
use uuid::Uuid;

use super::super::http::jwt::Key;
use super::super::http::{
    Ask, Auth, Body, Fault, Http, Issue, Issued, Refused, Tokens, Verb, Verdict, form_of_token, json, now,
};
use super::super::secret::Secret;
use super::super::{ConnectorError, Settings};
use super::sights::WANTED;
use super::{CLIENT, KEY, KID, TOKEN};

/// Where tokens are given out, below the address.
const DESK: &str = "oauth2/v1/token";
/// How long a signed word is good, in seconds.
const GOOD: i64 = 300;
/// How a refusal of scopes is marked.
const NO_SCOPE: &str = "invalid_scope";

/// How a reader shows who it is.
#[derive(Debug)]
pub enum Way {
    Token(Secret),
    Application(Application),
}

/// A service application.
#[derive(Debug, Clone)]
pub struct Application {
    client: String,
    key: Key,
    /// Which of the application's keys it is; needed where it has several.
    kid: Option<String>,
    /// The whole address where tokens are given out.
    desk: String,
    scopes: String,
}

impl Way {
    /// The way of the settings; exactly one must be set.
    pub fn read(settings: &Settings, desk: &Http) -> Result<Self, ConnectorError> {
        match (settings.secret(TOKEN), settings.value(CLIENT), settings.secret(KEY)) {
            (Some(token), None, None) => Ok(Self::Token(Secret::new(format!("SSWS {}", token.reveal())))),
            (None, Some(client), Some(key)) => Ok(Self::Application(Application {
                client: client.trim().to_owned(),
                key: Key::read(KEY, key)?,
                kid: settings.value(KID).map(|kid| kid.trim().to_owned()),
                desk: desk.at(DESK, &[]).to_string(),
                scopes: WANTED.join(" "),
            })),
            (None, None, None) => Err(ConnectorError::Setting { key: TOKEN }),
            (None, Some(_), None) => Err(ConnectorError::Setting { key: KEY }),
            (None, None, Some(_)) => Err(ConnectorError::Setting { key: CLIENT }),
            (Some(_), ..) => Err(ConnectorError::Value {
                key: TOKEN,
                reason: "a service application is set too".to_owned(),
                help: "set either `token`, or `client` and `key`".to_owned(),
            }),
        }
    }

    /// What shows who asks; an application is asked for those of its scopes that are granted.
    pub async fn show(&self, desk: &Http, address: &str) -> Result<Auth, ConnectorError> {
        let application = match self {
            Self::Token(token) => return Ok(Auth::Header("authorization", token.clone())),
            Self::Application(application) => application,
        };
        let scopes = application.granted(desk).await?;
        let issue = Application { scopes, ..application.clone() };
        let tokens = Tokens::new(desk.beside(address, Auth::Nobody)?, DESK, Box::new(issue));
        Ok(Auth::Issued(Arc::new(tokens)))
    }
}

impl Application {
    /// Those of the scopes that this application has. One that it has not makes Okta refuse them all.
    async fn granted(&self, desk: &Http) -> Result<String, ConnectorError> {
        if self.has(desk, &self.scopes).await? {
            return Ok(self.scopes.clone());
        }
        let mut granted = Vec::new();
        for scope in WANTED {
            if self.has(desk, scope).await? {
                granted.push(*scope);
            }
        }
        if granted.is_empty() {
            let help = "grant it scopes under “Okta API Scopes”; `trueup sources permit okta` lists them";
            return Err(desk.told(format!("the application {} has none of the scopes", self.client), help));
        }
        Ok(granted.join(" "))
    }

    /// Whether a token is given out for some scopes.
    async fn has(&self, desk: &Http, scopes: &str) -> Result<bool, ConnectorError> {
        let asking = Self { scopes: scopes.to_owned(), ..self.clone() };
        let ask = Ask { what: "token", url: desk.at(DESK, &[]), verb: Verb::Post(asking.body()?) };
        match desk.ask(&ask, json::<Value>).await {
            Err(Fault::Rejected(said)) if said.starts_with(NO_SCOPE) => Ok(false),
            Err(Fault::Failed(error)) => Err(error),
            // Whatever else is wrong is told when the token is fetched that is used.
            Ok(_) | Err(_) => Ok(true),
        }
    }
}

impl Issue for Application {
    fn body(&self) -> Result<Body, ConnectorError> {
        let at = now().as_second();
        let claims = json!({
            "iss": self.client, "sub": self.client, "aud": self.desk, "iat": at, "exp": at + GOOD,
            "jti": Uuid::now_v7().to_string(),
        });
        let header = self.kid.as_ref().map_or_else(|| json!({}), |kid| json!({ "kid": kid }));
        let words = self.key.sign(&header, &claims).map_err(|reason| ConnectorError::Secret {
            key: KEY,
            reason,
            help: "put another RSA key there".to_owned(),
        })?;
        Ok(Body::form(&[
            ("grant_type", "client_credentials"),
            ("scope", &self.scopes),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", words.reveal()),
        ]))
    }

    fn read(&self, answer: &Value) -> Option<Issued> {
        form_of_token(answer)
    }
}

/// Reads Okta's refusals.
pub fn judge(refused: &Refused<'_>) -> Option<Verdict> {
    let said: Value = serde_json::from_slice(refused.body).ok()?;
    let text = |key: &str| said.get(key).and_then(Value::as_str).unwrap_or_default();
    if text("error") == NO_SCOPE {
        return Some(Verdict::Rejected(format!("{NO_SCOPE}: {}", text("error_description"))));
    }
    // A feature that the organisation does not have.
    (text("errorCode") == "E0000015").then(|| Verdict::NotLicensed(text("errorSummary").to_owned()))
}
