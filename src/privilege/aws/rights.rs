//! Pieces of policies become blocks of rights: alike in everything but the names of their actions.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::factors::Factors;
use super::super::right::{Detail, GrantAt, Granted, Key, OPAQUE, Right, RightText, ServiceAt};
use super::super::sheet::Sheet;
use super::super::sums::Sums;
use super::super::used::{AccountUse, GrantAge, Part, ServiceUse};
use super::super::verbs;
use super::catalogue::{Catalogue, Cell};
use super::closure::Sort;
use super::document::Span;
use super::effective::{Held, Piece};
use super::set::Set;
use crate::model::privilege::{Access, Conditions, Prior, Scope, Standing, Tier, Use};

/// From how many words of actions on a statement's sheet is kept.
const LONG: usize = 64;
/// How many actions a block names.
const NAMED: usize = 5;
/// Where the numbers of actions begin that no table knows; those of cells are smaller.
const MISSED: u32 = 1 << 20;

/// Makes the rights of one account.
pub struct Maker<'a> {
    pub services: &'a [ServiceAt],
    pub usage: AccountUse<'a>,
    pub detail: Detail<'a>,
    /// The place of the account among those of its identity; rights of two accounts are two.
    pub account: u32,
}

/// What the rights of whole statements have in common, whoever holds them: the actions, on resources of one width,
/// under the same conditions.
#[derive(PartialEq, Eq, Hash)]
pub struct Alike {
    /// Where the span lies; it is that of a statement, which is there as long as the policies are.
    span: usize,
    /// Where the numbers of the services of its system lie.
    services: usize,
    reached: Scope,
    conditions: Conditions,
}

impl Alike {
    /// That of a piece whose span is whole.
    pub fn of(services: &[ServiceAt], piece: &Piece) -> Self {
        Self {
            span: Arc::as_ptr(&piece.span) as usize,
            services: services.as_ptr() as usize,
            reached: reached(&piece.pattern),
            conditions: piece.conditions,
        }
    }
}

/// The same with what is known of their use.
#[derive(PartialEq, Eq, Hash)]
pub struct Shown {
    alike: Alike,
    /// What is known of the use where each prior would count, in the order of [`Prior::ALL`].
    uses: [Use; Prior::ALL.len()],
}

/// A cell of the catalogue, by place, on one pattern.
struct Place<'p> {
    cell: &'static Cell,
    at: u32,
    piece: &'p Piece,
    resource: u32,
}

