//! AWS: passwords, second factors and access keys from the credential report, as CSV or in the JSON of
//! `aws iam get-credential-report`.
//!
//! The moment that the data describe is the report's `GeneratedTime` where the JSON has it, else the newest time in
//! the table that lies in the past (the next rotation of a password does not).

mod envelope;
mod row;

use std::collections::{BTreeMap, HashSet};
use std::io::{BufRead, Cursor, Read};
use std::path::{Path, PathBuf};

use csv::{ErrorKind, StringRecord};
use jiff::Timestamp;

use super::open::{FileConnector, FileKind, ONE_FILE, Opened, content, unreadable};
use super::{ConnectorError, Feed, Progress, Sample, Spec, Taken, json};
use crate::model::SourceId;
use crate::model::inventory::Record;
use crate::model::pull::{Missing, Preflight, Sight};
use envelope::Envelope;
use row::{Header, Said, Wrong};

/// The connector, as the registry knows it.
pub static SPEC: Spec = Spec {
    id: "aws-credential-report",
    title: "AWS credential report (CSV or JSON)",
    sees: &[SIGN_IN, KEYS],
    settings: ONE_FILE,
    permits: &[],
    recognise: Some(recognise),
    connect: |settings| FileConnector::connect(settings, Report),
};

/// How users sign in.
pub const SIGN_IN: Sight = Sight {
    id: "sign-in",
    title: "Users' passwords, second factors and sign-ins",
    needs: "iam:GenerateCredentialReport, iam:GetCredentialReport",
    feeds: &[
        "human.users.total",
        "human.users.mfa_registered",
        "human.users.password_only",
        "human.users.dormant_90d",
    ],
};

/// Keys and certificates.
pub const KEYS: Sight = Sight {
    id: "keys",
    title: "Access keys and certificates, their age; for keys, the last use",
    needs: "iam:GenerateCredentialReport, iam:GetCredentialReport",
    feeds: &["machine.credentials.total", "machine.credentials.older_than_90d", "ai.credentials.total"],
};

/// What stands in other reports of AWS.
static ELSEWHERE: &[Sight] = &[
    Sight {
        id: "policies",
        title: "Roles, groups, policies and who holds them",
        needs: "`aws iam get-account-authorization-details`",
        feeds: &["human.admins.total", "human.entitlements.granted", "machine.identities.total"],
    },
    Sight {
        id: "factor-kind",
        title: "Whether a second factor resists phishing",
        needs: "iam:ListMFADevices",
        feeds: &["human.users.mfa_phishing_resistant", "human.admins.mfa_phishing_resistant"],
    },
];

/// How `user,arn,` begins a report in base64.
const ENCODED: &str = "\"dXNlcixhcm4s";
/// Up to this size, in bytes, the rows are counted before the pull.
const COUNTED: u64 = 50 << 20;
/// How many rows pass between two words about the progress.
const STEP: usize = 256;

/// The kind of file.
struct Report;

fn recognise(sample: &Sample<'_>) -> bool {
    if json::is_begun(sample.head) {
        return json::mentions(sample.head, "\"Content\"") && json::mentions(sample.head, ENCODED);
    }
    let header = sample.head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let header = String::from_utf8_lossy(header).to_lowercase();
    let columns: Vec<_> = header
        .split([',', ';', '\t'])
        .map(|name| name.trim_matches(|sign: char| sign == '"' || sign.is_whitespace()))
        .collect();
    ["user", "arn", "mfa_active"].iter().all(|column| columns.contains(column))
        && ["password_enabled", "access_key_1_active"].iter().any(|column| columns.contains(column))
}

impl FileKind for Report {
    fn look(&self, file: Opened) -> Result<Preflight, ConnectorError> {
        let mut users = 0;
        let is_counted = file.size <= COUNTED;
        if is_counted {
            Table::open(file)?.each(|_| {
                users += 1;
                Ok(())
            })?;
        }
        let kind = "an AWS credential report";
        Ok(Preflight {
            recognised: if is_counted { format!("{kind}: {users} users") } else { kind.to_owned() },
            sees: SPEC.sees.iter().map(|sight| sight.title.to_owned()).collect(),
            misses: ELSEWHERE.iter().map(Missing::from).collect(),
            counts: if is_counted { vec![("users".to_owned(), users)] } else { Vec::new() },
        })
    }

    fn read(&self, file: Opened, out: &Feed) -> Result<Taken, ConnectorError> {
        let (bytes, modified, meter) = (file.size, file.modified, file.meter());
        let table = Table::open(file)?;
        let made = table.made;
        let mut systems: BTreeMap<SourceId, usize> = BTreeMap::new();
        let (mut newest, mut rows) = (None, 0_usize);
        table.each(|said| {
            newest = newest.max(said.newest);
            if let Some(system) = &said.account.source {
                *systems.entry(system.clone()).or_default() += 1;
            }
            if rows.is_multiple_of(STEP) {
                out.progress(Progress {
                    what: "bytes of users".to_owned(),
                    done: meter.done(),
                    of: Some(meter.of),
                });
            }
            rows += 1;
            push(said, out)
        })?;
        let most = systems.into_iter().max_by_key(|(_, users)| *users);
        let source = most.map_or_else(|| SourceId::new("aws"), |(system, _)| system);
        Ok(Taken { source, at: made.or(newest).unwrap_or(modified), bytes })
    }
}

