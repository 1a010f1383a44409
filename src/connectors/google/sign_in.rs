//! Signing in with the key of a service account, for itself or for an administrator, or with a token.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::http::jwt::Key;
use super::super::http::{
    ADDRESS, Ask, Auth, Body, Fault, Http, Issue, Issued, Tokens, Verb, form_of_token, json, now,
};
use super::super::secret::Secret;
use super::super::{ConnectorError, Settings};
use super::{Api, KEY, TOKEN, TOKEN_ADDRESS, words};

const DESK: &str = "https://oauth2.googleapis.com/token";
const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/// The domain of all services.
const DOMAIN: &str = "googleapis.com";
/// The longest that a signed word may be good for, in seconds.
const GOOD_FOR: i64 = 3600;
/// How a scope begins, as it is asked for.
const SCOPE: &str = "https://www.googleapis.com/auth/";

/// What is set: who asks, and where.
#[derive(Debug)]
pub struct Google {
    http: Http,
    /// The address that stands for all services, where one is set.
    own: Option<String>,
    domain: String,
    how: How,
}

#[derive(Debug)]
enum How {
    Token(Secret),
    Key(Arc<Signer>, Box<Http>),
}

/// What signs in.
#[derive(Debug)]
struct Signer {
    key: Key,
    id: String,
    mail: String,
    /// The number that an administrator allows scopes to.
    client: String,
    /// For whom it acts.
    admin: Option<String>,
    /// For whom its words are meant: the address of the desk.
    desk: String,
}

/// A key as Google gives it out.
#[derive(Deserialize)]
struct KeyFile {
    client_email: String,
    private_key: String,
    #[serde(default)]
    private_key_id: String,
    #[serde(default)]
    client_id: String,
}

/// Signed in.
#[derive(Debug)]
pub struct Session {
    http: Http,
    auth: Auth,
    own: Option<String>,
    domain: String,
}

/// How one token is asked for.
#[derive(Debug)]
struct Asking {
    signer: Arc<Signer>,
    scopes: String,
}

impl Google {
    /// Reads what is set. `domain` is the one of all services, where it is not Google's usual one; `admin` the one for whom
    /// the service account acts.
    pub fn open(
        settings: &Settings,
        domain: Option<&str>,
        admin: Option<&str>,
    ) -> Result<Self, ConnectorError> {
        let own = settings.value(ADDRESS).map(str::to_owned);
        let domain = host(domain.unwrap_or(DOMAIN))?;
        let mut settings = settings.clone();
        settings.values.insert(ADDRESS, place(Api("www"), &domain, own.as_deref()));
        let http = Http::open(&settings, Auth::Nobody, "application/json")?;
        let http = http.judged(words::judge).by_the_minute();
        let how = match (settings.secret(KEY.key), settings.secret(TOKEN.key)) {
            (Some(key), None) => {
                let address = settings.value(TOKEN_ADDRESS.key).unwrap_or(DESK).trim();
                let desk =
                    http.beside(address, Auth::Nobody).map_err(|error| about(TOKEN_ADDRESS.key, error));
                How::Key(
                    Arc::new(Signer::read(key, admin, address)?),
                    Box::new(desk?.judged(words::judge_desk)),
                )
            }
            (None, Some(token)) => How::Token(token.clone()),
            (None, None) => return Err(ConnectorError::Setting { key: KEY.key }),
            (Some(_), Some(_)) => {
                return Err(ConnectorError::Value {
                    key: TOKEN.key,
                    reason: "a key is set too".to_owned(),
                    help: "set either the key or the token".to_owned(),
                });
            }
        };
        Ok(Self { http, own, domain, how })
    }

    /// What counts the questions and names the address.
    pub fn http(&self) -> &Http {
        &self.http
    }

    /// Why some scopes are not given, in Google's words; `None` where they are.
    pub async fn refusal(&self, scopes: &[&str]) -> Result<Option<String>, ConnectorError> {
        match &self.how {
            How::Token(_) => Ok(None),
            How::Key(signer, desk) => asked(signer, desk, scopes).await,
        }
    }

