//! AI agents beside people in the same job, from registers to figures and lists, through the real program.

use std::collections::BTreeSet;
use std::path::PathBuf;

use trueup::metrics::measure;
use trueup::model::MetricName;
use trueup::model::privilege::Profile;
use trueup::packs::Library;

use crate::desk::Desk;
use crate::listed::everybody;

/// Three accountants, a planner who owns agents, one who left, and the agents.
const IDENTITIES: &str = "id,class,system,enabled,job,ended\n\
    ann,human,erp:x,yes,Accountant,none\n\
    bob,human,erp:x,yes, ACCOUNTANT ,none\n\
    cid,human,erp:x,yes,accountant,none\n\
    dan,human,erp:x,yes,Accountant,2020-01-01\n\
    eve,human,erp:x,yes,Planner,none\n\
    same,ai,erp:x,yes,,\n\
    less,ai,erp:x,yes,,\n\
    more,ai,erp:x,yes,,\n\
    much,ai,erp:x,yes,,\n\
    helper,ai,erp:x,yes,,\n\
    alone,ai,erp:x,yes,,\n\
    dark,ai,hr:x,yes,,\n";

/// Half of the accountants write invoices and read everything; one deletes, and all may but never do approve.
const GRANTS: &str = "identity,entitlement,system,action,resource,last_used\n\
    ann,read,erp:x,ledger:read,,\n\
    bob,read,erp:x,ledger:read,,\n\
    cid,read,erp:x,ledger:read,,\n\
    ann,write,erp:x,ledger:write,invoices,\n\
    bob,write,erp:x,ledger:write,invoices,\n\
    cid,delete,erp:x,ledger:delete,,\n\
    dan,write,erp:x,stock:write,,\n\
    ann,approve,erp:x,payments:write,,never\n\
    bob,approve,erp:x,payments:write,,never\n\
    cid,approve,erp:x,payments:write,,never\n\
    eve,plan,erp:x,looms:write,,\n\
    same,read,erp:x,ledger:read,,\n\
    same,write,erp:x,ledger:write,invoices,\n\
    less,read,erp:x,ledger:read,invoices,\n\
    more,approve,erp:x,payments:write,,\n\
    much,grant,erp:x,payments:grant,,\n\
    much,write,erp:x,stock:write,,\n\
    helper,plan,erp:x,looms:write,,\n\
    alone,plan,erp:x,looms:write,,\n";

const AGENTS: &str = "id,identity,owner,peer_role,task\n\
    r1,same,eve, accountant ,\n\
    r2,less,ann,,\n\
    r3,more,none,,does what an accountant does\n\
    r4,much,none,Accountant,\n\
    r5,helper,eve,none,\n\
    r6,alone,none,none,\n\
    r7,dark,none,Accountant,\n";

const KINDS: [&str; 6] = ["above", "significantly-more", "more", "same", "less", "unknown"];

fn files(desk: &Desk) -> [String; 3] {
    [("people.csv", IDENTITIES), ("grants.csv", GRANTS), ("agents.csv", AGENTS)]
        .map(|(name, text)| desk.file(name, text))
}

fn profile(files: &[String], name: &str) -> Profile {
    let paths: Vec<PathBuf> = files.iter().map(PathBuf::from).collect();
    let roster = everybody(&paths).roster;
    let at = roster.rows().find(|row| row.id == name).unwrap().at;
    roster.profile(at, &BTreeSet::new()).unwrap()
}

#[test]
fn agents_are_listed_by_how_they_compare() {
    let desk = Desk::new();
    let files = files(&desk);
    let of = |kind: &str| {
        let arguments =
            [&["identities"], &files.each_ref().map(String::as_str)[..], &["--peer", kind]].concat();
        let listed = desk.json(&arguments);
        let mut ids: Vec<_> =
            listed.as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect();
        ids.sort();
        ids.join(" ")
    };
    let expected = ["more much", "much", "more", "helper same", "less", "alone dark"];
    assert_eq!(KINDS.map(of), expected);
}

#[test]
fn the_figures_of_agents_come_from_the_comparison() {
    let desk = Desk::new();
    let paths: Vec<PathBuf> = files(&desk).iter().map(PathBuf::from).collect();
    let mut inventory = everybody(&paths).roster.inventory;
    let library = Library::open(None).unwrap();
    let ends = |inventory: &_, metric: &str| {
        measure(inventory, &library.catalog).ends(&MetricName::from(metric)).unwrap()
    };
    assert_eq!(
        ends(&inventory, "ai.agents.peer_mapped"),
        (6.0, 6.0),
        "five compared, and one whose rights are not told"
    );
    assert_eq!(ends(&inventory, "ai.agents.above_human_peer"), (2.0, 3.0), "the dark one stays open");
    let share = everybody(&paths).roster.population.peers;
    assert_eq!((share.agents, share.compared, share.no_peer, share.not_shown), (6, 5, 1, 0));
    assert_eq!((share.less, share.same, share.more, share.significantly_more), (1, 2, 1, 1));
    assert_eq!((share.share_more(), share.is_mostly_more()), (Some(0.4), Some(false)));
    // Without the comparison only the register's word is left.
    inventory.privileges.clear();
    assert_eq!(ends(&inventory, "ai.agents.peer_mapped"), (3.0, 5.0));
}

#[test]
fn a_profile_says_beside_whom_and_what_is_beyond_them() {
    let desk = Desk::new();
    let files = files(&desk);
    let more = profile(&files, "more").peer;
    assert_eq!((more.peer.as_deref(), more.people, more.is_from_use), (Some("Accountant"), 3, false));
    assert_eq!(more.mapped_by, "its purpose, “does what an accountant does”");
    let beyond: Vec<_> = more.uncovered.iter().map(|row| (row.service.as_str(), row.access.id())).collect();
    assert_eq!(beyond, [("payments", "write")], "what people leave unused is not theirs");
    let helper = profile(&files, "helper").peer;
    assert_eq!((helper.peer.as_deref(), helper.people), (Some("eve"), 1));
    assert_eq!(helper.mapped_by, "its owner, since the register names no human role");
    assert!((helper.power - helper.peer_power).abs() < 1e-9 && helper.uncovered.is_empty());
    let alone = profile(&files, "alone").peer;
    assert_eq!(alone.peer, None);
    assert!(alone.mapped_by.contains("no person is known as its owner"), "{}", alone.mapped_by);
    assert_eq!(profile(&files, "ann").peer.peer, None, "only agents are compared");
}

#[test]
fn without_a_grant_an_agent_compares_as_it_would() {
    let desk = Desk::new();
    let paths: Vec<PathBuf> = files(&desk).iter().map(PathBuf::from).collect();
    let roster = everybody(&paths).roster;
    let at = roster.rows().find(|row| row.id == "much").unwrap().at;
    let answers: Vec<&str> = [&[][..], &[0], &[1], &[0, 1]]
        .map(|without| {
            roster.profile(at, &without.iter().copied().collect()).unwrap().privilege.unwrap().peer.id()
        })
        .into();
    assert_eq!(answers, ["significantly_more", "more", "more", "less"]);
}