impl Maker<'_> {
    /// The account's part of the numbers of actions, above those of cells and of actions that no table knows.
    pub fn account(&self) -> u32 {
        (self.account % 512) << 21
    }

    /// Adds the rights of all pieces.
    pub fn add(&self, pieces: &[Piece], to: &mut Granted) {
        for (piece, resource) in pieces.iter().zip(0..) {
            match self.detail {
                // Where use is told by service or action, no two accounts hold the same.
                Detail::Sums(sums) if !self.usage.is_told() => to.sheets.push(self.sheet(sums, piece)),
                _ => self.add_piece(piece, resource, to),
            }
        }
    }

    fn add_piece(&self, piece: &Piece, resource: u32, to: &mut Granted) {
        let catalogue = Catalogue::get();
        let mut service = None;
        for (at, cell, count) in catalogue.cells_in(&piece.span.all) {
            if service.is_none_or(|(known, _)| known != cell.service) {
                let name = catalogue.services.get(cell.service).map_or("", |one| one.name);
                service = Some((cell.service, self.usage.service(name)));
            }
            let Some((_, usage)) = service else { continue };
            let place = Place { cell, at, piece, resource };
            self.add_cell(&place, &usage, count, to);
        }
    }

    /// What a piece amounts to while its use is known for the account as a whole only.
    fn sheet(&self, sums: &Sums<'_>, piece: &Piece) -> Arc<Sheet> {
        let usage = |prior| sums.scale.settled(self.usage.of("", "", piece.age, prior));
        let shown = Shown { alike: Alike::of(self.services, piece), uses: Prior::ALL.map(usage) };
        let make = |shown: &Shown| sums.scale.sheet(&self.factors(&piece.span, shown));
        if piece.is_whole && piece.span.all.size() >= LONG {
            sums.shown.get(shown, make)
        } else {
            Arc::new(make(&shown))
        }
    }

    /// The rights of a span, as they are weighed.
    fn factors(&self, span: &Span, shown: &Shown) -> Vec<(ServiceAt, Factors)> {
        let mut made = Vec::new();
        let mut meant_whole = span.wide.walk();
        for (_, cell, count) in Catalogue::get().cells_in(&span.all) {
            let service = self.services.get(cell.service).copied().unwrap_or(ServiceAt(0));
            let scope = scope(cell, shown.alike.reached);
            let wide = meant_whole.count(&cell.actions);
            for (is_wide, actions) in [(true, wide), (false, count - wide)] {
                let usage = shown.uses.get(prior(is_wide, scope) as usize).copied();
                if let Some(usage) = usage.filter(|_| actions > 0) {
                    let right = cell.right(scope, shown.alike.conditions, usage, actions);
                    made.push((service, Factors::of(&right)));
                }
            }
        }
        made
    }

    fn add_cell(&self, place: &Place<'_>, usage: &ServiceUse<'_>, count: u32, to: &mut Granted) {
        let span = &place.piece.span;
        let wide = span.wide.count(place.cell.actions.clone());
        let is_split = self.usage.is_told() && usage.is_split();
        if (wide == 0 || wide == count) && !is_split {
            let block = Block { is_wide: wide > 0, part: None, count, actions: None };
            return self.push(place, usage, &block, to);
        }
        let mut parts: BTreeMap<(bool, Option<Part>), Set> = BTreeMap::new();
        for at in place.cell.actions.clone().filter(|at| span.all.has(*at)) {
            let name = Catalogue::get().actions.get(at).map_or("", |action| action.name);
            let part = is_split.then(|| usage.part(name));
            parts.entry((span.wide.has(at), part)).or_default().insert(at);
        }
        for ((is_wide, part), actions) in parts {
            let count = actions.count(place.cell.actions.clone());
            let block = Block { is_wide, part, count, actions: Some(actions) };
            self.push(place, usage, &block, to);
        }
    }

    fn push(&self, place: &Place<'_>, usage: &ServiceUse<'_>, block: &Block, to: &mut Granted) {
        let (cell, piece) = (place.cell, place.piece);
        let scope = scope(cell, reached(&piece.pattern));
        let part = block.part.unwrap_or_else(|| usage.part(""));
        let prior = prior(block.is_wide, scope);
        to.rights.push(Right {
            key: Key {
                service: self.services.get(cell.service).copied().unwrap_or(ServiceAt(0)),
                action: self.account() | (place.at * 2 + u32::from(block.is_wide)),
                resource: place.resource * 4096 + block.part.map_or(0, |part| part.number() % 4096),
            },
            used_scope: usage.used_scope(part),
            grants: if self.detail.is_full() { grants(piece, cell, block) } else { Box::default() },
            ..cell.right(scope, piece.conditions, usage.at(part, piece.age, prior), block.count)
        });
        if self.detail.is_full() {
            to.texts
                .push(RightText { actions: names(piece, cell, block), resource: piece.pattern.to_string() });
        }
    }

    /// Adds a policy of which something is not known: it may do anything, and counts as a write of unknown tier.
    pub fn add_dark(&self, service: ServiceAt, (at, age): (GrantAt, GrantAge), to: &mut Granted) {
        to.rights.push(Right {
            key: Key { service, action: OPAQUE | self.account(), resource: at },
            access: Access::Write,
            tier: Tier::Unknown,
            scope: Scope::Account,
            used_scope: None,
            conditions: Conditions::NONE,
            standing: Standing::Permanent,
            usage: self.usage.of("", "", age, Prior::Default),
            is_grave: false,
            // How many actions it allows is not known; none is counted.
            actions: 0,
            grants: if self.detail.is_full() { Box::new([at]) } else { Box::default() },
        });
        if self.detail.is_full() {
            let actions = vec!["what a policy does not show".to_owned()];
            to.texts.push(RightText { actions, resource: "*".to_owned() });
        }
    }

    /// Adds an action that no table knows; `number` is its own.
    pub fn add_miss(
        &self,
        (service, action): &(String, String),
        (at, number): (ServiceAt, usize),
        held: &Held<'_>,
        to: &mut Granted,
    ) {
        let access = verbs::access(action);
        to.rights.push(Right {
            key: Key {
                service: at,
                action: self.account() | MISSED | (u32::try_from(number).unwrap_or(0) % MISSED),
                resource: 0,
            },
            access,
            tier: Tier::Unknown,
            scope: Scope::Account,
            used_scope: None,
            conditions: Conditions::NONE,
            standing: Standing::Permanent,
            usage: self.usage.of(service, action, held.age, Prior::Default),
            is_grave: verbs::is_grave(action),
            actions: 1,
            grants: if self.detail.is_full() { Box::new([held.at]) } else { Box::default() },
        });
        if self.detail.is_full() {
            let actions = vec![format!("{service}:{action}")];
            to.texts.push(RightText { actions, resource: "*".to_owned() });
        }
    }
}

