//! One identity down to single grants: why its score is what it is, and what would change without some of them.

mod head;
mod items;

use std::collections::BTreeSet;
use std::sync::Arc;

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use self::items::Drawing;
use crate::model::privilege::{Profile, Section};
use crate::tui::keymap::{Binding, bind};
use crate::tui::screen::{Canvas, Component, Entry};
use crate::tui::session::{Effect, Job, Notice, Profiled, Session, Wanted};
use crate::tui::text;
use crate::tui::widgets::{Breadth, breadth, inset, split_left, split_top, step};

/// The line of the registry.
pub static ENTRY: Entry = Entry::page::<Identity>("identity", "Identity");

/// The grants that what-if takes away, and what is looked at.
pub struct Identity {
    without: BTreeSet<usize>,
    section: Section,
    selected: usize,
    /// What was asked for last, so that a failure is not tried again by itself.
    tried: Option<Wanted>,
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
    Next,
    Previous,
    Show(Section),
    Toggle,
    Apply,
    Reset,
}

impl Component for Identity {
    type Msg = Msg;
    const KEYS: &'static [Binding<Msg>] = &[
        bind("next", "right l", "Next section", Msg::Next).hint("section"),
        bind("previous", "left h", "Previous section", Msg::Previous),
        bind("toggle", "space enter", "What if this grant were gone? Again: put it back", Msg::Toggle)
            .hint("what if"),
        bind("apply", "a", "What if this path were closed by its cheapest removal?", Msg::Apply)
            .hint("what if closed"),
        bind("reset", "u", "Put all grants back", Msg::Reset).hint("put back"),
        bind("down", "down j wheel-down", "Next row", Msg::Down).hint("next"),
        bind("up", "up k wheel-up", "Previous row", Msg::Up),
        bind("page-down", "pgdn", "A page down", Msg::PageDown),
        bind("page-up", "pgup", "A page up", Msg::PageUp),
        bind("first", "home", "First row", Msg::First),
        bind("last", "end", "Last row", Msg::Last),
        bind("bands", "1", "Bands: the score by access and tier", Msg::Show(Section::Bands)),
        bind("services", "2", "Services: the score by service", Msg::Show(Section::Services)),
        bind("grants", "3", "Grants: each with the score without it", Msg::Show(Section::Grants)),
        bind("paths", "4", "Paths: known ways to more privilege", Msg::Show(Section::Paths)),
        bind("becomes", "5", "Becomes: whom it can turn into", Msg::Show(Section::Becomes)),
        bind("peers", "6", "Peers: what people in the same job do not have", Msg::Show(Section::Peers)),
        bind("rights", "7", "Rights: the heaviest ones", Msg::Show(Section::Rights)),
        bind("notes", "8", "Notes: what is not known or was left out", Msg::Show(Section::Notes)),
    ];

    fn open(session: &Session) -> Self {
        // A wide place shows the bands beside whatever else is looked at.
        let is_wide = breadth(Rect::new(0, 0, session.size.0, 1)) == Breadth::Wide;
        let section = if is_wide { Section::Grants } else { Section::Bands };
        Self { without: BTreeSet::new(), section, selected: 0, tried: None }
    }

    fn update(&mut self, msg: Msg, session: &Session) -> Vec<Effect> {
        let profile = shown(session).and_then(|profiled| profiled.profile.as_deref());
        let count = profile.map_or(0, |profile| self.section.count(profile));
        let page = session.page().saturating_sub(6).max(1).cast_signed();
        match msg {
            Msg::Up => self.selected = step(self.selected, -1, count),
            Msg::Down => self.selected = step(self.selected, 1, count),
            Msg::PageUp => self.selected = step(self.selected, -page, count),
            Msg::PageDown => self.selected = step(self.selected, page, count),
            Msg::First => self.selected = 0,
            Msg::Last => self.selected = count.saturating_sub(1),
            Msg::Row(place) if place != self.selected => self.selected = place,
            Msg::Next => self.show(self.section.next(1)),
            Msg::Previous => self.show(self.section.next(Section::ALL.len() - 1)),
            Msg::Show(section) => self.show(section),
            Msg::Row(_) | Msg::Toggle | Msg::Apply => {
                return profile.map(|profile| self.change(profile, session)).unwrap_or_default();
            }
            Msg::Reset => {
                self.without.clear();
                if session.jobs.fault.is_some() {
                    self.tried = None;
                }
                return self.ask(session);
            }
        }
        vec![]
    }

    fn view(&self, on: &mut Canvas<'_, Msg>) {
        let area = inset(on.area);
        let Some(profiled) = shown(on.session) else {
            self.without_profile(on, area);
            return;
        };
        let Some(profile) = profiled.profile.as_deref() else {
            on.put(area, 1, Line::styled("No pull shows this identity any more.", on.theme.muted));
            return;
        };
        let used = head::draw(on, area, profile, (&self.without, self.is_late(on.session)));
        let (_, rest) = split_top(area, used);
        let right = if breadth(area) == Breadth::Wide {
            let (left, right) = split_left(rest, rest.width * 2 / 5);
            overview(on, left, profile);
            right
        } else {
            rest
        };
        self.tabs(on, right, profile);
        let (_, list) = split_top(right, 1);
        self.list(on, list, profile);
    }

    fn heard(&mut self, session: &Session) -> Vec<Effect> {
        let is_other =
            |tried: &Wanted| session.everybody().is_none_or(|listing| !Arc::ptr_eq(listing, &tried.listing));
        if self.tried.as_ref().is_some_and(is_other) {
            // Places of grants mean nothing in another reading.
            self.without.clear();
        }
        self.ask(session)
    }

    fn offers(&self, msg: Msg, session: &Session) -> bool {
        let has_profile = shown(session).is_some_and(|profiled| profiled.profile.is_some());
        has_profile
            && match msg {
                Msg::Toggle => self.section == Section::Grants,
                Msg::Apply => self.section == Section::Paths,
                Msg::Reset => !self.without.is_empty(),
                _ => true,
            }
    }
}