fn push(said: Said, out: &Feed) -> Result<(), ConnectorError> {
    out.push(Record::Account(said.account))?;
    for credential in said.credentials {
        out.push(Record::Credential(credential))?;
    }
    Ok(())
}

/// Reads the report that an account answers with; gives back how many users it has.
pub fn take(answer: serde_json::Value, out: &Feed) -> Result<usize, ConnectorError> {
    let path = PathBuf::from("iam:GetCredentialReport");
    let envelope: Envelope = serde_json::from_value(answer).map_err(|error| json::fault(&path, &error))?;
    let mut users = 0;
    Table::wrapped(path, &envelope)?.each(|said| {
        users += 1;
        push(said, out)
    })?;
    Ok(users)
}

/// The table of a report, wherever it comes from.
struct Table {
    path: PathBuf,
    /// When AWS made the report, where the file says so.
    made: Option<Timestamp>,
    rows: csv::Reader<Box<dyn Read>>,
}

impl Table {
    fn open(mut file: Opened) -> Result<Self, ConnectorError> {
        let path = file.path().to_owned();
        let head = file.reader().fill_buf().map_err(|error| unreadable(&path, &error))?;
        let (separator, is_wrapped) = (separator(head), json::is_begun(head));
        if !is_wrapped {
            return Ok(Self { path, made: None, rows: rows(separator, Box::new(file.into_reader())) });
        }
        let text = file.text()?;
        let envelope: Envelope = serde_json::from_str(&text).map_err(|error| json::fault(&path, &error))?;
        Self::wrapped(path, &envelope)
    }

    /// The table in the JSON of AWS's tools.
    fn wrapped(path: PathBuf, envelope: &Envelope) -> Result<Self, ConnectorError> {
        let Some(table) = envelope.table() else {
            let reason = "its `Content` is not base64";
            return Err(content(&path, "", reason, "collect the report again; nothing of it was kept"));
        };
        Ok(Self { path, made: envelope.made(), rows: rows(b',', Box::new(Cursor::new(table))) })
    }

    /// Reads all rows; a wrong cell ends it.
    fn each(
        mut self,
        mut take: impl FnMut(Said) -> Result<(), ConnectorError>,
    ) -> Result<(), ConnectorError> {
        let mut record = StringRecord::new();
        let mut header = None;
        let mut seen = HashSet::new();
        let mut row = 0_u64;
        while self.rows.read_record(&mut record).map_err(|error| fault(&self.path, row + 1, &error))? {
            row += 1;
            let at = |wrong: Wrong| misread(&self.path, row, wrong);
            let Some(header) = &header else {
                header = Some(Header::new(&record).map_err(at)?);
                continue;
            };
            let said = header.read(&record).map_err(at)?;
            if !seen.insert(said.account.id.clone()) {
                let reason = format!("`{}` stands in an earlier row too", said.account.id);
                let help = "one report has one row for each user; do not join reports".to_owned();
                return Err(at(Wrong { column: "arn".to_owned(), reason, help }));
            }
            take(said)?;
        }
        Ok(())
    }
}

fn rows(separator: u8, from: Box<dyn Read>) -> csv::Reader<Box<dyn Read>> {
    csv::ReaderBuilder::new().has_headers(false).delimiter(separator).from_reader(from)
}

/// What parts the columns: a comma, or what a spreadsheet put in its place.
fn separator(head: &[u8]) -> u8 {
    let header = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |sign: u8| header.split(|byte| *byte == sign).count();
    [b',', b';', b'\t'].into_iter().rev().max_by_key(|sign| count(*sign)).unwrap_or(b',')
}

fn misread(path: &Path, row: u64, wrong: Wrong) -> ConnectorError {
    content(path, format!(", row {row}, column `{}`", wrong.column), wrong.reason, wrong.help)
}

fn fault(path: &Path, row: u64, error: &csv::Error) -> ConnectorError {
    let place = format!(", row {row}");
    let help = "collect the report again; nothing of it was kept";
    match error.kind() {
        ErrorKind::Io(error) => unreadable(path, error),
        ErrorKind::Utf8 { .. } => content(path, place, "it is not UTF-8 text", "save it as UTF-8"),
        ErrorKind::UnequalLengths { expected_len, len, .. } => {
            content(path, place, format!("it has {len} cells where the header has {expected_len}"), help)
        }
        _ => content(path, place, error.to_string(), help),
    }
}
