//! Roles become entitlements that spell out what they give, as text: `get,list secrets`, `create deployments.apps`.

use serde_json::{Value, json};

use super::mapping::Kind;
use super::wire::{Object, Rule, Selector};
use crate::model::SourceId;
use crate::model::inventory::{Entitlement, EntitlementKind, Fact};

/// What a role of the whole cluster is called.
pub fn of_cluster(name: &str) -> String {
    format!("clusterrole/{name}")
}

/// What the same role is called where it is given for one namespace only.
pub fn of_cluster_in_namespace(name: &str) -> String {
    format!("clusterrole-in-namespace/{name}")
}

/// What a role of a namespace is called.
pub fn of_namespace(namespace: &str, name: &str) -> String {
    format!("role/{namespace}/{name}")
}

/// Makes the entitlement of a role.
pub fn entitlement(kind: Kind, role: &Object, source: &SourceId) -> Entitlement {
    let name = role.name().unwrap_or_default();
    let of_role = |namespace| of_namespace(namespace, name);
    let id = role.namespace().filter(|_| kind == Kind::Role).map_or_else(|| of_cluster(name), of_role);
    let rules = role.rules.items();
    let is_admin = kind == Kind::ClusterRole && rules.iter().any(is_everything);
    // What is put together of others shows its rules once the cluster has filled them in.
    let is_open = rules.is_empty() && role.aggregation_rule.get().is_some();
    Entitlement {
        title: id.clone(),
        id,
        source: Some(source.clone()),
        kind: EntitlementKind::Role,
        is_general_admin: if is_open { Fact::Hidden } else { Fact::Known(is_admin) },
        document: Some(document(role).to_string()),
    }
}

/// The same role as something that holds in one namespace, where it never makes an administrator of the cluster.
pub fn in_namespace(name: &str, source: &SourceId) -> Entitlement {
    Entitlement {
        id: of_cluster_in_namespace(name),
        source: Some(source.clone()),
        title: of_cluster(name),
        kind: EntitlementKind::Role,
        is_general_admin: Fact::Known(false),
        document: Some(json!({"as": of_cluster(name)}).to_string()),
    }
}

/// Rules, labels by which other roles take them over, and by which labels this one takes over those of others.
fn document(role: &Object) -> Value {
    let rules: Vec<Value> = role
        .rules
        .items()
        .iter()
        .flat_map(|rule| {
            let names = rule.resource_names.items();
            texts(rule).into_iter().map(move |text| json!({"rule": text, "names": names}))
        })
        .collect();
    let mut document = json!({ "rules": rules });
    let Some(fields) = document.as_object_mut() else { return document };
    let labels = role.metadata.get().and_then(|metadata| metadata.labels.get());
    if let Some(labels) = labels.filter(|labels| !labels.is_empty()) {
        fields.insert("labels".to_owned(), json!(labels));
    }
    if let Some(aggregation) = role.aggregation_rule.get() {
        let selectors = aggregation.cluster_role_selectors.items();
        let is_plain = |selector: &&Selector| selector.match_expressions.items().is_empty();
        let plain = selectors.iter().filter(is_plain).filter_map(|selector| selector.match_labels.get());
        let plain: Vec<_> = plain.filter(|labels| !labels.is_empty()).collect();
        // Where rules are there the cluster has put them together itself.
        let is_partly_read = plain.len() < selectors.len() && role.rules.items().is_empty();
        fields.insert("takes".to_owned(), json!(plain));
        fields.insert("is_partly_read".to_owned(), json!(is_partly_read));
    }
    document
}

/// A rule as text: one for resources, one for paths that are no resources.
fn texts(rule: &Rule) -> Vec<String> {
    let verbs = rule.verbs.items().join(",");
    let groups = rule.api_groups.items();
    let full = |resource: &String| groups.iter().map(|group| qualified(group, resource)).collect::<Vec<_>>();
    let resources: Vec<String> = match groups {
        [] => rule.resources.items().to_vec(),
        _ => rule.resources.items().iter().flat_map(full).collect(),
    };
    // A path that is `*` is every path, not every resource.
    let paths =
        rule.non_resource_urls.items().iter().map(|path| format!("/{}", path.trim_start_matches('/')));
    let paths: Vec<String> = paths.collect();
    let both = [resources, paths].into_iter().filter(|what| !what.is_empty() && !verbs.is_empty());
    both.map(|what| format!("{verbs} {}", what.join(","))).collect()
}

/// A resource with its group: `deployments.apps/scale`. Those of the core group have none, but all of them do.
fn qualified(group: &str, resource: &str) -> String {
    let (kind, below) = resource.split_once('/').map_or((resource, ""), |(kind, below)| (kind, below));
    let kind = match (group, kind) {
        ("" | "*", kind) if kind != "*" => kind.to_owned(),
        ("*", _) => kind.to_owned(),
        ("", _) => format!("{kind}.core"),
        _ => format!("{kind}.{group}"),
    };
    if below.is_empty() { kind } else { format!("{kind}/{below}") }
}

/// Whether a rule is everything on everything.
fn is_everything(rule: &Rule) -> bool {
    let is_any = |texts: &[String]| texts.iter().any(|text| text == "*");
    [&rule.api_groups, &rule.resources, &rule.verbs].into_iter().all(|list| is_any(list.items()))
        && rule.resource_names.items().is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_become_texts_with_groups_and_sub_resources() {
        let cases = [
            (
                r#"{"apiGroups": [""], "resources": ["pods", "pods/exec"], "verbs": ["get", "create"]}"#,
                vec!["get,create pods,pods/exec"],
            ),
            (
                r#"{"apiGroups": ["apps", "batch"], "resources": ["*", "a/scale"], "verbs": ["get"]}"#,
                vec!["get *.apps,*.batch,a.apps/scale,a.batch/scale"],
            ),
            (r#"{"apiGroups": [""], "resources": ["*"], "verbs": ["list"]}"#, vec!["list *.core"]),
            (r#"{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}"#, vec!["* *"]),
            (r#"{"nonResourceURLs": ["*", "/healthz"], "verbs": ["*"]}"#, vec!["* /*,/healthz"]),
            (r#"{"resources": null, "verbs": ["get", null, 5]}"#, vec![]),
            (r#"{"resources": ["pods"], "verbs": []}"#, vec![]),
        ];
        for (rule, expected) in cases {
            assert_eq!(texts(&serde_json::from_str(rule).unwrap()), expected, "{rule}");
        }
    }
}
