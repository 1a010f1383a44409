//! The real program, called as a script calls it.

use std::fs;
use std::path::Path;
#[cfg(unix)]
use std::process::Command;
use std::process::Stdio;

use crate::desk::{Desk, Ran, demo};
use crate::kit;

#[test]
fn the_whole_way_works_without_a_screen() {
    let desk = Desk::answered();
    let receipts = desk.json(&["pull", &demo("measurements.toml")]);
    assert_eq!(receipts[0]["origin"], "measurements.toml");
    assert_eq!(receipts[0]["outcome"], "whole");
    let score = desk.json(&["score"]);
    let figure = |key: &str| format!("{:.1}", score[key].as_f64().unwrap());
    let figures = ["claimed", "floor", "claim_filled", "ceiling", "gap_on_verified"].map(figure);
    assert_eq!(figures, ["71.7", "27.7", "42.7", "48.1", "36.8"]);
    assert_eq!(score["class"], "Forming");
    for key in ["evidence", "verified_weight", "over_claimed_weight", "under_claimed_weight", "domains"] {
        assert!(!score[key].is_null(), "{key}");
    }
    for key in ["question", "weight", "gate", "claimed", "floor", "ceiling", "basis", "verdict", "because"] {
        assert!(score["rows"].as_array().unwrap().iter().all(|row| row.get(key).is_some()), "{key}");
    }
    let coverage = desk.json(&["explain", "scope.coverage"])["value"]["known"].as_f64();
    assert!((coverage.unwrap() - 20.0 / 24.0).abs() < 1e-9, "derived from 20 of 24 systems: {coverage:?}");
    let text = desk.done(&["score"]);
    for said in ["71.7", "27.7", "42.7", "48.1", "+36.8", "Forming", "Halden Mills"] {
        assert!(text.contains(said), "{said} is missing:\n{text}");
    }
    let out = desk.path("board").display().to_string();
    let files = desk.json(&["export", "png", "svg", "json", "csv", "--out", &out]);
    assert!(files.as_array().unwrap().len() >= 4);
    for file in files.as_array().unwrap() {
        assert!(Path::new(file.as_str().unwrap()).metadata().unwrap().len() > 0);
    }
    let leftovers = fs::read_dir(&out)
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().path().extension().is_some_and(|ending| ending == "part"));
    assert_eq!(leftovers.count(), 0);
}

#[test]
fn an_aws_account_becomes_evidence_and_a_second_pull_stands_in_for_the_first() {
    let Some(sample) = kit::shared("samples/aws/authz-details-example.json") else { return };
    let desk = Desk::begun();
    let sample = sample.display().to_string();
    let first = desk.json(&["pull", &sample]);
    let second = desk.json(&["pull", &sample]);
    assert_eq!(first[0]["digest"], second[0]["digest"]);
    let receipts = desk.json(&["sources", "receipt"]);
    assert_eq!(receipts.as_array().unwrap().len(), 1);
    assert_eq!(receipts[0]["id"], second[0]["id"]);
    let measured = desk.json(&["explain", "human.users.total"]);
    assert_eq!(measured["kind"], "metric");
    assert!(desk.done(&["explain", "human.users.total"]).contains("definition"));
}

#[test]
fn a_pack_file_of_ones_own_can_be_assessed_with_and_is_found_again() {
    let own = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/fixtures/packs/own/acme-basics.toml");
    let desk = Desk::new();
    let begun = desk.json(&["new", "--pack", own, "--organisation", "Acme", "--period", "2026-Q4"]);
    assert_eq!(begun["pack"], "acme-basics");
    assert_eq!(desk.json(&["score"])["pack"], "acme-basics");
    assert!(desk.done(&["packs", "list"]).contains("acme-basics"));
    let other = std::fs::read_to_string(own).unwrap() + "\n# another one\n";
    let other = desk.file("other.toml", other);
    let again = ["new", "--pack", other.as_str(), "--organisation", "Acme", "--period", "2026-Q4"];
    desk.refused(&again, "another pack `acme-basics`");
    let broken = desk.file("broken.toml", "schema = \"trueup.pack/1\"\n[pack]\nid = 4\n");
    desk.refused(&["new", "--pack", &broken, "--organisation", "Acme", "--period", "2026-Q4"], "broken.toml");
    desk.refused(&["new", "--pack", "./missing.toml", "--organisation", "Acme"], "missing.toml");
}

#[test]
fn a_preflight_keeps_nothing() {
    let desk = Desk::begun();
    let before = desk.content();
    assert!(desk.done(&["pull", "--preflight", &demo("measurements.toml")]).contains("read as"));
    assert_eq!(desk.content(), before);
    let misspelt = desk.file("m.csv", "metric,value,coverage,source,date\nai.agent.total,3,,,\n");
    desk.refused(&["pull", "--preflight", &misspelt], "did you mean `ai.agents.total`?");
}

