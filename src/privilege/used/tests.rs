//! The rules of evidence, one by one, and what more or older evidence may never do.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::*;
use crate::model::SourceId;
use crate::model::inventory::{Usage, Watch};
use crate::model::merged::{Identity, Presence};

const WHO: &str = "arn:aws:iam::111122223333:user/anna";

fn now() -> Timestamp {
    "2026-04-01T12:00:00Z".parse().unwrap()
}

fn days_ago(days: u32) -> Timestamp {
    now() - SignedDuration::from_hours(24 * i64::from(days))
}

#[expect(clippy::unnecessary_wraps, reason = "as it stands in records")]
fn system() -> Option<SourceId> {
    Some(SourceId::new("aws:111122223333"))
}

/// An advisor's or a log's word about a service or an action.
fn usage(service: &str, action: Option<&str>, used: Fact<u32>) -> (IdentityAt, Usage) {
    let usage = Usage {
        account: WHO.to_owned(),
        source: system(),
        service: service.to_owned(),
        action: action.map(str::to_owned),
        last_used: used.map(days_ago),
        watched_since: Fact::Known(days_ago(400)),
        watched_until: Fact::Known(now()),
        ..Usage::default()
    };
    (0, usage)
}

#[expect(clippy::needless_pass_by_value, reason = "most callers make it in place")]
fn company(account: Presence, usages: Vec<(IdentityAt, Usage)>) -> Inventory {
    let account = Presence { id: WHO.to_owned(), system: system(), ..account };
    let mut usages = usages;
    usages.sort_by_key(|(at, _)| *at);
    Inventory {
        taken: Some(now()),
        identities: vec![Identity { accounts: vec![account], ..Identity::default() }],
        usages,
        ..Inventory::default()
    }
}

fn ask(inventory: &Inventory, service: &str, action: &str) -> Use {
    Used::build(inventory).of(0, WHO).of(service, action, GrantAge::default(), Prior::Default)
}

#[test]
fn absence_at_a_service_is_conclusive_and_presence_is_not() {
    let inventory = company(
        Presence::default(),
        vec![
            usage("s3", None, Fact::Known(5)),
            usage("s3", Some("GetObject"), Fact::Known(5)),
            usage("s3", Some("DeleteObject"), Fact::Absent),
            usage("sqs", None, Fact::Absent),
            usage("iam", None, Fact::Absent),
            usage("sns", None, Fact::Known(200)),
            usage("sts", None, Fact::Known(100)),
        ],
    );
    let cases = [
        ("sqs", "SendMessage", Use::Unused { days: 400 }),
        ("s3", "getobject", Use::Used { days: 5 }),
        ("s3", "DeleteObject", Use::Unused { days: 400 }),
        ("s3", "PutObject", Use::Unknown(Prior::Default)),
        ("iam", "CreateUser", Use::Unused { days: 400 }),
        ("iam", "passrole", Use::Unknown(Prior::Default)),
        ("sns", "Publish", Use::Unused { days: 200 }),
        ("sts", "AssumeRole", Use::Unknown(Prior::Default)),
        ("ec2", "RunInstances", Use::Unknown(Prior::Default)),
    ];
    for (service, action, expected) in cases {
        assert_eq!(ask(&inventory, service, action), expected, "{service}:{action}");
    }
}

#[test]
fn two_actions_of_one_part_are_known_alike() {
    let inventory = company(
        Presence::default(),
        vec![usage("iam", None, Fact::Known(3)), usage("iam", Some("GetUser"), Fact::Known(3))],
    );
    let used = Used::build(&inventory);
    let account = used.of(0, WHO);
    assert!(account.is_told() && account.service("iam").is_split() && !account.service("ec2").is_split());
    let iam = account.service("iam");
    assert_eq!(iam.part("ListUsers"), iam.part("CreateUser"));
    assert_ne!(iam.part("PassRole"), iam.part("CreateUser"));
    assert_ne!(iam.part("GETUSER"), iam.part("CreateUser"));
}

