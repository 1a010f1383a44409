//! What all policies of one principal allow together: allows without what denies take away, within its boundary and
//! the organisation's policies.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::super::right::GrantAt;
use super::super::used::GrantAge;
use super::clause::{self, Clause, Holds, Request};
use super::document::{Document, Span, Statement, Who, overlap};
use super::glob;
use super::set::Set;
use crate::model::privilege::Conditions;

/// Actions that a principal may do on one pattern of resources, under the same conditions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    pub pattern: Arc<str>,
    pub conditions: Conditions,
    pub age: GrantAge,
    pub span: Arc<Span>,
    /// Whether the span is that of a statement as it stands, which others may hold too.
    pub is_whole: bool,
    /// Which grants give which of its actions, where that was asked.
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
        let denies: Vec<&Statement> = self.denies().collect();
        for held in &self.held {
            for statement in &held.document.allows {
                let Some(conditions) = self.asked(&statement.clauses) else { continue };
                for pattern in self.patterns(statement) {
                    found.extend(self.piece(held, statement, (pattern, conditions), &denies));
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
        let is_denied =
            |deny: &Statement| deny.actions.span.all.has(action) && deny.covers(resource, &self.who);
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
            allows.filter(|allow| allow.actions.span.all.has(action) && allow.may_cover(resource, &self.who));
        fitting.filter_map(|allow| self.asked(&allow.clauses)).min_by_key(|asked| asked.iter().count())
    }

    fn piece(
        &self,
        held: &Held<'_>,
        statement: &Statement,
        (pattern, conditions): (Arc<str>, Conditions),
        denies: &[&Statement],
    ) -> Option<Piece> {
        let mut span = Arc::clone(&statement.actions.span);
        let mut is_whole = true;
        for deny in denies.iter().filter(|deny| deny.actions.span.all.meets(&statement.actions.span.all)) {
            if deny.covers(&pattern, &self.who) {
                is_whole = false;
                Arc::make_mut(&mut span).remove(&deny.actions.span.all);
            }
        }
        if span.all.is_empty() {
            return None;
        }
        let from = if self.names_grants { vec![(held.at, span.all.clone())] } else { Vec::new() };
        Some(Piece { pattern, conditions, age: held.age, span, is_whole, from })
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
            let through = &statement.actions.span.all;
            if !through.meets(&piece.span.all) {
                continue;
            }
            let is_whole = through.covers(&piece.span.all);
            let span = if is_whole { Arc::clone(&piece.span) } else { Arc::new(piece.span.within(through)) };
            for pattern in self.narrowed(&piece.pattern, statement) {
                let from = piece.from.iter().map(|(at, set)| (*at, set.common(through)));
                left.push(Piece {
                    pattern,
                    conditions: piece.conditions.both(conditions),
                    age: piece.age,
                    span: Arc::clone(&span),
                    is_whole: piece.is_whole && is_whole,
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

impl Piece {
    /// Adds the actions of a like piece.
    fn join(&mut self, more: &Arc<Span>, is_whole: bool) {
        if self.span.covers(more) {
            return;
        }
        if more.covers(&self.span) {
            (self.span, self.is_whole) = (Arc::clone(more), is_whole);
            return;
        }
        self.is_whole = false;
        Arc::make_mut(&mut self.span).add(more);
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
                kept.join(&piece.span, piece.is_whole);
                kept.from.extend(piece.from);
            }
        }
    }
    let mut all: Vec<Piece> = alike.into_values().collect();
    let is_weaker = |weak: &Piece, strong: &Piece| {
        weak.pattern == strong.pattern
            && weak.age == strong.age
            && weak.conditions != strong.conditions
            && weak.conditions.common(strong.conditions) == strong.conditions
    };
    let less = |weak: &Piece| {
        let strong = all.iter().filter(|strong| is_weaker(weak, strong));
        strong.map(|strong| Arc::clone(&strong.span)).collect::<Vec<_>>()
    };
    let less: Vec<Vec<Arc<Span>>> = all.iter().map(less).collect();
    for (piece, less) in all.iter_mut().zip(less) {
        for span in less {
            if span.all.meets(&piece.span.all) {
                piece.is_whole = false;
                Arc::make_mut(&mut piece.span).remove(&span.all);
            }
        }
    }
    all.retain(|piece| !piece.span.all.is_empty());
    all
}
