//! Everybody in one table: who can do more than they need, narrowed while one types.

mod aside;
mod classes;
mod columns;

use std::sync::Arc;

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::model::merged::IdentityAt;
use crate::ops::Group;
use crate::tui::keymap::{Binding, bind};
use crate::tui::listing::{Evidence, Listing, Pick, Sort};
use crate::tui::screen::{Canvas, Component, Entry};
use crate::tui::screens::{agents, pull, resolve, shadow};
use crate::tui::session::{Effect, Job, Session};
use crate::tui::text;
use crate::tui::widgets::field::Field;
use crate::tui::widgets::{Breadth, breadth, inset, split_left, split_top, step, window};

pub use self::columns::{class_mark, class_title};

/// The line of the registry.
pub static ENTRY: Entry = Entry::page::<Inventory>("inventory", "Inventory");

/// What stands where nothing is typed: the longest that fits.
const LEGENDS: [&str; 4] = [
    "/ finds by name, id, owner, job · █ sure ▓ likely ░ possible · ~ structural estimate: use hardly known",
    "/ finds by name, id, owner, job · ~ structural estimate",
    "/ finds by name, id, owner, job",
    "/ finds",
];
/// How wide the marked identity is shown beside the table.
const ASIDE: u16 = 56;

/// What is shown of everybody, and what was typed.
#[derive(Default)]
pub struct Inventory {
    words: Field,
    is_typing: bool,
    pick: Pick,
    selected: usize,
    shown: Option<Arc<Listing>>,
    /// What each step of typing left, the narrowest last; the first is what was picked before any word.
    steps: Vec<(String, Vec<IdentityAt>)>,
    /// The evidence that was asked for last, so that a failure is not tried again by itself.
    tried: Option<Evidence>,
}

/// What can be meant here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Msg {
    Up,
    Down,
    PageUp,
    PageDown,
    First,
    Last,
    Row(usize),
    Open,
    Find,
    Resolve,
    Tools,
    Agents,
    Clear,
    Class,
    Bucket,
    Sort,
    SortBy(Sort),
    Reverse,
}