/// The detail that is at hand for the identity that is looked at.
fn shown(session: &Session) -> Option<&Profiled> {
    let id = session.look.identity.as_deref()?;
    session.profiles.now.as_ref().filter(|profiled| is_about(profiled, id))
}

/// The same with all its grants.
fn whole(session: &Session) -> Option<&Profile> {
    let id = session.look.identity.as_deref()?;
    let whole = session.profiles.whole.as_ref().filter(|profiled| is_about(profiled, id))?;
    whole.profile.as_deref()
}

fn is_about(profiled: &Profiled, id: &str) -> bool {
    profiled.wanted.listing.roster.row(profiled.wanted.at).is_some_and(|row| row.id == id)
}

impl Identity {
    fn show(&mut self, section: Section) {
        self.section = section;
        self.selected = 0;
    }

    /// Whether the detail that is shown is not yet that without all the grants that are taken away.
    fn is_late(&self, session: &Session) -> bool {
        shown(session).is_none_or(|profiled| profiled.wanted.without != self.without)
    }

    /// What the marked row can change: a grant is taken away or put back, a path is closed.
    fn change(&mut self, profile: &Profile, session: &Session) -> Vec<Effect> {
        match self.section {
            Section::Grants => {
                let Some(grant) = profile.grants.get(self.selected) else { return vec![] };
                if let Some(why) = grant.kind.why_not_tried() {
                    let words = format!("that cannot be tried to be without: {why}");
                    return vec![Effect::Say(Notice::warn(words))];
                }
                if !self.is_late(session) && grant.is_removed && !self.without.contains(&self.selected) {
                    let words = "it came by a membership that is taken away; put that back";
                    return vec![Effect::Say(Notice::warn(words))];
                }
                if !self.without.remove(&self.selected) {
                    self.without.insert(self.selected);
                }
            }
            Section::Paths => {
                let Some(path) = profile.paths.get(self.selected) else { return vec![] };
                if path.removal.is_empty() {
                    let words = "no set of its grants closes this path";
                    return vec![Effect::Say(Notice::warn(words))];
                }
                self.without.extend(&path.removal);
            }
            _ => return vec![],
        }
        self.ask(session)
    }

    /// Asks for what is wanted and not at hand; one at a time, so that the latest wins and none is queued.
    fn ask(&mut self, session: &Session) -> Vec<Effect> {
        let Some(wanted) = self.wanted(session) else { return vec![] };
        let is_at_hand = session.profiles.now.as_ref().is_some_and(|now| now.wanted == wanted);
        let is_running = session.running(|job| matches!(job, Job::Profile(_))).is_some();
        if is_at_hand || is_running || self.tried.as_ref() == Some(&wanted) {
            if is_at_hand {
                self.tried = Some(wanted);
            }
            return vec![];
        }
        self.tried = Some(wanted.clone());
        vec![Effect::Start(Job::Profile(wanted))]
    }

