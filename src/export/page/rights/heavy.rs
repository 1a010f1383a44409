//! Those with the most excess, whatever their class.

use super::identities_of;
use crate::export::Rights;
use crate::export::identities::Row;
use crate::export::words::{estimate, grouped, percent, plain, rounded};
use crate::model::inventory::Class;
use crate::model::merged::IdentityAt;
use crate::model::privilege::{Estimate, Privilege, Reach};

/// How many are shown.
const MOST: usize = 15;

/// The identities with the most excess, the most first.
#[derive(Debug, Clone)]
pub(in crate::export) struct Heaviest {
    pub rows: Vec<Heavy>,
    pub finding: String,
}

/// One of them.
#[derive(Debug, Clone)]
pub(in crate::export) struct Heavy {
    pub name: String,
    /// Its id where that is not its name.
    pub id: String,
    pub class: Option<Class>,
    pub score: Estimate,
    /// Too little use is known for the point to be more than a structural estimate.
    pub is_structural: bool,
    pub reach: Reach,
    /// Score, excess, coverage, way to tier 0, paths.
    pub figures: [String; 5],
}

impl Heaviest {
    /// Words those with the most excess.
    pub fn new(rights: Rights<'_>) -> Self {
        let rows: Vec<_> = heaviest(rights)
            .into_iter()
            .filter_map(|(at, privilege)| Some(Heavy::new(&rights.at(at)?, privilege)))
            .collect();
        let known = rights.inventory.privileges.iter().flatten().count();
        Self { finding: finding(&rows, known), rows }
    }
}

fn heaviest(rights: Rights<'_>) -> Vec<(IdentityAt, &Privilege)> {
    type Known<'a> = (IdentityAt, &'a Privilege);
    let all = rights.inventory.privileges.iter().enumerate();
    let mut known: Vec<Known<'_>> = all
        .filter_map(|(at, privilege)| Some((at, privilege.as_ref()?)))
        .filter(|(_, privilege)| privilege.excess.point > 0.0)
        .collect();
    let order = |(at, one): &Known<'_>, (other_at, other): &Known<'_>| {
        let point = other.excess.point.total_cmp(&one.excess.point);
        point.then(other.power.total_cmp(&one.power)).then(at.cmp(other_at))
    };
    if known.len() > MOST {
        known.select_nth_unstable_by(MOST, order);
        known.truncate(MOST);
    }
    known.sort_by(order);
    known
}

impl Heavy {
    fn new(row: &Row<'_>, privilege: &Privilege) -> Self {
        let id = plain(row.id);
        let name = Some(plain(row.name)).filter(|name| !name.is_empty()).unwrap_or_else(|| id.clone());
        let name = if name.is_empty() { "(no name)".to_owned() } else { name };
        Self {
            id: if id == name { String::new() } else { id },
            name,
            class: row.class,
            score: privilege.score,
            is_structural: privilege.is_structural(),
            reach: privilege.reach,
            figures: [
                estimate(privilege.score),
                rounded(privilege.excess.point),
                percent(privilege.coverage),
                privilege.reach.word().to_owned(),
                privilege.paths.map_or_else(|| "?".to_owned(), |paths| grouped(u64::from(paths))),
            ],
        }
    }

    /// The class in words.
    pub fn class_word(&self) -> &'static str {
        self.class.map_or("no class", Class::title)
    }
}

fn finding(rows: &[Heavy], known: usize) -> String {
    let control = rows.iter().filter(|row| row.reach.is_control()).count();
    let unknown = rows.iter().filter(|row| row.reach == Reach::Unknown).count();
    let open = if unknown > 0 { format!("; of {unknown} it is not known") } else { String::new() };
    match (known, rows.len(), control) {
        (0, ..) => "The rights of no identity are known.".to_owned(),
        (_, 0, _) => format!("None of {} with known rights has any excess.", identities_of(known as u64)),
        (_, 1, 0) => "The one identity with excess has no known way to tier 0 administration.".to_owned(),
        (_, 1, _) => {
            "The one identity with excess holds tier 0 administration or has a way to it.".to_owned()
        }
        (_, shown, 0) => {
            format!(
                "None of the {shown} with the most excess has a known way to tier 0 administration{open}."
            )
        }
        (_, shown, 1) => {
            format!(
                "Of the {shown} with the most excess, 1 holds tier 0 administration or has a way to it{open}."
            )
        }
        (_, shown, some) => format!(
            "Of the {shown} with the most excess, {some} hold tier 0 administration or have a way to it{open}."
        ),
    }
}
