//! Files that are odd or broken, through the real program: what is not understood is counted or said, nothing crashes,
//! and nobody looks weaker than without the odd thing.

use serde_json::{Value, json};

use super::desk::{Desk, Ran};

const ACCOUNT: &str = "111122223333";

/// How what is odd has to be told.
enum Told {
    /// It means what it would mean otherwise.
    Alike,
    /// So many actions more.
    Actions(u64),
    /// The way to tier 0 is not known, or known.
    Doubt,
    /// A sentence.
    Said(&'static str),
}

fn allow(action: &str) -> Value {
    json!({"Effect": "Allow", "Action": action, "Resource": "*"})
}

fn user(statements: &Value) -> Value {
    json!({"UserName": "anna", "Arn": format!("arn:aws:iam::{ACCOUNT}:user/anna"), "Path": "/", "GroupList": [],
        "CreateDate": "2026-01-01T00:00:00Z", "AttachedManagedPolicies": [], "UserPolicyList": [
            {"PolicyName": "p", "PolicyDocument": {"Version": "2012-10-17", "Statement": statements}}]})
}

fn role(name: &str, trusted: &Value) -> Value {
    json!({"RoleName": name, "Arn": format!("arn:aws:iam::{ACCOUNT}:role/{name}"), "Path": "/",
        "CreateDate": "2026-01-01T00:00:00Z", "AttachedManagedPolicies": [], "RolePolicyList": [{"PolicyName": "p",
            "PolicyDocument": {"Statement": [allow("s3:GetObject"), allow("sts:AssumeRole")]}}],
        "AssumeRolePolicyDocument": {"Statement": [
            {"Effect": "Allow", "Principal": trusted, "Action": "sts:AssumeRole"}]}})
}

fn details(users: &[Value], roles: &[Value]) -> Value {
    json!({"UserDetailList": users, "RoleDetailList": roles, "GroupDetailList": [], "Policies": []})
}

/// What the program says of a file.
fn run(content: impl AsRef<[u8]>) -> Ran {
    let desk = Desk::new();
    let ran = desk.run(&["identities", &desk.file("details.json", content), "--json"]);
    for word in ["panicked", "stack", "Error {"] {
        assert!(!ran.err.contains(word), "{}", ran.err);
    }
    ran
}

/// What the program says of somebody in a file that it reads, and what it says besides.
fn judged(details: &Value, name: &str) -> (Value, String) {
    let ran = run(details.to_string());
    assert_eq!(ran.code, 0, "{}", ran.err);
    let rows: Value = serde_json::from_str(&ran.out).unwrap();
    let row = rows.as_array().unwrap().iter().find(|row| row["name"] == name).unwrap();
    (row["privilege"].clone(), ran.err)
}

/// Whether no end of a score is lower than that of another.
fn is_no_lower(one: &Value, other: &Value) -> bool {
    let at = |privilege: &Value, end: &str| privilege["score"][end].as_f64().unwrap();
    ["low", "point", "high"].iter().all(|end| at(one, end) >= at(other, end))
}

#[test]
fn an_odd_statement_is_told_and_makes_nobody_weaker() {
    let (plain, _) = judged(&details(&[user(&json!([allow("s3:GetObject")]))], &[]), "anna");
    let mut nested = json!("x");
    for _ in 0..90 {
        nested = json!({"a": nested});
    }
    let with = |field: &str, value: Value| {
        let mut statement = allow("s3:GetObject");
        statement[field] = value;
        statement
    };
    let cases = [
        ("an unknown action", allow("foo:Bar"), Told::Actions(1)),
        ("an unknown action of a known service", allow("s3:FlyAway"), Told::Actions(1)),
        ("the same Sid again", with("Sid", json!("a")), Told::Alike),
        ("an unknown operator", with("Condition", json!({"StringFrobs": {"aws:x": "y"}})), Told::Alike),
        ("a deep condition", with("Condition", json!({"StringEquals": {"aws:x": nested}})), Told::Alike),
        ("a principal where none belongs", with("Principal", json!("*")), Told::Alike),
        ("no effect", json!({"Action": "*", "Resource": "*"}), Told::Doubt),
        ("no resource", json!({"Effect": "Allow", "Action": "iam:*"}), Told::Doubt),
        ("no action", json!({"Effect": "Allow", "Resource": "*"}), Told::Doubt),
        ("a broken deny", json!({"Effect": "Deny", "Action": "*"}), Told::Doubt),
        ("a number for a statement", json!(5), Told::Said("neither an object nor a list of objects")),
        (
            "a number for an action",
            json!({"Effect": "Allow", "Action": [5, "s3:GetObject"], "Resource": "*"}),
            Told::Alike,
        ),
    ];
    for (name, odd, told) in cases {
        let statements = match told {
            Told::Said(_) => odd,
            _ => json!([with("Sid", json!("a")), odd]),
        };
        let mut anna = user(&statements);
        if let Told::Said(_) = told {
            let more = user(&json!([allow("s3:GetObject")]))["UserPolicyList"][0].clone();
            anna["UserPolicyList"].as_array_mut().unwrap().push(more);
            anna["UserPolicyList"][1]["PolicyName"] = json!("q");
        }
        let (privilege, said) = judged(&details(&[anna], &[]), "anna");
        assert!(is_no_lower(&privilege, &plain), "{name}: {privilege}");
        match told {
            Told::Alike => assert_eq!(privilege, plain, "{name}"),
            Told::Actions(more) => {
                assert_eq!(privilege["actions"], plain["actions"].as_u64().unwrap() + more, "{name}");
            }
            Told::Doubt => assert_eq!(privilege["reach"], "unknown", "{name}"),
            Told::Said(sentence) => {
                assert!(said.contains(sentence), "{name}: {said}");
                assert_eq!(
                    (&privilege["reach"], &privilege["opaque"]),
                    (&json!("unknown"), &json!(1)),
                    "{name}"
                );
            }
        }
    }
}

#[test]
fn versions_and_shapes_of_documents_and_dates_mean_the_same() {
    let plain = details(&[user(&json!([allow("s3:GetObject")]))], &[]);
    let (expected, _) = judged(&plain, "anna");
    let document = &plain["UserDetailList"][0]["UserPolicyList"][0]["PolicyDocument"];
    let mut same = Vec::new();
    for version in [json!("2008-10-17"), json!("2099-01-01"), json!(5), Value::Null] {
        let mut other = plain.clone();
        other["UserDetailList"][0]["UserPolicyList"][0]["PolicyDocument"]["Version"] = version;
        same.push(other.to_string().into_bytes());
    }
    same.push(details(&[user(&allow("s3:GetObject"))], &[]).to_string().into_bytes());
    let mut text = plain.clone();
    text["UserDetailList"][0]["UserPolicyList"][0]["PolicyDocument"] = json!(document.to_string());
    same.push(text.to_string().into_bytes());
    let mut date = plain.clone();
    date["UserDetailList"][0]["CreateDate"] = json!("2026-01-01 00:00:00+00:00");
    same.push(date.to_string().into_bytes());
    same.push([b"\xef\xbb\xbf", plain.to_string().as_bytes()].concat());
    for content in same {
        let ran = run(&content);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""));
        let rows: Value = serde_json::from_str(&ran.out).unwrap();
        assert_eq!(rows[0]["privilege"], expected, "{}", String::from_utf8_lossy(&content));
    }
    let mut odd = plain;
    odd["UserDetailList"][0]["CreateDate"] = json!("yesterday");
    let (privilege, said) = judged(&odd, "anna");
    assert_eq!(privilege, expected);
    assert!(said.contains("`yesterday`, which is no time"), "{said}");
}

