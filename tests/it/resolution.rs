//! Who is the same: what people decide beats shared keys, and what is in doubt is shown and not counted.

use std::collections::BTreeSet;

use jiff::Timestamp;
use proptest::prelude::*;
use trueup::metrics::{Inventory, counted, doubts, merge, merge_ruled};
use trueup::model::SourceId;
use trueup::model::assessment::Edit;
use trueup::model::inventory::{Account, Class, Fact, Record};
use trueup::model::merged::Presence;
use trueup::model::pull::Pulled;
use trueup::model::resolution::{AccountName, Pair, Ruling, Rulings};

use crate::app::save;
use crate::desk::Desk;
use crate::inventory::pulled;
use crate::stage::{Stage, press};
use trueup::tui::screens::resolve;

const SYSTEMS: [&str; 3] = ["ldap:a", "scim:b", "sql:c"];

fn name(system: usize, id: usize) -> AccountName {
    AccountName { system: Some(SourceId::from(SYSTEMS[system])), id: format!("id{id}") }
}

fn pair(one: AccountName, other: AccountName) -> Pair {
    Pair::new(one, other).unwrap()
}

fn ruling(is_same: bool) -> Ruling {
    Ruling { is_same, reason: String::new(), by: "ana".to_owned(), at: Timestamp::UNIX_EPOCH }
}

fn account(id: &str, called: &str, aliases: &[String]) -> Account {
    Account { id: id.to_owned(), name: called.to_owned(), aliases: aliases.to_vec(), ..Account::default() }
}

/// One pull for each system, of accounts that share some of a few keys.
fn pulls(keys: &[Vec<Vec<usize>>]) -> Vec<Pulled> {
    let of = |(system, accounts): (usize, &Vec<Vec<usize>>)| {
        let records = accounts.iter().enumerate().map(|(id, keys)| {
            let aliases: Vec<String> = keys.iter().map(|key| format!("key{key}@corp.example")).collect();
            Record::Account(account(&format!("id{id}"), "", &aliases))
        });
        pulled("any", SYSTEMS[system], records.collect())
    };
    keys.iter().enumerate().map(of).collect()
}

/// The place of the identity that has an account.
fn place(inventory: &Inventory, name: &AccountName) -> Option<usize> {
    let has = |account: &Presence| account.named() == *name;
    inventory.identities.iter().position(|identity| identity.accounts.iter().any(has))
}

/// Whether decisions alone make two accounts one.
fn is_said_same(rulings: &Rulings, one: &AccountName, other: &AccountName) -> bool {
    let mut known = BTreeSet::from([one.clone()]);
    loop {
        let before = known.len();
        for (pair, _) in rulings.iter().filter(|(_, ruling)| ruling.is_same) {
            if known.contains(&pair.one) || known.contains(&pair.other) {
                known.extend([pair.one.clone(), pair.other.clone()]);
            }
        }
        if known.len() == before {
            return known.contains(other);
        }
    }
}

