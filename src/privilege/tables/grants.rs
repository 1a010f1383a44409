//! What one grant of a register or a directory lets its holder do.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;

use super::super::verbs;
use super::family::{Asked, Family, Gives, Meant};
use super::spelt::{Rules, Spelt};
use crate::model::inventory::{EntitlementKind, Fact};
use crate::model::merged::{Feed, Holding, IdentityAt, Inventory};
use crate::model::privilege::{Access, Scope, Standing, Tier};

/// Ends within so many days weaken a right.
const SOON: i64 = 90;

/// What one grant lets its holder do, whoever holds it.
#[derive(Debug)]
pub struct Meaning {
    pub meant: Meant,
    /// Whether nothing tells what it means.
    pub is_opaque: bool,
}

impl Meaning {
    /// Takes over what another rule gives.
    fn add(&mut self, other: Self) {
        self.is_opaque |= other.is_opaque;
        let (whole, meant) = (&mut self.meant, other.meant);
        whole.gives.extend(meant.gives);
        whole.ways.extend(meant.ways);
        whole.ways.sort_by_key(|way| way.id);
        whole.ways.dedup();
        whole.is_pivotal |= meant.is_pivotal;
        whole.is_control |= meant.is_control;
        whole.is_open |= meant.is_open;
        whole.source = whole.source.max(meant.source);
    }
}

/// Identities of systems whose grants any source lists; AWS policies are judged elsewhere.
pub fn told(inventory: &Inventory) -> BTreeSet<IdentityAt> {
    let lists = |seen: &&crate::model::merged::Seen| {
        seen.feeds.contains(&Feed::Grants) && !seen.connector.starts_with("aws-")
    };
    let systems: BTreeSet<_> = inventory.sources.iter().filter(lists).flat_map(|seen| &seen.covers).collect();
    let is_told = |at: &IdentityAt| {
        let accounts = inventory.identities.get(*at).map_or(&[][..], |identity| &identity.accounts);
        accounts.iter().filter_map(|one| one.system.as_ref()).any(|system| systems.contains(system))
    };
    (0..inventory.identities.len()).filter(is_told).collect()
}

/// Whether a holding gives anything here: what has ended, bounds, trusts and AWS policies do not.
pub fn counts(held: &Holding, taken: Option<Timestamp>) -> bool {
    use EntitlementKind::{Boundary, Control, Group, Policy, Trust};
    let is_told = held.action.is_some() || !held.declared.is_empty();
    let is_policy = matches!(held.kind, Policy) && held.entitlement.starts_with("arn:");
    let is_in_aws = held.system.as_ref().is_some_and(|system| system.as_str().starts_with("aws:"));
    let is_aws = is_in_aws && !is_told && (is_policy || held.kind == Group);
    !(is_aws || is_ended(held, taken) || matches!(held.kind, Boundary | Trust | Control))
}

/// The meaning of a holding that counts: what its source declares, then what it spells out rule by rule, then what the
/// table of its system says, then what its verb tells.
pub fn whole_meaning(held: &Holding, system: &str, spelt: &Spelt<'_>) -> Meaning {
    let family = Family::of(system).filter(|_| held.action.is_none());
    match family.and_then(|family| Some((family, spelt.rules(held)?))) {
        Some((family, rules)) => by_rules(held, (system, family), &rules),
        None => meaning(held, system),
    }
}

/// What all rules of a role give together, each where it holds.
fn by_rules(held: &Holding, (system, family): (&str, &Family), rules: &Rules) -> Meaning {
    let mut whole = Meaning { meant: Meant::default(), is_opaque: false };
    let resource = held.resource.as_deref();
    let asked = |text, resource| Asked { name: text, resource, kind: EntitlementKind::Permission };
    let mut add = |text: String, place: Option<String>| {
        let (name, kind) = (text.as_str().into(), EntitlementKind::Permission);
        let (entitlement, title) = (Arc::clone(&name), name);
        let is_general_admin = Fact::Hidden;
        let one = Holding {
            entitlement,
            title,
            kind,
            is_general_admin,
            action: Some(text),
            resource: place,
            ..held.clone()
        };
        whole.add(meaning(&one, system));
    };
    for rule in &rules.all {
        if (family.judge)(&asked(&rule.text, resource)).is_some() {
            add(rule.text.clone(), rule.place(resource));
        } else {
            rule.single().into_iter().for_each(|text| add(text, rule.place(resource)));
        }
    }
    if rules.is_partly_read {
        let (meant, is_opaque) = by_word(held, system, Some(family));
        whole.add(Meaning { meant, is_opaque });
    }
    if held.is_general_admin == Fact::Known(true) && !whole.meant.is_control {
        whole.meant = administration(held, system, whole.meant, false);
    }
    whole.meant.gives = Gives::joined(whole.meant.gives);
    whole
}

/// The meaning of a holding by its names alone: what the table of its system says, then what its verb tells.
pub fn meaning(held: &Holding, system: &str) -> Meaning {
    let family = Family::of(system);
    let known = family.and_then(|family| by_table(held, family));
    let is_general = held.is_general_admin == Fact::Known(true);
    let (mut meant, is_opaque) = match known {
        Some(meant) => (meant, false),
        None => by_word(held, system, family),
    };
    if is_general && !meant.is_control {
        meant = administration(held, system, meant, is_opaque);
    }
    narrow(held, family, &mut meant, is_general);
    Meaning { meant, is_opaque: is_opaque && !is_general && held.declared.access.is_none() }
}

