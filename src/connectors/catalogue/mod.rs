//! The catalogue of AI products: by which ids, hosts, publishers and names a system shows them, and how sure each
//! of these is. Whatever connector finds one makes the same record of it.
//!
//! Rules, the first that holds: `catalogue.id/1`, `catalogue.host/1`, `catalogue.publisher/1`, `catalogue.name/1`.
//! A name alone is no more than possible.

mod entries;
mod hosts;
mod wording;

use std::collections::HashMap;
use std::sync::LazyLock;

use jiff::Timestamp;

use crate::model::SourceId;
use crate::model::inventory::{Confidence, Fact, Tool};
pub use entries::{Domain, IdKind, KnownId, Product};
use hosts::Hosts;
pub use hosts::{bare, ends};
use wording::{Words, legal};

/// The products, as they stand in the program.
static CATALOGUE: LazyLock<Catalogue> =
    LazyLock::new(|| Catalogue::new(entries::read(include_str!("../../../assets/ai/catalogue.toml"))));

/// How many letters of a foreign name are kept as evidence.
const NAME: usize = 120;

/// Products by their signs. Of two products with one sign the first in the list has it.
struct Catalogue {
    products: Vec<Product>,
    ids: HashMap<(IdKind, String), (usize, usize)>,
    hosts: Hosts,
    publishers: HashMap<Words, usize>,
    names: Vec<(Words, usize)>,
    titles: HashMap<Words, usize>,
}

/// What a source shows of an application, an extension, a program; empty where it shows nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Seen<'a> {
    pub ids: &'a [(IdKind, &'a str)],
    /// Hosts or addresses: the home page, where sign-ins return to.
    pub hosts: &'a [&'a str],
    /// Only a publisher that the system itself has verified.
    pub publisher: Option<&'a str>,
    pub name: &'a str,
}

/// A product and why something is taken for it.
#[derive(Debug, Clone)]
pub struct Match {
    pub product: &'static Product,
    /// Such as `catalogue.id/1`.
    pub rule: &'static str,
    pub confidence: Confidence,
    /// What was seen, such as `Entra app e0476654-…`.
    pub evidence: String,
}

/// The six ways to discover AI tools, as the metric `ai.shadow.channels_covered` counts them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// Consents, grants and installed apps of a directory or a code host.
    Consent,
    /// DNS or proxy.
    Network,
    /// Programs and browser extensions of a workstation.
    Endpoint,
    /// Code and the configuration of MCP clients.
    Code,
    /// Keys of models and other secrets.
    Keys,
    Purchases,
}

impl Channel {
    /// The word in registers and records.
    pub fn word(self) -> &'static str {
        match self {
            Self::Consent => "consent",
            Self::Network => "network",
            Self::Endpoint => "endpoint",
            Self::Code => "code",
            Self::Keys => "keys",
            Self::Purchases => "purchases",
        }
    }
}

/// The product that something is, by the first rule that holds.
pub fn find(seen: &Seen<'_>) -> Option<Match> {
    let all = &*CATALOGUE;
    all.by_id(seen.ids)
        .or_else(|| all.by_host(seen.hosts))
        .or_else(|| all.by_publisher(seen.publisher?))
        .or_else(|| all.by_name(seen.name))
}

/// The record of a product that was found, the same whoever finds it. What was decided on it is not told.
pub fn tool(
    found: &Match,
    source: Option<SourceId>,
    channel: Channel,
    at: Fact<Timestamp>,
    users: Fact<u32>,
) -> Tool {
    Tool {
        id: found.product.key.clone(),
        name: found.product.name.clone(),
        vendor: found.product.vendor.clone(),
        source,
        channel: Fact::Known(channel.word().to_owned()),
        found: at,
        users,
        rule: found.rule.to_owned(),
        confidence: Some(found.confidence),
        evidence: vec![found.evidence.clone()],
        ..Tool::default()
    }
}

/// The product that people mean by a key, a name, an id or a domain; whole words only.
pub fn named(text: &str) -> Option<&'static Product> {
    let all = &*CATALOGUE;
    let text = text.trim();
    let by_key = || all.products.iter().find(|product| product.key.eq_ignore_ascii_case(text));
    let by_id = || all.by_id(&IdKind::ALL.map(|kind| (kind, text))).map(|found| found.product);
    let by_title = || all.products.get(*all.titles.get(&Words::of(text))?);
    let by_host = || all.by_host(&[text]).map(|found| found.product);
    by_key().or_else(by_id).or_else(by_title).or_else(by_host)
}

/// All products, in the order that decides between two of them.
pub fn products() -> &'static [Product] {
    &CATALOGUE.products
}

