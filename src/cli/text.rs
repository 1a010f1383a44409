//! Text for a terminal: harmless names, aligned columns, sparing colour.

use std::io::IsTerminal;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::model::privilege::Estimate;

/// How wide sentences run at most.
pub(super) const WIDTH: usize = 100;

/// Makes control characters visible, so that a name cannot steer the terminal or hide what it is.
pub(super) fn safe(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        if is_control(letter) { shown.extend(letter.escape_default()) } else { shown.push(letter) }
    }
    shown
}

/// The same for text of several lines, which stay lines.
pub(super) fn safe_lines(text: &str) -> String {
    text.split('\n').map(safe).collect::<Vec<_>>().join("\n")
}

/// Replaces control characters by question marks of the same length in bytes; lines and tabs stay.
pub(super) fn blanked(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\n' | '\t' => shown.push(letter),
            _ if is_control(letter) => shown.push_str(&"?".repeat(letter.len_utf8())),
            _ => shown.push(letter),
        }
    }
    shown
}

/// Whether a letter steers instead of being shown: control characters, and those that turn the direction.
fn is_control(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Text that grows line by line.
#[derive(Debug, Default)]
pub(super) struct Page(pub String);

impl Page {
    /// Adds a line.
    pub fn line(&mut self, line: &str) {
        self.0.push_str(line);
        self.0.push('\n');
    }

    /// Adds text that ends its own lines.
    pub fn add(&mut self, text: &str) {
        self.0.push_str(text);
    }
}

/// Colours for standard output; none where nobody sees them or wants them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paint {
    is_on: bool,
}

impl Paint {
    /// Looks at the terminal and at `NO_COLOR`.
    pub fn new() -> Self {
        let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
            || std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        Self { is_on: !unwanted && std::io::stdout().is_terminal() }
    }

    /// Headings and names.
    pub fn bold(self, text: &str) -> String {
        self.with("1", text)
    }

    /// What may be overlooked.
    pub fn muted(self, text: &str) -> String {
        self.with("2", text)
    }

    /// What is as it should be.
    pub fn good(self, text: &str) -> String {
        self.with("32", text)
    }

    /// What deserves a look.
    pub fn warn(self, text: &str) -> String {
        self.with("33", text)
    }

    /// What is not as it was said to be.
    pub fn bad(self, text: &str) -> String {
        self.with("31", text)
    }

    fn with(self, code: &str, text: &str) -> String {
        if self.is_on { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

/// Fills text up to a width in columns.
pub(super) fn left(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}

/// Moves text to the right end of a width in columns.
pub(super) fn right(text: &str, width: usize) -> String {
    format!("{}{text}", " ".repeat(width.saturating_sub(text.width())))
}

/// A table with a header; the columns named in `numbers` are moved to the right.
pub(super) fn table(header: &[&str], numbers: &[usize], rows: &[Vec<String>]) -> String {
    let widths: Vec<usize> = header
        .iter()
        .enumerate()
        .map(|(at, title)| {
            let cells = rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.width());
            cells.chain([title.width()]).max().unwrap_or(0)
        })
        .collect();
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let cells = cells.zip(&widths).enumerate();
        let cells: Vec<_> = cells
            .map(
                |(at, (cell, width))| {
                    if numbers.contains(&at) { right(cell, *width) } else { left(cell, *width) }
                },
            )
            .collect();
        format!("{}\n", cells.join("  ").trim_end())
    };
    let mut text = Paint::new().muted(line(&mut header.iter().copied()).trim_end());
    text.push('\n');
    for row in rows {
        text.push_str(&line(&mut row.iter().map(String::as_str)));
    }
    text
}

/// Shortens text to a width in columns; an ellipsis stands for what is gone.
pub(super) fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut used = 0;
    let fits = |letter: &char| {
        used += letter.width().unwrap_or(0);
        used < width
    };
    let kept: String = text.chars().take_while(fits).collect();
    if width == 0 { String::new() } else { format!("{kept}…") }
}

