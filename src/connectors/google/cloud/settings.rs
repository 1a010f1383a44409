//! What is set for Google Cloud, and the least rights that show all of it.

use super::super::super::http::{ADDRESS, CA, PROXY, RATE};
use super::super::super::{ConnectorError, Form, Permit, Setting, Settings};
use super::super::{KEY, TOKEN, TOKEN_ADDRESS};

const SCOPE: &str = "scope";
const ADMIN: &str = "admin";
const LOCATIONS: &str = "locations";
const AGENTS: &str = "agents";
const DOMAIN: &str = "domain";

/// The scope of tokens. Rights are bounded by roles; of some of these services no lesser scope is taken.
pub const SCOPES: &[&str] = &["cloud-platform"];
/// The scope with which members of groups are read.
pub const MEMBER_SCOPES: &[&str] = &["admin.directory.group.member.readonly"];

/// Every setting.
pub static ALL: &[Setting] = &[
    Setting {
        key: SCOPE,
        title: "Scope",
        help: "What is read: an organisation, a folder or a project.",
        is_required: true,
        form: Form::Text("organizations/123456789012"),
    },
    KEY,
    TOKEN,
    Setting {
        key: ADMIN,
        title: "Administrator of the directory",
        help: "The mail address of an administrator of Workspace or Cloud Identity, for whom the service account may read who \
               is in the groups that hold roles; without one, what groups hold is named and nobody's.",
        is_required: false,
        form: Form::Text("auditor@acme.example"),
    },
    Setting {
        key: AGENTS,
        title: "Agents",
        help: "`no` does not ask each project for its AI agents; else some questions go to each.",
        is_required: false,
        form: Form::Text("no"),
    },
    Setting {
        key: LOCATIONS,
        title: "Locations of agents",
        help: "Where agents are looked for, with commas between; else each project is asked where it could have some.",
        is_required: false,
        form: Form::Text("us-central1,europe-west1"),
    },
    Setting {
        key: DOMAIN,
        title: "Domain of services",
        help: "The domain of all services in a cloud of its own; googleapis.com where none is set.",
        is_required: false,
        form: Form::Text("googleapis.com"),
    },
    Setting {
        key: ADDRESS,
        title: "Own address",
        help: "One address for all services, where Google's own are not meant.",
        is_required: false,
        form: Form::Address("https://google.example.com"),
    },
    TOKEN_ADDRESS,
    CA,
    PROXY,
    RATE,
];

/// The least rights.
pub static PERMITS: &[Permit] = &[
    Permit {
        how: "A role of the organisation's own with the permissions alone: gcloud iam roles create trueupReader \
              --organization=ORG_ID --file=FILE, then the bindings below with it. Leave out what is not to be shown; the rest \
              is pulled all the same.",
        language: "yaml",
        text: include_str!("permit_role.yaml"),
    },
    Permit {
        how: "The same with a service account and with the services switched on, in a project of your choice.",
        language: "sh",
        text: include_str!("permit.sh"),
    },
];

/// What is set beside keys and addresses.
#[derive(Debug)]
pub struct Options {
    /// Such as `organizations/1`.
    pub scope: String,
    pub admin: Option<String>,
    /// Where agents are looked for; `None` where each project is asked.
    pub locations: Option<Vec<String>>,
    pub asks_agents: bool,
    pub domain: Option<String>,
}

impl Options {
    /// Reads what is set.
    pub fn read(settings: &Settings) -> Result<Self, ConnectorError> {
        let text = |key| settings.value(key).map(|text| text.trim().to_owned());
        let locations = text(LOCATIONS).map(|text| text.split(',').map(location).collect()).transpose()?;
        Ok(Self {
            scope: scope(settings.needed(SCOPE)?)?,
            admin: text(ADMIN),
            locations,
            asks_agents: settings.value(AGENTS).is_none() || settings.is_on(AGENTS)?,
            domain: text(DOMAIN),
        })
    }

    /// The one project that is the scope.
    pub fn project(&self) -> Option<&str> {
        self.scope.strip_prefix("projects/")
    }
}

/// The scope becomes a part of paths, so it may be nothing else.
fn scope(text: &str) -> Result<String, ConnectorError> {
    let text = text.trim().trim_matches('/');
    let (kind, id) = text.split_once('/').unwrap_or_default();
    if ["organizations", "folders", "projects"].contains(&kind) && is_plain(id) {
        return Ok(text.to_owned());
    }
    Err(ConnectorError::Value {
        key: SCOPE,
        reason: format!("`{text}` is no scope"),
        help: "write it as Google does: organizations/NUMBER, folders/NUMBER or projects/ID".to_owned(),
    })
}

fn location(text: &str) -> Result<String, ConnectorError> {
    let text = text.trim();
    if is_plain(text) {
        return Ok(text.to_owned());
    }
    Err(ConnectorError::Value {
        key: LOCATIONS,
        reason: format!("`{text}` is no location"),
        help: "write them as Google does, such as us-central1".to_owned(),
    })
}

fn is_plain(text: &str) -> bool {
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '.' | ':');
    !text.is_empty() && !text.starts_with('.') && text.chars().all(is_letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_is_one_and_nothing_beside_it() {
        assert_eq!(scope(" organizations/12/ ").unwrap(), "organizations/12");
        assert_eq!(scope("projects/example.com:p-1").unwrap(), "projects/example.com:p-1");
        for wrong in ["12", "organizations/", "users/1", "projects/a/b", "projects/..", "projects/a?x"] {
            assert!(scope(wrong).is_err(), "{wrong}");
        }
        assert!(location("us-central1").is_ok() && location("../x").is_err());
    }
}