impl Catalogue {
    fn new(products: Vec<Product>) -> Self {
        let mut all = Self {
            hosts: Hosts::of(&products),
            products: Vec::new(),
            ids: HashMap::new(),
            publishers: HashMap::new(),
            names: Vec::new(),
            titles: HashMap::new(),
        };
        for (at, product) in products.iter().enumerate() {
            for (place, known) in product.ids.iter().enumerate() {
                all.ids.entry((known.kind, known.kind.plain(&known.id))).or_insert((at, place));
            }
            for publisher in &product.publishers {
                all.publishers.entry(legal(publisher)).or_insert(at);
            }
            all.names.extend(product.names.iter().map(|name| (Words::of(name), at)));
            for title in product.titles.iter().chain(&product.names).chain([&product.name]) {
                all.titles.entry(Words::of(title)).or_insert(at);
            }
        }
        // Of two names in one, the longer says more: "Claude Code" is not "Claude".
        all.names.sort_by_key(|(words, _)| std::cmp::Reverse(words.count()));
        all.products = products;
        all
    }

    fn by_id(&'static self, ids: &[(IdKind, &str)]) -> Option<Match> {
        let known = |(kind, id): &(IdKind, &str)| {
            let (at, place) = self.ids.get(&(*kind, kind.plain(id)))?;
            let product = self.products.get(*at)?;
            Some((product.ids.get(*place)?, *at))
        };
        let best =
            ids.iter().filter_map(known).min_by_key(|(id, at)| (std::cmp::Reverse(id.confidence), *at));
        let (id, at) = best?;
        self.found(at, "catalogue.id/1", id.confidence, format!("{} {}", id.kind.title(), id.id))
    }

    fn by_host(&'static self, hosts: &[&str]) -> Option<Match> {
        let known = |host: &&str| self.hosts.longest(&bare(host));
        let best = hosts.iter().filter_map(known).min_by_key(|place| {
            let length = self.domain(*place).map_or(0, |domain| domain.name.len());
            (std::cmp::Reverse(length), *place)
        })?;
        let domain = self.domain(best)?;
        self.found(best.0, "catalogue.host/1", domain.confidence, format!("host {}", domain.name))
    }

    fn domain(&self, (at, place): (usize, usize)) -> Option<&Domain> {
        self.products.get(at)?.domains.get(place)
    }

    fn by_publisher(&'static self, publisher: &str) -> Option<Match> {
        let at = *self.publishers.get(&legal(publisher))?;
        let shown: String = publisher.trim().chars().take(NAME).collect();
        self.found(at, "catalogue.publisher/1", Confidence::Medium, format!("verified publisher {shown}"))
    }

    fn by_name(&'static self, name: &str) -> Option<Match> {
        let words = Words::of(name);
        let part = || self.names.iter().find(|(part, _)| words.has(part)).map(|(_, at)| at);
        let at = *self.titles.get(&words).or_else(part)?;
        let shown: String = name.trim().chars().take(NAME).collect();
        self.found(at, "catalogue.name/1", Confidence::Low, format!("name {shown}"))
    }

