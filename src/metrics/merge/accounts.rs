//! Accounts of all sources, joined into identities.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;

use super::super::facts::{fill, least, most};
use super::keys::{Index, Node, Sets, is_universal, normal};
use crate::model::SourceId;
use crate::model::inventory::{Account, Agent, Class, Fact, Suspicion};
use crate::model::merged::{Identity, Presence};
use crate::model::resolution::{AccountName, Rulings};

/// All accounts while merging.
#[derive(Debug, Default)]
pub struct Accounts {
    drafts: Vec<Draft>,
    sets: Sets,
    index: Index,
    systems: HashMap<SourceId, u32>,
    /// References that no source lists, each once.
    unlisted: HashMap<(Option<u32>, String), Node>,
    /// Who shares which key, kept only where people part accounts: then not every key may join.
    waiting: Option<BTreeMap<String, Vec<Node>>>,
    /// Keys that were found shared, with one of the accounts.
    shared: Vec<(Node, String)>,
}

/// One account of one system, over all pulls that list it.
#[derive(Debug, Default)]
struct Draft {
    presence: Presence,
    name: String,
    recorded: BTreeSet<Class>,
    observed: BTreeSet<Class>,
    /// The rules behind both: whether it is recorded, the class, the rule's name.
    rules: BTreeSet<(bool, Class, String)>,
    suspected: Option<Suspicion>,
    owner: Fact<String>,
    ended: Fact<Timestamp>,
    job: Fact<String>,
    aliases: BTreeSet<String>,
    seen_by: BTreeSet<usize>,
}

impl Accounts {
    /// Nothing yet, ready for what people decided.
    pub fn ruled(rulings: &Rulings) -> Self {
        let parts = rulings.values().any(|ruling| !ruling.is_same);
        Self { waiting: parts.then(BTreeMap::new), ..Self::default() }
    }

    /// Joins and parts what people decided, once every account is known; a decision about an account that nobody
    /// lists has no effect. Where two decisions contradict each other, what is called the same is one.
    pub fn settle(&mut self, rulings: &Rulings) {
        let mut apart = Vec::new();
        for (pair, ruling) in rulings {
            let (Some(one), Some(other)) = (self.named(&pair.one), self.named(&pair.other)) else { continue };
            if ruling.is_same {
                self.sets.join(one, other);
            } else {
                apart.push((one, other));
            }
        }
        for (key, mut nodes) in self.waiting.take().unwrap_or_default() {
            let name = |node: &Node| self.drafts.get(*node).map(|draft| draft.presence.named());
            nodes.sort_by_cached_key(name);
            nodes.dedup();
            // One account for each set that the key is in; a set that may not be joined begins another.
            let mut sets: Vec<Node> = Vec::new();
            for node in nodes {
                if sets.iter().any(|set| self.sets.join_unless(node, *set, &apart)) {
                    self.shared.push((node, key.clone()));
                } else {
                    sets.push(node);
                }
            }
        }
    }

    fn named(&self, name: &AccountName) -> Option<Node> {
        let number = name.system.as_ref().map(|system| self.systems.get(system).copied());
        match number {
            Some(None) => None,
            Some(number) => self.index.exact(number, &name.id),
            None => self.index.exact(None, &name.id),
        }
    }

    /// Takes over what one pull says about one account.
    pub fn add(&mut self, account: &Account, system: Option<SourceId>, pull: usize) {
        let number = system.as_ref().map(|system| self.number(system));
        let node = match self.index.exact(number, &account.id) {
            Some(node) => node,
            None => self.grow(number, system, &account.id),
        };
        let universal = is_universal(&account.id).then_some(&account.id);
        for key in account.aliases.iter().chain(universal) {
            let shared = self.index.share(key, node);
            match (&mut self.waiting, shared) {
                (Some(waiting), _) => waiting.entry(normal(key)).or_default().push(node),
                (None, Some(other)) => {
                    self.sets.join(node, other);
                    self.shared.push((node, normal(key)));
                }
                (None, None) => {}
            }
        }
        self.drafts[node].learn(account, pull);
    }

    fn grow(&mut self, number: Option<u32>, system: Option<SourceId>, id: &str) -> Node {
        let node = self.sets.grow();
        self.index.remember(number, id, node);
        let presence = Presence { id: id.to_owned(), system, ..Presence::default() };
        self.drafts.push(Draft { presence, ..Draft::default() });
        node
    }