/// What the table of the system says of the first of the grant's names that it knows.
fn by_table(held: &Holding, family: &Family) -> Option<Meant> {
    let judge = |name: &str| {
        let asked = Asked { name, resource: held.resource.as_deref(), kind: held.kind };
        (family.judge)(&asked)
    };
    let action = held.action.as_deref().filter(|action| level(action).is_none());
    let both = held.action.as_deref().filter(|action| **action != *held.entitlement);
    let both = both.map(|action| format!("{}:{action}", held.entitlement));
    let names = [action, both.as_deref(), Some(&held.entitlement), Some(&held.title)];
    names.into_iter().flatten().find_map(judge)
}

/// A word that is a level of access by itself.
fn level(action: &str) -> Option<Access> {
    Access::parse(&action.trim().to_lowercase())
}

/// What a name that no table knows means, and whether nothing tells it. Where a table knows the system, a strange verb
/// is no proof that a grant only reads.
fn by_word(held: &Holding, system: &str, family: Option<&Family>) -> (Meant, bool) {
    let verb = held.action.as_deref().filter(|_| held.kind == EntitlementKind::Permission);
    let (access, is_opaque) = match (verb, family) {
        (None, _) => (Access::Write, true),
        (Some(verb), None) => (verbs::access(verb), false),
        (Some(verb), Some(_)) => match level(verb) {
            Some(access) => (access, false),
            None => (verbs::access(verb).max(Access::Write), true),
        },
    };
    let action = held.action.as_deref().unwrap_or(&held.title);
    let is_narrow = family.is_none() && held.resource.is_some();
    let scope = if is_narrow { Scope::Resource } else { Scope::Account };
    let gives = Gives::one(service(held, system), action, access, Tier::Unknown, scope);
    (
        Meant { gives: vec![Gives { is_grave: verbs::is_grave(action), ..gives }], ..Meant::default() },
        is_opaque,
    )
}

/// What a general administrator holds besides what the name of the grant means.
fn administration(held: &Holding, system: &str, mut meant: Meant, is_opaque: bool) -> Meant {
    let action = held.action.as_deref().unwrap_or(&held.title);
    let all = Gives::one(service(held, system), action, Access::Admin, Tier::Control, Scope::Tenant);
    if is_opaque {
        meant.gives.clear();
    }
    meant.gives.push(all);
    meant.control()
}

fn service<'a>(held: &'a Holding, system: &'a str) -> &'a str {
    let name = held.action.as_deref().unwrap_or(&held.entitlement);
    name.split([':', '/']).next().filter(|_| name.contains([':', '/'])).unwrap_or(system)
}

/// Puts what the source declares, and the resource of the grant, over what the table says. Control of a part of a
/// system is none of the whole, and where it leads nobody tells.
fn narrow(held: &Holding, family: Option<&Family>, meant: &mut Meant, is_general: bool) {
    let declared = held.declared;
    let told = family.zip(held.resource.as_deref()).and_then(|(family, resource)| (family.scope)(resource));
    let scope = declared.scope.or(if is_general { None } else { told });
    for gives in &mut meant.gives {
        gives.scope = scope.unwrap_or(gives.scope);
        gives.access = declared.access.unwrap_or(gives.access);
        gives.tier = declared.tier.unwrap_or(gives.tier);
        gives.is_grave &= gives.access > Access::Read;
    }
    let is_less = declared.access.is_some_and(|access| access < Access::Admin)
        || declared.tier.is_some_and(|tier| tier != Tier::Control);
    let is_part = meant.gives.iter().all(|gives| gives.scope < Scope::Account);
    let is_said = declared.access == Some(Access::Admin) && declared.tier == Some(Tier::Control);
    meant.is_control |= is_said && !is_part;
    if is_less {
        meant.ways.clear();
        meant.is_open = false;
        meant.is_control &= is_general;
    } else if is_part && !is_general {
        meant.is_open |= meant.is_control || (!meant.ways.is_empty() && !meant.is_pivotal);
        meant.is_control = false;
        if !meant.is_pivotal {
            meant.ways.clear();
        }
    }
}

/// A grant that has ended gives nothing.
fn is_ended(held: &Holding, taken: Option<Timestamp>) -> bool {
    matches!((&held.expires, taken), (Fact::Known(end), Some(now)) if *end <= now)
}

/// How long a grant stands, where its source does not say it otherwise.
pub fn standing(held: &Holding, taken: Option<Timestamp>) -> Standing {
    if let Some(standing) = held.declared.standing {
        return standing;
    }
    let (Fact::Known(end), Some(now)) = (&held.expires, taken) else { return Standing::Permanent };
    let seconds = end.as_second() - now.as_second();
    match seconds {
        ..=86_400 => Standing::TimeBoxed,
        _ if seconds <= SOON * 86_400 => Standing::Expiring,
        _ => Standing::Permanent,
    }
}
