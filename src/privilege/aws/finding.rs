//! Ways to more privilege and chains of identities, as people read them.

use std::collections::{BTreeMap, VecDeque};

use super::cast::Cast;
use super::known::{Gives, PATHS, Path};
use super::reaching::{Reaching, Taken, becomes};
use super::routes::Tracker;
use super::set::Set;
use crate::model::privilege::{Chain, PathFinding};

/// How many identities that can be become a profile names.
const NAMED: usize = 50;

/// The ways that lead to control of everything, in the order of the table.
pub fn paths(reaching: &Reaching, tracker: &Tracker<'_>, taken: &[Taken<'_>]) -> Vec<PathFinding> {
    let leading = taken.iter().filter(|one| !reaching.to_control(tracker.own, one).is_empty());
    leading.filter_map(|one| Some(finding(reaching, tracker, one, PATHS.get(one.path)?))).collect()
}

fn finding(reaching: &Reaching, tracker: &Tracker<'_>, taken: &Taken<'_>, path: &Path) -> PathFinding {
    let mut targets = Set::default();
    for (_, set, _) in &taken.ways {
        targets.add(set);
    }
    if path.gives != Gives::Rights {
        targets = targets.without(tracker.own);
    }
    if !path.is_total() {
        targets = targets.common(&reaching.control);
    }
    // Oneself first, then by name.
    let first = if targets.has(tracker.own) { Some(tracker.own) } else { targets.iter().next() };
    let others = targets.iter().count().saturating_sub(1);
    let target = first.and_then(|at| tracker.cast.nodes.get(at)).map_or("", |node| &*node.arn);
    let needs = path.needs.iter().map(|need| format!("{} on {target}", need.action));
    let grants = first.map(|at| tracker.grants(path, at)).unwrap_or_default();
    PathFinding {
        id: path.id.to_owned(),
        title: path.title(),
        steps: needs.chain(path.also.iter().map(|action| (*action).to_owned())).collect(),
        leads_to: leads_to(path, target, others),
        grants: grants.into_iter().map(|at| at as usize).collect(),
        removal: Vec::new(),
        score_after: None,
        assumes: path.assumes.iter().map(|text| (*text).to_owned()).collect(),
    }
}

fn leads_to(path: &Path, target: &str, others: usize) -> String {
    let name = short(target);
    let more = match others {
        0 => String::new(),
        1 => " (or 1 other)".to_owned(),
        count => format!(" (or {count} others)"),
    };
    match path.gives {
        Gives::Rights => format!("any rights for {name}{more}"),
        Gives::Remade => format!("control of {name}{more} after giving it any rights"),
        Gives::Membership => format!("the rights of {name}{more}"),
        Gives::Principal | Gives::Passed(_) | Gives::Hosted(_) => format!("control of {name}{more}"),
    }
}

/// `role/admin` of an ARN.
fn short(arn: &str) -> &str {
    arn.splitn(6, ':').nth(5).unwrap_or(arn)
}

/// A step of the search: from whom, by which path.
type Step = (Option<usize>, usize);

/// The shortest chain to each identity that can be become; those with control of everything first. Also how many
/// more there are.
pub fn chains(reaching: &Reaching, cast: &Cast, own: usize, taken: &[Taken<'_>]) -> (Vec<Chain>, usize) {
    let steps = search(reaching, own, taken);
    let mut ends: Vec<(bool, usize, &str, usize)> = steps
        .keys()
        .filter_map(|at| {
            let arn = &*cast.nodes.get(*at)?.arn;
            Some((!reaching.control.has(*at), trail(&steps, *at).len(), arn, *at))
        })
        .collect();
    ends.sort_unstable();
    let more = ends.len().saturating_sub(NAMED);
    let name = |at: usize| cast.nodes.get(at).map_or("", |node| &*node.arn).to_owned();
    let chains = ends.into_iter().take(NAMED).map(|(_, _, _, end)| {
        let trail = trail(&steps, end);
        let title = |path: usize| PATHS.get(path).map(Path::title).unwrap_or_default();
        Chain {
            identities: std::iter::once(own).chain(trail.iter().map(|(at, _)| *at)).map(name).collect(),
            steps: trail.iter().map(|(_, path)| title(*path)).collect(),
            reaches_control: reaching.control.has(end),
        }
    });
    (chains.collect(), more)
}

/// Everybody who can be become, each with the step that reached him first.
fn search(reaching: &Reaching, own: usize, taken: &[Taken<'_>]) -> BTreeMap<usize, Step> {
    let mut steps: BTreeMap<usize, Step> = BTreeMap::new();
    let mut done = Set::default();
    let mut queue = VecDeque::new();
    let mut meet = |from: Option<usize>, path: usize, set: &Set, queue: &mut VecDeque<usize>| {
        for at in set.iter().filter(|at| *at != own) {
            steps.entry(at).or_insert_with(|| {
                queue.push_back(at);
                (from, path)
            });
        }
    };
    for one in taken.iter().filter(|one| becomes(one.path)) {
        for (_, set, _) in &one.ways {
            meet(None, one.path, set, &mut queue);
        }
    }
    while let Some(node) = queue.pop_front() {
        for one in reaching.taken(node).into_iter().filter(|one| becomes(one.path)) {
            for (_, set, place) in &one.ways {
                // A set whose members were all met leads nowhere new.
                let Some(place) = place.filter(|place| !done.has(*place)) else { continue };
                done.insert(place);
                meet(Some(node), one.path, set, &mut queue);
            }
        }
    }
    steps
}

/// The steps to somebody, the first one first.
fn trail(steps: &BTreeMap<usize, Step>, end: usize) -> Vec<(usize, usize)> {
    let mut trail = Vec::new();
    let mut at = Some(end);
    while let Some((node, (from, path))) = at.and_then(|at| Some((at, *steps.get(&at)?))) {
        trail.push((node, path));
        at = from;
    }
    trail.reverse();
    trail
}
