//! `trueup explain` and `trueup what-if` on single identities, through the real program.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;
use trueup::ops::Roster;

use crate::accounts::account;
use crate::desk::Desk;
use crate::kit;
use crate::listed::everybody;
use crate::memberships::OFFICE;

const SAMPLE: &str = "samples/aws/authz-details-example.json";

/// The office, with a name that would steer a terminal, two of one name, and one that differs in its letters.
fn office(desk: &Desk) -> String {
    let more = "
user twin
  allow s3:* on *
role twin trusts user/eve
  allow s3:GetObject on *
user EVE-2
  allow sqs:* on *
  deny sqs:DeleteQueue on *
user team/lead
  allow sqs:SendMessage on *
";
    desk.file("office.json", account(&format!("{OFFICE}{more}")).to_string())
}

/// The files of the invented cloud account.
fn cloud() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo/cloud");
    ["account.json", "identities.csv", "agents.csv", "last-accessed.ndjson"]
        .map(|name| folder.join(name).display().to_string())
        .into()
}

fn on<'a>(command: &[&'a str], files: &'a [String], more: &[&'a str]) -> Vec<&'a str> {
    let files = files.iter().map(String::as_str);
    command.iter().copied().chain(files).chain(more.iter().copied()).collect()
}

fn roster(files: &[String]) -> Roster {
    everybody(&files.iter().map(PathBuf::from).collect::<Vec<_>>()).roster
}

fn valid(desk: &Desk, document: &str, value: &Value) {
    let schema: Value = serde_json::from_str(&desk.done(&["schema", document])).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let faults: Vec<_> = validator.iter_errors(value).map(|fault| fault.to_string()).collect();
    assert_eq!(faults, [""; 0], "{document}");
    let mut wrong = value.clone();
    wrong["schema"] = "another/1".into();
    assert!(!validator.is_valid(&wrong));
    wrong = value.clone();
    wrong.as_object_mut().unwrap().remove("id");
    assert!(!validator.is_valid(&wrong));
}

#[test]
fn an_identity_is_meant_by_its_id_its_name_or_how_they_begin() {
    let desk = Desk::new();
    let file = office(&desk);
    let id = |typed: &str| desk.json(&["explain", typed, &file])["id"].as_str().unwrap().to_owned();
    let arn = |rest: &str| format!("arn:aws:iam::111122223333:{rest}");
    for typed in ["eve", "user/eve", "USER/Eve", &arn("user/eve"), &arn("user/eve").to_uppercase()] {
        assert_eq!(id(typed), arn("user/eve"), "{typed}");
    }
    assert_eq!(id("eve-2"), arn("user/EVE-2"), "other letters");
    assert_eq!(id("EVE"), arn("user/eve"), "a whole name in other letters beats how one begins");
    assert_eq!(id("ad"), arn("user/ada"), "how it begins");
    for typed in ["lead", "user/lead", "user/team/lead"] {
        assert_eq!(id(typed), arn("user/team/lead"), "{typed}");
    }
    assert_eq!(id("role/twin"), arn("role/twin"));
    assert!(!desk.path("trueup.db").exists(), "no database is needed for that");
    let ran = desk.refused(&["explain", "twin", &file], "`twin` may mean 2 identities");
    assert!(ran.err.contains(&arn("role/twin")) && ran.err.contains(&arn("user/twin")), "{}", ran.err);
    assert_eq!(ran.code, 2);
    let ran = desk.refused(&["explain", "role/twim", &file], "there is no identity `role/twim`");
    assert!(ran.err.contains("did you mean `role/twin`"), "{}", ran.err);
    desk.refused(&["explain", "INV-01", &file], "there is no identity `INV-01`");
}

#[test]
fn an_assessment_explains_questions_metrics_and_identities() {
    let desk = Desk::begun();
    let file = office(&desk);
    desk.done(&["pull", &file]);
    let question = desk.done(&["explain", "INV-01"]);
    assert!(question.starts_with("INV-01"), "{question}");
    assert_eq!(desk.done(&["explain", "inv-01"]), question);
    assert_eq!(desk.json(&["explain", "AI.agents.total"])["kind"], "metric");
    assert_eq!(desk.json(&["explain", "eve"]), desk.json(&["explain", "eve", &file]));
    assert_eq!(desk.done(&["explain", "user/eve"]), desk.done(&["explain", "eve", &file]));
    let what_if = ["what-if", "eve", "--remove", "builders"];
    assert_eq!(desk.json(&what_if), desk.json(&["what-if", "eve", &file, "--remove", "builders"]));
    let ran = desk.refused(&["explain", "INV-1"], "there is no question, no metric and no identity `INV-1`");
    assert!(ran.err.contains("did you mean `INV-01`"), "{}", ran.err);
    desk.refused(&["explain", "twin"], "may mean 2 identities");
}

