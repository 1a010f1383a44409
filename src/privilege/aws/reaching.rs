//! Who can take over whom, over any number of steps, and what that adds to what each can do by itself.
//!
//! Along a chain only what the first step asks for and what is known of its use counts: later steps could only be
//! harder, so that this never understates.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use super::super::right::{Granted, Key, Right, RightText, ServiceAt};
use super::closure::{self, Pot, Sort, Worth};
use super::known::PATHS;
use super::routes::Open;
use super::set::Set;
use crate::model::privilege::{Access, Conditions, Reach, Scope, Standing, Tier, Use};

/// Set in an action's number for rights that come from becoming somebody else or from a way to more privilege.
const DERIVED: u32 = 1 << 30;
/// Where the numbers of rights of others begin; those of ways are smaller.
const OTHERS: u32 = 1 << 10;

/// What one node can do about others.
#[derive(Debug, Clone, Default)]
pub struct Ways {
    pub open: Vec<Open>,
    /// Whether it administers everything outright.
    pub is_control: bool,
    /// Whether it may do everything there is in its account, so that nobody there adds to it.
    pub is_full: bool,
    /// The place of its system.
    pub system: usize,
}

/// The ways of all nodes, followed to their ends.
#[derive(Debug, Default)]
pub struct Reaching {
    pub nodes: Vec<Node>,
    /// Nodes that administer everything outright or can give it to themselves.
    direct: Set,
    /// Those, and everybody who can become one of them over any number of steps.
    pub control: Set,
    pub sets: Vec<Set>,
    /// What becoming a node is worth; `None` where nobody can.
    worths: Vec<Option<Arc<Worth>>>,
    /// By set: every worth of its nodes, each once.
    behind: Vec<Vec<Arc<Worth>>>,
    /// Worths of several, joined, by where the parts lie.
    joined: Mutex<HashMap<Vec<usize>, Arc<Worth>>>,
    /// By system: the service under which ways to more privilege are counted.
    services: Vec<ServiceAt>,
}

/// The ways of one node.
#[derive(Debug, Clone, Default)]
pub struct Node {
    open: Box<[Kept]>,
    is_full: bool,
    system: usize,
}

/// An open way; whom it leads to stands in the list of sets.
#[derive(Debug, Clone)]
struct Kept {
    path: usize,
    uses: Box<[Use]>,
    ways: Box<[(Conditions, usize)]>,
}

/// An open way with those whom it leads to.
pub struct Taken<'a> {
    pub path: usize,
    pub uses: &'a [Use],
    pub ways: Vec<(Conditions, &'a Set, Option<usize>)>,
}

/// Whose ways they are.
#[derive(Debug, Clone, Copy)]
pub struct Taker {
    pub node: usize,
    pub system: usize,
    /// The account's part of the numbers of actions.
    pub account: u32,
    pub is_named: bool,
}

impl<'a> Taken<'a> {
    /// Ways that were looked for just now.
    pub fn of(open: &'a [Open]) -> Vec<Self> {
        let ways = |open: &'a Open| open.ways.iter().map(|(asked, set)| (*asked, set, None)).collect();
        open.iter().map(|one| Self { path: one.path, uses: &one.uses, ways: ways(one) }).collect()
    }
}

impl Reaching {
    /// Follows the ways of all nodes. `own` pours the rights of some nodes, each as its own; `services` are those
    /// under which ways to more privilege are counted, by system.
    pub fn build(ways: Vec<Ways>, services: Vec<ServiceAt>, own: impl Fn(&[usize], &mut Pot)) -> Self {
        let mut made = Self { services, ..Self::default() };
        let mut places: HashMap<Set, usize> = HashMap::new();
        for (at, ways) in ways.into_iter().enumerate() {
            if ways.is_control || ways.open.iter().any(|open| !becomes(open.path)) {
                made.direct.insert(at);
            }
            let kept = ways.open.into_iter().map(|open| made.keep(open, &mut places)).collect();
            made.nodes.push(Node { open: kept, is_full: ways.is_full, system: ways.system });
        }
        made.control = made.direct.clone();
        made.follow(own);
        let is_control = |worth: &Option<Arc<Worth>>| worth.as_ref().is_some_and(|worth| worth.is_control);
        let far = made.worths.iter().enumerate().filter(|(_, worth)| is_control(worth)).map(|(at, _)| at);
        made.control.add(&far.collect());
        made.behind = made.sets.iter().map(|set| made.behind(set)).collect();
        made
    }

