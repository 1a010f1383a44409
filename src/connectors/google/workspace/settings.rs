//! What is set for Workspace, and the least rights that show all of it.

use std::ops::RangeInclusive;

use super::super::super::http::{ADDRESS, CA, PROXY, RATE};
use super::super::super::{ConnectorError, Form, Permit, Setting, Settings};
use super::super::{KEY, TOKEN, TOKEN_ADDRESS};

/// The key of the setting with the administrator.
pub const ADMIN: &str = "admin";
const CUSTOMER: &str = "customer";
const GROUPS: &str = "groups";
const TOKENS: &str = "tokens";
const USE_DAYS: &str = "use-days";

/// How far back the log goes.
const KEPT_DAYS: RangeInclusive<i64> = 0..=180;
/// For how many days back uses are read where nothing is set.
const DAYS: i64 = 7;

/// Scopes that are asked for always.
pub const SCOPES: &[&str] = &[
    "admin.directory.user.readonly",
    "admin.directory.rolemanagement.readonly",
    "admin.directory.group.member.readonly",
    "admin.reports.audit.readonly",
    "admin.reports.usage.readonly",
];
/// The scope of all groups.
pub const GROUP_SCOPE: &str = "admin.directory.group.readonly";
/// The scope of all consents.
pub const TOKEN_SCOPE: &str = "admin.directory.user.security";

/// Every setting.
pub static ALL: &[Setting] = &[
    KEY,
    Setting {
        key: ADMIN,
        title: "Administrator",
        help: "The mail address of the administrator for whom the service account acts; without one it acts for itself, \
               with the roles of administrators that were assigned to it.",
        is_required: false,
        form: Form::Text("auditor@acme.example"),
    },
    TOKEN,
    Setting {
        key: CUSTOMER,
        title: "Customer",
        help: "The customer id, which a service account without an administrator needs; else it finds its own.",
        is_required: false,
        form: Form::Text("C01abc23d"),
    },
    Setting {
        key: USE_DAYS,
        title: "Days of use",
        help: "For how many days back the log of uses by apps is read, up to 180; 7 where nothing is set, 0 leaves it out. \
               One question shows a thousand uses, and a large organisation has millions.",
        is_required: false,
        form: Form::Text("30"),
    },
    Setting {
        key: TOKENS,
        title: "Every consent",
        help: "`yes` asks of every active user which apps he let in, also those before the log begins: one question for each. \
               Its scope cannot be one that only reads: who has the key could take consents and passwords away.",
        is_required: false,
        form: Form::YesNo,
    },
    Setting {
        key: GROUPS,
        title: "Groups",
        help: "`yes` lists all groups and asks of every one who is in it: one question for each.",
        is_required: false,
        form: Form::YesNo,
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
        how: "Scopes for the Admin console (Security, API controls, Domain-wide delegation): add the service account's \
              client id with them, and set `admin` to an administrator with a role of the privileges below. Leave out what \
              is not to be shown; the rest is pulled all the same.",
        language: "text",
        text: "https://www.googleapis.com/auth/admin.directory.user.readonly,\
               https://www.googleapis.com/auth/admin.directory.rolemanagement.readonly,\
               https://www.googleapis.com/auth/admin.directory.group.member.readonly,\
               https://www.googleapis.com/auth/admin.reports.audit.readonly,\
               https://www.googleapis.com/auth/admin.reports.usage.readonly\n",
    },
    Permit {
        how: "Privileges of the administrator's role, as the Directory API names them.",
        language: "json",
        text: include_str!("permit_role.json"),
    },
    Permit {
        how: "One more scope for the setting `groups`.",
        language: "text",
        text: "https://www.googleapis.com/auth/admin.directory.group.readonly\n",
    },
    Permit {
        how: "One more scope for the setting `tokens`. It is not one that only reads: trueup asks nothing but lists, yet who \
              has the key could take consents away and set passwords. Google has no lesser one.",
        language: "text",
        text: "https://www.googleapis.com/auth/admin.directory.user.security\n",
    },
];

/// What is set beside keys and addresses.
#[derive(Debug)]
pub struct Options {
    pub admin: Option<String>,
    pub customer: Option<String>,
    /// For how many days back uses are read.
    pub use_days: i64,
    pub asks_tokens: bool,
    pub asks_groups: bool,
}

impl Options {
    /// Reads what is set.
    pub fn read(settings: &Settings) -> Result<Self, ConnectorError> {
        let text = |key| settings.value(key).map(|text| text.trim().to_owned());
        Ok(Self {
            admin: text(ADMIN),
            customer: text(CUSTOMER),
            use_days: settings.days(USE_DAYS, &KEPT_DAYS)?.unwrap_or(DAYS),
            asks_tokens: settings.is_on(TOKENS)?,
            asks_groups: settings.is_on(GROUPS)?,
        })
    }

    /// The scopes that all of it needs.
    pub fn scopes(&self) -> Vec<&'static str> {
        let groups = self.asks_groups.then_some(GROUP_SCOPE);
        let tokens = self.asks_tokens.then_some(TOKEN_SCOPE);
        SCOPES.iter().copied().chain(groups).chain(tokens).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_that_the_log_has_and_scopes_grow_by_choice_alone() {
        let days = |text: &str| {
            let values = [(USE_DAYS, text.to_owned())].into();
            Options::read(&Settings { values, ..Settings::default() }).map(|options| options.use_days)
        };
        assert_eq!([days("").unwrap(), days("0").unwrap(), days("180").unwrap()], [DAYS, 0, 180]);
        for wrong in ["-1", "181", "week"] {
            assert!(days(wrong).is_err(), "{wrong}");
        }
        let plain = Options::read(&Settings::default()).unwrap();
        assert!(plain.scopes().iter().all(|scope| scope.ends_with(".readonly")));
        let all = Settings {
            values: [(TOKENS, "yes".to_owned()), (GROUPS, "yes".to_owned())].into(),
            ..Settings::default()
        };
        assert_eq!(Options::read(&all).unwrap().scopes().len(), SCOPES.len() + 2);
        let pasted = PERMITS[0].text;
        assert!(
            SCOPES.iter().all(|scope| pasted.contains(scope))
                && pasted.matches(',').count() == SCOPES.len() - 1
        );
    }
}
