//! Where a score comes from: bands, services and single rights. The points of all bands, and of all services, add up
//! to the score.

use std::collections::BTreeMap;

use crate::model::privilege::{Access, Band, Prior, RightRow, ServiceShare, Tier, Use};

use super::right::{Granted, Right, RightText, ServiceAt};
use super::score::{BandAt, Cell, FULL, POINT, Scale, breadth};
use super::services::Services;

/// How many names of actions a row shows.
const NAMES: usize = 6;

/// The bands that a score comes from, the heaviest first.
pub fn bands(scale: &Scale<'_>, cells: &[Cell]) -> Vec<Band> {
    let excess = scale.excess(cells, POINT);
    let mut bands: Vec<Band> = cells
        .chunk_by(|a, b| a.band == b.band)
        .filter_map(|own| {
            let band = own.first()?.band;
            Some(Band {
                access: band.access(),
                tier: band.tier(),
                services: u32::try_from(own.len()).unwrap_or(u32::MAX),
                points: points(scale, scale.band(own, POINT), excess),
            })
        })
        .collect();
    bands.sort_by(|a, b| {
        b.points.total_cmp(&a.points).then(b.access.cmp(&a.access)).then(b.tier.cmp(&a.tier))
    });
    bands
}

/// What a part of the excess is of the score.
fn points(scale: &Scale<'_>, part: f64, excess: f64) -> f64 {
    100.0 * part / (excess + scale.weights.half)
}

/// A service while its shares are added.
struct Share {
    points: f64,
    heaviest: Option<BandAt>,
    actions: u64,
    used: u64,
    is_told: bool,
}

/// What each service adds to the score, the heaviest first. A band is shared out by exposure.
pub fn services(scale: &Scale<'_>, cells: &[Cell], rights: &[Right], names: &Services) -> Vec<ServiceShare> {
    let mut shares = shares(scale, cells);
    count(scale, rights, &mut shares);
    let mut rows: Vec<ServiceShare> = shares
        .into_iter()
        .map(|(at, share)| {
            let (system, service) = names.name(at);
            ServiceShare {
                system: system.to_owned(),
                service: service.to_owned(),
                points: share.points,
                actions: share.actions,
                used_actions: share.is_told.then_some(share.used),
                access: share.heaviest.map_or(Access::List, BandAt::access),
                tier: share.heaviest.map_or(Tier::Unknown, BandAt::tier),
            }
        })
        .collect();
    rows.sort_by(|a, b| {
        let name = |row: &ServiceShare| (row.system.clone(), row.service.clone());
        b.points.total_cmp(&a.points).then(b.actions.cmp(&a.actions)).then_with(|| name(a).cmp(&name(b)))
    });
    rows
}

fn shares(scale: &Scale<'_>, cells: &[Cell]) -> BTreeMap<ServiceAt, Share> {
    let excess = scale.excess(cells, POINT);
    let mut shares = BTreeMap::new();
    for own in cells.chunk_by(|a, b| a.band == b.band) {
        let exposed = |cell: &Cell| cell.exposures.get(POINT).copied().unwrap_or(0);
        let all = breadth(own.iter().map(exposed).sum());
        let band = points(scale, scale.band(own, POINT), excess);
        for cell in own {
            let share = shares.entry(cell.service).or_insert(Share {
                points: 0.0,
                heaviest: None,
                actions: 0,
                used: 0,
                is_told: false,
            });
            if all > 0.0 {
                share.points += band * (breadth(exposed(cell)) / all);
            }
            let is_heavier =
                share.heaviest.is_none_or(|heaviest| scale.weight(cell.band) > scale.weight(heaviest));
            share.heaviest = if is_heavier { Some(cell.band) } else { share.heaviest };
        }
    }
    shares
}

fn count(scale: &Scale<'_>, rights: &[Right], shares: &mut BTreeMap<ServiceAt, Share>) {
    let mut sorted: Vec<&Right> = rights.iter().collect();
    sorted.sort_unstable_by_key(|right| right.key.service);
    for own in sorted.chunk_by(|a, b| a.key.service == b.key.service) {
        let Some(share) = own.first().and_then(|first| shares.get_mut(&first.key.service)) else { continue };
        let own: Vec<Right> = own.iter().map(|right| (*right).clone()).collect();
        let scored = scale.score(&own);
        share.actions = scored.actions;
        share.used = scored.used_actions.unwrap_or(0);
        share.is_told = scored.used_actions.is_some();
    }
}

/// The heaviest rights as rows, and how many rows are left out; by the exposure in a
/// column: POINT or FULL.
pub fn rows(
    scale: &Scale<'_>,
    granted: &Granted,
    names: &Services,
    most: usize,
    column: usize,
) -> (Vec<RightRow>, u64) {
    let nameless = RightText::default();
    let text = |at: usize| granted.texts.get(at).unwrap_or(&nameless);
    let mut order: Vec<usize> = (0..granted.rights.len()).collect();
    let kind =
        |at: usize| granted.rights.get(at).map(|right| (right.key.service, &text(at).resource, alike(right)));
    order.sort_by(|a, b| kind(*a).cmp(&kind(*b)).then_with(|| text(*a).actions.cmp(&text(*b).actions)));
    let mut rows: Vec<(f64, RightRow)> = order
        .chunk_by(|a, b| kind(*a) == kind(*b))
        .filter_map(|places| {
            let own = places.iter().filter_map(|at| Some((granted.rights.get(*at)?, text(*at))));
            row(scale, names, &own.collect::<Vec<_>>(), column)
        })
        .collect();
    // Stable: rows of one weight stay in the order of their services.
    rows.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    let left = rows.len().saturating_sub(most) as u64;
    (rows.into_iter().take(most).map(|(_, row)| row).collect(), left)
}

