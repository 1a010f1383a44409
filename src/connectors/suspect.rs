//! Guessing a class from a name. A guess is shown as suspected and never counted as known.

use crate::model::inventory::{Class, Suspicion};

/// Parts of names that often stand for a class; the first that fits decides.
const SIGNS: &[(&str, Class)] = &[
    ("agent", Class::Ai),
    ("copilot", Class::Ai),
    ("llm", Class::Ai),
    ("gpt", Class::Ai),
    ("assistant", Class::Ai),
    ("bot", Class::Machine),
    ("svc", Class::Machine),
    ("service", Class::Machine),
    ("pipeline", Class::Machine),
    ("ci", Class::Machine),
    ("deploy", Class::Machine),
    ("backup", Class::Machine),
];

/// What a name lets one suspect. Only whole words of the name count, and `bot` also as a word's end.
pub fn suspect(name: &str) -> Option<Suspicion> {
    let name = name.to_lowercase();
    let words: Vec<&str> = name.split(|sign: char| !sign.is_alphanumeric()).collect();
    let has = |sign: &str| words.iter().any(|word| *word == sign || (sign == "bot" && word.ends_with("bot")));
    SIGNS
        .iter()
        .find(|(sign, _)| has(sign))
        .map(|(sign, class)| Suspicion { class: *class, because: format!("the name contains \"{sign}\"") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_words_raise_suspicion() {
        let cases = [
            ("invoice-agent", Some(Class::Ai)),
            ("GitHub Copilot", Some(Class::Ai)),
            ("svc-backup", Some(Class::Machine)),
            ("renovatebot", Some(Class::Machine)),
            ("Marcia Cito", None),
            ("Agentha Serviceman", None),
        ];
        for (name, expected) in cases {
            assert_eq!(suspect(name).map(|suspicion| suspicion.class), expected, "{name}");
        }
    }
}
