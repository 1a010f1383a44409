//! Wrong input is refused with a sentence and a remedy, ends with 1 or 2, and changes nothing.

use std::fs::{self, File};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::desk::{Desk, demo, ran};
use crate::kit;

/// The longest that a refusal of a huge file may take; reading it whole takes much longer.
const AT_ONCE: Duration = Duration::from_secs(3);

const HEADER: &str = "question,respondent,role,answer,confidence,note\n";

fn refused_answers(desk: &Desk, rows: &str, sentence: &str) {
    let file = desk.file("answers.csv", format!("{HEADER}{rows}"));
    desk.refused(&["ask", "--from", &file], sentence);
}

#[test]
fn files_that_are_no_evidence() {
    let desk = Desk::answered();
    let pull = |file: &str, sentence: &str| {
        desk.refused(&["pull", file], sentence);
    };
    pull(&desk.file("empty.json", ""), "it is empty");
    pull(
        &desk.file("other.json", r#"{"widgets": [1, 2], "colour": "red"}"#),
        "JSON of another kind, with the keys `widgets`",
    );
    pull(&desk.file("other.csv", "colour,size\nred,4\n"), "a table with the columns colour,size");
    pull(&desk.file("page.html", "<html></html>"), "XML or HTML");
    pull(&desk.file("noise.bin", [0xff, 0xfe, 0x00, 0x80, 0x81]), "binary data");
    pull(&desk.path("nowhere.json").display().to_string(), "it does not exist");
    pull(&desk.path("").display().to_string(), "it is a folder");
    #[cfg(unix)]
    pull("/dev/null", "a device or a pipe");
}

#[test]
fn a_cut_off_file_is_told_from_a_whole_one() {
    let Some(sample) = kit::shared("samples/aws/authz-details-example.json") else { return };
    let desk = Desk::answered();
    let whole = fs::read(sample).unwrap();
    for length in [whole.len() / 2, whole.len() - 2] {
        let cut = desk.file("cut.json", &whole[..length]);
        desk.refused(&["pull", &cut], "cut.json");
    }
}

#[test]
fn a_gigabyte_of_zeros_is_refused_at_once() {
    let desk = Desk::answered();
    let path = desk.path("zeros.json");
    File::create(&path).unwrap().set_len(1 << 30).unwrap();
    let begun = Instant::now();
    let ran = desk.run(&["pull", &path.display().to_string()]);
    assert!(begun.elapsed() < AT_ONCE, "took {:?}", begun.elapsed());
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("only zero bytes"), "{}", ran.err);
}

#[test]
fn the_first_wrong_file_of_several_is_named_and_the_ones_before_are_kept() {
    let desk = Desk::answered();
    let empty = desk.file("empty.csv", "");
    let ran = desk.run(&["pull", &demo("measurements.toml"), &empty]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.err.contains("1 of 2 files were read and kept") && ran.err.contains("empty.csv"),
        "{}",
        ran.err
    );
    assert_eq!(desk.json(&["sources", "receipt"]).as_array().unwrap().len(), 1);
}

#[test]
fn wrong_answers_name_row_and_column() {
    let desk = Desk::begun();
    let refused = |rows: &str, sentence: &str| refused_answers(&desk, rows, sentence);
    let good = "INV-01,anna,iam_lead,3,,\n";
    refused(&format!("{good}INV-02,anna,iam_lead,5,,\n"), "row 3, column `answer`: `5` is not accepted");
    refused("INV-1,anna,iam_lead,3,,\n", "row 2, column `question`");
    refused("INV-1,anna,iam_lead,3,,\n", "did you mean `INV-01`?");
    refused("INV-01,anna,iam_leed,3,,\n", "did you mean `iam_lead`?");
    refused("INV-01,,iam_lead,3,,\n", "row 2, column `respondent`: the cell is empty");
    refused("INV-01,anna,iam_lead,3,certain,\n", "sure, think or guess");
    refused("CLS-01,anna,iam_lead,na,,no such thing\n", "CLS-01 is a gate");
    refused("SELF-01,anna,iam_lead,na,,no\n", "SELF-01 is the self-rating");
    refused("CLS-03,anna,iam_lead,na,,\n", "without a reason");
    refused(&format!("{good}{good}"), "row 3, column `question`: anna answers INV-01 twice");
    refused("INV-01,anna,iam_lead,3\n", "row 2: it has 4 cells where the header has 6");
}

#[test]
fn wrong_headers_and_texts_are_refused() {
    let desk = Desk::begun();
    let refused = |content: &[u8], sentence: &str| {
        let file = desk.file("answers.csv", content);
        desk.refused(&["ask", "--from", &file], sentence);
    };
    refused(b"question,respondent,answer\nINV-01,anna,3\n", "there is no column `role`");
    refused(b"question,respondent,role,anwser,answer\n", "did you mean `answer`?");
    refused(b"question,question,respondent,role,answer\n", "the column `question` is there twice");
    refused(b"question,respondent,role,answer\nINV-01,Ren\xe9,ciso,3\n", "row 2: it is not UTF-8 text");
    refused(b"", "there is no column `question`");
}