impl Component for Inventory {
    type Msg = Msg;
    const KEYS: &'static [Binding<Msg>] = &[
        bind("open", "enter x", "The marked identity, down to single grants", Msg::Open).hint("look"),
        bind("find", "/", "Find by name, id, owner or job while you type", Msg::Find).hint("filter"),
        bind("class", "c", "Show one class alone; again: the next one", Msg::Class).hint("class"),
        bind("bucket", "b", "Show high, medium, low or unknown scores alone", Msg::Bucket).hint("score"),
        bind("sort", "o", "Order by the next column", Msg::Sort).hint("order"),
        bind("reverse", "r", "Turn the order round", Msg::Reverse),
        bind("resolve", "w", "Who is the same: counts by other rules, accounts in doubt", Msg::Resolve)
            .hint("who is the same"),
        bind("tools", "t", "AI tools: what was found, and decide on it", Msg::Tools).hint("AI tools"),
        bind("agents", "a", "AI agents: who answers for each", Msg::Agents).hint("agents"),
        bind("clear", "esc", "Show everybody again; then: back", Msg::Clear),
        bind("down", "down j wheel-down", "Next identity", Msg::Down),
        bind("up", "up k wheel-up", "Previous identity", Msg::Up),
        bind("page-down", "pgdn space", "A page down", Msg::PageDown),
        bind("page-up", "pgup", "A page up", Msg::PageUp),
        bind("first", "home", "First identity", Msg::First),
        bind("last", "end", "Last identity", Msg::Last),
    ];

    fn open(_session: &Session) -> Self {
        Self::default()
    }

    fn update(&mut self, msg: Msg, session: &Session) -> Vec<Effect> {
        let page = session.page().saturating_sub(5).max(1).cast_signed();
        match msg {
            Msg::Up => self.step(-1),
            Msg::Down => self.step(1),
            Msg::PageUp => self.step(-page),
            Msg::PageDown => self.step(page),
            Msg::First => self.selected = 0,
            Msg::Last => self.selected = self.rows().len().saturating_sub(1),
            Msg::Row(place) if place != self.selected => self.selected = place,
            Msg::Row(_) | Msg::Open => return self.look(session),
            Msg::Find => self.is_typing = self.shown.is_some(),
            Msg::Resolve => return vec![Effect::Open(&resolve::ENTRY)],
            Msg::Tools => return vec![Effect::Open(&shadow::ENTRY)],
            Msg::Agents => return vec![Effect::Open(&agents::ENTRY)],
            Msg::Clear => return self.clear(),
            Msg::Class => self.pick.class = next(Group::Class.facets(), self.pick.class),
            Msg::Bucket => self.pick.bucket = next(Group::Bucket.facets(), self.pick.bucket),
            Msg::Sort => {
                self.pick.sort = next(Sort::ALL.into_iter(), Some(self.pick.sort)).unwrap_or_default();
                self.pick.is_reversed = false;
            }
            Msg::SortBy(sort) => {
                self.pick.is_reversed = self.pick.sort == sort && !self.pick.is_reversed;
                self.pick.sort = sort;
            }
            Msg::Reverse => self.pick.is_reversed = !self.pick.is_reversed,
        }
        if matches!(msg, Msg::Class | Msg::Bucket | Msg::Sort | Msg::SortBy(_) | Msg::Reverse) {
            self.begin();
        }
        vec![]
    }

    fn view(&self, on: &mut Canvas<'_, Msg>) {
        let area = inset(on.area);
        let Some(listing) = &self.shown else {
            self.without(on, area);
            return;
        };
        if listing.roster.inventory.identities.is_empty() {
            nobody(on, area);
            return;
        }
        let used = classes::draw(on, area, &listing.roster.population);
        let (_, rest) = split_top(area, used + 1);
        let is_wide = breadth(area) == Breadth::Wide;
        let table = if is_wide { rest.width - ASIDE } else { rest.width };
        let (left, right) = split_left(rest, table);
        self.table(on, left, listing);
        if let Some(at) = self.rows().get(self.selected).filter(|_| is_wide) {
            aside::draw(on, right, listing, *at);
        }
    }

    fn typing(&mut self) -> Option<&mut Field> {
        self.is_typing.then_some(&mut self.words)
    }

    fn is_typing(&self) -> bool {
        self.is_typing
    }

    fn typed(&mut self, _session: &Session) -> Vec<Effect> {
        self.narrow();
        self.selected = 0;
        vec![]
    }

    /// Takes everybody who was read, and asks for them where the evidence is other than what was read.
    fn heard(&mut self, session: &Session) -> Vec<Effect> {
        let news = session.everybody();
        if self.shown.as_ref().map(Arc::as_ptr) != news.map(Arc::as_ptr) {
            self.replace(news.cloned());
        }
        let Some(evidence) = session.evidence().filter(|_| !session.is_everybody_current()) else {
            return vec![];
        };
        if self.tried.as_ref() == Some(&evidence) || is_reading(session) {
            return vec![];
        }
        self.tried = Some(evidence.clone());
        vec![Effect::Start(Job::Everybody(evidence))]
    }

    fn offers(&self, msg: Msg, _session: &Session) -> bool {
        match msg {
            Msg::Open | Msg::Tools | Msg::Agents => !self.is_typing || msg == Msg::Open,
            Msg::Find | Msg::Class | Msg::Bucket | Msg::Sort => !self.is_typing && self.is_anybody_known(),
            _ => self.is_anybody_known(),
        }
    }
}

fn is_reading(session: &Session) -> bool {
    session.running(|job| matches!(job, Job::Everybody(_))).is_some()
}

