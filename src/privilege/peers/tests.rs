//! Thresholds, the order of mapping, and what more or less of anything may never do.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::super::right::{Key, Right, RightText, ServiceAt};
use super::super::score;
use super::*;
use crate::model::inventory::{Agent, Class, Fact};
use crate::model::merged::{Identity, Listed, Presence};
use crate::model::privilege::{Access, Conditions, Prior, Scope, Standing, Tier, Use, Weights};
use crate::packs::Library;
use crate::privilege::right::OPAQUE;

static WEIGHTS: LazyLock<Weights> = LazyLock::new(|| Library::open(None).unwrap().weights.as_ref().clone());
const CASES: u32 = 20_000;

/// A right, as alone in its block as its number says.
fn right(service: u32, action: u32, access: Access, scope: Scope) -> Right {
    Right {
        key: Key { service: ServiceAt(service), action, resource: 0 },
        access,
        tier: Tier::Ordinary,
        scope,
        used_scope: None,
        conditions: Conditions::NONE,
        standing: Standing::Permanent,
        usage: Use::Used { days: 1 },
        is_grave: false,
        actions: 1,
        grants: Box::default(),
    }
}

/// Service 1 stands below service 0, and service 5 for the whole system of service 4.
fn lines() -> Vec<Line> {
    let mut lines = vec![Line::default(); 6];
    lines[1].above = vec![ServiceAt(0)];
    lines[4].whole = Some(ServiceAt(5));
    lines
}

fn held(rights: &[Right]) -> Held {
    Held::of(rights, &Scale::new(&WEIGHTS, true))
}

fn baseline(people: &[Vec<Right>]) -> Baseline {
    let held: Vec<Held> = people.iter().map(|rights| held(rights)).collect();
    Baseline::of(&held.iter().map(Some).collect::<Vec<_>>(), &lines()).unwrap()
}

fn beside(rights: &[Right], people: &[Vec<Right>]) -> Peer {
    let scale = Scale::new(&WEIGHTS, false);
    let power = scale.score(rights).power;
    let granted = Granted { is_told: true, rights: rights.to_vec(), ..Granted::default() };
    Beside::new(&baseline(people), &granted, &lines(), (&scale, power)).answer
}

fn covers_one(base: &Baseline, right: &Right) -> bool {
    base.beyond(std::slice::from_ref(right), &lines()).next().is_none()
}

fn excess(rights: &[Right], people: &[Vec<Right>]) -> f64 {
    beside(rights, people).excess().unwrap()
}

#[test]
fn the_answers_are_those_of_the_scale() {
    let wide = |access, tier| Right { tier, ..right(2, 0, access, Scope::Account) };
    let nobody = vec![Vec::new()];
    let strong = vec![vec![wide(Access::Admin, Tier::Control)]];
    let cases = [
        ("nothing beside nothing", vec![], &nobody[..], "same"),
        ("nothing beside something", vec![], &strong, "less"),
        ("a read of one thing", vec![right(2, 0, Access::Read, Scope::Resource)], &nobody, "same"),
        (
            "two thirds of a read of an account",
            vec![right(2, 0, Access::Read, Scope::Unscopable)],
            &nobody,
            "same",
        ),
        ("a write of one thing: 2.6", vec![right(2, 0, Access::Write, Scope::Resource)], &nobody, "same"),
        ("a write of an account: 8.5", vec![wide(Access::Write, Tier::Ordinary)], &nobody, "more"),
        (
            "administration of management: 50.9",
            vec![wide(Access::Admin, Tier::Management)],
            &nobody,
            "significantly_more",
        ),
        ("as much as they", vec![wide(Access::Admin, Tier::Control)], &strong, "same"),
    ];
    for (name, rights, people, expected) in cases {
        assert_eq!(beside(&rights, people).id(), expected, "{name}");
    }
}

