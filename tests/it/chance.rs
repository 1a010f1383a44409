//! Random small AWS accounts through the whole library, many to a file: what must not matter does not, and a grant
//! that is used counts only where it opens something.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};
use trueup::model::merged::Identity;

use super::accounts::Judged;
use super::usage;

/// How many identities every property sees at least.
const CASES: u32 = 20_000;
/// Accounts in one file, each with two users and a role.
const ACCOUNTS: u64 = 100;
/// So many files hold that many identities.
const FILES: u32 = CASES.div_ceil(300);
/// Users of one account in a file with evidence of use.
const USERS: u32 = 250;

/// Numbers that look drawn by chance and are the same for one seed (xorshift).
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    pub fn is(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn shuffle<T>(&mut self, all: &mut [T]) {
        for at in (1..all.len()).rev() {
            all.swap(at, self.below(at + 1));
        }
    }
}

const HARMLESS: [&str; 9] = [
    "s3:GetObject",
    "s3:Put*",
    "ec2:Describe*",
    "iam:GetUser",
    "kms:Decrypt",
    "secretsmanager:GetSecretValue",
    "foo:Bar",
    "s3:FlyAway",
    "sqs:*",
];
const GRAVE: [&str; 8] = [
    "ec2:RunInstances",
    "iam:PassRole",
    "iam:CreateAccessKey",
    "iam:AttachUserPolicy",
    "iam:UpdateAssumeRolePolicy",
    "sts:AssumeRole",
    "lambda:*",
    "iam:*",
];