/// Some of the actions of a cell.
struct Block {
    is_wide: bool,
    part: Option<Part>,
    count: u32,
    /// `None`: all that the piece has of the cell.
    actions: Option<Set>,
}

/// Every sort of right that a piece gives, with its scope, whatever is known of its use.
pub fn sorts(services: &[ServiceAt], piece: &Piece, mut take: impl FnMut(Sort, Scope)) {
    let reached = reached(&piece.pattern);
    for (_, cell, actions) in Catalogue::get().cells_in(&piece.span.all) {
        let scope = scope(cell, reached);
        let right = cell.right(scope, piece.conditions, Use::Unknown(Prior::Default), actions);
        let service = services.get(cell.service).copied().unwrap_or(ServiceAt(0));
        take(Sort { service, ..Sort::of(&right) }, scope);
    }
}

/// How much of the tree of resources a pattern reaches.
fn reached(pattern: &str) -> Scope {
    // Fewer parts than an ARN has can only mean everything below them.
    let resource = pattern.splitn(6, ':').nth(5).unwrap_or("*");
    if resource.bytes().all(|byte| byte == b'*') {
        Scope::Account
    } else if pattern.contains(['*', '?']) {
        Scope::Group
    } else {
        Scope::Resource
    }
}

/// What that is for actions of a cell.
fn scope(cell: &Cell, reached: Scope) -> Scope {
    if cell.is_scopable { reached } else { Scope::Unscopable }
}

impl Cell {
    /// A right to so many of its actions, without a key.
    fn right(&self, scope: Scope, conditions: Conditions, usage: Use, actions: u32) -> Right {
        Right {
            key: Key { service: ServiceAt(0), action: 0, resource: 0 },
            access: self.access,
            tier: self.tier,
            scope,
            used_scope: None,
            conditions,
            standing: Standing::Permanent,
            usage,
            is_grave: self.is_grave,
            actions,
            grants: Box::default(),
        }
    }
}

fn prior(is_wide: bool, scope: Scope) -> Prior {
    match scope {
        _ if is_wide => Prior::ServiceWildcard,
        Scope::Account | Scope::Group | Scope::Tenant => Prior::WildcardResource,
        Scope::Resource | Scope::Unscopable => Prior::Default,
    }
}

fn grants(piece: &Piece, cell: &Cell, block: &Block) -> Box<[GrantAt]> {
    let gives = |set: &Set| match &block.actions {
        Some(actions) => !set.common(actions).is_empty(),
        None => set.count(cell.actions.clone()) > 0,
    };
    let mut grants: Vec<_> = piece.from.iter().filter(|(_, set)| gives(set)).map(|(at, _)| *at).collect();
    grants.sort_unstable();
    grants.dedup();
    grants.into()
}

fn names(piece: &Piece, cell: &Cell, block: &Block) -> Vec<String> {
    let is_in = |at: &usize| block.actions.as_ref().unwrap_or(&piece.span.all).has(*at);
    let catalogue = Catalogue::get();
    let named = cell.actions.clone().filter(is_in).take(NAMED);
    let service = catalogue.services.get(cell.service).map_or("", |one| one.name);
    named
        .filter_map(|at| catalogue.actions.get(at))
        .map(|action| format!("{service}:{}", action.name))
        .collect()
}
