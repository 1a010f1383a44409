//! Figures that follow from what identities may effectively do, rather than from the names of what they hold.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::Timestamp;
use proptest::prelude::*;
use trueup::metrics::{Inventory, explain, measure};
use trueup::model::catalog::Catalog;
use trueup::model::inventory::{Agent, Class, EntitlementKind, Fact};
use trueup::model::merged::{Feed, Held, Identity, Listed, Presence, Seen};
use trueup::model::metric::Measured;
use trueup::model::privilege::{Estimate, Peer, Privilege, Reach};
use trueup::model::{MetricName, SourceId};
use trueup::packs::Library;

static CATALOG: LazyLock<Catalog> = LazyLock::new(|| Library::open(None).unwrap().catalog.clone());

fn now() -> Timestamp {
    "2026-04-01T00:00:00Z".parse().unwrap()
}

/// What an identity may do, as far as figures look at it.
fn privilege(points: u64, used_points: (u64, u64)) -> Privilege {
    Privilege {
        score: Estimate::default(),
        excess: Estimate::default(),
        power: 1.0,
        coverage: 1.0,
        actions: 1,
        used_actions: None,
        standing: None,
        reach: Reach::None,
        paths: Some(0),
        points,
        used_points,
        is_high_risk: Some(false),
        is_standing_high_risk: Some(false),
        opaque: 0,
        peer: Peer::NotCompared,
    }
}

fn identity(name: &str, class: Option<Class>) -> Identity {
    let account = Presence {
        id: name.to_owned(),
        system: Some(SourceId::new("aws:1")),
        is_enabled: Fact::Known(true),
        ..Presence::default()
    };
    Identity {
        id: name.to_owned(),
        name: name.to_owned(),
        accounts: vec![account],
        recorded: class.map_or(Fact::Hidden, Fact::Known),
        ..Identity::default()
    }
}

fn inventory(rows: Vec<(Identity, Option<Privilege>)>) -> Inventory {
    let (identities, privileges): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
    let seen = Seen {
        connector: "aws-authorization".to_owned(),
        source: SourceId::new("aws:1"),
        origin: "details.json".to_owned(),
        taken: now(),
        feeds: [Feed::Identities, Feed::Grants, Feed::Agents].into(),
        covers: [SourceId::new("aws:1")].into(),
        tells_ended: false,
    };
    Inventory { taken: Some(now()), sources: vec![seen], identities, privileges, ..Inventory::default() }
}

fn ends(inventory: &Inventory, metric: &str) -> Option<(f64, f64)> {
    measure(inventory, &CATALOG).ends(&MetricName::from(metric))
}

fn machines(rows: &[Option<(u64, (u64, u64))>]) -> Inventory {
    let rows = rows.iter().enumerate().map(|(at, told)| {
        let name = format!("m{at}");
        (identity(&name, Some(Class::Machine)), told.map(|(points, used)| privilege(points, used)))
    });
    inventory(rows.collect())
}

#[test]
fn risk_points_add_up_and_unknown_use_widens_the_sum() {
    let told = machines(&[Some((100, (40, 40))), Some((50, (0, 50))), None]);
    assert_eq!(ends(&told, "machine.permissions.granted_risk"), Some((150.0, 150.0)));
    assert_eq!(ends(&told, "machine.permissions.used_risk_90d"), Some((40.0, 90.0)));
    assert_eq!(ends(&told, "ai.permissions.granted_risk"), Some((0.0, 0.0)), "there is no agent");
    let origin = explain(&told, &CATALOG, &"machine.permissions.used_risk_90d".into()).unwrap();
    let named =
        |rows: &[trueup::metrics::OriginRow]| rows.iter().map(|row| row.name.clone()).collect::<Vec<_>>();
    assert_eq!(
        (named(&origin.counted), named(&origin.silent)),
        (vec!["m0".into()], vec!["m1".into(), "m2".into()])
    );
    assert_eq!(origin.counted[0].because, "its rights add up to 40 risk points");
}

#[test]
fn without_rights_or_without_use_the_sum_is_unknown_and_not_zero() {
    let why = |inventory: &Inventory, metric: &str| match &measure(inventory, &CATALOG).by_name[metric].value
    {
        Measured::Unknown(why) => why.reason.clone(),
        value => panic!("{value:?}"),
    };
    let untold = machines(&[None, None]);
    assert!(why(&untold, "machine.permissions.granted_risk").contains("effectively do"));
    let unused = machines(&[Some((100, (0, 100)))]);
    assert!(why(&unused, "machine.permissions.used_risk_90d").contains("are used"));
    let idle = machines(&[Some((100, (0, 0)))]);
    assert_eq!(
        ends(&idle, "machine.permissions.used_risk_90d"),
        Some((0.0, 0.0)),
        "known to be unused is a zero"
    );
    let mut classless = machines(&[Some((100, (40, 40))), Some((7, (7, 7)))]);
    classless.identities[1].recorded = Fact::Hidden;
    assert_eq!(ends(&classless, "machine.permissions.granted_risk"), Some((100.0, 107.0)));
}

