//! How long a key takes on the inventory until its frame is drawn: 100,000 identities beside 30, without a
//! terminal, 200 columns and 60 rows.
#![expect(clippy::unwrap_used, reason = "a bench fails by panicking")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::crossterm::event::{Event as Input, KeyCode, KeyEvent, KeyModifiers};
use trueup::model::SourceId;
use trueup::model::inventory::{Class, Fact};
use trueup::model::merged::{Identity, Inventory, Presence};
use trueup::model::privilege::{Estimate, Peer, Privilege, Reach};
use trueup::ops::{self, Roster};
use trueup::privilege::Estate;
use trueup::tui::app::{App, Event};
use trueup::tui::listing::{Evidence, Listing};
use trueup::tui::screens::inventory;
use trueup::tui::session::{Environment, JobEvent, LedgerEvent, Outcome};
use trueup::tui::theme::{Depth, Theme};

/// What is typed, sign by sign: nobody has the first, some have the others.
const TYPED: [&str; 3] = ["qqq", "svc-4", "team 9 arn 77"];

fn main() {
    let mut worst = [Duration::ZERO; 2];
    for (place, count) in [30, 100_000].into_iter().enumerate() {
        let begun = Instant::now();
        let (mut app, mut terminal) = (app(count), Terminal::new(TestBackend::new(200, 60)).unwrap());
        println!("{count} identities: made and prepared in {:?}", begun.elapsed());
        let mut keys: Vec<(Duration, KeyCode)> = Vec::new();
        for words in TYPED.iter().cycle().take(30) {
            // The first key turns to the field; its cost is a frame's.
            press(&mut app, KeyCode::Char('/'));
            for sign in words.chars() {
                keys.push(timed(&mut app, &mut terminal, KeyCode::Char(sign)));
            }
            for _ in words.chars() {
                keys.push(timed(&mut app, &mut terminal, KeyCode::Backspace));
            }
            press(&mut app, KeyCode::Esc);
            for key in ['c', 'b', 'o', 'r', 'j'] {
                keys.push(timed(&mut app, &mut terminal, KeyCode::Char(key)));
            }
        }
        keys.sort_by_key(|(taken, _)| *taken);
        let at = |percent: usize| keys[(keys.len() - 1) * percent / 100].0;
        println!(
            "  key to frame: median {:?}, p95 {:?}, worst {:?} ({})",
            at(50),
            at(95),
            at(100),
            keys[keys.len() - 1].1
        );
        worst[place] = at(95);
    }
    println!("p95 of 100,000 to 30: {:.1} times", worst[1].as_secs_f64() / worst[0].as_secs_f64());
}

fn timed(app: &mut App, terminal: &mut Terminal<TestBackend>, code: KeyCode) -> (Duration, KeyCode) {
    let begun = Instant::now();
    press(app, code);
    terminal.draw(|frame| app.zones = app.view(frame)).unwrap();
    (begun.elapsed(), code)
}

fn press(app: &mut App, code: KeyCode) {
    app.update(Event::Input(Input::Key(KeyEvent::new(code, KeyModifiers::NONE))));
}

/// An app on the inventory of so many identities.
fn app(count: usize) -> App {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let demo = runtime.block_on(ops::demo()).unwrap();
    let opened = runtime.block_on(ops::open(&demo.ctx, None)).unwrap();
    let weights = Arc::clone(&demo.ctx.library.weights);
    let environment = Environment {
        library: Arc::clone(&demo.ctx.library),
        clock: demo.ctx.clock,
        actor: demo.ctx.actor.clone(),
        rescore: Arc::new(|_| {}),
        is_demo: true,
    };
    runtime.block_on(demo.close());
    let identities = (0..count).map(identity).collect();
    let privileges = (0..count).map(|place| Some(privilege(place))).collect();
    let inventory = Inventory { identities, privileges, ..Inventory::default() };
    let estate = Estate::build(&inventory, &[], Arc::clone(&weights));
    let assessment = &opened.assessment;
    let of = Evidence::of(assessment);
    let listing = Listing::new(of, Roster::new(inventory, estate));
    let mut app = App::new(environment, Theme::new(Depth::True), &inventory::ENTRY);
    app.session.size = (200, 60);
    app.update(Event::Ledger(LedgerEvent::Loaded(Box::new(opened))));
    app.update(Event::Job(0, JobEvent::Done(Box::new(Outcome::Everybody(Arc::new(listing))))));
    app
}

fn identity(place: usize) -> Identity {
    let id = format!("arn:aws:iam::{:012}:role/service-role/svc-{place}", 111_122_223_333 + place % 40);
    let account =
        Presence { id: id.clone(), system: Some(SourceId::new("aws:111122223333")), ..Presence::default() };
    Identity {
        id,
        name: format!("svc-{place}-worker"),
        accounts: vec![account],
        recorded: Fact::Known(Class::ALL[place % 3]),
        owner: Fact::Known(format!("Team {}", place % 97)),
        ..Identity::default()
    }
}

fn privilege(place: usize) -> Privilege {
    let point = (place * 7_919 % 1_000) as f64 / 10.1;
    let around = |value: f64| Estimate { low: value * 0.8, point: value, high: value * 1.01 };
    Privilege {
        score: around(point),
        excess: around(30.0 * point / (100.0 - point)),
        power: 200.0,
        coverage: 0.5,
        actions: 900,
        used_actions: Some(12),
        standing: Some(0.5),
        reach: Reach::ALL[place % 5],
        paths: Some(u32::try_from(place % 9).unwrap()),
        points: 100,
        used_points: (10, 20),
        is_high_risk: None,
        is_standing_high_risk: None,
        opaque: 0,
        peer: Peer::NotCompared,
    }
}