    /// The ways of a node as they were found at the beginning.
    pub fn taken(&self, node: usize) -> Vec<Taken<'_>> {
        let kept = self.nodes.get(node).map_or(&[][..], |node| &node.open);
        let way = |(asked, at): &(Conditions, usize)| Some((*asked, self.sets.get(*at)?, Some(*at)));
        kept.iter()
            .map(|one| Taken {
                path: one.path,
                uses: &one.uses,
                ways: one.ways.iter().filter_map(way).collect(),
            })
            .collect()
    }

    /// What a way asks for where it leads to control of everything; empty when it does not.
    pub fn to_control(&self, taken: &Taken<'_>) -> Vec<Conditions> {
        let is_total = !becomes(taken.path);
        let leads = taken.ways.iter().filter(|(_, set, _)| is_total || set.meets(&self.control));
        leads.map(|(asked, ..)| *asked).collect()
    }

    /// Whether a way leads to somebody who has control of everything or can give it to himself.
    fn is_direct(&self, taken: &Taken<'_>) -> bool {
        !becomes(taken.path) || taken.ways.iter().any(|(_, set, _)| set.meets(&self.direct))
    }

    /// Adds what the ways of somebody lead to: the ways themselves, and the rights of those whom he can become.
    pub fn add(&self, whose: Taker, taken: &[Taken<'_>], to: &mut Granted) {
        let mut count = 0;
        let mut is_near = false;
        let mut others: BTreeMap<(Use, Conditions), Vec<Arc<Worth>>> = BTreeMap::new();
        for one in taken {
            let control = self.to_control(one);
            if !control.is_empty() {
                count += 1;
                is_near |= self.is_direct(one);
                self.push_way(whose, one, &control, to);
            }
            if becomes(one.path) {
                for (asked, set, at) in &one.ways {
                    let behind = at.and_then(|at| self.behind.get(at)).cloned();
                    let behind = behind.unwrap_or_else(|| self.behind(set));
                    for usage in one.uses {
                        others.entry((*usage, *asked)).or_default().extend(behind.iter().cloned());
                    }
                }
            }
        }
        for (((usage, asked), worths), number) in others.into_iter().zip(0..) {
            self.push_others(whose, (usage, asked, number), worths, to);
        }
        to.path_count = to.path_count.map(|known| known + count);
        to.reach = to.reach.max(match (count, is_near) {
            (0, _) => Reach::None,
            (_, false) => Reach::Chain,
            (_, true) => Reach::Path,
        });
    }

    fn push_way(&self, whose: Taker, taken: &Taken<'_>, control: &[Conditions], to: &mut Granted) {
        let service = self.services.get(whose.system).copied().unwrap_or(ServiceAt(0));
        let each = control.iter().flat_map(|asked| taken.uses.iter().map(move |usage| (*asked, *usage)));
        for ((asked, usage), resource) in each.zip(0..) {
            let path = u32::try_from(taken.path).unwrap_or(0) % OTHERS;
            let key = Key { service, action: whose.account | DERIVED | path, resource };
            let sort = way_sort(service, asked);
            to.rights.push(right(key, sort, Scope::Account, usage));
            if whose.is_named {
                let id = PATHS.get(taken.path).map_or("", |path| path.id);
                let text = RightText { actions: vec![format!("esc:{id}")], resource: "*".to_owned() };
                to.texts.push(text);
            }
        }
    }

    fn push_others(
        &self,
        whose: Taker,
        (usage, asked, resource): (Use, Conditions, u32),
        worths: Vec<Arc<Worth>>,
        to: &mut Granted,
    ) {
        let Some(table) = self.join(worths) else { return };
        let own = u32::try_from(whose.node).unwrap_or(u32::MAX);
        for ((mut sort, scope), place) in table.of_others(own).zip(OTHERS..) {
            let action = whose.account | DERIVED | (place % (1 << 21));
            sort.conditions = sort.conditions.both(asked);
            to.rights.push(right(Key { service: sort.service, action, resource }, sort, scope, usage));
            if whose.is_named {
                let text = "as another identity".to_owned();
                to.texts.push(RightText { actions: vec![text], resource: "*".to_owned() });
            }
        }
    }

    /// All parts together; each combination is put together once.
    fn join(&self, mut worths: Vec<Arc<Worth>>) -> Option<Arc<Worth>> {
        worths.sort_unstable_by_key(|worth| Arc::as_ptr(worth) as usize);
        worths.dedup_by(|next, kept| Arc::ptr_eq(next, kept));
        if let [] | [_] = worths.as_slice() {
            return worths.pop();
        }
        let key: Vec<usize> = worths.iter().map(|worth| Arc::as_ptr(worth) as usize).collect();
        let known = self.joined.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        if known.is_some() {
            return known;
        }
        let mut pot = Pot::default();
        for worth in &worths {
            pot.pour(worth);
        }
        let made = Arc::new(pot.worth());
        self.joined.lock().unwrap_or_else(PoisonError::into_inner).insert(key, Arc::clone(&made));
        Some(made)
    }

    fn behind(&self, set: &Set) -> Vec<Arc<Worth>> {
        let mut worths: Vec<_> = set.iter().filter_map(|at| self.worths.get(at)?.clone()).collect();
        worths.sort_unstable_by_key(|worth| Arc::as_ptr(worth) as usize);
        worths.dedup_by(|next, kept| Arc::ptr_eq(next, kept));
        worths
    }

    fn keep(&mut self, open: Open, places: &mut HashMap<Set, usize>) -> Kept {
        let mut place = |set: Set| {
            *places.entry(set.trimmed()).or_insert_with_key(|set| {
                self.sets.push(set.clone());
                self.sets.len() - 1
            })
        };
        let ways = open.ways.into_iter().map(|(asked, set)| (asked, place(set))).collect();
        Kept { path: open.path, uses: open.uses.into(), ways }
    }

    fn follow(&mut self, own: impl Fn(&[usize], &mut Pot)) {
        let count = self.nodes.len();
        let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let leads = |node: &Node| Self::leads(node).into_iter().map(|set| number(count + set)).collect();
        let mut out: Vec<Vec<closure::Node>> = self.nodes.iter().map(leads).collect();
        out.extend(self.sets.iter().map(|set| set.iter().map(number).collect()));
        let starts = number(count)..number(out.len());
        let pour = |members: &[closure::Node], pot: &mut Pot| {
            let members: Vec<_> = members.iter().map(|at| *at as usize).filter(|at| *at < count).collect();
            for at in &members {
                self.pour_ways(*at, pot);
            }
            own(&self.needed(members), pot);
        };
        let after = |at: closure::Node| out.get(at as usize).map_or(&[][..], Vec::as_slice);
        let mut worths = closure::worths(out.len(), starts, after, pour);
        worths.truncate(count);
        self.worths = worths;
    }

    /// The ways of a node as rights that becoming it gives.
    fn pour_ways(&self, node: usize, pot: &mut Pot) {
        pot.is_control |= self.direct.has(node);
        let Some(own) = self.nodes.get(node) else { return };
        let service = self.services.get(own.system).copied().unwrap_or(ServiceAt(0));
        let control = self.taken(node).iter().flat_map(|one| self.to_control(one)).collect::<Vec<_>>();
        let sorts = control.into_iter().map(|asked| (way_sort(service, asked), Scope::Account));
        pot.pour(&Worth::new(u32::try_from(node).unwrap_or(u32::MAX), sorts));
    }

    /// The sets of nodes that a node can become.
    fn leads(node: &Node) -> Vec<usize> {
        let becoming = node.open.iter().filter(|kept| becomes(kept.path));
        let mut sets: Vec<_> = becoming.flat_map(|kept| kept.ways.iter()).map(|(_, set)| *set).collect();
        sets.sort_unstable();
        sets.dedup();
        sets
    }

    /// Those of some nodes whose rights have to be looked at: where two may do everything in an account, nobody else
    /// there adds anything, whoever of the two asks.
    fn needed(&self, mut members: Vec<usize>) -> Vec<usize> {
        members.sort_unstable();
        let of = |at: &usize| self.nodes.get(*at).map_or((0, false), |node| (node.system, node.is_full));
        let mut full: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for at in &members {
            if let (system, true) = of(at) {
                full.entry(system).or_default().push(*at);
            }
        }
        members.retain(|at| match full.get(&of(at).0).map(Vec::as_slice) {
            Some([first, second, ..]) => at == first || at == second,
            _ => true,
        });
        members
    }
}

/// Whether a path makes its holder somebody else.
pub fn becomes(path: usize) -> bool {
    PATHS.get(path).is_some_and(|path| !path.is_total())
}

/// What a way to more privilege is as a right.
fn way_sort(service: ServiceAt, conditions: Conditions) -> Sort {
    Sort {
        service,
        access: Access::Admin,
        tier: Tier::Control,
        conditions,
        standing: Standing::Permanent,
        is_grave: true,
    }
}

fn right(key: Key, sort: Sort, scope: Scope, usage: Use) -> Right {
    Right {
        key,
        access: sort.access,
        tier: sort.tier,
        scope,
        used_scope: None,
        conditions: sort.conditions,
        standing: sort.standing,
        usage,
        is_grave: sort.is_grave,
        actions: 0,
        grants: Box::default(),
    }
}
