//! Registers in CSV, NDJSON and XLSX: one content gives one result, and a wrong cell says what is wrong.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use miette::Diagnostic;
use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use tempfile::TempDir;
use trueup::connectors::register::{KINDS, columns, template};
use trueup::connectors::{ConnectorError, REGISTRY, Said, Sample, Settings, Sink, Spec, Taken};
use trueup::model::inventory::{Class, Fact, Record, SecondFactor};

/// What a pull handed over.
pub struct Pulled {
    pub records: Vec<Record>,
    pub refused: Vec<String>,
    pub taken: Taken,
}

fn recognised(bytes: &[u8]) -> Vec<&'static str> {
    let head = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let sample = Sample { head, size: bytes.len() as u64 };
    REGISTRY
        .iter()
        .filter(|spec| spec.recognise.is_some_and(|fits| fits(&sample)))
        .map(|spec| spec.id)
        .collect()
}

fn spec(id: &str) -> &'static Spec {
    REGISTRY.iter().copied().find(|spec| spec.id == id).unwrap()
}

/// Pulls one file with one connector.
pub fn pull(id: &str, path: &Path) -> Result<Pulled, ConnectorError> {
    let settings = Settings::file(path.to_str().unwrap(), Vec::new().into());
    let connector = (spec(id).connect)(&settings)?;
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let (mut sink, mut said) = Sink::channel(64);
        let reading = async move { connector.pull(&mut sink).await };
        let taking = async {
            let (mut records, mut refused) = (Vec::new(), Vec::new());
            while let Some(said) = said.recv().await {
                match said {
                    Said::Records(some) => records.extend(some),
                    Said::Refused(refusal) => refused.push(refusal.subject),
                    Said::Progress(_) | Said::Misses(_) | Said::Asked(_) => {}
                }
            }
            (records, refused)
        };
        let (taken, (records, refused)) = tokio::join!(reading, taking);
        Ok(Pulled { records, refused, taken: taken? })
    })
}

fn write(folder: &TempDir, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    path
}

/// The records of a register's text.
pub fn records(id: &str, text: &str) -> Vec<Record> {
    let folder = tempfile::tempdir().unwrap();
    pull(id, &write(&folder, "register", text)).unwrap_or_else(|error| panic!("{error}")).records
}

/// The message and the help of the error that a register ends with.
fn complaint(id: &str, text: &str) -> (String, String) {
    let folder = tempfile::tempdir().unwrap();
    let error = pull(id, &write(&folder, "register", text)).err().unwrap();
    let help = error.help().map(|help| help.to_string()).unwrap_or_default();
    (error.to_string(), help)
}

#[test]
fn every_template_loads_by_its_own_connector_alone() {
    for kind in KINDS {
        let text = template(kind.id).unwrap();
        let id = format!("register-{}", kind.id);
        assert_eq!(recognised(text.as_bytes()), [id.as_str()]);
        let folder = tempfile::tempdir().unwrap();
        let pulled = pull(&id, &write(&folder, "register.csv", &text)).unwrap();
        assert!(!pulled.records.is_empty() && pulled.refused.is_empty());
        let examples: Vec<_> = columns(kind.id).unwrap().iter().map(|column| column.example).collect();
        assert!(examples.iter().all(|example| !example.is_empty() && !example.contains(',')), "{examples:?}");
    }
    assert_eq!(template("nonsense"), None);
}

#[test]
fn a_row_becomes_an_account_with_facts() {
    let text = "id,name,class,enabled,mfa,last_seen,ended,employee_id,email\n\
                a,Anna,human,yes,Phishing-resistant,2026-03-30T08:00:00Z,none,7,anna@example.com\n\
                b,svc-backup,,,,never,,,\n";
    let found = records("register-identities", text);
    let [Record::Account(anna), Record::Account(backup)] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(anna.class, Fact::Known(Class::Human));
    assert!(anna.is_class_declared && anna.suspected.is_none());
    assert_eq!(anna.second_factor, Fact::Known(SecondFactor::PhishingResistant));
    assert_eq!(anna.last_seen, Fact::Known("2026-03-30T08:00:00Z".parse().unwrap()));
    assert_eq!((anna.ended, anna.has_password), (Fact::Absent, Fact::Hidden));
    assert_eq!(anna.aliases, ["anna@example.com", "employee:7"]);
    assert_eq!((backup.class, backup.last_seen), (Fact::Hidden, Fact::Absent));
    assert!(!backup.is_class_declared, "a guess is no class");
    assert_eq!(backup.suspected.as_ref().unwrap().class, Class::Machine);
}

