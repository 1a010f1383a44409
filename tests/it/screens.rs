//! Every screen of the registry, in three states, at three sizes: what it shows, and what it must never show.

use std::sync::Arc;

use ratatui::buffer::Buffer;
use trueup::model::RespondentId;
use trueup::model::assessment::{Assessment, Claim, Respondent};
use trueup::ops::{Explanation, Opened};
use trueup::tui::app::{App, Event};
use trueup::tui::listing::Listing;
use trueup::tui::screen::Entry;
use trueup::tui::screens::{REGISTRY, interview};
use trueup::tui::session::{Effect, Fault, LedgerEvent, Notice, Outcome};
use trueup::tui::theme::{Depth, Theme};

use crate::crowd;
use crate::stage::{Stage, done, frame, is_whole, rows, typed};

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (200, 60)];
const QUESTION_TEXT: &str = "Evidence is shown beside the answers from then on. X opens the answers again.";

/// Three hundred signs of everything that could steer a terminal, mislead a reader or break a column.
fn nasty() -> String {
    let part = "株式会社\x1b[31m\u{202e}lawenez\u{2066}\u{28ff}\u{9b}2J\x07e\u{301}👩‍👩‍👧‍👦\u{200b}\u{feff}\r\n\t";
    part.chars().cycle().take(300).collect()
}

/// A long word without a place to break, then nasty signs.
fn long() -> String {
    format!("{}{}", "x".repeat(400), nasty())
}

fn crowded() -> Stage {
    let mut stage = Stage::typical();
    worsen(&mut stage.opened);
    for (place, summary) in (0..200).zip(stage.list.clone().into_iter().cycle()) {
        let mut summary = summary;
        summary.begun.organisation = nasty();
        summary.begun.unit = (place % 2 == 0).then(nasty);
        summary.begun.period = nasty();
        stage.list.push(summary);
    }
    if let Explanation::Question { row, metrics } = &mut stage.explanation {
        row.title = nasty();
        row.because.iter_mut().for_each(|reason| reason.text = long());
        for origin in metrics {
            origin.definition = nasty();
            origin.sources = vec![nasty(); 50];
            origin.rule = long();
        }
    }
    let everybody = crowd::roster(40, |place| format!("{place}{}", nasty()));
    stage.listing = Arc::new(Listing::new(stage.listing.of.clone(), everybody));
    stage.doubtful =
        Arc::new(crowd::doubtful(&stage.opened.assessment, |_| format!("{} {}", nasty(), long())));
    stage.profile = crowd::worse(crowd::profile(&stage.listing.roster, 0), &nasty(), &long());
    stage.recognised.title = nasty();
    stage.recognised.preflight.recognised = long();
    stage.recognised.preflight.sees = vec![nasty(); 90];
    stage
}

fn worsen(opened: &mut Opened) {
    let begun = &mut opened.assessment.begun;
    (begun.organisation, begun.unit, begun.period) = (nasty(), Some(nasty()), nasty());
    rename(&mut opened.assessment);
    let mut manifests = opened.manifests.clone();
    for manifest in &mut manifests {
        (manifest.source, manifest.origin, manifest.connector) = (nasty(), long(), nasty());
        manifest.preflight.recognised = nasty();
        manifest.rows = vec![(nasty(), u64::MAX / 1000); 60];
    }
    opened.manifests = manifests.into_iter().cycle().take(500).collect();
    opened.scorecard.class = Some(nasty());
    opened.scorecard.class_because = long();
    opened.scorecard.cautions = vec![long(); 9];
    for row in &mut opened.scorecard.rows {
        row.title = nasty();
        row.because.iter_mut().for_each(|reason| reason.text = long());
    }
    let questionnaire = Arc::make_mut(&mut opened.questionnaire);
    questionnaire.title = nasty();
    for question in &mut questionnaire.questions {
        (question.title, question.prompt, question.why) = (nasty(), long(), nasty());
        question.levels = std::array::from_fn(|_| nasty());
    }
}

/// Everybody gets a nasty name and nasty notes.
fn rename(assessment: &mut Assessment) {
    let worse = |id: &RespondentId| RespondentId::new(format!("{}{id}", nasty()));
    let respondents = std::mem::take(&mut assessment.respondents).into_values();
    let respondents = respondents.map(|it| (worse(&it.id), Respondent { id: worse(&it.id), ..it }));
    assessment.respondents = respondents.collect();
    for claims in assessment.claims.values_mut() {
        let renamed = std::mem::take(claims).into_values();
        let renamed = renamed.map(|it| (worse(&it.by), Claim { by: worse(&it.by), note: long(), ..it }));
        *claims = renamed.collect();
    }
}

