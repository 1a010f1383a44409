//! Everybody who was seen, one by one: the rows that the files with data share.

use std::io::Write;

use schemars::JsonSchema;
use serde::Serialize;

use super::Rights;
use crate::model::inventory::Class;
use crate::model::merged::{Identity, IdentityAt};
use crate::model::privilege::{Bucket, Privilege};

/// One identity.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "Identity")]
pub(super) struct Row<'a> {
    /// The id of its first account.
    pub id: &'a str,
    pub name: &'a str,
    /// `null` where no source and no rule tells the class.
    pub class: Option<Class>,
    /// `null` where no source names an owner.
    pub owner: Option<&'a str>,
    /// The ids of its accounts in all systems.
    pub accounts: Vec<&'a str>,
    /// `null` where no source tells of rights.
    pub bucket: Option<Bucket>,
    /// Whether too little use is known for the score to be more than a structural estimate; `null` where no source
    /// tells of rights.
    pub structural: Option<bool>,
    /// Used actions over granted ones, 0 to 1; `null` when no use is told or nothing is granted.
    pub utilisation: Option<f64>,
    /// `null` where no source tells what it may do: unknown, not nothing.
    pub privilege: Option<&'a Privilege>,
}

impl<'a> Rights<'a> {
    /// One row for each identity, in the order of the inventory.
    pub(super) fn rows(self) -> impl Iterator<Item = Row<'a>> {
        let identities = self.inventory.identities.iter().enumerate();
        identities.map(move |(at, identity)| self.row(at, identity))
    }

    /// The row of one identity.
    pub(super) fn at(self, at: IdentityAt) -> Option<Row<'a>> {
        Some(self.row(at, self.inventory.identities.get(at)?))
    }

    /// Writes the identities at these places as one JSON array, each as in the JSON document and on a line of its
    /// own; never more than one of them lies in the memory.
    pub fn write_json(self, places: &[IdentityAt], out: &mut dyn Write) -> std::io::Result<()> {
        out.write_all(b"[")?;
        for (row, before) in places.iter().filter_map(|at| self.at(*at)).zip(befores()) {
            out.write_all(before)?;
            serde_json::to_writer(&mut *out, &row)?;
        }
        out.write_all(b"\n]\n")
    }

    /// Writes the identities at these places as in the CSV export, row by row.
    pub fn write_csv(self, places: &[IdentityAt], out: &mut dyn Write) -> std::io::Result<()> {
        super::csv::write_identities(places.iter().filter_map(|at| self.at(*at)), out)
    }

    fn row(self, at: IdentityAt, identity: &'a Identity) -> Row<'a> {
        let privilege = self.inventory.privileges.get(at).and_then(Option::as_ref);
        Row {
            id: &identity.id,
            name: &identity.name,
            class: identity.class().known().copied(),
            owner: identity.owner.known().map(String::as_str),
            accounts: identity.accounts.iter().map(|account| account.id.as_str()).collect(),
            bucket: privilege.map(|privilege| self.weights.bucket(privilege.score.point)),
            structural: privilege.map(Privilege::is_structural),
            utilisation: privilege.and_then(Privilege::utilisation),
            privilege,
        }
    }
}

/// What stands before the first item of a list and before the others.
fn befores() -> impl Iterator<Item = &'static [u8]> {
    std::iter::once(b"\n".as_slice()).chain(std::iter::repeat(b",\n".as_slice()))
}
