//! The client that all questions of a source go through.

use std::time::Duration;

use reqwest::{Client, Url};

use super::super::{ConnectorError, Settings};
use super::address::{self, ADDRESS};
use super::{CA, PROXY, causes, tls};

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
    let own = tls::authorities(settings)?.into_iter().map(|one| reqwest::Certificate::from_der(&one));
    let own = own
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| wrong(CA.key, causes(&error), "name a file with certificates in the PEM form"))?;
    if !own.is_empty() {
        builder = builder.tls_certs_merge(own);
    }
    if let Some(proxy) = settings.value(PROXY.key) {
        let help = "write it whole, such as http://proxy.example.com:3128";
        builder = builder
            .proxy(reqwest::Proxy::all(proxy).map_err(|error| wrong(PROXY.key, causes(&error), help))?);
    }
    builder.build().map_err(|error| wrong(ADDRESS, causes(&error), "look at the settings of this source"))
}
