//! Whom to trust where encryption is not left to the client for the web.

use std::sync::Arc;

use rustls::ClientConfig;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls_platform_verifier::Verifier;

use super::super::{ConnectorError, Settings};
use super::{CA, provide};

/// Whom to trust, as connections take it.
pub type Trust = ClientConfig;

/// How certificates are looked at: the authorities of this machine count, and those of the setting [`CA`].
pub fn trust(settings: &Settings) -> Result<Arc<Trust>, ConnectorError> {
    provide();
    let wrong =
        |reason: String, help: &str| ConnectorError::Value { key: CA.key, reason, help: help.to_owned() };
    let own = authorities(settings)?;
    let help = "look at the certificates of this machine, or name an authority in the setting `ca`";
    let verifier = Verifier::new_with_extra_roots(own, Arc::new(default_provider()))
        .map_err(|error| wrong(format!("no authority can be trusted: {error}"), help))?;
    let config = ClientConfig::builder().dangerous().with_custom_certificate_verifier(Arc::new(verifier));
    Ok(Arc::new(config.with_no_client_auth()))
}

/// The certificates of the setting [`CA`]; none where it is not set, an error where its file holds none.
pub fn authorities(settings: &Settings) -> Result<Vec<CertificateDer<'static>>, ConnectorError> {
    let wrong =
        |reason: String, help: &str| ConnectorError::Value { key: CA.key, reason, help: help.to_owned() };
    let Some(file) = settings.value(CA.key) else { return Ok(Vec::new()) };
    let pem = std::fs::read(file)
        .map_err(|error| wrong(format!("{file}: {error}"), "name a file that can be read"))?;
    let help = "name a file in the PEM form, which begins with -----BEGIN CERTIFICATE-----";
    let found: Vec<_> = CertificateDer::pem_slice_iter(&pem)
        .collect::<Result<_, _>>()
        .map_err(|error| wrong(format!("{file} cannot be read as certificates: {error}"), help))?;
    if found.is_empty() { Err(wrong(format!("{file} holds no certificate"), help)) } else { Ok(found) }
}
