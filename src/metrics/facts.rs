//! How two sources' words about one property become one: known beats none, none beats not told. Every rule is
//! commutative, associative and idempotent, so that the order of the pulls cannot matter.

use crate::model::inventory::Fact;

/// Joins two facts; `pick` decides between two known values.
pub fn join<T>(one: Fact<T>, other: Fact<T>, pick: fn(T, T) -> T) -> Fact<T> {
    match (one, other) {
        (Fact::Known(one), Fact::Known(other)) => Fact::Known(pick(one, other)),
        (Fact::Known(value), _) | (_, Fact::Known(value)) => Fact::Known(value),
        (Fact::Absent, _) | (_, Fact::Absent) => Fact::Absent,
        (Fact::Hidden, Fact::Hidden) => Fact::Hidden,
    }
}

/// The greater value: newest time, strongest factor, "yes" before "no".
pub fn most<T: Ord>(one: Fact<T>, other: Fact<T>) -> Fact<T> {
    join(one, other, T::max)
}

/// The smaller value: oldest time, first of the alphabet, "no" before "yes".
pub fn least<T: Ord>(one: Fact<T>, other: Fact<T>) -> Fact<T> {
    join(one, other, T::min)
}

/// The later end, where "none" is the latest: a grant that one path makes permanent is permanent.
pub fn longest<T: Ord>(one: Fact<T>, other: Fact<T>) -> Fact<T> {
    match (one, other) {
        (Fact::Absent, _) | (_, Fact::Absent) => Fact::Absent,
        (one, other) => most(one, other),
    }
}

/// What the system says; a register only fills what the system leaves open.
pub fn fill<T>(own: Fact<T>, described: &Fact<T>) -> Fact<T>
where
    T: Clone,
{
    if own.is_told() { own } else { described.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Fact<u8>; 4] = [Fact::Hidden, Fact::Absent, Fact::Known(1), Fact::Known(2)];

    #[test]
    fn joining_never_depends_on_order_or_repetition() {
        for rule in [most, least, longest] {
            for a in ALL {
                assert_eq!(rule(a, a), a);
                for b in ALL {
                    assert_eq!(rule(a, b), rule(b, a));
                    for c in ALL {
                        assert_eq!(rule(a, rule(b, c)), rule(rule(a, b), c));
                    }
                }
            }
        }
    }

    #[test]
    fn a_permanent_path_makes_a_grant_permanent() {
        assert_eq!(longest(Fact::Known(1), Fact::Absent), Fact::Absent);
        assert_eq!(longest(Fact::Known(1), Fact::Known(2)), Fact::Known(2));
        assert_eq!(longest(Fact::Known(1), Fact::Hidden), Fact::Known(1));
    }

    #[test]
    fn a_register_fills_only_what_the_system_leaves_open() {
        assert_eq!(fill(Fact::Known(false), &Fact::Known(true)), Fact::Known(false));
        assert_eq!(fill(Fact::Hidden, &Fact::Known(true)), Fact::Known(true));
    }
}