#[test]
fn a_role_that_was_never_used_has_used_nothing_and_the_grace_is_its_age() {
    let never = |created| Presence { last_seen: Fact::Absent, created, ..Presence::default() };
    let hidden = company(never(Fact::Hidden), Vec::new());
    assert_eq!(ask(&hidden, "iam", "PassRole"), Use::Unused { days: 400 });
    assert!(!Used::build(&hidden).of(0, WHO).is_told(), "nothing to split by");
    let young = company(never(Fact::Known(days_ago(10))), Vec::new());
    assert_eq!(ask(&young, "s3", "GetObject"), Use::Unused { days: 10 });
    let used = company(never(Fact::Hidden), vec![usage("s3", Some("GetObject"), Fact::Known(2))]);
    assert_eq!(ask(&used, "s3", "GetObject"), Use::Used { days: 2 });
    assert_eq!(ask(&used, "ec2", "RunInstances"), Use::Unknown(Prior::Default), "the last use beats");
    let untold = company(Presence::default(), Vec::new());
    assert_eq!(ask(&untold, "s3", "GetObject"), Use::Unknown(Prior::Default), "not told is not never");
}

#[test]
fn a_grant_has_its_own_age_and_its_own_last_use() {
    let inventory = company(Presence::default(), vec![usage("sqs", None, Fact::Absent)]);
    let used = Used::build(&inventory);
    let ask = |grant| used.of(0, WHO).of("sqs", "SendMessage", grant, Prior::Default);
    let grant = |granted, last_used| GrantAge { granted, last_used };
    assert_eq!(ask(grant(Some(20), Fact::Hidden)), Use::Unused { days: 20 });
    assert_eq!(ask(grant(Some(900), Fact::Hidden)), Use::Unused { days: 400 });
    assert_eq!(ask(grant(None, Fact::Known(7))), Use::Used { days: 7 });
    let silent = company(Presence::default(), Vec::new());
    let used = Used::build(&silent);
    let never = used.of(0, WHO).of("x", "y", grant(Some(30), Fact::Absent), Prior::Default);
    assert_eq!(never, Use::Unused { days: 30 });
}

#[test]
fn dormant_accounts_and_those_whose_owner_left_are_hardly_needed() {
    let seen = |days| Presence { last_seen: Fact::Known(days_ago(days)), ..Presence::default() };
    let prior = |inventory: &Inventory| ask(inventory, "s3", "GetObject");
    assert_eq!(prior(&company(seen(89), Vec::new())), Use::Unknown(Prior::Default));
    assert_eq!(prior(&company(seen(90), Vec::new())), Use::Unknown(Prior::Dormant));
    let active = company(seen(200), vec![usage("ec2", Some("RunInstances"), Fact::Known(3))]);
    assert_eq!(prior(&active), Use::Unknown(Prior::Default));
    let mut left = company(seen(1), Vec::new());
    left.identities[0].ended = Fact::Known(days_ago(1));
    assert_eq!(prior(&left), Use::Unknown(Prior::Dormant));
    let mut owned = company(seen(1), Vec::new());
    owned.identities[0].owner = Fact::Known("Boris".to_owned());
    owned.identities.push(Identity { ended: Fact::Known(days_ago(3)), ..Identity::default() });
    owned.by_key.insert("boris".to_owned(), Some(1));
    assert_eq!(prior(&owned), Use::Unknown(Prior::Dormant));
    owned.identities[1].ended = Fact::Absent;
    assert_eq!(prior(&owned), Use::Unknown(Prior::Default));
}

#[test]
fn only_a_log_without_gaps_over_the_window_shows_what_was_not_called() {
    let watch = |since, until| Watch { source: system(), since: days_ago(since), until: days_ago(until) };
    let with = |watches: Vec<Watch>| Inventory { watches, ..company(Presence::default(), Vec::new()) };
    let whole = with(vec![watch(120, 0)]);
    let cases = [
        ("iam", "CreateUser", Use::Unused { days: 120 }),
        ("iam", "PassRole", Use::Unknown(Prior::Default)),
        ("s3", "GetObject", Use::Unknown(Prior::Default)),
    ];
    for (service, action, expected) in cases {
        assert_eq!(ask(&whole, service, action), expected, "{service}:{action}");
    }
    assert_eq!(ask(&with(vec![watch(89, 0)]), "iam", "CreateUser"), Use::Unused { days: 89 });
    let joined = with(vec![watch(120, 60), watch(61, 0)]);
    assert_eq!(ask(&joined, "iam", "CreateUser"), Use::Unused { days: 120 });
    let too_little = [vec![watch(88, 0)], vec![watch(200, 40)], vec![watch(200, 100), watch(80, 0)]];
    for watches in too_little {
        assert_eq!(ask(&with(watches), "iam", "CreateUser"), Use::Unknown(Prior::Default));
    }
}