    fn number(&mut self, system: &SourceId) -> u32 {
        if let Some(number) = self.systems.get(system) {
            return *number;
        }
        let number = u32::try_from(self.systems.len()).unwrap_or(u32::MAX);
        self.systems.insert(system.clone(), number);
        number
    }

    /// The account that a reference means, if any source lists it.
    pub fn find(&mut self, system: Option<&SourceId>, text: &str) -> Option<Node> {
        let number = system.map(|system| self.number(system));
        self.index.find(number, text)
    }

    /// The account that a grant or a credential belongs to; one about which nothing is known when no source
    /// lists it, so that what it holds is not lost.
    pub fn holder(&mut self, system: Option<SourceId>, text: &str) -> Node {
        if let Some(node) = self.find(system.as_ref(), text) {
            return node;
        }
        let system = system.filter(|_| !is_universal(text));
        let key = (system.as_ref().map(|system| self.number(system)), text.to_owned());
        if let Some(node) = self.unlisted.get(&key) {
            return *node;
        }
        let node = self.sets.grow();
        let presence = Presence { id: text.to_owned(), system, ..Presence::default() };
        self.drafts.push(Draft { presence, ..Draft::default() });
        self.unlisted.insert(key, node);
        node
    }

    /// The account that an agent acts with, if any source lists it.
    pub fn reference(&mut self, agent: &Agent) -> Option<Node> {
        let text = agent.identity.known().unwrap_or(&agent.id);
        let system = agent.source.clone().filter(|source| source.as_str() != super::REGISTER);
        self.find(system.as_ref(), text)
    }

    /// Takes over the agents' register's word that this identity is an agent's own.
    pub fn record_as_ai(&mut self, node: Node) {
        self.drafts[node].recorded.insert(Class::Ai);
        self.drafts[node].rules.insert((true, Class::Ai, "register.agents".to_owned()));
    }

    /// The identities, sorted, and the place of each account's identity.
    pub fn finish(mut self) -> (Vec<Identity>, Vec<usize>) {
        let mut groups: BTreeMap<Node, Vec<Node>> = BTreeMap::new();
        for node in 0..self.drafts.len() {
            groups.entry(self.sets.root(node)).or_default().push(node);
        }
        let mut made: Vec<(Identity, Vec<Node>)> =
            groups.into_values().map(|nodes| (self.identity(&nodes), nodes)).collect();
        let mut shared: HashMap<Node, BTreeSet<String>> = HashMap::new();
        for (node, key) in std::mem::take(&mut self.shared) {
            shared.entry(self.sets.root(node)).or_default().insert(key);
        }
        for (identity, nodes) in &mut made {
            if shared.is_empty() {
                break;
            }
            let root = nodes.first().map(|node| self.sets.root(*node));
            identity.shared = root.and_then(|root| shared.remove(&root)).unwrap_or_default();
        }
        made.sort_by(|(a, _), (b, _)| order(a).cmp(&order(b)));
        let mut places = vec![0; self.drafts.len()];
        for (place, (_, nodes)) in made.iter().enumerate() {
            for node in nodes {
                places[*node] = place;
            }
        }
        (made.into_iter().map(|(identity, _)| identity).collect(), places)
    }

    /// Takes what is known of some accounts and makes one identity of it.
    fn identity(&mut self, nodes: &[Node]) -> Identity {
        let mut drafts: Vec<Draft> =
            nodes.iter().map(|node| std::mem::take(&mut self.drafts[*node])).collect();
        drafts.sort_by(|a, b| rank(&a.presence).cmp(&rank(&b.presence)));
        let mut identity = Identity::default();
        let mut recorded = BTreeSet::new();
        let mut observed = BTreeSet::new();
        for draft in &mut drafts {
            recorded.append(&mut draft.recorded);
            observed.append(&mut draft.observed);
            identity.suspected = better(identity.suspected.take(), draft.suspected.take());
            identity.owner = least(identity.owner, std::mem::take(&mut draft.owner));
            identity.ended = most(identity.ended, draft.ended);
            identity.job = least(identity.job, std::mem::take(&mut draft.job));
            identity.aliases.append(&mut draft.aliases);
            identity.seen_by.append(&mut draft.seen_by);
        }
        identity.recorded = strictest(&recorded);
        identity.observed = strictest(&observed);
        let counts = identity.class().known().map(|class| (!recorded.is_empty(), *class));
        let rules = drafts.iter_mut().flat_map(|draft| std::mem::take(&mut draft.rules));
        let behind = rules.filter(|(is_recorded, class, _)| counts == Some((*is_recorded, *class)));
        identity.class_rules = behind.map(|(_, _, rule)| rule).collect();
        if recorded.len() > 1 {
            identity.disputed = recorded;
        }
        if let Some(first) = drafts.first() {
            identity.id.clone_from(&first.presence.id);
        }
        let named = drafts.iter_mut().find(|draft| !draft.name.is_empty());
        identity.name = named.map_or_else(|| identity.id.clone(), |draft| std::mem::take(&mut draft.name));
        identity.accounts = presences(drafts);
        identity
    }
}

