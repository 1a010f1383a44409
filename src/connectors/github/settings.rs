//! What is set for GitHub, and the least rights that show all of it.

use super::super::http::{ADDRESS, CA, PROXY, RATE};
use super::super::{ConnectorError, Form, Permit, Setting, Settings};

/// Where GitHub itself lies.
const HOME: &str = "https://api.github.com";
/// The key of the setting with the organisation.
pub const ORGANISATION: &str = "organization";
/// The key of the setting with a token.
pub const TOKEN: &str = "token";
/// The key of the setting with the app's id.
pub const APP: &str = "app";
/// The key of the setting with the app's key.
pub const KEY: &str = "key";
const INSTALLATION: &str = "installation";
const REPOSITORIES: &str = "repositories";
const LOG: &str = "audit-log";

/// Every setting.
pub static ALL: &[Setting] = &[
    Setting {
        key: ORGANISATION,
        title: "Organisation",
        help: "The name of the organisation, as it stands in its address.",
        is_required: true,
        form: Form::Text("acme"),
    },
    Setting {
        key: APP,
        title: "App",
        help: "The id (or the client id) of the GitHub App that reads. An app sees the most, and needs nobody's account.",
        is_required: false,
        form: Form::Text("123456"),
    },
    Setting {
        key: KEY,
        title: "Key of the app",
        help: "Where a private key of that app lies, in the PEM form in which GitHub gives it out.",
        is_required: false,
        form: Form::Secret,
    },
    Setting {
        key: INSTALLATION,
        title: "Installation",
        help: "The number of the app's installation in the organisation; without it, it is looked up.",
        is_required: false,
        form: Form::Text("7654321"),
    },
    Setting {
        key: TOKEN,
        title: "Token",
        help: "Where a token of an owner lies, instead of an app. GitHub shows fine-grained tokens to apps alone.",
        is_required: false,
        form: Form::Secret,
    },
    Setting {
        key: REPOSITORIES,
        title: "Repositories",
        help: "`yes` asks every repository for its deploy keys and collaborators, and every team for its members and \
               repositories: two questions or more for each.",
        is_required: false,
        form: Form::YesNo,
    },
    Setting {
        key: LOG,
        title: "Audit log",
        help: "`yes` reads half a year of the audit log, a hundred events at a time, to tell who was last seen when.",
        is_required: false,
        form: Form::YesNo,
    },
    Setting {
        key: ADDRESS,
        title: "Address",
        help: "The address of the API where it is not GitHub's own: https://api.NAME.ghe.com, or that of a server of your \
               own with /api/v3.",
        is_required: false,
        form: Form::Address("https://github.example.com/api/v3"),
    },
    CA,
    PROXY,
    RATE,
];

/// The least rights.
pub static PERMITS: &[Permit] = &[
    Permit {
        how: "The manifest of a GitHub App that only reads, for \
              https://github.com/organizations/ORGANIZATION/settings/apps/new: fill in what it asks for, install the app in \
              the organisation for all repositories, and make a private key. Leave out what is not to be shown; the rest is \
              pulled all the same.",
        language: "json",
        text: include_str!("permit.json"),
    },
    Permit {
        how: "The scopes of a classic token of an owner, where no app may be made.",
        language: "text",
        text: "read:org\nread:audit_log\nmanage_billing:copilot\nrepo\n",
    },
];

/// What is set beside secrets and addresses.
#[derive(Debug)]
pub struct Options {
    pub organisation: String,
    pub installation: Option<String>,
    pub asks_repositories: bool,
    pub asks_log: bool,
}

impl Options {
    /// Reads what is set.
    pub fn read(settings: &Settings) -> Result<Self, ConnectorError> {
        Ok(Self {
            organisation: name(ORGANISATION, settings.needed(ORGANISATION)?)?,
            installation: settings.value(INSTALLATION).map(|text| name(INSTALLATION, text)).transpose()?,
            asks_repositories: settings.is_on(REPOSITORIES)?,
            asks_log: settings.is_on(LOG)?,
        })
    }
}

/// The settings with GitHub's own address where no other is set.
pub fn addressed(settings: &Settings) -> Settings {
    let mut settings = settings.clone();
    if settings.value(ADDRESS).is_none() {
        settings.values.insert(ADDRESS, HOME.to_owned());
    }
    settings
}

/// A name becomes a part of the path that is asked for, so it may be nothing else.
fn name(key: &'static str, text: &str) -> Result<String, ConnectorError> {
    let text = text.trim();
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
    if !text.is_empty() && text.chars().all(is_plain) {
        return Ok(text.to_owned());
    }
    Err(ConnectorError::Value {
        key,
        reason: format!("`{text}` is no name"),
        help: "write it as it stands in the address: `acme` of https://github.com/acme".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_organisation_is_a_name_and_never_a_path() {
        let read = |text: &str| {
            let values = [(ORGANISATION, text.to_owned())].into();
            Options::read(&Settings { values, ..Settings::default() })
        };
        assert_eq!(read(" Acme-2 ").unwrap().organisation, "Acme-2");
        for wrong in ["acme/web", "..", "https://github.com/acme", "a b", "acme?x=1"] {
            assert!(read(wrong).unwrap_err().to_string().contains("is no name"), "{wrong}");
        }
    }

    #[test]
    fn another_address_than_githubs_counts_where_it_is_set() {
        let own = [(ADDRESS, "https://api.acme.ghe.com".to_owned())].into();
        let own = addressed(&Settings { values: own, ..Settings::default() });
        assert_eq!(own.value(ADDRESS), Some("https://api.acme.ghe.com"));
        assert_eq!(addressed(&Settings::default()).value(ADDRESS), Some(HOME));
    }
}
