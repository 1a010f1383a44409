//! Journeys through the inventory and one identity: what is shown, what is asked of the runtime, what waits.

use std::collections::BTreeSet;
use std::sync::Arc;

use trueup::model::inventory::EntitlementKind;
use trueup::tui::app::{App, Command, Event};
use trueup::tui::listing::{Evidence, Listing, Pick, Sort};
use trueup::tui::screens::inventory;
use trueup::tui::session::{Effect, Fault, Job, JobEvent, LedgerEvent, Outcome};

use crate::crowd;
use crate::stage::{Stage, done, frame, last_job, press, rows, text, typed};

/// An app on the inventory with everybody in it.
fn shown(stage: &Stage) -> App {
    let mut app = stage.app();
    stage.show(&mut app, &inventory::ENTRY, "");
    app
}

/// An app on the grants of the first identity.
fn looked(stage: &Stage) -> App {
    let mut app = shown(stage);
    press(&mut app, "enter");
    stage.answer(&mut app);
    press(&mut app, "3");
    app
}

fn crowded(count: usize) -> Stage {
    let mut stage = Stage::typical();
    let roster = crowd::roster(count, crowd::name);
    stage.listing = Arc::new(Listing::new(stage.listing.of.clone(), roster));
    stage
}

/// The names of the rows, top to bottom.
fn names(app: &mut App) -> Vec<String> {
    let rows = rows(&frame(app, (120, 40)));
    let head = rows.iter().position(|row| row.contains("name") && row.contains("class")).unwrap();
    let names = rows[head + 1..].iter().take_while(|row| {
        row.contains(" ■ ") || row.contains(" ● ") || row.contains(" ▲ ") || row.contains(" ○ ")
    });
    names.map(|row| row[..row.find(['■', '●', '▲', '○']).unwrap()].trim().to_owned()).collect()
}

#[test]
fn everybody_is_read_once_and_again_only_when_the_evidence_changes() {
    let stage = Stage::typical();
    let mut app = stage.app();
    let commands = press(&mut app, "V");
    assert!(matches!(commands.as_slice(), [Command::Start(_, Job::Everybody(_))]), "{commands:?}");
    assert!(text(&mut app).contains("Reading everybody"));
    app.update(Event::Job(last_job(&app), done(Outcome::Everybody(Arc::clone(&stage.listing)))));
    assert!(text(&mut app).contains("deploy-pipeline"));
    press(&mut app, "esc");
    assert!(press(&mut app, "V").is_empty(), "nothing changed, nothing is read");

    let mut opened = stage.opened.clone();
    opened.assessment.pulls.insert(trueup::model::PullId::from("another"));
    let commands = app.update(Event::Ledger(LedgerEvent::Loaded(Box::new(opened))));
    let [Command::Start(_, Job::Everybody(Evidence { pulls, .. }))] = commands.as_slice() else {
        panic!("{commands:?}")
    };
    assert!(pulls.contains(&trueup::model::PullId::from("another")));
    let old = text(&mut app);
    assert!(old.contains("deploy-pipeline") && old.contains("reading again…"), "{old}");
}

#[test]
fn a_failed_reading_says_why_and_is_tried_again_only_by_a_key() {
    let mut app = Stage::typical().app();
    press(&mut app, "V");
    let fault = Fault { message: "the database is gone".to_owned(), help: "mend it".to_owned() };
    let commands = app.update(Event::Job(last_job(&app), JobEvent::Failed(fault)));
    assert!(commands.is_empty(), "{commands:?}");
    assert!(text(&mut app).contains("the database is gone enter tries again."), "{}", text(&mut app));
    let commands = press(&mut app, "enter");
    assert!(matches!(commands.as_slice(), [Command::Start(_, Job::Everybody(_))]), "{commands:?}");
}

