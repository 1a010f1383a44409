//! What all policies of one principal allow together: allows without what denies take away, within its boundary and
//! the organisation's policies.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::super::right::GrantAt;
use super::super::used::GrantAge;
use super::clause::{self, Clause, Holds, Request};
use super::document::{Document, Statement, Who, overlap};
use super::glob;
use super::set::Set;
use crate::model::privilege::Conditions;

/// Actions that a principal may do on one pattern of resources, under the same conditions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    pub pattern: Arc<str>,
    pub conditions: Conditions,
    pub age: GrantAge,
    pub actions: Set,
    /// Those of `actions` that are meant together with all of their service.
    pub wide: Set,
    /// Which grants give which of them, where that was asked.
    pub from: Vec<(GrantAt, Set)>,
}

/// One more key of a request and its value, such as the service to which a role is passed.
pub type Known<'a> = Option<(&'static str, &'a str)>;

/// A policy that a principal holds.
pub struct Held<'a> {
    pub at: GrantAt,
    pub age: GrantAge,
    pub document: &'a Document,
}

/// Everything that decides about one principal.
pub struct Judge<'a> {
    pub who: Who<'a>,
    pub now: Option<Timestamp>,
    pub held: Vec<Held<'a>>,
    /// Each has to allow too: the boundary, and every level of the organisation.
    pub gates: Vec<Vec<&'a Document>>,
    pub names_grants: bool,
}