#[test]
fn one_wrong_cell_in_row_40000_takes_nothing_over() {
    let desk = Desk::begun();
    let row = |row: u32| {
        let answer = if row == 40_000 { "yes" } else { "3" };
        format!("INV-01,person {row},iam_lead,{answer},,")
    };
    let rows: Vec<_> = (2..=50_000).map(row).collect();
    refused_answers(&desk, &rows.join("\n"), "row 40,000, column `answer`: `yes` is not accepted");
}

#[test]
fn one_wrong_cell_in_row_40000_of_a_register_keeps_nothing_of_it() {
    let desk = Desk::begun();
    let row = |row: u32| format!("person-{row},{}", if row == 40_000 { "robot" } else { "human" });
    let rows: Vec<_> = (2..=50_000).map(row).collect();
    let file = desk.file("identities.csv", format!("id,class\n{}\n", rows.join("\n")));
    let ran = desk.refused(&["pull", &file], "row 40,000, column `class`");
    assert!(ran.err.contains("human, machine, ai"), "{}", ran.err);
}

#[test]
fn spreadsheets_of_other_countries_are_read() {
    let desk = Desk::begun();
    let text = "\u{feff}Question;Respondent;Role;Answer;Note\r\nINV-01;Åsa;iam_lead;3;\"a; b\"\r\n;;;;\r\n";
    let file = desk.file("answers.csv", text);
    assert_eq!(desk.json(&["ask", "--from", &file])["saved"], 1);
}

#[test]
fn wrong_documents_name_row_and_column() {
    let desk = Desk::begun();
    let refused = |row: &str, sentence: &str| {
        let file =
            desk.file("documents.csv", format!("question,document,level,accepted_by,date,quote\n{row}\n"));
        desk.refused(&["attach", "--from", &file], sentence);
    };
    refused("INV-01,Policy,4,Bo,31.10.2026,", "row 2, column `date`: `31.10.2026` is not a day");
    refused("INV-01,Policy,high,Bo,2026-10-31,", "row 2, column `level`: `high` is not accepted");
    refused("INV-99,Policy,4,Bo,2026-10-31,", "row 2, column `question`");
    refused("SELF-01,Policy,4,Bo,2026-10-31,", "row 2, column `question`");
    refused("INV-01,Policy,4,,2026-10-31,", "row 2, column `accepted_by`: the cell is empty");
}

#[test]
fn unknown_names_are_met_with_the_nearest_one() {
    let desk = Desk::answered();
    let out = desk.path("out").display().to_string();
    desk.refused(&["export", "jsn", "--out", &out], "did you mean `json`?");
    desk.refused(&["explain", "INV-1"], "did you mean `INV-01`?");
    desk.refused(&["explain", "human.user.total"], "did you mean `human.users.total`?");
    desk.refused(&["ask", "--plain", "--role", "siso"], "did you mean `ciso`?");
    desk.refused(&["ask", "--plain"], "in which role");
    assert!(!desk.path("out").exists());
}

#[test]
fn a_folder_for_exports_that_is_a_file_is_refused() {
    let desk = Desk::answered();
    let file = desk.file("board", "");
    desk.refused(&["export", "json", "--out", &file], "it is a file, not a folder");
}

#[test]
fn names_cannot_steer_the_terminal() {
    let desk = Desk::new();
    let name = "Evil\u{1b}[2J\u{202e}=cmd()<script>\u{7}";
    desk.done(&["new", "--organisation", name, "--unit", name, "--period", "2026-Q4"]);
    let file = desk.file("answers.csv", format!("{HEADER}INV-01,{name},ciso,3,,{name}\n"));
    desk.done(&["ask", "--from", &file]);
    for arguments in [&["score"][..], &["list"], &["explain", "INV-01"], &["score", "--all"]] {
        let shown = desk.done(arguments);
        assert!(!shown.contains(['\u{1b}', '\u{202e}', '\u{7}']), "{arguments:?}: {shown:?}");
    }
    let ran = desk.run(&["pull", &desk.file("evil\u{1b}[31m.txt", "x")]);
    assert!(ran.err.contains("evil\\u{1b}[31m.txt") && !ran.err.contains('\u{1b}'), "{:?}", ran.err);
}

#[test]
fn settings_with_a_slip_are_refused_and_shown() {
    let desk = Desk::new();
    desk.file("config.toml", "actr = \"anna\"\n");
    let ran = desk.run(&["list"]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("did you mean `actor`?") && ran.err.contains("actr = "), "{}", ran.err);
}

