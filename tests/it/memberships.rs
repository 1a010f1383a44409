//! What is left without a membership: the engine, its profile and the screen agree.

use std::collections::BTreeSet;

use proptest::prelude::*;
use trueup::model::inventory::EntitlementKind;
use trueup::model::privilege::{HeldGrant, Profile};

use crate::accounts::Judged;
use crate::kit;

/// A user with rights of its own and by two groups.
pub const OFFICE: &str = "
user eve
  in builders
  in readers
  allow s3:ListAllMyBuckets on *
  uses deploy
user ada
  in builders
group builders
  allow iam:AttachUserPolicy on *
  uses deploy
group readers
  allow s3:GetObject on *
policy deploy
  allow ec2:RunInstances ec2:TerminateInstances on *
";

fn place(profile: &Profile, fits: impl Fn(&HeldGrant) -> bool) -> usize {
    profile.grants.iter().position(fits).unwrap()
}

fn membership(profile: &Profile, name: &str) -> usize {
    place(profile, |grant| grant.kind == EntitlementKind::Group && grant.title == name)
}

/// The places of what comes by a group.
fn given(profile: &Profile, name: &str) -> BTreeSet<usize> {
    let via = vec![format!("group {name}")];
    (0..profile.grants.len()).filter(|at| profile.grants[*at].via == via).collect()
}

fn without(judged: &Judged, name: &str, gone: &BTreeSet<usize>) -> Profile {
    judged.estate.profile(&judged.inventory, judged.at(name), gone).unwrap()
}

/// Everything of a profile but which grants were named as taken away.
fn left(profile: Profile) -> Profile {
    let is_there = |grant: &HeldGrant| !grant.is_removed && grant.kind != EntitlementKind::Group;
    let grants = profile.grants.iter().filter(|grant| is_there(grant)).cloned().collect();
    Profile { grants, ..profile }
}

#[test]
fn without_a_membership_goes_what_comes_by_it_alone() {
    let judged = Judged::text(OFFICE);
    let whole = judged.profile("eve");
    let builders = membership(&whole, "builders");
    assert!(!whole.paths.is_empty(), "attaching policies leads to control");
    let after = without(&judged, "eve", &[builders].into());
    assert!(after.paths.is_empty());
    let gone: BTreeSet<_> = (0..after.grants.len()).filter(|at| after.grants[*at].is_removed).collect();
    let mut expected = given(&whole, "builders");
    assert_eq!(expected.len(), 2);
    expected.insert(builders);
    assert_eq!(gone, expected);
    let allowed = |profile: &Profile| -> BTreeSet<String> {
        profile.rights.iter().flat_map(|right| right.actions.clone()).collect()
    };
    assert!(allowed(&after).contains("ec2:RunInstances"), "it holds that policy itself too");
    assert!(allowed(&after).contains("s3:GetObject"), "that comes by another group");
    assert!(!allowed(&after).contains("iam:AttachUserPolicy"));
    let other = without(&judged, "ada", &[membership(&judged.profile("ada"), "builders")].into());
    assert_eq!(other.privilege.unwrap().actions, 0, "it has nothing else");
}

#[test]
fn a_membership_says_what_would_be_without_it_and_a_path_is_closed_by_leaving() {
    let judged = Judged::text(OFFICE);
    let whole = judged.profile("eve");
    let builders = membership(&whole, "builders");
    let grant = &whole.grants[builders];
    let after = without(&judged, "eve", &[builders].into());
    assert_eq!(grant.score_without, Some(after.privilege.as_ref().unwrap().score));
    assert!(grant.actions >= 3 && grant.access.is_some() && !grant.is_redundant, "{grant:?}");
    let deploy = place(&whole, |grant| grant.title == "deploy" && !grant.via.is_empty());
    assert!(whole.grants[deploy].is_redundant, "the user holds it directly too");
    for path in &whole.paths {
        assert_eq!(path.removal, [builders], "{}", path.id);
        assert_eq!(path.score_after, Some(after.privilege.as_ref().unwrap().score));
    }
}

#[test]
fn every_removal_that_is_named_closes_its_path_in_the_example() {
    let Some(file) = kit::shared("samples/aws/authz-details-example.json") else { return };
    let judged = Judged::file(&file);
    let grouped = (0..judged.inventory.identities.len())
        .filter(|at| judged.inventory.holdings_of(*at).iter().any(|held| !held.via.is_empty()));
    let mut closed = 0;
    for at in grouped {
        let of = |gone: &BTreeSet<usize>| judged.estate.profile(&judged.inventory, at, gone).unwrap();
        let whole = of(&BTreeSet::new());
        for path in whole.paths.iter().filter(|path| !path.removal.is_empty()).take(3) {
            let after = of(&path.removal.iter().copied().collect());
            assert!(after.paths.iter().all(|open| open.id != path.id), "{} of {}", path.id, whole.name);
            assert_eq!(path.score_after, after.privilege.map(|own| own.score), "{}", whole.name);
            assert!(path.removal.iter().all(|at| whole.grants[*at].via.is_empty()), "{}", whole.name);
            closed += 1;
        }
    }
    assert!(closed > 0, "somebody has a path by a group");
}

const STATEMENTS: [&str; 8] = [
    "allow s3:* on *",
    "allow iam:PassRole lambda:CreateFunction lambda:InvokeFunction on *",
    "allow iam:CreateAccessKey on user/ada",
    "deny s3:DeleteObject on *",
    "allow ec2:* on *",
    "allow sts:AssumeRole on role/boss",
    "allow kms:Decrypt on *",
    "deny ec2:* on *",
];

prop_compose! {
    /// Statements of the user, of its groups, and in which of them it is.
    fn office()(
        own in prop::collection::vec(0..STATEMENTS.len(), 0..3),
        groups in prop::collection::vec(prop::collection::vec(0..STATEMENTS.len(), 1..3), 1..4),
    ) -> (String, usize) {
        let count = groups.len();
        let lines = |all: &[usize]| -> Vec<String> {
            all.iter().map(|at| format!("  {}", STATEMENTS[*at])).collect()
        };
        let mut text = vec!["user eve".to_owned()];
        text.extend((0..count).map(|at| format!("  in g{at}")));
        text.extend(lines(&own));
        for (at, group) in groups.iter().enumerate() {
            text.push(format!("group g{at}\n  uses common"));
            text.extend(lines(group));
        }
        text.push("user ada\n  allow iam:* on *".to_owned());
        text.push("role boss trusts user/eve, lambda.amazonaws.com\n  allow iam:* on *".to_owned());
        text.push("policy common\n  allow sqs:* on *".to_owned());
        let text = text.join("\n");
        (text, count)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn removing_a_membership_is_removing_each_grant_that_comes_by_it_alone(
        (text, count) in office(), which in any::<prop::sample::Index>(), other in any::<prop::sample::Index>()
    ) {
        let judged = Judged::text(&text);
        let whole = judged.profile("eve");
        let mut memberships = BTreeSet::new();
        let mut singly = BTreeSet::new();
        for at in [which.index(count), other.index(count)] {
            memberships.insert(membership(&whole, &format!("g{at}")));
            singly.extend(given(&whole, &format!("g{at}")));
            let by_group = without(&judged, "eve", &memberships);
            let one_by_one = without(&judged, "eve", &singly);
            prop_assert_eq!(left(by_group), left(one_by_one), "{}", text);
        }
    }
}