/// The next of a table after `now`; after the last one nothing, which shows all.
fn next<T: PartialEq>(mut table: impl Iterator<Item = T>, now: Option<T>) -> Option<T> {
    now.is_none_or(|now| table.any(|it| it == now)).then(|| table.next()).flatten()
}

impl Inventory {
    /// The rows that are shown, in order.
    fn rows(&self) -> &[IdentityAt] {
        self.steps.last().map_or(&[], |(_, rows)| rows)
    }

    fn is_anybody_known(&self) -> bool {
        self.shown.as_ref().is_some_and(|listing| !listing.roster.inventory.identities.is_empty())
    }

    fn step(&mut self, by: isize) {
        self.selected = step(self.selected, by, self.rows().len());
    }

    /// Makes the rows anew after something else was picked.
    fn begin(&mut self) {
        self.selected = 0;
        self.steps.clear();
        self.narrow();
    }

    /// Makes the rows fit the words: longer words narrow what is shown, shorter ones go back to an earlier step.
    fn narrow(&mut self) {
        let Some(listing) = &self.shown else { return };
        let text = self.words.text();
        while self.steps.last().is_some_and(|(earlier, _)| !text.starts_with(earlier.as_str())) {
            self.steps.pop();
        }
        if self.steps.is_empty() {
            self.steps.push((String::new(), listing.picked(self.pick)));
        }
        if let Some((earlier, rows)) = self.steps.last()
            && earlier != text
        {
            let rows = listing.narrowed(rows, text);
            self.steps.push((text.to_owned(), rows));
        }
    }

    /// Shows another reading; the mark stays on the same identity where it is still there.
    fn replace(&mut self, news: Option<Arc<Listing>>) {
        let marked = self.rows().get(self.selected).copied();
        let identity = marked.zip(self.shown.as_ref()).and_then(|(at, listing)| listing.roster.row(at));
        let id = identity.map(|row| row.id.to_owned());
        self.shown = news;
        self.begin();
        let place = id.zip(self.shown.as_ref()).and_then(|(id, listing)| listing.place(&id));
        self.selected = self.rows().iter().position(|at| Some(*at) == place).unwrap_or(0);
    }

    fn look(&mut self, session: &Session) -> Vec<Effect> {
        self.is_typing = false;
        let Some(listing) = &self.shown else {
            self.tried = None;
            return self.heard(session);
        };
        if !self.is_anybody_known() {
            return vec![Effect::Open(&pull::ENTRY)];
        }
        let row = self.rows().get(self.selected).and_then(|at| listing.roster.row(*at));
        row.map(|row| Effect::Look(row.id.to_owned())).into_iter().collect()
    }

    /// Leaves the field, then shows everybody, then goes back: one step for each key.
    fn clear(&mut self) -> Vec<Effect> {
        let pick = Pick { class: None, bucket: None, ..self.pick };
        let is_narrowed = !self.words.text().is_empty() || pick != self.pick;
        if !self.is_typing && !is_narrowed {
            return vec![Effect::Close];
        }
        self.is_typing = false;
        if is_narrowed {
            self.words = Field::default();
            self.pick = pick;
            self.begin();
        }
        vec![]
    }

    /// What is said while nobody is known.
    fn without(&self, on: &mut Canvas<'_, Msg>, area: Rect) {
        let session = on.session;
        let Some(opened) = &session.opened else {
            let words = if session.is_ready {
                "Nothing is open yet. F2 shows all assessments."
            } else {
                "Reading…"
            };
            on.put(area, 1, Line::styled(words, on.theme.muted));
            return;
        };
        let fault = session.jobs.fault.as_ref().filter(|_| self.tried.is_some() && !is_reading(session));
        if let Some(fault) = fault {
            let words = format!("Everybody could not be read: {} enter tries again.", fault.message);
            let lines = text::wrap(&text::shown(&words), usize::from(area.width));
            on.stack(area, lines.into_iter().map(|line| Line::styled(line, on.theme.bad)));
            return;
        }
        let rows: u64 = opened.manifests.iter().flat_map(|it| &it.rows).map(|(_, count)| count).sum();
        let lines = [
            Line::default(),
            Line::styled("Reading everybody, and working out what each can do…", on.theme.text),
            Line::styled(
                format!(
                    "{} of {}; every key works meanwhile.",
                    text::count(usize::try_from(rows).unwrap_or(usize::MAX), "record", "records"),
                    text::count(opened.manifests.len(), "pull", "pulls")
                ),
                on.theme.muted,
            ),
        ];
        on.stack(area, lines);
    }