impl Judge<'_> {
    /// What is allowed, sorted by pattern and conditions; patterns and conditions do not repeat.
    pub fn pieces(&self) -> Vec<Piece> {
        let mut found = Vec::new();
        for held in &self.held {
            for statement in &held.document.allows {
                let Some(conditions) = self.asked(&statement.clauses) else { continue };
                for pattern in self.patterns(statement) {
                    found.extend(self.piece(held, statement, pattern, conditions));
                }
            }
        }
        for gate in &self.gates {
            found = found.iter().flat_map(|piece| self.within(piece, gate)).collect();
        }
        merged(found)
    }

    /// Whether one action (by its place in the catalogue) is allowed on one resource, and under which conditions;
    /// the fewest, where several policies allow it.
    pub fn may(&self, action: usize, resource: &str) -> Option<Conditions> {
        let is_denied = |deny: &Statement| deny.actions.all.has(action) && deny.covers(resource, &self.who);
        if self.denies().any(is_denied) {
            return None;
        }
        let own: Vec<&Document> = self.held.iter().map(|held| held.document).collect();
        let mut all = self.allowed(&own, action, resource)?;
        for gate in &self.gates {
            all = all.both(self.allowed(gate, action, resource)?);
        }
        Some(all)
    }

    fn allowed(&self, documents: &[&Document], action: usize, resource: &str) -> Option<Conditions> {
        let allows = documents.iter().flat_map(|document| &document.allows);
        let fitting =
            allows.filter(|allow| allow.actions.all.has(action) && allow.may_cover(resource, &self.who));
        fitting.filter_map(|allow| self.asked(&allow.clauses)).min_by_key(|asked| asked.iter().count())
    }

    fn piece(
        &self,
        held: &Held<'_>,
        statement: &Statement,
        pattern: Arc<str>,
        conditions: Conditions,
    ) -> Option<Piece> {
        let mut actions = statement.actions.all.clone();
        for deny in self.denies().filter(|deny| deny.covers(&pattern, &self.who)) {
            actions.remove(&deny.actions.all);
        }
        if actions.is_empty() {
            return None;
        }
        let wide = actions.common(&statement.actions.wide);
        let from = if self.names_grants { vec![(held.at, actions.clone())] } else { Vec::new() };
        Some(Piece { pattern, conditions, age: held.age, actions, wide, from })
    }

    /// Denies that hold for certain; a deny that depends on something takes nothing away.
    fn denies(&self) -> impl Iterator<Item = &Statement> {
        self.denies_to(None)
    }

    /// The same, when one more thing is known of the request.
    pub fn denies_to<'j>(&'j self, more: Known<'j>) -> impl Iterator<Item = &'j Statement> {
        let own = self.held.iter().flat_map(|held| &held.document.denies);
        let gates = self.gates.iter().flatten().flat_map(|document| &document.denies);
        own.chain(gates).filter(move |deny| self.holds(&deny.clauses, more) == Holds::Yes)
    }

    /// What is left of a piece behind a gate.
    fn within(&self, piece: &Piece, gate: &[&Document]) -> Vec<Piece> {
        let mut left = Vec::new();
        for statement in gate.iter().flat_map(|document| &document.allows) {
            let Some(conditions) = self.asked(&statement.clauses) else { continue };
            let actions = piece.actions.common(&statement.actions.all);
            if actions.is_empty() {
                continue;
            }
            for pattern in self.narrowed(&piece.pattern, statement) {
                let from = piece.from.iter().map(|(at, set)| (*at, set.common(&actions)));
                left.push(Piece {
                    pattern,
                    conditions: piece.conditions.both(conditions),
                    age: piece.age,
                    wide: piece.wide.common(&actions),
                    actions: actions.clone(),
                    from: from.filter(|(_, set)| !set.is_empty()).collect(),
                });
            }
        }
        left
    }

    /// The part of a pattern that a statement of a gate lets through.
    fn narrowed(&self, pattern: &Arc<str>, statement: &Statement) -> Vec<Arc<str>> {
        if statement.is_not_resource {
            // In doubt what is not named is let through: less would make the holder look weaker.
            let is_out = |own: &Arc<str>| glob::covers(&self.who.put(own, "\u{0}"), pattern);
            return if statement.resources.iter().any(is_out) { vec![] } else { vec![Arc::clone(pattern)] };
        }
        let mut narrowed = Vec::new();
        for own in &statement.resources {
            let own = self.who.put(own, "*");
            if glob::covers(&own, pattern) {
                return vec![Arc::clone(pattern)];
            }
            if glob::covers(pattern, &own) {
                narrowed.push(own.as_ref().into());
            } else if overlap(&own, pattern) {
                narrowed.push(Arc::clone(pattern));
            }
        }
        narrowed
    }

    /// The resources that an allow means for this principal.
    fn patterns(&self, statement: &Statement) -> Vec<Arc<str>> {
        if statement.is_not_resource {
            return vec!["*".into()];
        }
        statement
            .resources
            .iter()
            .map(|own| match self.who.put(own, "*") {
                std::borrow::Cow::Borrowed(_) => Arc::clone(own),
                std::borrow::Cow::Owned(text) => text.into(),
            })
            .collect()
    }

    /// What an allow asks for; `None` when it can never hold.
    fn asked(&self, clauses: &[Clause]) -> Option<Conditions> {
        self.asked_to(clauses, None)
    }

    /// The same, when one more thing is known of the request.
    pub fn asked_to(&self, clauses: &[Clause], more: Known<'_>) -> Option<Conditions> {
        match self.holds(clauses, more) {
            Holds::Yes => Some(Conditions::NONE),
            Holds::Perhaps(conditions) => Some(conditions),
            Holds::No => None,
        }
    }

    fn holds(&self, clauses: &[Clause], more: Known<'_>) -> Holds {
        if clauses.is_empty() {
            return Holds::Yes;
        }
        let mut keys = vec![("aws:principalarn", self.who.arn), ("aws:principalaccount", self.who.account)];
        if self.who.arn.contains(":user/") {
            keys.push(("aws:username", self.who.arn.rsplit('/').next().unwrap_or_default()));
        }
        keys.extend(more);
        clause::hold(clauses, &Request { keys, now: self.now })
    }
}

/// Joins what is alike, and takes away what is allowed under fewer conditions anyway.
fn merged(found: Vec<Piece>) -> Vec<Piece> {
    let mut alike: BTreeMap<(Arc<str>, Conditions, GrantAge), Piece> = BTreeMap::new();
    for piece in found {
        let key = (Arc::clone(&piece.pattern), piece.conditions, piece.age);
        match alike.entry(key) {
            std::collections::btree_map::Entry::Vacant(place) => {
                place.insert(piece);
            }
            std::collections::btree_map::Entry::Occupied(mut place) => {
                let kept = place.get_mut();
                kept.actions.add(&piece.actions);
                kept.wide.add(&piece.wide);
                kept.from.extend(piece.from);
            }
        }
    }
    let all: Vec<Piece> = alike.into_values().collect();
    let is_weaker = |weak: &Piece, strong: &Piece| {
        weak.pattern == strong.pattern
            && weak.age == strong.age
            && weak.conditions != strong.conditions
            && weak.conditions.common(strong.conditions) == strong.conditions
    };
    let mut left = all.clone();
    for (piece, before) in left.iter_mut().zip(&all) {
        for strong in all.iter().filter(|strong| is_weaker(before, strong)) {
            piece.actions.remove(&strong.actions);
            piece.wide.remove(&strong.actions);
        }
    }
    left.retain(|piece| !piece.actions.is_empty());
    left
}
