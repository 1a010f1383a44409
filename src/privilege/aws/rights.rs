//! Pieces of policies become blocks of rights: alike in everything but the names of their actions.

use std::collections::BTreeMap;

use super::super::right::{Detail, GrantAt, Granted, Key, Right, RightText, ServiceAt};
use super::super::used::{AccountUse, Part, ServiceUse};
use super::super::verbs;
use super::catalogue::{Catalogue, Cell};
use super::effective::{Held, Piece};
use super::set::Set;
use crate::model::privilege::{Conditions, Prior, Scope, Standing, Tier};

/// How many actions a block names.
const NAMED: usize = 5;
/// Where the numbers of actions begin that no table knows; those of cells are smaller.
const MISSED: u32 = 1 << 20;

/// Makes the rights of one account.
pub struct Maker<'a> {
    pub services: &'a [ServiceAt],
    pub usage: AccountUse<'a>,
    pub detail: Detail,
    /// The place of the account among those of its identity; rights of two accounts are two.
    pub account: u32,
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
        let catalogue = Catalogue::get();
        for (piece, resource) in pieces.iter().zip(0..) {
            let mut service = None;
            for (cell, at) in catalogue.cells.iter().zip(0..) {
                let count = piece.actions.count(cell.actions.clone());
                if count == 0 {
                    continue;
                }
                if service.is_none_or(|(known, _)| known != cell.service) {
                    let name = catalogue.services.get(cell.service).map_or("", |one| one.name.as_str());
                    service = Some((cell.service, self.usage.service(name)));
                }
                let Some((_, usage)) = service else { continue };
                let place = Place { cell, at, piece, resource };
                self.add_cell(&place, &usage, count, to);
            }
        }
    }

    fn add_cell(&self, place: &Place<'_>, usage: &ServiceUse<'_>, count: u32, to: &mut Granted) {
        let wide = place.piece.wide.count(place.cell.actions.clone());
        let is_split = self.usage.is_told() && usage.is_split();
        if (wide == 0 || wide == count) && !is_split {
            let block = Block { is_wide: wide > 0, part: None, count, actions: None };
            return self.push(place, usage, &block, to);
        }
        let mut parts: BTreeMap<(bool, Option<Part>), Set> = BTreeMap::new();
        for at in place.cell.actions.clone().filter(|at| place.piece.actions.has(*at)) {
            let name = Catalogue::get().actions.get(at).map_or("", |action| action.name.as_str());
            let part = is_split.then(|| usage.part(name));
            parts.entry((place.piece.wide.has(at), part)).or_default().insert(at);
        }
        for ((is_wide, part), actions) in parts {
            let count = actions.count(place.cell.actions.clone());
            let block = Block { is_wide, part, count, actions: Some(actions) };
            self.push(place, usage, &block, to);
        }
    }

    fn push(&self, place: &Place<'_>, usage: &ServiceUse<'_>, block: &Block, to: &mut Granted) {
        let (cell, piece) = (place.cell, place.piece);
        let scope = scope(cell, &piece.pattern);
        let part = block.part.unwrap_or_else(|| usage.part(""));
        let prior = prior(block.is_wide, scope);
        to.rights.push(Right {
            key: Key {
                service: self.services.get(cell.service).copied().unwrap_or(ServiceAt(0)),
                action: self.account() | (place.at * 2 + u32::from(block.is_wide)),
                resource: place.resource * 4096 + block.part.map_or(0, |part| part.number() % 4096),
            },
            access: cell.access,
            tier: cell.tier,
            scope,
            used_scope: usage.used_scope(part),
            conditions: piece.conditions,
            standing: Standing::Permanent,
            usage: usage.at(part, piece.age, prior),
            is_grave: cell.is_grave,
            actions: block.count,
            grants: grants(piece, cell, block),
        });
        if self.detail == Detail::Full {
            to.texts
                .push(RightText { actions: names(piece, cell, block), resource: piece.pattern.to_string() });
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
            grants: if self.detail == Detail::Full { Box::new([held.at]) } else { Box::default() },
        });
        if self.detail == Detail::Full {
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

/// How much of the tree of resources a pattern reaches.
fn scope(cell: &Cell, pattern: &str) -> Scope {
    if !cell.is_scopable {
        return Scope::Unscopable;
    }
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
    let is_in = |at: &usize| block.actions.as_ref().unwrap_or(&piece.actions).has(*at);
    let catalogue = Catalogue::get();
    let named = cell.actions.clone().filter(is_in).take(NAMED);
    let service = catalogue.services.get(cell.service).map_or("", |one| one.name.as_str());
    named
        .filter_map(|at| catalogue.actions.get(at))
        .map(|action| format!("{service}:{}", action.name))
        .collect()
}