/// Shortens a name in its middle: names that begin alike often end differently.
pub(super) fn cut_inside(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let tail = width / 3;
    let mut used = 0;
    let fits = |letter: &char| {
        used += letter.width().unwrap_or(0);
        used <= tail
    };
    let end: Vec<char> = text.chars().rev().take_while(fits).collect();
    let end: String = end.into_iter().rev().collect();
    format!("{}{end}", cut(text, width - end.width()))
}

/// How many columns there are: those of the terminal, or of `COLUMNS`; `None` where no terminal shows the output.
pub(super) fn columns() -> Option<usize> {
    let told = std::env::var("COLUMNS").ok().and_then(|text| text.trim().parse().ok());
    let seen = || {
        let is_terminal = std::io::stdout().is_terminal();
        is_terminal.then(crossterm::terminal::size)?.ok().map(|(columns, _)| usize::from(columns))
    };
    told.or_else(seen).filter(|columns| *columns > 0)
}

/// A whole number in groups of three digits.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut shown = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

/// A number with one decimal; a dash where there is none.
pub(super) fn number(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.1}"))
}

/// A share as a percentage.
pub(super) fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

/// `1 answer`, `2 answers`, `1,200 answers`.
pub(super) fn counted(count: u64, word: &str) -> String {
    if count == 1 { format!("1 {word}") } else { format!("{} {word}s", grouped(count)) }
}

/// A figure and the ends of its range, where there is one.
pub(super) fn ranged(estimate: Estimate) -> String {
    let ends = estimate.between().map_or_else(String::new, |ends| format!(" ({ends})"));
    format!("{:.1}{ends}", estimate.point)
}

/// Text with ARNs, where those of the accounts that these ids live in are named without the account: `role/x`.
pub(super) fn without_home(text: &str, ids: &[String]) -> String {
    let homes = ids.iter().filter_map(|id| {
        let (at, _) = id.match_indices(':').nth(4).filter(|_| id.starts_with("arn:"))?;
        id.get(..=at)
    });
    homes.fold(text.to_owned(), |text, home| text.replace(home, ""))
}

/// Breaks a sentence into lines of at most `width` columns, all but the first with `indent` before them.
pub(super) fn wrapped(text: &str, indent: usize, width: usize) -> String {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let space = width.saturating_sub(indent);
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.width() + 1 + word.width() <= space => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines.join(&format!("\n{}", " ".repeat(indent)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_steer_the_terminal() {
        assert_eq!(safe("a\u{1b}[31mb\u{202e}c\r\n"), "a\\u{1b}[31mb\\u{202e}c\\r\\n");
        assert_eq!(safe("Søren 日本 =cmd()"), "Søren 日本 =cmd()");
    }

    #[test]
    fn blanking_keeps_every_place() {
        let text = "a\u{1b}b\u{202e}c\n";
        assert_eq!(blanked(text).len(), text.len());
        assert_eq!(blanked(text), "a?b???c\n");
    }

    #[test]
    fn what_is_cut_fits_and_says_so() {
        assert_eq!(cut("abcdef", 6), "abcdef");
        assert_eq!(cut("abcdef", 5), "abcd…");
        assert_eq!(cut("日本日本", 4), "日…");
        assert_eq!(cut("日本", 1), "…");
        assert_eq!(cut("ab", 0), "");
        assert_eq!(cut_inside("service-role-one", 12), "service…-one");
        assert_eq!(cut_inside("日本日本日本", 7), "日本…本");
        assert_eq!(cut_inside("short", 12), "short");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(grouped(999), "999");
    }

    #[test]
    fn wide_letters_keep_columns_straight() {
        let rows = [vec!["日本".to_owned(), "1".to_owned()], vec!["a".to_owned(), "10".to_owned()]];
        assert_eq!(table(&["n", "x"], &[1], &rows), "n      x\n日本   1\na     10\n");
    }
}