#[test]
fn the_json_is_what_the_library_says_and_fits_the_published_schemas() {
    let desk = Desk::new();
    let office = vec![office(&desk)];
    for (files, name) in [(&office, "eve"), (&office, "EVE-2"), (&cloud(), "loom-planner-agent")] {
        let roster = roster(files);
        let at = roster.find(name).unwrap();
        let whole = roster.profile(at, &BTreeSet::new()).unwrap();
        let mut explained = desk.json(&on(&["explain", name], files, &[]));
        valid(&desk, "identity", &explained);
        explained.as_object_mut().unwrap().remove("schema");
        assert_eq!(explained, serde_json::to_value(&whole).unwrap(), "{name}");

        let what_if = desk.json(&on(&["what-if", name], files, &["--remove", "1"]));
        valid(&desk, "what-if", &what_if);
        let after = roster.profile(at, &BTreeSet::from([0])).unwrap();
        assert_eq!(what_if["before"], serde_json::to_value(&whole.privilege).unwrap(), "{name}");
        assert_eq!(what_if["after"], serde_json::to_value(&after.privilege).unwrap(), "{name}");
        let gone = |grant: &&Value| grant["is_removed"] == true;
        let grants = serde_json::to_value(&after.grants).unwrap();
        let removed = grants.as_array().unwrap().iter().filter(gone).count();
        assert_eq!(what_if["removed"].as_array().unwrap().len(), removed, "{name}");
    }
}

/// Sums a figure over rows.
fn sum(rows: &Value, figure: &str) -> f64 {
    rows.as_array().unwrap().iter().map(|row| row[figure].as_f64().unwrap()).sum()
}

#[test]
fn what_goes_away_adds_up() {
    let Some(sample) = kit::shared(SAMPLE) else { return };
    let desk = Desk::new();
    let files = vec![sample.display().to_string()];
    let roster = roster(&files);
    for (name, grant) in [("biden", "biden"), ("biden", "3"), ("privesc-sre-user", "1"), ("MyRole", "1")] {
        let at = roster.find(name).unwrap();
        let it = desk.json(&on(&["what-if", name], &files, &["--remove", grant]));
        let [before, after] = ["before", "after"].map(|side| it[side]["actions"].as_f64().unwrap());
        assert!((sum(&it["gone"], "count") - (before - after)).abs() < 0.5, "{name} {grant}: {it}");
        assert_eq!(it["actions_gained"], 0);
        let [score, then] = ["before", "after"].map(|side| it[side]["score"]["point"].as_f64().unwrap());
        let points = sum(&it["services"], "points_before") - sum(&it["services"], "points_after");
        assert!((points - (score - then)).abs() < 1e-6, "{name} {grant}: {points}");
        let paths = ["paths_closed", "paths_open"].map(|list| it[list].as_array().unwrap().len());
        let whole = roster.profile(at, &BTreeSet::new()).unwrap();
        assert_eq!(paths.iter().sum::<usize>(), whole.paths.len(), "{name} {grant}");
    }
    let it = desk.json(&on(&["what-if", "biden"], &files, &["--remove", "InsecureUserPolicy"]));
    let removed = &it["removed"][0];
    assert_eq!((removed["is_redundant"].as_bool(), removed["actions"].as_u64()), (Some(true), Some(3)));
    let others: Vec<u64> =
        removed["also_given_by"].as_array().unwrap().iter().map(|at| at.as_u64().unwrap()).collect();
    assert_eq!(others, [1, 3], "its group's inline policy and all of S3, not that for RDS");
    assert_eq!(it["before"]["score"], it["after"]["score"]);
}

#[test]
fn a_deny_that_goes_away_allows_more_and_says_so() {
    let desk = Desk::new();
    let text =
        "user eve\n  uses all\n  uses no\npolicy all\n  allow sqs:* on *\npolicy no\n  deny sqs:* on *\n";
    let file = desk.file("account.json", account(text).to_string());
    let it = desk.json(&["what-if", "eve", &file, "--remove", "no"]);
    assert_eq!(it["before"]["actions"], 0);
    assert!(it["after"]["actions"].as_u64().unwrap() > 10);
    assert_eq!(it["actions_gained"], it["after"]["actions"]);
    let said = desk.done(&["what-if", "eve", &file, "--remove", "no"]);
    assert!(said.contains("would be allowed besides, because what denies them goes away"), "{said}");
}

