//! Signing in: as a program with a secret or a key, or as a person who enters a code elsewhere.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::time::sleep;
use uuid::Uuid;

use super::super::http::jwt::Key;
use super::super::http::{
    ADDRESS, Ask, Auth, Body, Fault, Http, Issue, Issued, Tokens, Verb, form_of_token, json as read_json, now,
};
use super::super::listing::Object;
use super::super::secret::Secret;
use super::super::{ConnectorError, Progress, Settings, Sink};
use super::settings::{CLIENT, DESK, DEVICE_CODE, GRAPH, KEY, LOGIN, SECRET, TENANT};
use super::words::judge;
use crate::model::pull::Asked;

const ACCEPT: &str = "application/json";
/// How long a signed word is good, in seconds.
const GOOD: i64 = 600;
/// How often it is asked whether somebody signed in, and how long, where the desk does not say.
const INTERVAL: u64 = 5;
const PATIENCE: u64 = 900;

/// Where tokens of one tenant are given out, and to whom.
#[derive(Debug)]
pub struct Desk {
    graph: Http,
    login: Http,
    address: String,
    tenant: String,
    client: String,
    proof: Proof,
    /// What shows that a program asks; nobody where a person does.
    own: Auth,
}

/// How the reader shows who it is.
#[derive(Clone)]
enum Proof {
    Secret(Secret),
    Key(Key),
    /// A person signs in.
    Person,
}

impl fmt::Debug for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Secret(_) => "a secret",
            Self::Key(_) => "a key",
            Self::Person => "a person",
        })
    }
}

impl Desk {
    /// The desk of the settings.
    pub fn open(settings: &Settings) -> Result<Self, ConnectorError> {
        let proof = proof(settings)?;
        let tenant = settings.needed(TENANT)?.trim().to_lowercase();
        let is_plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-');
        if !tenant.chars().all(is_plain) {
            return Err(ConnectorError::Value {
                key: TENANT,
                reason: "it is neither an id nor a domain".to_owned(),
                help: "write the id of the tenant, or a domain such as contoso.onmicrosoft.com".to_owned(),
            });
        }
        let address = settings.value(ADDRESS).unwrap_or(GRAPH).trim().trim_end_matches('/').to_owned();
        let mut settings = settings.clone();
        settings.values.insert(ADDRESS, address.clone());
        let client = settings.needed(CLIENT)?.trim().to_owned();
        let graph = Http::open(&settings, Auth::Nobody, ACCEPT)?.judged(judge);
        let login = graph.beside(settings.value(LOGIN).unwrap_or(DESK), Auth::Nobody)?;
        let mut desk = Self { graph, login, address, tenant, client, proof, own: Auth::Nobody };
        if !desk.is_personal() {
            desk.own = desk.tokens(Box::new(AsProgram {
                client: desk.client.clone(),
                scope: desk.scope(),
                audience: desk.login.at(&desk.path("token"), &[]).to_string(),
                proof: desk.proof.clone(),
            }))?;
        }
        Ok(desk)
    }

    /// What was asked so far, of the desk and of Graph.
    pub fn asked(&self) -> Vec<Asked> {
        self.graph.asked()
    }

    /// Whether a person signs in at each pull.
    pub fn is_personal(&self) -> bool {
        matches!(self.proof, Proof::Person)
    }

    /// What the tenant is called in the settings.
    pub fn tenant(&self) -> &str {
        &self.tenant
    }

    /// The id of the tenant; a domain is looked up where anybody may.
    pub async fn id(&self) -> Result<String, ConnectorError> {
        if self.tenant.parse::<Uuid>().is_ok() {
            return Ok(self.tenant.clone());
        }
        let path = format!("{}/v2.0/.well-known/openid-configuration", self.tenant);
        let answer = self.login.get::<Value>("tenant", self.login.at(&path, &[])).await;
        let issuer = match answer {
            Ok(answer) => Object::of(answer.body).and_then(|body| body.text("issuer")),
            Err(Fault::Failed(error)) => return Err(error),
            Err(Fault::Rejected(said) | Fault::Forbidden(said)) => {
                return Err(self.unknown(&format!(": {said}")));
            }
            Err(_) => None,
        };
        let parts = issuer.iter().flat_map(|issuer| issuer.split('/'));
        let id = parts.map(str::to_lowercase).find(|part| part.parse::<Uuid>().is_ok());
        id.ok_or_else(|| self.unknown(""))
    }