/// Everything that two rights of one row share, besides service and resource.
fn alike(right: &Right) -> impl Ord + '_ {
    let reach = (right.access, right.tier, right.scope, right.conditions, right.standing);
    (reach, (words(right.usage), right.used_scope, right.actions == 0), &right.grants)
}

/// One row, and by how much it is sorted: its weight, then the weight that it would have unused.
fn row(
    scale: &Scale<'_>,
    names: &Services,
    own: &[(&Right, &RightText)],
    column: usize,
) -> Option<(f64, RightRow)> {
    let (right, text) = own.first()?;
    let (system, service) = names.name(right.key.service);
    let exposure = if column == FULL { scale.full(right) } else { scale.exposure(right) };
    let all: u64 = own.iter().map(|(right, _)| u64::from(right.actions.max(1))).sum();
    let actions: Vec<String> = own.iter().flat_map(|(_, text)| &text.actions).take(NAMES).cloned().collect();
    let weight = scale.weight_of(right.access, right.tier) * (exposure + scale.full(right) / 1000.0);
    let row = RightRow {
        system: system.to_owned(),
        service: service.to_owned(),
        more_actions: all.saturating_sub(actions.len() as u64),
        actions,
        resource: text.resource.clone(),
        access: right.access,
        tier: right.tier,
        scope: right.scope,
        conditions: right.conditions.iter().collect(),
        standing: right.standing,
        usage: words(right.usage),
        exposure,
        grants: right.grants.iter().map(|at| *at as usize).collect(),
    };
    Some((weight, row))
}

/// What is known of a use, for people.
fn words(usage: Use) -> String {
    match usage {
        Use::Used { days: 0 } => "used on the day of the snapshot".to_owned(),
        Use::Used { days: 1 } => "last used 1 day ago".to_owned(),
        Use::Used { days } => format!("last used {days} days ago"),
        Use::Unused { days: 0 } => "granted on the day of the snapshot, not used yet".to_owned(),
        Use::Unused { days: 1 } => "not used in 1 day".to_owned(),
        Use::Unused { days } => format!("not used in {days} days"),
        Use::Unknown(prior) => format!("use not known{}", because(prior)),
    }
}

/// Why an unknown use counts as it does.
fn because(prior: Prior) -> &'static str {
    match prior {
        Prior::Default => "",
        Prior::WildcardResource => "; on any resource",
        Prior::ServiceWildcard => "; the whole service",
        Prior::Dormant => "; its holder is dormant or left alone",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::right::Key;
    use super::*;
    use crate::model::privilege::{Conditions, Scope, Standing, Weights};

    /// Some weights; that the points add up does not depend on which.
    fn weights() -> Weights {
        Weights {
            access: [1.0, 3.0, 5.0, 10.0, 30.0],
            tier: [0.5, 1.0, 1.0, 2.0, 4.0],
            scope: [0.2, 0.4, 0.5, 0.8, 1.0],
            condition: [0.6, 0.7, 0.4, 0.6, 0.9],
            condition_floor: 0.2,
            standing: [0.3, 0.4, 0.5, 0.8, 1.0],
            prior: [0.5, 0.75, 0.85, 1.0],
            idle_days: 90,
            half: 30.0,
            medium_from: 34.0,
            high_from: 67.0,
            peer_people: 3,
            peer_less_below: 0.9,
            peer_more_from: 3.0,
            peer_significant_from: 50.0,
            digest: String::new(),
            is_changed: false,
        }
    }

    fn any_right() -> impl Strategy<Value = Right> {
        let place = (0_u32..7, any::<u32>());
        let factors = (
            prop::sample::select(Access::ALL.to_vec()),
            prop::sample::select(Tier::ALL.to_vec()),
            prop::sample::select(Scope::ALL.to_vec()),
            prop::sample::select(Standing::ALL.to_vec()),
        );
        let usage = prop_oneof![
            (0_u32..400).prop_map(|days| Use::Used { days }),
            (0_u32..400).prop_map(|days| Use::Unused { days }),
            prop::sample::select(Prior::ALL.to_vec()).prop_map(Use::Unknown),
        ];
        (place, factors, usage).prop_map(|((service, action), (access, tier, scope, standing), usage)| {
            Right {
                key: Key { service: ServiceAt(service), action, resource: 0 },
                access,
                tier,
                scope,
                used_scope: None,
                conditions: Conditions::NONE,
                standing,
                usage,
                is_grave: false,
                actions: 1,
                grants: Box::default(),
            }
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn the_points_of_bands_and_those_of_services_add_up_to_the_score(
            rights in prop::collection::vec(any_right(), 0..12),
            is_human in any::<bool>(),
        ) {
            let weights = weights();
            let scale = Scale::new(&weights, is_human);
            let mut names = Services::default();
            for number in 0..7 {
                names.number("aws", &format!("service {number}"));
            }
            let cells = scale.cells_of(&rights);
            let score = scale.score(&rights).score.point;
            let of_bands: f64 = bands(&scale, &cells).iter().map(|band| band.points).sum();
            let of_services: f64 = services(&scale, &cells, &rights, &names).iter().map(|one| one.points).sum();
            prop_assert!((of_bands - score).abs() < 1e-9, "{} of bands, {}", of_bands, score);
            prop_assert!((of_services - score).abs() < 1e-9, "{} of services, {}", of_services, score);
        }
    }
}
