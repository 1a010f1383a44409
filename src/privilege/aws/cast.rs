//! Who there is to take over: users, roles, groups and customers' policies of every account, and whom roles trust.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::{Arc, PoisonError, RwLock};

use foldhash::fast::RandomState;
use jiff::Timestamp;
use serde_json::Value;

use super::clause::Request;
use super::glob;
use super::set::Set;
use super::trust::Trust;
use crate::model::inventory::{CredentialKind, EntitlementKind, Fact, Record};
use crate::model::merged::{IdentityAt, Inventory};
use crate::model::privilege::Conditions;
use crate::model::pull::{Outcome, Pulled};

/// What sort of principal a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    User,
    Role,
    Group,
    /// Not a principal: a customer's policy, in a list of its own.
    Policy,
}

/// A user, a role or a group.
#[derive(Debug)]
pub struct Node {
    pub kind: Kind,
    pub arn: Arc<str>,
    /// The place of the account that holds its policies; `None` where the inventory does not list it.
    pub account: Option<usize>,
}

/// Everybody of all accounts. Numbers of nodes are places in `nodes`, which are sorted by kind and ARN, so that those of
/// one kind and account stand side by side.
#[derive(Debug, Default)]
pub struct Cast {
    pub nodes: Vec<Node>,
    by_arn: HashMap<Arc<str>, usize, RandomState>,
    /// Customers' policies, sorted, with the nodes that hold them; lists, for most policies have few holders.
    policies: Vec<(Arc<str>, Box<[usize]>)>,
    /// Where an account's nodes of one kind, or its policies, begin and end; by the ARN up to its number and colon.
    ranges: HashMap<(Kind, Arc<str>), Range<usize>>,
    /// The policies of groups, by node.
    pub groups: HashMap<usize, Vec<String>>,
    /// Groups with members to whom new rights would mean something.
    pub filled: Set,
    /// Users and roles whose boundary leaves them no control of everything, whatever else they are given.
    pub bounded: Set,
    /// Roles and users that only AWS changes.
    pub kept: Set,
    pub with_password: Set,
    pub without_password: Set,
    /// Users to whom no further access key can be given.
    pub without_room: Set,
    trusts: HashMap<usize, Trust>,
    /// Roles that let in whole accounts, or everybody (""), alike for all who ask.
    open: HashMap<Box<str>, BTreeMap<usize, Set>>,
    /// Roles that name somebody, by his ARN.
    named: HashMap<Box<str>, Vec<usize>>,
    /// Roles for which more than a name and an account decides.
    personal: Vec<usize>,
    /// Roles by the services that may run with them.
    hosted: HashMap<Box<str>, Set>,
    /// Roles whose trust could not be read.
    pub unread: Set,
    matched: RwLock<Matched>,
    /// Who holds any of some policies; many may change the same ones.
    held: RwLock<HashMap<Set, Arc<Set>, RandomState>>,
}

/// What patterns match, by where the list begins and the pattern.
type Matched = HashMap<(bool, usize, usize, Box<str>), Arc<Set>, RandomState>;

/// Below these paths, only AWS itself changes roles.
const KEPT_PATHS: [&str; 2] = [":role/aws-service-role/", ":role/aws-reserved/"];
/// How many access keys a user may have.
const KEYS: usize = 2;

impl Cast {
    /// Gathers everybody whom the inventory and the documents of groups show; `accounts` are the ARNs of users and
    /// roles, each with its place.
    pub fn build<'a>(
        (inventory, pulls): (&Inventory, &[Pulled]),
        trusts: Vec<(&str, Option<Trust>)>,
        accounts: impl Iterator<Item = (&'a str, usize)>,
        (now, is_bounded): (Option<Timestamp>, impl Fn(usize) -> bool),
    ) -> Self {
        let mut cast = Self::default();
        let described = groups(pulls);
        let kinds = accounts.filter_map(|(arn, at)| Some((kind(arn)?, Arc::from(arn), Some(at))));
        let groups = described.keys().map(|id| (Kind::Group, Arc::from(*id), None));
        cast.nodes = kinds.chain(groups).map(|(kind, arn, account)| Node { kind, arn, account }).collect();
        cast.nodes.sort_by(|a, b| (a.kind, &a.arn).cmp(&(b.kind, &b.arn)));
        cast.nodes.dedup_by(|next, kept| next.arn == kept.arn);
        cast.by_arn = cast.nodes.iter().enumerate().map(|(at, node)| (Arc::clone(&node.arn), at)).collect();
        let range = |(at, node): (usize, &Node)| ((node.kind, home(&node.arn).into()), at);
        cast.ranges = ranges(cast.nodes.iter().enumerate().map(range));
        for (id, text) in &described {
            cast.read_group(id, text);
        }
        for (id, trust) in trusts {
            cast.admit(id, trust, now);
        }
        let bounded = |node: &Node| node.account.is_some_and(&is_bounded);
        cast.bounded = (0..cast.nodes.len()).filter(|at| cast.nodes.get(*at).is_some_and(bounded)).collect();
        cast.read_states(inventory);
        cast.read_holdings(inventory);
        cast
    }

