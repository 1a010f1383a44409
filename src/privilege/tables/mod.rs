//! Sources whose permissions have a meaning by name: roles, scopes, verbs on resources. One file and one line in
//! [`REGISTRY`] for each.

use std::borrow::Cow;

use crate::model::inventory::EntitlementKind;
use crate::model::merged::{IdentityAt, Inventory};
use crate::model::privilege::{Access, Conditions, Scope, Tier};

use super::right::{Detail, GrantAt, Granted};
use super::services::Services;
use super::used::Used;

/// Every table, in the order in which they are asked.
pub static REGISTRY: &[&Table] = &[];

/// What the permissions of one kind of system mean.
pub struct Table {
    pub id: &'static str,
    pub title: &'static str,
    /// How the ids of its systems begin, such as `entra`.
    pub systems: &'static [&'static str],
    /// Where the table is from: name, version, licence.
    pub source: &'static str,
    /// What a permission means; empty when it is not known.
    pub read: fn(&Asked<'_>) -> Vec<Meaning>,
}

/// A grant whose meaning is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    pub entitlement: &'a str,
    pub title: &'a str,
    pub kind: EntitlementKind,
    pub action: Option<&'a str>,
    pub resource: Option<&'a str>,
}

/// What one permission lets its holder do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meaning {
    pub service: Cow<'static, str>,
    pub action: Cow<'static, str>,
    pub access: Access,
    pub tier: Tier,
    pub scope: Scope,
    pub conditions: Conditions,
    /// Whether it lets its holder gain more: grants roles, issues credentials, acts as others.
    pub escalates: bool,
}

/// Grants of all systems but AWS, with their meanings.
#[derive(Debug, Default)]
pub struct Tables {}

impl Tables {
    /// Gives every holding its meaning.
    pub fn build(_inventory: &Inventory, _used: &Used, _services: &mut Services) -> Self {
        Self {}
    }

    /// What an identity can do outside AWS, as if it did not hold the grants `without` (sorted).
    pub fn granted(&self, _identity: IdentityAt, _without: &[GrantAt], _detail: Detail) -> Granted {
        Granted::default()
    }

    /// The tables that were asked, with version and licence, and what was not understood, as sentences.
    pub fn notes(&self) -> (Vec<String>, Vec<String>) {
        (Vec::new(), Vec::new())
    }
}
