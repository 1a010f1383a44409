//! Policy documents, read once: statements as sets of actions, patterns of resources and conditions.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use foldhash::fast::RandomState;
use serde_json::Value;

use super::catalogue::Catalogue;
use super::clause::{self, Clause};
use super::glob;
use super::known::{self, Mask};
use super::set::Set;

/// A policy; what cannot be read of it is counted, never taken for harmless.
#[derive(Debug, Clone, Default)]
pub struct Document {
    pub allows: Vec<Statement>,
    pub denies: Vec<Statement>,
    /// Statements that are no statements.
    pub unread: u32,
}

/// One statement.
#[derive(Debug, Clone)]
pub struct Statement {
    pub actions: Arc<Actions>,
    pub resources: Vec<Arc<str>>,
    /// Whether it means everything but `resources`.
    pub is_not_resource: bool,
    pub clauses: Vec<Clause>,
}

/// Actions, and those of them that are meant together with all of their service.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Span {
    pub all: Set,
    pub wide: Set,
}

impl Span {
    /// Whether it has everything of another span, and as widely.
    pub fn covers(&self, other: &Self) -> bool {
        self.all.covers(&other.all) && self.wide.covers(&other.wide)
    }

    /// Adds everything of another span.
    pub fn add(&mut self, more: &Self) {
        self.all.add(&more.all);
        self.wide.add(&more.wide);
    }

    /// Takes actions away.
    pub fn remove(&mut self, less: &Set) {
        self.all.remove(less);
        self.wide.remove(less);
    }

    /// What of it is in a set.
    pub fn within(&self, limit: &Set) -> Self {
        Self { all: self.all.common(limit), wide: self.wide.common(limit) }
    }
}

/// What a list of action patterns means.
#[derive(Debug, Default)]
pub struct Actions {
    pub span: Arc<Span>,
    /// Services and actions that the catalogue does not know.
    pub misses: Vec<(String, String)>,
    /// Those of the span that a known way to more privilege needs.
    pub known: Mask,
}

/// Lists of action patterns, and whether everything but them is meant, with what they mean.
type Lists = HashMap<(bool, Vec<String>), Arc<Actions>, RandomState>;

/// Reads documents, from any thread; equal lists of actions and equal resources are kept once.
#[derive(Debug, Default)]
pub struct Reader {
    lists: Mutex<Lists>,
    texts: Mutex<HashSet<Arc<str>, RandomState>>,
}

impl Reader {
    /// Reads a document; `None` when it is none.
    pub fn read(&self, text: &str) -> Option<Document> {
        let document: Value = serde_json::from_str(text).ok()?;
        let listed = match document.get("Statement")? {
            Value::Array(many) => many.as_slice(),
            single @ Value::Object(_) => std::slice::from_ref(single),
            _ => return None,
        };
        let mut made = Document::default();
        for statement in listed {
            let effect = statement.get("Effect").and_then(Value::as_str).unwrap_or_default();
            match (effect.to_lowercase().as_str(), self.statement(statement)) {
                ("allow", Some(statement)) => made.allows.push(statement),
                ("deny", Some(statement)) => made.denies.push(statement),
                _ => made.unread += 1,
            }
        }
        Some(made)
    }

    fn statement(&self, statement: &Value) -> Option<Statement> {
        let is_not_action = statement.get("Action").is_none();
        let listed = statement.get(if is_not_action { "NotAction" } else { "Action" })?;
        let actions = self.actions(is_not_action, strings(listed));
        let is_not_resource = statement.get("Resource").is_none();
        let listed = statement.get(if is_not_resource { "NotResource" } else { "Resource" })?;
        let resources: Vec<_> = strings(listed).iter().map(|text| self.text(text)).collect();
        if resources.is_empty() {
            return None;
        }
        Some(Statement {
            actions,
            resources,
            is_not_resource,
            clauses: clause::read(statement.get("Condition")),
        })
    }

    fn text(&self, text: &str) -> Arc<str> {
        let mut texts = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = texts.get(text) {
            return Arc::clone(known);
        }
        let text: Arc<str> = text.into();
        texts.insert(Arc::clone(&text));
        text
    }

