//! Texts by numbers, each kept once, and texts that turn out to mean the same as others.

use std::collections::HashMap;

use super::Number;

/// Texts by numbers, each kept once.
#[derive(Debug, Default)]
pub struct Texts {
    numbers: HashMap<String, Number>,
    all: Vec<String>,
    /// Other names of texts, such as the distinguished name of what has an identifier.
    same: HashMap<Number, Number>,
}

impl Texts {
    /// The number of a text, which gets one where it has none.
    pub fn number(&mut self, text: &str) -> Number {
        if let Some(known) = self.numbers.get(text) {
            return *known;
        }
        let number = Number::try_from(self.all.len()).unwrap_or(Number::MAX);
        self.numbers.insert(text.to_owned(), number);
        self.all.push(text.to_owned());
        number
    }

    /// The number of a text, where it has one.
    pub fn known(&self, text: &str) -> Option<Number> {
        self.numbers.get(text).copied()
    }

    /// The text of a number; empty where there is none.
    pub fn text(&self, number: Number) -> &str {
        self.all.get(number as usize).map_or("", String::as_str)
    }

    /// Says that a text is another name of what has a number; `false` where it is already one of something else.
    pub fn name(&mut self, text: &str, of: Number) -> bool {
        let number = self.number(text);
        number == of || *self.same.entry(number).or_insert(of) == of
    }

    /// What a number stands for, by whichever of its names it was given out.
    pub fn meant(&self, number: Number) -> Number {
        self.same.get(&number).copied().unwrap_or(number)
    }
}
