//! Ways to more privilege in AWS: every known way in small accounts judged by hand, and the labelled principals of a
//! public example, also after everything that must not matter has been other.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use trueup::model::privilege::Reach;

use super::accounts::Judged;
use super::kit;

/// One known way: an account in which it is open, and one in which something is missing.
struct Family<'a> {
    id: &'a str,
    open: &'a str,
    missing: &'a str,
    closed: &'a str,
}

fn families(text: &str) -> Vec<Family<'_>> {
    let blocks = text.split("\n= ").skip(1);
    blocks
        .map(|block| {
            let (id, rest) = block.split_once('\n').unwrap();
            let (open, rest) = rest.split_once("\n~").unwrap();
            let (missing, closed) = rest.split_once('\n').unwrap();
            Family { id, open, missing, closed }
        })
        .collect()
}

#[test]
fn every_known_way_is_found_where_it_is_open_and_only_there() {
    let mut wrong = Vec::new();
    let all = families(include_str!("escalation/families.txt"));
    for family in &all {
        let has = |text: &str| {
            let judged = Judged::text(text);
            let profile = judged.profile("eve");
            let privilege = judged.privilege("eve").clone();
            let is_found = profile.paths.iter().any(|path| path.id == family.id);
            (is_found, privilege)
        };
        let (is_found, privilege) = has(family.open);
        if !is_found || !privilege.reach.is_control() || privilege.paths.is_none_or(|count| count == 0) {
            wrong.push(format!("{}: not found in\n{}\n{privilege:?}", family.id, family.open));
        }
        let (is_found, privilege) = has(family.closed);
        if is_found {
            wrong.push(format!("{}: found although {}\n{}", family.id, family.missing, family.closed));
        }
        if !is_found && privilege.reach == Reach::Holds {
            wrong.push(format!("{}: held although {}", family.id, family.missing));
        }
    }
    assert!(wrong.is_empty(), "{} of {} are wrong:\n{}", wrong.len(), all.len(), wrong.join("\n\n"));
    assert!(all.len() >= 66, "{}", all.len());
}

/// A user whom only a session that is not in the file lets in, a role that can do nothing and is weak by whom it trusts,
/// and two roles that are administrators: the ends to which ways lead.
const ASIDE: [&str; 4] = [
    "privesc-AssumeRole-start-user",
    "privesc-permissive-role-trust",
    "privesc-AssumeRole-ending-role",
    "privesc-high-priv-service-role",
];

/// By name of a user or role: whether it is exploitable.
type Labels = BTreeMap<String, bool>;

fn labels(details: &Value) -> Labels {
    let mut labels = Labels::new();
    for (list, key) in [("UserDetailList", "UserName"), ("RoleDetailList", "RoleName")] {
        for one in details[list].as_array().unwrap() {
            let name = one[key].as_str().unwrap();
            let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| name.starts_with(prefix));
            if ASIDE.contains(&name) {
                continue;
            }
            if starts(&["fp1", "fp2", "fp3", "fp4", "fp5"]) {
                labels.insert(name.to_owned(), false);
            } else if name.contains("privesc") || starts(&["fn1", "fn2", "fn3", "fn4"]) {
                labels.insert(name.to_owned(), true);
            }
        }
    }
    labels
}

fn example() -> Option<Value> {
    let file = kit::shared("samples/aws/authz-details-example.json")?;
    Some(serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap())
}

/// Names that are exploitable though labelled otherwise, and the other way round; and by name the ways that are open.
fn misjudged(judged: &Judged, labels: &Labels, rename: impl Fn(&str) -> String) -> Vec<String> {
    let wrong = |(name, is_exploitable): (&String, &bool)| {
        let found = judged.privilege(&rename(name)).reach;
        (found.is_control() != *is_exploitable).then(|| format!("{name}: {found:?}"))
    };
    labels.iter().filter_map(wrong).collect()
}

