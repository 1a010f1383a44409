//! What objects become, until it is handed over.

use std::collections::HashSet;

use super::super::{ConnectorError, Sink};
use crate::model::inventory::Record;
use crate::model::pull::Refusal;

/// Records and refusals that some objects became.
#[derive(Debug, Default)]
pub struct Made {
    pub records: Vec<Record>,
    pub refusals: Vec<Refusal>,
}

impl Made {
    /// Names something that is not used.
    pub fn refuse(&mut self, subject: impl Into<String>, reason: impl Into<String>) {
        self.refusals.push(Refusal { subject: subject.into(), reason: reason.into() });
    }

    /// Hands all of it over.
    pub async fn hand_over(self, out: &mut Sink) -> Result<(), ConnectorError> {
        if !self.records.is_empty() {
            out.push(self.records).await?;
        }
        for refusal in self.refusals {
            out.refuse(refusal).await?;
        }
        Ok(())
    }
}

/// Says that no right is counted, because a part of what gives rights is not shown.
pub fn hidden_rights() -> Refusal {
    let reason = "a part of what gives rights is not shown: with the rest alone, identities would look as if they held fewer, \
                  so that none is counted";
    Refusal { subject: "rights".to_owned(), reason: reason.to_owned() }
}

/// The ids that were seen: each object counts once, on however many pages it comes.
#[derive(Debug, Default)]
pub struct Ids(HashSet<String>);

impl Ids {
    /// Takes an object's id; `None`, with a refusal that names it, when it has none or came before.
    pub fn take(&mut self, id: Option<String>, name: Option<String>, to: &mut Made) -> Option<String> {
        let Some(id) = id else {
            to.refuse(name.unwrap_or_else(|| "an object".to_owned()), "it has no id");
            return None;
        };
        if !self.0.insert(id.clone()) {
            to.refuse(id, "it came twice and counts once");
            return None;
        }
        Some(id)
    }

    /// Whether an id was seen.
    pub fn has(&self, id: &str) -> bool {
        self.0.contains(id)
    }
}
