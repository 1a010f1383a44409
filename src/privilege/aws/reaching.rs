//! Who can take over whom, over any number of steps, and what that adds to what each can do by itself.
//!
//! Along a chain only what the first step asks for and what is known of its use counts: later steps could only be
//! harder, so that this never understates.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use super::super::factors::Factors;
use super::super::right::{Detail, Granted, Key, Right, RightText, ServiceAt};
use super::super::sheet::Sheet;
use super::super::sums::Sums;
use super::closure::{self, Pot, Sort, Worth};
use super::known::PATHS;
use super::routes::Open;
use super::set::Set;
use super::shelf::Shelf;
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
    pub sets: Vec<Arc<Set>>,
    places: HashMap<Arc<Set>, usize>,
    /// By set: where it leads, and what becoming its nodes is worth; `None` where nobody can.
    ends: Vec<End>,
    /// What becoming a node is worth; `None` where nobody can.
    worths: Vec<Option<Arc<Worth>>>,
    /// Every worth, each once.
    shelf: Shelf<Worth>,
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

/// Two nodes of a sort, as far as there are two: enough to know whether there is another than oneself.
type Two = [Option<usize>; 2];

/// Where a set of nodes leads.
#[derive(Debug, Clone, Default)]
struct End {
    /// Two of it who have control of everything, or can come to it.
    control: Two,
    /// Two of it who have it or can give it to themselves.
    direct: Two,
    /// Two of it who can become any of it.
    inside: Two,
    worth: Option<Arc<Worth>>,
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
    pub ways: Vec<(Conditions, Arc<Set>, Option<usize>)>,
}

/// Whose ways they are.
#[derive(Clone, Copy)]
pub struct Taker<'a> {
    pub node: usize,
    pub system: usize,
    /// The account's part of the numbers of actions.
    pub account: u32,
    pub detail: Detail<'a>,
}

/// Whom somebody can become, by the use of the steps to them and what these ask for.
type Becomes<T> = Vec<(Use, Conditions, T)>;

/// Whom somebody can become, as far as it matters to what that amounts to: where the worths lie, which are kept once.
#[derive(PartialEq, Eq, Hash)]
pub struct Led(Becomes<usize>);

/// What becoming others amounts to.
pub struct Becoming {
    sheet: Arc<Sheet>,
    /// Those whose own rights are among the strongest; to them it amounts to less.
    owners: HashSet<u32>,
}

impl Reaching {
    /// Follows the ways of all nodes. `own` pours the rights of some nodes, each as its own; `services` are those
    /// under which ways to more privilege are counted, by system.
    pub fn build(ways: Vec<Ways>, services: Vec<ServiceAt>, own: impl Fn(&[usize], &mut Pot) + Sync) -> Self {
        let mut made = Self { services, ..Self::default() };
        let inside = inside(&ways);
        for (at, ways) in ways.into_iter().enumerate() {
            if ways.is_control || ways.open.iter().any(|open| !becomes(open.path)) {
                made.direct.insert(at);
            }
            let kept = ways.open.into_iter().map(|open| made.keep(at, open, &inside)).collect();
            made.nodes.push(Node { open: kept, is_full: ways.is_full, system: ways.system });
        }
        made.control = made.direct.clone();
        let behind = made.follow(own);
        let is_control = |worth: &Option<Arc<Worth>>| worth.as_ref().is_some_and(|worth| worth.is_control);
        let far = made.worths.iter().enumerate().filter(|(_, worth)| is_control(worth)).map(|(at, _)| at);
        made.control.add(&far.collect());
        let end = |(set, worth): (&Arc<Set>, _)| End {
            control: two(set, &made.control),
            direct: two(set, &made.direct),
            inside: inside.get(set).copied().unwrap_or_default(),
            worth,
        };
        made.ends = made.sets.iter().zip(behind).map(end).collect();
        made
    }

