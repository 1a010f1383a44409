//! Which of the known ways to more privilege one principal can take, and to whom they lead.
//!
//! Targets are the users, roles, groups and policies that exist: a pattern means those that it fits, a deny takes those
//! away that it covers, a boundary and the organisation leave those that they let through.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use super::super::right::GrantAt;
use super::super::used::{AccountUse, GrantAge};
use super::cast::{Cast, Kind};
use super::clause::Request;
use super::document::{Document, Statement};
use super::effective::{Judge, Known, Piece};
use super::found::{Found, both, cross, either, minus, only};
use super::known::{self, Gives, Mask, Need, On, PATHS, Path};
use super::set::Set;
use crate::model::privilege::{Conditions, Prior, Use};

/// A way that is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    /// The place in [`PATHS`].
    pub path: usize,
    /// What is known of the use of everything that it needs, without repeats.
    pub uses: Vec<Use>,
    /// Whom it leads to, by what it asks for; oneself may be among them and counts for new rights only.
    pub ways: Vec<(Conditions, Arc<Set>)>,
}

/// Everything that decides which ways one principal can take.
pub struct Tracker<'a> {
    pub cast: &'a Cast,
    pub judge: &'a Judge<'a>,
    pub pieces: &'a [Piece],
    pub usage: AccountUse<'a>,
    /// Its own node.
    pub own: usize,
    memo: RefCell<HashMap<(usize, On, usize), Rc<Found>>>,
}

/// An action of a known way.
#[derive(Clone, Copy)]
struct Action {
    name: &'static str,
    number: usize,
    place: usize,
}

impl Action {
    fn of(name: &'static str) -> Option<Self> {
        let number = known::number(name)?;
        Some(Self { name, number, place: (*known::places().get(number)?)? })
    }
}

/// What an action is done to: nodes or policies, and what else its request says.
#[derive(Clone)]
struct Field {
    is_policy: bool,
    range: Range<usize>,
    more: Known<'static>,
}

/// Policies that give control of everything to whom they are attached.
const ATTACHED: [Known<'static>; 2] = [
    Some(("iam:policyarn", "arn:aws:iam::aws:policy/AdministratorAccess")),
    Some(("iam:policyarn", "arn:aws:iam::aws:policy/IAMFullAccess")),
];

/// The actions of known ways that anything allows a principal, before denies.
pub fn wished(judge: &Judge<'_>) -> Mask {
    let allows = judge.held.iter().flat_map(|held| &held.document.allows);
    allows.fold(0, |mask, allow| mask | allow.actions.known)
}

impl<'a> Tracker<'a> {
    /// What a principal can do about others; `own` is its node.
    pub fn new(
        cast: &'a Cast,
        judge: &'a Judge<'a>,
        pieces: &'a [Piece],
        usage: AccountUse<'a>,
        own: usize,
    ) -> Self {
        Self { cast, judge, pieces, usage, own, memo: RefCell::default() }
    }

    /// All ways that are open, in the order of the table.
    pub fn open(&self) -> Vec<Open> {
        let mut mask = wished(self.judge);
        if !self.admitted().is_empty() {
            // Who is named by a role needs no permission of his own.
            mask |= known::number("sts:AssumeRole").map_or(0, |bit| 1 << bit);
        }
        let fitting = PATHS.iter().zip(known::masks()).enumerate();
        let fitting = fitting.filter(|(_, (_, needs))| **needs & mask == **needs);
        fitting.filter_map(|(at, (path, _))| self.take(at, path)).collect()
    }

    /// The grants that open a way to a target.
    pub fn grants(&self, path: &Path, target: usize) -> BTreeSet<GrantAt> {
        let mut grants = BTreeSet::new();
        for need in path.needs {
            let Some(action) = Action::of(need.action) else { continue };
            for more in requests(path, need.action) {
                let field = self.field(need.on, more);
                let fits = |set: &Set| {
                    if field.is_policy { self.cast.holders(set).has(target) } else { set.has(target) }
                };
                for (held, statement) in self.allows(action) {
                    let is_asked = self.judge.asked_to(&statement.clauses, more).is_some();
                    if is_asked && fits(&self.spoken(statement, &field, false)) {
                        grants.insert(held);
                    }
                }
            }
        }
        for action in path.also.iter().filter_map(|name| Action::of(name)) {
            let giving = self.pieces.iter().filter(|piece| piece.span.all.has(action.place));
            let from = giving.flat_map(|piece| &piece.from).filter(|(_, set)| set.has(action.place));
            grants.extend(from.map(|(at, _)| *at));
        }
        grants
    }