/// Runs a script where it may mount disks that nobody else sees; `None` where the system does not allow it.
fn on_a_small_disk(desk: &Desk, script: &str) -> Option<crate::desk::Ran> {
    let place = desk.path("disk");
    fs::create_dir_all(&place).unwrap();
    let mut command = Command::new("unshare");
    let script = format!("set -e; mount -t tmpfs -o size=1m tmpfs \"$DISK\" || exit 99\n{script}");
    command.args(["--map-root-user", "--mount", "sh", "-c", &script]).env("DISK", &place);
    command.env("TRUEUP", env!("CARGO_BIN_EXE_trueup")).env("TRUEUP_DATA", desk.path("home"));
    command.env("ANSWERS", demo("answers.csv")).env_remove("TRUEUP_DB");
    let found = Command::new("unshare").args(["--map-root-user", "--mount", "true"]).status();
    if !found.is_ok_and(|status| status.success()) {
        eprintln!("skipped: this system does not let the test mount a disk of its own");
        return None;
    }
    Some(ran(&mut command)).filter(|ran| ran.code != 99)
}

#[test]
fn a_full_disk_is_named_and_loses_nothing() {
    let script = r#"
        "$TRUEUP" --db "$DISK/t.db" new --organisation X --period 2026-Q4
        dd if=/dev/zero of="$DISK/filler" bs=1k 2>/dev/null || true
        code=0; "$TRUEUP" --db "$DISK/t.db" ask --from "$ANSWERS" || code=$?
        rm "$DISK/filler"
        "$TRUEUP" --db "$DISK/t.db" ask --from "$ANSWERS"
        exit $code"#;
    let Some(ran) = on_a_small_disk(&Desk::new(), script) else { return };
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.err.contains("the disk is full"), "{}", ran.err);
    assert!(ran.out.contains("begun") && ran.out.contains("saved 219 answers"), "{}", ran.out);
}

#[test]
fn a_full_disk_takes_no_new_database_and_keeps_no_half_of_one() {
    let script = r#"
        dd if=/dev/zero of="$DISK/filler" bs=1k 2>/dev/null || true
        code=0; "$TRUEUP" --db "$DISK/t.db" new --organisation X --period 2026-Q4 || code=$?
        ls "$DISK"
        exit $code"#;
    let Some(ran) = on_a_small_disk(&Desk::new(), script) else { return };
    assert_eq!((ran.code, ran.out.as_str()), (1, "filler\n"), "{}", ran.err);
    assert!(ran.err.contains("the disk is full"), "{}", ran.err);
}

#[test]
fn a_full_disk_takes_no_export_and_keeps_no_half_of_one() {
    let script = r#"
        "$TRUEUP" new --organisation X --period 2026-Q4 >/dev/null
        mkdir "$DISK/board"; echo before >"$DISK/board/scorecard.json"
        dd if=/dev/zero of="$DISK/filler" bs=1k 2>/dev/null || true
        code=0; "$TRUEUP" export csv json --out "$DISK/board" || code=$?
        ls "$DISK/board"; cat "$DISK/board/scorecard.json"
        exit $code"#;
    let Some(ran) = on_a_small_disk(&Desk::new(), script) else { return };
    assert_eq!((ran.code, ran.out.as_str()), (1, "scorecard.json\nbefore\n"), "{}", ran.err);
    assert!(ran.err.contains("the disk is full"), "{}", ran.err);
}

#[test]
fn a_read_only_disk_is_named() {
    let script = r#"
        "$TRUEUP" --db "$DISK/t.db" new --organisation X --period 2026-Q4 >/dev/null
        mount -o remount,ro "$DISK"
        code=0
        "$TRUEUP" --db "$DISK/t.db" ask --from "$ANSWERS" || code=$?
        "$TRUEUP" --db "$DISK/new.db" new --organisation X --period 2026-Q4 || code=$((code + $?))
        exit $code"#;
    let Some(ran) = on_a_small_disk(&Desk::new(), script) else { return };
    assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{}", ran.err);
    assert_eq!(ran.err.matches("it cannot be").count(), 2, "{}", ran.err);
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::answered();
    let file = desk.file("secret.csv", "a,b\n");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o000)).unwrap();
    if File::open(&file).is_err() {
        desk.refused(&["pull", &file], "permission denied");
        return;
    }
    // The superuser may read every file, unless that power is taken from the program.
    let mut command = Command::new("setpriv");
    command.args(["--bounding-set", "-dac_override,-dac_read_search", env!("CARGO_BIN_EXE_trueup")]);
    command.args(["pull", &file]).env("TRUEUP_DATA", desk.path("")).env_remove("TRUEUP_DB");
    if Command::new("setpriv").arg("--version").output().is_err() {
        eprintln!("skipped: there is no setpriv to take the superuser's powers away");
        return;
    }
    let ran = ran(&mut command);
    assert_eq!((ran.code, ran.out.as_str()), (1, ""), "{}", ran.err);
    assert!(ran.err.contains("permission denied"), "{}", ran.err);
}
