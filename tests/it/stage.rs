//! The terminal UI without a terminal: the invented company, opened, and an app that shows it.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::crossterm::event::{Event as Input, KeyCode, KeyEvent, KeyModifiers};
use trueup::model::assessment::Assessment;
use trueup::model::decision::ToolName;
use trueup::model::privilege::Profile;
use trueup::model::{AssessmentId, QuestionId};
use trueup::ops::{self, Explanation, Opened, Recognised, Summary};
use trueup::tui::app::{App, Command, Event};
use trueup::tui::keymap::Chord;
use trueup::tui::listing::{Evidence, Listing};
use trueup::tui::screen::{Entry, Place};
use trueup::tui::screens::{self, confirm, explain};
use trueup::tui::session::{
    Ask, Deciding, Effect, Environment, Job, JobEvent, LedgerEvent, Outcome, Profiled, Running, Session,
    Subject, Who,
};
use trueup::tui::theme::{Depth, Theme};

use crate::crowd;

/// The question that the screens look at.
pub const QUESTION: &str = "INV-01";

/// Everything of the invented company that screens can show; read once.
#[derive(Clone)]
pub struct Stage {
    pub environment: Environment,
    /// The last quarter.
    pub opened: Opened,
    pub list: Vec<Summary>,
    pub explanation: Explanation,
    pub recognised: Recognised,
    /// Everybody, invented, and the first of them in detail.
    pub listing: Arc<Listing>,
    /// People of whom some may be the same.
    pub doubtful: Arc<Listing>,
    pub profile: Profile,
}

impl Stage {
    /// The invented company as it is.
    pub fn typical() -> Self {
        static STAGE: OnceLock<Stage> = OnceLock::new();
        STAGE.get_or_init(read).clone()
    }

    /// An app that shows it, on its interview.
    pub fn app(&self) -> App {
        let mut app = App::new(self.environment.clone(), Theme::new(Depth::True), &screens::interview::ENTRY);
        app.update(Event::Ledger(LedgerEvent::Loaded(Box::new(self.opened.clone()))));
        app.update(Event::Job(0, done(Outcome::Listed(self.list.clone()))));
        app.perform(self.who().map(Effect::As).into_iter().collect());
        app.perform(vec![Effect::Focus(QuestionId::from(QUESTION))]);
        app
    }

    /// The first person who answered the question, in the role of the answer.
    fn who(&self) -> Option<Who> {
        let claims = self.opened.assessment.claims.get(&QuestionId::from(QUESTION))?;
        claims.values().next().map(|claim| Who { id: claim.by.clone(), role: claim.role.clone() })
    }

    /// Opens a screen with what belongs on it.
    pub fn show(&self, app: &mut App, entry: &'static Entry, ask: &str) {
        if entry == &explain::ENTRY {
            let subject = Subject { id: QUESTION.to_owned(), has_proof: true };
            app.perform(vec![Effect::Explain(subject.clone())]);
            let outcome = Outcome::Explained(subject, self.explanation.clone());
            app.update(Event::Job(last_job(app), done(outcome)));
        } else if entry == &confirm::ENTRY {
            let ask = Ask {
                title: "Close the answers?".to_owned(),
                text: ask.to_owned(),
                yes: "close",
                effects: vec![],
            };
            app.perform(vec![Effect::Ask(ask)]);
        } else if entry == &screens::decide::ENTRY {
            let name = if ask.is_empty() { "Example Chat" } else { ask };
            let tool = ToolName::of("chat.example");
            app.perform(vec![Effect::Decide(Deciding { tool, name: name.to_owned(), is_sanctioned: false })]);
        } else {
            app.perform(vec![Effect::Open(entry)]);
        }
        let of_everybody = [
            &screens::inventory::ENTRY,
            &screens::identity::ENTRY,
            &screens::shadow::ENTRY,
            &screens::agents::ENTRY,
        ];
        if of_everybody.contains(&entry) {
            app.update(Event::Job(last_job(app), done(Outcome::Everybody(Arc::clone(&self.listing)))));
        }
        if entry == &screens::resolve::ENTRY {
            app.update(Event::Job(last_job(app), done(Outcome::Everybody(Arc::clone(&self.doubtful)))));
        }
        if entry == &screens::identity::ENTRY {
            app.perform(vec![Effect::Close, Effect::Open(&screens::inventory::ENTRY)]);
            app.update(Event::Job(last_job(app), done(Outcome::Everybody(Arc::clone(&self.listing)))));
            app.perform(vec![Effect::Look(self.profile.id.clone())]);
            self.answer(app);
        }
        if entry == &screens::pull::ENTRY {
            typed(app, "measurements.toml");
            press(app, "enter");
            let path = PathBuf::from("measurements.toml");
            app.update(Event::Job(last_job(app), done(Outcome::Recognised(path, self.recognised.clone()))));
        }
    }

