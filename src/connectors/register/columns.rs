//! The columns that registers may have: one table for each kind, from which reading, templates, help and
//! messages follow.

use crate::model::near;
use crate::model::pull::Sight;

/// One column of a register.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    pub name: &'static str,
    /// Other headers that mean the same.
    pub aliases: &'static [&'static str],
    pub help: &'static str,
    pub accepts: Accepts,
    pub is_required: bool,
    pub example: &'static str,
    /// Metrics that stay open without it.
    pub feeds: &'static [&'static str],
}

/// What a cell of a column may hold. An empty cell always means that it is not told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accepts {
    /// Any text; `none`, `never`, `permanent` and `-` say that there is none.
    Text,
    /// A date or a date with time; the same words say that there is none.
    Date,
    YesNo,
    /// One of these words.
    Words(&'static [&'static str]),
    /// A whole number up to this.
    Number(u32),
}

/// The words that say "there is none", for every column of text and dates.
pub const NONE: &[&str] = &["none", "never", "permanent", "-"];
/// The words for yes.
pub const YES: &[&str] = &["yes", "true", "y", "1"];
/// The words for no.
pub const NO: &[&str] = &["no", "false", "n", "0"];

impl Accepts {
    /// The accepted values, as words.
    pub fn words(self) -> String {
        match self {
            Self::Text => "text, `none`, or empty".to_owned(),
            Self::Date => {
                "a date such as 2026-03-31, a date with time such as 2026-03-31T08:00:00Z, `never`, `none`, \
                 `permanent`, `-`, or empty"
                    .to_owned()
            }
            Self::YesNo => "yes, no, or empty".to_owned(),
            Self::Words(words) => format!("{} or empty", words.join(", ")),
            Self::Number(most) => format!("a whole number from 0 to {most}, or empty"),
        }
    }
}

impl Column {
    /// A column that may be left out.
    pub const fn new(
        name: &'static str,
        accepts: Accepts,
        example: &'static str,
        help: &'static str,
    ) -> Self {
        Self { name, aliases: &[], help, accepts, is_required: false, example, feeds: &[] }
    }

    /// The same column, required.
    #[must_use]
    pub const fn required(self) -> Self {
        Self { is_required: true, ..self }
    }

    /// The same column, also known under other headers.
    #[must_use]
    pub const fn also(self, aliases: &'static [&'static str]) -> Self {
        Self { aliases, ..self }
    }

    /// The same column, with the metrics that stay open without it.
    #[must_use]
    pub const fn feeding(self, feeds: &'static [&'static str]) -> Self {
        Self { feeds, ..self }
    }

    /// What the column shows, for the description of its connector.
    pub const fn sight(&self) -> Sight {
        Sight { id: self.name, title: self.help, needs: self.name, feeds: self.feeds }
    }

    fn is_called(&self, header: &str) -> bool {
        self.name == header || self.aliases.contains(&header)
    }
}

/// The sights of a table of columns.
pub const fn sights<const N: usize>(columns: &[Column; N]) -> [Sight; N] {
    let mut sights = [columns[0].sight(); N];
    let mut at = 0;
    while at < N {
        sights[at] = columns[at].sight();
        at += 1;
    }
    sights
}

/// A header as it is compared: small letters, words joined by `_`.
pub fn normal(header: &str) -> String {
    header.trim().trim_start_matches('\u{feff}').to_lowercase().replace([' ', '-'], "_")
}

/// The column that a header means.
pub fn find(columns: &[Column], header: &str) -> Option<usize> {
    let header = normal(header);
    columns.iter().position(|column| column.is_called(&header))
}

/// The column that an unknown header was probably meant to be.
pub fn meant(columns: &[Column], header: &str) -> Option<&'static str> {
    let header = normal(header);
    let near = near::nearest(&header, columns.iter().map(|column| column.name))?;
    (strsim::damerau_levenshtein(&header, near) <= 2).then_some(near)
}