#[test]
fn every_template_can_be_pulled_as_it_is() {
    let desk = Desk::begun();
    for kind in ["identities", "agents", "grants", "credentials", "tools"] {
        let file = desk.file(&format!("{kind}.csv"), desk.done(&["sources", "template", kind]));
        let receipts = desk.json(&["pull", &file]);
        assert_eq!(receipts[0]["connector"], format!("register-{kind}"));
        assert!(desk.done(&["sources", "template", kind, "--columns"]).contains("accepts"));
    }
    for kind in ["scope", "measurements"] {
        let file = desk.file(&format!("{kind}.toml"), desk.done(&["sources", "template", kind]));
        desk.done(&["pull", &file]);
    }
    desk.refused(&["sources", "template", "agent"], "did you mean `agents`?");
}

#[test]
fn importing_twice_saves_nothing_twice() {
    let desk = Desk::answered();
    let again = desk.json(&["ask", "--from", &demo("answers.csv")]);
    assert_eq!(again["saved"], 0);
    assert_eq!(desk.json(&["attach", "--from", &demo("documents.csv")])["saved"], 0);
}

#[test]
fn a_score_below_the_limit_ends_with_three_and_still_prints() {
    let desk = Desk::answered();
    let short = desk.run(&["score", "--fail-under", "90"]);
    assert_eq!(short.code, 3, "{}", short.err);
    assert!(short.out.contains("Halden Mills"));
    assert_eq!(desk.run(&["score", "--fail-under", "0"]).code, 0);
    assert_eq!(desk.run(&["score", "--fail-under", "120"]).code, 2);
}

#[test]
fn wrong_usage_ends_with_two() {
    let desk = Desk::new();
    for wrong in [&["frobnicate"][..], &["new"], &["pull"], &["score", "--no-such-flag"]] {
        let ran = desk.run(wrong);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{wrong:?}: {}", ran.err);
        assert!(ran.err.contains("Usage"), "{wrong:?}: {}", ran.err);
    }
    for screen in [&[][..], &["ask"], &["demo"]] {
        let ran = desk.run(screen);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{screen:?}");
        assert!(ran.err.contains("terminal"), "{screen:?}: {}", ran.err);
    }
}

