//! Who is the same: how the counts move by other rules, pairs of accounts in doubt, and the keys to decide them.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::model::assessment::Edit;
use crate::model::merged::IdentityAt;
use crate::model::resolution::{AccountName, Pair};
use crate::ops::{Counted, Doubt};
use crate::tui::keymap::{Binding, bind};
use crate::tui::listing::{Evidence, Listing};
use crate::tui::screen::{Canvas, Component, Entry};
use crate::tui::session::{Effect, Job, Notice, Session};
use crate::tui::text;
use crate::tui::widgets::{inset, split_top, step, window};

/// The line of the registry.
pub static ENTRY: Entry = Entry::page::<Resolve>("resolve", "Who is the same");

/// How many lines a pair takes.
const TALL: u16 = 3;

/// The marked pair: those in doubt first, then what was decided.
#[derive(Default)]
pub struct Resolve {
    selected: usize,
    /// The evidence that was asked for last, so that a failure is not tried again by itself.
    tried: Option<Evidence>,
}

/// What can be meant here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Msg {
    Up,
    Down,
    Row(usize),
    Same,
    Apart,
    Undo,
    Look,
}

impl Component for Resolve {
    type Msg = Msg;
    const KEYS: &'static [Binding<Msg>] = &[
        bind("same", "y", "Both accounts belong to one identity", Msg::Same).hint("same"),
        bind("apart", "n", "They belong to different identities", Msg::Apart).hint("apart"),
        bind("undo", "u", "Take the marked decision back", Msg::Undo).hint("take back"),
        bind("look", "enter x", "The identity of the first account, down to single grants", Msg::Look)
            .hint("look"),
        bind("down", "down j wheel-down", "Next pair", Msg::Down),
        bind("up", "up k wheel-up", "Previous pair", Msg::Up),
    ];

    fn open(_session: &Session) -> Self {
        Self::default()
    }

    fn update(&mut self, msg: Msg, session: &Session) -> Vec<Effect> {
        let Some(listing) = session.everybody() else { return vec![] };
        let count = listing.doubts.len() + listing.of.rulings.len();
        match msg {
            Msg::Up => self.selected = step(self.selected, -1, count),
            Msg::Down => self.selected = step(self.selected, 1, count),
            Msg::Row(place) => self.selected = place,
            Msg::Look => return self.look(listing),
            Msg::Same | Msg::Apart => {
                let pair = self.pair(listing).cloned();
                let edit = |pair| Edit::Resolve { pair, is_same: msg == Msg::Same, reason: String::new() };
                return decide(pair.map(edit), session);
            }
            Msg::Undo => {
                let pair = self.decided(listing).cloned();
                if pair.is_none() {
                    return vec![Effect::Say(Notice::warn("Nothing was decided about this pair yet."))];
                }
                return decide(pair.map(Edit::Unresolve), session);
            }
        }
        vec![]
    }

    fn view(&self, on: &mut Canvas<'_, Msg>) {
        let area = inset(on.area);
        let Some(listing) = on.session.everybody().cloned() else {
            let words = match &on.session.jobs.fault {
                Some(fault) => fault.message.clone(),
                None => "Reading everybody…".to_owned(),
            };
            on.put(area, 1, Line::styled(text::shown(&words).into_owned(), on.theme.muted));
            return;
        };
        let used = counts(on, area, &listing.counts);
        let (_, rest) = split_top(area, used + 1);
        let (head, list) = split_top(rest, 1);
        let words = match (listing.doubts.len(), listing.of.rulings.len()) {
            (0, 0) => "Nothing is in doubt, and nothing was decided.".to_owned(),
            (open, decided) => format!(
                "{} in doubt, counted as they stand · {} decided",
                text::grouped(open as u64),
                text::grouped(decided as u64)
            ),
        };
        on.put(head, 0, Line::styled(words, on.theme.heading()));
        self.list(on, list, &listing);
    }

    fn heard(&mut self, session: &Session) -> Vec<Effect> {
        let Some(evidence) = session.evidence() else { return vec![] };
        if let Some(listing) = session.everybody() {
            let last = (listing.doubts.len() + listing.of.rulings.len()).saturating_sub(1);
            self.selected = self.selected.min(last);
        }
        let is_read = session.is_everybody_current() || self.tried.as_ref() == Some(&evidence);
        if is_read || session.running(|job| matches!(job, Job::Everybody(_))).is_some() {
            return vec![];
        }
        self.tried = Some(evidence.clone());
        vec![Effect::Start(Job::Everybody(evidence))]
    }

    fn offers(&self, msg: Msg, session: &Session) -> bool {
        let Some(listing) = session.everybody() else { return false };
        match msg {
            Msg::Undo => self.decided(listing).is_some(),
            _ => self.pair(listing).is_some(),
        }
    }
}

