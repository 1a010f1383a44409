//! One row of the report: cells to facts, facts to an account and its credentials.
//!
//! AWS writes `N/A` where something does not exist or was never used, `no_information` where a password was never
//! used since AWS keeps track (2014), and `not_supported` where it does not say.

use csv::StringRecord;
use jiff::Timestamp;

use crate::connectors::aws_authorization::{arn, wire::When};
use crate::connectors::suspect::suspect;
use crate::model::inventory::{Account, Class, Credential, CredentialKind, Fact, SecondFactor};
use crate::model::near::did_you_mean;

/// Where each column of the report stands.
#[derive(Debug)]
pub struct Header(Vec<String>);

/// A cell that cannot be understood.
#[derive(Debug)]
pub struct Wrong {
    pub column: String,
    pub reason: String,
    pub help: String,
}

/// What a row says.
#[derive(Debug)]
pub struct Said {
    pub account: Account,
    pub credentials: Vec<Credential>,
    /// The newest time in the row that lies in the past of the report.
    pub newest: Option<Timestamp>,
}

/// The columns without which a row says nothing.
const REQUIRED: [&str; 2] = ["user", "arn"];
const FLAGS: [&str; 5] = ["true", "false", "N/A", "no_information", "not_supported"];

impl Header {
    /// Reads the header; `Err` names a column that is missing.
    pub fn new(record: &StringRecord) -> Result<Self, Wrong> {
        let names: Vec<_> = record.iter().map(|name| name.trim().to_lowercase()).collect();
        for column in REQUIRED {
            if !names.iter().any(|name| name == column) {
                return Err(Wrong {
                    column: column.to_owned(),
                    reason: format!("there is no column `{column}`"),
                    help: "save the report as AWS hands it out".to_owned(),
                });
            }
        }
        Ok(Self(names))
    }

    /// What a row says; `Err` names the first cell that cannot be understood.
    pub fn read(&self, record: &StringRecord) -> Result<Said, Wrong> {
        let mut row = Row { header: self, record, newest: None };
        let arn = row.required("arn")?;
        let name = row.required("user")?;
        let has_password = row.flag("password_enabled")?;
        let mut credentials = Vec::new();
        credentials.extend(row.password(&arn, has_password)?);
        for number in ["1", "2"] {
            credentials.extend(row.key(&arn, number)?);
            credentials.extend(row.certificate(&arn, number)?);
        }
        let second_factor = match row.flag("mfa_active")? {
            Fact::Known(true) => Fact::Known(SecondFactor::Any),
            Fact::Known(false) | Fact::Absent => Fact::Absent,
            Fact::Hidden => Fact::Hidden,
        };
        let mut account = Account {
            source: arn::system(&arn),
            aliases: [Some(arn.clone()), name.contains('@').then(|| name.clone())]
                .into_iter()
                .flatten()
                .collect(),
            id: arn,
            name,
            is_enabled: is_enabled(has_password, &credentials),
            is_guest: Fact::Known(false),
            created: row.time("user_creation_time")?,
            last_seen: last_seen(has_password, &credentials, row.time("password_last_used")?),
            has_password,
            second_factor,
            ..Account::default()
        };
        classify(&mut account, &credentials);
        Ok(Said { account, credentials, newest: row.newest })
    }
}

/// A row while it is read.
struct Row<'a> {
    header: &'a Header,
    record: &'a StringRecord,
    newest: Option<Timestamp>,
}

