//! What a table says of a name, and the list of all tables: one for each family of systems.

use super::{azure, directory, entra, gcp, github, google, jumpcloud, kubernetes, okta};
use crate::model::inventory::EntitlementKind;
use crate::model::privilege::{Access, Scope, Tier};

/// Every family whose names have a meaning. Systems of no family are judged by verbs.
pub static REGISTRY: &[&Family] = &[
    &entra::FAMILY,
    &azure::FAMILY,
    &okta::FAMILY,
    &google::FAMILY,
    &gcp::FAMILY,
    &jumpcloud::FAMILY,
    &github::FAMILY,
    &kubernetes::FAMILY,
    &directory::FAMILY,
];

/// How many names of actions a right carries for people.
const NAMES: usize = 6;

/// Systems whose permissions are named alike.
pub struct Family {
    /// What stands before the colon of a system's id, such as `okta` of `okta:example`.
    pub systems: &'static [&'static str],
    /// What a name means; `None` for a name that no table of the family knows.
    pub judge: fn(&Asked<'_>) -> Option<Meant>,
    /// How much a resource is of the whole; `None` where the text does not tell.
    pub scope: fn(&str) -> Option<Scope>,
}

/// A name as a source gives it.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    pub name: &'a str,
    pub resource: Option<&'a str>,
    pub kind: EntitlementKind,
}

/// What a name means.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Meant {
    pub gives: Vec<Gives>,
    /// Ways to control of everything that are open to its holder.
    pub ways: Vec<&'static Way>,
    /// Whether its ways lead to control however small the part of the system is in which it holds.
    pub is_pivotal: bool,
    /// Whether it is administration of tier 0 itself.
    pub is_control: bool,
    /// Whether it leads to others of whom no table tells what they may do.
    pub is_open: bool,
    /// The table that says so, with its version and licence.
    pub source: &'static str,
}

/// One right that a name gives, or several that differ in their actions only.
#[derive(Debug, Clone, PartialEq)]
pub struct Gives {
    pub service: String,
    pub access: Access,
    pub tier: Tier,
    /// Where nothing narrows it.
    pub scope: Scope,
    /// Whether it deletes, moves, deploys or changes permissions.
    pub is_grave: bool,
    /// How many actions it stands for.
    pub actions: u32,
    /// A few of them.
    pub names: Vec<String>,
    /// Whether it is the whole of its service.
    pub is_whole: bool,
}

/// A way to more privilege than what was granted.
#[derive(Debug, PartialEq, Eq)]
pub struct Way {
    /// Such as `k8s-bind`.
    pub id: &'static str,
    pub title: &'static str,
    /// What is controlled afterwards.
    pub leads_to: &'static str,
    /// What it asks of the world that no source shows.
    pub assumes: &'static [&'static str],
}

impl Family {
    /// The family of a system by its id.
    pub fn of(system: &str) -> Option<&'static Self> {
        let (kind, _) = system.split_once(':')?;
        REGISTRY
            .iter()
            .copied()
            .find(|family| family.systems.iter().any(|own| own.eq_ignore_ascii_case(kind)))
    }
}

impl Gives {
    /// One action of a service.
    pub fn one(service: &str, name: &str, access: Access, tier: Tier, scope: Scope) -> Self {
        Self {
            service: service.to_owned(),
            access,
            tier,
            scope,
            is_grave: access == Access::Admin,
            actions: 1,
            names: vec![name.to_owned()],
            is_whole: false,
        }
    }

    /// The same, and whether it deletes, moves or deploys.
    #[must_use]
    pub fn grave(self, is_grave: bool) -> Self {
        Self { is_grave: self.is_grave || is_grave, ..self }
    }

    /// Joins rights that differ in their actions only.
    pub fn joined(mut all: Vec<Self>) -> Vec<Self> {
        let kind =
            |one: &Self| (one.service.clone(), one.access, one.tier, one.scope, one.is_grave, one.is_whole);
        all.sort_by_key(kind);
        let mut made: Vec<Self> = Vec::new();
        for one in all {
            match made.last_mut().filter(|last| kind(last) == kind(&one)) {
                Some(last) => {
                    last.actions += one.actions;
                    let room = NAMES.saturating_sub(last.names.len());
                    last.names.extend(one.names.into_iter().take(room));
                }
                None => made.push(one),
            }
        }
        made
    }
}

impl Meant {
    /// One right.
    pub fn one(source: &'static str, gives: Gives) -> Self {
        Self { gives: vec![gives], source, ..Self::default() }
    }

    /// Several rights.
    pub fn all(source: &'static str, gives: Vec<Gives>) -> Self {
        Self { gives: Gives::joined(gives), source, ..Self::default() }
    }

    /// The same, as administration of tier 0.
    #[must_use]
    pub fn control(self) -> Self {
        Self { is_control: true, ..self }
    }

    /// The same, with a way to control of everything.
    #[must_use]
    pub fn way(mut self, way: Option<&'static Way>) -> Self {
        self.ways.extend(way);
        self
    }

    /// The same, leading to others of whom no table tells.
    #[must_use]
    pub fn open(self) -> Self {
        Self { is_open: true, ..self }
    }
}

/// A name as tables compare it: small letters, everything but letters and digits left out.
pub fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
