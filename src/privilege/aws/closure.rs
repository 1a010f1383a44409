//! What becoming somebody is worth, for everybody at once: components of those who can become one another, and for
//! each the strongest of every kind of right that lies behind it.
//!
//! Nobody's steps are followed one by one: 50,000 principals who may become each other are one component with one
//! table. Two owners are kept for each kind of right, so that nobody is credited with his own by a detour.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::super::in_parallel;
use super::super::right::{Right, ServiceAt};
use super::shelf::Shelf;
use crate::model::privilege::{Access, Conditions, Scope, Standing, Tier};

/// A principal, or a set of principals that some step leads to.
pub type Node = u32;

/// What sort of right it is; only the scope is left open. Sorted as cells are, so that sheets are made in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sort {
    pub access: Access,
    pub tier: Tier,
    pub service: ServiceAt,
    pub conditions: Conditions,
    pub standing: Standing,
    pub is_grave: bool,
}

impl Sort {
    /// The sort of a right.
    pub fn of(right: &Right) -> Self {
        Self {
            service: right.key.service,
            access: right.access,
            tier: right.tier,
            conditions: right.conditions,
            standing: right.standing,
            is_grave: right.is_grave,
        }
    }
}

/// The widest scope of a sort of right, whose it is, and the widest of anybody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Widest {
    scope: Scope,
    /// `None` where several have the widest: then it does not matter who.
    owner: Option<u32>,
    other: Option<Scope>,
}

/// The strongest rights of somebody, by sort.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Worth {
    rights: Box<[(Sort, Widest)]>,
    /// Whether anybody of them has a way to control of everything.
    pub is_control: bool,
}

impl Worth {
    /// The rights of one owner.
    pub fn new(owner: u32, rights: impl IntoIterator<Item = (Sort, Scope)>) -> Self {
        let mut pot = Pot::default();
        for (sort, scope) in rights {
            pot.add_held(sort, scope, (owner, None));
        }
        pot.worth()
    }

    /// Who alone has the widest of any sort.
    pub fn owners(&self) -> impl Iterator<Item = u32> + '_ {
        self.rights.iter().filter_map(|(_, widest)| widest.owner)
    }

    /// Every sort of right with its widest scope, as far as it is not `owner`'s own.
    pub fn of_others(&self, owner: u32) -> impl Iterator<Item = (Sort, Scope)> + '_ {
        self.rights.iter().filter_map(move |(sort, widest)| {
            let scope = if widest.owner == Some(owner) { widest.other } else { Some(widest.scope) };
            Some((*sort, scope?))
        })
    }
}

impl Widest {
    /// Joins two; the order in which many are joined changes nothing.
    fn join(&mut self, more: Self) {
        let is_same = self.owner.is_some() && self.owner == more.owner;
        let (mut first, second) = if more.scope > self.scope { (more, *self) } else { (*self, more) };
        // The second's own second is never wider than the second, so it need not be asked.
        first.other = first.other.max(if is_same { second.other } else { Some(second.scope) });
        if first.other == Some(first.scope) {
            first.owner = None;
        }
        *self = first;
    }
}

/// The owner with the greatest number, and another one if there are several.
pub type Owners = (u32, Option<u32>);

/// Joins two lots of owners of the same thing.
pub fn join_owners(one: Owners, other: Owners) -> Owners {
    let greatest = one.0.max(other.0);
    let rest = [Some(one.0), one.1, Some(other.0), other.1];
    (greatest, rest.into_iter().flatten().filter(|owner| *owner != greatest).max())
}

/// Rights while they are gathered.
#[derive(Default)]
pub struct Pot {
    rights: HashMap<Sort, Widest, RandomState>,
    /// Whether anybody whose rights are in it has a way to control of everything.
    pub is_control: bool,
}

impl Pot {
    /// Adds everything of a table.
    pub fn pour(&mut self, worth: &Worth) {
        self.is_control |= worth.is_control;
        for (sort, widest) in &worth.rights {
            self.add(*sort, *widest);
        }
    }

    /// The table, sorted.
    pub fn worth(self) -> Worth {
        let mut rights: Vec<_> = self.rights.into_iter().collect();
        rights.sort_unstable_by_key(|(sort, _)| *sort);
        Worth { rights: rights.into(), is_control: self.is_control }
    }

    /// Adds a right that one owner has, or that so many have alike of whom these are two.
    pub fn add_held(&mut self, sort: Sort, scope: Scope, (owner, another): Owners) {
        let (owner, other) = if another.is_some() { (None, Some(scope)) } else { (Some(owner), None) };
        self.add(sort, Widest { scope, owner, other });
    }