fn held(identity: usize, system: &str, is_general_admin: bool) -> Held {
    Held {
        identity,
        system: Some(SourceId::new(system)),
        entitlement: "policy".into(),
        title: "policy".into(),
        kind: EntitlementKind::Policy,
        is_general_admin: Fact::Known(is_general_admin),
        action: None,
        resource: None,
        granted_at: Fact::Hidden,
        last_used: Fact::Hidden,
        expires: Fact::Absent,
        is_per_use: false,
    }
}

#[test]
fn an_administrator_is_one_by_what_all_policies_let_it_do() {
    let cases = [
        // By one document; by none but all together; by one that others bound; by one elsewhere; read in part.
        ("aws:1", true, Some(Reach::Holds), 1.0),
        ("aws:1", false, Some(Reach::Holds), 1.0),
        ("aws:1", true, Some(Reach::None), 0.0),
        ("okta:x", true, Some(Reach::None), 1.0),
        ("aws:1", true, Some(Reach::Unknown), 1.0),
        ("aws:1", false, Some(Reach::Path), 0.0),
        ("aws:1", true, None, 1.0),
    ];
    for (system, is_listed, reach, expected) in cases {
        let told = reach.map(|reach| Privilege { reach, ..privilege(1, (1, 1)) });
        let mut person = inventory(vec![(identity("anna", Some(Class::Human)), told)]);
        person.identities[0].grants = vec![0];
        person.grants = vec![held(0, system, is_listed)];
        assert_eq!(
            ends(&person, "human.admins.total"),
            Some((expected, expected)),
            "{system} {is_listed} {reach:?}"
        );
    }
}

/// An agent of the register that acts with an identity of its own.
fn agent(told: Option<Privilege>, peer_role: Fact<String>) -> Inventory {
    let mut made = inventory(vec![(identity("a1", Some(Class::Ai)), told)]);
    made.identities[0].agents = vec![0];
    let row = Agent {
        id: "r1".to_owned(),
        name: "r1".to_owned(),
        identity: Fact::Known("a1".to_owned()),
        peer_role,
        is_registered: true,
        ..Agent::default()
    };
    made.agents = vec![Listed { row, identity: Some(0) }];
    made
}

#[test]
fn agents_are_compared_and_judged_by_their_rights() {
    let with = |peer, risk, standing| {
        let told =
            Privilege { peer, is_high_risk: risk, is_standing_high_risk: standing, ..privilege(1, (1, 1)) };
        let made = agent(Some(told), Fact::Known("accountant".to_owned()));
        ["above_human_peer", "high_risk", "standing_high_risk"]
            .map(|figure| ends(&made, &format!("ai.agents.{figure}")))
    };
    let [yes, no, open] = [Some((1.0, 1.0)), Some((0.0, 0.0)), None];
    let excess = 5.0;
    assert_eq!(with(Peer::More { excess }, Some(true), Some(true)), [yes, yes, yes]);
    assert_eq!(with(Peer::SignificantlyMore { excess }, Some(true), Some(false)), [yes, yes, no]);
    assert_eq!(with(Peer::Same { excess }, Some(false), None), [no, no, no]);
    assert_eq!(with(Peer::NoPeer, None, None), [open, open, open]);
    assert_eq!(with(Peer::NotCompared, None, None), [open, open, open]);
    let beside = |peer, role| {
        let made = agent(Some(Privilege { peer, ..privilege(1, (1, 1)) }), role);
        ["peer_mapped", "above_human_peer"].map(|figure| ends(&made, &format!("ai.agents.{figure}")))
    };
    assert_eq!(
        beside(Peer::More { excess }, Fact::Absent),
        [yes, yes],
        "compared by another way than the register"
    );
    assert_eq!(beside(Peer::NoPeer, Fact::Absent), [no, no], "not mapped to anybody");
    assert_eq!(beside(Peer::NoPeer, Fact::Hidden), [open, open]);
    assert_eq!(
        beside(Peer::NoPeer, Fact::Known("pilot".to_owned())),
        [yes, open],
        "mapped to a role without people"
    );
    assert_eq!(ends(&agent(None, Fact::Known("accountant".to_owned())), "ai.agents.high_risk"), open);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn losing_the_evidence_of_use_only_widens(rows in proptest::collection::vec((1_u64..500, 0_u64..500, 0_u64..500, any::<bool>()), 1..6)) {
        let told: Vec<_> = rows.iter().map(|(points, a, b, _)| {
            let (a, b) = (a % (points + 1), b % (points + 1));
            (*points, (a.min(b), a.max(b)))
        }).collect();
        let before = machines(&told.iter().copied().map(Some).collect::<Vec<_>>());
        let lost: Vec<_> = told.iter().zip(&rows).map(|(one, row)| Some(if row.3 { (one.0, (0, one.0)) } else { *one })).collect();
        let after = machines(&lost);
        let by_name: BTreeMap<_, _> = ["granted_risk", "used_risk_90d"].map(|figure| {
            let metric = format!("machine.permissions.{figure}");
            (figure, (ends(&before, &metric), ends(&after, &metric)))
        }).into();
        for (figure, (was, is)) in by_name {
            if let Some((low, high)) = is {
                let (before_low, before_high) = was.unwrap_or((low, high));
                prop_assert!(low <= before_low && high >= before_high, "{figure} {was:?} {is:?}");
            }
        }
    }
}
