//! The reference scorer, an independent program, gives the same numbers: in the library and through the program.

use std::fmt::Write;

use serde_json::Value;

use crate::desk::Desk;
use crate::world::{self, World};

const PACKS: [&str; 4] =
    ["ai-agent-readiness", "nhi-lifecycle", "identity-posture-quarterly", "workshop-90min"];

/// Everything that the reference says and we say differently.
fn differences(at: &str, expected: &Value, found: &Value, into: &mut Vec<String>) {
    match (expected, found) {
        (Value::Object(expected), Value::Object(found)) => {
            for (key, expected) in expected {
                differences(&format!("{at}.{key}"), expected, found.get(key).unwrap_or(&Value::Null), into);
            }
            if at.ends_with(".domains") && expected.len() != found.len() {
                into.push(format!("{at}: {} expected, {} found", expected.len(), found.len()));
            }
        }
        (Value::Array(expected), Value::Array(found)) if expected.len() == found.len() => {
            for (place, (expected, found)) in expected.iter().zip(found).enumerate() {
                let name = expected.get("question").and_then(Value::as_str);
                let name = name.map_or_else(|| place.to_string(), str::to_owned);
                differences(&format!("{at}[{name}]"), expected, found, into);
            }
        }
        (Value::Number(one), Value::Number(other)) => {
            let (one, other) = (one.as_f64().unwrap(), other.as_f64().unwrap());
            if (one - other).abs() > 1e-9 {
                into.push(format!("{at}: {one} expected, {other} found"));
            }
        }
        _ if expected == found => {}
        _ => into.push(format!("{at}: {expected} expected, {found} found")),
    }
}

fn agrees(name: &str, world: &World, found: &Value) {
    let mut wrong = Vec::new();
    differences(name, &world.expected, found, &mut wrong);
    let rows = world.expected["rows"].as_array().map_or(0, Vec::len);
    assert!(rows > 0 && wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_library_gives_the_numbers_of_the_invented_company() {
    for pack in PACKS {
        let Some(company) = world::company(pack) else { return };
        agrees(pack, &company, &serde_json::to_value(company.scored()).unwrap());
    }
}

#[test]
fn the_library_gives_the_numbers_of_random_companies() {
    let Some(worlds) = world::random(400, "library") else { return };
    for (place, world) in worlds.iter().enumerate() {
        agrees(&format!("{place} {}", world.pack), world, &serde_json::to_value(world.scored()).unwrap());
    }
}

#[test]
fn a_number_that_differs_is_found() {
    let Some(company) = world::company("nhi-lifecycle") else { return };
    let mut found = serde_json::to_value(company.scored()).unwrap();
    found["floor"] = (found["floor"].as_f64().unwrap() + 1e-6).into();
    found["rows"][3]["verdict"] = "confirmed ".into();
    found["domains"]["XXX"] = 1.into();
    found["gates_open"] = vec!["CLS-01"].into();
    let mut wrong = Vec::new();
    differences("", &company.expected, &found, &mut wrong);
    assert_eq!(wrong.len(), 4, "{wrong:?}");
}

/// Answers, documents and measurements as the files that people hand in.
fn files(world: &World) -> [(&'static str, String); 3] {
    let pack = world::pack(&world.pack);
    let mut answers = "question,respondent,role,answer,confidence,note\n".to_owned();
    let mut documents = "question,document,level,accepted_by,date,quote\n".to_owned();
    for question in &pack.questions {
        let (id, role) = (&question.id, question.ask.first().unwrap());
        for (place, answer) in world.answers(id).iter().enumerate() {
            let answer = answer.map_or_else(|| "dk".to_owned(), |level| level.to_string());
            writeln!(answers, "{id},{role} {place},{role},{answer},,").unwrap();
        }
        if let Some(level) = world.answers.documents.get(id.as_str()) {
            writeln!(documents, "{id},Policy,{level},Anna,2026-11-01,").unwrap();
        }
    }
    let mut told = "[value]\n".to_owned();
    for (name, value) in &world.measurements.value {
        writeln!(told, "\"{name}\" = {value}").unwrap();
    }
    told.push_str("\n[coverage]\n");
    for (name, share) in &world.measurements.coverage {
        writeln!(told, "\"{name}\" = {share:?}").unwrap();
    }
    [("answers.csv", answers), ("documents.csv", documents), ("measurements.toml", told)]
}

/// What the program itself makes of a company that is handed in as files.
fn printed(world: &World) -> Value {
    let desk = Desk::new();
    let new = ["new", "--pack", &world.pack, "--organisation", "Halden Mills", "--period", "2026-Q4"];
    desk.done(&new);
    let [answers, documents, told] = files(world).map(|(name, content)| desk.file(name, content));
    desk.done(&["ask", "--from", &answers]);
    desk.done(&["attach", "--from", &documents]);
    desk.done(&["pull", &told]);
    desk.json(&["score"])
}

#[test]
fn the_program_gives_the_numbers_of_the_invented_company() {
    for pack in PACKS {
        let Some(company) = world::company(pack) else { return };
        agrees(pack, &company, &printed(&company));
    }
}

#[test]
fn the_program_gives_the_numbers_of_random_companies() {
    let Some(worlds) = world::random(40, "program") else { return };
    std::thread::scope(|scope| {
        for (lane, worlds) in worlds.chunks(10).enumerate() {
            scope.spawn(move || {
                for (place, world) in worlds.iter().enumerate() {
                    agrees(&format!("{} {}", lane * 10 + place, world.pack), world, &printed(world));
                }
            });
        }
    });
}