#[test]
fn without_an_assessment_a_sentence_says_how_to_begin_one() {
    let desk = Desk::new();
    let ran = desk.run(&["score"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("no assessment yet") && ran.err.contains("trueup new"), "{}", ran.err);
}

#[test]
fn new_refuses_what_it_cannot_mean() {
    let desk = Desk::begun();
    let new = |more: &[&str], sentence: &str| {
        let base = ["new", "--organisation", "X", "--period", "2026-Q4"];
        desk.refused(&[&base[..], more].concat(), sentence);
    };
    new(&["--pack", "ai-agent-readyness"], "there is no pack");
    new(&["--unit", "  "], "the unit has no name");
    desk.refused(&["new", "--organisation", "X", "--period", "Q4"], "`Q4` is not a quarter");
    desk.refused(&["new", "--organisation", " ", "--period", "2026-Q4"], "the organisation has no name");
}

#[test]
fn an_assessment_is_named_by_how_its_id_begins_or_ends() {
    let desk = Desk::begun();
    let first = desk.json(&["list"])[0]["begun"]["id"].as_str().unwrap().to_owned();
    desk.done(&["new", "--organisation", "Other", "--period", "2026-Q3"]);
    let named = |id: &str| desk.done(&["score", "--assessment", id]);
    assert!(named(&first).contains("Halden Mills"));
    assert!(named(&first[first.len() - 8..]).contains("Halden Mills"));
    assert!(desk.done(&["score"]).contains("Other"), "the newest is meant");
    desk.refused(&["score", "--assessment", "zzz"], "there is no assessment `zzz`");
    desk.refused(&["score", "--assessment", &first[..2]], "several assessments");
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let desk = Desk::answered();
    for arguments in
        [&["score", "--json", "--all"][..], &["packs", "show", "ai-agent-readiness"], &["--help"]]
    {
        let mut program = desk.command(arguments);
        let mut program = program.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(program.stdout.take());
        let ended = program.wait_with_output().unwrap();
        assert!(ended.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&ended.stderr));
        assert!(ended.stderr.is_empty(), "{}", String::from_utf8_lossy(&ended.stderr));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_output_is_a_failure_in_words() {
    let desk = Desk::begun();
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let ran = ran_into(desk.command(&["packs"]), full);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("could not write the output"), "{}", ran.err);
}

#[cfg(target_os = "linux")]
fn ran_into(mut command: Command, output: fs::File) -> Ran {
    let child = command.stdout(output).stderr(Stdio::piped()).spawn().unwrap();
    let output = child.wait_with_output().unwrap();
    let err = String::from_utf8_lossy(&output.stderr).into_owned();
    Ran { code: output.status.code().unwrap_or(-1), out: String::new(), err }
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_with_130_and_keeps_what_was_saved() {
    use std::io::{BufRead, BufReader, Write};
    let desk = Desk::begun();
    let mut command = desk.command(&["ask", "--plain", "--role", "ciso"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut program = command.spawn().unwrap();
    let mut keyboard = program.stdin.take().unwrap();
    keyboard.write_all(b"3\n").unwrap();
    let mut shown = BufReader::new(program.stdout.take().unwrap()).lines();
    assert!(shown.any(|line| line.unwrap() == "saved SELF-01 3"));
    let number = program.id().to_string();
    assert!(Command::new("kill").args(["-INT", &number]).status().unwrap().success());
    let ended = program.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(130));
    assert!(String::from_utf8_lossy(&ended.stderr).contains("interrupted"));
    assert_eq!(desk.content().matches("SELF-01").count(), 1);
}

#[test]
fn answers_are_given_line_by_line() {
    use std::io::Write;
    let desk = Desk::begun();
    let answer = |lines: &str| {
        let mut command = desk.command(&["ask", "--plain", "--role", "ciso", "--respondent", "Åsa"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut program = command.spawn().unwrap();
        program.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
        let ended = program.wait_with_output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ran { code: ended.status.code().unwrap(), out: text(&ended.stdout), err: text(&ended.stderr) }
    };
    let first = answer("2\ndk\nskip\nback\n3\nquit\n");
    assert_eq!(first.code, 0, "{}", first.err);
    assert!(
        first.out.contains("saved SELF-01 2") && first.out.ends_with("3 answers saved\n"),
        "{}",
        first.out
    );
    let wrong = answer("nine\n");
    assert_eq!(wrong.code, 2);
    assert!(
        wrong.err.contains("that is no answer") && wrong.err.contains("0, 1, 2, 3 or 4"),
        "{}",
        wrong.err
    );
    let second = answer("");
    assert!(!second.out.contains("SELF-01"), "the self-rating is sealed:\n{}", second.out);
    assert!(second.out.contains("0 answers saved"), "{}", second.out);
}

#[test]
fn completions_and_the_manual_are_printed() {
    let desk = Desk::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(desk.done(&["completions", shell]).contains("trueup"), "{shell}");
    }
    assert!(desk.done(&["man"]).contains(".TH trueup"));
    let schema: serde_json::Value = serde_json::from_str(&desk.done(&["schema"])).unwrap();
    assert!(jsonschema::meta::is_valid(&schema));
    assert_eq!(desk.done(&["schema", "scorecard"]), desk.done(&["schema"]));
    assert!(!desk.path("trueup.db").exists(), "no database is needed for that");
}

#[test]
fn the_reference_of_commands_is_current() {
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/cli.md");
    let fresh = trueup::cli::reference();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&kept, &fresh).unwrap();
    }
    assert_eq!(fs::read_to_string(&kept).unwrap(), fresh, "run the test with UPDATE_DOCS=1");
}

#[test]
fn the_list_of_sources_is_current() {
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/sources.md");
    let fresh = trueup::cli::sources_reference();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&kept, &fresh).unwrap();
    }
    assert_eq!(fs::read_to_string(&kept).unwrap(), fresh, "run the test with UPDATE_DOCS=1");
}

#[test]
fn colours_appear_only_where_somebody_sees_them() {
    let desk = Desk::answered();
    for arguments in [&["score"][..], &["list"], &["packs"], &["packs", "show", "workshop-90min"]] {
        assert!(!desk.done(arguments).contains('\u{1b}'), "{arguments:?}");
    }
}

#[test]
fn records_that_were_changed_from_outside_are_found_by_their_receipt() {
    let desk = Desk::begun();
    let file = desk.file("people.csv", "id,class,enabled\nanna,human,yes\nbo,human,yes\n");
    desk.done(&["pull", &file]);
    assert!(desk.run(&["sources", "receipt", "--verify"]).err.contains("1 pull are those of their receipts"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let database = format!("sqlite://{}", desk.path("trueup.db").display());
        let pool = sqlx::SqlitePool::connect(&database).await.unwrap();
        let change = "update record set body = replace(body, 'anna', 'emma')";
        assert_eq!(sqlx::query(change).execute(&pool).await.unwrap().rows_affected(), 1);
        pool.close().await;
    });
    desk.refused(&["sources", "receipt", "--verify"], "are not those of its receipt");
}

#[test]
fn what_was_kept_is_told_though_another_file_fails_and_open_questions_are_named() {
    let desk = Desk::begun();
    let file = desk.file("people.csv", "id,class,enabled\nanna,human,yes\n");
    let ran = desk.run(&["pull", &file, &desk.path("nothing.csv").display().to_string()]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("people.csv") && ran.out.contains("kept      1 accounts"), "{}", ran.out);
    assert!(ran.err.contains("1 of 2 files were read and kept"), "{}", ran.err);
    let shown = desk.done(&["pull", "--preflight", &file]);
    assert!(shown.contains("facts     3 of 10") && shown.contains("question"), "{shown}");
}