#[test]
fn the_thresholds_belong_to_the_stronger_answer() {
    let at = |excess: f64, is_less| {
        let score = Scale::new(&WEIGHTS, false).of_excess(excess);
        compare::answer(&WEIGHTS, excess, is_less, score).id()
    };
    let cases =
        [(0.0, "less"), (2.999, "same"), (3.0, "more"), (29.999, "more"), (30.0, "significantly_more")];
    for (excess, expected) in cases {
        assert_eq!(at(excess, excess == 0.0), expected, "{excess}");
    }
    let less = |own: f64| {
        let person = held(&[right(2, 0, Access::Write, Scope::Account)]);
        let base = Baseline::of(&[Some(&person)], &lines()).unwrap();
        let scale = Scale::new(&WEIGHTS, false);
        Beside::new(&base, &Granted::default(), &lines(), (&scale, own * base.power)).answer.id()
    };
    assert_eq!([0.0, 0.899, 0.901, 1.0].map(less), ["less", "less", "same", "same"]);
}

#[test]
fn a_cell_is_what_half_of_the_people_cover() {
    let read = |scope| right(2, 0, Access::Read, scope);
    let [one, two, three] = [
        vec![right(2, 0, Access::Admin, Scope::Tenant)],
        vec![read(Scope::Account)],
        vec![right(2, 0, Access::List, Scope::Tenant)],
    ];
    let three_people = [one.clone(), two.clone(), three];
    let base = baseline(&three_people);
    let covers = |access, scope| covers_one(&base, &right(2, 9, access, scope));
    assert!(covers(Access::Read, Scope::Account) && covers(Access::List, Scope::Tenant));
    assert!(!covers(Access::Read, Scope::Tenant) && !covers(Access::Write, Scope::Resource));
    assert!(!covers_one(&base, &right(3, 9, Access::List, Scope::Resource)), "another service");
    assert!(
        covers_one(&baseline(&[one, two]), &right(2, 9, Access::Admin, Scope::Tenant)),
        "one of two is half"
    );
    let halves = baseline(&[vec![read(Scope::Group)], vec![], vec![]]);
    assert!(!covers_one(&halves, &read(Scope::Resource)), "one of three is not");
}

#[test]
fn a_service_above_covers_and_a_whole_system_only_by_full_control() {
    let people = |service, access, scope| [vec![right(service, 0, access, scope)]];
    let covers = |people: &[Vec<Right>], of: &Right| covers_one(&baseline(people), of);
    let below = right(1, 0, Access::Read, Scope::Account);
    assert!(covers(&people(0, Access::Write, Scope::Account), &below));
    assert!(!covers(&people(1, Access::Write, Scope::Account), &right(0, 0, Access::Read, Scope::Account)));
    let inside = right(4, 0, Access::List, Scope::Resource);
    assert!(!covers(&people(5, Access::Admin, Scope::Account), &inside));
    assert!(covers(&people(5, Access::Admin, Scope::Tenant), &inside));
    let split = [vec![right(0, 0, Access::Read, Scope::Account)], vec![below.clone()], vec![], vec![]];
    assert!(covers(&split, &below), "one holds it above, one there: half of four");
}

#[test]
fn a_name_that_nothing_explains_covers_only_itself() {
    let named = |number, scope| right(2, OPAQUE | number, Access::Write, scope);
    let same = [vec![named(7, Scope::Account)]];
    assert!(excess(&[named(7, Scope::Account)], &same).abs() < f64::EPSILON);
    assert!(excess(&[named(8, Scope::Account)], &same) > 3.0, "another name");
    assert!(excess(&[named(7, Scope::Tenant)], &same) > 3.0, "wider");
    assert!(excess(&[right(2, 1, Access::List, Scope::Account)], &same) > 0.0, "it covers nothing known");
    let writers = [vec![right(2, 1, Access::Write, Scope::Tenant)]];
    assert!(excess(&[named(7, Scope::Account)], &writers) > 3.0, "it may be more than a write");
    let masters = [vec![right(2, 1, Access::Admin, Scope::Tenant)]];
    assert!(excess(&[named(7, Scope::Account)], &masters).abs() < f64::EPSILON);
}

