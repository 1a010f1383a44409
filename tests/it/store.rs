//! The database keeps what it was given, refuses what is not its own, and shows nobody else anything.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use proptest::prelude::*;
use trueup::model::assessment::{Answer, Begun, Claim, Document, Edit, Respondent, Stamped};
use trueup::model::inventory::{Account, Fact, Record};
use trueup::model::pull::{Manifest, Outcome, Preflight};
use trueup::model::{AssessmentId, Level, PullId, QuestionId};
use trueup::store::{Appended, Packer, Store, StoreError};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + second).unwrap()
}

fn begun(id: &str, second: i64) -> Begun {
    Begun {
        id: AssessmentId::new(id),
        pack: "ai-agent-readiness".into(),
        pack_version: "1.0.0".to_owned(),
        organisation: "Halden; drop table edit; -- 'Mills'".to_owned(),
        unit: None,
        period: "2026-Q4".to_owned(),
        at: at(second),
    }
}

fn claim(by: &str, level: u8) -> Edit {
    let claim = Claim {
        by: by.into(),
        role: "iam_lead".into(),
        answer: Answer::Level(Level::new(level).unwrap()),
        confidence: None,
        note: "\u{1b}[2J \"quoted\" \u{0}".to_owned(),
    };
    Edit::Claim { question: "INV-01".into(), claim }
}

fn stamped(seq: u64, what: Edit) -> Stamped<Edit> {
    Stamped { seq, at: at(0), actor: "anna".to_owned(), what }
}

fn manifest(id: &str) -> Manifest {
    Manifest {
        id: PullId::new(id),
        connector: "register-identities".to_owned(),
        source: "register".to_owned(),
        origin: "people.csv".to_owned(),
        started: at(0),
        ended: at(1),
        taken: at(0),
        outcome: Outcome::Whole,
        bytes: 10,
        rows: Vec::new(),
        preflight: Preflight::default(),
        asked: Vec::new(),
        refusals: Vec::new(),
        more_refusals: 0,
        digest: String::new(),
        tool: "0".to_owned(),
    }
}

fn account(number: usize) -> Record {
    Record::Account(Account {
        id: format!("account-{number}"),
        name: "Zoë \u{202e}\n=cmd()".to_owned(),
        owner: Fact::Absent,
        is_enabled: Fact::Known(true),
        ..Account::default()
    })
}

/// A folder with a database that holds one assessment, closed again.
async fn made() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("inner/deep/trueup.db");
    let store = Store::open(&path).await.unwrap();
    store.begin(&begun("a", 0)).await.unwrap();
    store.append(&"a".into(), &[stamped(1, claim("anna", 3))]).await.unwrap();
    store.close().await;
    (folder, path)
}

/// Changes one big-endian number in a file's header.
fn poke(path: &Path, place: usize, value: u32) {
    let mut bytes = fs::read(path).unwrap();
    bytes[place..place + 4].copy_from_slice(&value.to_be_bytes());
    fs::write(path, bytes).unwrap();
}

async fn refused_untouched(path: &Path, expected: &str) {
    let before = fs::read(path).unwrap();
    let names = || fs::read_dir(path.parent().unwrap()).unwrap().count();
    let count = names();
    let error = Store::open(path).await.unwrap_err();
    assert!(matches!(error, StoreError::Foreign { .. }) && error.to_string().contains(expected), "{error}");
    assert_eq!(fs::read(path).unwrap(), before);
    assert_eq!(names(), count, "no journal was made beside it");
}

#[tokio::test]
async fn what_was_written_is_read_back_after_closing_and_without_closing() {
    let (_folder, path) = made().await;
    let store = Store::open(&path).await.unwrap();
    let second = Respondent { id: "bo".into(), role: "ciso".into() };
    store.append(&"a".into(), &[stamped(2, Edit::Join(second)), stamped(3, Edit::Close)]).await.unwrap();
    // The first store is still open, as it is when its program is killed.
    let other = Store::open(&path).await.unwrap();
    let edits = other.edits(&"a".into()).await.unwrap();
    assert_eq!(edits.len(), 3);
    assert_eq!(edits[0], stamped(1, claim("anna", 3)));
    assert_eq!(edits[2].what, Edit::Close);
    assert_eq!(other.assessments().await.unwrap()[0].begun, begun("a", 0));
    assert_eq!(other.assessments().await.unwrap()[0].seq, 3);
}

