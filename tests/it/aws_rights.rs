//! What AWS policies allow together: denies, boundaries, conditions, lists of what is not meant; wrong policies.

use std::sync::Arc;

use serde_json::{Value, json};
use trueup::metrics::merge;
use trueup::model::PullId;
use trueup::model::inventory::{Entitlement, EntitlementKind, Record};
use trueup::model::privilege::{Condition, Conditions};
use trueup::model::pull::{Manifest, Pulled};
use trueup::packs::Library;
use trueup::privilege::Estate;

const ANNA: &str = "arn:aws:iam::111122223333:user/anna";
const BUCKET: &str = "arn:aws:s3:::payroll/2026.csv";

/// A user with inline policies and a boundary, pulled like any file.
fn estate(policies: &[Value], boundary: Option<&Value>) -> Estate {
    let inline: Vec<Value> = policies
        .iter()
        .zip(0..)
        .map(|(statements, at)| {
            json!({"PolicyName": format!("p{at}"), "PolicyDocument": {"Version": "2012-10-17", "Statement": statements}})
        })
        .collect();
    let bound = "arn:aws:iam::111122223333:policy/bound";
    let mut user = json!({"UserName": "anna", "Arn": ANNA, "UserId": "AIDAXEXAMPLE", "Path": "/",
        "CreateDate": "2025-01-01T00:00:00Z", "UserPolicyList": inline, "GroupList": [], "AttachedManagedPolicies": []});
    let mut managed = Vec::new();
    if let Some(statements) = boundary {
        user["PermissionsBoundary"] =
            json!({"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": bound});
        managed
            .push(json!({"PolicyName": "bound", "Arn": bound, "DefaultVersionId": "v1", "PolicyVersionList":
            [{"VersionId": "v1", "IsDefaultVersion": true, "Document": {"Statement": statements}}]}));
    }
    let file =
        json!({"UserDetailList": [user], "RoleDetailList": [], "GroupDetailList": [], "Policies": managed});
    built(&[crate::usage::read("authz.json", file.to_string().as_bytes()).unwrap()])
}

fn built(pulls: &[Pulled]) -> Estate {
    let inventory = merge(pulls);
    Estate::build(&inventory, pulls, Arc::clone(&Library::open(None).unwrap().weights))
}

/// The same user, who may do everything, below an organisation that says `levels`.
fn below(levels: &Value) -> Estate {
    let file = json!({"UserDetailList": [{"UserName": "anna", "Arn": ANNA, "UserId": "AIDAXEXAMPLE", "Path": "/",
        "CreateDate": "2025-01-01T00:00:00Z", "GroupList": [], "AttachedManagedPolicies": [],
        "UserPolicyList": [{"PolicyName": "p", "PolicyDocument": {"Statement": allow("*", "*")}}]}],
        "RoleDetailList": [], "GroupDetailList": [], "Policies": []});
    let people = crate::usage::read("authz.json", file.to_string().as_bytes()).unwrap();
    let control = Entitlement {
        id: "control/111122223333".to_owned(),
        source: Some("aws:111122223333".into()),
        kind: EntitlementKind::Control,
        document: Some(json!({"levels": levels}).to_string()),
        ..Entitlement::default()
    };
    let manifest = Manifest {
        id: PullId::new("organisation".to_owned()),
        connector: "aws-organization-policies".to_owned(),
        ..people.manifest.clone()
    };
    built(&[people, Pulled { manifest, records: vec![Record::Entitlement(control)] }])
}

fn allow(action: &str, resource: &str) -> Value {
    json!([{"Effect": "Allow", "Action": action, "Resource": resource}])
}

fn deny(action: &str, resource: &str) -> Value {
    json!([{"Effect": "Deny", "Action": action, "Resource": resource}])
}

fn may(policies: &[Value]) -> bool {
    estate(policies, None).may(ANNA, "s3:GetObject", BUCKET).is_some()
}

