//! Google: the directory of an organisation (Workspace) and its cloud. Both sign in alike and refuse in the same words,
//! so that this is written once; they are two connectors, because each has rights, a scope and a key of its own, and many
//! organisations have only one of them.

pub mod cloud;
mod misses;
mod sign_in;
mod words;
pub mod workspace;

use super::Setting;
use super::setting::Form;

pub use misses::{Lacking, Misses, lacking};
pub use sign_in::Google;

/// The key of a service account.
pub const KEY: Setting = Setting {
    key: "key",
    title: "Key of a service account",
    help: "Where the JSON of a service account's key lies, as Google gives it out.",
    is_required: false,
    form: Form::Secret,
};
/// A token, instead of a key.
pub const TOKEN: Setting = Setting {
    key: "token",
    title: "Access token",
    help: "Where an access token lies, for a short while instead of a key, such as command:gcloud auth print-access-token",
    is_required: false,
    form: Form::Secret,
};
/// Where keys are changed for tokens.
pub const TOKEN_ADDRESS: Setting = Setting {
    key: "token-address",
    title: "Address for tokens",
    help: "Where the key is changed for a token; https://oauth2.googleapis.com/token where none is set.",
    is_required: false,
    form: Form::Address("https://oauth2.googleapis.com/token"),
};

/// A service, by how its host begins.
#[derive(Debug, Clone, Copy)]
pub struct Api(pub &'static str);