#[test]
fn what_people_could_give_themselves_excuses_only_what_an_agent_could() {
    let granted = |action| right(2, action, Access::Write, Scope::Account);
    let derived = |action| Right { actions: 0, ..granted(action) };
    let nothing = |rights: &[Right], people: &[Vec<Right>]| excess(rights, people) < 1e-9;
    assert!(nothing(&[derived(7)], &[vec![derived(8)]]) && nothing(&[derived(7)], &[vec![granted(8)]]));
    assert!(!nothing(&[granted(7)], &[vec![derived(8)]]), "they were never granted it");
    let halves = [vec![derived(1)], vec![granted(1)], vec![], vec![]];
    assert!(nothing(&[derived(7)], &halves) && !nothing(&[granted(7)], &halves));
}

#[test]
fn the_power_of_people_is_that_of_what_counts() {
    let unused = Right { usage: Use::Unused { days: 400 }, ..right(3, 0, Access::Admin, Scope::Tenant) };
    let own = vec![right(2, 0, Access::Write, Scope::Account)];
    assert_eq!(beside(&own, &[[own.clone(), vec![unused]].concat()]).id(), "same", "less than nobody uses");
}

#[test]
fn what_people_leave_unused_is_not_theirs_and_what_they_may_use_is() {
    let used = |usage| vec![Right { usage, ..right(2, 0, Access::Read, Scope::Account) }];
    let cases = [
        (Use::Used { days: 90 }, true, true),
        (Use::Used { days: 91 }, false, true),
        (Use::Unused { days: 90 }, false, true),
        (Use::Unused { days: 89 }, true, false),
        (Use::Unknown(Prior::Default), true, false),
        (Use::Unknown(Prior::Dormant), false, false),
    ];
    for (usage, is_theirs, is_from_use) in cases {
        let base = baseline(&[used(usage)]);
        let own = right(2, 5, Access::Read, Scope::Account);
        assert_eq!((covers_one(&base, &own), base.is_from_use), (is_theirs, is_from_use), "{usage:?}");
    }
}

#[test]
fn somebody_whose_rights_are_not_known_neither_holds_nor_lacks() {
    let person = held(&[right(2, 0, Access::Read, Scope::Account)]);
    let idle = held(&[]);
    let of = |people: &[Option<&Held>]| Baseline::of(people, &lines());
    let own = right(2, 5, Access::Read, Scope::Account);
    let covers = |people: &[Option<&Held>]| of(people).map(|base| covers_one(&base, &own));
    assert_eq!(covers(&[Some(&person), None]), Some(true), "half, whatever the other holds");
    assert_eq!(covers(&[Some(&person), Some(&idle), None]), Some(false), "perhaps one of three");
    assert_eq!(covers(&[Some(&person), None, None]), None, "too little is known for a half");
    assert_eq!(covers(&[None]), None);
    assert_eq!(covers(&[]), None);
}

#[test]
fn what_is_not_shown_never_makes_an_agent_the_same() {
    let scale = Scale::new(&WEIGHTS, false);
    let base = baseline(&[vec![right(2, 0, Access::Read, Scope::Account)]]);
    let answer = |rights: Vec<Right>, is_dark| {
        let granted = Granted { rights, is_dark, ..Granted::default() };
        Beside::new(&base, &granted, &lines(), (&scale, 100.0)).answer.id()
    };
    let strong = vec![right(3, 0, Access::Write, Scope::Account)];
    assert_eq!([answer(vec![], false), answer(vec![], true)], ["same", "not_compared"]);
    assert_eq!([answer(strong.clone(), false), answer(strong, true)], ["more", "more"]);
}