#[test]
fn policies_are_judged_together() {
    let cases = [
        ("an allow", vec![allow("s3:GetObject", "*")], true),
        ("in any case", vec![allow("S3:GETOBJECT", "*")], true),
        ("by a wildcard", vec![allow("s3:Get*", "arn:aws:s3:::pay*/*")], true),
        ("another resource", vec![allow("s3:GetObject", "arn:aws:s3:::other/*")], false),
        ("another action", vec![allow("s3:PutObject", "*")], false),
        ("a deny elsewhere", vec![allow("s3:*", "*"), deny("s3:Get*", "*")], false),
        ("a deny of another resource", vec![allow("s3:*", "*"), deny("*", "arn:aws:s3:::other/*")], true),
        ("a deny of the resource", vec![allow("*", "*"), deny("*", "arn:aws:s3:::payroll/*")], false),
        ("all but it", vec![json!([{"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}])], false),
        ("all but others", vec![json!([{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}])], true),
        (
            "everywhere but there",
            vec![json!([{"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::payroll/*"}])],
            false,
        ),
        (
            "a deny of one letter",
            vec![allow("*", "arn:aws:s3:::payroll/*"), deny("*", "arn:aws:s3:::payroll/?")],
            true,
        ),
        (
            "a deny with a broken condition",
            vec![
                allow("*", "*"),
                json!([{"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": "nonsense"}]),
            ],
            true,
        ),
        (
            "one's own name",
            vec![
                allow("s3:GetObject", "arn:aws:s3:::payroll/*"),
                deny("s3:*", "arn:aws:s3:::${aws:username}/*"),
            ],
            true,
        ),
        (
            "a deny that only perhaps holds",
            vec![
                allow("*", "*"),
                json!([{"Effect": "Deny", "Action": "*", "Resource": "*",
                    "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "false"}}}]),
            ],
            true,
        ),
        (
            "a time that is over",
            vec![json!([{"Effect": "Allow", "Action": "*", "Resource": "*",
                "Condition": {"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}}])],
            false,
        ),
    ];
    for (name, policies, expected) in cases {
        assert_eq!(may(&policies), expected, "{name}");
    }
}

#[test]
fn a_boundary_has_to_allow_too() {
    let all = [allow("*", "*")];
    let bound =
        |statements: Value| estate(&all, Some(&statements)).may(ANNA, "s3:GetObject", BUCKET).is_some();
    assert!(bound(allow("s3:*", "*")));
    assert!(!bound(allow("ec2:*", "*")));
    assert!(!bound(allow("s3:*", "arn:aws:s3:::other/*")));
    assert!(!bound(
        json!([{"Effect": "Allow", "Action": "*", "Resource": "*"}, {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}])
    ));
}

#[test]
fn every_level_of_the_organisation_has_to_allow_and_none_may_deny() {
    let level = |policies: &[Value]| {
        let policies: Vec<_> =
            policies.iter().map(|one| json!({"name": "x", "document": {"Statement": one}})).collect();
        json!({"target": "r", "policies": policies})
    };
    let may = |levels: Value| below(&levels).may(ANNA, "s3:GetObject", BUCKET).is_some();
    let all = allow("*", "*");
    assert!(may(json!([level(std::slice::from_ref(&all)), level(&[allow("s3:*", "*")])])));
    assert!(!may(json!([level(std::slice::from_ref(&all)), level(&[allow("ec2:*", "*")])])));
    assert!(!may(json!([level(&[all, deny("s3:*", "*")])])));
    assert!(may(json!([{"target": "r"}])), "a level that nobody shows is not known, and closes nothing");
    assert!(may(json!([{"target": "r", "policies": [{"name": "x", "document": 5}]}])));
}

#[test]
fn conditions_are_told() {
    let guarded = json!([{"Effect": "Allow", "Action": "s3:*", "Resource": "*",
        "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}]);
    let asked = estate(std::slice::from_ref(&guarded), None).may(ANNA, "s3:GetObject", BUCKET);
    assert_eq!(asked, Some(Conditions::NONE.with(Condition::SecondFactor)));
    let both = estate(&[guarded, allow("s3:GetObject", "*")], None).may(ANNA, "s3:GetObject", BUCKET);
    assert_eq!(both, Some(Conditions::NONE), "the weaker of two conditions counts");
}

#[test]
fn wrong_policies_never_make_less_of_the_others() {
    let odd = [
        json!("nonsense"),
        json!([{"Effect": "Maybe", "Action": "*", "Resource": "*"}]),
        json!([{"Effect": "Allow", "Action": 5, "Resource": "*"}]),
        json!([{"Sid": "a", "Effect": "Allow", "Action": "frob:Nicate", "Resource": "*"}, {"Sid": "a", "Effect": "Allow", "Action": [], "Resource": []}]),
        json!([{"Effect": "Allow", "Action": "ec2:*", "Resource": "*", "Condition": {"Frob": {"x": {"y": [1, null]}}}}]),
    ];
    for policy in odd {
        assert!(may(&[policy.clone(), allow("s3:GetObject", "*")]), "{policy}");
    }
}
