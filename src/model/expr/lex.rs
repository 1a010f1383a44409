//! Text to tokens.

use std::ops::Range;

use super::ExprError;

const SYMBOLS: [&str; 13] = ["==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "(", ")", ","];

/// The smallest pieces of an expression.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Token<'t> {
    Number(f64),
    /// A name with dots.
    Metric(&'t str),
    /// A name without dots: an operator or a function.
    Word(&'t str),
    /// What stands between double quotes.
    Text(&'t str),
    Symbol(&'static str),
    End,
}

impl Token<'_> {
    /// The token as a sentence names it.
    pub(super) fn described(self) -> String {
        match self {
            Self::Number(value) => format!("the number {value}"),
            Self::Metric(name) => format!("`{name}`"),
            Self::Word(word) => format!("`{word}`"),
            Self::Text(text) => format!("\"{text}\""),
            Self::Symbol(symbol) => format!("`{symbol}`"),
            Self::End => "the end".to_owned(),
        }
    }
}

/// Takes tokens off the front of a text.
pub(super) struct Lexer<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Lexer<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    /// The next token and the bytes it stands on.
    pub(super) fn next(&mut self) -> Result<(Token<'t>, Range<usize>), ExprError> {
        self.take(char::is_whitespace);
        let start = self.at;
        let rest = self.rest();
        let token = match rest.chars().next() {
            None => Token::End,
            Some(first) if first.is_ascii_digit() => self.number()?,
            Some(first) if first.is_alphabetic() || first == '_' => self.name()?,
            Some('"') => self.quoted()?,
            Some(first) => match SYMBOLS.into_iter().find(|symbol| rest.starts_with(symbol)) {
                Some(symbol) => {
                    self.at += symbol.len();
                    Token::Symbol(symbol)
                }
                None => return Err(stray(first, rest, start)),
            },
        };
        Ok((token, start..self.at))
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn take(&mut self, accept: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let end = rest.find(|letter| !accept(letter)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    /// Digits, a fraction, an exponent.
    fn number(&mut self) -> Result<Token<'t>, ExprError> {
        let start = self.at;
        self.take(|letter| letter.is_ascii_alphanumeric() || letter == '.' || letter == '_');
        if self.text[start..self.at].ends_with(['e', 'E']) && self.rest().starts_with(['+', '-']) {
            self.at += 1;
            self.take(|letter| letter.is_ascii_digit());
        }
        let text = &self.text[start..self.at];
        match text.parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(Token::Number(value)),
            _ => Err(ExprError {
                at: start..self.at,
                message: format!("`{text}` is not a number"),
                help: "numbers look like 3, 0.85 or 1e6".to_owned(),
            }),
        }
    }

    fn name(&mut self) -> Result<Token<'t>, ExprError> {
        let start = self.at;
        let name = self.take(|letter| letter.is_alphanumeric() || letter == '_' || letter == '.');
        if !name.contains('.') {
            return Ok(Token::Word(name));
        }
        let clean = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
        if name.split('.').all(|part| !part.is_empty() && part.chars().all(clean)) {
            return Ok(Token::Metric(name));
        }
        Err(ExprError {
            at: start..self.at,
            message: format!("`{name}` cannot be a metric"),
            help: "metric names are lower-case words joined by single dots, such as `ai.agents.total`"
                .to_owned(),
        })
    }

    fn quoted(&mut self) -> Result<Token<'t>, ExprError> {
        let start = self.at;
        self.at += 1;
        let inside = self.take(|letter| letter != '"');
        if self.rest().is_empty() {
            return Err(ExprError {
                at: start..self.at,
                message: "the quotation does not end".to_owned(),
                help: "close it with a second `\"`".to_owned(),
            });
        }
        self.at += 1;
        if inside.is_empty() {
            return Err(ExprError {
                at: start..self.at,
                message: "the quotation is empty".to_owned(),
                help: "name a question, such as level(\"INV-03\")".to_owned(),
            });
        }
        Ok(Token::Text(inside))
    }
}

/// The error for a character that begins nothing, with the remedy for the usual slips.
fn stray(letter: char, rest: &str, start: usize) -> ExprError {
    let (wrong, help) = match letter {
        '=' => ("=", "compare with `==`"),
        '!' => ("!", "write `not`, or `!=` to compare"),
        '&' => (if rest.starts_with("&&") { "&&" } else { "&" }, "write `and`"),
        '|' => (if rest.starts_with("||") { "||" } else { "|" }, "write `or`"),
        '\'' => ("'", "quote with `\"`"),
        '%' => ("%", "write a share as a number: 85 % is 0.85"),
        '.' => (".", "numbers begin with a digit: 0.5"),
        _ => (&rest[..letter.len_utf8()], "remove it"),
    };
    ExprError {
        at: start..start + wrong.len(),
        message: format!("`{wrong}` has no meaning here"),
        help: help.to_owned(),
    }
}