#[test]
fn typing_narrows_and_deleting_widens_to_what_a_fresh_search_finds() {
    let stage = crowded(300);
    let mut app = shown(&stage);
    press(&mut app, "/");
    let fresh = |words: &str| stage.listing.narrowed(&stage.listing.picked(Pick::default()), words);
    let count = |app: &mut App| {
        let shown = text(app);
        let line = shown.lines().find(|line| line.contains(" of ")).unwrap().to_owned();
        let after = line.split(" of ").nth(1).unwrap();
        after.split(" · ").next().unwrap().trim().parse::<usize>().unwrap()
    };
    let mut sofar = String::new();
    for sign in "WORKER 1111 02".chars() {
        typed(&mut app, &sign.to_string());
        sofar.push(sign);
        assert_eq!(count(&mut app), fresh(&sofar).len(), "after `{sofar}`");
    }
    while sofar.pop().is_some() {
        press(&mut app, "left");
        press(&mut app, "right");
        app.update(Event::Input(ratatui::crossterm::event::Event::Key(
            ratatui::crossterm::event::KeyCode::Backspace.into(),
        )));
        assert_eq!(count(&mut app), fresh(&sofar).len(), "after deleting to `{sofar}`");
    }
    typed(&mut app, "no such words");
    assert!(text(&mut app).contains("Nobody fits."));
    press(&mut app, "esc");
    assert_eq!(count(&mut app), 300);
    assert_eq!(app.top().unwrap().entry.id, "inventory");
    press(&mut app, "esc");
    assert_ne!(app.top().unwrap().entry.id, "inventory", "a second esc goes back");
}

#[test]
fn classes_buckets_and_orders_are_one_key_each() {
    let mut app = shown(&Stage::typical());
    assert_eq!(names(&mut app).len(), 12);
    press(&mut app, "c");
    assert_eq!(names(&mut app), ["Ada Lind", "Bo Marsh", "Cai Weaver", "loom-planner-agent"]);
    for _ in 0..2 {
        press(&mut app, "c");
    }
    assert_eq!(names(&mut app), ["report-builder", "invoice-agent", "support-agent"]);
    press(&mut app, "b");
    assert_eq!(names(&mut app), ["report-builder"]);
    press(&mut app, "esc");
    let mut sorted = crowd_names();
    sorted.sort_by_key(|name| name.to_lowercase());
    while !text(&mut app).contains("· by name") {
        press(&mut app, "o");
    }
    assert_eq!(names(&mut app), sorted);
    press(&mut app, "r");
    sorted.reverse();
    assert_eq!(names(&mut app), sorted);
}

fn crowd_names() -> Vec<String> {
    (0..12).map(crowd::name).collect()
}

#[test]
fn what_is_not_known_stands_last_in_either_direction() {
    let listing = crowded(60).listing;
    for sort in Sort::ALL {
        for is_reversed in [false, true] {
            let all = listing.picked(Pick { sort, is_reversed, ..Pick::default() });
            assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 60, "{sort:?}");
            let known = |at: &usize| {
                let row = listing.roster.row(*at).unwrap();
                match sort {
                    Sort::Name => true,
                    Sort::Class => row.class.is_some(),
                    Sort::Owner => row.owner.is_some(),
                    _ => row.privilege.is_some(),
                }
            };
            let first_unknown = all.iter().position(|at| !known(at)).unwrap_or(all.len());
            assert!(all[first_unknown..].iter().all(|at| !known(at)), "{sort:?} {is_reversed}");
        }
    }
}

#[test]
fn taking_grants_away_asks_one_thing_at_a_time_and_the_latest_wins() {
    let stage = Stage::typical();
    let mut app = looked(&stage);
    assert!(text(&mut app).contains("What if? space takes a grant away"));
    let commands = press(&mut app, "space");
    assert!(matches!(commands.as_slice(), [Command::Start(_, Job::Profile(_))]), "{commands:?}");
    press(&mut app, "down");
    assert!(press(&mut app, "space").is_empty(), "one at a time");
    let waiting = text(&mut app);
    assert!(waiting.contains("[ ] release-everything") && waiting.contains("working it out…"), "{waiting}");
    assert!(waiting.contains("Score 97.0"), "the old figures stay until the new ones are there");
    stage.answer(&mut app);
    assert!(text(&mut app).contains("working it out…"), "what arrived is not what is wanted any more");
    stage.answer(&mut app);
    let after = text(&mut app);
    assert!(after.contains("What if without 2 grants: score 97.0 → 77.0"), "{after}");
    press(&mut app, "u");
    stage.answer(&mut app);
    let back = text(&mut app);
    assert!(back.contains("Score 97.0") && !back.contains("What if without"), "{back}");
}