#[tokio::test]
async fn assessments_are_listed_newest_first() {
    let (_folder, path) = made().await;
    let store = Store::open(&path).await.unwrap();
    store.begin(&begun("older", -60)).await.unwrap();
    store.begin(&begun("newer", 60)).await.unwrap();
    let listed = store.assessments().await.unwrap();
    let ids: Vec<_> = listed.iter().map(|listed| listed.begun.id.as_str()).collect();
    assert_eq!(ids, ["newer", "a", "older"]);
}

#[tokio::test]
async fn a_number_is_given_once_and_the_loser_writes_nothing() {
    let (_folder, path) = made().await;
    let store = Store::open(&path).await.unwrap();
    let late = [stamped(2, Edit::Close), stamped(1, Edit::Reopen)];
    assert_eq!(store.append(&"a".into(), &late).await.unwrap(), Appended::Behind);
    assert_eq!(store.edits(&"a".into()).await.unwrap().len(), 1);
}

#[tokio::test]
async fn edits_of_an_unknown_assessment_are_refused() {
    let (_folder, path) = made().await;
    let store = Store::open(&path).await.unwrap();
    let error = store.append(&"nobody".into(), &[stamped(1, Edit::Close)]).await.unwrap_err();
    assert!(error.to_string().contains("no assessment"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_writers_lose_nothing_and_leave_no_gap() {
    const EACH: usize = 40;
    let (_folder, path) = made().await;
    let writer = |name: &'static str| {
        let path = path.clone();
        tokio::spawn(async move {
            let store = Store::open(&path).await.unwrap();
            let mut written = 0;
            while written < EACH {
                let seq = store.last_seq(&"a".into()).await.unwrap() + 1;
                let edit = stamped(seq, claim(name, 2));
                if store.append(&"a".into(), &[edit]).await.unwrap() == Appended::Yes {
                    written += 1;
                }
            }
        })
    };
    let (one, two) = tokio::join!(writer("one"), writer("two"));
    one.unwrap();
    two.unwrap();
    let edits = Store::open(&path).await.unwrap().edits(&"a".into()).await.unwrap();
    let numbers: Vec<_> = edits.iter().map(|edit| edit.seq).collect();
    assert_eq!(numbers, (1..=1 + 2 * EACH as u64).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn many_programs_that_start_at_once_make_one_database() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("trueup.db");
    let starts = (0..8).map(|number| {
        let path = path.clone();
        tokio::spawn(async move {
            let store = Store::open(&path).await.unwrap();
            store.begin(&begun(&format!("a{number}"), number)).await.unwrap();
            store.close().await;
        })
    });
    for start in starts.collect::<Vec<_>>() {
        start.await.unwrap();
    }
    assert_eq!(Store::open(&path).await.unwrap().assessments().await.unwrap().len(), 8);
    let drafts = fs::read_dir(folder.path())
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().path().extension().is_some_and(|ending| ending == "new"));
    assert_eq!(drafts.count(), 0);
}

#[tokio::test]
async fn a_pull_comes_back_record_for_record_and_its_digest_tells_the_content() {
    let (_folder, path) = made().await;
    let store = Store::open(&path).await.unwrap();
    let records: Vec<_> = (0..20_000).map(account).collect();
    let pack = |records: &[Record]| {
        let mut packer = Packer::default();
        for record in records {
            packer.push(record).unwrap();
        }
        packer.finish(manifest("p"))
    };
    let bundle = pack(&records);
    assert_eq!(bundle.manifest().rows, [("accounts".to_owned(), 20_000)]);
    assert_eq!(bundle.manifest().digest, pack(&records).manifest().digest);
    assert_ne!(bundle.manifest().digest, pack(&records[1..]).manifest().digest);
    let edits = [stamped(2, Edit::UsePull("p".into()))];
    assert_eq!(store.keep_pull(&"a".into(), &bundle, &edits).await.unwrap(), Appended::Yes);
    let pulled = store.pulled(&"p".into()).await.unwrap().unwrap();
    assert_eq!(&pulled.manifest, bundle.manifest());
    assert_eq!(pulled.records, records);
    assert_eq!(store.pulled(&"q".into()).await.unwrap(), None);
}

#[tokio::test]
async fn a_pull_whose_edit_comes_too_late_leaves_no_record() {
    let (_folder, path) = made().await;
    let store = Store::open(&path).await.unwrap();
    let mut packer = Packer::default();
    packer.push(&account(1)).unwrap();
    let bundle = packer.finish(manifest("p"));
    let edits = [stamped(1, Edit::UsePull("p".into()))];
    assert_eq!(store.keep_pull(&"a".into(), &bundle, &edits).await.unwrap(), Appended::Behind);
    assert_eq!(store.pulled(&"p".into()).await.unwrap(), None);
}

#[tokio::test]
async fn a_newer_database_is_refused_untouched() {
    let (_folder, path) = made().await;
    poke(&path, 60, 9_000);
    refused_untouched(&path, "a newer trueup made it").await;
}

#[tokio::test]
async fn a_database_of_another_program_is_refused_untouched() {
    let (_folder, path) = made().await;
    poke(&path, 68, 0);
    refused_untouched(&path, "another program").await;
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_untouched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("letter.txt");
    fs::write(&path, "Dear Anna").unwrap();
    refused_untouched(&path, "not a SQLite file").await;
}

#[tokio::test]
async fn a_folder_and_a_path_through_a_file_are_refused_in_words() {
    let (folder, path) = made().await;
    let error = Store::open(folder.path()).await.unwrap_err().to_string();
    assert!(error.contains("it is a folder"), "{error}");
    let error = Store::open(&path.join("below")).await.unwrap_err().to_string();
    assert!(error.contains("not a folder"), "{error}");
}

#[tokio::test]
async fn an_empty_file_becomes_a_database() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("empty.db");
    fs::write(&path, "").unwrap();
    Store::open(&path).await.unwrap().begin(&begun("a", 0)).await.unwrap();
}

#[tokio::test]
async fn a_torn_database_says_that_it_is_damaged() {
    let (_folder, path) = made().await;
    let mut bytes = fs::read(&path).unwrap();
    bytes[100..].fill(0xa5);
    fs::write(&path, bytes).unwrap();
    let error = match Store::open(&path).await {
        Ok(store) => store.assessments().await.unwrap_err(),
        Err(error) => error,
    };
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_can_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, path) = made().await;
    let store = Store::open(&path).await.unwrap();
    store.append(&"a".into(), &[stamped(2, Edit::Close)]).await.unwrap();
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    for name in ["trueup.db", "trueup.db-wal", "trueup.db-shm"] {
        assert_eq!(mode(&path.with_file_name(name)), 0o600, "{name}");
    }
    assert_eq!(mode(&folder.path().join("inner")), 0o700);
    assert_eq!(mode(&folder.path().join("inner/deep")), 0o700);
}