impl Resolve {
    fn pair<'a>(&self, listing: &'a Listing) -> Option<&'a Pair> {
        let doubt = listing.doubts.get(self.selected).map(|doubt| &doubt.pair);
        doubt.or_else(|| self.decided(listing))
    }

    fn decided<'a>(&self, listing: &'a Listing) -> Option<&'a Pair> {
        listing.of.rulings.keys().nth(self.selected.checked_sub(listing.doubts.len())?)
    }

    fn look(&self, listing: &Listing) -> Vec<Effect> {
        let place = match listing.doubts.get(self.selected) {
            Some(doubt) => Some(doubt.places.0),
            None => self.decided(listing).and_then(|pair| holder(listing, &pair.one)),
        };
        let identity = place.and_then(|at| listing.roster.inventory.identities.get(at));
        identity.map(|identity| Effect::Look(identity.id.clone())).into_iter().collect()
    }

    fn list(&self, on: &mut Canvas<'_, Msg>, area: Rect, listing: &Listing) {
        let rows = usize::from(area.height / TALL).max(1);
        let count = listing.doubts.len() + listing.of.rulings.len();
        for (row, place) in (0u16..).step_by(usize::from(TALL)).zip(window(self.selected, rows, count)) {
            let is_here = place == self.selected;
            let lines = match listing.doubts.get(place) {
                Some(doubt) => in_doubt(on, listing, doubt, is_here),
                None => settled(on, listing, place - listing.doubts.len(), is_here),
            };
            for (line, words) in (row..).zip(lines) {
                if line < area.height {
                    on.put(area, line, words);
                }
            }
            on.zone_rows(area, row, TALL.min(area.height.saturating_sub(row)), Msg::Row(place));
        }
    }
}

/// The edit, and the assessment measured again.
fn decide(edit: Option<Edit>, session: &Session) -> Vec<Effect> {
    let (Some(edit), Some(id)) = (edit, session.assessment().cloned()) else { return vec![] };
    vec![Effect::Edit(edit), Effect::Load(id)]
}

fn holder(listing: &Listing, name: &AccountName) -> Option<IdentityAt> {
    let identities = &listing.roster.inventory.identities;
    identities.iter().position(|identity| identity.accounts.iter().any(|account| account.named() == *name))
}

/// Draws the counts by every rule; returns how many rows they take.
fn counts(on: &mut Canvas<'_, Msg>, area: Rect, counts: &[Counted]) -> u16 {
    let head = "   total   human machine      ai no class  counted as";
    on.put(area, 0, Line::styled(head, on.theme.muted));
    let room = usize::from(area.width).saturating_sub(43);
    for (row, counted) in (1u16..).zip(counts) {
        let own = counted.counts;
        let figures = format!(
            "{:>8}{:>8}{:>8}{:>8}{:>9}  ",
            text::grouped(own.total()),
            text::grouped(own.human),
            text::grouped(own.machine),
            text::grouped(own.ai),
            text::grouped(own.unclassified)
        );
        let style = if counted.is_used { on.theme.strong() } else { on.theme.muted };
        on.put(
            area,
            row,
            Line::from(vec![
                Span::styled(figures, style),
                Span::styled(text::cut(counted.title, room), style),
            ]),
        );
    }
    u16::try_from(counts.len() + 1).unwrap_or(u16::MAX)
}

fn in_doubt(
    on: &Canvas<'_, Msg>,
    listing: &Listing,
    doubt: &Doubt,
    is_here: bool,
) -> [Line<'static>; TALL as usize] {
    let now = if doubt.sign.is_joined() { "one now" } else { "two now" };
    let named = |name: &AccountName, place: IdentityAt| {
        let identity = listing.roster.inventory.identities.get(place);
        let called = identity.map_or("", |identity| identity.name.as_str());
        if called.is_empty() || name.id == called { name.to_string() } else { format!("{called} · {name}") }
    };
    let (one, other) = doubt.places;
    let why = format!("{} ({})", doubt.because, doubt.sign.rule());
    lines(on, is_here, now, [named(&doubt.pair.one, one), named(&doubt.pair.other, other), why])
}

fn settled(
    on: &Canvas<'_, Msg>,
    listing: &Listing,
    place: usize,
    is_here: bool,
) -> [Line<'static>; TALL as usize] {
    let Some((pair, ruling)) = listing.of.rulings.iter().nth(place) else { return Default::default() };
    let word = if ruling.is_same { "same" } else { "apart" };
    let reason = if ruling.reason.is_empty() { String::new() } else { format!(": {}", ruling.reason) };
    let why = format!("decided by {} on {}{reason}", ruling.by, ruling.at.strftime("%Y-%m-%d"));
    lines(on, is_here, word, [pair.one.to_string(), pair.other.to_string(), why])
}

fn lines(
    on: &Canvas<'_, Msg>,
    is_here: bool,
    word: &str,
    words: [String; 3],
) -> [Line<'static>; TALL as usize] {
    let room = usize::from(on.area.width).saturating_sub(14);
    let style = if is_here { on.theme.focus } else { on.theme.text };
    let cut = |words: &str| text::cut(&text::shown(words), room);
    let [one, other, why] = words;
    [
        Line::from(vec![
            Span::styled(format!("  {}", text::pad(word, 8)), on.theme.accent),
            Span::styled(cut(&one), style),
        ]),
        Line::from(vec![Span::raw("          "), Span::styled(cut(&other), style)]),
        Line::from(vec![Span::raw("          "), Span::styled(cut(&why), on.theme.muted)]),
    ]
}
