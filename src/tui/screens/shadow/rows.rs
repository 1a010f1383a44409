//! The lines of the list of AI tools, as wide as there is room, and what is known of the marked one.

use jiff::Timestamp;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::model::decision::Sanction;
use crate::model::inventory::Fact;
use crate::model::shadow::ToolRow;
use crate::tui::text;
use crate::tui::theme::Theme;

const STATUS: usize = 14;
const USERS: usize = 8;
const DAY: usize = 14;
const CHANNELS: usize = 34;
const WHO: usize = 30;
/// A name gets no more room than this, so that its row is read as one.
const NAME: usize = 60;

/// How wide the columns are; those without room are left out.
pub struct Columns {
    name: usize,
    channels: usize,
    who: usize,
}

impl Columns {
    /// What fits.
    pub fn fitting(width: u16) -> Self {
        let room = usize::from(width).saturating_sub(STATUS + USERS + DAY);
        let (channels, who) = match room {
            0..60 => (0, 0),
            60..110 => (CHANNELS, 0),
            _ => (CHANNELS, WHO),
        };
        Self { name: room.saturating_sub(channels + who).min(NAME), channels, who }
    }

    /// The titles.
    pub fn head(&self) -> String {
        let words =
            |title: &str, width: usize| if width > 0 { text::pad(title, width) } else { String::new() };
        format!(
            "{}{}{}{:>USERS$}  {}{}",
            text::pad("status", STATUS),
            text::pad("tool", self.name),
            words("channels", self.channels),
            "users",
            text::pad("found", DAY - 2),
            words("decided", self.who)
        )
    }

    /// One tool.
    pub fn row(&self, tool: &ToolRow, is_here: bool, theme: &Theme) -> Line<'static> {
        let style = if is_here { theme.focus } else { theme.text };
        // One free column at the end of a name that fills its place.
        let name = text::cut(&text::shown(&tool.named()), self.name.saturating_sub(1));
        let mut spans = vec![
            Span::styled(text::pad(tool.sanction.id(), STATUS), colour(tool.sanction, theme)),
            Span::styled(text::pad(&name, self.name), style),
        ];
        if self.channels > 0 {
            let channels: Vec<&str> = tool.channels.keys().map(String::as_str).collect();
            let channels = if channels.is_empty() { "?".to_owned() } else { channels.join(" ") };
            let channels = text::cut(&text::shown(&channels), self.channels - 1);
            spans.push(Span::styled(text::pad(&channels, self.channels), theme.muted));
        }
        let users = match tool.users {
            Fact::Known(users) => text::grouped(users.into()),
            Fact::Absent => "0".to_owned(),
            Fact::Hidden => "?".to_owned(),
        };
        let figures = format!("{users:>USERS$}  {}", text::pad(&day(tool.found), DAY - 2));
        spans.push(Span::styled(figures, theme.text));
        if self.who > 0 {
            spans.push(Span::styled(text::cut(&text::shown(&decided(tool)), self.who), theme.muted));
        }
        Line::from(spans)
    }
}

/// The colour of a status; the word beside it says the same.
fn colour(sanction: Sanction, theme: &Theme) -> Style {
    match sanction {
        Sanction::Undecided => theme.warn,
        Sanction::Unknown => theme.unknown,
        Sanction::Unsanctioned => theme.bad,
        Sanction::Sanctioned => theme.good,
    }
}

/// A day; a question mark where no source tells.
fn day(at: Fact<Timestamp>) -> String {
    match at {
        Fact::Known(at) => at.strftime("%Y-%m-%d").to_string(),
        Fact::Absent => "never".to_owned(),
        Fact::Hidden => "?".to_owned(),
    }
}

/// Who decided and when.
fn decided(tool: &ToolRow) -> String {
    match (&tool.decision, tool.sanction) {
        (Some(decision), _) => format!("{} {}", decision.at.strftime("%Y-%m-%d"), decision.by),
        (None, Sanction::Sanctioned | Sanction::Unsanctioned) => format!("{} a source", day(tool.decided)),
        (None, Sanction::Undecided | Sanction::Unknown) => String::new(),
    }
}

/// The marked tool in four lines: what it is, who found it when, by which signs, what was decided by whom and why.
pub fn aside(tool: &ToolRow, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    let id = if tool.id == tool.name { String::new() } else { format!(" · {}", tool.id) };
    let system = tool.system.as_ref().map_or_else(String::new, |system| format!(" · {system}"));
    let found: Vec<String> =
        tool.channels.iter().map(|(channel, at)| format!("{channel} {}", day(*at))).collect();
    let found = if found.is_empty() { "no channel is told".to_owned() } else { found.join(", ") };
    let decision = match (&tool.decision, tool.sanction) {
        (Some(decision), sanction) => {
            let reason =
                if decision.reason.is_empty() { String::new() } else { format!(": {}", decision.reason) };
            let said =
                if tool.is_found { format!(" · the sources say {}", tool.said.id()) } else { String::new() };
            format!("{} by {} on {}{reason}{said}", sanction.id(), decision.by, day(Fact::Known(decision.at)))
        }
        (None, Sanction::Undecided) => "Nobody has decided on it: s sanctions, r refuses.".to_owned(),
        (None, Sanction::Unknown) => {
            "No source says whether it was decided on: s sanctions, r refuses.".to_owned()
        }
        (None, sanction) => format!("{} as a source says, decided {}", sanction.id(), day(tool.decided)),
    };
    let cut = |words: &str| text::cut(&text::shown(words), width);
    let vendor = if tool.vendor.is_empty() { String::new() } else { format!(" · {}", tool.vendor) };
    vec![
        Line::styled(cut(&format!("{}{id}{vendor}{system}", tool.named())), theme.strong()),
        Line::styled(cut(&format!("found by {found}")), theme.muted),
        Line::styled(cut(&signs(tool)), theme.muted),
        Line::styled(cut(&decision), theme.text),
    ]
}

/// By which signs it was known, and whether a secret lies where it was found.
fn signs(tool: &ToolRow) -> String {
    let secret = match tool.holds_secret {
        Fact::Known(true) => "a secret lies in its configuration · ",
        _ => "",
    };
    let words = tool.sign.words();
    let words = if words.is_empty() { "no sign but a list".to_owned() } else { format!("sign: {words}") };
    format!("{secret}{words}")
}