prop_compose! {
    fn worlds()(
        keys in prop::collection::vec(
            prop::collection::vec(prop::collection::vec(0..6_usize, 0..3), 1..6), 3..=3),
        said in prop::collection::vec(((0..3_usize, 0..7_usize), (0..3_usize, 0..7_usize), any::<bool>()), 0..7),
    ) -> (Vec<Pulled>, Rulings) {
        let rulings = said.into_iter().filter_map(|(one, other, is_same)| {
            Some((Pair::new(name(one.0, one.1), name(other.0, other.1))?, ruling(is_same)))
        });
        (pulls(&keys), rulings.collect())
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn decisions_hold_whatever_keys_are_shared((pulls, rulings) in worlds()) {
        let inventory = merge_ruled(&pulls, &rulings);
        for (pair, ruling) in &rulings {
            let (Some(one), Some(other)) = (place(&inventory, &pair.one), place(&inventory, &pair.other)) else {
                continue;
            };
            if ruling.is_same {
                prop_assert_eq!(one, other);
            } else {
                // A chain of "same" may run over accounts that nobody lists, and then it does not hold.
                let chain = is_said_same(&rulings, &pair.one, &pair.other);
                prop_assert!(one != other || chain, "{:?}", pair);
            }
        }
    }

    #[test]
    fn neither_the_order_of_pulls_nor_of_rows_matters((pulls, rulings) in worlds(), turn in 0..3_usize) {
        let inventory = merge_ruled(&pulls, &rulings);
        let mut turned = pulls;
        turned.rotate_left(turn);
        for pulled in &mut turned {
            pulled.records.reverse();
        }
        prop_assert_eq!(&merge_ruled(&turned, &rulings), &inventory);
    }

    #[test]
    fn every_account_stays_and_counts_move_as_their_rules_say((pulls, rulings) in worlds()) {
        let all: usize = pulls.iter().map(|pulled| pulled.records.len()).sum();
        let inventory = merge_ruled(&pulls, &rulings);
        let accounts: usize = inventory.identities.iter().map(|identity| identity.accounts.len()).sum();
        prop_assert_eq!(accounts, all);
        let doubts = doubts(&inventory);
        let total = |rule: &str| {
            let counts = counted(&inventory, &doubts);
            counts.into_iter().find(|counted| counted.rule == rule).map(|counted| counted.counts.total())
        };
        prop_assert_eq!(total("identity.same/1"), Some(inventory.identities.len() as u64));
        prop_assert_eq!(total("identity.accounts/1"), Some(all as u64));
        prop_assert!(total("identity.likely/1") <= total("identity.same/1"));
        prop_assert!(total("identity.same/1") <= total("identity.sure/1"));
        prop_assert!(total("identity.sure/1") <= total("identity.accounts/1"));
    }

    #[test]
    fn to_part_nobody_is_to_decide_nothing((pulls, _) in worlds()) {
        let far = pair(name(0, 90), name(1, 91));
        let rulings = Rulings::from([(far, ruling(false))]);
        let parted = merge_ruled(&pulls, &rulings);
        let whole = merge(&pulls);
        prop_assert_eq!(Inventory { rulings: Rulings::new(), ..parted }, whole);
    }
}

#[test]
fn doubts_are_asked_once_and_deciding_as_things_stand_moves_no_count() {
    let with = |account: Account, class: Class| {
        Record::Account(Account { class: Fact::Known(class), is_class_declared: true, ..account })
    };
    let mail = |mail: &str| vec![mail.to_owned()];
    let pulls = [
        pulled(
            "any",
            SYSTEMS[0],
            vec![
                Record::Account(account("S-1", "Ana Ruiz", &mail("ana.ruiz@old.example"))),
                Record::Account(account("S-2", "Build Robot", &[])),
                with(account("S-3", "shared", &mail("desk@corp.example")), Class::Human),
                with(account("S-4", "admin", &mail("desk@corp.example")), Class::Human),
                Record::Account(account("S-5", "Li Wei", &[])),
            ],
        ),
        pulled(
            "any",
            SYSTEMS[1],
            vec![
                Record::Account(account("u1", "ana  RUIZ", &mail("aruiz@corp.example"))),
                Record::Account(account("u2", "Ana Ruiz", &[])),
                with(account("u3", "Build Robot", &[]), Class::Machine),
                with(account("u5", "", &mail("desk@corp.example")), Class::Machine),
            ],
        ),
        pulled("any", SYSTEMS[2], vec![Record::Account(account("CORP\\aruiz", "", &[]))]),
    ];
    let inventory = merge(&pulls);
    let found = doubts(&inventory);
    let told: Vec<(&str, String, String)> = found
        .iter()
        .map(|doubt| (doubt.sign.rule(), doubt.pair.one.id.clone(), doubt.pair.other.id.clone()))
        .collect();
    let expected = [
        ("doubt.login/1", "u1", "CORP\\aruiz"),
        ("doubt.name/1", "S-1", "u1"),
        ("doubt.name/1", "S-1", "u2"),
        ("doubt.classes/1", "S-3", "u5"),
    ]
    .map(|(rule, one, other)| (rule, one.to_owned(), other.to_owned()));
    assert_eq!(
        told, expected,
        "a machine is no person of the same name, and one system's ids are apart on purpose"
    );
    let mut rulings = Rulings::new();
    for doubt in &found {
        rulings.insert(doubt.pair.clone(), ruling(doubt.sign.is_joined()));
    }
    let decided = merge_ruled(&pulls, &rulings);
    assert!(doubts(&decided).is_empty());
    assert_eq!(Inventory { rulings: Rulings::new(), ..decided }, inventory);
}

const PEOPLE: &str = "\
id,system,name,class,enabled,guest,mail
ana,ldap:corp,Ana Ruiz,human,yes,no,
li,ldap:corp,Li Wei,human,yes,no,li@corp.example
a.ruiz,scim:hr,Ana Ruiz,human,yes,no,
li.wei,scim:hr,Li Wei,human,yes,no,li@corp.example
";

#[test]
fn a_person_decides_on_the_command_line_and_may_take_it_back() {
    let desk = Desk::begun();
    let file = desk.file("people.csv", PEOPLE);
    desk.done(&["pull", &file]);
    let shown = desk.json(&["resolve"]);
    let users = || desk.json(&["resolve"])["counts"][0]["counts"]["human"].as_u64().unwrap();
    assert_eq!(users(), 3, "the mail joins Li, nothing joins Ana: {shown}");
    assert_eq!(shown["doubts"].as_array().unwrap().len(), 1, "{shown}");
    assert_eq!(shown["doubts"][0]["rule"], "doubt.name/1");
    let text = desk.done(&["resolve"]);
    assert!(text.contains("both are called Ana Ruiz") && text.contains("two now"), "{text}");
    let measured = || desk.json(&["explain", "human.users.total"])["value"]["known"].as_f64();
    assert_eq!(measured(), Some(3.0));

    let same = desk.json(&["resolve", "same", "ana", "a.ruiz", "--reason", "HR says so"]);
    assert_eq!((&same["identities_before"], &same["identities_after"]), (&3.into(), &2.into()));
    assert_eq!((users(), measured()), (2, Some(2.0)));
    let shown = desk.json(&["resolve"]);
    assert_eq!(shown["decisions"][0]["reason"], "HR says so");
    assert!(shown["doubts"].as_array().unwrap().is_empty());

    let apart = desk.json(&["resolve", "apart", "ldap:corp/li", "scim:hr/li.wei"]);
    assert_eq!(apart["identities_after"], 3);
    let ambiguous = desk.refused(&["resolve", "apart", "Ana Ruiz", "li"], "may mean 2 accounts");
    assert!(ambiguous.err.contains("ldap:corp/ana") && ambiguous.err.contains("scim:hr/a.ruiz"));
    desk.refused(&["resolve", "same", "ana", "nobody"], "there is no identity `nobody`");
    desk.refused(&["resolve", "same", "ana", "ana"], "are one account");
    desk.done(&["resolve", "undo", "a.ruiz", "ana"]);
    desk.refused(&["resolve", "undo", "a.ruiz", "ana"], "nothing was decided");
    assert_eq!((users(), measured()), (4, Some(4.0)));
    assert_eq!(desk.json(&["resolve"])["doubts"].as_array().unwrap().len(), 1, "it is asked again");
}

#[test]
fn keys_decide_the_marked_pair_and_take_a_decision_back() {
    let stage = Stage::typical();
    let mut app = stage.app();
    stage.show(&mut app, &resolve::ENTRY, "");
    press(&mut app, "down");
    let marked = stage.doubtful.doubts[1].pair.clone();
    let decided = |is_same| Edit::Resolve { pair: marked.clone(), is_same, reason: String::new() };
    assert_eq!(save(&mut app, "y"), [decided(true)]);
    assert_eq!(save(&mut app, "n"), [decided(false)]);
    assert!(press(&mut app, "u").is_empty(), "nothing was decided about a pair in doubt");
    (0..5).for_each(|_| drop(press(&mut app, "down")));
    let before = stage.doubtful.of.rulings.keys().next().unwrap().clone();
    assert_eq!(save(&mut app, "u"), [Edit::Unresolve(before)]);
}