    /// The node of an ARN.
    pub fn find(&self, arn: &str) -> Option<usize> {
        self.by_arn.get(arn).copied()
    }

    /// The nodes (or policies) of one kind in the account of an ARN.
    pub fn range(&self, kind: Kind, arn: &str) -> Range<usize> {
        self.ranges.get(&(kind, home(arn).into())).cloned().unwrap_or(0..0)
    }

    /// All roles of all accounts.
    pub fn roles(&self) -> Range<usize> {
        let from = self.nodes.partition_point(|node| node.kind < Kind::Role);
        from..self.nodes.partition_point(|node| node.kind <= Kind::Role)
    }

    /// Whether anybody of the account of an ARN is known.
    pub fn has_account(&self, arn: &str) -> bool {
        [Kind::User, Kind::Role].iter().any(|kind| !self.range(*kind, arn).is_empty())
    }

    /// Who holds any of these policies.
    pub fn holders(&self, policies: &Set) -> Arc<Set> {
        let known = self.held.read().unwrap_or_else(PoisonError::into_inner).get(policies).cloned();
        known.unwrap_or_else(|| {
            let made = Arc::new(self.gather(policies));
            let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(held.entry(policies.clone()).or_insert(made))
        })
    }

    fn gather(&self, policies: &Set) -> Set {
        let mut all = Set::default();
        for (_, holders) in policies.iter().filter_map(|at| self.policies.get(at)) {
            for holder in holders {
                all.insert(*holder);
            }
        }
        all
    }

    /// Roles with which one of these services may run.
    pub fn hosted(&self, service: &str) -> Option<&Set> {
        self.hosted.get(service)
    }

    /// Roles that let in everybody whom an account lets out, by the bits of what they ask for.
    pub fn open_to(&self, account: &str) -> impl Iterator<Item = (usize, &Set)> {
        [account, ""].into_iter().filter_map(|to| self.open.get(to)).flatten().map(|(bits, set)| (*bits, set))
    }

    /// Roles for which more than an account's word decides, as far as they let somebody in: each with what it asks
    /// for and whether it names him.
    pub fn lets_in(&self, who: &Request<'_>, arn: &str, account: &str) -> Vec<(usize, Conditions, bool)> {
        let named = self.named.get(arn).into_iter().flatten();
        let mut roles: Vec<usize> = named.chain(&self.personal).copied().collect();
        roles.sort_unstable();
        roles.dedup();
        let admit = |role: usize| {
            let admitted = self.trusts.get(&role).map(|trust| trust.admits(who, arn, account));
            admitted.unwrap_or_default().into_iter().map(move |(asked, is_named)| (role, asked, is_named))
        };
        roles.into_iter().flat_map(admit).collect()
    }

    /// Whether the trust of any role may decide about somebody by his own name.
    pub fn is_named(&self, arn: &str) -> bool {
        self.named.contains_key(arn) || !self.personal.is_empty()
    }

    /// Nodes (or policies) of a range that a pattern means.
    pub fn matches(&self, is_policy: bool, range: &Range<usize>, pattern: &str) -> Arc<Set> {
        let key = (is_policy, range.start, range.end, Box::from(pattern));
        let known = self.matched.read().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        if let Some(known) = known {
            return known;
        }
        let text = |at: usize| {
            if is_policy {
                self.policies.get(at).map_or("", |(id, _)| &**id)
            } else {
                self.nodes.get(at).map_or("", |node| &*node.arn)
            }
        };
        let start = pattern.find(['*', '?']).unwrap_or(pattern.len());
        let prefix = pattern.get(..start).unwrap_or_default();
        let begins = |at: usize| text(at).get(..prefix.len()).unwrap_or_else(|| text(at));
        let from = range.start + partition(range.len(), |at| begins(range.start + at) < prefix);
        let to = range.start + partition(range.len(), |at| begins(range.start + at) <= prefix);
        let found: Set = (from..to.max(from)).filter(|at| glob::fits(pattern, text(*at))).collect();
        let found = Arc::new(found);
        self.matched.write().unwrap_or_else(PoisonError::into_inner).insert(key, Arc::clone(&found));
        found
    }

