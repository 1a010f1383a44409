//! Roles whose source spells out what they give, rule by rule; a role may take over the rules of others by their labels.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Deserialize;

use crate::model::inventory::{EntitlementKind, Record};
use crate::model::merged::Holding;
use crate::model::pull::{Outcome, Pulled};

/// By system and id: what roles spell out.
#[derive(Debug, Default)]
pub struct Spelt<'p>(HashMap<(&'p str, &'p str), Role>);

/// What the document of a role says.
#[derive(Debug, Deserialize)]
struct Role {
    #[serde(default)]
    rules: Vec<Rule>,
    #[serde(default)]
    labels: BTreeMap<String, String>,
    /// The labels of the roles whose rules it takes over.
    #[serde(default)]
    takes: Vec<BTreeMap<String, String>>,
    /// Whether it gives more than is spelt out.
    #[serde(default)]
    is_partly_read: bool,
    /// The id of the role that it is under another name.
    #[serde(rename = "as")]
    other: Option<String>,
}

/// A rule as its family reads it, such as `get,list secrets`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub struct Rule {
    #[serde(rename = "rule")]
    pub text: String,
    /// The single things on which it holds; empty for all.
    #[serde(default)]
    names: Vec<String>,
}

/// All that a role gives.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Rules {
    pub all: BTreeSet<Rule>,
    /// Whether there is more.
    pub is_partly_read: bool,
}

impl<'p> Spelt<'p> {
    /// Reads the roles of all whole pulls.
    pub fn read(pulls: &'p [Pulled]) -> Self {
        let mut pulls: Vec<_> = pulls.iter().filter(|pull| pull.manifest.outcome == Outcome::Whole).collect();
        // The newest says last what counts.
        pulls.sort_by(|a, b| (a.manifest.taken, &a.manifest.id).cmp(&(b.manifest.taken, &b.manifest.id)));
        let mut made = HashMap::new();
        for record in pulls.iter().flat_map(|pull| &pull.records) {
            let Record::Entitlement(one) = record else { continue };
            let (EntitlementKind::Role, Some(text), Some(system)) = (one.kind, &one.document, &one.source)
            else {
                continue;
            };
            if let Ok(role) = serde_json::from_str(text) {
                made.insert((system.as_str(), one.id.as_str()), role);
            }
        }
        Self(made)
    }

    /// What a grant gives by its role; `None` where no source spells it out.
    pub fn rules(&self, held: &Holding) -> Option<Rules> {
        let system = held.system.as_ref()?.as_str();
        let first = self.0.get(&(system, &*held.entitlement))?;
        let first = match &first.other {
            Some(other) => self.0.get(&(system, other.as_str()))?,
            None => first,
        };
        let mut made = Rules::default();
        let mut taken = BTreeSet::new();
        let mut waiting = vec![first];
        while let Some(role) = waiting.pop() {
            made.all.extend(role.rules.iter().cloned());
            made.is_partly_read |= role.is_partly_read;
            if role.takes.is_empty() {
                continue;
            }
            let wanted = self.0.iter().filter(|((of, _), one)| *of == system && role.takes_over(one));
            waiting.extend(wanted.filter(|((_, id), _)| taken.insert(*id)).map(|(_, one)| one));
        }
        // One that only takes over, and finds nobody to take over from, is not spelt out.
        let is_empty = made.all.is_empty() && !first.takes.is_empty();
        (!is_empty).then_some(made)
    }
}

impl Role {
    fn takes_over(&self, other: &Self) -> bool {
        let has = |(key, value): (&String, &String)| other.labels.get(key) == Some(value);
        self.takes.iter().any(|labels| labels.iter().all(has))
    }
}

impl Rule {
    /// Where it holds, of what a grant holds on.
    pub fn place(&self, of: Option<&str>) -> Option<String> {
        match self.names.as_slice() {
            [] => of.map(str::to_owned),
            names => Some(format!("{}/{}", of.unwrap_or("name"), names.join(","))),
        }
    }

    /// The same with one verb each, for a family that knows some of them only.
    pub fn single(&self) -> Vec<String> {
        let (verbs, rest) = self.text.split_once(' ').unwrap_or(("", &self.text));
        verbs.split(',').map(|verb| format!("{verb} {rest}")).collect()
    }
}
