//! Journeys through the terminal UI as scripts of events: what the keys mean, what is asked of the runtime.

use ratatui::crossterm::event::Event as Input;
use trueup::connectors::Progress;
use trueup::model::assessment::{Answer, Edit};
use trueup::model::{AssessmentId, Level, QuestionId};
use trueup::tui::app::{App, Command, Event};
use trueup::tui::screens::{self, home};
use trueup::tui::session::{Effect, Fault, Job, JobEvent, LedgerEvent, Outcome, Pending};

use crate::stage::{Stage, done, last_job, notice, press, text, typed};

/// An app on the interview of an assessment that nobody answered yet; `ada` answers.
fn fresh() -> App {
    let mut app = Stage::typical().unanswered().app();
    press(&mut app, "w");
    assert_eq!(app.top().unwrap().entry.id, "who");
    for _ in 0..20 {
        press(&mut app, "left");
        press(&mut app, "del");
    }
    typed(&mut app, "ada");
    save(&mut app, "enter");
    app
}

/// The same after the self-rating.
fn rated() -> App {
    let mut app = fresh();
    save(&mut app, "1");
    press(&mut app, "enter");
    app
}

fn appended(commands: &[Command]) -> Vec<Pending> {
    let pending = |command: &Command| match command {
        Command::Append(pending) => Some(pending.clone()),
        _ => None,
    };
    commands.iter().filter_map(pending).collect()
}

/// Presses a key and lets the disk confirm what follows from it.
pub fn save(app: &mut App, chord: &str) -> Vec<Edit> {
    let commands = press(app, chord);
    let pending = appended(&commands);
    for one in &pending {
        app.update(Event::Ledger(LedgerEvent::Saved(one.assessment.clone(), one.seq)));
    }
    pending.into_iter().map(|pending| pending.edit).collect()
}

fn focus(app: &mut App, question: &str) {
    app.perform(vec![Effect::Focus(QuestionId::from(question))]);
}

/// A question that is a gate, and one that is none.
fn gate_and_other(app: &App) -> (String, String) {
    let questions = &app.session.opened.as_ref().unwrap().questionnaire.questions;
    let of = |gate| questions.iter().find(|question| question.gate == gate).unwrap().id.to_string();
    (of(true), of(false))
}

fn level(answer: &Answer) -> Option<u8> {
    match answer {
        Answer::Level(level) => Some(Level::get(*level)),
        _ => None,
    }
}

#[test]
fn a_form_begins_an_assessment_and_its_interview_opens() {
    let stage = Stage::typical();
    let mut app = stage.app();
    app.perform(vec![Effect::Open(&home::ENTRY)]);
    press(&mut app, "n");
    assert_eq!(app.top().unwrap().entry.id, "begin");
    typed(&mut app, "!");
    press(&mut app, "enter");
    typed(&mut app, "North");
    press(&mut app, "tab");
    let commands = press(&mut app, "enter");
    let [Command::Start(job, Job::Begin(new))] = commands.as_slice() else { panic!("{commands:?}") };
    assert_eq!(new.organisation, "Halden Mills (invented)!");
    assert_eq!(new.unit.as_deref(), Some("North"));
    assert_eq!((new.pack.as_str(), new.period.as_str()), ("ai-agent-readiness", "2026-Q4"));
    assert!(press(&mut app, "enter").is_empty(), "it begins once");
    let begun = AssessmentId::from("begun");
    let commands = app.update(Event::Job(*job, done(Outcome::Begun(begun.clone()))));
    assert!(commands.iter().any(|it| matches!(it, Command::Load(Some(id)) if *id == begun)), "{commands:?}");
    assert_eq!(app.top().unwrap().entry.id, "interview");
}

#[test]
fn a_form_without_an_organisation_begins_nothing() {
    let mut stage = Stage::typical();
    stage.list.clear();
    let mut app = stage.app();
    app.perform(vec![Effect::Open(&home::ENTRY)]);
    press(&mut app, "enter");
    press(&mut app, "enter");
    press(&mut app, "enter");
    assert!(press(&mut app, "enter").is_empty());
    assert_eq!(notice(&app.session), "Organisation is needed");
}

