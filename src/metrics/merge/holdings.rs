//! Grants and credentials of all sources: several paths to the same right are one grant.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::super::facts::{least, longest, most};
use super::accounts::Accounts;
use super::keys::Node;
use super::system;
use crate::model::SourceId;
use crate::model::inventory::{Credential, Entitlement, EntitlementKind, Fact, Grant, Record, Usage};
use crate::model::merged::{Held, Holding, IdentityAt, Kept};
use crate::model::privilege::Standing;
use crate::model::pull::Pulled;

/// Grants, credentials and their use, whose identities are numbers of accounts until `finish`.
#[derive(Default)]
pub struct Holdings {
    pub grants: Vec<Held>,
    pub credentials: Vec<Kept>,
    pub single: Vec<Holding>,
    pub usages: Vec<(IdentityAt, Usage)>,
    pub foreign_usages: u64,
}

/// What is known of an entitlement: whether it makes a general administrator, and the record that names it best.
type Known<'a> = (Fact<bool>, Option<&'a Entitlement>);

/// Entitlements by their ids; one id may stand in several systems.
#[derive(Default)]
struct Rights<'a>(HashMap<&'a str, Vec<(Option<SourceId>, Known<'a>)>>);

impl<'a> Rights<'a> {
    fn of(&self, system: Option<&SourceId>, id: &str) -> Known<'a> {
        let found = self.0.get(id).into_iter().flatten().find(|(of, _)| of.as_ref() == system);
        found.map_or((Fact::Hidden, None), |(_, known)| *known)
    }

    fn entry(&mut self, system: Option<SourceId>, id: &'a str) -> Option<&mut Known<'a>> {
        let all = self.0.entry(id).or_default();
        let at = all.iter().position(|(of, _)| *of == system).unwrap_or(all.len());
        if at == all.len() {
            all.push((system, (Fact::Hidden, None)));
        }
        all.get_mut(at).map(|(_, known)| known)
    }
}

/// Texts that many grants repeat, each kept once.
#[derive(Default)]
struct Texts(HashSet<Arc<str>, RandomState>);

impl Texts {
    fn keep(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.0.get(text) {
            return Arc::clone(known);
        }
        let text: Arc<str> = text.into();
        self.0.insert(Arc::clone(&text));
        text
    }
}

/// Takes the grants and credentials of all pulls; identities are the numbers of accounts until `finish`.
pub fn collect(pulls: &[&Pulled], accounts: &mut Accounts) -> Holdings {
    let rights = rights(pulls);
    let mut credentials: HashMap<(Node, String), Kept> = HashMap::new();
    let is_grant = |record: &&Record| matches!(record, Record::Grant(_));
    let grants = pulls.iter().map(|pulled| pulled.records.iter().filter(is_grant).count()).sum();
    let mut made = Holdings { single: Vec::with_capacity(grants), ..Holdings::default() };
    let mut texts = Texts::default();
    for pulled in pulls {
        for record in &pulled.records {
            match record {
                Record::Grant(grant) => {
                    let system = system(grant.source.as_ref(), pulled);
                    let holder = accounts.holder(system.clone(), &grant.account);
                    made.single.push(holding(grant, (holder, system), &rights, &mut texts));
                }
                Record::Credential(credential) => {
                    let system = system(credential.source.as_ref(), pulled);
                    let holder = accounts.holder(system.clone(), &credential.account);
                    let kept = kept(credential, holder, system);
                    credentials
                        .entry((holder, kept.id.clone()))
                        .and_modify(|known| repeat(known, &kept))
                        .or_insert(kept);
                }
                Record::Usage(usage) => {
                    let system = system(usage.source.as_ref(), pulled);
                    match accounts.find(system.as_ref(), &usage.account) {
                        Some(node) => made.usages.push((node, Usage { source: system, ..usage.clone() })),
                        None => made.foreign_usages += 1,
                    }
                }
                _ => {}
            }
        }
    }
    made.credentials = credentials.into_values().collect();
    made
}

impl Holdings {
    /// Puts places of identities for numbers of accounts, joins what then is the same, and sorts.
    pub fn finish(mut self, places: &[usize]) -> Self {
        for holding in &mut self.single {
            holding.identity = places[holding.identity];
        }
        self.single.sort();
        self.single.dedup();
        self.single.shrink_to_fit();
        // Made of sorted ones, they are almost sorted themselves.
        self.grants = self.single.iter().filter_map(held).collect();
        self.grants.sort_by(|a, b| right_of(a).cmp(&right_of(b)));
        self.grants.dedup_by(|later, kept| {
            let same = right_of(later) == right_of(kept);
            if same {
                also(kept, later);
            }
            same
        });
        self.grants.shrink_to_fit();
        for kept in &mut self.credentials {
            kept.identity = places[kept.identity];
        }
        self.credentials.sort_by(|a, b| (a.identity, &a.id).cmp(&(b.identity, &b.id)));
        self.credentials.dedup_by(|later, kept| {
            let same = (later.identity, &later.id) == (kept.identity, &kept.id);
            if same {
                repeat(kept, later);
            }
            same
        });
        for (identity, _) in &mut self.usages {
            *identity = places[*identity];
        }
        self.usages.sort_by(|(a, one), (b, other)| (a, use_of(one)).cmp(&(b, use_of(other))));
        self.usages.dedup();
        self
    }
}

type UseKey<'a> =
    (&'a Option<SourceId>, &'a str, &'a str, &'a Option<String>, &'a Option<String>, Fact<jiff::Timestamp>);

fn use_of(usage: &Usage) -> UseKey<'_> {
    (&usage.source, &usage.account, &usage.service, &usage.action, &usage.resource, usage.last_used)
}

fn right_of(held: &Held) -> (usize, &Option<SourceId>, &str, &Option<String>, &Option<String>) {
    (held.identity, &held.system, &held.entitlement, &held.action, &held.resource)
}

fn rights<'a>(pulls: &[&'a Pulled]) -> Rights<'a> {
    let mut rights = Rights::default();
    for pulled in pulls {
        for record in &pulled.records {
            if let Record::Entitlement(entitlement) = record {
                let system = system(entitlement.source.as_ref(), pulled);
                let Some(kept) = rights.entry(system, &entitlement.id) else { continue };
                kept.0 = most(kept.0, entitlement.is_general_admin);
                let title = |kept: &Entitlement| (kept.title.clone(), kept.kind as u8);
                if kept.1.is_none_or(|known| title(entitlement) > title(known)) {
                    kept.1 = Some(entitlement);
                }
            }
        }
    }
    rights
}

