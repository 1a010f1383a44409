//! The client that all questions of a source go through.

use std::time::Duration;

use reqwest::{Client, Url};

use super::super::{ConnectorError, Settings};
use super::address::{self, ADDRESS};
use super::{CA, PROXY, causes};

/// How long a connection may take, and how long an answer may stand still.
const CONNECT: Duration = Duration::from_secs(15);
const SILENCE: Duration = Duration::from_mins(1);

/// Makes it from the settings: redirections stay at the address, its own authority and proxy are taken.
pub fn make(settings: &Settings, base: &Url) -> Result<Client, ConnectorError> {
    super::provide();
    let origin = base.clone();
    let stays = reqwest::redirect::Policy::custom(move |attempt| {
        let is_own = address::is_same_origin(attempt.url(), &origin);
        if is_own && attempt.previous().len() < 5 { attempt.follow() } else { attempt.stop() }
    });
    let mut builder = Client::builder()
        .user_agent(concat!("trueup/", env!("CARGO_PKG_VERSION")))
        .redirect(stays)
        .referer(false)
        .connect_timeout(CONNECT)
        .read_timeout(SILENCE);
    let wrong = |key: &'static str, reason: String, help: &str| ConnectorError::Value {
        key,
        reason,
        help: help.to_owned(),
    };
    if let Some(file) = settings.value(CA.key) {
        let pem = std::fs::read(file)
            .map_err(|error| wrong(CA.key, format!("{file}: {error}"), "name a file that can be read"))?;
        let help = "name a file in the PEM form, which begins with -----BEGIN CERTIFICATE-----";
        let found = reqwest::Certificate::from_pem_bundle(&pem)
            .map_err(|error| wrong(CA.key, causes(&error), help))?;
        if found.is_empty() {
            return Err(wrong(CA.key, format!("{file} holds no certificate"), help));
        }
        builder = builder.tls_certs_merge(found);
    }
    if let Some(proxy) = settings.value(PROXY.key) {
        let help = "write it whole, such as http://proxy.example.com:3128";
        builder = builder
            .proxy(reqwest::Proxy::all(proxy).map_err(|error| wrong(PROXY.key, causes(&error), help))?);
    }
    builder.build().map_err(|error| wrong(ADDRESS, causes(&error), "look at the settings of this source"))
}
