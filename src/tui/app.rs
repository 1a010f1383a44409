//! Events in, commands out: the stack of screens and the keys that work everywhere. Pure but for the clock.

mod news;

use ratatui::crossterm::event::{
    Event as Input, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};
use ratatui::layout::{Position, Rect};

use super::keymap::{Binding, Chord, KeyRow, bind, lookup, rows};
use super::screen::{Entry, Place, Screen};
use super::screens::{
    confirm, decide, explain, export, gaps, help, home, identity, interview, inventory, palette, pull,
    scorecard, sources,
};
use super::session::{
    Ask, Effect, Environment, Job, JobEvent, JobId, LedgerEvent, Notice, Pending, Running, Session,
};
use super::theme::Theme;
use crate::model::AssessmentId;

/// What happens to the app.
pub enum Event {
    Input(Input),
    Job(JobId, JobEvent),
    Ledger(LedgerEvent),
    /// The system asks the program to end.
    End,
}

/// What the runtime has to do.
#[derive(Debug, Clone)]
pub enum Command {
    Append(Pending),
    Load(Option<AssessmentId>),
    Start(JobId, Job),
    Cancel(JobId),
    Quit,
}

/// What can be meant everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Global {
    Tab(usize),
    NextTab,
    PreviousTab,
    Inventory,
    Help,
    Palette,
    Back,
    Leave,
    Quit,
}

/// The screens in the header, in order.
pub static TABS: &[&Entry] =
    &[&home::ENTRY, &interview::ENTRY, &sources::ENTRY, &scorecard::ENTRY, &gaps::ENTRY, &export::ENTRY];

/// The keys that work everywhere; a screen's own row wins.
pub const KEYS: &[Binding<Global>] = &[
    bind("help", "? f1", "Help: every key of this screen", Global::Help).hint("help"),
    bind("palette", ": ctrl-p", "Find a screen or an action by its words", Global::Palette).hint("find"),
    bind("home", "H f2", "Home: all assessments", Global::Tab(0)),
    bind("interview", "I f3", "Interview: answer the questions", Global::Tab(1)),
    bind("sources", "S f4", "Sources: pull evidence from systems and files", Global::Tab(2)),
    bind("scorecard", "C f5", "Scorecard: claimed beside proven", Global::Tab(3)),
    bind("gaps", "G f6", "Gaps: where claim and proof part", Global::Tab(4)),
    bind("export", "E f7", "Export: pictures and files", Global::Tab(5)),
    bind("inventory", "V f8", "Inventory: everybody, and who can do more than they need", Global::Inventory),
    bind("next-tab", "tab", "Next screen of the header", Global::NextTab),
    bind("previous-tab", "shift-tab", "Previous screen of the header", Global::PreviousTab),
    bind("back", "esc", "Back to the screen below", Global::Back),
    bind("leave", "q", "Back; on a screen of the header: leave trueup", Global::Leave).hint("quit"),
    bind("quit", "ctrl-c", "Leave trueup at once; every answer is saved first", Global::Quit),
];

/// A screen on the stack.
pub struct Layer {
    pub entry: &'static Entry,
    pub screen: Box<dyn Screen>,
}

/// What a click into a place means.
pub enum Target {
    Global(Global),
    /// A row of the top screen's table.
    Row(usize),
    /// A message of the top screen.
    Screen(Box<dyn std::any::Any + Send>),
}

/// The whole terminal UI, without a terminal.
pub struct App {
    pub session: Session,
    pub theme: Theme,
    pub stack: Vec<Layer>,
    /// Places of the last frame that can be clicked, topmost last.
    pub zones: Vec<(Rect, Target)>,
    commands: Vec<Command>,
    next_job: JobId,
}

impl App {
    /// An app that shows `first` and has nothing read yet.
    pub fn new(environment: Environment, theme: Theme, first: &'static Entry) -> Self {
        let session = Session::new(environment);
        let screen = (first.open)(&session);
        let stack = vec![Layer { entry: first, screen }];
        Self { session, theme, stack, zones: vec![], commands: vec![], next_job: 1 }
    }

    /// What has to be read first.
    pub fn begin(&mut self, assessment: Option<AssessmentId>) -> Vec<Command> {
        self.commands.push(Command::Load(assessment));
        self.start(Job::List);
        self.start(Job::Sources);
        std::mem::take(&mut self.commands)
    }

    /// Takes one event; returns what has to be done.
    pub fn update(&mut self, event: Event) -> Vec<Command> {
        match event {
            Event::Input(input) => self.input(&input),
            Event::Job(id, event) => self.job(id, event),
            Event::Ledger(event) => self.ledger(event),
            Event::End => self.commands.push(Command::Quit),
        }
        std::mem::take(&mut self.commands)
    }

