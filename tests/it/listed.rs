//! `trueup identities` through the real program: what is listed, narrowed, ordered, refused.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Stdio;

use serde_json::Value;
use trueup::model::privilege::Privilege;
use trueup::ops::{self, FACETS, FromFiles, Group, Sort};
use trueup::packs::Library;

use crate::desk::Desk;
use crate::kit;

const SAMPLE: &str = "samples/aws/authz-details-example.json";

/// People and machines of whom a register tells, but not what they may do.
const REGISTER: &str = "id,name,class,owner,last_seen\n\
    reg-1,Zoë Lind,human,,2026-11-01\n\
    reg-2,night-batch,machine,Ada Lind,2026-01-01\n\
    reg-3,\u{1b}[31mevil\u{202e},ai,,\n";

/// Everybody of some files, as the library sees them.
pub fn everybody(files: &[PathBuf]) -> FromFiles {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let library = Library::open(None).unwrap();
    runtime.block_on(ops::roster_of_files(&library, files, &|_| {})).unwrap()
}

fn rows(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap()
}

fn ids(value: &Value) -> Vec<&str> {
    rows(value).iter().map(|row| row["id"].as_str().unwrap()).collect()
}

/// The sample and the register together, as arguments of a command.
fn both(desk: &Desk) -> Option<[String; 2]> {
    Some([kit::shared(SAMPLE)?.display().to_string(), desk.file("people.csv", REGISTER)])
}

#[test]
fn files_are_listed_without_an_assessment_and_nothing_is_kept() {
    let Some(sample) = kit::shared(SAMPLE) else { return };
    let desk = Desk::new();
    let listed = desk.json(&["identities", &sample.display().to_string()]);
    let roster = everybody(&[sample]).roster;
    assert_eq!(rows(&listed).len(), roster.inventory.identities.len());
    for row in roster.rows() {
        let shown = rows(&listed).iter().find(|shown| shown["id"] == row.id).unwrap();
        assert_eq!(shown["name"], row.name);
        assert_eq!(shown["privilege"], serde_json::to_value(row.privilege).unwrap(), "{}", row.id);
        assert_eq!(shown["structural"].as_bool(), row.privilege.map(Privilege::is_structural));
    }
    assert!(!desk.path("trueup.db").exists(), "no database is needed for that");
}

#[test]
fn an_assessment_lists_the_same_as_its_files_and_in_the_same_order() {
    let desk = Desk::begun();
    let Some([sample, register]) = both(&desk) else { return };
    desk.done(&["pull", &sample, &register]);
    let of_files = desk.done(&["identities", &sample, &register, "--json"]);
    assert_eq!(desk.done(&["identities", "--json"]), of_files);
    assert_eq!(desk.done(&["identities", &register, &sample, "--json"]), of_files, "the order of files");
    assert_eq!(desk.done(&["identities", &sample, &register, "--json"]), of_files, "a second run");
}

#[test]
fn csv_says_the_same_as_json() {
    let desk = Desk::new();
    let Some([sample, register]) = both(&desk) else { return };
    let json = desk.json(&["identities", &sample, &register, "--sort", "power"]);
    let text = desk.done(&["identities", &sample, &register, "--sort", "power", "--csv"]);
    let mut table = csv::Reader::from_reader(text.as_bytes());
    let header = table.headers().unwrap().clone();
    let column = |name: &str| header.iter().position(|it| it == name).unwrap();
    let records: Vec<_> = table.records().map(Result::unwrap).collect();
    assert_eq!(records.len(), rows(&json).len());
    for (record, row) in records.iter().zip(rows(&json)) {
        assert_eq!(&record[column("id")], row["id"]);
        let score = &row["privilege"]["score"]["point"];
        assert_eq!(record[column("score")].parse::<f64>().ok(), score.as_f64(), "{}", row["id"]);
        assert_eq!(&record[column("rights")] == "known", !row["privilege"].is_null());
    }
    desk.refused(&["export", "nothing"], "there is no format");
    assert_eq!(desk.run(&["identities", &register, "--csv", "--json"]).code, 2);
}