    /// Answers the detail that is being asked for.
    pub fn answer(&self, app: &mut App) {
        let asked = app.session.running(|job| matches!(job, Job::Profile(_)));
        let Some(Running { id, job: Job::Profile(wanted), .. }) = asked else {
            panic!("no detail is asked for")
        };
        let profile = crowd::without(&self.profile, &wanted.without);
        let profiled = Profiled { wanted: wanted.clone(), profile: Some(Arc::new(profile)) };
        app.update(Event::Job(*id, done(Outcome::Profiled(profiled))));
    }

    /// The same company before anybody answered, under the name of somebody who takes part.
    pub fn unanswered(&self) -> Self {
        let mut stage = self.clone();
        let mut begun = self.opened.assessment.begun.clone();
        begun.id = AssessmentId::from("fresh");
        stage.opened.assessment = Assessment::new(begun);
        stage
    }
}

fn read() -> Stage {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let demo = ops::demo().await.unwrap();
        let mut opened = ops::open(&demo.ctx, None).await.unwrap();
        let list = ops::list(&demo.ctx).await.unwrap();
        let id = &opened.assessment.begun.id;
        let explanation = ops::explain(&demo.ctx, id, QUESTION).await.unwrap();
        let file = demo.ctx.store.path().with_file_name("measurements.toml");
        let recognised = ops::preflight(&demo.ctx.library, &file).await.unwrap();
        let scorer = demo.ctx.clone();
        let environment = Environment {
            library: Arc::clone(&demo.ctx.library),
            clock: demo.ctx.clock,
            actor: demo.ctx.actor.clone(),
            rescore: Arc::new(move |opened| ops::rescore(&scorer, opened)),
            is_demo: true,
        };
        demo.close().await;
        // Neither a new version nor a new rule of normalising changes a picture.
        for manifest in &mut opened.manifests {
            (manifest.tool, manifest.digest) = ("0.0.0".to_owned(), "0".repeat(64));
        }
        let evidence = Evidence::of(&opened.assessment);
        let roster = crowd::roster(12, crowd::name);
        let listing = Arc::new(Listing::new(evidence, roster));
        let profile = crowd::profile(&listing.roster, 0);
        let doubtful = Arc::new(crowd::doubtful(&opened.assessment, crowd::name));
        Stage { environment, opened, list, explanation, recognised, listing, doubtful, profile }
    })
}

/// A job that ended well.
pub fn done(outcome: Outcome) -> JobEvent {
    JobEvent::Done(Box::new(outcome))
}

/// The number of the job that was started last; 0 when none runs.
pub fn last_job(app: &App) -> u64 {
    app.session.jobs.running.last().map_or(0, |running| running.id)
}

/// Presses a chord as `keymap` writes it.
pub fn press(app: &mut App, chord: &str) -> Vec<Command> {
    let Some(Chord::Key { code, control, alt }) = Chord::parse(chord) else { panic!("no key: {chord}") };
    let mut modifiers = KeyModifiers::NONE;
    modifiers.set(KeyModifiers::CONTROL, control);
    modifiers.set(KeyModifiers::ALT, alt);
    app.update(Event::Input(Input::Key(KeyEvent::new(code, modifiers))))
}

/// Types text sign by sign.
pub fn typed(app: &mut App, text: &str) {
    for sign in text.chars() {
        let key = KeyEvent::new(KeyCode::Char(sign), KeyModifiers::NONE);
        app.update(Event::Input(Input::Key(key)));
    }
}

/// The frame at a size, after the app was told of it.
pub fn frame(app: &mut App, (width, height): (u16, u16)) -> Buffer {
    app.update(Event::Input(Input::Resize(width, height)));
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    let drawn = terminal.draw(|frame| app.zones = app.view(frame)).unwrap();
    drawn.buffer.clone()
}

/// The rows of a frame as text, without the blanks at their ends; a wide sign is followed by nothing.
pub fn rows(buffer: &Buffer) -> Vec<String> {
    let row = |y| {
        let mut text = String::new();
        let mut x = 0;
        while x < buffer.area.width {
            let sign = buffer[(x, y)].symbol();
            text.push_str(sign);
            x += u16::try_from(trueup::tui::text::width(sign)).unwrap().max(1);
        }
        text.trim_end().to_owned()
    };
    (0..buffer.area.height).map(row).collect()
}

/// The whole frame at 80 × 24 as text.
pub fn text(app: &mut App) -> String {
    rows(&frame(app, (80, 24))).join("\n")
}

/// Whether a screen takes the whole body.
pub fn is_whole(entry: &Entry) -> bool {
    !matches!(entry.place, Place::Dialog { .. })
}

/// The words at the bottom, empty when there are none.
pub fn notice(session: &Session) -> &str {
    session.notice.as_ref().map_or("", |notice| &notice.text)
}