    fn add(&mut self, sort: Sort, widest: Widest) {
        self.rights.entry(sort).and_modify(|known| known.join(widest)).or_insert(widest);
    }
}

/// The worth of becoming each of `starts`: all that it and everybody behind it can do. `out` names the successors
/// of a node, `own` pours the rights of principals who can become one another; a set of principals has none.
pub fn worths<'o>(
    (nodes, shelf): (usize, &Shelf<Worth>),
    starts: impl Iterator<Item = Node>,
    out: impl Fn(Node) -> &'o [Node] + Sync,
    own: impl Fn(&[Node], &mut Pot) + Sync,
) -> Vec<Option<Arc<Worth>>> {
    let mut worths: Vec<Option<Arc<Worth>>> = vec![None; nodes];
    for components in levels(components(nodes, starts, &out), nodes, &out) {
        let mut made = vec![None; components.len()];
        let gathered = |members: &Vec<Node>| shelf.keep(gather(members, &out, &own, &worths));
        in_parallel(&mut made, |at| components.get(at).map(gathered));
        for (component, worth) in components.iter().zip(made) {
            for member in component {
                if let Some(place) = worths.get_mut(*member as usize) {
                    place.clone_from(&worth);
                }
            }
        }
    }
    worths
}

/// Components by the longest way to one that leads nowhere, so that those of one level do not need one another.
/// They come, and are given back, with those first that others lead to.
fn levels<'o>(
    components: Vec<Vec<Node>>,
    nodes: usize,
    out: &impl Fn(Node) -> &'o [Node],
) -> Vec<Vec<Vec<Node>>> {
    // A level is one more than that of everything it leads to; that of the component itself is not known yet.
    let mut of_node: Vec<Option<usize>> = vec![None; nodes];
    let mut levels: Vec<Vec<Vec<Node>>> = Vec::new();
    for component in components {
        let behind = component.iter().flat_map(|member| out(*member));
        let deepest = behind.filter_map(|next| of_node.get(*next as usize).copied().flatten()).max();
        let level = deepest.map_or(0, |deepest| deepest + 1);
        for member in &component {
            if let Some(place) = of_node.get_mut(*member as usize) {
                *place = Some(level);
            }
        }
        if level == levels.len() {
            levels.push(Vec::new());
        }
        if let Some(alike) = levels.get_mut(level) {
            alike.push(component);
        }
    }
    levels
}

/// Everything that the members of a component have themselves or reach outside of it.
fn gather<'o>(
    members: &[Node],
    out: &impl Fn(Node) -> &'o [Node],
    own: &impl Fn(&[Node], &mut Pot),
    known: &[Option<Arc<Worth>>],
) -> Worth {
    let mut pot = Pot::default();
    own(members, &mut pot);
    let mut poured = HashSet::new();
    for next in members.iter().flat_map(|member| out(*member)) {
        if let Some(Some(worth)) = known.get(*next as usize)
            && poured.insert(Arc::as_ptr(worth))
        {
            pot.pour(worth);
        }
    }
    pot.worth()
}

/// Where a node stands in the search for components.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    New,
    /// On the stack: when it was met, and the earliest node on the stack that it leads back to.
    Open {
        met: u32,
        back: u32,
    },
    Done,
}

/// The strongly connected components behind `starts`, those that others lead to first (Tarjan 1972, without
/// recursion, for chains may be as long as there are principals).
fn components<'o>(
    nodes: usize,
    starts: impl Iterator<Item = Node>,
    out: &impl Fn(Node) -> &'o [Node],
) -> Vec<Vec<Node>> {
    let mut search = Search { marks: vec![Mark::New; nodes], open: Vec::new(), met: 0, found: Vec::new() };
    for start in starts {
        search.from(start, out);
    }
    search.found
}

struct Search {
    marks: Vec<Mark>,
    open: Vec<Node>,
    met: u32,
    found: Vec<Vec<Node>>,
}