#[test]
fn no_question_is_seen_before_the_own_self_rating_is_sealed() {
    let mut app = fresh();
    let (gate, _) = gate_and_other(&app);
    let title = app.session.opened.as_ref().unwrap().questionnaire.questions[0].title.clone();
    for chord in ["n", "p", "space", "d", "a", "x", "t"] {
        press(&mut app, chord);
        assert!(text(&mut app).contains("Self-rating"), "after {chord}");
        assert!(app.session.opened.as_ref().unwrap().assessment.claims.is_empty(), "after {chord}");
    }
    focus(&mut app, &gate);
    assert!(text(&mut app).contains("Self-rating"));
    assert!(!text(&mut app).contains(&title));
    let edits = save(&mut app, "2");
    assert!(
        matches!(edits.as_slice(), [Edit::Claim { claim, .. }] if level(&claim.answer) == Some(2)),
        "{edits:?}"
    );
    press(&mut app, "n");
    assert!(!text(&mut app).contains("Self-rating"));
}

#[test]
fn the_go_to_list_does_not_lead_past_the_self_rating() {
    let mut app = fresh();
    press(&mut app, "g");
    typed(&mut app, "owner");
    press(&mut app, "enter");
    assert_eq!(app.top().unwrap().entry.id, "interview");
    assert!(text(&mut app).contains("Self-rating"));
}

#[test]
fn an_answer_is_called_saved_only_when_it_is() {
    let mut app = rated();
    assert!(text(&mut app).contains("✓ saved"));
    let commands = press(&mut app, "3");
    let pending = appended(&commands);
    let [Pending { assessment, seq, edit: Edit::Claim { question, claim } }] = pending.as_slice() else {
        panic!("{commands:?}")
    };
    assert_eq!((level(&claim.answer), claim.by.as_str()), (Some(3), "ada"));
    assert_eq!(app.session.claim(question), Some(claim));
    let before = text(&mut app);
    assert!(before.contains("saving…") && !before.contains("✓ saved"), "{before}");
    app.update(Event::Ledger(LedgerEvent::Saved(assessment.clone(), *seq)));
    let after = text(&mut app);
    assert!(after.contains("✓ saved") && !after.contains("saving…"), "{after}");
    assert!(press(&mut app, "3").is_empty(), "the same answer again is no edit");
}

#[test]
fn undo_is_a_further_edit() {
    let mut app = rated();
    save(&mut app, "3");
    let seq = app.session.opened.as_ref().unwrap().assessment.seq;
    save(&mut app, "1");
    let edits = save(&mut app, "u");
    assert!(
        matches!(edits.as_slice(), [Edit::Claim { claim, .. }] if level(&claim.answer) == Some(3)),
        "{edits:?}"
    );
    let edits = save(&mut app, "u");
    assert!(matches!(edits.as_slice(), [Edit::Retract { .. }]), "{edits:?}");
    assert_eq!(app.session.opened.as_ref().unwrap().assessment.seq, seq + 3);
}

#[test]
fn a_gate_always_applies_and_another_question_is_set_aside_with_a_reason_only() {
    let mut app = rated();
    let (gate, other) = gate_and_other(&app);
    focus(&mut app, &gate);
    assert!(press(&mut app, "a").is_empty());
    assert_eq!(notice(&app.session), "this is a gate; a gate always applies");
    assert_eq!(app.top().unwrap().entry.id, "interview");
    assert!(app.session.claim(&QuestionId::from(gate.as_str())).is_none());
    focus(&mut app, &other);
    press(&mut app, "a");
    assert_eq!(app.top().unwrap().entry.id, "reason");
    assert!(press(&mut app, "enter").is_empty(), "no reason, no edit");
    typed(&mut app, "no such systems");
    let edits = save(&mut app, "enter");
    let [Edit::Claim { claim, .. }] = edits.as_slice() else { panic!("{edits:?}") };
    assert_eq!(claim.answer, Answer::NotApplicable { reason: "no such systems".to_owned() });
    assert_eq!(app.top().unwrap().entry.id, "interview");
}