#[test]
fn paths_are_closed_one_by_one_or_all() {
    let desk = Desk::new();
    let file = office(&desk);
    let paths = desk.json(&["explain", "eve", &file])["paths"].clone();
    let id = paths[0]["id"].as_str().unwrap().to_owned();
    let one = desk.json(&["what-if", "eve", &file, "--close", &id]);
    assert!(one["paths_closed"].as_array().unwrap().iter().any(|path| path["id"] == id.as_str()), "{one}");
    assert_eq!(one["after"]["score"], paths[0]["score_after"]);
    let all = desk.json(&["what-if", "eve", &file, "--close-all"]);
    assert_eq!(all["paths_open"], serde_json::json!([]));
    let ran = desk.refused(&["what-if", "eve", &file, "--close", "iam-999"], "it has no path `iam-999`");
    assert!(ran.err.contains(&id), "{}", ran.err);
    desk.refused(&["what-if", "ada", &file, "--close", "x-1"], "it has no path `x-1`");
    desk.refused(&["what-if", "lead", &file, "--close-all"], "has no path that a removal");
}

#[test]
fn a_grant_is_meant_by_number_id_or_title() {
    let desk = Desk::new();
    let file = office(&desk);
    let removed = |grant: &str| -> Vec<u64> {
        let it = desk.json(&["what-if", "eve", &file, "--remove", grant]);
        let named = it["removed"].as_array().unwrap().iter().filter(|row| row["is_named"] == true);
        named.map(|row| row["place"].as_u64().unwrap()).collect()
    };
    let grants = desk.json(&["explain", "eve", &file])["grants"].clone();
    let grants = grants.as_array().unwrap();
    let place = |title: &str| grants.iter().position(|grant| grant["title"] == title).unwrap() as u64;
    let readers = place("readers");
    for typed in ["readers", "READERS", "arn:aws:iam::111122223333:group/readers"] {
        assert_eq!(removed(typed), [readers], "{typed}");
    }
    assert_eq!(removed(&(readers + 1).to_string()), [readers]);
    let wrong = |typed: &str, sentence: &str| {
        let ran = desk.refused(&["what-if", "eve", &file, "--remove", typed], sentence);
        assert_eq!(ran.code, 2);
        ran.err
    };
    let several = wrong("deploy", "`deploy` may mean 2 of its grants");
    assert!(several.contains("group builders") && several.contains("direct"), "{several}");
    assert!(wrong("reader", "it holds no grant `reader`").contains("did you mean `readers`"));
    for number in ["0", "99", "1.5"] {
        wrong(number, &format!("it holds no grant `{number}`"));
    }
    let trust = grants.iter().position(|grant| grant["kind"] == "trust").unwrap() + 1;
    wrong(&trust.to_string(), "cannot be tried to be without");
    let asked_nothing = desk.run(&["what-if", "eve", &file]);
    assert_eq!((asked_nothing.code, asked_nothing.out.as_str()), (2, ""));
}

#[test]
fn a_person_reads_it_from_the_top_down() {
    let desk = Desk::new();
    let files = vec![office(&desk)];
    insta::assert_snapshot!("explain_eve", desk.done(&on(&["explain", "eve"], &files, &[])));
    insta::assert_snapshot!(
        "explain_agent",
        desk.done(&on(&["explain", "loom-planner-agent"], &cloud(), &[]))
    );
    let without = desk.done(&on(&["what-if", "eve"], &files, &["--remove", "builders"]));
    insta::assert_snapshot!("what_if_eve", without);
    let without = desk.done(&on(&["what-if", "loom-planner-agent"], &cloud(), &["--close-all"]));
    insta::assert_snapshot!("what_if_agent", without);
}

#[test]
fn lines_are_short_whole_and_harmless() {
    let desk = Desk::new();
    let register = "id,name,class,owner,last_seen\nreg-3,\u{1b}[31mevil\u{202e},ai,\u{1b}]0;x\u{7},\n";
    let people = desk.file("people.csv", register);
    let evil = desk.done(&["explain", "reg-3", &people]);
    assert!(evil.contains("unknown, not low") && !evil.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{evil}");
    desk.refused(&["what-if", "reg-3", &people, "--remove", "1"], "it holds no grant `1`");
    let Some(sample) = kit::shared(SAMPLE) else { return };
    let files = vec![sample.display().to_string()];
    for name in ["biden", "privesc-sre-user", "AWSServiceRoleForTrustedAdvisor"] {
        let some = desk.done(&on(&["explain", name], &files, &[]));
        let all = desk.done(&on(&["explain", name], &files, &["--all"]));
        let without = desk.done(&on(&["what-if", name], &files, &["--remove", "1", "--all"]));
        for line in [&some, &all, &without].into_iter().flat_map(|text| text.lines()) {
            let is_long = line.chars().count() > 100;
            assert!(!is_long || line.split_whitespace().any(|word| word.len() > 60), "{name}: {line}");
        }
        assert!(some.lines().count() <= 84 && all.lines().count() >= some.lines().count(), "{name}");
        assert!(!all.contains("--all shows them"), "{name}");
        assert!(!format!("{some}{without}").contains(" 1 actions"), "{name}");
        assert!(!all.contains("-0.0"), "{name}");
    }
}
