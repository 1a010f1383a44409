//! The ways of everybody, found once, and what they add to one identity.

use std::collections::HashMap;
use std::sync::Arc;

use super::super::in_parallel;
use super::super::right::{Detail, Granted, Right};
use super::super::used::{AccountUse, GrantAge};
use super::cast::Cast;
use super::catalogue::Catalogue;
use super::closure::{Owners, Pot, Sort, join_owners};
use super::document::{Document, Who};
use super::effective::{Held, Judge, Piece};
use super::known;
use super::library::Library;
use super::reaching::{Reaching, Taker, Ways};
use super::rights::Alike;
use super::routes::{self, Tracker};
use super::set::Set;
use super::shelf::Shelf;
use super::{Account, Aws, Policy, ServiceAt, finding, rights};
use crate::model::SourceId;
use crate::model::merged::Inventory;
use crate::model::privilege::Reach;
use crate::model::pull::Pulled;

/// The service under which ways to more privilege are counted.
pub const SERVICE: &str = "escalation";
/// How many nodes' rights are looked at together.
const BATCH: usize = 1024;

/// What a node holds itself.
#[derive(Clone)]
struct Own {
    system: usize,
    pieces: Vec<Piece>,
    /// Rights to actions that no table knows.
    misses: Vec<Right>,
}

/// One account of an identity while its rights are made.
pub struct Asks<'a> {
    pub account: &'a Account,
    pub judge: &'a Judge<'a>,
    pub pieces: &'a [Piece],
    pub maker: &'a rights::Maker<'a>,
}

impl Aws {
    /// Finds out who there is; groups become accounts behind those of identities.
    pub(super) fn meet(
        &mut self,
        inventory: &Inventory,
        pulls: &[Pulled],
        library: &mut Library<'_>,
        systems: &HashMap<SourceId, usize>,
    ) {
        let accounts = self.accounts.iter().enumerate().map(|(at, account)| (account.arn.as_str(), at));
        let everything = library.everything();
        let trusts = std::mem::take(&mut library.trusts);
        let is_bounded = |at: usize| self.is_bounded(at, &library.documents, everything);
        self.cast = Cast::build((inventory, pulls), trusts, accounts, (self.taken, is_bounded));
        for (at, node) in self.cast.nodes.iter_mut().enumerate() {
            if node.account.is_none() {
                let system = SourceId::new(format!("aws:{}", super::number(&node.arn)));
                let Some(place) = systems.get(&system) else { continue };
                let policies = self.cast.groups.get(&at).map_or(&[][..], Vec::as_slice);
                node.account = Some(self.accounts.len());
                self.accounts.push(library.group(&node.arn, (*place, &system), policies));
            }
            if let Some(account) = node.account.and_then(|place| self.accounts.get_mut(place)) {
                account.node = Some(at);
            }
        }
    }

    /// Whether the boundary of an account would leave it no control even if everything was allowed.
    fn is_bounded(&self, at: usize, documents: &[Document], everything: Option<usize>) -> bool {
        let Some(account) = self.accounts.get(at).filter(|account| account.has_boundary) else {
            return false;
        };
        let get = |at: &usize| documents.get(*at);
        let (Some(Some(boundary)), Some(all)) = (account.gates.first(), everything.as_ref().and_then(get))
        else {
            return false;
        };
        let judge = Judge {
            who: Who { arn: &account.arn, account: super::number(&account.arn) },
            now: self.taken,
            held: vec![Held { at: 0, age: GrantAge::default(), document: all }],
            gates: vec![boundary.iter().filter_map(get).collect()],
            names_grants: false,
        };
        !is_control(&judge.pieces())
    }

    /// Finds the ways of everybody and follows them; `services` are those under which ways are counted, by system.
    pub(super) fn follow(&mut self, services: Vec<ServiceAt>) {
        let mut ways = vec![Ways::default(); self.cast.nodes.len()];
        let sets = Shelf::default();
        in_parallel(&mut ways, |at| self.ways(at, &sets).unwrap_or_default());
        drop(sets);
        self.reaching = Reaching::build(ways, services, |members, pot| self.pour(members, pot));
    }

    fn node(&self, at: usize) -> Option<&Account> {
        self.accounts.get(self.cast.nodes.get(at)?.account?)
    }

    fn ways(&self, at: usize, sets: &Shelf<Set>) -> Option<Ways> {
        let account = self.node(at)?;
        let system = account.system;
        let held: Vec<&Policy> = account.policies.iter().collect();
        let judge = self.judge(account, &held, Detail::Brief);
        let is_idle = routes::wished(&judge) == 0 && !self.cast.is_named(&account.arn);
        if is_idle {
            return Some(Ways { system, ..Ways::default() });
        }
        let pieces = judge.pieces();
        let usage = account.identity.map_or_else(AccountUse::default, |at| self.used.of(at, &account.arn));
        let mut open = Tracker::new(&self.cast, &judge, &pieces, usage, at).open();
        for (_, set) in open.iter_mut().flat_map(|open| &mut open.ways) {
            *set = sets.keep(std::mem::take(Arc::make_mut(set)).trimmed());
        }
        Some(Ways { open, is_control: is_control(&pieces), is_full: is_full(&pieces), system })
    }