/// People and agents, by lines: `name class job owner`; `-` is not told.
fn world(lines: &str) -> Inventory {
    let mut made = Inventory::default();
    let told = |word: &str| if word == "-" { Fact::Hidden } else { Fact::Known(word.replace('_', " ")) };
    for (at, line) in lines.lines().map(str::trim).filter(|line| !line.is_empty()).enumerate() {
        let words: Vec<&str> = line.split_whitespace().collect();
        made.by_key.insert(words[0].to_owned(), Some(at));
        made.identities.push(Identity {
            id: words[0].to_owned(),
            name: words[0].to_owned(),
            recorded: Class::parse(words[1]).map_or(Fact::Hidden, Fact::Known),
            job: told(words[2]),
            owner: told(words[3]),
            accounts: vec![Presence::default()],
            ..Identity::default()
        });
    }
    made
}

/// A row of the register for the identity in the first place.
fn row(made: &mut Inventory, peer_role: Fact<&str>, owner: &str, task: &str) {
    let told = |word: &str| if word == "-" { Fact::Hidden } else { Fact::Known(word.to_owned()) };
    let row = Agent {
        peer_role: peer_role.map(str::to_owned),
        owner: told(owner),
        task: told(task),
        ..Agent::default()
    };
    let place = made.agents.len();
    made.agents.push(Listed { row, identity: Some(0) });
    made.identities[0].agents.push(place);
}

const STAFF: &str = "ann human Clerk -
    bob human _CLERK_ -
    cid human clerk -
    dan human Planner -
    eve human planner -
    fay human planner -
    gus human - -
    hal machine clerk -";

/// Whom the first identity is compared with, and by what.
fn mapped(inventory: &Inventory) -> Vec<(String, usize, String)> {
    let plan = Plan::of(inventory, 3);
    let shown = |mapped: &Mapped| {
        let group = mapped.group.map(|at| &plan.groups[at]);
        let name = group.map_or_else(String::new, |group| key(&group.name));
        (name, group.map_or(0, |group| group.people.len()), mapped.because.clone())
    };
    plan.agents[&0].iter().map(shown).collect()
}

fn key(name: &str) -> String {
    name.trim().to_lowercase()
}

#[test]
fn the_first_way_that_says_anything_maps_an_agent() {
    use Fact::{Absent, Hidden, Known};
    let cases = [
        ("- -", Known("planner"), "ann", "clerk work", "planner", 3, "the register of AI agents"),
        ("- -", Known(" CLERK "), "-", "-", "clerk", 3, "the register of AI agents"),
        ("planner ann", Hidden, "-", "-", "planner", 3, "the job that its source gives it"),
        ("planner ann", Absent, "-", "-", "planner", 3, "the job that its source gives it"),
        ("- ann", Hidden, "-", "a planner", "clerk", 3, "the job of its owner ann"),
        ("- ann", Hidden, "dan", "-", "planner", 3, "the job of its owner dan"),
        ("- -", Hidden, "-", "helps the (Clerk).", "clerk", 3, "its purpose, “helps the (Clerk).”"),
        ("- -", Hidden, "-", "helps clerks", "", 0, "no job is named, and no person is known as its owner"),
        (
            "- -",
            Hidden,
            "-",
            "from clerk to planner",
            "",
            0,
            "no job is named, and no person is known as its owner",
        ),
        ("- gus", Hidden, "-", "-", "gus", 1, "its owner, since no job is named"),
        (
            "- gus",
            Known("pilot"),
            "-",
            "-",
            "gus",
            1,
            "its owner, since fewer than 3 people are known to be pilot",
        ),
        ("- ann", Absent, "-", "a planner", "ann", 1, "its owner, since the register names no human role"),
        ("- hal", Hidden, "-", "-", "", 0, "no job is named, and no person is known as its owner"),
        (
            "- -",
            Known("pilot"),
            "-",
            "-",
            "",
            0,
            "fewer than 3 people are known to be pilot, and no person is known as its owner",
        ),
    ];
    for (own, role, owner, task, name, people, because) in cases {
        let mut inventory = world(&format!("bot ai {own}\n{STAFF}"));
        row(&mut inventory, role, owner, task);
        assert_eq!(
            mapped(&inventory),
            [(name.to_owned(), people, because.to_owned())],
            "{own} {role:?} {owner}"
        );
    }
}