impl Search {
    fn from<'o>(&mut self, start: Node, out: &impl Fn(Node) -> &'o [Node]) {
        let mut work = Vec::new();
        if self.enter(start) {
            work.push((start, out(start).iter()));
        }
        while let Some((node, rest)) = work.last_mut() {
            let node = *node;
            if let Some(next) = rest.next() {
                if self.enter(*next) {
                    work.push((*next, out(*next).iter()));
                } else if let Mark::Open { met, .. } = self.mark(*next) {
                    self.leads_back(node, met);
                }
                continue;
            }
            work.pop();
            let back = self.leave(node);
            if let Some((parent, _)) = work.last() {
                self.leads_back(*parent, back);
            }
        }
    }

    fn mark(&self, node: Node) -> Mark {
        self.marks.get(node as usize).copied().unwrap_or(Mark::Done)
    }

    fn set(&mut self, node: Node, mark: Mark) {
        if let Some(place) = self.marks.get_mut(node as usize) {
            *place = mark;
        }
    }

    /// Opens a node; `false` when it was met before.
    fn enter(&mut self, node: Node) -> bool {
        if self.mark(node) != Mark::New {
            return false;
        }
        self.set(node, Mark::Open { met: self.met, back: self.met });
        self.met += 1;
        self.open.push(node);
        true
    }

    fn leads_back(&mut self, node: Node, to: u32) {
        if let Mark::Open { met, back } = self.mark(node) {
            self.set(node, Mark::Open { met, back: back.min(to) });
        }
    }

    /// Closes a node all of whose successors were seen; says how far back it leads.
    fn leave(&mut self, node: Node) -> u32 {
        let Mark::Open { met, back } = self.mark(node) else { return u32::MAX };
        if met == back {
            let first = self.open.iter().rposition(|open| *open == node).unwrap_or_default();
            let members = self.open.split_off(first);
            for member in &members {
                self.set(*member, Mark::Done);
            }
            self.found.push(members);
        }
        back
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn sort(service: u32) -> Sort {
        Sort {
            service: ServiceAt(service),
            access: Access::Write,
            tier: Tier::Ordinary,
            conditions: Conditions::NONE,
            standing: Standing::Permanent,
            is_grave: false,
        }
    }

    fn seen(worth: &Worth, owner: u32) -> Vec<(u32, Scope)> {
        worth.of_others(owner).map(|(sort, scope)| (sort.service.0, scope)).collect()
    }

    type World = (Vec<Vec<Node>>, Vec<Vec<(u32, usize)>>);

    fn world() -> impl Strategy<Value = World> {
        (1_usize..9).prop_flat_map(|n| {
            let nodes = u32::try_from(n).unwrap();
            let edges = prop::collection::vec(prop::collection::vec(0..nodes, 0..4), n);
            let rights = prop::collection::vec(prop::collection::vec((0..4_u32, 0..5_usize), 0..4), n);
            (edges, rights)
        })
    }

    fn own((_, rights): &World, node: Node) -> Worth {
        let rights = rights[node as usize].iter();
        Worth::new(node, rights.map(|(service, scope)| (sort(*service), Scope::ALL[*scope])))
    }

    /// Everybody behind a node, by walking.
    fn behind((edges, _): &World, start: Node) -> BTreeSet<Node> {
        let (mut met, mut work) = (BTreeSet::from([start]), vec![start]);
        while let Some(node) = work.pop() {
            work.extend(edges[node as usize].iter().filter(|next| met.insert(**next)));
        }
        met
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn a_table_says_what_walking_finds_without_the_own_rights(world in world()) {
            let nodes = world.0.len();
            let all = 0..u32::try_from(nodes).unwrap();
            let worths = worths((nodes, &Shelf::default()), all.clone(), |node| &world.0[node as usize], |members, pot| members.iter().for_each(|node| pot.pour(&own(&world, *node))));
            for node in all.clone() {
                let table = worths[node as usize].as_ref().unwrap();
                for asks in all.clone() {
                    let mut walked = std::collections::BTreeMap::new();
                    for other in behind(&world, node).into_iter().filter(|other| *other != asks) {
                        for (service, scope) in seen(&own(&world, other), u32::MAX) {
                            let widest = walked.entry(service).or_insert(scope);
                            *widest = scope.max(*widest);
                        }
                    }
                    prop_assert_eq!(seen(table, asks), walked.into_iter().collect::<Vec<_>>());
                }
            }
        }
    }

    #[test]
    fn a_chain_as_long_as_there_are_principals_ends() {
        let length = 200_000_u32;
        let edges: Vec<Vec<Node>> = (0..length).map(|node| vec![(node + 1) % length]).collect();
        let own = |members: &[Node], pot: &mut Pot| {
            if members.contains(&7) {
                pot.pour(&Worth::new(7, [(sort(1), Scope::Tenant)]));
            }
        };
        let worths =
            worths((edges.len(), &Shelf::default()), std::iter::once(0), |node| &edges[node as usize], own);
        assert_eq!(seen(worths[100].as_ref().unwrap(), 0), [(1, Scope::Tenant)]);
        assert_eq!(seen(worths[7].as_ref().unwrap(), 7), []);
    }
}
