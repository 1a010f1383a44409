//! Text on its way to the terminal: foreign signs made visible, cut with a sign, wrapped by display width.

use std::borrow::Cow;
use std::fmt::Write;

use ratatui::text::{Line, Span};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Makes everything visible that could steer a terminal or mislead a reader: control characters, direction
/// overrides, zero-width signs, and Braille, which this program never draws.
pub fn shown(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for sign in text.chars() {
        match sign {
            _ if is_plain(sign) => out.push(sign),
            '\n' => out.push('⏎'),
            '\t' => out.push('→'),
            '\0'..='\x1f' => out.push(char::from_u32(0x2400 + u32::from(sign)).unwrap_or('?')),
            '\x7f' => out.push('␡'),
            _ => {
                let _ = write!(out, "‹U+{:04X}›", u32::from(sign));
            }
        }
    }
    Cow::Owned(out)
}

fn is_plain(sign: char) -> bool {
    !(sign.is_control()
        || matches!(sign,
            '\u{061c}' | '\u{00ad}' | '\u{034f}' | '\u{180e}' | '\u{feff}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{2800}'..='\u{28ff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'))
}

/// Columns that text takes.
pub fn width(text: &str) -> usize {
    text.width()
}

/// Cuts text to `columns`; what is missing is marked with `…`.
pub fn cut(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 0;
    for cluster in text.graphemes(true) {
        used += cluster.width();
        if used + 1 > columns {
            break;
        }
        out.push_str(cluster);
    }
    if columns > 0 {
        out.push('…');
    }
    out
}

/// Cuts text to `columns` and fills it with spaces up to there.
pub fn pad(text: &str, columns: usize) -> String {
    let mut out = cut(text, columns);
    let used = out.width();
    out.extend(std::iter::repeat_n(' ', columns.saturating_sub(used)));
    out
}

/// Cuts a line of several styles to `columns`; what is missing is marked with `…`.
pub fn fit(line: Line<'_>, columns: usize) -> Line<'_> {
    if line.width() <= columns {
        return line;
    }
    let mut left = columns;
    let mut spans = Vec::new();
    for span in line.spans {
        if span.width() < left {
            left -= span.width();
            spans.push(span);
            continue;
        }
        // Something follows or this span is too long: either way a sign has to stand here.
        let text = cut(&format!("{}……", span.content), left);
        spans.push(Span::styled(text, span.style));
        break;
    }
    Line { spans, ..Line::default() }
}

/// Wraps text at spaces; a word longer than the place is broken.
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(1);
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        for part in broken(word, columns) {
            let gap = usize::from(!line.is_empty());
            if line.width() + gap + part.width() > columns && !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(&part);
        }
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

fn broken(word: &str, columns: usize) -> Vec<Cow<'_, str>> {
    if word.width() <= columns {
        return vec![Cow::Borrowed(word)];
    }
    let mut parts = vec![];
    let mut part = String::new();
    for cluster in word.graphemes(true) {
        if part.width() + cluster.width() > columns && !part.is_empty() {
            parts.push(Cow::Owned(std::mem::take(&mut part)));
        }
        part.push_str(cluster);
    }
    parts.push(Cow::Owned(part));
    parts
}

/// A score with one decimal; unknown is a word, never a number.
pub fn score(value: Option<f64>) -> String {
    value.map_or_else(|| "unknown".to_owned(), |value| format!("{value:.1}"))
}

/// A figure with one decimal; less than nothing that rounds to nothing is nothing.
pub fn figure(value: f64) -> String {
    format!("{:.1}", if value.abs() < 0.05 { 0.0 } else { value })
}

/// A difference in points with its sign.
pub fn signed(value: Option<f64>) -> String {
    value.map_or_else(|| "unknown".to_owned(), |value| format!("{value:+.1}"))
}

/// A share from 0 to 1 as a percentage.
pub fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "unknown".to_owned(), |share| format!("{:.1} %", share * 100.0))
}

/// A count and its word, `1 row`, `2 rows`.
pub fn count(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number as u64), if number == 1 { one } else { many })
}

/// A whole number with thin groups of three: `12 345`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_sequences_and_direction_signs_become_visible() {
        assert_eq!(shown("a\x1b[31mb\u{202e}c\r\n"), "a␛[31mb‹U+202E›c␍⏎");
        assert_eq!(shown("Žluťoučký 株式会社"), "Žluťoučký 株式会社");
        assert_eq!(shown("\u{2801}"), "‹U+2801›");
        assert_eq!(shown("\u{9b}2J"), "‹U+009B›2J");
    }

    #[test]
    fn cutting_counts_columns_and_leaves_a_sign() {
        assert_eq!(cut("abcdef", 4), "abc…");
        assert_eq!(cut("株式会社", 5), "株式…");
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("abc", 0), "");
        assert_eq!(pad("株", 4), "株  ");
    }

    #[test]
    fn fitting_marks_what_is_missing_at_every_width() {
        for columns in 1..12 {
            let line = fit(Line::from(vec!["abcde".into(), "fgh".into(), "ijkl".into()]), columns);
            let text: String = line.spans.iter().map(|span| span.content.as_ref()).collect();
            assert!(text.width() <= columns, "{columns}: {text}");
            assert_eq!(text.ends_with('…'), columns < 12, "{columns}: {text}");
        }
    }

    #[test]
    fn wrapping_loses_nothing() {
        let text = "Does every AI agent have a named person as owner who still works here?";
        for columns in 1..90 {
            let lines = wrap(text, columns);
            assert!(lines.iter().all(|line| line.width() <= columns));
            let joined: String = lines.concat().split_whitespace().collect();
            assert_eq!(joined, text.split_whitespace().collect::<String>());
        }
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(grouped(1_234_567), "1 234 567");
        assert_eq!(grouped(12), "12");
    }
}