#[test]
fn a_last_use_that_is_empty_is_not_one_that_is_missing() {
    let used = |value: Option<Value>| {
        let mut one = role("r", &json!({"Service": "ec2.amazonaws.com"}));
        one["CreateDate"] = json!("2020-01-01T00:00:00Z");
        if let Some(value) = value {
            one["RoleLastUsed"] = value;
        }
        // Somebody who dates the file.
        judged(&details(&[user(&json!([allow("s3:GetObject")]))], &[one]), "r").0
    };
    let (missing, null, empty) = (used(None), used(Some(Value::Null)), used(Some(json!({}))));
    assert_eq!(null, missing);
    assert!(is_no_lower(&empty, &missing), "{empty} {missing}");
    assert_eq!((&empty["coverage"], &missing["coverage"]), (&json!(1.0), &json!(0.0)));
}

#[test]
fn circles_of_roles_and_groups_come_to_an_end() {
    let named = |name: &str| json!({"AWS": format!("arn:aws:iam::{ACCOUNT}:role/{name}")});
    let roles =
        [role("a", &named("b")), role("b", &named("c")), role("c", &named("a")), role("d", &named("d"))];
    let mut anna = user(&json!([allow("s3:GetObject"), allow("sts:AssumeRole")]));
    anna["GroupList"] = json!(["g", "g", "nowhere"]);
    let group = |name: &str, inside: &[&str]| {
        json!({"GroupName": name, "Arn": format!("arn:aws:iam::{ACCOUNT}:group/{name}"), "Path": "/",
            "GroupList": inside, "AttachedManagedPolicies": [], "GroupPolicyList": []})
    };
    let mut file = details(&[anna], &roles);
    file["GroupDetailList"] = json!([group("g", &["h"]), group("h", &["g"])]);
    for name in ["anna", "a", "b", "c", "d"] {
        let (privilege, said) = judged(&file, name);
        assert_eq!(privilege["reach"], "none", "{name}");
        assert!(said.contains("it is in the group nowhere, which the file does not list"), "{said}");
    }
}