    fn actions(&self, is_not: bool, listed: Vec<String>) -> Arc<Actions> {
        let key = (is_not, listed);
        let lists = || self.lists.lock().unwrap_or_else(PoisonError::into_inner);
        let known = lists().get(&key).cloned();
        known.unwrap_or_else(|| {
            // Read without the lock: two threads may read the same list, and one of the two is kept.
            let made = Arc::new(Actions::read(is_not, &key.1));
            Arc::clone(lists().entry(key).or_insert(made))
        })
    }
}

impl Actions {
    fn read(is_not: bool, listed: &[String]) -> Self {
        let catalogue = Catalogue::get();
        let mut span = Span::default();
        let mut misses = Vec::new();
        for pattern in listed {
            let meant = catalogue.expand(pattern);
            span.all.add(&meant.actions);
            if meant.is_service_wide {
                span.wide.add(&meant.actions);
            }
            misses.extend(meant.miss);
        }
        if is_not {
            let mut rest = catalogue.expand("*").actions;
            rest.remove(&span.all);
            misses.clear();
            // What is left of everything is held by whole services, and nobody meant the actions one by one.
            span = Span { wide: rest.clone(), all: rest };
        }
        let span = Span { all: span.all.trimmed(), wide: span.wide.trimmed() };
        Self { known: known::mask(&span.all), span: Arc::new(span), misses }
    }
}

impl Statement {
    /// Whether it speaks of everything that `resource` (an ARN or a pattern) means, for a principal.
    pub fn covers(&self, resource: &str, who: &Who<'_>) -> bool {
        if self.is_not_resource {
            !self.resources.iter().any(|own| overlap(&who.put(own, "*"), resource))
        } else {
            self.resources.iter().any(|own| glob::covers(&who.put(own, "\u{0}"), resource))
        }
    }
}

impl Statement {
    /// Whether it can mean a resource; variables that are not known stand for anything.
    pub fn may_cover(&self, resource: &str, who: &Who<'_>) -> bool {
        let (unknown, is_named) = if self.is_not_resource { ("\u{0}", false) } else { ("*", true) };
        self.resources.iter().any(|own| glob::fits(&who.put(own, unknown), resource)) == is_named
    }
}

/// Who asks: what variables in policies stand for.
#[derive(Debug, Clone, Copy)]
pub struct Who<'a> {
    pub arn: &'a str,
    pub account: &'a str,
}

impl Who<'_> {
    /// A pattern with what is known of the principal put in; `unknown` stands for other variables.
    pub fn put<'p>(&self, pattern: &'p str, unknown: &str) -> std::borrow::Cow<'p, str> {
        if !pattern.contains("${") {
            return pattern.into();
        }
        let name = self.arn.rsplit('/').next().unwrap_or_default();
        let mut made = String::new();
        let mut rest = pattern;
        while let Some((before, behind)) = rest.split_once("${") {
            let Some((variable, after)) = behind.split_once('}') else { break };
            made.push_str(before);
            match variable.to_lowercase().as_str() {
                "aws:username" if self.arn.contains(":user/") => made.push_str(name),
                "aws:principalaccount" => made.push_str(self.account),
                "*" | "?" | "$" => made.push_str(variable),
                _ => made.push_str(unknown),
            }
            rest = after;
        }
        made.push_str(rest);
        made.into()
    }
}

/// Whether two patterns can mean the same thing, as far as their beginnings tell; in doubt they can.
pub fn overlap(one: &str, other: &str) -> bool {
    if glob::covers(one, other) || glob::covers(other, one) {
        return true;
    }
    let start = |text: &str| text.find(['*', '?']).unwrap_or(text.len());
    let (one_start, other_start) = (start(one), start(other));
    if one_start == one.len() || other_start == other.len() {
        return false;
    }
    let shared = one_start.min(other_start);
    one.as_bytes().get(..shared) == other.as_bytes().get(..shared)
}

/// The texts of a field that may hold one or a list.
fn strings(field: &Value) -> Vec<String> {
    match field {
        Value::String(text) => vec![text.clone()],
        Value::Array(many) => many.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}