/// A screen in an app that has looked and found nothing.
fn empty(entry: &'static Entry) -> App {
    let environment = Stage::typical().environment;
    let mut app = App::new(environment, Theme::new(Depth::Plain), &interview::ENTRY);
    app.update(Event::Ledger(LedgerEvent::Nothing));
    app.update(Event::Job(0, done(Outcome::Listed(vec![]))));
    app.perform(vec![Effect::Open(entry)]);
    app
}

fn full(stage: &Stage, entry: &'static Entry, ask: &str) -> App {
    let mut app = stage.app();
    stage.show(&mut app, entry, ask);
    app
}

fn is_forbidden(sign: char) -> bool {
    sign.is_control()
        || matches!(sign, '\u{2800}'..='\u{28ff}' | '\u{061c}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// What must hold for every frame; `top` says which screen it is.
fn holds(buffer: &Buffer, entry: &Entry, state: &str) {
    let at = format!("{} {state} {}x{}", entry.id, buffer.area.width, buffer.area.height);
    for cell in &buffer.content {
        assert!(!cell.symbol().chars().any(is_forbidden), "{at}: {:?}", cell.symbol());
    }
    let rows = rows(buffer);
    let bar = rows.last().unwrap();
    // While a field is typed into, only keys that are no text work everywhere.
    let is_bar = if is_whole(entry) {
        bar.contains("? help  : find  q ") || bar.contains("esc ")
    } else {
        bar.contains("esc close")
    };
    assert!(is_bar, "{at}: no bottom bar in {bar:?}");
    assert!(rows[0].contains("trueup") && rows[0].contains("Scorecard"), "{at}: no header");
    assert!(rows[2..].iter().rev().skip(1).any(|row| !row.is_empty()), "{at}: the body is blank");
}

#[test]
fn typical_screens_look_like_this() {
    let stage = Stage::typical();
    for entry in REGISTRY {
        for size in SIZES {
            let buffer = frame(&mut full(&stage, entry, QUESTION_TEXT), size);
            holds(&buffer, entry, "typical");
            // These list packs and formats: a new one of those must not need a new picture here.
            if !["begin", "export"].contains(&entry.id) {
                let name = format!("{}-{}x{}", entry.id, size.0, size.1);
                insta::assert_snapshot!(name, rows(&buffer).join("\n"));
            }
        }
    }
}

#[test]
fn empty_screens_say_what_to_do() {
    for entry in REGISTRY {
        for size in SIZES {
            holds(&frame(&mut empty(entry), size), entry, "empty");
        }
    }
}

#[test]
fn foreign_text_neither_steers_nor_breaks_a_screen() {
    let stage = crowded();
    for entry in REGISTRY {
        let mut app = full(&stage, entry, &long());
        for size in SIZES {
            holds(&frame(&mut app, size), entry, "crowded");
        }
        typed(&mut app, &nasty());
        let fault = Fault { message: long(), help: nasty() };
        app.session.notice = Some(Notice::bad(&fault));
        app.session.jobs.fault = Some(fault);
        app.session.jobs.completions = vec![nasty(); 60];
        let top = app.top().unwrap().entry;
        for size in SIZES {
            holds(&frame(&mut app, size), top, "crowded, typed into, with a notice");
        }
    }
}

#[test]
fn no_size_makes_a_screen_panic() {
    let (typical, crowded) = (Stage::typical(), crowded());
    for entry in REGISTRY {
        for stage in [&typical, &crowded] {
            let mut app = full(stage, entry, &long());
            for size in
                [(1, 1), (3, 40), (200, 2), (59, 16), (60, 15), (60, 16), (61, 17), (79, 23), (500, 16)]
            {
                frame(&mut app, size);
            }
        }
    }
}

#[test]
fn every_key_of_every_screen_keeps_the_frame_whole() {
    let stage = Stage::typical();
    for entry in REGISTRY {
        for row in 0..(entry.keys)().len() {
            let mut app = full(&stage, entry, QUESTION_TEXT);
            app.perform(vec![Effect::Press(row)]);
            let top = app.top().unwrap().entry;
            holds(&frame(&mut app, (80, 24)), top, &format!("after row {row} of {}", entry.id));
        }
    }
}
