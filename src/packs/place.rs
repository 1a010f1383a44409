//! Places inside a text of the file: from a position in what a string says to the bytes that say it.

use std::ops::Range;

use super::file::Word;

/// The bytes of the file for a position inside the text of `word`.
pub(super) fn inside(file: &str, word: &Word, at: Range<usize>) -> Range<usize> {
    let span = word.span();
    let Some(raw) = file.get(span.clone()) else { return span };
    let opening = opening(raw);
    let Some(body) = raw.get(opening..) else { return span };
    let offset = |said| if raw.starts_with('\'') { said } else { raw_offset(body, said) };
    let start = span.start + opening + offset(at.start);
    let end = span.start + opening + offset(at.end.max(at.start + 1));
    let last = span.end.saturating_sub(1).max(span.start);
    // Something is always underlined, also when the text ends too early.
    start.min(last)..end.min(span.end).max(start.min(last) + 1).min(file.len())
}

/// The bytes of the file where `name` stands as a whole word inside `word`.
pub(super) fn of_name(file: &str, word: &Word, name: &str) -> Range<usize> {
    let span = word.span();
    let Some(raw) = file.get(span.clone()) else { return span };
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
    raw.match_indices(name)
        .find(|(at, _)| {
            let before = raw.get(..*at).and_then(|text| text.chars().next_back());
            let after = raw.get(at + name.len()..).and_then(|text| text.chars().next());
            !before.is_some_and(is_part) && !after.is_some_and(is_part)
        })
        .map_or(span.clone(), |(at, _)| span.start + at..span.start + at + name.len())
}

/// Length of the quotes that open a string.
fn opening(raw: &str) -> usize {
    if raw.starts_with("\"\"\"") || raw.starts_with("'''") {
        3 + raw.get(3..).map_or(0, |body| body.len() - body.trim_start_matches(['\r', '\n']).len())
    } else {
        1
    }
}

/// Walks over the text as it is written until it has said `said` bytes.
fn raw_offset(body: &str, said: usize) -> usize {
    let (mut at, mut spoken) = (0, 0);
    let mut chars = body.chars();
    while spoken < said {
        let Some(c) = chars.next() else { break };
        at += c.len_utf8();
        spoken += c.len_utf8();
        if c == '\\' {
            let digits = match chars.next() {
                Some('u') => 4,
                Some('U') => 8,
                Some('x') => 2,
                Some(_) => 0,
                None => break,
            };
            at += 1 + chars.by_ref().take(digits).count();
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_do_not_shift_the_place() {
        let file = r#"when = "level(\"INV-03\") == x""#;
        let start = file.find('"').unwrap();
        let word = Word::new(start..file.len(), "level(\"INV-03\") == x".to_owned());
        let at = word.get_ref().find('x').unwrap();
        assert_eq!(&file[inside(file, &word, at..at + 1)], "x");
        assert_eq!(&file[of_name(file, &word, "INV-03")], "INV-03");
    }

    #[test]
    fn a_name_is_found_as_a_whole_word_only() {
        let file = "\"ai.agents.total_x + ai.agents.total\"";
        let word = Word::new(0..file.len(), file.trim_matches('"').to_owned());
        assert_eq!(of_name(file, &word, "ai.agents.total").start, 21);
    }
}