    /// Whether an event can change the picture; moves of the mouse cannot.
    pub fn matters(input: &Input) -> bool {
        match input {
            Input::Key(key) => key.kind != KeyEventKind::Release,
            Input::Mouse(mouse) => !matches!(mouse.kind, MouseEventKind::Moved | MouseEventKind::Drag(_)),
            Input::FocusGained | Input::FocusLost => false,
            Input::Resize(..) | Input::Paste(_) => true,
        }
    }

    /// The screen that keys go to.
    pub fn top(&self) -> Option<&Layer> {
        self.stack.last()
    }

    /// The table of the screen that keys go to.
    pub fn top_keys(&self) -> Vec<KeyRow> {
        self.top().map(|layer| (layer.entry.keys)()).unwrap_or_default()
    }

    fn input(&mut self, input: &Input) {
        match input {
            Input::Key(key) if key.kind != KeyEventKind::Release => self.key(*key),
            Input::Mouse(mouse) => self.mouse(*mouse),
            Input::Resize(width, height) => self.session.size = (*width, *height),
            Input::Paste(text) => self.paste(text),
            _ => {}
        }
    }

    fn key(&mut self, key: KeyEvent) {
        if key.code == KeyCode::Char('c') && key.modifiers.contains(KeyModifiers::CONTROL) {
            self.commands.push(Command::Quit);
            return;
        }
        self.session.notice = None;
        if self.typed(|field| field.press(key)) {
            return;
        }
        self.chord(Chord::of(key));
    }

    fn paste(&mut self, text: &str) {
        self.session.notice = None;
        let _ = self.typed(|field| {
            field.insert(text);
            true
        });
    }

    /// Gives the field of the top screen something; `false` when it has none or does not want it.
    fn typed(&mut self, change: impl FnOnce(&mut super::widgets::field::Field) -> bool) -> bool {
        let Some(layer) = self.stack.last_mut() else { return false };
        let is_taken = layer.screen.typing().is_some_and(change);
        if is_taken {
            let effects = layer.screen.typed(&self.session);
            self.perform(effects);
        }
        is_taken
    }

    fn chord(&mut self, chord: Chord) {
        if let Some(row) = lookup(&self.top_keys(), chord) {
            self.press(row);
        } else if let Some(row) = lookup(&rows(KEYS), chord).and_then(|row| KEYS.get(row)) {
            self.global(row.msg);
        }
    }

    fn press(&mut self, row: usize) {
        if let Some(layer) = self.stack.last_mut() {
            let effects = layer.screen.press(row, &self.session);
            self.perform(effects);
        }
    }

    fn mouse(&mut self, mouse: MouseEvent) {
        match mouse.kind {
            MouseEventKind::ScrollUp => self.chord(Chord::WheelUp),
            MouseEventKind::ScrollDown => self.chord(Chord::WheelDown),
            MouseEventKind::Down(MouseButton::Left) => {
                self.session.notice = None;
                self.click(Position { x: mouse.column, y: mouse.row });
            }
            _ => {}
        }
    }

    fn click(&mut self, at: Position) {
        let Some(place) = self.zones.iter().rposition(|(area, _)| area.contains(at)) else { return };
        let (_, target) = self.zones.remove(place);
        match target {
            Target::Global(global) => self.global(global),
            Target::Row(row) => self.press(row),
            Target::Screen(msg) => {
                if let Some(layer) = self.stack.last_mut() {
                    let effects = layer.screen.click(&*msg, &self.session);
                    self.perform(effects);
                }
            }
        }
    }

    fn global(&mut self, global: Global) {
        let is_dialog = self.top().is_some_and(|layer| matches!(layer.entry.place, Place::Dialog { .. }));
        match global {
            Global::Quit => self.commands.push(Command::Quit),
            Global::Back | Global::Leave if self.stack.len() > 1 => self.close(),
            Global::Back => {}
            Global::Leave => self.leave(),
            // A dialog is answered or closed; it is not left sideways.
            _ if is_dialog => {}
            Global::Help => self.open(&help::ENTRY),
            Global::Palette => self.open(&palette::ENTRY),
            Global::Inventory => self.open(&inventory::ENTRY),
            Global::Tab(tab) => self.open_tab(tab),
            Global::NextTab => self.open_tab(self.tab() + 1),
            Global::PreviousTab => self.open_tab(self.tab() + TABS.len() - 1),
        }
    }

    /// The number of the header's screen at the bottom of the stack.
    pub fn tab(&self) -> usize {
        let bottom = self.stack.first().map(|layer| layer.entry.id);
        TABS.iter().position(|entry| Some(entry.id) == bottom).unwrap_or(0)
    }

