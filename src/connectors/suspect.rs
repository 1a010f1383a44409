//! Guessing a class from a name. A guess is shown as suspected and never counted as known.

use crate::model::inventory::{Class, Suspicion};

/// Words of names that often stand for a class; the first that fits decides.
const SIGNS: &[(&str, Class)] = &[
    ("agent", Class::Ai),
    ("agents", Class::Ai),
    ("ai", Class::Ai),
    ("copilot", Class::Ai),
    ("llm", Class::Ai),
    ("gpt", Class::Ai),
    ("chatgpt", Class::Ai),
    ("claude", Class::Ai),
    ("gemini", Class::Ai),
    ("assistant", Class::Ai),
    ("bot", Class::Machine),
    ("svc", Class::Machine),
    ("service", Class::Machine),
    ("pipeline", Class::Machine),
    ("ci", Class::Machine),
    ("cicd", Class::Machine),
    ("deploy", Class::Machine),
    ("backup", Class::Machine),
    ("daemon", Class::Machine),
    ("automation", Class::Machine),
];

/// What a name lets one suspect: `svc-backup`, `supportAgent`, `deploybot`. Only whole words of the name count, and
/// `bot` also as a word's end.
pub fn suspect(name: &str) -> Option<Suspicion> {
    let words = words(name);
    let has = |sign: &str| words.iter().any(|word| *word == sign || (sign == "bot" && word.ends_with("bot")));
    SIGNS
        .iter()
        .find(|(sign, _)| has(sign))
        .map(|(sign, class)| Suspicion { class: *class, because: format!("the name contains \"{sign}\"") })
}

/// The words of a name, in small letters: parted by signs and by capitals.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_small = false;
    for letter in name.chars() {
        if !letter.is_alphanumeric() || (letter.is_uppercase() && was_small) {
            words.push(String::new());
        }
        if let (true, Some(word)) = (letter.is_alphanumeric(), words.last_mut()) {
            word.extend(letter.to_lowercase());
        }
        was_small = letter.is_lowercase();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_words_raise_suspicion() {
        let cases = [
            ("invoice-agent", Some(Class::Ai)),
            ("supportAgent", Some(Class::Ai)),
            ("GitHub Copilot", Some(Class::Ai)),
            ("GPT", Some(Class::Ai)),
            ("svc-backup", Some(Class::Machine)),
            ("renovatebot", Some(Class::Machine)),
            ("Marcia Cito", None),
            ("Agentha Serviceman", None),
            ("maintainer", None),
            ("", None),
        ];
        for (name, expected) in cases {
            assert_eq!(suspect(name).map(|suspicion| suspicion.class), expected, "{name}");
        }
        assert_eq!(suspect("deploybot").unwrap().because, "the name contains \"bot\"");
    }
}