    /// Signs in for some scopes. Google gives out no token at all where one scope of several is not allowed, so that then
    /// each is tried, and what needs the others will be forbidden.
    pub async fn sign_in(&self, scopes: &[&str]) -> Result<Session, ConnectorError> {
        let auth = match &self.how {
            How::Token(token) => Auth::Bearer(token.clone()),
            How::Key(signer, desk) => {
                let given = given(signer, desk, scopes).await?;
                let asking = Asking { signer: Arc::clone(signer), scopes: whole(&given) };
                let address = &signer.desk;
                let desk = desk.beside(address, Auth::Nobody)?;
                Auth::Issued(Arc::new(Tokens::new(desk, "", Box::new(asking))))
            }
        };
        let http = self.http.beside(&place(Api("www"), &self.domain, self.own.as_deref()), auth.clone())?;
        Ok(Session { http, auth, own: self.own.clone(), domain: self.domain.clone() })
    }
}

impl Session {
    /// A service.
    pub fn api(&self, api: Api) -> Result<Http, ConnectorError> {
        self.http.beside(&place(api, &self.domain, self.own.as_deref()), self.auth.clone())
    }
}

/// Which of some scopes are given.
async fn given<'a>(
    signer: &Arc<Signer>,
    desk: &Http,
    scopes: &[&'a str],
) -> Result<Vec<&'a str>, ConnectorError> {
    // Of one scope alone, the first question tells it.
    if scopes.len() < 2 || asked(signer, desk, scopes).await?.is_none() {
        return Ok(scopes.to_vec());
    }
    let (mut given, mut said) = (Vec::new(), String::new());
    for scope in scopes {
        match asked(signer, desk, &[scope]).await? {
            None => given.push(*scope),
            Some(refusal) => said = refusal,
        }
    }
    if given.is_empty() {
        let help = format!(
            "in the Admin console, allow the client {} the scopes that `trueup sources permit google-workspace` \
             prints (Security, API controls, domain-wide delegation), and set `admin` to an administrator",
            signer.client
        );
        return Err(desk.told(format!("it gives out no token: {said}"), &help));
    }
    Ok(given)
}

/// Why some scopes are not given; `None` where they are.
async fn asked(signer: &Arc<Signer>, desk: &Http, scopes: &[&str]) -> Result<Option<String>, ConnectorError> {
    let asking = Asking { signer: Arc::clone(signer), scopes: whole(scopes) };
    let ask = Ask { what: "token", url: desk.at("", &[]), verb: Verb::Post(asking.body()?) };
    match desk.ask(&ask, json::<Value>).await {
        Ok(_) => Ok(None),
        Err(Fault::Forbidden(said)) => Ok(Some(said)),
        Err(Fault::Failed(error)) => Err(error),
        Err(Fault::Rejected(said) | Fault::NotLicensed(said)) => {
            let help = "look whether the key is whole and has not been deleted, whether `admin` is the mail address of \
                        an administrator of this organisation, and whether the clock of this machine is right";
            Err(desk.told(format!("it gives out no token: {said}"), help))
        }
        Err(Fault::NoSuch) => {
            Err(desk.told("no tokens are given out there".to_owned(), "look at the setting `token-address`"))
        }
    }
}

fn whole(scopes: &[&str]) -> String {
    let whole: Vec<_> = scopes.iter().map(|scope| format!("{SCOPE}{scope}")).collect();
    whole.join(" ")
}

impl Signer {
    fn read(secret: &Secret, admin: Option<&str>, desk: &str) -> Result<Self, ConnectorError> {
        // What is wrong in detail might repeat a part of the key.
        let file: KeyFile = serde_json::from_str(secret.reveal()).map_err(|_| ConnectorError::Secret {
            key: KEY.key,
            reason: "it is not the JSON of a service account's key".to_owned(),
            help: "take the file as Google gives it out: it holds `client_email` and `private_key`"
                .to_owned(),
        })?;
        Ok(Self {
            key: Key::read(KEY.key, &Secret::new(file.private_key))?,
            id: file.private_key_id,
            mail: file.client_email,
            client: file.client_id,
            admin: admin.map(|admin| admin.trim().to_owned()),
            desk: desk.to_owned(),
        })
    }
}

