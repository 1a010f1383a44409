//! The sentences of the loader: what the TOML reader says, in words for the author of a pack.

use std::ops::Range;

use super::fault::Fault;

/// The candidate that was probably meant: a slip of the pen away, or the same word cut short.
pub(super) fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let word = word.to_lowercase();
    // A file may hold a word of any length; comparing costs its square.
    if word.len() > 80 {
        return None;
    }
    let slips = (word.chars().count() / 4).max(1);
    let distance = |candidate: &str| {
        let candidate = candidate.to_lowercase();
        let is_cut = candidate.len() >= 3 && (word.starts_with(&candidate) || candidate.starts_with(&word));
        let distance = strsim::damerau_levenshtein(&word, &candidate);
        (distance <= slips || (is_cut && word.len() >= 3)).then_some(distance)
    };
    let near = candidates.into_iter().filter_map(|candidate| Some((distance(candidate)?, candidate)));
    near.min_by_key(|(distance, _)| *distance).map(|(_, candidate)| candidate)
}

/// `did you mean …?`, or what to do where nothing is near.
pub(super) fn did_you_mean<'c>(
    word: &str,
    candidates: impl IntoIterator<Item = &'c str>,
    otherwise: &str,
) -> String {
    nearest(word, candidates).map_or_else(|| otherwise.to_owned(), |near| format!("did you mean `{near}`?"))
}

/// A key that does not belong there.
pub(super) fn unknown_key(span: Range<usize>, key: &str, known: &[&str]) -> Fault {
    let otherwise = format!("the keys here are: {}", known.join(", "));
    let help = did_you_mean(key, known.iter().copied(), &otherwise);
    Fault::new(span, format!("there is no key `{key}` here"), help).label("unknown key")
}

/// A file that is not TOML.
pub(super) fn syntax(error: &toml::de::Error, text: &str) -> Fault {
    let message = error.message().trim().replace('\n', "; ");
    let help =
        "mend the line; strings stand in double quotes, lists in brackets, each key on a line of its own";
    Fault::new(place(error, text), format!("this is not TOML: {message}"), help)
}

/// A table that does not have the shape that it should have.
pub(super) fn shape(error: &toml::de::Error, text: &str) -> Fault {
    let message = error.message();
    let span = place(error, text);
    if let Some(rest) = message.strip_prefix("unknown field ") {
        let quoted: Vec<&str> = rest.split('`').skip(1).step_by(2).collect();
        if let [key, known @ ..] = quoted.as_slice() {
            return unknown_key(span, key, known);
        }
    }
    if let Some(key) = message.strip_prefix("missing field ") {
        let key = key.trim_matches('`');
        let help = format!("add a line `{key} = …`");
        return Fault::new(header(span, text), format!("`{key}` is missing"), help).label("in this table");
    }
    let (found, expected) = message.split_once(", expected ").unwrap_or((message, "another value"));
    let found = found.trim_start_matches("invalid type: ").trim_start_matches("invalid value: ");
    let expected = kind(expected);
    Fault::new(span, format!("{found} stands where {expected} belongs"), format!("write {expected}"))
}

/// What the reader calls by the names of the programming language.
fn kind(expected: &str) -> String {
    match expected.trim() {
        "u8" | "u32" | "u64" | "i64" => "a whole number from 0 upwards".to_owned(),
        "f64" => "a number".to_owned(),
        "a string" => "text in double quotes".to_owned(),
        "a boolean" => "true or false".to_owned(),
        "a sequence" => "a list in brackets".to_owned(),
        "a map" => "a table".to_owned(),
        other if other.starts_with("struct ") => "a table".to_owned(),
        other if other.starts_with("a tuple") => "a pair such as [0.60, 2]".to_owned(),
        other => other.to_owned(),
    }
}

fn place(error: &toml::de::Error, text: &str) -> Range<usize> {
    let span = error.span().unwrap_or(0..0);
    span.start.min(text.len())..span.end.min(text.len())
}

/// Only the first line of a table's place: a whole question underlined helps nobody.
fn header(span: Range<usize>, text: &str) -> Range<usize> {
    let end =
        text.get(span.clone()).and_then(|inside| inside.find('\n')).map_or(span.end, |at| span.start + at);
    span.start..end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_pen_is_recognised_and_a_stranger_is_not() {
        let keys = ["weight", "weight_reason", "levels"];
        assert_eq!(nearest("wieght", keys), Some("weight"));
        assert_eq!(nearest("colour", keys), None);
        assert_eq!(nearest("INV-99", ["INV-05", "INV-01"]), None);
        assert_eq!(nearest("direction", ["expr", "dir"]), Some("dir"));
    }
}