    fn wanted(&self, session: &Session) -> Option<Wanted> {
        let listing = session.everybody()?;
        let at = listing.place(session.look.identity.as_deref()?)?;
        Some(Wanted { listing: Arc::clone(listing), at, without: self.without.clone() })
    }

    fn without_profile(&self, on: &mut Canvas<'_, Msg>, area: Rect) {
        let session = on.session;
        let (words, style) = if session.look.identity.is_none() || session.everybody().is_none() {
            ("No identity is looked at. V shows everybody; enter looks at one.".to_owned(), on.theme.muted)
        } else if let Some(fault) = session.jobs.fault.as_ref().filter(|_| self.tried.is_some()) {
            (format!("It could not be worked out: {} u tries again.", fault.message), on.theme.bad)
        } else if self.tried.is_none() {
            ("No pull shows this identity any more.".to_owned(), on.theme.muted)
        } else {
            ("Working it out…".to_owned(), on.theme.muted)
        };
        let lines = text::wrap(&text::shown(&words), usize::from(area.width));
        let (_, area) = split_top(area, 1);
        on.stack(area, lines.into_iter().map(|line| Line::styled(line, style)));
    }

    /// The sections with how many rows each has; where there is no room, the counts of the others go.
    fn tabs(&self, on: &mut Canvas<'_, Msg>, area: Rect, profile: &Profile) {
        let counted = |section: Section| format!("{} {}", section.title(), section.counted(profile));
        let all: Vec<String> = Section::ALL.into_iter().map(counted).collect();
        let is_room =
            all.iter().map(|title| text::width(title) + 2).sum::<usize>() <= usize::from(area.width);
        let mut x = area.x;
        for (section, counted) in Section::ALL.into_iter().zip(all) {
            let is_here = section == self.section;
            let words = if is_room || is_here { counted } else { section.title().to_owned() };
            let style = if is_here { on.theme.focus } else { on.theme.text };
            let width = u16::try_from(text::width(&words) + 2).unwrap_or(area.width);
            let place = Rect { x, width, height: 1, ..area }.intersection(area);
            on.put(place, 0, Line::from(Span::styled(format!(" {words} "), style)));
            on.zone_rows(place, 0, 1, Msg::Show(section));
            x = x.saturating_add(width);
        }
    }

    fn list(&self, on: &mut Canvas<'_, Msg>, area: Rect, profile: &Profile) {
        let without = (&self.without, self.is_late(on.session));
        let drawing = Drawing { profile, without, width: area.width, theme: on.theme };
        let head = drawing.head(self.section);
        let is_short = text::width(&head) <= usize::from(area.width);
        let head = if is_short { vec![head] } else { text::wrap(&head, usize::from(area.width)) };
        let used = on.stack(area, head.into_iter().map(|line| Line::styled(line, on.theme.muted)));
        let (_, list) = split_top(area, used);
        let count = self.section.count(profile);
        if count == 0 {
            let lines = text::wrap(self.section.nothing(profile), usize::from(list.width));
            on.stack(list, lines.into_iter().map(|line| Line::styled(line, on.theme.muted)));
            return;
        }
        let selected = self.selected.min(count - 1);
        let height = usize::from(list.height);
        let mut row = 0;
        for place in drawing.first(self.section, selected, height)..count {
            if row >= list.height {
                break;
            }
            let lines = drawing.item(self.section, place, place == selected);
            let used = u16::try_from(lines.len()).unwrap_or(u16::MAX);
            let (_, rest) = split_top(list, row);
            on.stack(rest, lines);
            on.zone_rows(list, row, used, Msg::Row(place));
            row = row.saturating_add(used);
        }
    }
}

/// Bands, services and notes beside whatever else is looked at.
fn overview(on: &mut Canvas<'_, Msg>, area: Rect, profile: &Profile) {
    let without = BTreeSet::new();
    let drawing = Drawing { profile, without: (&without, false), width: area.width, theme: on.theme };
    let room = usize::from(area.height) / 3;
    let mut lines = vec![];
    for section in [Section::Bands, Section::Services, Section::Notes] {
        let count = section.count(profile);
        lines.push(Line::styled(section.title(), on.theme.heading()));
        lines.push(Line::styled(drawing.head(section), on.theme.muted));
        let shown = (0..count).flat_map(|place| drawing.item(section, place, false));
        lines.extend(shown.take(room.saturating_sub(3)));
        lines.push(Line::default());
    }
    on.stack(area, lines);
}