#[test]
fn a_use_seen_long_ago_is_the_last_only_where_somebody_watched_since() {
    let old = |since: Fact<u32>| {
        let (at, one) = usage("s3", Some("GetObject"), Fact::Known(200));
        vec![(at, Usage { watched_since: since.map(days_ago), ..one })]
    };
    let known = |usages| ask(&company(Presence::default(), usages), "s3", "GetObject");
    assert_eq!(known(old(Fact::Known(300))), Use::Used { days: 200 });
    assert_eq!(known(old(Fact::Known(100))), Use::Unknown(Prior::Default));
    assert_eq!(known(old(Fact::Hidden)), Use::Unknown(Prior::Default));
    let watches = vec![Watch { source: system(), since: days_ago(250), until: now() }];
    let logged = Inventory { watches, ..company(Presence::default(), old(Fact::Hidden)) };
    assert_eq!(ask(&logged, "s3", "GetObject"), Use::Used { days: 200 });
    let mut stale = old(Fact::Known(300));
    stale[0].1.watched_until = Fact::Known(days_ago(150));
    assert_eq!(known(stale), Use::Unknown(Prior::Default));
}

#[test]
fn the_scope_of_use_holds_all_resources_and_is_told_by_whole_logs_only() {
    let on = |resources: &[Option<&str>]| {
        let usages = resources.iter().map(|resource| {
            let (at, one) = usage("s3", Some("GetObject"), Fact::Known(1));
            (at, Usage { resource: resource.map(str::to_owned), ..one })
        });
        let watches = vec![Watch { source: system(), since: days_ago(120), until: now() }];
        Inventory { watches, ..company(Presence::default(), usages.collect()) }
    };
    let scope = |inventory: &Inventory| {
        let used = Used::build(inventory);
        let s3 = used.of(0, WHO).service("s3");
        s3.used_scope(s3.part("GetObject"))
    };
    let [a, b] = [Some("arn:aws:s3:::bucket/a"), Some("arn:aws:s3:::bucket/b")];
    assert_eq!(scope(&on(&[a])), Some(Scope::Resource));
    assert_eq!(scope(&on(&[a, b])), Some(Scope::Group));
    assert_eq!(scope(&on(&[a, Some("arn:aws:s3:::other/a")])), Some(Scope::Account));
    assert_eq!(scope(&on(&[a, None])), None);
    let [one, two] = ["arn:aws:iam::1:role/a", "arn:aws:iam::1:role/b"].map(Some);
    assert_eq!(scope(&on(&[one, two])), Some(Scope::Account), "the kind of resource is no group");
    assert_eq!(scope(&Inventory { watches: Vec::new(), ..on(&[a]) }), None);
}

#[test]
fn an_account_is_found_by_its_id_or_by_being_the_only_one_in_its_system() {
    let other = SourceId::new("entra:halden");
    let mut inventory = company(Presence::default(), vec![usage("sqs", None, Fact::Absent)]);
    let second = Presence { id: "anna@halden".to_owned(), system: Some(other), ..Presence::default() };
    inventory.identities[0].accounts.push(second);
    let used = Used::build(&inventory);
    assert!(used.of(0, WHO).is_told() && !used.of(0, "anna@halden").is_told());
    let holding = |account: &str, system: Option<SourceId>| Holding {
        identity: 0,
        system,
        account: account.into(),
        entitlement: "policy".into(),
        kind: crate::model::inventory::EntitlementKind::Policy,
        via: Vec::new(),
        title: "".into(),
        action: None,
        resource: None,
        is_general_admin: Fact::Hidden,
        granted_at: Fact::Known(days_ago(3)),
        last_used: Fact::Absent,
        expires: Fact::Absent,
        declared: crate::model::inventory::Declared::default(),
    };
    assert!(used.holder(&holding("AIDAX", system())).is_told());
    assert!(!used.holder(&holding("anna", Some(SourceId::new("okta:x")))).is_told());
    assert_eq!(used.grant_age(&holding(WHO, None)), GrantAge { granted: Some(3), last_used: Fact::Absent });
}