#[test]
fn one_content_in_every_form_gives_the_same_records() {
    let rows = [
        ["id", "class", "owner", "created"],
        ["a", "ai", "none", "2026-01-31"],
        ["b", "human", "x, \"y\"\nz", ""],
    ];
    let quote = |cell: &str| format!("\"{}\"", cell.replace('"', "\"\""));
    let table = |separator: &str, end: &str| rows.map(|row| row.map(quote).join(separator)).join(end);
    let plain = records("register-identities", &table(",", "\n"));
    assert_eq!(plain.len(), 2);
    for (separator, end) in [(",", "\r\n"), (";", "\n"), ("\t", "\r\n")] {
        assert_eq!(records("register-identities", &table(separator, end)), plain);
    }
    assert_eq!(records("register-identities", &format!("\u{feff}{}", table(";", "\r\n"))), plain);
    let lines = "{\"id\":\"a\",\"class\":\"ai\",\"owner\":\"none\",\"created\":\"2026-01-31\"}\n\n\
                 {\"class\":\"human\",\"id\":\"b\",\"owner\":\"x, \\\"y\\\"\\nz\",\"created\":null}\n";
    assert_eq!(recognised(lines.as_bytes()), ["register-identities"]);
    assert_eq!(records("register-identities", lines), plain);

    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (at, row) in (0..).zip(&rows) {
        for (column, cell) in (0..).zip(row) {
            sheet.write_string(at, column, *cell).unwrap();
        }
    }
    let date = ExcelDateTime::from_ymd(2026, 1, 31).unwrap();
    sheet.write_datetime_with_format(1, 3, &date, &Format::new().set_num_format("dd.mm.yyyy")).unwrap();
    let bytes = book.save_to_buffer().unwrap();
    assert_eq!(recognised(&bytes), ["register-identities"]);
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(pull("register-identities", &write(&folder, "a.xlsx", &bytes)).unwrap().records, plain);
    let cut = write(&folder, "b.xlsx", &bytes[..bytes.len() / 2]);
    assert!(
        pull("register-identities", &cut).err().unwrap().to_string().contains("spreadsheet cannot be read")
    );
}

#[test]
fn a_wrong_cell_in_row_40000_is_named_with_what_is_accepted() {
    let mut text = String::from("id,class\n");
    for number in 2..=50_000 {
        let class = if number == 40_000 { "humam" } else { "human" };
        writeln!(text, "user-{number},{class}").unwrap();
    }
    let (message, help) = complaint("register-identities", &text);
    assert!(message.contains(", row 40,000, column `class`: `humam` is not a class"), "{message}");
    assert!(message.contains("accepted: human, machine, ai or empty"), "{message}");
    assert!(help.contains("did you mean `human`?"), "{help}");
}

#[test]
fn wrong_cells_are_told_together_and_twice_is_once_too_often() {
    let (message, _) = complaint(
        "register-agents",
        "id,owner_active,end_date,autonomy_tier\na,perhaps,soon,9\na,yes,2026-01-01,4\n,no,none,0\n",
    );
    for part in [
        "`perhaps` is not yes or no",
        "row 2, column `end_date`: `soon` is not a date",
        "row 2, column `autonomy_tier`: `9` is not",
        "row 3, column `id`: `a` stands in an earlier row as well",
        "row 4, column `id`: the cell is empty",
    ] {
        assert!(message.contains(part), "{part} is not in {message}");
    }
    let many: Vec<_> = (0..50).map(|number| format!("u{number},robto")).collect();
    let (message, _) = complaint("register-identities", &format!("id,class\n{}", many.join("\n")));
    assert_eq!(message.matches("`robto` is not a class").count(), 20, "{message}");
}

#[test]
fn headers_are_matched_by_meaning_and_misspelt_ones_are_told() {
    let found = records("register-identities", "User-ID;Display Name;Department\na;Anna;Sales\n");
    assert!(matches!(&found[0], Record::Account(anna) if anna.job == Fact::Known("Sales".to_owned())));
    let (message, help) = complaint("register-identities", "id,name,clas\na,b,human\n");
    assert!(
        message.contains("`clas` is not a column") && help.contains("did you mean `class`?"),
        "{message} {help}"
    );
    let (message, _) = complaint("register-grants", "identity,system\na,b\n");
    assert!(message.contains("the column `entitlement` is missing"), "{message}");
    let (message, _) = complaint("register-identities", "id,email,mail\na,b,c\n");
    assert!(message.contains("a second time"), "{message}");
    let (message, _) = complaint("register-identities", "id,name\na,b\nc\n");
    assert!(message.contains("the row has 1 cells, but the header has 2"), "{message}");
    let folder = tempfile::tempdir().unwrap();
    let pulled = pull("register-identities", &write(&folder, "a", "id,name,floor space\na,b,3\n")).unwrap();
    assert_eq!(pulled.refused, ["column `floor space`"]);
}