    fn unknown(&self, why: &str) -> ConnectorError {
        let help = "look at the spelling of the tenant, or set its id instead of a domain";
        self.login.told(format!("it does not know the tenant {}{why}", self.tenant), help)
    }

    /// Graph, as the program that the settings name; one token serves all questions.
    pub fn program(&self) -> Result<Http, ConnectorError> {
        self.graph.beside(&self.address, self.own.clone())
    }

    /// Graph, as a person: shows where to sign in, and waits until somebody did.
    pub async fn person(&self, out: &Sink) -> Result<Http, ConnectorError> {
        let scope = format!("{} offline_access", self.scope());
        let form = [("client_id", self.client.as_str()), ("scope", scope.as_str())];
        let asked = match self.post("devicecode", "code to sign in", &form).await {
            Ok(asked) => asked,
            Err(Fault::Rejected(said)) => return Err(self.refused(&said)),
            Err(fault) => return Err(self.login.broken("codes", fault)),
        };
        let given = self.until_signed_in(&asked, out).await?;
        let auth = match given.text("refresh_token") {
            Some(again) => self.tokens(Box::new(Renewal {
                client: self.client.clone(),
                scope,
                again: Mutex::new(Secret::new(again)),
            }))?,
            None => Auth::Bearer(Secret::new(given.text("access_token").unwrap_or_default())),
        };
        self.graph.beside(&self.address, auth)
    }

    async fn until_signed_in(&self, asked: &Object, out: &Sink) -> Result<Object, ConnectorError> {
        let (Some(device), Some(code)) = (asked.text("device_code"), asked.text("user_code")) else {
            return Err(self.login.fails("it gives no code to sign in with".to_owned()));
        };
        let at = asked.text("verification_uri").or_else(|| asked.text("verification_url"));
        let what = format!("open {} and enter {code}", at.unwrap_or_default());
        let mut interval = asked.number("interval").unwrap_or(INTERVAL);
        let patience = Duration::from_secs(asked.number("expires_in").unwrap_or(PATIENCE));
        let begun = Instant::now();
        let grant = "urn:ietf:params:oauth:grant-type:device_code";
        let form = [("grant_type", grant), ("client_id", &self.client), ("device_code", &device)];
        loop {
            out.progress(Progress { what: what.clone(), done: 0, of: None });
            sleep(Duration::from_secs(interval)).await;
            match self.post("token", "token", &form).await {
                Ok(given) => return Ok(given),
                Err(Fault::Rejected(said)) if said.starts_with("authorization_pending") => {}
                Err(Fault::Rejected(said)) if said.starts_with("slow_down") => interval += INTERVAL,
                Err(Fault::Rejected(said)) => return Err(self.refused(&said)),
                Err(fault) => return Err(self.login.broken("tokens", fault)),
            }
            if begun.elapsed() > patience {
                let help = "pull again, and sign in while the address and the code are shown";
                return Err(self.login.told(format!("nobody signed in with the code {code}"), help));
            }
        }
    }

    fn refused(&self, said: &str) -> ConnectorError {
        let help = "look whether the registration allows public client flows, and whether the person may sign in to it";
        self.login.told(format!("nobody can sign in: {said}"), help)
    }

    async fn post(&self, path: &str, what: &str, form: &[(&str, &str)]) -> Result<Object, Fault> {
        let url = self.login.at(&self.path(path), &[]);
        let ask = Ask { what, url, verb: Verb::Post(Body::form(form)) };
        Ok(self.login.ask(&ask, read_json::<Object>).await?.body)
    }

