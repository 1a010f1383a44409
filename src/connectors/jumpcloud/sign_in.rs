//! Signing in: with an API key, or as a service account that gets tokens for its secret.

use std::sync::Arc;

use serde_json::Value;

use super::super::http::{Auth, Body, Http, Issue, Issued, Tokens, form_of_token};
use super::super::{ConnectorError, Settings};
use super::{CLIENT, CLIENT_SECRET, DESK, INSIGHTS, KEY, ORGANISATION};

/// Where tokens are given out, below the desk's address.
const TOKENS: &str = "oauth2/token";

/// What a service account sends; its name and secret go in the header.
#[derive(Debug)]
struct ServiceAccount;

impl Issue for ServiceAccount {
    fn body(&self) -> Result<Body, ConnectorError> {
        Ok(Body::form(&[("grant_type", "client_credentials"), ("scope", "api")]))
    }

    fn read(&self, answer: &Value) -> Option<Issued> {
        form_of_token(answer)
    }
}

/// The system and its log, asked as the settings say; `settings` has all addresses.
pub fn open(settings: &Settings) -> Result<(Http, Http), ConnectorError> {
    let base = Http::open(settings, Auth::Nobody, "application/json")?;
    let organisation = settings.value(ORGANISATION).map(|id| ("x-org-id", id.trim().to_owned()));
    let base = base.with(organisation.into_iter().collect());
    let address = settings.needed(super::ADDRESS)?;
    let auth = match (settings.secret(KEY), settings.value(CLIENT), settings.secret(CLIENT_SECRET)) {
        (Some(key), None, None) => Auth::Header("x-api-key", key.clone()),
        (None, Some(client), Some(secret)) => {
            let who = Auth::Basic(client.trim().to_owned(), secret.clone());
            let desk = base.beside(settings.needed(DESK)?, who)?;
            Auth::Issued(Arc::new(Tokens::new(desk, TOKENS, Box::new(ServiceAccount))))
        }
        (None, None, None) => return Err(ConnectorError::Setting { key: KEY }),
        (None, Some(_), None) => return Err(ConnectorError::Setting { key: CLIENT_SECRET }),
        (None, None, Some(_)) => return Err(ConnectorError::Setting { key: CLIENT }),
        (Some(_), ..) => {
            return Err(ConnectorError::Value {
                key: KEY,
                reason: "a service account is set too".to_owned(),
                help: "set either `key`, or `client` and `client-secret`".to_owned(),
            });
        }
    };
    let insights = base.beside(settings.needed(INSIGHTS)?, auth.clone())?;
    Ok((base.beside(address, auth)?, insights))
}