#[test]
fn other_partitions_are_judged_like_the_common_one() {
    let mut anna = user(&json!([
        {"Effect": "Allow", "Action": "iam:PassRole", "Resource": format!("arn:aws:iam::{ACCOUNT}:role/box"),
            "Condition": {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}},
        allow("ec2:RunInstances"),
    ]));
    anna["AttachedManagedPolicies"] =
        json!([{"PolicyName": "ReadOnlyAccess", "PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}]);
    let mut bert = user(&json!([
        {"Effect": "Allow", "Action": "iam:AttachUserPolicy", "Resource": "*",
            "Condition": {"ArnEquals": {"iam:PolicyARN": "arn:aws:iam::aws:policy/AdministratorAccess"}}}]));
    bert["UserName"] = json!("bert");
    bert["Arn"] = json!(format!("arn:aws:iam::{ACCOUNT}:user/bert"));
    let mut controlling = role("box", &json!({"Service": "ec2.amazonaws.com"}));
    controlling["RolePolicyList"][0]["PolicyDocument"]["Statement"] = json!(allow("*"));
    let file = details(&[anna, bert], &[controlling]);
    for (partition, ending) in [("aws", "com"), ("aws-us-gov", "com"), ("aws-cn", "com.cn")] {
        let text = file.to_string().replace("arn:aws:", &format!("arn:{partition}:"));
        let text = text.replace(".amazonaws.com", &format!(".amazonaws.{ending}"));
        let other: Value = serde_json::from_str(&text).unwrap();
        for name in ["anna", "bert"] {
            let (privilege, _) = judged(&other, name);
            assert_eq!(
                (&privilege["reach"], &privilege["paths"]),
                (&json!("path"), &json!(1)),
                "{partition} {name}"
            );
            assert_eq!(privilege["score"], judged(&file, name).0["score"], "{partition} {name}");
        }
    }
}

#[test]
fn an_account_or_a_policy_that_the_file_does_not_show_leaves_the_way_open() {
    let plain = judged(&details(&[user(&json!([allow("s3:GetObject")]))], &[]), "anna").0;
    let mut away = allow("sts:AssumeRole");
    away["Resource"] = json!("arn:aws:iam::999999999999:role/x");
    let (privilege, _) = judged(&details(&[user(&json!([allow("s3:GetObject"), away]))], &[]), "anna");
    assert_eq!((&privilege["reach"], &privilege["paths"]), (&json!("unknown"), &Value::Null));
    assert!(is_no_lower(&privilege, &plain));
    let mut anna = user(&json!([allow("s3:GetObject")]));
    let gone = format!("arn:aws:iam::{ACCOUNT}:policy/gone");
    anna["AttachedManagedPolicies"] = json!([{"PolicyName": "gone", "PolicyArn": gone}]);
    let (privilege, said) = judged(&details(&[anna], &[]), "anna");
    assert_eq!((&privilege["reach"], &privilege["opaque"]), (&json!("unknown"), &json!(1)));
    assert!(is_no_lower(&privilege, &plain));
    assert!(said.contains("policy/gone") && said.contains("the file does not list it"), "{said}");
}

#[test]
fn ten_megabytes_of_conditions_are_read_or_refused_in_a_sentence() {
    let conditioned = |condition: Value| {
        let mut statement = allow("s3:GetObject");
        statement["Condition"] = condition;
        details(&[user(&json!([statement]))], &[])
    };
    let keys: serde_json::Map<String, Value> =
        (0..150_000).map(|at| (format!("aws:RequestTag/t{at}"), json!("v".repeat(40)))).collect();
    let flat = conditioned(json!({"StringEquals": keys}));
    assert!(flat.to_string().len() > 10_000_000);
    let (privilege, said) = judged(&flat, "anna");
    assert_eq!((&privilege["actions"], said.as_str()), (&json!(1), ""));
    let values: Vec<String> = (0..900_000).map(|at| format!("v{at}")).collect();
    let (privilege, _) =
        judged(&conditioned(json!({"StringEquals": {"aws:PrincipalTag/t": values}})), "anna");
    assert_eq!(privilege["actions"], 1);
    let text = conditioned(json!("DEEP")).to_string();
    for deep in [
        ["{\"a\":".repeat(1_700_000), "1".into(), "}".repeat(1_700_000)],
        ["[".repeat(5_000_000), String::new(), "]".repeat(5_000_000)],
    ] {
        let ran = run(text.replace("\"DEEP\"", &deep.concat()));
        assert_eq!((ran.code, ran.out.as_str()), (1, ""));
        assert!(ran.err.contains("it nests more than 120 levels deep"), "{}", ran.err);
    }
    // In a document that is a text, only that policy is not understood.
    let mut inside = details(&[user(&json!([allow("s3:GetObject")]))], &[]);
    let deep = format!("{{\"Statement\":{}1{}}}", "[".repeat(5000), "]".repeat(5000));
    let broken = json!({"PolicyName": "deep", "PolicyDocument": deep});
    inside["UserDetailList"][0]["UserPolicyList"].as_array_mut().unwrap().push(broken);
    let (privilege, said) = judged(&inside, "anna");
    assert_eq!((&privilege["actions"], &privilege["opaque"]), (&json!(1), &json!(1)), "{said}");
    assert!(said.contains("its document is not JSON"), "{said}");
}