#[test]
fn a_redundant_grant_says_so_and_a_path_is_closed_by_its_cheapest_removal() {
    let stage = Stage::typical();
    let mut app = looked(&stage);
    assert!(text(&mut app).contains("other grants give all of it"));
    press(&mut app, "4");
    let paths = text(&mut app);
    assert!(paths.contains("closed without release-everything; then the score is 44.4"), "{paths}");
    press(&mut app, "down");
    let commands = press(&mut app, "a");
    let [Command::Start(_, Job::Profile(wanted))] = commands.as_slice() else { panic!("{commands:?}") };
    assert_eq!(wanted.without, BTreeSet::from([0, 1]));
    stage.answer(&mut app);
    press(&mut app, "end");
    assert!(press(&mut app, "a").is_empty());
    assert!(text(&mut app).contains("no set of its grants closes this path"));
}

#[test]
fn another_reading_forgets_which_grants_were_taken_away() {
    let stage = Stage::typical();
    let mut app = looked(&stage);
    press(&mut app, "space");
    stage.answer(&mut app);
    let mut opened = stage.opened.clone();
    opened.assessment.pulls.insert(trueup::model::PullId::from("another"));
    app.update(Event::Ledger(LedgerEvent::Loaded(Box::new(opened.clone()))));
    let of = Evidence::of(&opened.assessment);
    let listing = Listing::new(of, crowd::roster(12, crowd::name));
    let job = app.session.running(|job| matches!(job, Job::Everybody(_))).unwrap().id;
    let commands = app.update(Event::Job(job, done(Outcome::Everybody(Arc::new(listing)))));
    let wanted = commands.iter().find_map(|command| match command {
        Command::Start(_, Job::Profile(wanted)) => Some(wanted),
        _ => None,
    });
    assert!(wanted.is_some_and(|wanted| wanted.without.is_empty()), "{commands:?}");
}

#[test]
fn home_and_scorecard_lead_to_the_inventory_and_esc_leads_back() {
    for tab in ["H", "C"] {
        let mut app = Stage::typical().app();
        press(&mut app, tab);
        let below = app.top().unwrap().entry.id;
        press(&mut app, "i");
        assert_eq!(app.top().unwrap().entry.id, "inventory");
        press(&mut app, "esc");
        assert_eq!(app.top().unwrap().entry.id, below);
    }
}

#[test]
fn an_inventory_without_anybody_says_what_to_pull_and_enter_pulls() {
    let mut stage = Stage::typical();
    let roster = crowd::roster(0, crowd::name);
    stage.listing = Arc::new(Listing::new(stage.listing.of.clone(), roster));
    let mut app = shown(&stage);
    assert!(text(&mut app).contains("No pull lists any identity yet."));
    press(&mut app, "enter");
    assert_eq!(app.top().unwrap().entry.id, "pull");
}

#[test]
fn every_section_of_an_identity_looks_like_this() {
    let stage = Stage::typical();
    let mut app = looked(&stage);
    press(&mut app, "space");
    stage.answer(&mut app);
    for section in ["2", "3", "4", "5", "6", "7", "8"] {
        press(&mut app, section);
        insta::assert_snapshot!(format!("section-{section}"), text(&mut app));
    }
}

#[test]
fn an_identity_that_no_pull_shows_any_more_says_so() {
    let stage = Stage::typical();
    let mut app = shown(&stage);
    app.perform(vec![Effect::Look("gone".to_owned())]);
    assert!(text(&mut app).contains("No pull shows this identity any more."));
}

#[test]
fn what_is_no_grant_and_what_goes_along_cannot_be_taken_away_alone() {
    let mut stage = Stage::typical();
    stage.profile.grants[0].kind = EntitlementKind::Trust;
    stage.profile.grants[0].score_without = None;
    stage.profile.grants[2].is_removed = true;
    let mut app = looked(&stage);
    let shown = text(&mut app);
    let row = |name: &str| shown.lines().find(|line| line.contains(name)).unwrap().to_owned();
    assert!(row("[ ] read-only").contains("goes too"), "{shown}");
    assert!(row("[x] release-everything").trim_end().ends_with('–'), "{shown}");
    assert!(press(&mut app, "space").is_empty());
    assert!(text(&mut app).contains("cannot be tried to be without: it is what a role says"));
    press(&mut app, "end");
    assert!(press(&mut app, "space").is_empty());
    assert!(text(&mut app).contains("it came by a membership that is taken away"));
    press(&mut app, "up");
    assert!(!press(&mut app, "space").is_empty(), "the others can be");
}
