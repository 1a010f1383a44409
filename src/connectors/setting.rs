//! What has to be set before a connector can run: one table for the form, the documentation and the check.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::Path;
use std::sync::Arc;

use super::secret::{self, Secret};
use super::{ConnectorError, PATH, http};
use crate::model::MetricName;

/// One thing that can be set.
#[derive(Debug)]
pub struct Setting {
    pub key: &'static str,
    pub title: &'static str,
    pub help: &'static str,
    pub is_required: bool,
    pub form: Form,
}

/// The password of a reader who signs in by name.
pub const PASSWORD: Setting = Setting {
    key: "password",
    title: "Password",
    help: "Where the password of that user lies.",
    is_required: false,
    form: Form::Secret,
};

/// What a setting accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// The name of a file.
    File,
    /// The name of a folder, or of a file that stands for one.
    Folder,
    /// Any text; the example is shown in the form.
    Text(&'static str),
    /// An address such as `https://id.example.com/scim/v2`.
    Address(&'static str),
    /// The address of a directory, such as `ldaps://dc1.corp.example`.
    Directory(&'static str),
    /// Where a secret lies, never the secret itself.
    Secret,
    /// `yes` or `no`; nothing is `no`.
    YesNo,
    /// A whole number from 1 on; the example is shown in the form.
    Number(&'static str),
}

impl Form {
    /// What it accepts, as words.
    pub fn words(self) -> String {
        match self {
            Self::File => "the name of a file".to_owned(),
            Self::Folder => "the name of a folder".to_owned(),
            Self::Text(example) => format!("text, such as {example}"),
            Self::Address(example) | Self::Directory(example) => format!("an address, such as {example}"),
            Self::YesNo => "yes or no".to_owned(),
            Self::Number(example) => format!("a whole number, such as {example}"),
            Self::Secret => format!("where the secret lies: {}", secret::ways()),
        }
    }
}

impl Setting {
    /// One that may be left out.
    pub const fn optional(key: &'static str, title: &'static str, form: Form, help: &'static str) -> Self {
        Self { key, title, help, is_required: false, form }
    }

    /// Looks at a value before it is written down; of most forms it is looked at when it is used.
    pub fn check(&self, value: &str) -> Result<(), ConnectorError> {
        match self.form {
            Form::Directory(_) => http::directory(value).map(drop),
            Form::YesNo => is_yes(self.key, value).map(drop),
            Form::Number(_) => number(self.key, value).map(drop),
            Form::File | Form::Folder | Form::Text(_) | Form::Address(_) | Form::Secret => Ok(()),
        }
    }
}

fn is_yes(key: &'static str, value: &str) -> Result<bool, ConnectorError> {
    match value.trim().to_lowercase().as_str() {
        "yes" => Ok(true),
        "" | "no" => Ok(false),
        other => Err(ConnectorError::Value {
            key,
            reason: format!("`{other}` is neither yes nor no"),
            help: "write yes or no".to_owned(),
        }),
    }
}

fn number(key: &'static str, value: &str) -> Result<Option<u64>, ConnectorError> {
    match value.trim() {
        "" => Ok(None),
        text => {
            text.parse().ok().filter(|number| *number > 0).map(Some).ok_or_else(|| ConnectorError::Value {
                key,
                reason: format!("`{text}` is no whole number from 1 on"),
                help: "write a number, or leave it out".to_owned(),
            })
        }
    }
}

/// The values of a connector's settings, and the words that its input may use.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Values by the keys of [`Setting`].
    pub values: BTreeMap<&'static str, String>,
    /// Secrets by the keys of [`Setting`].
    pub secrets: BTreeMap<&'static str, Secret>,
    /// Every metric of the dictionary, given by `ops`, so that a misspelt name in a measurement file is an error
    /// with "did you mean". Empty when there is no dictionary at hand: then names are not checked.
    pub metrics: Arc<[MetricName]>,
}

impl Settings {
    /// The settings of a connector that reads one file.
    pub fn file(path: &str, metrics: Arc<[MetricName]>) -> Self {
        Self { values: [(PATH, path.to_owned())].into(), metrics, ..Self::default() }
    }

    /// The file to read.
    pub fn path(&self) -> Result<&Path, ConnectorError> {
        self.needed(PATH).map(Path::new)
    }

    /// A value, where it is set.
    pub fn value(&self, key: &str) -> Option<&str> {
        self.values.get(key).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// A value that the connector cannot do without.
    pub fn needed(&self, key: &'static str) -> Result<&str, ConnectorError> {
        self.value(key).ok_or(ConnectorError::Setting { key })
    }

    /// Whether a choice of yes or no is yes; `no` where nothing is set.
    pub fn is_on(&self, key: &'static str) -> Result<bool, ConnectorError> {
        is_yes(key, self.value(key).unwrap_or_default())
    }

    /// A number, where one is set.
    pub fn number(&self, key: &'static str) -> Result<Option<u64>, ConnectorError> {
        number(key, self.value(key).unwrap_or_default())
    }

    /// A number of days within what a log keeps, where one is set.
    pub fn days(&self, key: &'static str, kept: &RangeInclusive<i64>) -> Result<Option<i64>, ConnectorError> {
        let Some(text) = self.value(key) else { return Ok(None) };
        let days = text.trim().parse().ok().filter(|days| kept.contains(days));
        days.map(Some).ok_or_else(|| ConnectorError::Value {
            key,
            reason: format!("`{text}` is no number of days from {} to {}", kept.start(), kept.end()),
            help: "write a number such as 30, or leave it out; the log goes back no further".to_owned(),
        })
    }

    /// A secret, where it is set.
    pub fn secret(&self, key: &str) -> Option<&Secret> {
        self.secrets.get(key)
    }
}