    fn open_tab(&mut self, tab: usize) {
        if let Some(entry) = TABS.get(tab % TABS.len()) {
            self.open(entry);
        }
    }

    fn leave(&mut self) {
        let Some(fault) = &self.session.ledger.fault else {
            self.commands.push(Command::Quit);
            return;
        };
        let text = format!(
            "{} not saved: {} Leaving tries once more; what cannot be saved then is lost.",
            super::text::count(self.session.ledger.pending.len(), "answer is", "answers are"),
            fault.message
        );
        let ask = Ask { title: "Leave trueup?".to_owned(), text, yes: "leave", effects: vec![Effect::Quit] };
        self.perform(vec![Effect::Ask(ask)]);
    }

    fn open(&mut self, entry: &'static Entry) {
        if entry.place == Place::Tab {
            if self.stack.len() == 1 && self.stack.first().is_some_and(|layer| layer.entry == entry) {
                return;
            }
            self.stack.clear();
            if entry == &home::ENTRY {
                self.start(Job::List);
            }
        }
        if entry == &inventory::ENTRY && self.is_back_at(entry) {
            return;
        }
        if entry == &help::ENTRY || entry == &palette::ENTRY {
            self.session.look.screen = self.top().map(|layer| layer.entry);
        }
        let screen = (entry.open)(&self.session);
        self.stack.push(Layer { entry, screen });
        self.spread();
    }

    /// Goes back to a screen that is open already, as it was left; `false` when it is not open.
    fn is_back_at(&mut self, entry: &'static Entry) -> bool {
        let place = self.stack.iter().position(|layer| layer.entry == entry);
        self.stack.truncate(place.map_or(self.stack.len(), |place| place + 1));
        place.is_some()
    }

    fn close(&mut self) {
        if self.stack.len() > 1 {
            self.stack.pop();
        }
    }

    /// Does what a screen asked for.
    pub fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            self.effect(effect);
        }
    }

    fn effect(&mut self, effect: Effect) {
        match effect {
            Effect::Open(entry) => self.open(entry),
            Effect::Close => self.close(),
            Effect::Quit => self.commands.push(Command::Quit),
            Effect::Edit(edit) => {
                let pending = self.session.edit(edit);
                self.commands.extend(pending.map(Command::Append));
            }
            Effect::Undo => self.undo(),
            Effect::Start(job) => self.start(job),
            Effect::Cancel(id) => self.commands.push(Command::Cancel(id)),
            Effect::Load(id) => {
                if self.session.assessment() != Some(&id) {
                    self.session.set_aside();
                }
                self.commands.push(Command::Load(Some(id)));
            }
            Effect::Focus(question) => self.session.look.question = Some(question),
            Effect::Explain(subject) => {
                self.session.look.subject = Some(subject.clone());
                if let Some(id) = self.session.assessment().cloned() {
                    self.start(Job::Explain(id, subject));
                }
                self.open(&explain::ENTRY);
            }
            Effect::Look(id) => {
                self.session.look.identity = Some(id);
                self.open(&identity::ENTRY);
            }
            Effect::Decide(deciding) => {
                self.session.look.deciding = Some(deciding);
                self.open(&decide::ENTRY);
            }
            Effect::Pull(source) => {
                self.session.look.source = source;
                self.open(&pull::ENTRY);
            }
            Effect::Ask(ask) => {
                self.session.look.ask = Some(ask);
                self.open(&confirm::ENTRY);
            }
            Effect::As(who) => self.session.who = Some(who),
            Effect::Say(notice) => self.session.notice = Some(notice),
            Effect::Press(row) => self.press(row),
            Effect::Mean(row) => {
                if let Some(row) = KEYS.get(row) {
                    self.global(row.msg);
                }
            }
        }
    }

    fn undo(&mut self) {
        match self.session.undo() {
            Some(pending) => {
                self.commands.push(Command::Append(pending));
                self.session.notice = Some(Notice::good("taken back, by a further edit"));
                self.spread();
            }
            None => self.session.notice = Some(Notice::warn("nothing to take back since this was opened")),
        }
    }

    fn start(&mut self, job: Job) {
        let id = self.next_job;
        self.next_job += 1;
        self.session.jobs.fault = None;
        self.session.jobs.running.push(Running { id, job: job.clone(), progress: None });
        self.commands.push(Command::Start(id, job));
    }

    /// Tells every open screen that the session changed.
    fn spread(&mut self) {
        let mut effects = vec![];
        for layer in &mut self.stack {
            effects.extend(layer.screen.heard(&self.session));
        }
        self.perform(effects);
    }
}
