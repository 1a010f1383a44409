//! The projects of the scope.

use std::collections::BTreeSet;

use super::super::super::listing::Object;

/// Takes a project that is there.
pub fn take(asset: &Object, to: &mut BTreeSet<String>) {
    let of = asset.object("resource.data").unwrap_or_default();
    let is_there =
        of.text("lifecycleState").or_else(|| of.text("state")).is_none_or(|state| state == "ACTIVE");
    to.extend(of.text("projectId").filter(|_| is_there));
}

/// The first project that an answer names.
pub fn first(answer: &Object) -> Option<String> {
    let assets = answer.objects("assets")?;
    assets.iter().find_map(|asset| asset.text("resource.data.projectId"))
}
