//! The marked identity beside the table, where there is room: what the list alone knows of it.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;

use super::Msg;
use super::columns::class_title;
use crate::model::inventory::Fact;
use crate::model::merged::{Identity, IdentityAt};
use crate::model::privilege::Privilege;
use crate::tui::listing::Listing;
use crate::tui::screen::Canvas;
use crate::tui::text;
use crate::tui::theme::Theme;
use crate::tui::widgets::{bars, inset};

/// How many accounts are named.
const SHOWN: usize = 3;

/// Draws what is known, without asking for more: it follows every key at once.
pub fn draw(on: &mut Canvas<'_, Msg>, area: Rect, listing: &Listing, at: IdentityAt) {
    let area = inset(area);
    let Some(identity) = listing.roster.inventory.identities.get(at) else { return };
    let width = usize::from(area.width);
    let mut lines = who(identity, on.theme);
    match listing.roster.row(at).and_then(|row| row.privilege) {
        Some(privilege) => lines.extend(can(privilege, on.theme)),
        None => lines.push(("No source tells what it may do.".to_owned(), on.theme.unknown)),
    }
    let lines = lines.into_iter().flat_map(|(words, style)| {
        text::wrap(&text::shown(&words), width).into_iter().map(move |line| Line::styled(line, style))
    });
    let mut lines: Vec<Line<'static>> = lines.collect();
    let own = listing.roster.row(at).and_then(|row| row.privilege).zip(listing.bucket(at));
    if let Some((privilege, bucket)) = own {
        lines.insert(1, bars::estimate(privilege.score, bucket, width.min(60), on.theme));
    }
    on.stack(area, lines);
}

fn who(identity: &Identity, theme: &Theme) -> Vec<(String, Style)> {
    let told = |fact: &Fact<String>, absent: &str| match fact {
        Fact::Known(value) => value.clone(),
        Fact::Absent => absent.to_owned(),
        Fact::Hidden => "unknown".to_owned(),
    };
    let mut lines = vec![
        (identity.name.clone(), theme.heading()),
        (
            format!(
                "{} · owner {} · job {}",
                class_title(identity.class().known().copied()),
                told(&identity.owner, "none"),
                told(&identity.job, "none")
            ),
            theme.text,
        ),
    ];
    for account in identity.accounts.iter().take(SHOWN) {
        lines.push((account.id.clone(), theme.muted));
    }
    let more = identity.accounts.len().saturating_sub(SHOWN);
    if more > 0 {
        lines.push((format!("and {}", text::count(more, "more account", "more accounts")), theme.muted));
    }
    lines.push((String::new(), theme.text));
    lines
}

fn can(privilege: &Privilege, theme: &Theme) -> Vec<(String, Style)> {
    let used = match privilege.used_actions {
        Some(used) => format!("{} of them known to be used", text::grouped(used)),
        None => "no source tells which are used".to_owned(),
    };
    let standing = match privilege.standing {
        Some(share) => format!("{:.0} % of its weight on tiers 0 and 1 is permanent.", share * 100.0),
        None => "It holds nothing on tiers 0 and 1.".to_owned(),
    };
    let actions = usize::try_from(privilege.actions).unwrap_or(usize::MAX);
    let score = privilege.score;
    let mut lines = vec![
        (format!("Score {:.1}, between {:.1} and {:.1}", score.point, score.low, score.high), theme.strong()),
        (privilege.known(), theme.text),
        (format!("Power {:.1} · excess {:.1}", privilege.power, privilege.excess.point), theme.text),
        (format!("{}, {used}.", text::count(actions, "action", "actions")), theme.text),
        (standing, theme.text),
        (privilege.reached(), if privilege.reach.is_control() { theme.bad } else { theme.text }),
    ];
    if let Some(excess) = privilege.peer.excess() {
        let words = format!(
            "Beside people in the same job: {}; {excess:.1} of excess that most of them do not have.",
            privilege.peer.word()
        );
        lines.push((words, theme.text));
    }
    if privilege.opaque > 0 {
        let words = text::count(privilege.opaque as usize, "grant", "grants");
        lines.push((format!("{words} that no table and no policy explains."), theme.unknown));
    }
    lines.push((String::new(), theme.text));
    lines.push(("enter shows grants, paths and what-if.".to_owned(), theme.muted));
    lines
}