impl Draft {
    fn learn(&mut self, account: &Account, pull: usize) {
        self.name = std::mem::take(&mut self.name).max(account.name.clone());
        if let Fact::Known(class) = account.class {
            if account.is_class_declared { &mut self.recorded } else { &mut self.observed }.insert(class);
            if !account.class_rule.is_empty() {
                self.rules.insert((account.is_class_declared, class, account.class_rule.clone()));
            }
        }
        self.suspected = better(self.suspected.take(), account.suspected.clone());
        self.owner = least(std::mem::take(&mut self.owner), account.owner.clone());
        self.ended = most(self.ended, account.ended);
        self.job = least(std::mem::take(&mut self.job), account.job.clone());
        self.aliases.extend(account.aliases.iter().cloned());
        self.seen_by.insert(pull);
        let own = &mut self.presence;
        own.is_enabled = most(own.is_enabled, account.is_enabled);
        own.is_guest = least(own.is_guest, account.is_guest);
        own.created = least(own.created, account.created);
        own.last_seen = most(own.last_seen, account.last_seen);
        own.has_password = most(own.has_password, account.has_password);
        own.second_factor = most(own.second_factor, account.second_factor);
    }
}

/// The accounts in systems, each filled with what the registers say; else one account of the registers alone.
fn presences(drafts: Vec<Draft>) -> Vec<Presence> {
    let all = drafts.into_iter().map(|draft| draft.presence);
    let (mut presences, described): (Vec<_>, Vec<_>) = all.partition(|own| own.system.is_some());
    let described = described.into_iter().reduce(|one, other| joined(one, &other));
    match described {
        Some(described) if presences.is_empty() => presences.push(described),
        Some(described) => presences = presences.into_iter().map(|own| filled(own, &described)).collect(),
        None => {}
    }
    presences
}

fn joined(one: Presence, other: &Presence) -> Presence {
    Presence {
        is_enabled: most(one.is_enabled, other.is_enabled),
        is_guest: least(one.is_guest, other.is_guest),
        created: least(one.created, other.created),
        last_seen: most(one.last_seen, other.last_seen),
        has_password: most(one.has_password, other.has_password),
        second_factor: most(one.second_factor, other.second_factor),
        ..one
    }
}

fn filled(own: Presence, described: &Presence) -> Presence {
    Presence {
        is_enabled: fill(own.is_enabled, &described.is_enabled),
        is_guest: fill(own.is_guest, &described.is_guest),
        created: fill(own.created, &described.created),
        last_seen: fill(own.last_seen, &described.last_seen),
        has_password: fill(own.has_password, &described.has_password),
        second_factor: fill(own.second_factor, &described.second_factor),
        ..own
    }
}

/// Of several classes the one with the strictest rules: agent before machine before person.
fn strictest(classes: &BTreeSet<Class>) -> Fact<Class> {
    classes.last().map_or(Fact::Hidden, |class| Fact::Known(*class))
}

fn better(one: Option<Suspicion>, other: Option<Suspicion>) -> Option<Suspicion> {
    let standing = |suspicion: &Suspicion| (suspicion.class, suspicion.because.clone());
    one.into_iter().chain(other).max_by_key(standing)
}

/// Accounts in systems come first, so that they name the identity.
fn rank(presence: &Presence) -> (bool, &Option<SourceId>, &str) {
    (presence.system.is_none(), &presence.system, &presence.id)
}

fn order(identity: &Identity) -> Option<(&str, &Option<SourceId>)> {
    identity.accounts.first().map(|first| (identity.id.as_str(), &first.system))
}