#[test]
fn every_facet_admits_whom_it_holds_of_and_groups_narrow_each_other() {
    let desk = Desk::begun();
    let Some([sample, register]) = both(&desk) else { return };
    desk.done(&["pull", &sample, &register]);
    let roster = everybody(&[sample.into(), register.into()]).roster;
    for facet in FACETS {
        let held: BTreeSet<&str> =
            roster.rows().filter(|row| (facet.holds)(&roster, row)).map(|row| row.id).collect();
        let flag = format!("--{}", facet.group.id());
        let listed = desk.json(&["identities", &flag, facet.id]);
        assert_eq!(ids(&listed).into_iter().collect::<BTreeSet<_>>(), held, "{facet:?}");
    }
    let admitted = |arguments: &[&str]| rows(&desk.json(&[&["identities"], arguments].concat())).len();
    let all = admitted(&[]);
    let of = |group: Group| -> Vec<String> { group.facets().map(|facet| facet.id.to_owned()).collect() };
    for group in [Group::Class, Group::Bucket] {
        assert_eq!(admitted(&[&format!("--{}", group.id()), &of(group).join(",")]), all, "{group:?} adds up");
    }
    assert_eq!(admitted(&["--class", "ai", "--bucket", "unknown"]), 1);
    assert_eq!(
        admitted(&["--class", "AI", "--class", "human", "--state", "unowned"]),
        1,
        "people own themselves"
    );
    assert_eq!(admitted(&["--state", "dormant", "--source", "register"]), 1);
    assert_eq!(admitted(&["--source", "aws:"]), all - 3);
    assert_eq!(admitted(&["--source", "aws-auth"]), all - 3);
    assert_eq!(admitted(&["--text", "ZOË reg"]), 1);
    assert_eq!(admitted(&["--text", "nobody is called so"]), 0);
    assert!(desk.done(&["identities", "--text", "nobody is called so"]).contains("none of"));
}

#[test]
fn every_order_keeps_everybody_and_what_is_not_known_last() {
    let desk = Desk::new();
    let Some([sample, register]) = both(&desk) else { return };
    let unknown = ["reg-1", "reg-2", "reg-3"];
    for sort in Sort::ALL {
        for turned in [&[][..], &["--reverse"]] {
            let arguments = [&["identities", &sample, &register, "--sort", sort.id()][..], turned].concat();
            let listed = desk.json(&arguments);
            let ids = ids(&listed);
            assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), rows(&listed).len(), "{sort:?}");
            if !matches!(sort, Sort::Name | Sort::Class | Sort::Owner) {
                assert!(ids[ids.len() - 3..].iter().all(|id| unknown.contains(id)), "{sort:?} {turned:?}");
            }
        }
    }
    let points = |arguments: &[&str]| -> Vec<f64> {
        let listed = desk.json(&[&["identities", &sample][..], arguments].concat());
        rows(&listed).iter().map(|row| row["privilege"]["excess"]["point"].as_f64().unwrap()).collect()
    };
    assert!(points(&["--sort", "excess"]).is_sorted_by(|one, next| one >= next));
    assert!(points(&["--sort", "excess", "--reverse"]).is_sorted());
    assert_eq!(points(&["--limit", "7"]).len(), 7);
    assert_eq!(points(&["--limit", "0"]).len(), 0);
    assert_eq!(points(&["--limit", "100000"]).len(), points(&[]).len());
}

#[test]
fn a_score_at_or_above_the_limit_ends_with_three() {
    let desk = Desk::new();
    let Some([sample, register]) = both(&desk) else { return };
    let ran = desk.run(&["identities", &sample, &register, "--fail-over", "90", "--limit", "1"]);
    assert_eq!(ran.code, 3, "{}", ran.err);
    assert!(ran.out.contains("1 of") && ran.err.contains("3 identities are not known"), "{}", ran.err);
    assert_eq!(desk.run(&["identities", &sample, "--fail-over", "99.9"]).code, 0);
    let quiet = desk.run(&["identities", &sample, "--fail-over", "90", "--bucket", "low"]);
    assert_eq!((quiet.code, quiet.err.as_str()), (0, ""), "only those who are listed count");
    let unknown = desk.run(&["identities", &register, "--fail-over", "0"]);
    assert_eq!(unknown.code, 0, "not knowing is no score");
    assert!(unknown.err.contains("not known"), "{}", unknown.err);
}

