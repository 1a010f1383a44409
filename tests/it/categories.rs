//! What other tools list as dangerous actions is dangerous here too: each action by itself, held by somebody alone in
//! an account, at the level that its category needs; the rest with the reason why it is not.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use trueup::model::privilege::{Access, Tier};

use super::accounts::Judged;

/// By part of the list: the actions.
type Parts = BTreeMap<&'static str, Vec<String>>;

fn parts() -> Parts {
    let mut parts = Parts::new();
    let mut part = "";
    for line in include_str!("categories/actions.txt").lines().filter(|line| !line.starts_with('#')) {
        match line.split_once(' ') {
            Some(("=" | "-", name)) => part = name,
            Some((service, names)) => parts
                .entry(part)
                .or_default()
                .extend(names.split_whitespace().map(|name| format!("{service}:{name}"))),
            None => assert!(line.is_empty(), "{line}"),
        }
    }
    parts
}

/// Somebody who holds one action on everything, in an account of his own.
fn holder(number: usize, action: &str) -> Value {
    let account = 100_000_000_000 + number;
    json!({"UserName": "u", "Arn": format!("arn:aws:iam::{account}:user/u{number}"), "Path": "/", "GroupList": [],
        "AttachedManagedPolicies": [], "UserPolicyList": [{"PolicyName": "p", "PolicyDocument":
            {"Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]}}]})
}

/// The access and the tier that each action has as a right.
fn levels(actions: &[String]) -> Vec<(Access, Tier)> {
    let users: Vec<Value> = actions.iter().enumerate().map(|(at, action)| holder(at, action)).collect();
    let details =
        json!({"UserDetailList": users, "RoleDetailList": [], "GroupDetailList": [], "Policies": []});
    let judged = Judged::details(&details);
    let level = |(at, action): (usize, &String)| {
        let profile = judged.profile(&format!("u{at}"));
        let is_it = |names: &[String]| names.iter().any(|name| name == action);
        let row = profile.rights.iter().find(|row| is_it(&row.actions));
        let row = row.unwrap_or_else(|| panic!("{action} gives no right: {:?}", profile.rights));
        (row.access, row.tier)
    };
    actions.iter().enumerate().map(level).collect()
}

/// Whether an action at this level counts in a category.
fn counts(category: &str, (access, tier): (Access, Tier)) -> bool {
    match category {
        "exposure" => access == Access::Admin || (access >= Access::Write && tier == Tier::Control),
        "credentials" => access == Access::Admin || tier == Tier::Control,
        "data" => access >= Access::Read && tier >= Tier::Management,
        other => panic!("what is {other}?"),
    }
}

#[test]
fn every_listed_action_is_judged_at_the_level_that_its_category_needs() {
    let parts = parts();
    let sizes: Vec<usize> = ["exposure", "credentials", "data"].map(|part| parts[part].len()).to_vec();
    assert!(sizes[0] > 480 && sizes[1] > 38 && sizes[2] == 5, "{sizes:?}");
    let mut wrong = Vec::new();
    for (part, actions) in &parts {
        for (action, level) in actions.iter().zip(levels(actions)) {
            let is_right = match *part {
                category @ ("exposure" | "credentials" | "data") => counts(category, level),
                // What is said to be harmless must not be judged otherwise: else it belongs to a category.
                _ => !counts("exposure", level),
            };
            if !is_right {
                wrong.push(format!("{part}: {action} is {level:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
