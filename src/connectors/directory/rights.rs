//! Rights on objects: which of them lie on tier 0, and how those of one holder are put together.
//!
//! Rights of groups that have control of the whole domain add nothing and are left out. What lies on one of a few
//! objects is named; on many of the same kind it is one right with their number.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::estate::Directory;
use super::graph::Graph;
use super::{Kind, Number, Object, known};

/// Up to so many objects are named one by one.
const FEW: usize = 8;
/// The right of an account that may act for everybody who signs in to it.
const DELEGATES_ANY: &str = "Unconstrained delegation";

/// A right that somebody holds, as it is granted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Held {
    pub right: String,
    /// The objects, as tables of permissions read them: `tier0:…`, `domain:…`, `ou:…`, `user:…`.
    pub resource: Option<String>,
    /// The domain that the objects are of.
    pub domain: String,
}

/// Rights that are put together: the same right on objects of the same kind, domain and tier.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Heap {
    right: Number,
    word: &'static str,
    domain: String,
    /// Of domains and units each is its own.
    single: Option<String>,
}

/// All rights by who holds them, directly.
pub fn by_holder(directory: &Directory<'_>, graph: &mut Graph) -> HashMap<Number, Vec<Held>> {
    let top = tier_0(directory, graph);
    let mut heaps: HashMap<Number, BTreeMap<Heap, BTreeSet<String>>> = HashMap::new();
    let mut put = |holder: Number, right: Number, on: Number| {
        let id = directory.id(holder);
        if holder == on || known::is_control(id) || known::is_nobody(id) {
            return;
        }
        let (word, title) = (word(directory.kind(on), top.contains(&on)), directory.title(on));
        let single = matches!(word, "domain" | "ou").then(|| title.clone());
        let heap = Heap { right, word, domain: directory.domain(on), single };
        heaps.entry(holder).or_default().entry(heap).or_default().insert(title);
    };
    for (number, object) in directory.objects() {
        object.entries.iter().for_each(|entry| put(entry.who, entry.right, number));
        object.own.iter().for_each(|entry| put(number, entry.right, entry.who));
    }
    let mut held: HashMap<Number, Vec<Held>> = HashMap::new();
    for (holder, heaps) in heaps {
        let each = heaps.into_iter().flat_map(|(heap, titles)| spelt_out(directory, &heap, &titles));
        held.entry(holder).or_default().extend(each);
    }
    for (number, object) in directory.objects().filter(|(_, object)| delegates_any(object)) {
        if !graph.all(number).iter().any(|group| known::is_control(directory.id(*group))) {
            let domain = object.domain.clone();
            let right = DELEGATES_ANY.to_owned();
            held.entry(number).or_default().push(Held { right, resource: None, domain });
        }
    }
    for rights in held.values_mut() {
        rights.sort();
        rights.dedup();
    }
    held
}

fn delegates_any(object: &Object) -> bool {
    object.traits.as_ref().is_some_and(|traits| traits.flags.delegates_any == Some(true))
}

fn spelt_out(directory: &Directory<'_>, heap: &Heap, titles: &BTreeSet<String>) -> Vec<Held> {
    let make = |what: &str| Held {
        right: directory.right(heap.right).to_owned(),
        resource: Some(format!("{}:{what}", heap.word)),
        domain: heap.domain.clone(),
    };
    if titles.len() <= FEW {
        return titles.iter().map(|title| make(title)).collect();
    }
    vec![make(&format!("{} objects of {}", titles.len(), heap.domain))]
}

/// How a resource begins, for the tables of permissions.
fn word(kind: Kind, is_tier_0: bool) -> &'static str {
    match kind {
        Kind::Domain => "domain",
        _ if is_tier_0 => "tier0",
        Kind::Unit => "ou",
        Kind::User => "user",
        Kind::Computer => "computer",
        Kind::Group => "group",
        Kind::Policy | Kind::Authority | Kind::Other => "object",
    }
}

/// Objects whose control is control of the domain: groups of tier 0, everybody in them, the units in which
/// controllers lie, what makes policies and certificates for them.
fn tier_0(directory: &Directory<'_>, graph: &mut Graph) -> HashSet<Number> {
    let mut top = HashSet::new();
    let mut folders = HashSet::new();
    for (number, object) in directory.objects() {
        let is_top = match object.kind {
            Kind::Group | Kind::User | Kind::Computer => {
                known::is_tier_0(&object.id, group_name(object))
                    || known::is_tier_0_account(&object.id)
                    || graph.all(number).iter().any(|group| directory.is_tier_0_group(*group))
            }
            Kind::Authority => true,
            _ => object.distinguished.to_uppercase().starts_with("CN=ADMINSDHOLDER,"),
        };
        if is_top {
            top.insert(number);
        }
        if is_top && object.kind == Kind::Computer {
            folders.extend(above(&object.distinguished));
        }
    }
    let mut policies = HashSet::new();
    for (number, object) in directory.objects() {
        let is_folder = !matches!(object.kind, Kind::Group | Kind::User | Kind::Computer)
            && folders.contains(&object.distinguished.to_uppercase());
        if is_folder {
            top.insert(number);
        }
        if is_folder || object.kind == Kind::Domain {
            policies.extend(object.policies.iter().copied());
        }
    }
    top.extend(policies);
    top
}

/// Only of groups does the name count.
fn group_name(object: &Object) -> &str {
    if object.kind == Kind::Group { &object.name } else { "" }
}

/// Everything in which an object lies, by distinguished names in capitals.
fn above(distinguished: &str) -> Vec<String> {
    let upper = distinguished.to_uppercase();
    upper.match_indices(',').filter_map(|(at, _)| upper.get(at + 1..)).map(str::to_owned).collect()
}
