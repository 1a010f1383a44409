//! Sets of small numbers, one bit each; words without a bit are not kept, so that a set of few is small wherever they
//! lie.

use std::hash::{Hash, Hasher};

/// A set of places in the catalogue, or of nodes: the words that have a bit, by their places, ascending.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Set(Vec<(u32, u64)>);

impl Hash for Set {
    /// Folds the words first: sets are long, and what decides is whether they are equal.
    fn hash<H: Hasher>(&self, state: &mut H) {
        let fold = |sum: u64, (at, bits): &(u32, u64)| {
            (sum.rotate_left(23) ^ bits ^ u64::from(*at)).wrapping_mul(0x9E37_79B9_7F4A_7C15)
        };
        state.write_u64(self.0.iter().fold(self.0.len() as u64, fold));
    }
}

/// Up to how many times longer one set may be than another for both to be walked side by side.
const ALIKE: usize = 8;

impl Set {
    /// Adds one.
    pub fn insert(&mut self, at: usize) {
        let (word, bit) = split(at);
        match self.0.last_mut() {
            Some((last, bits)) if *last == word => *bits |= bit,
            Some((last, _)) if *last > word => match self.place(word) {
                Ok(place) => self.at(place, bit),
                Err(place) => self.0.insert(place, (word, bit)),
            },
            _ => self.0.push((word, bit)),
        }
    }

    /// Whether one is in it.
    pub fn has(&self, at: usize) -> bool {
        let (word, bit) = split(at);
        self.word(word) & bit != 0
    }

    /// Adds all of another set.
    pub fn add(&mut self, other: &Self) {
        if self.0.is_empty() {
            self.0.clone_from(&other.0);
            return;
        }
        if other.0.len() * ALIKE < self.0.len() && other.0.iter().all(|(word, _)| self.place(*word).is_ok()) {
            for (word, bits) in &other.0 {
                if let Ok(place) = self.place(*word) {
                    self.at(place, *bits);
                }
            }
            return;
        }
        let mut all = Vec::with_capacity(self.0.len() + other.0.len());
        let mut more = other.0.iter().peekable();
        for (word, bits) in &self.0 {
            while let Some(before) = more.next_if(|(next, _)| next < word) {
                all.push(*before);
            }
            let same = more.next_if(|(next, _)| next == word).map_or(0, |(_, bits)| *bits);
            all.push((*word, bits | same));
        }
        all.extend(more);
        self.0 = all;
    }

    /// Takes away all of another set.
    pub fn remove(&mut self, other: &Self) {
        let mut rest = other.0.as_slice();
        self.0.retain_mut(|(word, bits)| {
            *bits &= !next(&mut rest, *word);
            *bits != 0
        });
    }

    /// What is in both.
    pub fn common(&self, other: &Self) -> Self {
        Self(self.both(other).collect())
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether everything of another set is in it.
    pub fn covers(&self, other: &Self) -> bool {
        let mut rest = self.0.as_slice();
        other.0.len() <= self.0.len()
            && other.0.iter().all(|(word, bits)| bits & !next(&mut rest, *word) == 0)
    }

    /// How many of a range are in it.
    pub fn count(&self, range: std::ops::Range<usize>) -> u32 {
        let from = self.0.partition_point(|(word, _)| (*word as usize) < range.start / 64);
        Walk(self.0.get(from..).unwrap_or_default()).count(&range)
    }

    /// Begins to ask for ranges one after the other.
    pub fn walk(&self) -> Walk<'_> {
        Walk(&self.0)
    }

    /// How many words it takes.
    pub fn size(&self) -> usize {
        self.0.len()
    }

    /// Adds all numbers of a range.
    pub fn fill(&mut self, range: std::ops::Range<usize>) {
        let Some(last) = range.end.checked_sub(1).filter(|last| *last >= range.start) else { return };
        let (first, end) = (range.start / 64, last / 64);
        let words = (first..=end).map(|at| {
            let low = if at == first { u64::MAX << (range.start % 64) } else { u64::MAX };
            let high = if at == end { u64::MAX >> (63 - last % 64) } else { u64::MAX };
            (split(at * 64).0, low & high)
        });
        let filled = Self(words.collect());
        self.add(&filled);
    }

    /// The same set in no more memory than it needs.
    #[must_use]
    pub fn trimmed(mut self) -> Self {
        self.0.shrink_to_fit();
        self
    }

    /// Whether anything is in both.
    pub fn meets(&self, other: &Self) -> bool {
        self.both(other).next().is_some()
    }

    /// Without one.
    #[must_use]
    pub fn without(mut self, at: usize) -> Self {
        self.remove(&std::iter::once(at).collect());
        self
    }

    /// The numbers, ascending.
    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.0.iter().copied().flat_map(numbers)
    }

    /// The numbers that are in both, ascending.
    pub fn shared<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = usize> + 'a {
        self.both(other).flat_map(numbers)
    }

    /// The words that have a bit in both.
    fn both<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = (u32, u64)> + 'a {
        let (few, many) = if self.0.len() <= other.0.len() { (self, other) } else { (other, self) };
        let mut rest = many.0.as_slice();
        few.0.iter().filter_map(move |(word, bits)| {
            let common = bits & next(&mut rest, *word);
            (common != 0).then_some((*word, common))
        })
    }

    fn place(&self, word: u32) -> Result<usize, usize> {
        self.0.binary_search_by_key(&word, |(at, _)| *at)
    }

    fn word(&self, word: u32) -> u64 {
        self.place(word).ok().and_then(|place| self.0.get(place)).map_or(0, |(_, bits)| *bits)
    }

    fn at(&mut self, place: usize, bits: u64) {
        if let Some((_, word)) = self.0.get_mut(place) {
            *word |= bits;
        }
    }
}