    fn take(&self, at: usize, path: &Path) -> Option<Open> {
        let mut all: Option<Found> = None;
        for need in path.needs {
            let found = self.need(*need, path);
            let found = match all {
                None => (*found).clone(),
                Some(before) => both(&before, &found),
            };
            all = Some(found).filter(|found| !found.ways.is_empty());
            all.as_ref()?;
        }
        let mut all = all.or_else(|| self.hosts(path))?;
        for name in path.also {
            all = self.also(all, Action::of(name)?);
        }
        // Becoming who one is gains nothing; new rights of one's own do. Oneself stays in the set, so that all who
        // can do something to everybody share one set.
        let is_other = |set: &Set| path.gives == Gives::Rights || set.iter().any(|at| at != self.own);
        all.ways.retain(|(_, set)| is_other(set));
        let ways: Vec<_> = all.ways.into_iter().map(|(asked, set)| (asked, Arc::new(set))).collect();
        (!ways.is_empty()).then_some(Open { path: at, uses: all.uses, ways })
    }

    /// Roles with which something may already run.
    fn hosts(&self, path: &Path) -> Option<Found> {
        let Gives::Hosted(services) = path.gives else { return None };
        let key = (usize::MAX, On::PassedRole, services.as_ptr() as usize);
        let make = || {
            let ways = vec![(Conditions::NONE, self.of_services(path))];
            Rc::new(Found { ways, uses: Vec::new() })
        };
        Some((**self.memo.borrow_mut().entry(key).or_insert_with(make)).clone())
    }

    /// Roles of the own account with which the services of a path may run.
    fn of_services(&self, path: &Path) -> Set {
        let mut all = Set::default();
        let (Gives::Passed(services) | Gives::Hosted(services)) = path.gives else { return all };
        for set in services.iter().filter_map(|service| self.cast.hosted(service)) {
            all.add(set);
        }
        let mut own = Set::default();
        own.fill(self.cast.range(Kind::Role, self.judge.who.arn));
        own.common(&all)
    }

    fn need(&self, need: Need, path: &Path) -> Rc<Found> {
        let of = match path.gives {
            Gives::Passed(services) => services.as_ptr() as usize,
            Gives::Membership => 2,
            _ => usize::from(path.is_total()),
        };
        let Some(action) = Action::of(need.action) else { return Rc::default() };
        let key = (action.number, need.on, of);
        if let Some(known) = self.memo.borrow().get(&key) {
            return Rc::clone(known);
        }
        let found = Rc::new(self.search(action, need.on, path));
        self.memo.borrow_mut().insert(key, Rc::clone(&found));
        found
    }

    fn search(&self, action: Action, on: On, path: &Path) -> Found {
        let (cast, arn) = (self.cast, self.judge.who.arn);
        let each = requests(path, action.name).into_iter().map(|more| {
            let found = self.allowed(action, &self.field(on, more));
            match more {
                Some(("iam:passedtoservice", service)) => {
                    only(found, cast.hosted(service).unwrap_or(&Set::default()))
                }
                _ => found,
            }
        });
        let found = each.fold(Found::default(), either);
        match on {
            On::PassedRole => found,
            On::User => self.open_user(found, path),
            On::UserWithRoomForKey => self.open_user(minus(found, &cast.without_room), path),
            On::UserWithPassword => minus(found, &cast.without_password),
            On::UserWithoutPassword => minus(found, &cast.with_password),
            On::Role => self.open_role(minus(found, &cast.kept), action, path),
            On::Group if path.gives == Gives::Membership => found,
            On::Group => only(found, &cast.filled),
            On::Policy => {
                let mut own = Set::default();
                for kind in [Kind::User, Kind::Role] {
                    own.fill(cast.range(kind, arn));
                }
                own.remove(&cast.bounded);
                let mut found = found;
                for (_, set) in &mut found.ways {
                    *set = cast.holders(set).common(&own);
                }
                found
            }
            On::TrustingRole => self.assumable(&found),
        }
    }

    /// Users to whom new rights would mean something.
    fn open_user(&self, found: Found, path: &Path) -> Found {
        if path.is_total() { minus(found, &self.cast.bounded) } else { found }
    }

    /// Roles to whom new rights would mean something, or a new trust: whoever must not assume a role gains nothing by
    /// being trusted.
    fn open_role(&self, found: Found, action: Action, path: &Path) -> Found {
        let found = if path.is_total() { minus(found, &self.cast.bounded) } else { found };
        if action.name != "iam:UpdateAssumeRolePolicy" {
            return found;
        }
        let Some(assume) = Action::of("sts:AssumeRole") else { return found };
        minus(found, &self.denied(assume, &self.field(On::Role, None)))
    }

