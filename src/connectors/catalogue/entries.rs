//! What stands in the catalogue: products with their ids, domains, publishers and names.

use serde::Deserialize;

use crate::model::inventory::Confidence;

/// One AI product.
#[derive(Debug, Clone)]
pub struct Product {
    /// Its key, the id of its records, such as `openai-chatgpt`.
    pub key: String,
    pub name: String,
    pub vendor: String,
    pub ids: Vec<KnownId>,
    pub domains: Vec<Domain>,
    /// Verified publishers all of whose applications are AI products.
    pub publishers: Vec<String>,
    /// Words that a name of it contains.
    pub names: Vec<String>,
    /// Whole names, for words that mean other things as well.
    pub titles: Vec<String>,
}

/// What a system calls a product.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownId {
    pub kind: IdKind,
    pub id: String,
    pub confidence: Confidence,
    /// Where it is from, a word that `assets/ai/README.md` explains.
    pub source: String,
}

/// A domain that a product is used at.
#[derive(Debug, Clone)]
pub struct Domain {
    /// In small letters, without a dot at the end.
    pub name: String,
    /// Only the host itself, not what lies below it.
    pub is_exact: bool,
    pub confidence: Confidence,
    /// Where it is from, a word that `assets/ai/README.md` explains.
    pub source: &'static str,
}

/// The kinds of ids: two systems may use one text for two things.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IdKind {
    /// The application id of Microsoft Entra.
    EntraApp,
    /// The OAuth client id of Google.
    GoogleClient,
    /// The slug of a GitHub App.
    GithubApp,
    /// An extension of Chrome and of browsers built on it.
    ChromeExtension,
    FirefoxExtension,
    /// The bundle identifier of a program of macOS.
    Bundle,
    /// The id of an MCP client in `assets/ai/clients.toml`.
    McpClient,
}

impl IdKind {
    /// All kinds.
    pub const ALL: [Self; 7] = [
        Self::EntraApp,
        Self::GoogleClient,
        Self::GithubApp,
        Self::ChromeExtension,
        Self::FirefoxExtension,
        Self::Bundle,
        Self::McpClient,
    ];

    /// The words before an id of this kind.
    pub fn title(self) -> &'static str {
        match self {
            Self::EntraApp => "Entra app",
            Self::GoogleClient => "Google client",
            Self::GithubApp => "GitHub App",
            Self::ChromeExtension => "Chrome extension",
            Self::FirefoxExtension => "Firefox extension",
            Self::Bundle => "macOS program",
            Self::McpClient => "MCP client",
        }
    }

    /// The id as it is compared: in small letters, without what some systems add.
    pub fn plain(self, id: &str) -> String {
        let id = id.trim().to_lowercase();
        let end = match self {
            Self::GoogleClient => ".apps.googleusercontent.com",
            Self::GithubApp => "[bot]",
            _ => return id,
        };
        id.strip_suffix(end).unwrap_or(&id).to_owned()
    }
}

/// The catalogue as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    product: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    key: String,
    name: String,
    vendor: String,
    #[serde(default)]
    ids: Vec<KnownId>,
    #[serde(default)]
    domains: Domains,
    #[serde(default)]
    publishers: Vec<String>,
    #[serde(default)]
    names: Vec<String>,
    #[serde(default)]
    titles: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Domains {
    high: Vec<String>,
    medium: Vec<String>,
    low: Vec<String>,
    vendor: Vec<String>,
    exact: Vec<String>,
}

/// The products of a catalogue.
#[expect(clippy::expect_used, reason = "the catalogue is part of the program, and a test reads it")]
pub fn read(text: &str) -> Vec<Product> {
    let file: File = toml::from_str(text).expect("the catalogue is well formed");
    file.product.into_iter().map(product).collect()
}

fn product(entry: Entry) -> Product {
    let Domains { high, medium, low, vendor, exact } = entry.domains;
    let lists = [
        (high, false, Confidence::High, "v2fly and vendor"),
        (medium, false, Confidence::Medium, "v2fly"),
        (low, false, Confidence::Low, "v2fly"),
        (vendor, false, Confidence::Medium, "vendor"),
        (exact, true, Confidence::Medium, "v2fly"),
    ];
    let domains = lists.into_iter().flat_map(|(names, is_exact, confidence, source)| {
        names.into_iter().map(move |name| Domain { name, is_exact, confidence, source })
    });
    Product {
        key: entry.key,
        name: entry.name,
        vendor: entry.vendor,
        ids: entry.ids,
        domains: domains.collect(),
        publishers: entry.publishers,
        names: entry.names,
        titles: entry.titles,
    }
}
