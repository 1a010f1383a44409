//! What all pulls together say: a handful of lists, joined by small numbers, sorted so that equal evidence
//! makes equal inventories. Policy documents are left out; the effective permissions read them from the pulls.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;

use super::decision::{Decision, Decisions, Sanction, ToolName};
use super::inventory::{
    Agent, Class, Confidence, CredentialKind, Declared, EntitlementKind, Fact, Reported, SecondFactor,
    Suspicion, System, Usage, Watch,
};
use super::privilege::Privilege;
use super::pull::Manifest;
use super::resolution::{AccountName, Rulings};
use super::{MetricName, SourceId};

/// The place of an identity in [`Inventory::identities`].
pub type IdentityAt = usize;

/// Everything that was seen, merged: who is the same identity over several sources.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Inventory {
    /// The moment that ages are relative to: the newest snapshot's own time.
    pub taken: Option<Timestamp>,
    pub sources: Vec<Seen>,
    /// The systems that the scope file declares.
    pub systems: Vec<System>,
    pub identities: Vec<Identity>,
    pub grants: Vec<Held>,
    /// Every single path to every grant, boundaries and trusts among them, sorted by identity; for the
    /// effective permissions.
    pub holdings: Vec<Holding>,
    /// What is known of use by service and action, sorted by identity.
    pub usages: Vec<(IdentityAt, Usage)>,
    /// The time that logs without gaps cover, by system, sorted.
    pub watches: Vec<Watch>,
    /// What is known of use by accounts that no source lists.
    pub foreign_usages: u64,
    /// Over-privilege, one for each identity, once it is computed; `None` where no source tells of rights.
    pub privileges: Vec<Option<Privilege>>,
    pub credentials: Vec<Kept>,
    pub agents: Vec<Listed>,
    pub tools: Vec<Found>,
    /// The newest figure that another tool counted, for each metric.
    pub reported: BTreeMap<MetricName, Reported>,
    /// Coverage of figures that have none of their own.
    pub default_coverage: Option<f64>,
    /// Identities by every key that a source gives them, in small letters; `None` where two share one.
    pub by_key: BTreeMap<String, Option<IdentityAt>>,
    /// What people decided about who is the same.
    pub rulings: Rulings,
    /// What people decided about AI tools.
    pub decisions: Decisions,
}

impl Inventory {
    /// The identity that an owner's name, mail or id means; `None` when no source or more than one has it.
    pub fn person(&self, text: &str) -> Option<&Identity> {
        self.identities.get((*self.by_key.get(&text.trim().to_lowercase())?)?)
    }

    /// What a person decided about a tool here; beats what the sources say.
    pub fn decision(&self, tool: &Found) -> Option<&Decision> {
        self.decisions.get(&tool.named())
    }

    /// Every single path to every grant of an identity; a grant's place is its place here.
    pub fn holdings_of(&self, at: IdentityAt) -> &[Holding] {
        let from = self.holdings.partition_point(|holding| holding.identity < at);
        let to = self.holdings.partition_point(|holding| holding.identity <= at);
        self.holdings.get(from..to).unwrap_or_default()
    }
}

/// A kind of thing that a source lists. Without a source that lists it, its count is unknown, not zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Feed {
    Identities,
    Grants,
    Credentials,
    Agents,
    Tools,
    Scope,
}

/// One pull that counts.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    pub connector: String,
    pub source: SourceId,
    pub origin: String,
    pub taken: Timestamp,
    pub feeds: BTreeSet<Feed>,
    /// The systems that its records are about.
    pub covers: BTreeSet<SourceId>,
    /// Whether it says of people when their employment ended.
    pub tells_ended: bool,
}

impl Seen {
    /// The words by which a measurement names it.
    pub fn label(&self) -> String {
        if self.origin.is_empty() {
            format!("{} ({})", self.source, self.connector)
        } else {
            format!("{} ({}, {})", self.source, self.connector, self.origin)
        }
    }

    /// A pull of which only the receipt was looked at.
    pub fn new(manifest: &Manifest) -> Self {
        Self {
            connector: manifest.connector.clone(),
            source: SourceId::new(manifest.source.clone()),
            origin: manifest.origin.clone(),
            taken: manifest.taken,
            feeds: BTreeSet::new(),
            covers: BTreeSet::new(),
            tells_ended: false,
        }
    }
}

/// A person, a machine or an agent, with its accounts in all sources.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Identity {
    /// The id of its first account.
    pub id: String,
    pub name: String,
    pub accounts: Vec<Presence>,
    /// The class that a source or a register writes down.
    pub recorded: Fact<Class>,
    /// The class that a rule concluded.
    pub observed: Fact<Class>,
    /// The names of the rules behind the class that counts, such as `aws.role.service-trust/1`.
    pub class_rules: BTreeSet<String>,
    /// Classes that sources write down against each other; empty when they agree.
    pub disputed: BTreeSet<Class>,
    /// Only a guess; shown, never counted.
    pub suspected: Option<Suspicion>,
    pub owner: Fact<String>,
    pub ended: Fact<Timestamp>,
    pub job: Fact<String>,
    /// Other keys under which it is known: mail, ARN, employee id.
    pub aliases: BTreeSet<String>,
    /// The keys that two or more of its accounts share, so that they are one identity.
    pub shared: BTreeSet<String>,
    /// The pulls that list it, as places in [`Inventory::sources`].
    pub seen_by: BTreeSet<usize>,
    /// Places of its grants.
    pub grants: Vec<usize>,
    /// Places of the agents that act with it.
    pub agents: Vec<usize>,
}