    /// Roles that let it in and that it is let out to; `allowed`: those on which it may do it.
    fn assumable(&self, allowed: &Found) -> Found {
        let mut open = Found::default();
        for (bits, set) in self.cast.open_to(self.judge.who.account) {
            let asked = of_bits(bits);
            open = either(open, Found { ways: vec![(asked, set.clone())], uses: Vec::new() });
        }
        let mut named = Found::default();
        for (role, asked, is_named) in self.admitted() {
            let one = Found { ways: vec![(asked, [role].into_iter().collect())], uses: Vec::new() };
            let is_near = self.cast.range(Kind::Role, self.judge.who.arn).contains(&role);
            if is_named && is_near && !self.is_denied_to_assume(role) {
                named = either(named, one);
            } else {
                open = either(open, one);
            }
        }
        let mut all = both(&open, allowed);
        if !named.ways.is_empty() {
            named.uses = vec![self.usage.of("sts", "AssumeRole", GrantAge::default(), Prior::Default)];
        }
        all = either(all, named);
        all.ways.retain(|(_, set)| !set.is_empty());
        all
    }

    fn is_denied_to_assume(&self, role: usize) -> bool {
        let Some(action) = Action::of("sts:AssumeRole") else { return false };
        let arn = self.cast.nodes.get(role).map_or("", |node| &*node.arn);
        self.judge
            .denies_to(None)
            .any(|deny| deny.actions.span.all.has(action.place) && deny.covers(arn, &self.judge.who))
    }

    fn admitted(&self) -> Vec<(usize, Conditions, bool)> {
        let who = &self.judge.who;
        let mut keys = vec![("aws:principalarn", who.arn), ("aws:principalaccount", who.account)];
        if who.arn.contains(":user/") {
            keys.push(("aws:username", who.arn.rsplit('/').next().unwrap_or_default()));
        }
        self.cast.lets_in(&Request { keys, now: self.judge.now }, who.arn, who.account)
    }

    fn field(&self, on: On, more: Known<'static>) -> Field {
        let arn = self.judge.who.arn;
        let (is_policy, range) = match on {
            On::User | On::UserWithRoomForKey | On::UserWithPassword | On::UserWithoutPassword => {
                (false, self.cast.range(Kind::User, arn))
            }
            On::Role | On::PassedRole => (false, self.cast.range(Kind::Role, arn)),
            On::TrustingRole => (false, self.cast.roles()),
            On::Group => (false, self.cast.range(Kind::Group, arn)),
            On::Policy => (true, self.cast.range(Kind::Policy, arn)),
        };
        Field { is_policy, range, more }
    }

    /// Statements that allow an action, with the grants that carry them.
    fn allows(&self, action: Action) -> impl Iterator<Item = (GrantAt, &Statement)> {
        let has = move |allow: &&Statement| allow.actions.known & 1 << action.number != 0;
        let held = self.judge.held.iter();
        held.flat_map(move |held| held.document.allows.iter().filter(has).map(move |one| (held.at, one)))
    }

    /// Whom an action may be done to.
    fn allowed(&self, action: Action, field: &Field) -> Found {
        let (service, name) = action.name.split_once(':').unwrap_or_default();
        let mut ways: BTreeMap<Conditions, Set> = BTreeMap::new();
        let mut uses = BTreeSet::new();
        let usage = self.usage.service(service);
        for held in &self.judge.held {
            let allows = held.document.allows.iter();
            for allow in allows.filter(|allow| allow.actions.known & 1 << action.number != 0) {
                let Some(asked) = self.judge.asked_to(&allow.clauses, field.more) else { continue };
                let targets = self.spoken(allow, field, false);
                if targets.is_empty() {
                    continue;
                }
                ways.entry(asked).or_default().add(&targets);
                uses.insert(usage.of(name, held.age, prior(allow, action)));
            }
        }
        let denied = self.denied(action, field);
        let mut found: Vec<(Conditions, Set)> = ways.into_iter().collect();
        for (_, set) in &mut found {
            set.remove(&denied);
        }
        for gate in &self.judge.gates {
            found = cross(&found, &self.gate(gate, action, field));
        }
        found.retain(|(_, set)| !set.is_empty());
        Found { uses: if found.is_empty() { Vec::new() } else { uses.into_iter().collect() }, ways: found }
    }

    fn denied(&self, action: Action, field: &Field) -> Set {
        let mut denied = Set::default();
        for deny in self.judge.denies_to(field.more).filter(|deny| deny.actions.span.all.has(action.place)) {
            denied.add(&self.spoken(deny, field, true));
        }
        denied
    }