    fn found(
        &'static self,
        at: usize,
        rule: &'static str,
        confidence: Confidence,
        evidence: String,
    ) -> Option<Match> {
        Some(Match { product: self.products.get(at)?, rule, confidence, evidence })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn key(seen: &Seen<'_>) -> Option<(&'static str, &'static str, Confidence)> {
        find(seen).map(|found| (found.product.key.as_str(), found.rule, found.confidence))
    }

    #[test]
    fn no_two_entries_share_a_sign() {
        let (mut keys, mut ids, mut domains) = (HashSet::new(), HashSet::new(), HashSet::new());
        let (mut publishers, mut titles) = (HashSet::new(), HashSet::new());
        for product in products() {
            assert!(keys.insert(&product.key), "{}", product.key);
            for id in &product.ids {
                assert!(ids.insert((id.kind, id.kind.plain(&id.id))), "{}", id.id);
            }
            for domain in &product.domains {
                assert!(domains.insert(&domain.name), "{}", domain.name);
                assert_eq!(bare(&domain.name), domain.name, "{}", domain.name);
            }
            let own: HashSet<Words> = product.publishers.iter().map(|name| legal(name)).collect();
            assert!(own.into_iter().all(|words| publishers.insert(words)), "{}", product.key);
            let names = product.titles.iter().chain(&product.names);
            let own: HashSet<Words> = names.map(|name| Words::of(name)).collect();
            assert!(own.into_iter().all(|words| titles.insert(words)), "{}", product.key);
        }
    }

    #[test]
    fn every_sign_leads_back_to_its_product() {
        for product in products() {
            for id in &product.ids {
                let found = find(&Seen { ids: &[(id.kind, &id.id)], ..Seen::default() }).unwrap();
                assert_eq!((&found.product.key, found.confidence), (&product.key, id.confidence));
            }
            for domain in &product.domains {
                let found = find(&Seen { hosts: &[&domain.name], ..Seen::default() }).unwrap();
                assert_eq!((&found.product.key, found.rule), (&product.key, "catalogue.host/1"));
            }
            assert_eq!(named(&product.key).map(|found| &found.key), Some(&product.key));
            assert_eq!(named(&product.name).map(|found| &found.key), Some(&product.key), "{}", product.name);
        }
    }

    #[test]
    fn an_id_beats_a_host_a_host_a_publisher_and_a_publisher_a_name() {
        let id = [(IdKind::EntraApp, " E0476654-C1D5-430B-AB80-70CBD947616A ")];
        let mut seen =
            Seen { ids: &id, hosts: &["https://claude.ai/x"], publisher: Some("Cohere"), name: "DeepSeek" };
        assert_eq!(key(&seen), Some(("openai-chatgpt", "catalogue.id/1", Confidence::High)));
        seen.ids = &[(IdKind::EntraApp, "none of ours")];
        assert_eq!(key(&seen), Some(("anthropic-claude", "catalogue.host/1", Confidence::High)));
        seen.hosts = &["claude.ai.example.com"];
        assert_eq!(key(&seen), Some(("cohere", "catalogue.publisher/1", Confidence::Medium)));
        seen.publisher = Some("Contoso");
        assert_eq!(key(&seen), Some(("deepseek", "catalogue.name/1", Confidence::Low)));
        seen.name = "Payroll";
        assert_eq!(key(&seen), None);
    }

    #[test]
    fn an_id_of_another_kind_is_not_taken() {
        let seen = Seen { ids: &[(IdKind::GithubApp, "com.openai.chat")], ..Seen::default() };
        assert_eq!(key(&seen), None);
    }

    #[test]
    fn the_longest_domain_decides() {
        for (host, product) in [
            ("codeium.com", "windsurf"),
            ("a.b.notebooklm.google.com.", "google-notebooklm"),
            ("jules.google.com:443", "google-jules"),
            ("https://user@gemini.google.com/app?x=1", "google-gemini"),
        ] {
            assert_eq!(key(&Seen { hosts: &[host], ..Seen::default() }).map(|found| found.0), Some(product));
        }
        for host in
            ["google.com", "notopenai.com", "openai.com.evil.example", "", ".", "x.openaicom.imgix.net"]
        {
            assert_eq!(key(&Seen { hosts: &[host], ..Seen::default() }), None, "{host}");
        }
    }

    #[test]
    fn of_entries_that_collide_the_first_is_taken() {
        let text = r#"
            [[product]]
            key = "one"
            name = "One"
            vendor = "V"
            domains.medium = ["ai.example"]
            [[product]]
            key = "two"
            name = "Two"
            vendor = "V"
            domains.medium = ["ai.example", "chat.ai.example"]
        "#;
        let all: &'static Catalogue = Box::leak(Box::new(Catalogue::new(entries::read(text))));
        let key = |host: &str| all.by_host(&[host]).map(|found| found.product.key.as_str());
        assert_eq!(key("ai.example"), Some("one"));
        assert_eq!(key("x.chat.ai.example"), Some("two"));
    }

    #[test]
    fn names_are_compared_by_whole_words() {
        let of = |name| key(&Seen { name, ..Seen::default() }).map(|found| found.0);
        assert_eq!(of("ChatGPT for Excel"), Some("openai-chatgpt"));
        assert_eq!(of("claude code (beta)"), Some("anthropic-claude-code"));
        assert_eq!(of("Cursor"), Some("cursor"));
        assert_eq!(of("Database cursor monitor"), None);
        assert_eq!(of("Claudette"), None);
    }

    #[test]
    fn publishers_are_compared_without_their_legal_form() {
        let of = |name| key(&Seen { publisher: Some(name), ..Seen::default() }).map(|found| found.0);
        assert_eq!(of("OpenAI, L.L.C."), Some("openai-chatgpt"));
        assert_eq!(of("OpenAI OpCo, LLC"), Some("openai-chatgpt"));
        assert_eq!(of("Anthropic PBC"), Some("anthropic-claude"));
        assert_eq!(of("Open"), None);
        assert_eq!(of("Inc."), None);
    }

    #[test]
    fn people_name_a_tool_by_key_name_id_or_domain() {
        for text in [
            "openai-chatgpt",
            "chatgpt",
            "chat.openai.com",
            "E0476654-c1d5-430b-ab80-70cbd947616a",
            "ejcfepkfckglbgocfkanmcdngdijcgld",
        ] {
            assert_eq!(named(text).map(|found| found.key.as_str()), Some("openai-chatgpt"), "{text}");
        }
        assert!(named("chat-example").is_none());
        assert!(named("our ChatGPT wrapper").is_none());
    }
}