    fn tokens(&self, issue: Box<dyn Issue>) -> Result<Auth, ConnectorError> {
        let login = self.login.beside(&self.login.origin(), Auth::Nobody)?;
        Ok(Auth::Issued(Arc::new(Tokens::new(login, &self.path("token"), issue))))
    }

    fn path(&self, end: &str) -> String {
        format!("{}/oauth2/v2.0/{end}", self.tenant)
    }

    fn scope(&self) -> String {
        format!("{}/.default", self.address)
    }
}

fn proof(settings: &Settings) -> Result<Proof, ConnectorError> {
    let (secret, key) = (settings.secret(SECRET), settings.secret(KEY));
    match (secret, key, settings.is_on(DEVICE_CODE)?) {
        (Some(secret), None, false) => Ok(Proof::Secret(secret.clone())),
        (None, Some(pem), false) => {
            let key = Key::read(KEY, pem)?;
            if key.thumbprint().is_none() {
                return Err(ConnectorError::Secret {
                    key: KEY,
                    reason: "it holds no certificate beside the key".to_owned(),
                    help: "put the certificate there too, which begins with -----BEGIN CERTIFICATE-----"
                        .to_owned(),
                });
            }
            Ok(Proof::Key(key))
        }
        (None, None, true) => Ok(Proof::Person),
        (None, None, false) => Err(ConnectorError::Setting { key: SECRET }),
        _ => Err(ConnectorError::Value {
            key: if secret.is_some() { SECRET } else { KEY },
            reason: "there is more than one way to sign in".to_owned(),
            help: "set one of the secret, the key and `device-code`".to_owned(),
        }),
    }
}

/// Tokens for a program.
#[derive(Debug)]
struct AsProgram {
    client: String,
    scope: String,
    /// The address that the signed word is meant for.
    audience: String,
    proof: Proof,
}

impl Issue for AsProgram {
    fn body(&self) -> Result<Body, ConnectorError> {
        let own = [("grant_type", "client_credentials"), ("client_id", &self.client), ("scope", &self.scope)];
        let Proof::Key(key) = &self.proof else {
            let secret = if let Proof::Secret(secret) = &self.proof { secret.reveal() } else { "" };
            return Ok(Body::form(&[&own[..], &[("client_secret", secret)]].concat()));
        };
        let at = now().as_second();
        let header = json!({ "x5t#S256": key.thumbprint() });
        let claims = json!({
            "aud": self.audience, "iss": self.client, "sub": self.client, "jti": Uuid::now_v7().to_string(),
            "nbf": at, "iat": at, "exp": at + GOOD,
        });
        let word = key.sign(&header, &claims).map_err(|reason| ConnectorError::Secret {
            key: KEY,
            reason,
            help: "put an RSA key with its certificate there, in the PEM form".to_owned(),
        })?;
        let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        let more = [("client_assertion_type", kind), ("client_assertion", word.reveal())];
        Ok(Body::form(&[&own[..], &more].concat()))
    }

    fn read(&self, answer: &Value) -> Option<Issued> {
        form_of_token(answer)
    }
}

/// Tokens for a person who signed in once.
struct Renewal {
    client: String,
    scope: String,
    again: Mutex<Secret>,
}

impl fmt::Debug for Renewal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a person's token, renewed")
    }
}

impl Issue for Renewal {
    fn body(&self) -> Result<Body, ConnectorError> {
        let again = self.again.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(Body::form(&[
            ("grant_type", "refresh_token"),
            ("client_id", &self.client),
            ("scope", &self.scope),
            ("refresh_token", again.reveal()),
        ]))
    }

    fn read(&self, answer: &Value) -> Option<Issued> {
        if let Some(next) = answer.get("refresh_token").and_then(Value::as_str) {
            *self.again.lock().unwrap_or_else(PoisonError::into_inner) = Secret::new(next);
        }
        form_of_token(answer)
    }
}