    /// Adds the own rights of nodes. What several hold by the same statement is looked at once.
    fn pour(&self, members: &[usize], pot: &mut Pot) {
        let mut shared: HashMap<Alike, (Piece, usize, Owners)> = HashMap::new();
        for batch in members.chunks(BATCH) {
            let mut held = vec![None; batch.len()];
            in_parallel(&mut held, |place| batch.get(place).and_then(|node| self.own(*node)));
            for (node, own) in batch.iter().zip(held) {
                let Some(Own { system, pieces, misses }) = own else { continue };
                let owners = (u32::try_from(*node).unwrap_or(u32::MAX), None);
                let services = self.services_of(system);
                for piece in pieces {
                    if piece.is_whole {
                        let known =
                            shared.entry(Alike::of(services, &piece)).or_insert((piece, system, owners));
                        known.2 = join_owners(known.2, owners);
                    } else {
                        rights::sorts(services, &piece, |sort, scope| pot.add_held(sort, scope, owners));
                    }
                }
                for right in &misses {
                    pot.add_held(Sort::of(right), right.scope, owners);
                }
            }
        }
        for (piece, system, owners) in shared.into_values() {
            let services = self.services_of(system);
            rights::sorts(services, &piece, |sort, scope| pot.add_held(sort, scope, owners));
        }
    }

    /// What a node holds itself.
    fn own(&self, at: usize) -> Option<Own> {
        let account = self.node(at)?;
        let held: Vec<&Policy> = account.policies.iter().collect();
        let judge = self.judge(account, &held, Detail::Brief);
        let makes = self.maker(account, AccountUse::default(), Detail::Brief, 0);
        let mut granted = Granted::default();
        self.add_misses(account, &judge, &makes, &mut granted);
        Some(Own { system: account.system, pieces: judge.pieces(), misses: granted.rights })
    }

    /// Adds what an account's ways lead to; those found at the beginning, unless some of its grants are left out.
    pub(super) fn add_ways(&self, asks: &Asks<'_>, is_less: bool, to: &mut Granted) {
        let Some(node) = asks.account.node else { return };
        let detail = asks.maker.detail;
        if is_control(asks.pieces) {
            to.reach = to.reach.max(Reach::Holds);
        }
        let whose = Taker { node, system: asks.account.system, account: asks.maker.account(), detail };
        if is_less || detail.is_full() {
            let tracker = Tracker::new(&self.cast, asks.judge, asks.pieces, asks.maker.usage, node);
            let open = tracker.open();
            let taken = self.reaching.seen(node, &open);
            self.reaching.add(whose, &taken, to);
            if detail.is_full() {
                to.paths.extend(finding::paths(&self.reaching, &tracker, &taken));
                let (chains, more) = finding::chains(&self.reaching, &self.cast, node, &taken);
                to.becomes.extend(chains);
                if more > 0 {
                    to.notes.push(format!("It can become {more} more identities than are listed."));
                }
            }
        } else {
            self.reaching.add(whose, &self.reaching.taken(node), to);
        }
        self.add_doubts(asks, to);
    }

    /// Where something could not be read, no way found does not mean that there is none.
    fn add_doubts(&self, asks: &Asks<'_>, to: &mut Granted) {
        let is_dark = asks.account.policies.iter().any(|policy| self.is_dark(policy));
        let strange = self.strange(asks.judge);
        let is_doubtful = is_dark || !strange.is_empty() || self.may_enter_unread(asks);
        if is_doubtful {
            to.reach = to.reach.max(Reach::Unknown);
            to.path_count = to.path_count.filter(|count| *count > 0);
        }
        if asks.maker.detail.is_full() {
            to.notes.extend(strange.into_iter().map(|number| {
                format!("It may assume roles of the account {number}, which no source shows.")
            }));
        }
    }

    /// Accounts whose roles it may assume by name, and that no source shows.
    fn strange(&self, judge: &Judge<'_>) -> Vec<String> {
        let Some(assume) = known::number("sts:AssumeRole") else { return Vec::new() };
        let allows = judge.held.iter().flat_map(|held| &held.document.allows);
        let assumes = allows.filter(|allow| allow.actions.known & 1 << assume != 0 && !allow.is_not_resource);
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let mut numbers: Vec<String> = assumes
            .flat_map(|allow| &allow.resources)
            .filter(|arn| is_number(super::number(arn)) && !self.cast.has_account(arn))
            .map(|arn| super::number(arn).to_owned())
            .collect();
        numbers.sort();
        numbers.dedup();
        numbers
    }

    /// Whether it may assume any role if that role's trust, which could not be read, lets it in.
    fn may_enter_unread(&self, asks: &Asks<'_>) -> bool {
        let Some(action) = known::number("sts:AssumeRole").and_then(|at| *known::places().get(at)?) else {
            return false;
        };
        self.cast.unread.iter().filter_map(|at| self.cast.nodes.get(at)).any(|role| {
            asks.pieces.iter().any(|piece| piece.span.all.has(action))
                && asks.judge.may(action, &role.arn).is_some()
        })
    }
}

/// Whether it may administer all identities of its account, without conditions.
fn is_control(pieces: &[Piece]) -> bool {
    let iam = Catalogue::iam();
    pieces
        .iter()
        .any(|piece| piece.conditions.is_empty() && &*piece.pattern == "*" && piece.span.all.covers(iam))
}

fn is_full(pieces: &[Piece]) -> bool {
    let all = Catalogue::get().actions.len();
    pieces.iter().any(|piece| {
        piece.conditions.is_empty() && &*piece.pattern == "*" && piece.span.all.count(0..all) as usize == all
    })
}