#[test]
fn labelled_principals_are_told_apart_without_a_mistake() {
    let Some(details) = example() else { return };
    let labels = labels(&details);
    let exploitable = labels.values().filter(|label| **label).count();
    assert_eq!((exploitable, labels.len() - exploitable), (72, 10));
    let judged = Judged::details(&details);
    assert_eq!(misjudged(&judged, &labels, str::to_owned), Vec::<String>::new());
}

/// Applies a change to every policy document.
fn change_documents(details: &mut Value, change: &impl Fn(&mut Vec<Value>)) {
    let is_document = |map: &serde_json::Map<String, Value>| map.contains_key("Statement");
    match details {
        Value::Object(map) if is_document(map) => {
            let statement = map.get_mut("Statement").unwrap();
            let mut all = match statement.take() {
                Value::Array(all) => all,
                single => vec![single],
            };
            change(&mut all);
            *statement = Value::Array(all);
        }
        Value::Object(map) => map.values_mut().for_each(|value| change_documents(value, change)),
        Value::Array(all) => all.iter_mut().for_each(|value| change_documents(value, change)),
        _ => {}
    }
}

/// Every action of every statement by itself, the last statement first.
fn split(statements: &mut Vec<Value>) {
    let all = std::mem::take(statements);
    for statement in all.into_iter().rev() {
        let actions = match statement.get("Action") {
            Some(Value::Array(actions)) if !actions.is_empty() => actions.clone(),
            _ => {
                statements.push(statement);
                continue;
            }
        };
        for action in actions.into_iter().rev() {
            let mut part = statement.clone();
            part["Action"] = action;
            part.as_object_mut().unwrap().remove("Sid");
            statements.push(part);
        }
    }
}

/// Actions in other letters: every second one large, the others small.
fn recase(statements: &mut Vec<Value>) {
    let recased = |text: &str| -> Value {
        let change = |(at, letter): (usize, char)| match at % 2 {
            0 => letter.to_ascii_uppercase(),
            _ => letter.to_ascii_lowercase(),
        };
        text.chars().enumerate().map(change).collect::<String>().into()
    };
    for statement in statements {
        for field in ["Action", "NotAction"] {
            match statement.get_mut(field) {
                Some(Value::Array(all)) => {
                    for one in all {
                        *one = recased(one.as_str().unwrap());
                    }
                }
                Some(one) => *one = recased(one.as_str().unwrap()),
                None => {}
            }
        }
    }
}

/// Inline policies become customers' policies of their own, attached to whom they belonged to.
fn manage(details: &mut Value) {
    let mut made = Vec::new();
    for (list, inline) in [
        ("UserDetailList", "UserPolicyList"),
        ("RoleDetailList", "RolePolicyList"),
        ("GroupDetailList", "GroupPolicyList"),
    ] {
        for holder in details[list].as_array_mut().unwrap() {
            let arn = holder["Arn"].as_str().unwrap().to_owned();
            let number = arn.split(':').nth(4).unwrap().to_owned();
            let Some(Value::Array(policies)) = holder.as_object_mut().unwrap().remove(inline) else {
                continue;
            };
            for policy in policies {
                let name = format!("moved-{}", made.len());
                let moved = format!("arn:aws:iam::{number}:policy/{name}");
                let attached = json!({"PolicyName": name, "PolicyArn": moved});
                match holder["AttachedManagedPolicies"].as_array_mut() {
                    Some(all) => all.push(attached),
                    None => holder["AttachedManagedPolicies"] = json!([attached]),
                }
                made.push(json!({
                    "PolicyName": name, "Arn": moved, "DefaultVersionId": "v1",
                    "PolicyVersionList": [
                        {"VersionId": "v1", "IsDefaultVersion": true, "Document": policy["PolicyDocument"]}
                    ],
                }));
            }
        }
    }
    details["Policies"].as_array_mut().unwrap().extend(made);
}

