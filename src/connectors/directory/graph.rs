//! Groups inside groups: what somebody is in, and by which way.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::Number;

/// A group that is reached, and the place of the step before it; the first step has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    pub group: Number,
    before: Option<usize>,
}

/// Who is in which groups, directly.
#[derive(Debug, Default)]
pub struct Graph {
    above: HashMap<Number, Vec<Number>>,
    /// Everything above a group, made once.
    known: HashMap<Number, Rc<[Step]>>,
}

impl Graph {
    /// Takes memberships as pairs of member and group. Each list is put in the order of `rank`, so that the order in
    /// which they were read does not matter.
    pub fn new(pairs: impl IntoIterator<Item = (Number, Number)>, rank: &dyn Fn(Number) -> String) -> Self {
        let mut above: HashMap<Number, Vec<Number>> = HashMap::new();
        for (member, group) in pairs {
            above.entry(member).or_default().push(group);
        }
        for groups in above.values_mut() {
            groups.sort_by_cached_key(|group| (rank(*group), *group));
            groups.dedup();
        }
        Self { above, known: HashMap::new() }
    }

    /// The groups that somebody is in directly.
    pub fn direct(&self, who: Number) -> &[Number] {
        self.above.get(&who).map_or(&[], Vec::as_slice)
    }

    /// The group itself and every group above it, by the shortest way to each; a circle ends where it closes.
    pub fn tree(&mut self, group: Number) -> Rc<[Step]> {
        if let Some(known) = self.known.get(&group) {
            return Rc::clone(known);
        }
        let mut steps = vec![Step { group, before: None }];
        let mut seen = HashSet::from([group]);
        let mut at = 0;
        while let Some(step) = steps.get(at).copied() {
            let next = self.direct(step.group).iter().filter(|above| seen.insert(**above));
            let next: Vec<Step> = next.map(|above| Step { group: *above, before: Some(at) }).collect();
            steps.extend(next);
            at += 1;
        }
        let made: Rc<[Step]> = steps.into();
        self.known.insert(group, Rc::clone(&made));
        made
    }

    /// Everything that somebody is in, directly or not.
    pub fn all(&mut self, who: Number) -> HashSet<Number> {
        let direct = self.direct(who).to_vec();
        direct.into_iter().flat_map(|group| self.tree(group).to_vec()).map(|step| step.group).collect()
    }
}

/// The groups through which a step of a tree is reached, outermost first.
pub fn way(tree: &[Step], at: usize) -> Vec<Number> {
    let mut way = Vec::new();
    let mut before = tree.get(at).and_then(|step| step.before);
    while let Some(step) = before.and_then(|place| tree.get(place)) {
        way.push(step.group);
        before = step.before;
    }
    way
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(pairs: &[(Number, Number)]) -> Graph {
        Graph::new(pairs.iter().copied(), &|number| format!("{number:09}"))
    }

    #[test]
    fn ways_are_the_shortest_and_outermost_first() {
        let mut graph = graph(&[(9, 1), (1, 2), (2, 3), (1, 4), (4, 5), (5, 3)]);
        let tree = graph.tree(1);
        let ways: Vec<_> = (0..tree.len()).map(|at| (tree[at].group, way(&tree, at))).collect();
        assert_eq!(ways, [(1, vec![]), (2, vec![1]), (4, vec![1]), (3, vec![2, 1]), (5, vec![4, 1])]);
        assert_eq!(graph.all(9), HashSet::from([1, 2, 3, 4, 5]));
        assert!(graph.all(3).is_empty());
    }

    #[test]
    fn circles_end_and_a_group_may_contain_itself() {
        let mut graph = graph(&[(1, 1), (1, 2), (2, 3), (3, 1)]);
        for group in [1, 2, 3] {
            let tree = graph.tree(group);
            assert_eq!(tree.len(), 3);
            assert!((0..3).all(|at| !way(&tree, at).contains(&tree[at].group)));
        }
    }

    #[test]
    fn a_long_row_of_groups_is_followed_to_its_end() {
        let pairs: Vec<_> = (0..20_000).map(|group| (group, group + 1)).collect();
        let tree = graph(&pairs).tree(0);
        assert_eq!((tree.len(), way(&tree, 20_000).len()), (20_001, 20_000));
    }
}
