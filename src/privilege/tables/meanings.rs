//! Meanings by number: many hold the same role in the same place, and it is judged once.

use std::collections::{BTreeMap, HashMap};

use super::family::Way;
use super::grants::{self, Meaning};
use super::spelt::Spelt;
use crate::model::inventory::{Declared, EntitlementKind, Fact};
use crate::model::merged::Holding;
use crate::model::privilege::{Access, Prior, Scope, Tier};
use crate::privilege::right::{self, Key, ServiceAt};
use crate::privilege::services::Services;

/// The service under which ways to more privilege count.
const WAYS: &str = "escalation";

/// All meanings.
#[derive(Debug, Default)]
pub struct Meanings {
    made: Vec<Made>,
    names: HashMap<String, u32>,
}

/// A meaning with the numbers of its rights.
#[derive(Debug)]
pub struct Made {
    pub rights: Vec<MadeRight>,
    pub ways: Vec<MadeWay>,
    /// The place of the right that says how much the ways are needed: the heaviest.
    pub lead: usize,
    /// How the grant is called, and on what it is.
    pub name: String,
    pub resource: String,
    pub is_control: bool,
    pub is_open: bool,
    pub is_opaque: bool,
    /// The table that says so; empty for what no table does.
    pub source: &'static str,
}

/// A right of a meaning.
#[derive(Debug)]
pub struct MadeRight {
    pub key: Key,
    pub service: String,
    pub access: Access,
    pub tier: Tier,
    pub scope: Scope,
    pub is_grave: bool,
    pub actions: u32,
    pub names: Vec<String>,
    pub prior: Prior,
}

/// A way of a meaning.
#[derive(Debug)]
pub struct MadeWay {
    pub way: &'static Way,
    pub key: Key,
    pub scope: Scope,
}

/// Everything on which a meaning depends.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Named {
    system: String,
    names: [Option<String>; 3],
    resource: Option<String>,
    kind: EntitlementKind,
    is_general: bool,
    declared: Declared,
}

impl Named {
    fn of(held: &Holding) -> Self {
        Self {
            system: held.system.as_ref().map(ToString::to_string).unwrap_or_default(),
            names: [held.action.clone(), Some(held.entitlement.to_string()), Some(held.title.to_string())],
            resource: held.resource.clone(),
            kind: held.kind,
            is_general: held.is_general_admin == Fact::Known(true),
            // How long it stands is the holder's own.
            declared: Declared { standing: None, ..held.declared },
        }
    }
}

impl Meanings {
    /// A meaning by its number.
    pub fn get(&self, number: u32) -> Option<&Made> {
        self.made.get(number as usize)
    }

    /// The number of a holding's meaning; a new one when none is `known` yet.
    pub fn number(
        &mut self,
        held: &Holding,
        services: &mut Services,
        spelt: &Spelt<'_>,
        known: &mut BTreeMap<Named, u32>,
    ) -> u32 {
        let named = Named::of(held);
        if let Some(number) = known.get(&named) {
            return *number;
        }
        let number = u32::try_from(self.made.len()).unwrap_or(u32::MAX);
        let meaning = grants::whole_meaning(held, &named.system, spelt);
        let made = self.make(held, &named.system, meaning, services);
        self.made.push(made);
        known.insert(named, number);
        number
    }

    fn make(&mut self, held: &Holding, system: &str, meaning: Meaning, services: &mut Services) -> Made {
        let name = held.action.clone().unwrap_or_else(|| held.title.to_string());
        let resource = held.resource.clone().unwrap_or_else(|| "*".to_owned());
        let mark = if meaning.is_opaque { right::OPAQUE } else { 0 };
        let (action, place) = (self.name(&name) | mark, self.name(&resource));
        let meant = meaning.meant;
        let scope = meant.gives.iter().map(|gives| gives.scope).max().unwrap_or(Scope::Account);
        let heaviest = meant.gives.iter().enumerate().max_by_key(|(_, gives)| (gives.access, gives.tier));
        let lead = heaviest.map_or(0, |(at, _)| at);
        let several = meant.gives.len() > 1;
        let rights = meant.gives.into_iter().map(|gives| {
            let number: ServiceAt = services.number(system, &gives.service);
            let text = || format!("{name} {} {} {}", gives.access.id(), gives.tier.id(), gives.is_grave);
            let action = if several { self.name(&text()) | mark } else { action };
            MadeRight {
                key: Key { service: number, action, resource: place },
                access: gives.access,
                tier: gives.tier,
                scope: gives.scope,
                is_grave: gives.is_grave,
                actions: gives.actions,
                prior: prior(gives.scope, gives.is_whole),
                service: gives.service,
                names: gives.names,
            }
        });
        let rights = rights.collect();
        let service = (!meant.ways.is_empty()).then(|| services.number(system, WAYS));
        let ways = meant.ways.into_iter().zip(service.into_iter().cycle()).map(|(way, service)| {
            let key = Key { service, action: self.name(way.id), resource: self.name("*") };
            MadeWay { way, key, scope }
        });
        let ways = ways.collect();
        let (is_control, is_open) = (meant.is_control, meant.is_open);
        let (source, is_opaque) = (meant.source, meaning.is_opaque);
        Made { rights, ways, lead, name, resource, is_control, is_open, is_opaque, source }
    }

    /// The number of a name of an action or a resource.
    fn name(&mut self, name: &str) -> u32 {
        let next = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        *self.names.entry(name.to_owned()).or_insert(next)
    }
}

/// How likely a right is not needed while its use is not known.
fn prior(scope: Scope, is_whole: bool) -> Prior {
    match scope {
        _ if is_whole => Prior::ServiceWildcard,
        Scope::Account | Scope::Tenant => Prior::WildcardResource,
        _ => Prior::Default,
    }
}
