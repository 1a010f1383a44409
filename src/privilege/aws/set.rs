//! Sets of small numbers, one bit each.

/// A set of places in the catalogue.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Set(Vec<u64>);

impl Set {
    /// Adds one.
    pub fn insert(&mut self, at: usize) {
        if self.0.len() <= at / 64 {
            self.0.resize(at / 64 + 1, 0);
        }
        if let Some(word) = self.0.get_mut(at / 64) {
            *word |= 1 << (at % 64);
        }
    }

    /// Whether one is in it.
    pub fn has(&self, at: usize) -> bool {
        self.0.get(at / 64).is_some_and(|word| word & 1 << (at % 64) != 0)
    }

    /// Adds all of another set.
    pub fn add(&mut self, other: &Self) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        for (word, more) in self.0.iter_mut().zip(&other.0) {
            *word |= more;
        }
    }

    /// Takes away all of another set.
    pub fn remove(&mut self, other: &Self) {
        for (word, less) in self.0.iter_mut().zip(&other.0) {
            *word &= !less;
        }
    }

    /// What is in both.
    pub fn common(&self, other: &Self) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(word, more)| word & more).collect())
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    /// Whether everything of another set is in it.
    pub fn covers(&self, other: &Self) -> bool {
        other.0.iter().enumerate().all(|(at, word)| word & !self.0.get(at).copied().unwrap_or(0) == 0)
    }

    /// How many of a range are in it.
    pub fn count(&self, range: std::ops::Range<usize>) -> u32 {
        let (first, last) = (range.start / 64, range.end / 64);
        let words = self.0.iter().enumerate().take(last + 1).skip(first);
        words
            .map(|(at, word)| {
                let low = if at == first { u64::MAX << (range.start % 64) } else { u64::MAX };
                let high = if at == last { (1 << (range.end % 64)) - 1 } else { u64::MAX };
                (word & low & high).count_ones()
            })
            .sum()
    }

    /// Adds all numbers of a range.
    pub fn fill(&mut self, range: std::ops::Range<usize>) {
        let Some(last) = range.end.checked_sub(1).filter(|last| *last >= range.start) else { return };
        let (first, last) = (range.start / 64, last / 64);
        if self.0.len() <= last {
            self.0.resize(last + 1, 0);
        }
        for (at, word) in self.0.iter_mut().enumerate().take(last + 1).skip(first) {
            let low = if at == first { u64::MAX << (range.start % 64) } else { u64::MAX };
            let high = if at == last { u64::MAX >> (63 - (range.end - 1) % 64) } else { u64::MAX };
            *word |= low & high;
        }
    }

    /// The same set without empty words at its end, so that equal sets are equal.
    #[must_use]
    pub fn trimmed(mut self) -> Self {
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
        self.0.shrink_to_fit();
        self
    }

    /// Whether anything is in both.
    pub fn meets(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).any(|(word, more)| word & more != 0)
    }

    /// Without one.
    #[must_use]
    pub fn without(mut self, at: usize) -> Self {
        if let Some(word) = self.0.get_mut(at / 64) {
            *word &= !(1 << (at % 64));
        }
        self
    }

    /// The numbers, ascending.
    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.0.iter().enumerate().filter(|(_, word)| **word != 0).flat_map(|(at, word)| {
            (0..64).filter(move |bit| word & 1 << bit != 0).map(move |bit| at * 64 + bit)
        })
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
    use super::*;

    #[test]
    fn ranges_are_counted_to_their_ends() {
        let set: Set = [0, 1, 63, 64, 127, 128].into_iter().collect();
        for (range, expected) in [
            (0..1, 1),
            (0..64, 3),
            (1..64, 2),
            (63..65, 2),
            (64..128, 2),
            (0..500, 6),
            (65..127, 0),
            (5..5, 0),
        ] {
            assert_eq!(set.count(range.clone()), expected, "{range:?}");
        }
        assert_eq!(set.iter().collect::<Vec<_>>(), [0, 1, 63, 64, 127, 128]);
    }

    #[test]
    fn filling_a_range_is_inserting_each_of_it() {
        for start in [0, 1, 62, 63, 64, 65, 128, 200] {
            for end in [0, 1, 63, 64, 65, 127, 128, 129, 191, 192, 200] {
                let mut filled: Set = [3, 70, 260].into_iter().collect();
                let mut inserted = filled.clone();
                filled.fill(start..end);
                (start..end).for_each(|at| inserted.insert(at));
                assert_eq!(filled, inserted, "{start}..{end}");
            }
        }
    }
}