/// A set of which ranges are asked for that never go back, each from where the one before was found: for many ranges
/// close to each other that is faster than to search for each.
#[derive(Debug, Clone)]
pub struct Walk<'a>(&'a [(u32, u64)]);

impl Walk<'_> {
    /// The first number that is not below another one.
    pub fn next_from(&mut self, at: usize) -> Option<usize> {
        self.skip_to(at / 64);
        self.0.iter().find_map(|(word, bits)| {
            let left = if *word as usize == at / 64 { bits & (u64::MAX << (at % 64)) } else { *bits };
            (left != 0).then(|| *word as usize * 64 + left.trailing_zeros() as usize)
        })
    }

    /// How many of a range are in the set.
    pub fn count(&mut self, range: &std::ops::Range<usize>) -> u32 {
        let (first, last) = (range.start / 64, range.end / 64);
        self.skip_to(first);
        let words = self.0.iter().take_while(|(word, _)| *word as usize <= last);
        words
            .map(|(at, word)| {
                let low = if *at as usize == first { u64::MAX << (range.start % 64) } else { u64::MAX };
                let high = if *at as usize == last { (1 << (range.end % 64)) - 1 } else { u64::MAX };
                (word & low & high).count_ones()
            })
            .sum()
    }

    fn skip_to(&mut self, word: usize) {
        while let [(at, _), rest @ ..] = self.0
            && (*at as usize) < word
        {
            self.0 = rest;
        }
    }
}

/// The numbers of a word.
fn numbers((at, word): (u32, u64)) -> impl Iterator<Item = usize> {
    let bits = std::iter::successors(Some(word), |word| Some(word & word.wrapping_sub(1)));
    let bits = bits.take_while(|word| *word != 0).map(|word| word.trailing_zeros() as usize);
    bits.map(move |bit| at as usize * 64 + bit)
}

/// The place of a number's word, and its bit.
fn split(at: usize) -> (u32, u64) {
    (u32::try_from(at / 64).unwrap_or(u32::MAX), 1 << (at % 64))
}

/// The bits of a word in the rest of a set, which is left behind it; words are asked for in ascending order.
fn next(rest: &mut &[(u32, u64)], word: u32) -> u64 {
    // The word is mostly near: steps that double find it without looking at all of a long set.
    let mut step = 1;
    while rest.get(step).is_some_and(|(at, _)| *at < word) {
        step *= 2;
    }
    let near = rest.get(..(step + 1).min(rest.len())).unwrap_or_default();
    let skipped = near.partition_point(|(at, _)| *at < word);
    *rest = rest.get(skipped..).unwrap_or_default();
    match rest.first() {
        Some((at, bits)) if *at == word => *bits,
        _ => 0,
    }
}

impl FromIterator<usize> for Set {
    fn from_iter<I: IntoIterator<Item = usize>>(numbers: I) -> Self {
        let mut made = Self::default();
        numbers.into_iter().for_each(|at| made.insert(at));
        made
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn numbers() -> impl Strategy<Value = BTreeSet<usize>> {
        prop::collection::btree_set(prop_oneof![0..200_usize, 0..22_000_usize], 0..60)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(5_000))]

        #[test]
        fn sets_are_what_sets_of_numbers_are(one in numbers(), other in numbers(), from in 0..300_usize, long in 0..400_usize) {
            let (a, b): (Set, Set) = (one.iter().copied().collect(), other.iter().rev().copied().collect());
            let numbers = |set: &Set| set.iter().collect::<BTreeSet<_>>();
            let made = |numbers: BTreeSet<usize>| numbers.into_iter().collect::<Set>();
            let (mut added, mut removed, mut filled) = (a.clone(), a.clone(), a.clone());
            added.add(&b);
            removed.remove(&b);
            filled.fill(from..from + long);
            prop_assert_eq!(numbers(&a), one.clone());
            prop_assert_eq!(added, made(&one | &other));
            prop_assert_eq!(removed, made(&one - &other));
            prop_assert_eq!(a.common(&b), made(&one & &other));
            prop_assert_eq!(filled, made(&one | &(from..from + long).collect()));
            prop_assert_eq!(a.covers(&b), other.is_subset(&one));
            prop_assert_eq!(a.meets(&b), !one.is_disjoint(&other));
            let (mut walk, mut at) = (a.walk(), 0);
            for step in [from, long, 1, 7_000] {
                at += step;
                prop_assert_eq!(walk.next_from(at), one.range(at..).next().copied());
                prop_assert_eq!(walk.count(&(at..at + long)) as usize, one.range(at..at + long).count());
            }
            prop_assert_eq!(a.count(from..from + long) as usize, one.range(from..from + long).count());
            prop_assert_eq!(a.has(from), one.contains(&from));
            prop_assert_eq!(a.clone().without(from), made(&one - &BTreeSet::from([from])));
        }
    }
}
