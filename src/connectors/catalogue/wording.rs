//! Names as words, so that spelling with dots, dashes or capitals does not matter.

/// What follows a company's name.
const FORMS: &[&str] = &[
    "ag",
    "bv",
    "co",
    "company",
    "corp",
    "corporation",
    "gmbh",
    "inc",
    "incorporated",
    "limited",
    "llc",
    "ltd",
    "opco",
    "pbc",
    "plc",
    "pte",
    "pty",
    "sa",
    "sas",
    "se",
    "srl",
];

/// The words of a name, in small letters.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Words(Vec<String>);

impl Words {
    /// The words of a text: what stands between signs that are neither letters nor digits.
    pub fn of(text: &str) -> Self {
        let words = text.split(|sign: char| !sign.is_alphanumeric()).filter(|word| !word.is_empty());
        Self(words.map(str::to_lowercase).collect())
    }

    /// How many they are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Whether the words of another name stand in it, one after the other.
    pub fn has(&self, part: &Self) -> bool {
        !part.0.is_empty() && self.0.windows(part.0.len()).any(|window| window == part.0)
    }
}

/// A company's name without its legal form: `OpenAI, L.L.C.` is `openai`. The first word always stays.
pub fn legal(name: &str) -> Words {
    let mut words = Words::of(name);
    while words.0.len() > 1
        && words.0.last().is_some_and(|last| last.chars().count() == 1 || FORMS.contains(&last.as_str()))
    {
        words.0.pop();
    }
    words
}