    fn table(&self, on: &mut Canvas<'_, Msg>, area: Rect, listing: &Listing) {
        self.state(on, area, listing);
        let (_, rest) = split_top(area, 1);
        let columns = columns::fitting(rest.width, breadth(on.area));
        columns::head(on, rest, &columns, self.pick);
        let (_, list) = split_top(rest, 1);
        let rows = self.rows();
        if rows.is_empty() {
            let words = "Nobody fits. esc shows everybody again.";
            on.put(list, 0, Line::styled(words, on.theme.muted));
        }
        for (line, place) in (0u16..).zip(window(self.selected, usize::from(list.height), rows.len())) {
            let Some(at) = rows.get(place) else { break };
            columns::row(on, (list, line), (listing, *at), &columns, place == self.selected);
            on.zone_rows(list, line, 1, Msg::Row(place));
        }
    }

    /// What is typed, how many are shown, and in which order.
    fn state(&self, on: &mut Canvas<'_, Msg>, area: Rect, listing: &Listing) {
        let words = self.state_words(listing, on.session);
        let width = u16::try_from(text::width(&words)).unwrap_or(area.width).min(area.width);
        let (field, right) = split_left(area, area.width.saturating_sub(width + 1));
        on.put_right(right, 0, Line::styled(words, on.theme.accent));
        on.zone_rows(field, 0, 1, Msg::Find);
        if !self.is_typing && self.words.text().is_empty() {
            let words = LEGENDS.iter().find(|words| text::width(words) <= usize::from(field.width));
            on.put(field, 0, Line::styled(words.copied().unwrap_or_default(), on.theme.muted));
            return;
        }
        on.put(field, 0, Line::from(Span::styled("/ ", on.theme.heading())));
        let (_, inner) = split_left(field, 1);
        on.field(inner, &self.words, self.is_typing);
    }

    fn state_words(&self, listing: &Listing, session: &Session) -> String {
        let count = |count: usize| text::grouped(count as u64);
        let place = if self.rows().is_empty() { 0 } else { self.selected + 1 };
        let mut words = vec![format!("{} of {}", count(place), count(self.rows().len()))];
        let all = listing.roster.inventory.identities.len();
        if self.rows().len() < all {
            words.push(format!("{} in all", count(all)));
        }
        let facets = [self.pick.class, self.pick.bucket].into_iter().flatten();
        words.extend(facets.map(|facet| facet.title.to_owned()));
        let turned = if self.pick.is_reversed { ", turned" } else { "" };
        words.push(format!("by {}{turned}", self.pick.sort.word()));
        words.extend((!session.is_everybody_current()).then(|| "reading again…".to_owned()));
        words.join(" · ")
    }
}

/// What is said when no pull lists any identity.
fn nobody(on: &mut Canvas<'_, Msg>, area: Rect) {
    let lines = [
        Line::default(),
        Line::styled("No pull lists any identity yet.", on.theme.strong()),
        Line::default(),
        Line::raw("enter pulls a file. These show who can do what:"),
        Line::raw("  the authorization details of an AWS account (users, roles, groups, policies)"),
        Line::raw("  a register of identities, and one of grants, as CSV or a sheet"),
        Line::default(),
        Line::styled(
            "Evidence of use narrows the scores: the credential report, last-accessed",
            on.theme.muted,
        ),
        Line::styled("details and CloudTrail events of the same account.", on.theme.muted),
    ];
    on.stack(area, lines);
}