#[test]
fn evidence_is_hidden_until_the_answers_are_closed() {
    let mut app = rated();
    save(&mut app, "4");
    let open = text(&mut app);
    assert!(!open.contains("proven 0") && !open.contains("claimed"), "{open}");
    press(&mut app, "X");
    assert_eq!(app.top().unwrap().entry.id, "confirm");
    assert!(press(&mut app, "enter").is_empty(), "the careful answer is marked first");
    press(&mut app, "X");
    assert_eq!(save(&mut app, "y"), [Edit::Close]);
    let closed = text(&mut app);
    assert!(closed.contains("claimed 4, proven"), "{closed}");
    assert!(press(&mut app, "2").is_empty(), "closed answers do not change");
    assert!(press(&mut app, "X").is_empty(), "opening again is asked for too");
    assert_eq!(save(&mut app, "y"), [Edit::Reopen]);
    assert!(!text(&mut app).contains("claimed 4"));
}

#[test]
fn explaining_asks_for_the_proof_only_after_closing() {
    let mut app = rated();
    for is_closed in [false, true] {
        if is_closed {
            press(&mut app, "esc");
            press(&mut app, "X");
            save(&mut app, "y");
        }
        let commands = press(&mut app, "x");
        let asked = commands.iter().find_map(|command| match command {
            Command::Start(_, Job::Explain(_, subject)) => Some(subject.has_proof),
            _ => None,
        });
        assert_eq!(asked, Some(is_closed), "{commands:?}");
    }
}

#[test]
fn ctrl_c_leaves_from_everywhere() {
    for entry in trueup::tui::screens::REGISTRY {
        let stage = Stage::typical();
        let mut app = stage.app();
        stage.show(&mut app, entry, "");
        assert!(matches!(press(&mut app, "ctrl-c").as_slice(), [.., Command::Quit]), "{}", entry.id);
    }
    let mut app = fresh();
    assert!(matches!(press(&mut app, "q").as_slice(), [Command::Quit]));
    assert!(matches!(app.update(Event::End).as_slice(), [Command::Quit]));
}

#[test]
fn a_failed_save_keeps_the_answer_and_says_so() {
    let mut app = rated();
    let commands = press(&mut app, "3");
    let pending = appended(&commands);
    let fault = Fault { message: "the disk is full".to_owned(), help: "free space".to_owned() };
    app.update(Event::Ledger(LedgerEvent::Unsaved(fault)));
    let shown = text(&mut app);
    assert!(shown.contains("the disk is full") && shown.contains("free space"), "{shown}");
    let Edit::Claim { question, claim } = &pending[0].edit else { panic!("{pending:?}") };
    assert_eq!(app.session.claim(question), Some(claim));
    press(&mut app, "n");
    assert!(text(&mut app).contains("1 not saved; trying again"));
    assert!(press(&mut app, "q").is_empty(), "leaving is asked about");
    assert_eq!(app.top().unwrap().entry.id, "confirm");
    press(&mut app, "n");
    app.update(Event::Ledger(LedgerEvent::Saved(pending[0].assessment.clone(), pending[0].seq)));
    assert!(text(&mut app).contains("✓ saved"));
    assert!(matches!(press(&mut app, "q").as_slice(), [Command::Quit]));
}

#[test]
fn an_answer_on_its_way_survives_a_reading() {
    let mut app = rated();
    let read = app.session.opened.clone().unwrap();
    let pending = appended(&press(&mut app, "3"));
    app.update(Event::Ledger(LedgerEvent::Loaded(Box::new(read))));
    let Edit::Claim { question, claim } = &pending[0].edit else { panic!("{pending:?}") };
    assert_eq!(app.session.claim(question), Some(claim));
}

#[test]
fn edits_of_somebody_else_make_it_read_again() {
    let mut app = rated();
    let pending = appended(&press(&mut app, "3"));
    let [one] = pending.as_slice() else { panic!("{pending:?}") };
    let commands = app.update(Event::Ledger(LedgerEvent::Saved(one.assessment.clone(), one.seq + 1)));
    assert!(
        matches!(commands.as_slice(), [Command::Load(Some(id))] if *id == one.assessment),
        "{commands:?}"
    );
}

#[test]
fn a_failed_job_says_why_and_what_to_do() {
    let mut app = Stage::typical().app();
    press(&mut app, "x");
    let fault = Fault { message: "it broke".to_owned(), help: "mend it".to_owned() };
    app.update(Event::Job(last_job(&app), JobEvent::Failed(fault)));
    assert!(text(&mut app).contains("it broke — mend it"));
    assert!(app.session.jobs.running.is_empty());
}

