//! Who is the same: sets of accounts that share a key.

use std::collections::HashMap;

use foldhash::fast::RandomState;

/// An account while merging.
pub type Node = usize;

/// Sets that only ever grow together.
#[derive(Debug, Default)]
pub struct Sets(Vec<Node>);

impl Sets {
    /// A new account, alone in its set.
    pub fn grow(&mut self) -> Node {
        self.0.push(self.0.len());
        self.0.len() - 1
    }

    /// The account that stands for a set.
    pub fn root(&mut self, mut node: Node) -> Node {
        while self.0[node] != node {
            self.0[node] = self.0[self.0[node]];
            node = self.0[node];
        }
        node
    }

    /// Makes two sets one.
    pub fn join(&mut self, one: Node, other: Node) {
        let (one, other) = (self.root(one), self.root(other));
        let (low, high) = (one.min(other), one.max(other));
        self.0[high] = low;
    }

    /// The same, unless that would bring accounts together that are held apart; whether both are in one set now.
    pub fn join_unless(&mut self, one: Node, other: Node, apart: &[(Node, Node)]) -> bool {
        let (one, other) = (self.root(one), self.root(other));
        let is_parted = |set: &mut Self, (left, right): &(Node, Node)| {
            let ends = (set.root(*left), set.root(*right));
            ends == (one, other) || ends == (other, one)
        };
        if one != other && apart.iter().any(|pair| is_parted(self, pair)) {
            return false;
        }
        self.join(one, other);
        true
    }
}

/// Where accounts are found again.
#[derive(Debug, Default)]
pub struct Index {
    /// By id: the systems that use it, and the account in each.
    by_id: HashMap<String, Vec<(Option<u32>, Node)>, RandomState>,
    shared: HashMap<String, Node, RandomState>,
}

impl Index {
    /// The account with this id in this system.
    pub fn exact(&self, system: Option<u32>, id: &str) -> Option<Node> {
        self.by_id.get(id)?.iter().find(|(of, _)| *of == system).map(|(_, node)| *node)
    }

    /// Remembers an account that is not known yet under its id.
    pub fn remember(&mut self, system: Option<u32>, id: &str, node: Node) {
        self.by_id.entry(id.to_owned()).or_insert_with(|| Vec::with_capacity(1)).push((system, node));
    }

    /// Remembers an account under a shared key; says who else has it.
    pub fn share(&mut self, key: &str, node: Node) -> Option<Node> {
        let key = normal(key);
        if key.is_empty() {
            return None;
        }
        let first = *self.shared.entry(key).or_insert(node);
        (first != node).then_some(first)
    }

    /// The account that a reference means: the id in its system, else a shared key, else an id that only one
    /// system uses.
    pub fn find(&self, system: Option<u32>, text: &str) -> Option<Node> {
        self.exact(system, text).or_else(|| self.shared.get(&normal(text)).copied()).or_else(|| {
            match self.by_id.get(text).map(Vec::as_slice) {
                Some([(_, only)]) => Some(*only),
                _ => None,
            }
        })
    }
}

/// Whether an id means the same in every system: a mail address or an ARN.
pub fn is_universal(id: &str) -> bool {
    id.starts_with("arn:") || (id.contains('@') && !id.contains(char::is_whitespace))
}

/// A key in the one spelling in which keys are compared.
pub fn normal(key: &str) -> String {
    key.trim().to_lowercase()
}