impl Issue for Asking {
    fn body(&self) -> Result<Body, ConnectorError> {
        let signer = &self.signer;
        let begin = now().as_second();
        let mut claims = json!({
            "iss": signer.mail, "scope": self.scopes, "aud": signer.desk, "iat": begin, "exp": begin + GOOD_FOR,
        });
        if let Some(admin) = &signer.admin {
            claims["sub"] = json!(admin);
        }
        let words = signer.key.sign(&json!({ "kid": signer.id }), &claims);
        let words = words.map_err(|reason| ConnectorError::Secret {
            key: KEY.key,
            reason,
            help: "make another key for the service account".to_owned(),
        })?;
        Ok(Body::form(&[("grant_type", GRANT), ("assertion", words.reveal())]))
    }

    fn read(&self, answer: &Value) -> Option<Issued> {
        form_of_token(answer)
    }
}

/// Where a service lies.
fn place(api: Api, domain: &str, own: Option<&str>) -> String {
    own.map_or_else(|| format!("https://{}.{domain}", api.0), str::to_owned)
}

/// A domain becomes part of the host that is asked, so it may be nothing else.
fn host(text: &str) -> Result<String, ConnectorError> {
    let text = text.trim().to_lowercase();
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '.');
    if text.chars().all(is_plain) && text.contains('.') && !text.starts_with(['.', '-']) {
        return Ok(text);
    }
    Err(ConnectorError::Value {
        key: "domain",
        reason: format!("`{text}` is no domain"),
        help: "write it without anything before or behind it, such as googleapis.com".to_owned(),
    })
}

/// The same error about the setting that it is about.
fn about(key: &'static str, error: ConnectorError) -> ConnectorError {
    match error {
        ConnectorError::Value { reason, help, .. } => ConnectorError::Value { key, reason, help },
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(
        values: &[(&'static str, &str)],
        secrets: &[(&'static str, &str)],
    ) -> Result<Google, ConnectorError> {
        let values = values.iter().map(|(key, value)| (*key, (*value).to_owned())).collect();
        let secrets = secrets.iter().map(|(key, value)| (*key, Secret::new(*value))).collect();
        Google::open(&Settings { values, secrets, ..Settings::default() }, None, None)
    }

    #[test]
    fn a_key_that_is_none_is_said_without_repeating_it() {
        for wrong in ["hush", "{}", r#"{"client_email": "a", "private_key": "hush"}"#] {
            let error = open(&[], &[(KEY.key, wrong)]).unwrap_err();
            assert!(
                error.to_string().contains("`key`") && !format!("{error:?}").contains("hush"),
                "{error:?}"
            );
        }
        assert!(open(&[], &[]).unwrap_err().to_string().contains("`key`"));
        assert!(open(&[], &[(KEY.key, "{}"), (TOKEN.key, "t")]).unwrap_err().to_string().contains("`token`"));
    }

    #[test]
    fn one_address_stands_for_all_services_and_a_domain_is_nothing_but_one() {
        assert_eq!(place(Api("iam"), DOMAIN, None), "https://iam.googleapis.com");
        assert_eq!(place(Api("iam"), DOMAIN, Some("https://g.example/x")), "https://g.example/x");
        assert_eq!(host(" Googleapis.COM ").unwrap(), DOMAIN);
        for wrong in ["evil.example/", "a@evil.example", "x", ".example", "a.example:1", "a.example#"] {
            assert!(host(wrong).is_err(), "{wrong}");
        }
        let open = open(&[(ADDRESS, "http://127.0.0.1:1")], &[(TOKEN.key, "t")]).unwrap();
        assert_eq!(open.http().origin(), "http://127.0.0.1:1");
    }
}
