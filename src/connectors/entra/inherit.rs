//! Consents that agents take over from the blueprints that they are made of.

use std::collections::{BTreeSet, HashMap};

use super::super::listing::Object;

/// What a blueprint hands on of one API.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Scopes {
    All,
    Nothing,
    These(BTreeSet<String>),
}

/// What blueprints hand on, as far as it is shown; blueprints of others are kept in their tenants.
#[derive(Debug, Default)]
pub struct Inherited(HashMap<String, HashMap<String, Scopes>>);

impl Inherited {
    /// Takes what one blueprint, by its application id, hands on.
    pub fn take(&mut self, blueprint: String, permissions: &[Object]) {
        let read = |one: &Object| Some((one.text("resourceAppId")?.to_lowercase(), scopes(one)));
        self.0.insert(blueprint, permissions.iter().filter_map(read).collect());
    }

    /// Whether agents of a blueprint take over a scope of an API, by its application id; `None` where nobody tells.
    pub fn hands_on(&self, blueprint: &str, api: &str, scope: &str) -> Option<bool> {
        Some(match self.0.get(blueprint)?.get(api) {
            None | Some(Scopes::Nothing) => false,
            Some(Scopes::All) => true,
            Some(Scopes::These(listed)) => listed.contains(&scope.to_lowercase()),
        })
    }
}

/// One way of handing on that is not known yet is taken for the widest.
fn scopes(permission: &Object) -> Scopes {
    let told = permission.object("inheritableScopes").unwrap_or_default();
    let kind = told.text("kind").or_else(|| told.text("@odata.type")).unwrap_or_default().to_lowercase();
    let listed = told.texts("scopes");
    match listed {
        Some(listed) if kind.contains("enumerated") => {
            Scopes::These(listed.iter().map(|scope| scope.to_lowercase()).collect())
        }
        _ if kind == "none" || kind.contains("noscopes") => Scopes::Nothing,
        _ => Scopes::All,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_handed_on_is_told_nothing_or_not_told() {
        let mut inherited = Inherited::default();
        let permissions = json!([
            {"resourceAppId": "A", "inheritableScopes": {"kind": "enumerated", "scopes": ["Mail.Read"]}},
            {"resourceAppId": "B", "inheritableScopes": {"@odata.type": "#microsoft.graph.allAllowedScopes"}},
            {"resourceAppId": "C", "inheritableScopes": {"@odata.type": "#microsoft.graph.noScopes"}},
            {"resourceAppId": "D", "inheritableScopes": {"kind": "somethingNew"}},
        ]);
        let permissions: Vec<Object> =
            permissions.as_array().unwrap().iter().cloned().filter_map(Object::of).collect();
        inherited.take("own".to_owned(), &permissions);
        let of = |api: &str, scope: &str| inherited.hands_on("own", api, scope);
        assert_eq!((of("a", "mail.read"), of("a", "Mail.Send")), (Some(true), Some(false)));
        assert_eq!(
            [of("b", "x"), of("c", "x"), of("d", "x"), of("e", "x")],
            [true, false, true, false].map(Some)
        );
        assert_eq!(inherited.hands_on("foreign", "a", "Mail.Read"), None);
    }
}