    /// Ways of somebody that were looked for just now.
    pub fn seen<'a>(&self, own: usize, open: &'a [Open]) -> Vec<Taken<'a>> {
        let way = |path: usize, asked: Conditions, set: &Arc<Set>| {
            let known = self.places.get(set).copied();
            let inside = self.end(known).map(|end| end.inside).unwrap_or_default();
            let set = others_of(own, path, set, inside);
            let place = self.places.get(&set).copied();
            (asked, set, place)
        };
        let ways =
            |open: &'a Open| open.ways.iter().map(|(asked, set)| way(open.path, *asked, set)).collect();
        open.iter().map(|one| Taken { path: one.path, uses: &one.uses, ways: ways(one) }).collect()
    }

    /// The ways of a node as they were found at the beginning.
    pub fn taken(&self, node: usize) -> Vec<Taken<'_>> {
        let kept = self.nodes.get(node).map_or(&[][..], |node| &node.open);
        let way =
            |(asked, at): &(Conditions, usize)| Some((*asked, Arc::clone(self.sets.get(*at)?), Some(*at)));
        kept.iter()
            .map(|one| Taken {
                path: one.path,
                uses: &one.uses,
                ways: one.ways.iter().filter_map(way).collect(),
            })
            .collect()
    }

    /// What a way asks for where it leads to control of everything; empty when it does not.
    pub fn to_control(&self, own: usize, taken: &Taken<'_>) -> Vec<Conditions> {
        let is_total = !becomes(taken.path);
        let leads = taken.ways.iter().filter(|(_, set, at)| {
            let control = || self.end(*at).map_or_else(|| two(set, &self.control), |end| end.control);
            is_total || is_another(own, control())
        });
        leads.map(|(asked, ..)| *asked).collect()
    }

    /// Whether a way leads to somebody who has control of everything or can give it to himself.
    fn is_direct(&self, own: usize, taken: &Taken<'_>) -> bool {
        let is_met = |(_, set, at): &(Conditions, Arc<Set>, Option<usize>)| {
            is_another(own, self.end(*at).map_or_else(|| two(set, &self.direct), |end| end.direct))
        };
        !becomes(taken.path) || taken.ways.iter().any(is_met)
    }

    fn end(&self, at: Option<usize>) -> Option<&End> {
        self.ends.get(at?)
    }

    /// Adds what the ways of somebody lead to: the ways themselves, and the rights of those whom he can become.
    pub fn add(&self, whose: Taker<'_>, taken: &[Taken<'_>], to: &mut Granted) {
        let mut count = 0;
        let mut is_near = false;
        for one in taken {
            let control = self.to_control(whose.node, one);
            if !control.is_empty() {
                count += 1;
                is_near |= self.is_direct(whose.node, one);
                self.push_way(whose, one, &control, to);
            }
        }
        match whose.detail {
            Detail::Sums(sums) => to.sheets.extend(self.becoming(whose, sums, taken)),
            Detail::Brief | Detail::Full => {
                for ((usage, asked, worths), number) in self.others(taken).into_iter().zip(0..) {
                    self.push_others(whose, (usage, asked, number), worths, to);
                }
            }
        }
        to.path_count = to.path_count.map(|known| known + count);
        to.reach = to.reach.max(match (count, is_near) {
            (0, _) => Reach::None,
            (_, false) => Reach::Chain,
            (_, true) => Reach::Path,
        });
    }

    /// What becoming others is worth, by the use of the first step and what it asks for.
    fn others(&self, taken: &[Taken<'_>]) -> Becomes<Vec<Arc<Worth>>> {
        gathered(taken, |set, at| match self.end(at) {
            Some(end) => end.worth.iter().cloned().collect(),
            None => self.behind(set),
        })
    }

    /// The same as what it amounts to; made once for all who can become the same.
    fn becoming(&self, whose: Taker<'_>, sums: &Sums<'_>, taken: &[Taken<'_>]) -> Option<Arc<Sheet>> {
        let settle = |(usage, asked, parts): (Use, Conditions, Vec<Arc<Worth>>)| {
            Some((sums.scale.settled(usage), asked, self.join(parts)?))
        };
        let worths: Becomes<Arc<Worth>> = self.others(taken).into_iter().filter_map(settle).collect();
        if worths.is_empty() {
            return None;
        }
        let place = |(usage, asked, worth): &(Use, Conditions, Arc<Worth>)| {
            (*usage, *asked, Arc::as_ptr(worth) as usize)
        };
        let led = Led(worths.iter().map(place).collect());
        let becoming = sums.becoming.get(led, |_| Becoming {
            sheet: Arc::new(sum(sums, &worths, u32::MAX)),
            owners: worths.iter().flat_map(|(_, _, worth)| worth.owners()).collect(),
        });
        let own = u32::try_from(whose.node).unwrap_or(u32::MAX);
        if becoming.owners.contains(&own) {
            return Some(Arc::new(sum(sums, &worths, own)));
        }
        Some(Arc::clone(&becoming.sheet))
    }

    fn push_way(&self, whose: Taker<'_>, taken: &Taken<'_>, control: &[Conditions], to: &mut Granted) {
        let service = self.services.get(whose.system).copied().unwrap_or(ServiceAt(0));
        let each = control.iter().flat_map(|asked| taken.uses.iter().map(move |usage| (*asked, *usage)));
        for ((asked, usage), resource) in each.zip(0..) {
            let path = u32::try_from(taken.path).unwrap_or(0) % OTHERS;
            let key = Key { service, action: whose.account | DERIVED | path, resource };
            let sort = way_sort(service, asked);
            to.rights.push(right(key, sort, Scope::Account, usage));
            if whose.detail.is_full() {
                let id = PATHS.get(taken.path).map_or("", |path| path.id);
                let text = RightText { actions: vec![format!("esc:{id}")], resource: "*".to_owned() };
                to.texts.push(text);
            }
        }
    }

    fn push_others(
        &self,
        whose: Taker<'_>,
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
            if whose.detail.is_full() {
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
        let made = self.shelf.keep(pot.worth());
        self.joined.lock().unwrap_or_else(PoisonError::into_inner).insert(key, Arc::clone(&made));
        Some(made)
    }

    fn behind(&self, set: &Set) -> Vec<Arc<Worth>> {
        let mut worths: Vec<_> = set.iter().filter_map(|at| self.worths.get(at)?.clone()).collect();
        worths.sort_unstable_by_key(|worth| Arc::as_ptr(worth) as usize);
        worths.dedup_by(|next, kept| Arc::ptr_eq(next, kept));
        worths
    }

    fn keep(&mut self, own: usize, open: Open, inside: &HashMap<Arc<Set>, Two>) -> Kept {
        let mut place = |set: Arc<Set>| {
            let set = others_of(own, open.path, &set, inside.get(&set).copied().unwrap_or_default());
            *self.places.entry(set).or_insert_with_key(|set| {
                self.sets.push(Arc::clone(set));
                self.sets.len() - 1
            })
        };
        let ways = open.ways.into_iter().map(|(asked, set)| (asked, place(set))).collect();
        Kept { path: open.path, uses: open.uses.into(), ways }
    }

    /// Works out what becoming each node is worth, and returns the same for each set.
    fn follow(&mut self, own: impl Fn(&[usize], &mut Pot) + Sync) -> Vec<Option<Arc<Worth>>> {
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
        let mut worths = closure::worths((out.len(), &self.shelf), starts, after, pour);
        let behind = worths.split_off(count.min(worths.len()));
        self.worths = worths;
        behind
    }

    /// The ways of a node as rights that becoming it gives.
    fn pour_ways(&self, node: usize, pot: &mut Pot) {
        pot.is_control |= self.direct.has(node);
        let Some(own) = self.nodes.get(node) else { return };
        let service = self.services.get(own.system).copied().unwrap_or(ServiceAt(0));
        let control = self.taken(node).iter().flat_map(|one| self.to_control(node, one)).collect::<Vec<_>>();
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

/// By set: two of those of it who can become any of it.
fn inside(ways: &[Ways]) -> HashMap<Arc<Set>, Two> {
    let mut inside: HashMap<Arc<Set>, Two> = HashMap::new();
    for (node, ways) in ways.iter().enumerate() {
        for (_, set) in ways.open.iter().filter(|open| becomes(open.path)).flat_map(|open| &open.ways) {
            if !set.has(node) {
                continue;
            }
            match inside.entry(Arc::clone(set)).or_default() {
                [first @ None, _] => *first = Some(node),
                [Some(first), second @ None] if *first != node => *second = Some(node),
                _ => {}
            }
        }
    }
    inside
}

/// Those of a set whom somebody becomes: not himself, unless another of them leads back to him anyway.
fn others_of(own: usize, path: usize, set: &Arc<Set>, inside: Two) -> Arc<Set> {
    if becomes(path) && set.has(own) && !is_another(own, inside) {
        return Arc::new(Set::clone(set).without(own));
    }
    Arc::clone(set)
}

/// The first two who are in both.
fn two(one: &Set, other: &Set) -> Two {
    let mut both = one.shared(other);
    [both.next(), both.next()]
}

/// Whether anybody is named but oneself.
fn is_another(own: usize, named: Two) -> bool {
    named.into_iter().flatten().any(|at| at != own)
}

/// What `end` says of the sets that ways to others lead to, by the use of their steps and what these ask for.
fn gathered<T, E: IntoIterator<Item = T>>(
    taken: &[Taken<'_>],
    end: impl Fn(&Set, Option<usize>) -> E,
) -> Becomes<Vec<T>> {
    let mut all: BTreeMap<(Use, Conditions), Vec<T>> = BTreeMap::new();
    for one in taken.iter().filter(|one| becomes(one.path)) {
        for (asked, set, at) in &one.ways {
            for usage in one.uses {
                all.entry((*usage, *asked)).or_default().extend(end(set, *at));
            }
        }
    }
    all.into_iter().map(|((usage, asked), found)| (usage, asked, found)).collect()
}

/// What becoming others amounts to for somebody, apart from his own rights.
fn sum(sums: &Sums<'_>, worths: &Becomes<Arc<Worth>>, own: u32) -> Sheet {
    let mut rights = Vec::new();
    for (usage, asked, worth) in worths {
        for (mut sort, scope) in worth.of_others(own) {
            sort.conditions = sort.conditions.both(*asked);
            let key = Key { service: sort.service, action: DERIVED, resource: 0 };
            rights.push((sort.service, Factors::of(&right(key, sort, scope, *usage))));
        }
    }
    sums.scale.sheet(&rights)
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
