//! Keys of AWS, and the signatures that are made with them (Signature Version 4).

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use serde::Deserialize;

use super::super::http::{Ask, Sign};
use super::super::secret::Secret;
use super::super::{ConnectorError, Settings};
use super::{CREDENTIALS, KEY, SECRET};

/// What a reader signs with.
#[derive(Clone)]
pub struct Keys {
    id: String,
    secret: Secret,
    token: Option<Secret>,
}

/// The answer of a program that hands out keys, as AWS's tools know it.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Process {
    access_key_id: String,
    secret_access_key: String,
    session_token: Option<String>,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("keys")
    }
}

impl Keys {
    /// Keys as AWS hands them out.
    pub fn new(id: String, secret: String, token: Option<String>) -> Self {
        Self { id, secret: Secret::new(secret), token: token.map(Secret::new) }
    }

    /// The keys of the settings: one secret with all of them, or a key and its secret.
    pub fn read(settings: &Settings) -> Result<Self, ConnectorError> {
        match (settings.secret(CREDENTIALS), settings.value(KEY), settings.secret(SECRET)) {
            (Some(all), None, None) => Self::parse(all),
            (None, Some(key), Some(secret)) => {
                Ok(Self { id: key.trim().to_owned(), secret: secret.clone(), token: None })
            }
            (None, Some(_), None) => Err(ConnectorError::Setting { key: SECRET }),
            (None, None, Some(_)) => Err(ConnectorError::Setting { key: KEY }),
            (None, None, None) => Err(ConnectorError::Setting { key: CREDENTIALS }),
            (Some(_), ..) => Err(ConnectorError::Value {
                key: CREDENTIALS,
                reason: "a key is set too".to_owned(),
                help: "set either `credentials`, or `key` and `secret`".to_owned(),
            }),
        }
    }

    fn parse(all: &Secret) -> Result<Self, ConnectorError> {
        // What it holds instead may be a secret, so the error does not repeat it.
        let read = serde_json::from_str::<Process>(all.reveal()).map_err(|_| ConnectorError::Secret {
            key: CREDENTIALS,
            reason: "it is not the JSON of AWS's tools with AccessKeyId and SecretAccessKey".to_owned(),
            help: "`aws configure export-credentials --format process` prints it".to_owned(),
        })?;
        Ok(Self::new(
            read.access_key_id,
            read.secret_access_key,
            read.session_token.filter(|token| !token.is_empty()),
        ))
    }
}

/// Keys that may be put in the place of others while questions are signed with them.
#[derive(Debug, Clone)]
pub struct Ring(Arc<RwLock<Keys>>);

impl Ring {
    /// Begins with these.
    pub fn new(keys: Keys) -> Self {
        Self(Arc::new(RwLock::new(keys)))
    }

    /// What is asked from now on is signed with these.
    pub fn put(&self, keys: Keys) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = keys;
    }

    /// A signer for one service of one region.
    pub fn signer(&self, service: &'static str, region: &str) -> Signer {
        Signer { ring: self.clone(), service, region: region.to_owned() }
    }

    fn keys(&self) -> Keys {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Signs for one service of one region.
#[derive(Debug)]
pub struct Signer {
    ring: Ring,
    service: &'static str,
    region: String,
}

impl Sign for Signer {
    fn sign(&self, ask: &Ask<'_>) -> Result<Vec<(String, String)>, String> {
        let keys = self.ring.keys();
        let token = keys.token.as_ref().map(|token| token.reveal().to_owned());
        let credentials = Credentials::new(&keys.id, keys.secret.reveal(), token, None, "settings");
        let identity = credentials.into();
        // Neither error may say more: both could repeat what was signed.
        let parameters = SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name(self.service)
            .time(SystemTime::now())
            .settings(SigningSettings::default())
            .build()
            .map_err(|_| "the question cannot be signed".to_owned())?
            .into();
        let body = SignableBody::Bytes(ask.text().as_bytes());
        let signed = SignableRequest::new(ask.method(), ask.url.as_str(), ask.headers().into_iter(), body)
            .and_then(|request| sign(request, &parameters))
            .map_err(|_| "the question cannot be signed".to_owned())?;
        let (instructions, _) = signed.into_parts();
        Ok(instructions.headers().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<Keys, ConnectorError> {
        let secrets = [(CREDENTIALS, Secret::new(json))].into();
        Keys::read(&Settings { secrets, ..Settings::default() })
    }

    #[test]
    fn the_answer_of_a_credential_process_is_read_and_never_repeated() {
        let whole = r#"{"Version": 1, "AccessKeyId": "AKIA1", "SecretAccessKey": "hush", "SessionToken": "tok", "Expiration": "x"}"#;
        let keys = read(whole).unwrap();
        assert_eq!((keys.id.as_str(), keys.secret.reveal()), ("AKIA1", "hush"));
        assert_eq!(keys.token.as_ref().map(Secret::reveal), Some("tok"));
        assert_eq!(
            format!("{keys:?} {:?}", Ring::new(keys.clone()).signer("iam", "us-east-1"))
                .matches("hush")
                .count(),
            0
        );
        for wrong in ["hush", "{\"AccessKeyId\": \"hush\"}", "{\"SecretAccessKey\": [\"hush\"]}"] {
            let error = format!("{:?}", read(wrong).unwrap_err());
            assert!(!error.contains("hush") && error.contains("credentials"), "{error}");
        }
    }

    #[test]
    fn keys_are_set_in_one_way_only() {
        let key = || (KEY, "AKIA1".to_owned());
        let secret = || (SECRET, Secret::new("hush"));
        let all = (CREDENTIALS, Secret::new("{}"));
        let with = |values: Vec<(&'static str, String)>, secrets: Vec<(&'static str, Secret)>| {
            Keys::read(&Settings {
                values: values.into_iter().collect(),
                secrets: secrets.into_iter().collect(),
                ..Settings::default()
            })
        };
        assert!(with(vec![key()], vec![secret()]).is_ok());
        for (values, secrets, word) in [
            (vec![key()], vec![], SECRET),
            (vec![], vec![secret()], KEY),
            (vec![], vec![], CREDENTIALS),
            (vec![key()], vec![all], CREDENTIALS),
        ] {
            let error = with(values, secrets).unwrap_err().to_string();
            assert!(error.contains(&format!("`{word}`")), "{error}");
        }
    }
}
