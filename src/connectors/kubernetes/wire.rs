//! Lists as the API answers them.

use serde::Deserialize;

use super::super::kubernetes_objects::lax::May;
use super::super::kubernetes_objects::wire::Object;

/// A page of a list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Page {
    pub kind: Option<String>,
    pub metadata: Option<Place>,
    pub items: Option<Vec<May<Object>>>,
}

/// Where in a list a page stands.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Place {
    /// What to ask for the next page; none or empty on the last.
    #[serde(rename = "continue")]
    pub next: Option<String>,
    /// How many objects follow, where the server counts them.
    pub remaining_item_count: Option<u64>,
}