impl Identity {
    /// The place of the account that something in a system speaks of: the one with the id, else the only one there.
    pub fn account_at(&self, system: Option<&SourceId>, id: &str) -> Option<usize> {
        if let Some(at) = self.accounts.iter().position(|account| account.id == id) {
            return Some(at);
        }
        let mut inside = self.accounts.iter().enumerate().filter(|(_, own)| own.system.as_ref() == system);
        let (only, _) = inside.next()?;
        inside.next().is_none().then_some(only)
    }

    /// The class that counts: what is written down beats what a rule concluded.
    pub fn class(&self) -> Fact<Class> {
        if self.recorded.known().is_some() { self.recorded } else { self.observed }
    }
}

/// An account after everything that describes it was joined.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Presence {
    pub id: String,
    /// The system; `None` for one that only a register without systems lists.
    pub system: Option<SourceId>,
    pub is_enabled: Fact<bool>,
    pub is_guest: Fact<bool>,
    pub created: Fact<Timestamp>,
    pub last_seen: Fact<Timestamp>,
    pub has_password: Fact<bool>,
    pub second_factor: Fact<SecondFactor>,
}

impl Presence {
    /// What people call it when they decide about it.
    pub fn named(&self) -> AccountName {
        AccountName { system: self.system.clone(), id: self.id.clone() }
    }
}

/// A grant, whatever the number of paths to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Held {
    pub identity: IdentityAt,
    pub system: Option<SourceId>,
    pub entitlement: Arc<str>,
    pub title: Arc<str>,
    pub kind: EntitlementKind,
    pub is_general_admin: Fact<bool>,
    pub action: Option<String>,
    pub resource: Option<String>,
    pub granted_at: Fact<Timestamp>,
    pub last_used: Fact<Timestamp>,
    /// `Absent` when any path is permanent.
    pub expires: Fact<Timestamp>,
    /// Whether every path has to be taken anew for each use, as the source says.
    pub is_per_use: bool,
}

/// One path to one grant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Holding {
    pub identity: IdentityAt,
    pub system: Option<SourceId>,
    /// The account as its source names it.
    pub account: Arc<str>,
    pub entitlement: Arc<str>,
    pub kind: EntitlementKind,
    /// Outermost first; empty when direct.
    pub via: Vec<String>,
    pub title: Arc<str>,
    pub action: Option<String>,
    pub resource: Option<String>,
    pub is_general_admin: Fact<bool>,
    pub granted_at: Fact<Timestamp>,
    pub last_used: Fact<Timestamp>,
    pub expires: Fact<Timestamp>,
    pub declared: Declared,
}

/// A credential and whose it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    pub id: String,
    pub identity: IdentityAt,
    pub system: Option<SourceId>,
    pub kind: CredentialKind,
    pub is_active: Fact<bool>,
    pub created: Fact<Timestamp>,
    pub rotated: Fact<Timestamp>,
    pub last_used: Fact<Timestamp>,
    pub expires: Fact<Timestamp>,
}

/// A row of the agents' register and the identity that it acts with, where a source shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    pub row: Agent,
    pub identity: Option<IdentityAt>,
}

/// An AI tool that was found, over all channels.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Found {
    pub id: String,
    pub name: String,
    pub system: Option<SourceId>,
    /// Each channel with the newest time that it found the tool.
    pub channels: BTreeMap<String, Fact<Timestamp>>,
    /// The first time.
    pub found: Fact<Timestamp>,
    pub is_sanctioned: Fact<bool>,
    pub decided: Fact<Timestamp>,
    pub users: Fact<u32>,
    pub vendor: String,
    /// The rule of the surest sign; empty where only people list it.
    pub rule: String,
    /// The surest sign; `None` where only people list it.
    pub confidence: Option<Confidence>,
    /// What was seen, in a few words each; at most [`Found::EVIDENCE`], the first of the alphabet.
    pub evidence: BTreeSet<String>,
    /// Whether a secret lies in any of its configurations.
    pub holds_secret: Fact<bool>,
    /// Whether a list that people keep names it.
    pub is_listed: bool,
}

impl Found {
    /// How many pieces of evidence are kept.
    pub const EVIDENCE: usize = 12;
}

impl Found {
    /// What people call it when they decide about it.
    pub fn named(&self) -> ToolName {
        ToolName::of(&self.id)
    }

    /// What the sources say of it.
    pub fn said(&self) -> Sanction {
        match self.is_sanctioned {
            Fact::Known(is_sanctioned) => Sanction::of(is_sanctioned),
            Fact::Absent => Sanction::Undecided,
            Fact::Hidden => Sanction::Unknown,
        }
    }
}
