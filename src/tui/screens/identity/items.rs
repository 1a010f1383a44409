//! The rows of each section; only those that are seen are made.

use std::collections::BTreeSet;

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::model::privilege::{Access, Chain, HeldGrant, PathFinding, Profile, RightRow, Section};
use crate::tui::text;
use crate::tui::theme::Theme;

/// What rows are made from.
pub struct Drawing<'a> {
    pub profile: &'a Profile,
    /// The grants that are taken away, and whether the profile is not yet without them.
    pub without: (&'a BTreeSet<usize>, bool),
    pub width: u16,
    pub theme: &'a Theme,
}

impl Drawing<'_> {
    /// The words above the rows.
    pub fn head(&self, section: Section) -> String {
        let name = |words: &str, fixed: usize| text::pad(words, self.room(fixed));
        match section {
            Section::Bands => format!("  {} {:>8} {:>8}", name("access on tier", 20), "services", "points"),
            Section::Services => {
                format!(
                    "  {} {:>12} {:>8}",
                    name("service · strongest access · tier", 24),
                    "used/actions",
                    "points"
                )
            }
            Section::Grants => {
                format!("    {} {:<6} {:>8} {:>10}", name("grant", 31), "access", "actions", "without it")
            }
            Section::Peers => {
                let words = format!("  {}", text::shown(&self.profile.beside()));
                cut(&words, self.profile.peer.more_uncovered)
            }
            Section::Rights => cut(&format!("  {}", section.about()), self.profile.more_rights),
            Section::Paths | Section::Becomes | Section::Notes => format!("  {}", section.about()),
        }
    }

    /// The rows of one place.
    pub fn item(&self, section: Section, place: usize, is_here: bool) -> Vec<Line<'static>> {
        let profile = self.profile;
        let made = match section {
            Section::Bands => profile.bands.get(place).map(|band| {
                let name = format!("{} on {}", band.access.id(), band.tier.word());
                let figures = format!(" {:>8} {:>8.1}", band.services, band.points);
                vec![self.row(&name, &figures, 20, is_here)]
            }),
            Section::Services => profile.services.get(place).map(|it| {
                let used = it.used_actions.map_or("?".to_owned(), text::grouped);
                let used = format!("{used}/{}", text::grouped(it.actions));
                let name =
                    format!("{} · {} · {} · {}", it.service, it.access.id(), it.tier.word(), it.system);
                vec![self.row(&name, &format!(" {used:>12} {:>8.1}", it.points), 24, is_here)]
            }),
            Section::Grants => profile.grants.get(place).map(|grant| self.grant(grant, place, is_here)),
            Section::Paths => profile.paths.get(place).map(|path| self.path(path, is_here)),
            Section::Becomes => profile.becomes.get(place).map(|chain| self.chain(chain, is_here)),
            Section::Peers => profile.peer.uncovered.get(place).map(|right| self.right(right, is_here)),
            Section::Rights => profile.rights.get(place).map(|right| self.right(right, is_here)),
            Section::Notes => profile.notes.get(place).map(|note| {
                let style = if is_here { self.theme.strong() } else { self.theme.text };
                self.words(note, 2, style)
            }),
        };
        made.unwrap_or_default()
    }

    /// The first place to show so that the marked one is seen whole where it fits, in the middle where it can be.
    pub fn first(&self, section: Section, selected: usize, height: usize) -> usize {
        let tall = |place: usize| self.item(section, place, false).len();
        let half = height.saturating_sub(tall(selected)) / 2;
        let mut first = selected;
        let mut used = 0;
        while first > 0 && used + tall(first - 1) <= half {
            first -= 1;
            used += tall(first);
        }
        // Near the end, rows before fill what would stay empty.
        let mut below: usize = 0;
        for place in first..section.count(self.profile) {
            below += tall(place);
            if below >= height {
                return first;
            }
        }
        while first > 0 && below + tall(first - 1) <= height {
            first -= 1;
            below += tall(first);
        }
        first
    }

    fn room(&self, fixed: usize) -> usize {
        usize::from(self.width).saturating_sub(fixed).max(12)
    }

    fn name_style(&self, is_here: bool) -> Style {
        if is_here { self.theme.focus } else { self.theme.text }
    }

    fn row(&self, name: &str, figures: &str, fixed: usize, is_here: bool) -> Line<'static> {
        let name = text::pad(&text::shown(name), self.room(fixed));
        Line::from(vec![
            Span::raw("  "),
            Span::styled(name, self.name_style(is_here)),
            Span::styled(figures.to_owned(), self.theme.text),
        ])
    }

    /// Words below a row, wrapped and set in.
    fn words(&self, words: &str, indent: usize, style: Style) -> Vec<Line<'static>> {
        let width = usize::from(self.width).saturating_sub(indent + 1);
        let lines = text::wrap(&text::shown(words), width).into_iter();
        lines.map(|line| Line::styled(format!("{}{line}", " ".repeat(indent)), style)).collect()
    }

    fn grant(&self, grant: &HeldGrant, place: usize, is_here: bool) -> Vec<Line<'static>> {
        let (named, is_late) = self.without;
        let is_named = named.contains(&place);
        let is_gone = is_named || (grant.is_removed && !is_late);
        let (sign, style) = if is_gone { ("[ ]", self.theme.warn) } else { ("[x]", self.theme.good) };
        let without = match grant.score_without {
            _ if is_named => "taken away".to_owned(),
            _ if is_gone => "goes too".to_owned(),
            Some(score) => format!("{:.1}", score.point),
            None if !grant.kind.gives() => "–".to_owned(),
            None => "?".to_owned(),
        };
        // Of a grant that is taken away no figures are worked out.
        let (access, actions) = if is_gone || !grant.kind.gives() {
            ("–", "–".to_owned())
        } else {
            (grant.access.map_or("?", Access::id), text::grouped(grant.actions))
        };
        let figures = format!(" {access:<6} {actions:>8} {without:>10}");
        let first = Line::from(vec![
            Span::styled(format!("{sign} "), style),
            Span::styled(text::pad(&text::shown(grant.name()), self.room(31)), self.name_style(is_here)),
            Span::styled(figures, self.theme.text),
        ]);
        let mut below = vec![grant.way(), grant.system.clone()];
        if grant.is_redundant {
            below.insert(0, "other grants give all of it".to_owned());
        }
        let below = text::shown(&below.join(" · ")).into_owned();
        vec![first, Line::styled(format!("    {}", text::cut(&below, self.room(5))), self.theme.muted)]
    }

    fn path(&self, path: &PathFinding, is_here: bool) -> Vec<Line<'static>> {
        let title = text::shown(&path.title).into_owned();
        let title = format!("{} {title}", text::shown(&path.id));
        let mut lines = vec![Line::from(vec![
            Span::raw("  "),
            Span::styled(text::cut(&title, self.room(4)), self.name_style(is_here)),
        ])];
        lines.extend(path.steps.iter().flat_map(|step| self.words(step, 4, self.theme.text)));
        lines.extend(self.words(&format!("→ {}", path.leads_to), 4, self.theme.bad));
        let hint = if path.removal.is_empty() { "" } else { " (a shows it)" };
        let closed = format!("{}{hint}", path.closed(&self.profile.grants));
        for assumed in &path.assumes {
            lines.extend(self.words(&format!("assumes: {assumed}"), 4, self.theme.unknown));
        }
        lines.extend(self.words(&closed, 4, self.theme.good));
        lines
    }

    fn chain(&self, chain: &Chain, is_here: bool) -> Vec<Line<'static>> {
        let (sign, style) =
            if chain.reaches_control { (" reaches tier 0", self.theme.bad) } else { ("", self.theme.text) };
        let mut lines = vec![Line::from(vec![
            Span::raw("  "),
            Span::styled(text::cut(&text::shown(chain.last()), self.room(18)), self.name_style(is_here)),
            Span::styled(sign, style),
        ])];
        lines.extend(chain.links().flat_map(|link| self.words(&link, 4, self.theme.muted)));
        lines
    }

    fn right(&self, right: &RightRow, is_here: bool) -> Vec<Line<'static>> {
        let figures = format!(" {:<5} {:>7} {:>5.2}", right.access.id(), right.tier.id(), right.exposure);
        let facts = text::shown(&right.facts()).into_owned();
        vec![
            self.row(&right.name(text::grouped), &figures, 24, is_here),
            Line::styled(format!("    {}", text::cut(&facts, self.room(5))), self.theme.muted),
        ]
    }
}

/// The words, and how many rows are left out.
fn cut(words: &str, more: u64) -> String {
    if more == 0 { words.to_owned() } else { format!("{words}; {} more are not shown", text::grouped(more)) }
}
