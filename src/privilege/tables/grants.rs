//! What one grant of a register or a directory lets its holder do.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::super::used::Used;
use super::super::verbs;
use crate::model::inventory::{EntitlementKind, Fact};
use crate::model::merged::{Feed, Holding, IdentityAt, Inventory};
use crate::model::privilege::{Access, Prior, Scope, Standing, Tier, Use};

/// Ends within so many days weaken a right.
const SOON: i64 = 90;

/// What one grant lets its holder do.
#[derive(Debug)]
pub struct Meaning {
    pub system: String,
    pub service: String,
    pub action: String,
    pub resource: String,
    pub access: Access,
    pub tier: Tier,
    pub scope: Scope,
    pub standing: Standing,
    pub usage: Use,
    pub is_grave: bool,
    /// Whether nothing tells what it means.
    pub is_opaque: bool,
    /// Whether it is full administration.
    pub is_control: bool,
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

/// The meaning of a holding; `None` for what gives nothing by itself and for AWS policies.
pub fn meaning(held: &Holding, used: &Used, taken: Option<Timestamp>) -> Option<Meaning> {
    use EntitlementKind::{Boundary, Control, Permission, Policy, Trust};
    let system = held.system.as_ref().map(ToString::to_string).unwrap_or_default();
    let is_told = held.action.is_some() || !held.declared.is_empty();
    let is_policy = matches!(held.kind, Policy) && held.entitlement.starts_with("arn:");
    let is_aws = system.starts_with("aws:") && !is_told && (is_policy || held.kind == EntitlementKind::Group);
    if is_aws || is_ended(held, taken) || matches!(held.kind, Boundary | Trust | Control) {
        return None;
    }
    let is_control = held.is_general_admin == Fact::Known(true);
    let action = held.action.clone().unwrap_or_else(|| held.title.clone());
    let verb = held.action.as_deref().filter(|_| held.kind == Permission);
    let declared = held.declared;
    let access = declared.access.or(is_control.then_some(Access::Admin)).or(verb.map(verbs::access));
    let scope = declared.scope.or(is_control.then_some(Scope::Tenant));
    let tier = declared.tier.or(is_control.then_some(Tier::Control)).unwrap_or_default();
    let name = held.action.as_deref().unwrap_or(&held.entitlement);
    let service = name.split([':', '/']).next().filter(|_| name.contains([':', '/'])).unwrap_or(&system);
    let reached = scope.unwrap_or(if held.resource.is_some() { Scope::Resource } else { Scope::Account });
    let prior = if reached >= Scope::Account { Prior::WildcardResource } else { Prior::Default };
    Some(Meaning {
        service: service.to_owned(),
        resource: held.resource.clone().unwrap_or_else(|| "*".to_owned()),
        access: access.unwrap_or(Access::Write),
        tier,
        scope: reached,
        standing: declared.standing.unwrap_or_else(|| standing(held, taken)),
        usage: used.holder(held).of(service, &action, used.grant_age(held), prior),
        is_grave: is_control || verbs::is_grave(&action),
        is_opaque: access.is_none(),
        is_control,
        system,
        action,
    })
}

/// A grant that has ended gives nothing.
fn is_ended(held: &Holding, taken: Option<Timestamp>) -> bool {
    matches!((&held.expires, taken), (Fact::Known(end), Some(now)) if *end <= now)
}

fn standing(held: &Holding, taken: Option<Timestamp>) -> Standing {
    let (Fact::Known(end), Some(now)) = (&held.expires, taken) else { return Standing::Permanent };
    let seconds = end.as_second() - now.as_second();
    match seconds {
        ..=86_400 => Standing::TimeBoxed,
        _ if seconds <= SOON * 86_400 => Standing::Expiring,
        _ => Standing::Permanent,
    }
}
