//! What is set for AWS, and the least rights that show all of it.

use super::super::http::{ADDRESS, CA, PROXY, RATE};
use super::super::{ConnectorError, Form, Permit, Setting, Settings};

/// The key of the setting with whole keys.
pub const CREDENTIALS: &str = "credentials";
/// The key of the setting with the access key's id.
pub const KEY: &str = "key";
/// The key of the setting with its secret.
pub const SECRET: &str = "secret";
const REGION: &str = "region";
const REGIONS: &str = "regions";
const ROLE: &str = "role";
const EXTERNAL: &str = "external-id";
const USES: &str = "last-accessed";
const HOME: &str = "us-east-1";

/// Every setting.
pub static ALL: &[Setting] = &[
    Setting {
        key: CREDENTIALS,
        title: "Credentials",
        help: "Where keys lie in the JSON of AWS's tools, such as \
               `command:aws configure export-credentials --profile audit --format process`.",
        is_required: false,
        form: Form::Secret,
    },
    Setting {
        key: KEY,
        title: "Access key",
        help: "The id of an access key, for keys that do not end; the secret is a setting of its own.",
        is_required: false,
        form: Form::Text("AKIAIOSFODNN7EXAMPLE"),
    },
    Setting {
        key: SECRET,
        title: "Secret key",
        help: "Where the secret of that access key lies.",
        is_required: false,
        form: Form::Secret,
    },
    Setting {
        key: REGION,
        title: "Region",
        help: "The region whose services are asked; us-east-1 where none is set. It tells the partition too.",
        is_required: false,
        form: Form::Text("eu-west-1"),
    },
    Setting {
        key: REGIONS,
        title: "Regions of agents",
        help: "The regions in which AI agents are looked for, with commas between; else the one above.",
        is_required: false,
        form: Form::Text("us-east-1,eu-west-1"),
    },
    Setting {
        key: ROLE,
        title: "Role in every account",
        help: "The name of a role that is assumed in every account of the organisation, so that all are pulled.",
        is_required: false,
        form: Form::Text("trueup-reader"),
    },
    Setting {
        key: EXTERNAL,
        title: "External id",
        help: "The external id that the role asks for.",
        is_required: false,
        form: Form::Text("4711"),
    },
    Setting {
        key: USES,
        title: "Uses of services",
        help: "`yes` asks of every user and role which services it used: two questions or more for each.",
        is_required: false,
        form: Form::YesNo,
    },
    Setting {
        key: ADDRESS,
        title: "Own address",
        help: "One address for all services, where AWS's own are not meant.",
        is_required: false,
        form: Form::Address("https://aws.example.com"),
    },
    CA,
    PROXY,
    RATE,
];

/// The least rights.
pub static PERMITS: &[Permit] = &[
    Permit {
        how: "A policy for the user or role whose keys are set: it only reads, but for the report and the jobs that it \
              has AWS make. Leave out what is not to be shown; the rest is pulled all the same.",
        language: "json",
        text: include_str!("permit.json"),
    },
    Permit {
        how: "For a whole organisation: add this to the policy above, and give the policy above to a role of the name \
              that is set as `role` in every account, which trusts the user or role whose keys are set.",
        language: "json",
        text: include_str!("permit_organization.json"),
    },
];

/// What is set beside keys and addresses.
pub struct Options {
    pub region: String,
    /// Where agents are looked for.
    pub regions: Vec<String>,
    pub role: Option<String>,
    pub external: Option<String>,
    pub asks_uses: bool,
}

impl Options {
    /// Reads what is set.
    pub fn read(settings: &Settings) -> Result<Self, ConnectorError> {
        let region = name(REGION, settings.value(REGION).unwrap_or(HOME))?;
        let regions = settings.value(REGIONS).unwrap_or(&region).split(',');
        let regions = regions.filter(|one| !one.trim().is_empty()).map(|one| name(REGIONS, one));
        let regions = regions.collect::<Result<Vec<_>, _>>()?;
        let text = |key| settings.value(key).map(|text| text.trim().to_owned());
        if text(EXTERNAL).is_some() && text(ROLE).is_none() {
            return Err(ConnectorError::Setting { key: ROLE });
        }
        Ok(Self {
            region,
            regions,
            role: text(ROLE),
            external: text(EXTERNAL),
            asks_uses: settings.is_on(USES)?,
        })
    }
}

/// A region becomes part of the host that is asked, so it may be nothing else.
fn name(key: &'static str, text: &str) -> Result<String, ConnectorError> {
    let text = text.trim().to_lowercase();
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    if text.chars().all(is_plain) && text.contains('-') && !text.starts_with('-') {
        return Ok(text);
    }
    Err(ConnectorError::Value {
        key,
        reason: format!("`{text}` is no region"),
        help: "write it as AWS does, such as eu-west-1".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(values: &[(&'static str, &str)]) -> Result<Options, ConnectorError> {
        let values = values.iter().map(|(key, value)| (*key, (*value).to_owned())).collect();
        Options::read(&Settings { values, ..Settings::default() })
    }

    #[test]
    fn regions_are_names_and_never_hosts() {
        let set = read(&[(REGIONS, "eu-west-1, us-west-2,")]).unwrap();
        assert_eq!(
            (set.region.as_str(), set.regions),
            (HOME, vec!["eu-west-1".to_owned(), "us-west-2".to_owned()])
        );
        for wrong in ["evil.example/", "a-b.evil.example", "eu-west-1@evil", "eu west-1", "-", "x"] {
            assert!(read(&[(REGION, wrong)]).is_err(), "{wrong}");
            assert!(read(&[(REGIONS, wrong)]).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_switch_is_yes_or_no_and_an_external_id_needs_a_role() {
        assert!(!read(&[]).unwrap().asks_uses && read(&[(USES, "Yes")]).unwrap().asks_uses);
        assert!(read(&[(USES, "maybe")]).is_err());
        assert!(read(&[(EXTERNAL, "1")]).is_err() && read(&[(EXTERNAL, "1"), (ROLE, "r")]).is_ok());
    }
}