    fn gate(&self, gate: &[&Document], action: Action, field: &Field) -> Vec<(Conditions, Set)> {
        let mut ways: BTreeMap<Conditions, Set> = BTreeMap::new();
        let allows = gate.iter().flat_map(|document| &document.allows);
        for allow in allows.filter(|allow| allow.actions.known & 1 << action.number != 0) {
            let Some(asked) = self.judge.asked_to(&allow.clauses, field.more) else { continue };
            ways.entry(asked).or_default().add(&self.spoken(allow, field, false));
        }
        ways.into_iter().collect()
    }

    /// Whom a statement speaks of; where a variable is not known, a deny speaks of nobody.
    fn spoken(&self, statement: &Statement, field: &Field, is_deny: bool) -> Set {
        let unknown = if is_deny == statement.is_not_resource { "*" } else { "\u{0}" };
        let mut named = Set::default();
        for own in &statement.resources {
            let pattern = self.judge.who.put(own, unknown);
            named.add(&self.cast.matches(field.is_policy, &field.range, &pattern));
        }
        if !statement.is_not_resource {
            return named;
        }
        let mut rest = Set::default();
        rest.fill(field.range.clone());
        rest.remove(&named);
        rest
    }

    /// Adds to a way an action that only has to be allowed on something.
    fn also(&self, found: Found, action: Action) -> Found {
        let (service, name) = action.name.split_once(':').unwrap_or_default();
        let usage = self.usage.service(service);
        let mut asks: BTreeSet<Conditions> = BTreeSet::new();
        let mut uses: BTreeSet<Use> = found.uses.into_iter().collect();
        let near = |piece: &&Piece| is_near(&piece.pattern, service, self.judge.who.account);
        for piece in self.pieces.iter().filter(|piece| piece.span.all.has(action.place)).filter(near) {
            let is_wide = piece.span.wide.has(action.place);
            let prior = if is_wide { Prior::ServiceWildcard } else { of_pattern(&piece.pattern) };
            asks.insert(piece.conditions);
            uses.insert(usage.of(name, piece.age, prior));
        }
        let mut ways: BTreeMap<Conditions, Set> = BTreeMap::new();
        for (asked, set) in &found.ways {
            for more in fewest(&asks) {
                ways.entry(asked.both(more)).or_default().add(set);
            }
        }
        Found { ways: ways.into_iter().collect(), uses: uses.into_iter().collect() }
    }
}

/// Whether a pattern can mean anything of a service in an account.
fn is_near(pattern: &str, service: &str, account: &str) -> bool {
    let parts: Vec<&str> = pattern.splitn(6, ':').collect();
    let [_, _, of, _, number, _] = parts.as_slice() else { return true };
    let services = match service {
        "ssm" => &["ssm", "ec2", "ecs"][..],
        "ec2-instance-connect" => &["ec2"],
        _ => &[service],
    };
    let is_open = |part: &str| part.is_empty() || part.contains(['*', '?', '$']);
    (is_open(of) || services.contains(of)) && (is_open(number) || *number == account)
}

/// Those that ask for no more than any other.
fn fewest(asks: &BTreeSet<Conditions>) -> impl Iterator<Item = Conditions> + '_ {
    let is_less = |less: &Conditions, than: &Conditions| less != than && less.common(*than) == *less;
    asks.iter().filter(move |asked| !asks.iter().any(|other| is_less(other, asked))).copied()
}

/// What the request for an action of a path would say, one after the other.
fn requests(path: &Path, action: &str) -> Vec<Known<'static>> {
    match path.gives {
        Gives::Passed(services) => {
            services.iter().map(|service| Some(("iam:passedtoservice", *service))).collect()
        }
        _ if action.starts_with("iam:Attach") => ATTACHED.to_vec(),
        _ => vec![None],
    }
}

fn prior(allow: &Statement, action: Action) -> Prior {
    if allow.actions.span.wide.has(action.place) {
        return Prior::ServiceWildcard;
    }
    if allow.is_not_resource {
        return Prior::WildcardResource;
    }
    allow.resources.iter().map(|pattern| of_pattern(pattern)).max().unwrap_or(Prior::Default)
}

fn of_pattern(pattern: &str) -> Prior {
    if pattern.contains(['*', '?']) { Prior::WildcardResource } else { Prior::Default }
}

fn of_bits(bits: usize) -> Conditions {
    use crate::model::privilege::Condition;
    let has = |one: &Condition| bits & 1 << *one as usize != 0;
    Condition::ALL.into_iter().filter(has).fold(Conditions::NONE, Conditions::with)
}
