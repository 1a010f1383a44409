//! Objects as Kubernetes writes them, as far as they tell of identities and rights. No field is needed, and data of
//! secrets are never read.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::MapAccess;

use super::lax::{May, Shape, object};

/// Labels or annotations.
pub type Marks = BTreeMap<String, String>;

/// An object of any kind.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Object {
    pub api_version: May<String>,
    pub kind: May<String>,
    pub metadata: May<Metadata>,
    /// Of a service account.
    pub automount_service_account_token: May<bool>,
    /// Of a role.
    pub rules: May<Vec<Rule>>,
    pub aggregation_rule: May<Aggregation>,
    /// Of a binding.
    pub role_ref: May<RoleRef>,
    pub subjects: May<Vec<Subject>>,
    /// Of a pod.
    pub spec: May<PodSpec>,
    pub status: May<PodStatus>,
    /// Of a secret.
    #[serde(rename = "type")]
    pub secret_type: May<String>,
    /// Of what `kubectl config view` prints.
    #[serde(rename = "current-context")]
    pub current_context: May<String>,
}

/// What every object and every list carries.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Metadata {
    pub name: May<String>,
    pub namespace: May<String>,
    pub creation_timestamp: May<String>,
    pub labels: May<Marks>,
    pub annotations: May<Marks>,
    /// Of a list: where the next page begins.
    #[serde(rename = "continue")]
    pub next: May<String>,
}

/// Verbs on resources.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Rule {
    pub api_groups: May<Vec<String>>,
    pub resources: May<Vec<String>>,
    pub resource_names: May<Vec<String>>,
    #[serde(rename = "nonResourceURLs")]
    pub non_resource_urls: May<Vec<String>>,
    pub verbs: May<Vec<String>>,
}

/// Which other roles a role is put together of.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Aggregation {
    pub cluster_role_selectors: May<Vec<Selector>>,
}

/// Which labels are asked for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Selector {
    pub match_labels: May<Marks>,
    pub match_expressions: May<Vec<Expression>>,
}

/// A condition on labels; only that there is one is read.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Expression {}

/// The role that a binding gives.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct RoleRef {
    pub kind: May<String>,
    pub name: May<String>,
}

/// To whom a binding gives it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Subject {
    pub kind: May<String>,
    pub name: May<String>,
    pub namespace: May<String>,
}

/// What a pod is to be.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodSpec {
    pub service_account_name: May<String>,
    pub automount_service_account_token: May<bool>,
}

/// What a pod is.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodStatus {
    pub phase: May<String>,
    pub start_time: May<String>,
    pub conditions: May<Vec<Condition>>,
}

/// When something about a pod became so.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Condition {
    pub last_transition_time: May<String>,
}

macro_rules! objects {
    ($($name:ident)+) => {$(
        impl Shape for $name {
            fn of_object<'de, A: MapAccess<'de>>(fields: A) -> Result<Option<Self>, A::Error> {
                object(fields)
            }
        }
    )+};
}

objects! {
    Object Metadata Rule Aggregation Selector Expression RoleRef Subject PodSpec PodStatus Condition
}

impl Object {
    /// The object's name.
    pub fn name(&self) -> Option<&str> {
        self.metadata.get()?.name.text()
    }

    /// The namespace in which it lies; `None` for what lies in none.
    pub fn namespace(&self) -> Option<&str> {
        self.metadata.get()?.namespace.text()
    }

    /// The value of a label, else of an annotation, under the first of some keys that has one.
    pub fn mark(&self, keys: &[&str]) -> Option<&str> {
        let metadata = self.metadata.get()?;
        let both = || metadata.labels.get().into_iter().chain(metadata.annotations.get());
        let value = |key: &&str| both().find_map(|marks| marks.get(*key));
        keys.iter().find_map(value).map(|value| value.trim()).filter(|value| !value.is_empty())
    }
}
