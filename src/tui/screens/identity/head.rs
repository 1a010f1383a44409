//! Who it is, the three numbers, and what would change: power, excess and score are never folded together.

use std::collections::BTreeSet;

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{Msg, whole};
use crate::model::privilege::{Estimate, Privilege, Profile};
use crate::tui::screen::Canvas;
use crate::tui::screens::inventory::{class_mark, class_title};
use crate::tui::session::Session;
use crate::tui::text::{self, figure};
use crate::tui::theme::Theme;
use crate::tui::widgets::bars;

/// Draws it; returns how many rows were used. `what_if`: the grants that are taken away, and whether the figures
/// for that are still on their way.
pub fn draw(
    on: &mut Canvas<'_, Msg>,
    area: Rect,
    profile: &Profile,
    what_if: (&BTreeSet<usize>, bool),
) -> u16 {
    let (width, session, theme) = (usize::from(area.width), on.session, on.theme);
    let mut lines = vec![name(profile, theme), whose(profile, theme)];
    if let Some(privilege) = &profile.privilege {
        lines.push(score(session, privilege, width, theme));
        lines.push(can(privilege, theme));
    } else {
        lines.push(Line::styled("No source tells what it may do: unknown, not low.", theme.unknown));
        lines.push(Line::default());
    }
    lines.push(changed(session, profile, what_if, theme));
    on.stack(area, lines)
}

fn name(profile: &Profile, theme: &Theme) -> Line<'static> {
    let rule = match profile.class_rule.as_str() {
        "" => String::new(),
        rule => format!(", {}", text::shown(rule)),
    };
    Line::from(vec![
        Span::styled(format!("{}  ", text::cut(&text::shown(&profile.name), 60)), theme.heading()),
        class_mark(profile.class, theme),
        Span::styled(format!(" {}", class_title(profile.class)), theme.text),
        Span::styled(rule, theme.muted),
    ])
}

fn whose(profile: &Profile, theme: &Theme) -> Line<'static> {
    let owner = profile.owner.as_deref().map_or("unknown".into(), text::shown);
    let accounts: Vec<_> = profile.accounts.iter().take(3).map(|account| text::shown(account)).collect();
    let more = profile.accounts.len().saturating_sub(accounts.len());
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    Line::styled(format!("owner {owner} · {}{more}", accounts.join(", ")), theme.muted)
}

fn score(session: &Session, own: &Privilege, width: usize, theme: &Theme) -> Line<'static> {
    let bucket = session.environment.library.weights.bucket(own.score.point);
    let tone = bars::bucket_style(bucket, theme);
    let mut line = Line::from(vec![
        Span::styled(format!("Score {}", figure(own.score.point)), tone),
        Span::styled(format!(" {}", bucket.id()), tone),
        Span::styled(format!("{}  ", between(own.score)), theme.text),
    ]);
    let words = format!("  {}", own.known());
    let room = width.saturating_sub(line.width() + text::width(&words)).min(50);
    line.spans.extend(bars::estimate(own.score, bucket, room, theme).spans);
    line.push_span(Span::styled(words, if own.is_structural() { theme.unknown } else { theme.muted }));
    line
}

/// The ends of a figure; nothing when they are one.
fn between(it: Estimate) -> String {
    it.between().map_or_else(String::new, |ends| format!(" ({ends})"))
}

fn can(own: &Privilege, theme: &Theme) -> Line<'static> {
    let used = match own.used_actions {
        Some(used) => format!("{} known used", text::grouped(used)),
        None => "use not told".to_owned(),
    };
    let actions = usize::try_from(own.actions).unwrap_or(usize::MAX);
    let actions = text::count(actions, "action", "actions");
    let reached = if own.reach.is_control() { theme.bad } else { theme.muted };
    Line::from(vec![
        Span::styled(
            format!(
                "Power {}  Excess {}{}",
                figure(own.power),
                figure(own.excess.point),
                between(own.excess)
            ),
            theme.strong(),
        ),
        Span::styled(format!("  tier 0: {}", own.reach.word()), reached),
        Span::styled(format!("  {actions}, {used}"), theme.muted),
    ])
}

/// A count; not knowing is a sign of its own.
fn counted(count: Option<u32>) -> String {
    count.map_or_else(|| "?".to_owned(), |count| count.to_string())
}

/// What taking grants away changes.
fn changed(
    session: &Session,
    now: &Profile,
    (without, is_late): (&BTreeSet<usize>, bool),
    theme: &Theme,
) -> Line<'static> {
    if without.is_empty() {
        let words = "What if? space takes a grant away (3), a closes a path (4).";
        return Line::styled(words, theme.muted);
    }
    let grants = text::count(without.len(), "grant", "grants");
    let mut spans = vec![Span::styled(format!("What if without {grants}: "), theme.heading())];
    let before = whole(session);
    let own = |profile: &Profile| profile.privilege.clone();
    match (before.and_then(own), own(now)) {
        _ if is_late => spans.push(Span::styled("working it out…", theme.muted)),
        (Some(before), Some(after)) => {
            let gone = before.score.point - after.score.point;
            let tone = if gone >= 0.05 { theme.good } else { theme.warn };
            let score = format!("score {} → {}", figure(before.score.point), figure(after.score.point));
            spans.push(Span::styled(score, tone));
            let rest = format!(
                " · power {} → {} · paths {} → {}",
                figure(before.power),
                figure(after.power),
                counted(before.paths),
                counted(after.paths)
            );
            spans.push(Span::styled(rest, theme.text));
        }
        _ => spans.push(Span::styled("nothing is known of its score", theme.unknown)),
    }
    Line::from(spans)
}
