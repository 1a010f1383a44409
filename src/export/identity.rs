//! One identity explained, and what it would be without some of its grants, as JSON with published schemas.

use schemars::JsonSchema;
use serde::Serialize;

use crate::model::privilege::{Profile, WhatIf};

/// The name and version of the shape of an explained identity.
const IDENTITY: &str = "trueup.identity/1";
/// The name and version of the shape of a what-if.
const WHAT_IF: &str = "trueup.what-if/1";

/// One identity explained down to single grants.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "trueup identity")]
pub struct IdentityDocument<'a> {
    /// `trueup.identity/1`.
    #[schemars(extend("const" = IDENTITY))]
    schema: &'static str,
    #[serde(flatten)]
    profile: &'a Profile,
}

impl<'a> From<&'a Profile> for IdentityDocument<'a> {
    fn from(profile: &'a Profile) -> Self {
        Self { schema: IDENTITY, profile }
    }
}

/// What would change for one identity without some of its grants.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "trueup what-if")]
pub struct WhatIfDocument<'a> {
    /// `trueup.what-if/1`.
    #[schemars(extend("const" = WHAT_IF))]
    schema: &'static str,
    #[serde(flatten)]
    what_if: &'a WhatIf,
}

impl<'a> From<&'a WhatIf> for WhatIfDocument<'a> {
    fn from(what_if: &'a WhatIf) -> Self {
        Self { schema: WHAT_IF, what_if }
    }
}