/// The least and the most that a right can be unneeded, as the weights of the method say it.
fn needless(usage: Use) -> (f64, f64) {
    let share = |days: u32| (f64::from(days) / 90.0).min(1.0);
    match usage {
        Use::Used { days } => (share(days.saturating_sub(90)), share(days.saturating_sub(90))),
        Use::Unused { days } => (share(days), share(days)),
        Use::Unknown(_) => (0.0, 1.0),
    }
}

fn told() -> impl Strategy<Value = Vec<(IdentityAt, Usage)>> {
    let action =
        prop_oneof![Just(None), Just(Some("GetUser")), Just(Some("CreateUser")), Just(Some("PassRole"))];
    let used = prop_oneof![Just(Fact::Absent), (0_u32..400).prop_map(Fact::Known)];
    let one = (prop_oneof![Just("iam"), Just("s3")], action, used);
    proptest::collection::vec(one.prop_map(|(service, action, used)| usage(service, action, used)), 0..6)
}

fn account() -> impl Strategy<Value = Presence> {
    let seen = prop_oneof![Just(Fact::Hidden), Just(Fact::Absent), (0_u32..400).prop_map(Fact::Known)];
    let created = prop_oneof![Just(Fact::Hidden), (0_u32..900).prop_map(Fact::Known)];
    (seen, created).prop_map(|(seen, created)| Presence {
        last_seen: seen.map(days_ago),
        created: created.map(days_ago),
        ..Presence::default()
    })
}

const ASKED: [(&str, &str); 5] =
    [("iam", "GetUser"), ("iam", "CreateUser"), ("iam", "PassRole"), ("iam", "ListUsers"), ("s3", "GetUser")];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn evidence_of_recent_use_never_raises_what_is_surely_unneeded(
        account in account(), told in told(), days in 0_u32..=90, service in prop_oneof![Just("iam"), Just("s3")],
        action in prop_oneof![Just(None), Just(Some("GetUser"))],
    ) {
        let before = company(account.clone(), told.clone());
        let more = told.into_iter().chain([usage(service, action, Fact::Known(days))]).collect();
        let after = company(account, more);
        for (service, action) in ASKED {
            let (was, is) = (needless(ask(&before, service, action)), needless(ask(&after, service, action)));
            prop_assert!(is.0 <= was.0, "{service}:{action} {was:?} {is:?}");
        }
    }

    #[test]
    fn an_older_last_use_never_lowers(account in account(), first in 0_u32..400, later in 0_u32..400, is_whole in any::<bool>()) {
        let account = Presence { created: Fact::Hidden, ..account };
        let action = if is_whole { None } else { Some("GetUser") };
        let ends = [first.min(later), first.max(later)].map(|days| {
            let inventory = company(account.clone(), vec![usage("iam", action, Fact::Known(days))]);
            needless(ask(&inventory, "iam", "GetUser"))
        });
        prop_assert!(ends[0].0 <= ends[1].0, "{ends:?}");
        prop_assert!(is_whole || ends[0].1 <= ends[1].1, "{ends:?}");
    }

    #[test]
    fn order_and_repetition_of_evidence_do_not_matter(account in account(), told in told()) {
        let mut other: Vec<_> = told.iter().rev().cloned().collect();
        other.extend(told.clone());
        let (one, other) = (company(account.clone(), told), company(account, other));
        for (service, action) in ASKED {
            prop_assert_eq!(ask(&one, service, action), ask(&other, service, action));
        }
    }
}