#[test]
fn a_resize_is_kept_and_a_small_place_says_so() {
    let mut app = Stage::typical().app();
    assert!(app.update(Event::Input(Input::Resize(132, 50))).is_empty());
    assert_eq!(app.session.size, (132, 50));
    let small = crate::stage::rows(&crate::stage::frame(&mut app, (40, 10))).join("\n");
    assert!(small.contains("trueup needs 60 × 16"), "{small}");
    assert!(text(&mut app).contains("Interview"));
}

#[test]
fn a_paste_goes_into_the_field_as_one_line() {
    let mut app = rated();
    save(&mut app, "3");
    press(&mut app, "t");
    app.update(Event::Input(Input::Paste("one\ntwo".to_owned())));
    let edits = save(&mut app, "enter");
    let [Edit::Claim { claim, .. }] = edits.as_slice() else { panic!("{edits:?}") };
    assert!(claim.note.starts_with("one") && claim.note.ends_with("two"), "{:?}", claim.note);
    assert!(!claim.note.contains('\n'), "{:?}", claim.note);
}

#[test]
fn a_form_sets_up_a_source_and_leads_to_its_first_look() {
    let mut app = fresh();
    app.perform(vec![Effect::Open(&screens::source::ENTRY)]);
    let kinds: Vec<_> = trueup::ops::live_connectors().map(|spec| spec.id).collect();
    let scim = kinds.iter().position(|id| *id == "scim").unwrap();
    (0..scim).for_each(|_| drop(press(&mut app, "down")));
    press(&mut app, "enter");
    assert!(
        press(&mut app, "ctrl-s").is_empty() && notice(&app.session).contains("name"),
        "a name is needed"
    );
    typed(&mut app, "hr");
    assert!(press(&mut app, "ctrl-s").is_empty() && notice(&app.session).contains("Address is needed"));
    typed(&mut app, "https://id.example.com/scim/v2");
    press(&mut app, "enter");
    typed(&mut app, "env:HR_TOKEN");
    let commands = press(&mut app, "ctrl-s");
    let [Command::Start(id, Job::SetUp(source))] = commands.as_slice() else { panic!("{commands:?}") };
    assert_eq!((source.name.as_str(), source.connector.as_str()), ("hr", "scim"));
    let values: Vec<_> = source.values.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    assert_eq!(values, [("address", "https://id.example.com/scim/v2"), ("token", "env:HR_TOKEN")]);
    app.update(Event::Job(*id, done(Outcome::SetUp("hr".to_owned()))));
    assert_eq!(app.top().unwrap().entry.id, "pull");
    let looks = press(&mut app, "enter");
    assert!(
        looks.iter().all(
            |command| matches!(command, Command::Start(_, Job::Preflight(path)) if path.ends_with("hr"))
        )
    );
}

#[test]
fn sources_that_are_set_up_are_listed_and_pulled_all_at_once() {
    let mut app = rated();
    let source = |name: &str| trueup::config::Source {
        name: name.to_owned(),
        connector: "scim".to_owned(),
        values: [("token".to_owned(), "env:T".to_owned())].into(),
    };
    app.update(Event::Job(0, done(Outcome::Sources(vec![source("hr"), source("cloud")]))));
    app.perform(vec![Effect::Open(&screens::sources::ENTRY)]);
    let shown = text(&mut app);
    assert!(shown.contains("hr") && shown.contains("cloud") && shown.contains("not pulled"), "{shown}");
    let commands = press(&mut app, "A");
    let pulled: Vec<_> = commands
        .iter()
        .filter_map(|command| match command {
            Command::Start(id, Job::Pull(_, path)) => Some((*id, path.display().to_string())),
            _ => None,
        })
        .collect();
    assert_eq!(pulled.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>(), ["hr", "cloud"]);
    assert!(press(&mut app, "A").is_empty(), "what is being pulled is not pulled again");
    let progress = Progress { what: "users".to_owned(), done: 1200, of: None };
    app.update(Event::Job(pulled[0].0, JobEvent::Progress(progress)));
    let told = format!("{} users", trueup::tui::text::grouped(1200));
    assert!(text(&mut app).contains(&told), "{}", text(&mut app));
}
