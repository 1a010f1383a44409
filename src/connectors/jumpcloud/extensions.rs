//! Extensions of browsers on systems, as far as they are AI products. Which other extensions anybody has is not kept.

use std::collections::{BTreeMap, BTreeSet};

use super::super::catalogue::{self, Channel, IdKind, Match, Seen};
use super::super::listing::{List, Made, Object, Pages};
use super::super::{ConnectorError, Sink};
use super::lists;
use super::reading::Reading;
use crate::model::inventory::{Fact, Record};

/// The lists of extensions, and what their ids are.
static LISTED: &[(&List, IdKind)] =
    &[(&lists::CHROME, IdKind::ChromeExtension), (&lists::FIREFOX, IdKind::FirefoxExtension)];

impl Reading<'_> {
    /// Reads the extensions of all systems.
    pub async fn read_extensions(&mut self, out: &mut Sink) -> Result<(), ConnectorError> {
        let mut found: BTreeMap<String, (Match, BTreeSet<String>)> = BTreeMap::new();
        for (list, kind) in LISTED {
            let (mut pages, mut lack) = (Pages::of(self.http, list), None);
            while let Some(page) = pages.told(out, &mut lack).await? {
                for one in &page {
                    let (Some(product), Some(system)) = (product(one, *kind), one.text("system_id")) else {
                        continue;
                    };
                    let key = product.product.key.clone();
                    let (known, systems) =
                        found.entry(key).or_insert_with(|| (product.clone(), BTreeSet::new()));
                    if product.confidence > known.confidence {
                        *known = product;
                    }
                    systems.insert(system);
                }
            }
            self.note(list, lack, out).await?;
        }
        let tools = found.into_values().map(|(product, systems)| {
            let users = Fact::Known(u32::try_from(systems.len()).unwrap_or(u32::MAX));
            let source = Some(self.source.clone());
            Record::Tool(catalogue::tool(&product, source, Channel::Endpoint, Fact::Hidden, users))
        });
        let records = tools.collect();
        Made { records, refusals: Vec::new() }.hand_over(out).await
    }
}

/// The AI product that an extension is: by its id, else by its name.
fn product(one: &Object, kind: IdKind) -> Option<Match> {
    let (id, name) = (one.text("identifier"), one.text("name").unwrap_or_default());
    let ids: Vec<_> = id.iter().map(|id| (kind, id.as_str())).collect();
    catalogue::find(&Seen { ids: &ids, name: &name, ..Seen::default() })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_id_is_surer_than_a_name_and_other_extensions_are_nothing() {
        let rule = |id: &str, name: &str| {
            let one = Object::of(json!({"identifier": id, "name": name})).unwrap();
            product(&one, IdKind::ChromeExtension).map(|found| found.rule)
        };
        assert_eq!(rule("fcoeoabgfenejglbffodgkkbkcdhcgfn", "x"), Some("catalogue.id/1"));
        assert_eq!(rule("x", "ChatGPT for Sheets"), Some("catalogue.name/1"));
        assert_eq!(rule("x", "Dark Reader"), None);
    }
}
