//! An answer that was shown as saved is there, whatever happens to the program.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use trueup::model::assessment::{Answer, Edit};
use trueup::store::Store;

const KILLS: usize = 200;

/// Answers line by line until the program is killed; returns what it had shown as saved: question and level.
fn answer_and_kill(database: &Path, respondent: &str, after: usize) -> BTreeMap<String, u8> {
    let mut program = Command::new(env!("CARGO_BIN_EXE_trueup"))
        .args(["ask", "--plain", "--role", "iam_lead", "--respondent", respondent, "--db"])
        .arg(database)
        .env("TRUEUP_DATA", database.parent().unwrap())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let answers = "0\n1\n2\n3\n4\n".repeat(10);
    program.stdin.take().unwrap().write_all(answers.as_bytes()).unwrap();
    let mut shown = BufReader::new(program.stdout.take().unwrap());
    let mut said = String::new();
    while said.matches("\nsaved ").count() < after {
        assert!(shown.read_line(&mut said).unwrap() > 0, "the program ended by itself:\n{said}");
    }
    program.kill().unwrap();
    program.wait().unwrap();
    // What was already in the pipe was shown as well.
    shown.read_to_string(&mut said).unwrap();
    said.lines().filter_map(saved).collect()
}

/// Reads `saved INV-01 3`; a line that was cut off is not yet shown.
fn saved(line: &str) -> Option<(String, u8)> {
    let (question, level) = line.strip_prefix("saved ")?.split_once(' ')?;
    Some((question.to_owned(), level.parse().ok()?))
}

async fn kept(database: &Path, respondent: &str) -> BTreeMap<String, u8> {
    let store = Store::open(database).await.unwrap();
    let id = store.assessments().await.unwrap().remove(0).begun.id;
    let edits = store.edits(&id).await.unwrap();
    store.close().await;
    let numbers: Vec<_> = edits.iter().map(|edit| edit.seq).collect();
    assert_eq!(numbers, (1..=edits.len() as u64).collect::<Vec<_>>());
    let claims = edits.into_iter().filter_map(|edit| match edit.what {
        Edit::Claim { question, claim } if claim.by.as_str() == respondent => match claim.answer {
            Answer::Level(level) => Some((question.to_string(), level.get())),
            _ => None,
        },
        _ => None,
    });
    claims.collect()
}

#[tokio::test]
async fn no_answer_shown_as_saved_is_lost_when_the_program_is_killed_200_times() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("trueup.db");
    let begun = Command::new(env!("CARGO_BIN_EXE_trueup"))
        .args(["new", "--organisation", "Halden Mills", "--period", "2026-Q4", "--db"])
        .arg(&database)
        .env("TRUEUP_DATA", folder.path())
        .output()
        .unwrap();
    assert!(begun.status.success());
    let mut total = 0;
    for kill in 0..KILLS {
        let respondent = format!("respondent {kill}");
        let shown = answer_and_kill(&database, &respondent, kill % 9);
        let kept = kept(&database, &respondent).await;
        for (question, level) in &shown {
            assert_eq!(kept.get(question), Some(level), "kill {kill}: {question} was shown as saved");
        }
        total += shown.len();
    }
    assert!(total >= KILLS * 3, "{total} answers are too few to mean anything");
}