impl Row<'_> {
    /// A cell; `None` when the report has no such column.
    fn cell(&self, column: &str) -> Option<&str> {
        let at = self.header.0.iter().position(|name| name == column)?;
        self.record.get(at).map(str::trim)
    }

    fn required(&self, column: &str) -> Result<String, Wrong> {
        let text = self.cell(column).unwrap_or_default();
        if text.is_empty() {
            return Err(wrong(
                column,
                "the cell is empty".to_owned(),
                "every row of the report has it".to_owned(),
            ));
        }
        Ok(text.to_owned())
    }

    fn flag(&self, column: &str) -> Result<Fact<bool>, Wrong> {
        let Some(text) = self.cell(column) else { return Ok(Fact::Hidden) };
        match text.to_lowercase().as_str() {
            "true" => Ok(Fact::Known(true)),
            "false" => Ok(Fact::Known(false)),
            "n/a" => Ok(Fact::Absent),
            "" | "not_supported" | "no_information" => Ok(Fact::Hidden),
            _ => {
                let reason = format!("`{text}` is not accepted; accepted: {}", FLAGS.join(", "));
                Err(wrong(
                    column,
                    reason,
                    did_you_mean(text, FLAGS, "correct the cell or collect the report again"),
                ))
            }
        }
    }

    /// A time that lies before the report.
    fn time(&mut self, column: &str) -> Result<Fact<Timestamp>, Wrong> {
        let time = self.future(column)?;
        self.newest = self.newest.max(time.known().copied());
        Ok(time)
    }

    /// A time that may lie after the report.
    fn future(&self, column: &str) -> Result<Fact<Timestamp>, Wrong> {
        let Some(text) = self.cell(column) else { return Ok(Fact::Hidden) };
        match text.to_lowercase().as_str() {
            "n/a" | "no_information" => return Ok(Fact::Absent),
            "" | "not_supported" => return Ok(Fact::Hidden),
            _ => {}
        }
        match When::parse(text) {
            When::At(at) => Ok(Fact::Known(at)),
            When::Odd(_) => {
                let reason = format!(
                    "`{text}` is not accepted; accepted: a time such as 2026-03-09T10:41:45+00:00, N/A, \
                     no_information, not_supported"
                );
                Err(wrong(column, reason, "correct the cell or collect the report again".to_owned()))
            }
        }
    }

    fn password(&mut self, arn: &str, has_password: Fact<bool>) -> Result<Option<Credential>, Wrong> {
        let credential = Credential {
            rotated: self.time("password_last_changed")?,
            last_used: self.time("password_last_used")?,
            expires: self.future("password_next_rotation")?,
            ..credential(arn, "password", CredentialKind::Password, has_password)
        };
        Ok(Some(credential).filter(|_| has_password == Fact::Known(true)))
    }

    fn key(&mut self, arn: &str, number: &str) -> Result<Option<Credential>, Wrong> {
        let is_active = self.flag(&format!("access_key_{number}_active"))?;
        let created = self.time(&format!("access_key_{number}_last_rotated"))?;
        let key = Credential {
            created,
            rotated: created,
            last_used: self.time(&format!("access_key_{number}_last_used_date"))?,
            // AWS has no end for access keys.
            expires: Fact::Absent,
            ..credential(arn, &format!("key-{number}"), CredentialKind::Key, is_active)
        };
        Ok(Some(key).filter(exists))
    }

    fn certificate(&mut self, arn: &str, number: &str) -> Result<Option<Credential>, Wrong> {
        let is_active = self.flag(&format!("cert_{number}_active"))?;
        let created = self.time(&format!("cert_{number}_last_rotated"))?;
        let base = credential(arn, &format!("cert-{number}"), CredentialKind::Certificate, is_active);
        Ok(Some(Credential { created, rotated: created, ..base }).filter(exists))
    }
}

fn credential(arn: &str, id: &str, kind: CredentialKind, is_active: Fact<bool>) -> Credential {
    Credential {
        id: format!("{arn}#{id}"),
        account: arn.to_owned(),
        source: arn::system(arn),
        kind,
        is_active,
        ..Credential::default()
    }
}

/// The report has the columns of two keys whether there are two or not: one that is neither on nor was ever made
/// does not exist.
fn exists(credential: &Credential) -> bool {
    credential.is_active == Fact::Known(true) || credential.created.known().is_some()
}

fn is_on(credential: &Credential) -> bool {
    credential.is_active == Fact::Known(true)
}

/// AWS cannot switch a user off; one without any working credential cannot sign in.
fn is_enabled(has_password: Fact<bool>, credentials: &[Credential]) -> Fact<bool> {
    if credentials.iter().any(is_on) {
        return Fact::Known(true);
    }
    match has_password {
        Fact::Hidden => Fact::Hidden,
        _ => Fact::Known(false),
    }
}

/// The newest use of anything; "never" only when the use of everything is told.
fn last_seen(
    has_password: Fact<bool>,
    credentials: &[Credential],
    password_used: Fact<Timestamp>,
) -> Fact<Timestamp> {
    let uses = || credentials.iter().map(|credential| credential.last_used).chain([password_used]);
    if let Some(newest) = uses().filter_map(|used| used.known().copied()).max() {
        return Fact::Known(newest);
    }
    let is_silent = |credential: &Credential| !credential.last_used.is_told();
    if !has_password.is_told() || credentials.iter().any(is_silent) { Fact::Hidden } else { Fact::Absent }
}

/// Concludes the class by rule; a rule is not a declaration.
fn classify(account: &mut Account, credentials: &[Credential]) {
    let has_password = account.has_password == Fact::Known(true);
    let password_used = credentials.iter().any(|credential| {
        credential.kind == CredentialKind::Password && credential.last_used.known().is_some()
    });
    let has_key =
        credentials.iter().any(|credential| credential.kind == CredentialKind::Key && is_on(credential));
    let has_factor = account.second_factor.known().is_some();
    let lacks_password = matches!(account.has_password, Fact::Known(false) | Fact::Absent);
    if has_password && (has_factor || password_used) {
        account.class = Fact::Known(Class::Human);
        "aws.user.console/1".clone_into(&mut account.class_rule);
    } else if lacks_password && has_key && !account.id.ends_with(":root") {
        account.class = Fact::Known(Class::Machine);
        "aws.user.keys-only/1".clone_into(&mut account.class_rule);
    }
    account.suspected = suspect(&account.name).filter(|guess| account.class.known() != Some(&guess.class));
}

fn wrong(column: &str, reason: String, help: String) -> Wrong {
    Wrong { column: column.to_owned(), reason, help }
}