fn any_edit() -> impl Strategy<Value = Edit> {
    let question = "[A-Z]{3}-[0-9]{2}".prop_map(QuestionId::new);
    prop_oneof![
        ("\\PC{0,12}", ".{0,30}", 0_u8..5).prop_map(|(by, note, level)| {
            let Edit::Claim { question, claim: mut given } = claim(&by, level) else { unreachable!() };
            given.note = note;
            Edit::Claim { question, claim: given }
        }),
        (question, ".{1,20}", 0_u8..5).prop_map(|(question, title, level)| Edit::Attach {
            question,
            document: Document {
                title,
                level: Level::new(level).unwrap(),
                accepted_by: "Åsa".to_owned(),
                date: "2026-10-31".parse().unwrap(),
                quote: String::new(),
            },
        }),
        Just(Edit::Close),
        Just(Edit::Reopen),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn any_edits_come_back_as_they_were(edits in proptest::collection::vec(any_edit(), 1..20)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let edits: Vec<_> = (1..).zip(edits).map(|(seq, edit)| stamped(seq, edit)).collect();
        let read = runtime.block_on(async {
            let folder = tempfile::tempdir().unwrap();
            let store = Store::open(&folder.path().join("trueup.db")).await.unwrap();
            store.begin(&begun("a", 0)).await.unwrap();
            store.append(&"a".into(), &edits).await.unwrap();
            store.edits(&"a".into()).await.unwrap()
        });
        prop_assert_eq!(read, edits);
    }
}