#[test]
fn those_who_left_and_disabled_people_are_not_on_the_job() {
    let mut inventory = world(&format!("bot ai clerk -\n{STAFF}"));
    let on_job = |inventory: &Inventory| mapped(inventory)[0].1;
    inventory.identities[1].accounts[0].is_enabled = Fact::Known(true);
    assert_eq!(on_job(&inventory), 3);
    inventory.identities[1].accounts[0].is_enabled = Fact::Known(false);
    assert_eq!(on_job(&inventory), 0);
    inventory.identities[1].accounts[0].is_enabled = Fact::Hidden;
    inventory.taken = Some("2026-04-01T00:00:00Z".parse().unwrap());
    let ended = |day: &str| Fact::Known(format!("{day}T00:00:00Z").parse().unwrap());
    inventory.identities[1].ended = ended("2026-04-02");
    assert_eq!(on_job(&inventory), 3);
    inventory.identities[1].ended = ended("2026-03-31");
    assert_eq!(on_job(&inventory), 0);
}

#[test]
fn agents_of_one_identity_are_held_against_each_of_their_jobs() {
    let mut inventory = world(&format!("bot ai - -\n{STAFF}"));
    row(&mut inventory, Fact::Known("planner"), "-", "-");
    row(&mut inventory, Fact::Known("Clerk"), "-", "-");
    row(&mut inventory, Fact::Known("clerk"), "-", "-");
    let names: Vec<_> = mapped(&inventory).into_iter().map(|(name, ..)| name).collect();
    assert_eq!(names, ["clerk", "planner"]);
}

fn any_right() -> impl Strategy<Value = Right> {
    let factors = (
        prop::sample::select(Access::ALL.to_vec()),
        prop::sample::select(Tier::ALL.to_vec()),
        prop::sample::select(Scope::ALL.to_vec()),
        prop::sample::select(Standing::ALL.to_vec()),
        any_use(),
    );
    let place = (0_u32..6, 0_u32..4, prop::bool::weighted(0.1));
    (place, factors).prop_map(|((service, action, is_opaque), (access, tier, scope, standing, usage))| {
        Right {
            actions: action % 2,
            tier,
            standing,
            usage,
            ..right(service, if is_opaque { OPAQUE | action } else { action }, access, scope)
        }
    })
}

fn any_use() -> impl Strategy<Value = Use> {
    prop_oneof![
        (0_u32..200).prop_map(|days| Use::Used { days }),
        (0_u32..200).prop_map(|days| Use::Unused { days }),
        prop::sample::select(Prior::ALL.to_vec()).prop_map(Use::Unknown),
    ]
}

/// Rights of one holder, each of which stands for itself; names that nothing explains stay what they are.
fn any_rights(most: usize) -> impl Strategy<Value = Vec<Right>> {
    prop::collection::vec(any_right(), 0..most).prop_map(|mut rights| {
        for (right, at) in rights.iter_mut().zip(0..) {
            right.key.resource = at;
        }
        rights
    })
}