#[test]
fn wrong_words_and_files_are_refused() {
    let desk = Desk::begun();
    for (wrong, said) in [
        (&["--class", "humen"][..], "a similar value exists: 'human'"),
        (&["--sort", "scor"], "a similar value exists: 'score'"),
        (&["--reach", "moon"], "control, holds, path, chain, none, unknown"),
        (&["--limit", "-1"], "unexpected argument '-1'"),
        (&["--limit", "many"], "invalid digit"),
        (&["--fail-over", "101"], "a score is a number from 0 to 100"),
    ] {
        let ran = desk.run(&[&["identities"], wrong].concat());
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{wrong:?}: {}", ran.err);
        assert!(ran.err.contains(said), "{wrong:?}: {}", ran.err);
    }
    desk.refused(&["identities", &desk.file("empty.json", "")], "it is empty");
    desk.refused(&["identities", &desk.file("other.json", r#"{"widgets": 1}"#)], "which no connector reads");
    desk.refused(&["identities", &desk.path("nowhere.json").display().to_string()], "it does not exist");
    let none = Desk::new().run(&["identities"]);
    assert!(none.code == 2 && none.err.contains("no assessment yet"), "{}", none.err);
    assert!(desk.done(&["identities"]).contains("no source lists an identity yet"));
    assert_eq!(desk.done(&["identities", "--json"]), "[\n]\n");
}

#[test]
fn the_table_fits_the_terminal_and_names_cannot_steer_it() {
    let desk = Desk::new();
    let Some([sample, register]) = both(&desk) else { return };
    for width in [60_usize, 80, 120, 200] {
        let mut command = desk.command(&["identities", &sample, &register]);
        let ran = crate::desk::ran(command.env("COLUMNS", width.to_string()));
        assert_eq!(ran.code, 0, "{}", ran.err);
        let lines: Vec<&str> = ran.out.lines().collect();
        let widest = lines[..lines.len() - 1].iter().map(|line| line.chars().count()).max().unwrap();
        assert!(widest <= width, "{widest} of {width}:\n{}", ran.out);
        for said in ["score", "tier 0", "~", "?", "structural estimate"] {
            assert!(ran.out.contains(said), "{said} at {width}");
        }
    }
    let shown = desk.done(&["identities", &register]);
    assert!(!shown.contains(['\u{1b}', '\u{202e}']) && shown.contains("evil"), "{shown:?}");
    let csv = desk.done(&["identities", &register, "--csv"]);
    assert!(!csv.contains(['\u{1b}', '\u{202e}']), "{csv:?}");
}

#[test]
fn a_file_that_stands_aside_for_a_newer_one_is_named() {
    let Some(sample) = kit::shared(SAMPLE) else { return };
    let desk = Desk::new();
    let copy = desk.file("copy.json", std::fs::read(&sample).unwrap());
    let ran = desk.run(&["identities", &sample.display().to_string(), &copy, "--limit", "1"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(
        ran.err.contains("authz-details-example.json is not used: copy.json is of the same source"),
        "{}",
        ran.err
    );
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let Some(sample) = kit::shared(SAMPLE) else { return };
    let desk = Desk::new();
    let sample = sample.display().to_string();
    for form in [&[][..], &["--json"], &["--csv"]] {
        let mut program = desk.command(&[&["identities", &sample][..], form].concat());
        let mut program = program.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(program.stdout.take());
        let ended = program.wait_with_output().unwrap();
        assert!(
            ended.status.success() && ended.stderr.is_empty(),
            "{}",
            String::from_utf8_lossy(&ended.stderr)
        );
    }
}