/// A grant as it is kept; `None` for trust policies and boundaries, which give nothing by themselves.
fn held(one: &Holding) -> Option<Held> {
    one.kind.gives().then(|| Held {
        identity: one.identity,
        system: one.system.clone(),
        entitlement: Arc::clone(&one.entitlement),
        title: Arc::clone(&one.title),
        kind: one.kind,
        is_general_admin: one.is_general_admin,
        action: one.action.clone(),
        resource: one.resource.clone(),
        granted_at: one.granted_at,
        last_used: one.last_used,
        expires: one.expires,
        is_per_use: one.declared.standing.is_some_and(Standing::is_per_use),
    })
}

/// One path as it was granted, whatever its kind.
fn holding(
    grant: &Grant,
    (holder, system): (Node, Option<SourceId>),
    rights: &Rights<'_>,
    texts: &mut Texts,
) -> Holding {
    let (is_general_admin, entitlement) = rights.of(system.as_ref(), &grant.entitlement);
    let title = entitlement.map(|entitlement| entitlement.title.as_str()).filter(|title| !title.is_empty());
    Holding {
        identity: holder,
        system,
        account: texts.keep(&grant.account),
        entitlement: texts.keep(&grant.entitlement),
        kind: entitlement.map_or(EntitlementKind::Permission, |entitlement| entitlement.kind),
        via: grant.via.clone(),
        title: texts.keep(title.unwrap_or(&grant.entitlement)),
        action: grant.action.clone(),
        resource: grant.resource.clone(),
        is_general_admin,
        granted_at: grant.granted_at,
        last_used: grant.last_used,
        expires: grant.expires,
        declared: grant.declared,
    }
}

fn also(kept: &mut Held, other: &Held) {
    kept.is_general_admin = most(kept.is_general_admin, other.is_general_admin);
    kept.granted_at = least(kept.granted_at, other.granted_at);
    kept.last_used = most(kept.last_used, other.last_used);
    kept.expires = longest(kept.expires, other.expires);
    kept.is_per_use &= other.is_per_use;
}

fn kept(credential: &Credential, holder: Node, system: Option<SourceId>) -> Kept {
    Kept {
        id: credential.id.clone(),
        identity: holder,
        system,
        kind: credential.kind,
        is_active: credential.is_active,
        created: credential.created,
        rotated: credential.rotated,
        last_used: credential.last_used,
        expires: credential.expires,
    }
}

fn repeat(kept: &mut Kept, other: &Kept) {
    kept.system = kept.system.take().max(other.system.clone());
    kept.kind = if (other.kind as u8) < (kept.kind as u8) { other.kind } else { kept.kind };
    kept.is_active = most(kept.is_active, other.is_active);
    kept.created = least(kept.created, other.created);
    kept.rotated = most(kept.rotated, other.rotated);
    kept.last_used = most(kept.last_used, other.last_used);
    kept.expires = longest(kept.expires, other.expires);
}