#[test]
fn the_source_is_the_one_system_that_all_rows_name() {
    let folder = tempfile::tempdir().unwrap();
    let source = |text: &str| pull("register-identities", &write(&folder, "a", text)).unwrap().taken.source;
    assert_eq!(source("id,system\na,okta:x\nb,okta:x\n").as_str(), "okta:x");
    assert_eq!(source("id,system\na,okta:x\nb,\n").as_str(), "register");
    assert_eq!(source("id,name\na,b\n").as_str(), "register");
}

#[test]
fn other_tables_are_left_to_others() {
    for text in [
        "metric,value,coverage,source,date\nai.agents.total,3,,x,\n",
        "question,respondent,role,answer,confidence,note\nCLS-01,a,iam_lead,2,,\n",
        "user,arn,user_creation_time,password_enabled,password_last_used,mfa_active\n",
        "{\"UserDetailList\": []}",
        "[]",
        "hello",
        "",
    ] {
        let registers: Vec<_> =
            recognised(text.as_bytes()).into_iter().filter(|id| id.starts_with("register-")).collect();
        assert!(registers.is_empty(), "{text:?} was taken for {registers:?}");
    }
}

#[test]
fn a_large_register_is_read_row_by_row() {
    let folder = tempfile::tempdir().unwrap();
    let mut text = String::from("id,name,class,enabled\n");
    for number in 0..100_000 {
        writeln!(text, "user-{number},User {number},human,yes").unwrap();
    }
    let path = write(&folder, "large.csv", text);
    assert_eq!(pull("register-identities", &path).unwrap().records.len(), 100_000);
}

#[test]
fn a_spreadsheet_larger_than_the_sample_is_told_by_its_header_too() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, header) in (0..).zip(["Identity", "Entitlement", "General Admin", "Last used"]) {
        sheet.write_string(0, column, header).unwrap();
    }
    for row in 1..8_000 {
        sheet.write_string(row, 0, format!("user-{row}@example.com")).unwrap();
        sheet.write_string(row, 1, format!("right-{}", row * 7919 % 100_003)).unwrap();
        sheet.write_boolean(row, 2, row % 2 == 0).unwrap();
    }
    let bytes = book.save_to_buffer().unwrap();
    assert!(bytes.len() > 64 * 1024);
    let folder = tempfile::tempdir().unwrap();
    let path = write(&folder, "grants.xlsx", &bytes);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let found = runtime
        .block_on(trueup::ops::preflight(&trueup::packs::Library::open(None).unwrap(), &path))
        .unwrap();
    assert_eq!(found.connector, "register-grants");
    let pulled = pull("register-grants", &path).unwrap();
    let grants = pulled.records.iter().filter(|record| matches!(record, Record::Grant(_))).count();
    assert_eq!(grants, 7_999);
}

/// A small spreadsheet to break.
fn spreadsheet() -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, cells) in (0..).zip([["id", "class", "created"], ["a", "human", "2026-01-01"], ["b", "ai", ""]])
    {
        for (column, cell) in (0..).zip(cells) {
            sheet.write_string(row, column, cell).unwrap();
        }
    }
    book.save_to_buffer().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn broken_files_are_refused_and_never_panic(
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..8),
        cut in any::<proptest::sample::Index>(),
        text in "(id|class|created|enabled)(,(id|class|name|created)){0,3}\n[\\PC\n\",;\\x00]{0,80}",
        is_cut in any::<bool>(),
    ) {
        let mut bytes = spreadsheet();
        for (at, byte) in changes {
            *at.get_mut(&mut bytes) = byte;
        }
        if is_cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        let folder = tempfile::tempdir().unwrap();
        recognised(&bytes);
        recognised(text.as_bytes());
        for (name, content) in [("a.xlsx", bytes), ("b.csv", text.into_bytes())] {
            if let Err(error) = pull("register-identities", &write(&folder, name, content)) {
                prop_assert!(error.help().is_some(), "{error}");
            }
        }
    }
}
