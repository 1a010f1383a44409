//! Twelve colours with meanings. Their lightness lies in the middle, so that they can be read on light and on
//! dark terminals; without colour, weight and words carry everything.

use ratatui::style::{Color, Modifier, Style};

/// How many colours the terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// None: `NO_COLOR` is set, or the terminal is dumb.
    Plain,
    /// The sixteen of the terminal's own palette.
    Sixteen,
    /// The 256 fixed ones.
    Indexed,
    /// All.
    True,
}

impl Depth {
    /// Concludes it from the environment.
    pub fn detect(variable: impl Fn(&str) -> Option<String>) -> Self {
        let term = variable("TERM").unwrap_or_default();
        if variable("NO_COLOR").is_some_and(|value| !value.is_empty()) || term == "dumb" {
            Self::Plain
        } else if variable("COLORTERM").is_some_and(|value| value == "truecolor" || value == "24bit") {
            Self::True
        } else if term == "linux" || term == "ansi" || term.starts_with("vt") {
            Self::Sixteen
        } else {
            Self::Indexed
        }
    }
}

/// What each colour means; never one per widget.
#[derive(Debug, Clone, Copy)]
pub struct Theme {
    /// What is read.
    pub text: Style,
    /// What is read second.
    pub muted: Style,
    /// Names of things and numbers that matter.
    pub accent: Style,
    /// Where the keys act.
    pub focus: Style,
    /// Proven, saved, done.
    pub good: Style,
    /// Needs a look.
    pub warn: Style,
    /// Over-claimed, failed.
    pub bad: Style,
    /// Not known.
    pub unknown: Style,
    /// People.
    pub human: Style,
    /// Workloads.
    pub machine: Style,
    /// AI agents.
    pub ai: Style,
    /// Rules and frames.
    pub line: Style,
}

/// One colour at three depths: true, one of 256, one of sixteen.
struct Shade(u32, u8, Color);

impl Shade {
    fn at(&self, depth: Depth) -> Style {
        let [_, red, green, blue] = self.0.to_be_bytes();
        match depth {
            Depth::Plain => Style::new(),
            Depth::Sixteen => Style::new().fg(self.2),
            Depth::Indexed => Style::new().fg(Color::Indexed(self.1)),
            Depth::True => Style::new().fg(Color::Rgb(red, green, blue)),
        }
    }
}

impl Theme {
    /// The theme for what the terminal can show.
    pub fn new(depth: Depth) -> Self {
        let shade = |true_colour, indexed, ansi| Shade(true_colour, indexed, ansi).at(depth);
        let dim = if depth == Depth::Plain { Style::new().add_modifier(Modifier::DIM) } else { Style::new() };
        Self {
            text: Style::new(),
            muted: shade(0x0080_8080, 244, Color::DarkGray).patch(dim),
            accent: shade(0x002b_7fd4, 32, Color::Blue),
            focus: Style::new().add_modifier(Modifier::REVERSED),
            good: shade(0x002f_8f46, 29, Color::Green),
            warn: shade(0x00b0_7a0a, 136, Color::Yellow),
            bad: shade(0x00d2_4a43, 167, Color::Red).add_modifier(Modifier::BOLD),
            unknown: shade(0x0086_73b4, 97, Color::Magenta),
            human: shade(0x001f_8a8a, 30, Color::Cyan),
            machine: shade(0x00b0_6a35, 130, Color::Yellow),
            ai: shade(0x009a_5fd0, 98, Color::Magenta),
            line: shade(0x0087_8f99, 245, Color::DarkGray).patch(dim),
        }
    }

    /// A heading.
    pub fn heading(&self) -> Style {
        self.accent.add_modifier(Modifier::BOLD)
    }

    /// Weighty text.
    pub fn strong(&self) -> Style {
        self.text.add_modifier(Modifier::BOLD)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detect(pairs: &[(&str, &str)]) -> Depth {
        Depth::detect(|name| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn no_color_wins_over_everything() {
        assert_eq!(detect(&[("NO_COLOR", "1"), ("COLORTERM", "truecolor")]), Depth::Plain);
        assert_eq!(detect(&[("NO_COLOR", ""), ("COLORTERM", "truecolor")]), Depth::True);
        assert_eq!(detect(&[("TERM", "xterm-256color")]), Depth::Indexed);
        assert_eq!(detect(&[("TERM", "linux")]), Depth::Sixteen);
    }

    #[test]
    fn without_colour_no_style_carries_one() {
        let theme = Theme::new(Depth::Plain);
        for style in [theme.good, theme.bad, theme.unknown, theme.muted, theme.focus, theme.ai] {
            assert_eq!((style.fg, style.bg), (None, None));
        }
    }
}