/// The dearest to judge are few: those who hold something that may open a way.
fn statement(chance: &mut Chance, account: u64) -> Value {
    let pool: &[&str] = if account.is_multiple_of(5) && chance.is(60) { &GRAVE } else { &HARMLESS };
    let mut actions: Vec<&str> = (0..=chance.below(2)).map(|_| *chance.one(pool)).collect();
    if account.is_multiple_of(25) && chance.is(10) {
        actions.push("*");
    }
    let resource = match chance.below(6) {
        0..=2 => "*".to_owned(),
        3 => format!("arn:aws:s3:::bucket-{}/*", chance.below(3)),
        4 => format!("arn:aws:iam::{account}:user/${{aws:username}}"),
        _ => format!("arn:aws:iam::{account}:role/*"),
    };
    let field = if account.is_multiple_of(25) && chance.is(20) { "NotAction" } else { "Action" };
    let effect = if chance.is(15) { "Deny" } else { "Allow" };
    let mut made = json!({"Effect": effect, "Resource": resource});
    made[field] = json!(actions);
    if chance.is(20) {
        made["Condition"] = chance
            .one(&[
                json!({"Bool": {"aws:MultiFactorAuthPresent": "true"}}),
                json!({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}),
                json!({"StringEquals": {"aws:PrincipalOrgID": "o-1"}}),
                json!({"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}),
                json!({"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}}),
            ])
            .clone();
    }
    made
}

fn document(chance: &mut Chance, account: u64) -> Value {
    let statements: Vec<Value> = (0..=chance.below(2)).map(|_| statement(chance, account)).collect();
    json!({"Version": "2012-10-17", "Statement": statements})
}

fn policy(name: &str, account: u64, document: &Value) -> Value {
    json!({"PolicyName": name, "Arn": format!("arn:aws:iam::{account}:policy/{name}"), "DefaultVersionId": "v1",
        "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": true, "Document": document}]})
}

fn attached(name: &str, account: u64) -> Value {
    json!({"PolicyName": name, "PolicyArn": format!("arn:aws:iam::{account}:policy/{name}")})
}

/// A file of random accounts: two users, a group, a role and two managed policies each.
fn accounts(chance: &mut Chance) -> Value {
    let (mut users, mut roles, mut groups, mut policies) = (vec![], vec![], vec![], vec![]);
    for account in 100_000_000_000..100_000_000_000 + ACCOUNTS {
        let arn = |kind: &str, name: &str| format!("arn:aws:iam::{account}:{kind}/{name}-{account}");
        for name in ["own", "team"] {
            policies.push(policy(name, account, &document(chance, account)));
        }
        let inline =
            |chance: &mut Chance| json!([{"PolicyName": "in", "PolicyDocument": document(chance, account)}]);
        for (name, is_member) in [("one", true), ("two", chance.is(50))] {
            let groups = if is_member { json!([format!("g-{account}")]) } else { json!([]) };
            users.push(
                json!({"UserName": format!("{name}-{account}"), "Arn": arn("user", name), "Path": "/",
                "CreateDate": "2026-01-01T00:00:00Z", "GroupList": groups,
                "AttachedManagedPolicies": [attached("own", account)], "UserPolicyList": inline(chance)}),
            );
        }
        groups.push(json!({"GroupName": format!("g-{account}"), "Arn": arn("group", "g"), "Path": "/",
            "AttachedManagedPolicies": [attached("team", account)], "GroupPolicyList": []}));
        let principal = match chance.below(3) {
            0 => json!({"Service": ["ec2.amazonaws.com", "lambda.amazonaws.com"]}),
            1 => json!({"AWS": format!("arn:aws:iam::{account}:root")}),
            _ => json!({"AWS": arn("user", "one")}),
        };
        let used = if chance.is(50) { json!({}) } else { json!({"LastUsedDate": "2026-03-01T00:00:00Z"}) };
        roles.push(json!({"RoleName": format!("r-{account}"), "Arn": arn("role", "r"), "Path": "/",
            "CreateDate": "2026-01-01T00:00:00Z", "RoleLastUsed": used, "RolePolicyList": inline(chance),
            "AttachedManagedPolicies": [attached("own", account)], "AssumeRolePolicyDocument": {"Statement": [
                {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}]}}));
    }
    json!({"UserDetailList": users, "RoleDetailList": roles, "GroupDetailList": groups, "Policies": policies})
}

/// By id: every figure of everybody, to the last bit.
fn figures(judged: &Judged) -> BTreeMap<String, String> {
    let figure = |(one, privilege): (&Identity, &Option<_>)| {
        (one.id.clone(), serde_json::to_string(privilege).unwrap())
    };
    judged.inventory.identities.iter().zip(&judged.privileges).map(figure).collect()
}

/// Whom two files judge otherwise; more identities than one thread takes at a time, so that several share them.
fn differences(one: &Value, other: &Value) -> Vec<String> {
    let (one, other) = (figures(&Judged::details(one)), figures(&Judged::details(other)));
    assert_eq!(one.len(), other.len());
    let differ = one.iter().filter(|(id, figures)| other.get(*id) != Some(*figures));
    differ.map(|(id, figures)| format!("{id}\n  {figures}\n  {:?}", other.get(id))).collect()
}

/// Every policy again, by all ways at once: under another name, twice in one list, through a group, and inline.
fn alias(details: &mut Value) {
    let again: Vec<Value> = details["Policies"].as_array().unwrap().clone();
    let document = |arn: &str| {
        let found = again.iter().find(|policy| policy["Arn"] == arn).unwrap();
        found["PolicyVersionList"][0]["Document"].clone()
    };
    for group in details["GroupDetailList"].as_array_mut().unwrap() {
        let held = group["AttachedManagedPolicies"].as_array_mut().unwrap();
        let arn = held[0]["PolicyArn"].as_str().unwrap().to_owned();
        held.push(json!({"PolicyName": "renamed", "PolicyArn": format!("{arn}-renamed")}));
        group["GroupPolicyList"] = json!([{"PolicyName": "copy", "PolicyDocument": document(&arn)}]);
    }
    for (list, inline) in [("UserDetailList", "UserPolicyList"), ("RoleDetailList", "RolePolicyList")] {
        for holder in details[list].as_array_mut().unwrap() {
            let held = holder["AttachedManagedPolicies"].as_array_mut().unwrap();
            let arn = held[0]["PolicyArn"].as_str().unwrap().to_owned();
            held.push(held[0].clone());
            held.push(json!({"PolicyName": "renamed", "PolicyArn": format!("{arn}-renamed")}));
            let own = holder[inline].as_array_mut().unwrap();
            let copied = json!({"PolicyName": "again", "PolicyDocument": own[0]["PolicyDocument"]});
            own.push(copied);
            own.push(json!({"PolicyName": "copy", "PolicyDocument": document(&arn)}));
        }
    }
    for mut policy in again {
        for field in ["PolicyName", "Arn"] {
            policy[field] = format!("{}-renamed", policy[field].as_str().unwrap()).into();
        }
        details["Policies"].as_array_mut().unwrap().push(policy);
    }
}

/// Every list whose order means nothing, in another order.
fn shuffle(value: &mut Value, chance: &mut Chance) {
    match value {
        Value::Array(all) => {
            for one in all.iter_mut() {
                shuffle(one, chance);
            }
            chance.shuffle(all);
        }
        Value::Object(map) => {
            for one in map.values_mut() {
                shuffle(one, chance);
            }
        }
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(FILES))]

    // Both at once, because each needs the whole way from a file to figures twice.
    #[test]
    fn the_same_policies_by_other_ways_and_names_in_another_order_change_no_bit(seed in any::<u64>()) {
        let mut chance = Chance::new(seed);
        let details = accounts(&mut chance);
        let mut other = details.clone();
        alias(&mut other);
        shuffle(&mut other, &mut chance);
        let differ = differences(&details, &other);
        prop_assert!(differ.is_empty(), "{} differ:\n{}", differ.len(), differ.join("\n"));
    }
}

/// What a user of an account holds, and what is granted to it besides and known to be used.
struct Grantee {
    passes: bool,
    more: &'static str,
}

/// Users of one account, before and after one more grant each, and the log that shows its use.
struct Growth {
    grantees: Vec<Grantee>,
    before: Value,
    after: Value,
    log: Value,
    /// Whether the administrator's role runs on machines that anybody may start.
    is_hosted: bool,
}

/// Actions that a log shows under their own names.
const SHOWN: [(&str, &str, &str); 4] = [
    ("ec2:RunInstances", "ec2", "RunInstances"),
    ("iam:CreateUser", "iam", "CreateUser"),
    ("ec2:StopInstances", "ec2", "StopInstances"),
    ("cloudformation:DescribeStacks", "cloudformation", "DescribeStacks"),
];

fn growth(chance: &mut Chance) -> Growth {
    let account = 111_122_223_333_u64;
    let is_hosted = chance.is(70);
    let service = if is_hosted { "ec2.amazonaws.com" } else { "events.amazonaws.com" };
    let role = json!({"RoleName": "box", "Arn": format!("arn:aws:iam::{account}:role/box"), "Path": "/",
        "AttachedManagedPolicies": [], "RolePolicyList": [{"PolicyName": "all", "PolicyDocument":
            {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}}],
        "AssumeRolePolicyDocument": {"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
            "Principal": {"Service": service}}]}});
    let end: jiff::Timestamp = "2026-04-01T12:00:00Z".parse().unwrap();
    let (mut grantees, mut users, mut grown, mut events) = (vec![], vec![], vec![], vec![]);
    for number in 0..USERS {
        let (more, source, event) = *chance.one(&SHOWN);
        let passes = chance.is(50);
        let arn = format!("arn:aws:iam::{account}:user/u{number}");
        let mut own = vec![json!({"Effect": "Allow", "Resource": "*", "Action":
            *chance.one(&["s3:GetObject", "sqs:*", "dynamodb:PutItem", "iam:ListUsers"])})];
        if passes {
            own.push(json!({"Effect": "Allow", "Action": "iam:PassRole", "Resource":
                *chance.one(&["*", "arn:aws:iam::111122223333:role/box"])}));
        }
        let held = |statements: &[Value]| {
            json!({"UserName": format!("u{number}"), "Arn": &arn, "Path": "/", "GroupList": [],
                "CreateDate": "2024-01-01T00:00:00Z", "AttachedManagedPolicies": [],
                "UserPolicyList": [{"PolicyName": "p", "PolicyDocument": {"Statement": statements}}]})
        };
        users.push(held(&own));
        own.push(json!({"Effect": "Allow", "Action": more, "Resource": "*"}));
        grown.push(held(&own));
        let days = i64::try_from(chance.below(89)).unwrap();
        let at = end.checked_sub(jiff::SignedDuration::from_hours(24 * days)).unwrap();
        events.push(json!({"eventVersion": "1.11", "userIdentity": {"type": "IAMUser", "arn": arn},
            "eventTime": at.to_string(), "eventSource": format!("{source}.amazonaws.com"), "eventName": event,
            "eventType": "AwsApiCall", "managementEvent": true, "readOnly": false,
            "recipientAccountId": account.to_string()}));
        grantees.push(Grantee { passes, more });
    }
    let file = |users: Vec<Value>| {
        json!({"UserDetailList": users, "RoleDetailList": [role], "GroupDetailList": [],
        "Policies": []})
    };
    let (before, after) = (file(users), file(grown));
    Growth { grantees, before, after, log: json!({"Records": events}), is_hosted }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(CASES.div_ceil(USERS)))]

    #[test]
    fn a_used_grant_raises_the_score_where_it_opens_a_way_with_an_unused_part_and_nowhere_else(seed in any::<u64>()) {
        let growth = growth(&mut Chance::new(seed));
        let judged = |details: &Value| {
            let people = usage::read("details.json", details.to_string().as_bytes()).unwrap();
            let log = usage::read("trail.json", growth.log.to_string().as_bytes()).unwrap();
            Judged::pulled(&[people, log])
        };
        let (before, after) = (judged(&growth.before), judged(&growth.after));
        for (grantee, number) in growth.grantees.iter().zip(0..) {
            let name = format!("u{number}");
            let (was, is) = (before.privilege(&name), after.privilege(&name));
            prop_assert!(!was.reach.is_control() && is.used_actions == Some(1), "{}: {:?}", name, is);
            let opens = grantee.passes && growth.is_hosted && grantee.more == "ec2:RunInstances";
            prop_assert_eq!(is.reach.is_control(), opens);
            if opens {
                prop_assert!(is.score.point > was.score.point + 1.0, "{} {:?}", name, is);
            } else {
                prop_assert_eq!(is.score, was.score, "{} with {}", name, grantee.more);
                prop_assert_eq!(is.excess, was.excess);
            }
        }
    }
}