fn any_people() -> impl Strategy<Value = Vec<Vec<Right>>> {
    prop::collection::vec(any_rights(6), 1..5)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(CASES))]

    #[test]
    fn a_further_right_never_lowers(rights in any_rights(8), more in any_right(), people in any_people()) {
        let mut more = more;
        more.key.resource = 1000;
        let after = excess(&[rights.clone(), vec![more]].concat(), &people);
        prop_assert!(after >= excess(&rights, &people));
    }

    #[test]
    fn more_in_the_hands_of_people_never_raises(rights in any_rights(8), people in any_people(), more in any_right(), who in 0_usize..5) {
        let before = excess(&rights, &people);
        let mut richer = people;
        let count = richer.len();
        richer[who % count].push(more);
        prop_assert!(excess(&rights, &richer) <= before);
    }

    #[test]
    fn order_changes_nothing(rights in any_rights(8), people in any_people(), turn in 0_usize..8) {
        let (mut other, mut others) = (rights.clone(), people.clone());
        let (length, count) = (other.len().max(1), others.len());
        other.rotate_left(turn % length);
        other.reverse();
        others.rotate_left(turn % count);
        for rights in &mut others {
            rights.reverse();
        }
        prop_assert_eq!(beside(&other, &others), beside(&rights, &people));
    }

    #[test]
    fn what_half_of_the_people_use_is_no_excess(rights in any_rights(8), people in any_people(), mask in any::<u8>()) {
        let theirs: Vec<Right> = rights.iter().map(|right| Right { usage: Use::Used { days: 1 }, ..right.clone() }).collect();
        let half = people.len().div_ceil(2);
        let people: Vec<Vec<Right>> =
            people.into_iter().enumerate().map(|(at, own)| if at < half { [own, theirs.clone()].concat() } else { own }).collect();
        let own: Vec<Right> =
            rights.into_iter().enumerate().filter(|(at, _)| mask & 1 << at != 0).map(|(_, right)| right).collect();
        prop_assert_eq!(excess(&own, &people).to_bits(), 0.0_f64.to_bits());
    }

    #[test]
    fn not_knowing_what_somebody_may_do_never_lowers(rights in any_rights(8), people in any_people(), hidden in 0_usize..5) {
        let held: Vec<Held> = people.iter().map(|rights| held(rights)).collect();
        let known: Vec<Option<&Held>> = held.iter().map(Some).collect();
        let mut fewer = known.clone();
        fewer[hidden % known.len()] = None;
        let scale = Scale::new(&WEIGHTS, false);
        let granted = Granted { rights, ..Granted::default() };
        let of = |people: &[Option<&Held>]| {
            let base = Baseline::of(people, &lines())?;
            Some(Beside::new(&base, &granted, &lines(), (&scale, 0.0)).excess)
        };
        prop_assert!(of(&fewer).is_none_or(|fewer| fewer >= of(&known).unwrap()));
    }

    #[test]
    fn knowing_that_people_leave_a_right_unused_never_lowers(rights in any_rights(8), person in any_rights(6), days in 0_u32..300) {
        let unknown: Vec<Right> = person.iter().map(|right| Right { usage: Use::Unknown(Prior::Default), ..right.clone() }).collect();
        let unused: Vec<Right> = person.into_iter().map(|right| Right { usage: Use::Unused { days }, ..right }).collect();
        prop_assert!(excess(&rights, &[unused]) >= excess(&rights, &[unknown]));
    }
}

#[test]
fn rows_are_named_and_the_heaviest_first() {
    let rights = vec![
        right(2, 0, Access::Read, Scope::Resource),
        right(3, 1, Access::Write, Scope::Account),
        right(2, 2, Access::List, Scope::Resource),
    ];
    let texts = ["read", "write", "list"]
        .map(|action| RightText { actions: vec![action.to_owned()], resource: "x".to_owned() });
    let granted = Granted { rights, texts: texts.into(), ..Granted::default() };
    let base = baseline(&[vec![right(2, 0, Access::List, Scope::Account)]]);
    let kept = compare::beyond(&base, &granted, &lines(), Granted::default());
    let (rows, more) =
        explain::rows(&Scale::new(&WEIGHTS, false), &kept, &Services::default(), 1, score::FULL);
    assert_eq!((rows[0].actions.as_slice(), more), (&["write".to_owned()][..], 1));
    assert!((rows[0].exposure - 0.8).abs() < 1e-9, "as if it were not used");
}
