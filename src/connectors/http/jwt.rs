//! Words that a reader signs with its own key (JSON Web Tokens, RFC 7519, signed with RS256 of RFC 7518).

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rustls::SignatureScheme;
use rustls::crypto::ring::sign::any_supported_type;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::SigningKey;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::super::ConnectorError;
use super::super::secret::Secret;

/// An RSA key that signs.
#[derive(Clone)]
pub struct Key {
    key: Arc<dyn SigningKey>,
    /// The fingerprint (SHA-256, base64url) of the certificate that lay beside the key.
    thumbprint: Option<String>,
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }
}

impl Key {
    /// Reads a key in the PEM form, with its certificate where one is there too; `setting` is what it was set with.
    pub fn read(setting: &'static str, pem: &Secret) -> Result<Self, ConnectorError> {
        let wrong = |reason: &str| ConnectorError::Secret {
            key: setting,
            reason: reason.to_owned(),
            help: "put the RSA key there in the PEM form, which begins with -----BEGIN PRIVATE KEY-----"
                .to_owned(),
        };
        let pem = pem.reveal().as_bytes();
        // What is wrong in detail might repeat a part of the key.
        let key = PrivateKeyDer::from_pem_slice(pem).map_err(|_| wrong("it holds no private key"))?;
        let key = any_supported_type(&key).map_err(|_| wrong("its key is of an unknown kind"))?;
        if key.choose_scheme(&[SignatureScheme::RSA_PKCS1_SHA256]).is_none() {
            return Err(wrong("its key is no RSA key"));
        }
        let certificate = CertificateDer::from_pem_slice(pem).ok();
        let thumbprint = certificate.map(|one| URL_SAFE_NO_PAD.encode(Sha256::digest(&one)));
        Ok(Self { key, thumbprint })
    }

    /// The fingerprint (SHA-256, base64url) of the certificate beside the key, as the header `x5t#S256` has it.
    pub fn thumbprint(&self) -> Option<&str> {
        self.thumbprint.as_deref()
    }

    /// Signs claims; `header` adds to the usual header, such as the key's id.
    pub fn sign(&self, header: &Value, claims: &Value) -> Result<Secret, String> {
        let mut whole = json!({ "alg": "RS256", "typ": "JWT" });
        if let (Some(whole), Some(more)) = (whole.as_object_mut(), header.as_object()) {
            whole.extend(more.clone());
        }
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let words = format!("{}.{}", part(&whole), part(claims));
        let signer = self.key.choose_scheme(&[SignatureScheme::RSA_PKCS1_SHA256]);
        let signer = signer.ok_or_else(|| "the key does not sign".to_owned())?;
        let mark =
            signer.sign(words.as_bytes()).map_err(|error| format!("the key does not sign: {error}"))?;
        Ok(Secret::new(format!("{words}.{}", URL_SAFE_NO_PAD.encode(mark))))
    }
}