/// Names without what the labels are made of; the same words in every pattern that means them.
fn renamed(text: &str) -> String {
    let words = [
        ("privesc", "harmless"),
        ("fn", "kx"),
        ("fp", "kq"),
        ("exploitable", "zebra"),
        ("Exploitable", "Zebra"),
    ];
    words.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

fn rename_all(value: &mut Value) {
    match value {
        Value::String(text) => {
            // Services and actions keep their names: only what follows an account's number is a name of its own.
            let is_name = !text.contains(':') || text.starts_with("arn:");
            if is_name && !text.contains("amazonaws") {
                *text = renamed(text);
            }
        }
        Value::Array(all) => all.iter_mut().for_each(rename_all),
        Value::Object(map) => map.values_mut().for_each(rename_all),
        _ => {}
    }
}

/// Something that must not matter, done to a file.
type Change = fn(&mut Value);

#[test]
fn what_does_not_matter_changes_no_label() {
    let Some(details) = example() else { return };
    let labels = labels(&details);
    let changes: [(&str, Change); 5] = [
        ("statements split and turned round", |details| change_documents(details, &split)),
        ("actions in other letters", |details| change_documents(details, &recase)),
        ("inline policies managed", manage),
        ("everything renamed", rename_all),
        ("lists turned round", |details| {
            for list in ["UserDetailList", "RoleDetailList", "GroupDetailList", "Policies"] {
                details[list].as_array_mut().unwrap().reverse();
            }
        }),
    ];
    let mut all = details.clone();
    for (name, change) in changes {
        let mut other = details.clone();
        change(&mut other);
        change(&mut all);
        assert_ne!(other, details, "{name} changes nothing");
        let rename = |text: &str| if name == "everything renamed" { renamed(text) } else { text.to_owned() };
        assert_eq!(misjudged(&Judged::details(&other), &labels, rename), Vec::<String>::new(), "{name}");
    }
    assert_eq!(misjudged(&Judged::details(&all), &labels, renamed), Vec::<String>::new(), "all together");
}

/// One account with everybody in it together, labelled by hand before the program saw it: who can come to control of
/// everything, and who cannot. Two of the labels were wrong and are mended: tina and uma can start builds of a project
/// that may already run with the role (`codebuild-002`).
const LABELLED: [(&str, bool); 33] = [
    ("olga", true),
    ("pete", true),
    ("quin", false),
    ("rosa", false),
    ("sara", true),
    ("tina", true),
    ("uma", true),
    ("vera", false),
    ("kim", true),
    ("walt", true),
    ("xena", true),
    ("yuri", true),
    ("zoe", true),
    ("adam", false),
    ("bea", false),
    ("carl", false),
    ("dora", true),
    ("emil", true),
    ("fay", false),
    ("gus", false),
    ("hana", true),
    ("ivan", true),
    ("jana", false),
    ("lars", false),
    ("mona", false),
    ("nils", false),
    ("oda", true),
    ("pia", false),
    ("rex", false),
    ("web", true),
    ("reader", true),
    ("hop", true),
    ("lambda-exec", false),
];

/// Who cannot come to control himself, but can give it to somebody else: that counts as a way, and overstates.
const GIVERS: [&str; 3] = ["nils: Path", "pia: Path", "vera: Path"];

#[test]
fn an_account_that_the_rules_were_not_written_for_is_told_apart_too() {
    let labels: Labels = LABELLED.iter().map(|(name, label)| ((*name).to_owned(), *label)).collect();
    let details = super::accounts::account(include_str!("escalation/aside.txt"));
    assert_eq!(misjudged(&Judged::details(&details), &labels, str::to_owned), GIVERS);
    let mut other = details.clone();
    change_documents(&mut other, &split);
    change_documents(&mut other, &recase);
    manage(&mut other);
    assert_eq!(misjudged(&Judged::details(&other), &labels, str::to_owned), GIVERS);
}