    fn read_group(&mut self, id: &str, text: &str) {
        let Some(at) = self.find(id) else { return };
        let document: Value = serde_json::from_str(text).unwrap_or_default();
        let listed = document.get("Policies").and_then(Value::as_array);
        let policies = listed.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned);
        self.groups.insert(at, policies.collect());
    }

    fn admit(&mut self, id: &str, trust: Option<Trust>, now: Option<Timestamp>) {
        let Some(at) = id.strip_suffix("#trust").and_then(|role| self.find(role)) else { return };
        let Some(trust) = trust else { return self.unread.insert(at) };
        if trust.is_unread {
            self.unread.insert(at);
        }
        for service in &trust.services {
            self.hosted.entry(service.to_lowercase().into()).or_default().insert(at);
        }
        let nobody = Request { keys: Vec::new(), now };
        if trust.is_personal() {
            self.personal.push(at);
        } else {
            for entry in &trust.allows {
                let Some(asked) = entry.asked(&nobody) else { continue };
                let all = entry.is_everybody.then_some("");
                for to in entry.accounts.iter().map(|number| &**number).chain(all) {
                    let open = self.open.entry(to.into()).or_default();
                    open.entry(asked.bits()).or_default().insert(at);
                }
                for named in &entry.named {
                    self.named.entry(named.clone()).or_default().push(at);
                }
            }
        }
        self.trusts.insert(at, trust);
    }

    fn read_states(&mut self, inventory: &Inventory) {
        let mut keys: HashMap<IdentityAt, usize> = HashMap::new();
        for kept in inventory.credentials.iter().filter(|kept| kept.kind == CredentialKind::Key) {
            *keys.entry(kept.identity).or_default() += 1;
        }
        for (identity, one) in inventory.identities.iter().enumerate() {
            for account in &one.accounts {
                let Some(at) = self.find(&account.id) else { continue };
                if KEPT_PATHS.iter().any(|path| account.id.contains(path)) {
                    self.kept.insert(at);
                }
                match account.has_password {
                    Fact::Known(true) => self.with_password.insert(at),
                    Fact::Known(false) | Fact::Absent => self.without_password.insert(at),
                    Fact::Hidden => {}
                }
                if keys.get(&identity).is_some_and(|count| *count >= KEYS) {
                    self.without_room.insert(at);
                }
            }
        }
    }

    /// Which groups have members, and who holds which policy of his account.
    fn read_holdings(&mut self, inventory: &Inventory) {
        let mut held: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for holding in &inventory.holdings {
            match holding.kind {
                EntitlementKind::Group => {
                    let is_bounded = self.find(&holding.account).is_some_and(|at| self.bounded.has(at));
                    if let Some(group) = self.find(&holding.entitlement).filter(|_| !is_bounded) {
                        self.filled.insert(group);
                    }
                }
                EntitlementKind::Policy if is_customers(&holding.entitlement) => {
                    let Some(node) = self.find(&holding.account) else { continue };
                    held.entry(&*holding.entitlement).or_default().push(node);
                }
                _ => {}
            }
        }
        self.policies = held.into_iter().map(|(id, holders)| (id.into(), holders.into())).collect();
        let range = |(at, (id, _)): (usize, &(Arc<str>, Box<[usize]>))| ((Kind::Policy, home(id).into()), at);
        self.ranges.extend(ranges(self.policies.iter().enumerate().map(range)));
    }
}

/// What groups give their members, by the groups' ids; the newest says last what counts.
fn groups(pulls: &[Pulled]) -> BTreeMap<&str, &str> {
    let mut pulls: Vec<_> = pulls.iter().filter(|pull| pull.manifest.outcome == Outcome::Whole).collect();
    pulls.sort_by(|a, b| (a.manifest.taken, &a.manifest.id).cmp(&(b.manifest.taken, &b.manifest.id)));
    let mut documents = BTreeMap::new();
    for record in pulls.into_iter().flat_map(|pull| &pull.records) {
        let Record::Entitlement(one) = record else { continue };
        let is_group = one.kind == EntitlementKind::Group && one.id.starts_with("arn:");
        if let Some(text) = one.document.as_deref().filter(|_| is_group) {
            documents.insert(one.id.as_str(), text);
        }
    }
    documents
}

/// Runs of the same key.
fn ranges(
    places: impl Iterator<Item = ((Kind, Arc<str>), usize)>,
) -> HashMap<(Kind, Arc<str>), Range<usize>> {
    let mut ranges: HashMap<(Kind, Arc<str>), Range<usize>> = HashMap::new();
    for (key, at) in places {
        ranges.entry(key).and_modify(|range| range.end = at + 1).or_insert(at..at + 1);
    }
    ranges
}

/// How many of the first places fulfil something that holds of the first places only.
fn partition(count: usize, is: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = low + (high - low) / 2;
        if is(middle) { low = middle + 1 } else { high = middle }
    }
    low
}

fn kind(arn: &str) -> Option<Kind> {
    let resource = arn.splitn(6, ':').nth(5)?;
    match resource.split_once('/')?.0 {
        "user" => Some(Kind::User),
        "role" => Some(Kind::Role),
        _ => None,
    }
}

/// Whether a policy is kept by a customer, apart from whom it is attached to.
fn is_customers(id: &str) -> bool {
    let number = id.split(':').nth(4).unwrap_or_default();
    !id.contains('#') && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// An ARN up to its account and the colon behind it.
fn home(arn: &str) -> &str {
    let end = arn.bytes().enumerate().filter(|(_, byte)| *byte == b':').map(|(at, _)| at + 1).nth(4);
    end.and_then(|end| arn.get(..end)).unwrap_or(arn)
}
