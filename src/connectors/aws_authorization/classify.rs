//! The class of roles, by rules with names and versions. A rule concludes; only a tag declares.
//!
//! A role is not a person: one that people assume through an identity provider, and one that other accounts or
//! roles assume, has no class until somebody says it.

use super::policy::Trust;
use crate::model::inventory::{Class, Fact};

/// A class and the rule that gave it; the rule is empty when none did.
pub type Classed = (Fact<Class>, &'static str);

/// Roles below this path belong to services of AWS, which alone can use them.
const SERVICE_LINKED: &str = "/aws-service-role/";
/// Services that run AI agents.
const AGENT_SERVICES: &[&str] = &["bedrock.amazonaws.com", "bedrock-agentcore.amazonaws.com"];
/// Identity providers that name workloads, never people.
const WORKLOAD_PROVIDERS: &[&str] = &[
    "token.actions.githubusercontent.com",
    "oidc.eks.",
    "gitlab.com",
    "app.terraform.io",
    "agent.buildkite.com",
    "oidc.circleci.com",
    "api.bitbucket.org",
    "vstoken.dev.azure.com",
];

/// Concludes a role's class from where it lives and who may assume it.
pub fn role(path: &str, trust: Option<&Trust>) -> Classed {
    if path.starts_with(SERVICE_LINKED) {
        return (Fact::Known(Class::Machine), "aws.role.service-linked/1");
    }
    let Some(trust) = trust else { return (Fact::Hidden, "") };
    let workloads = trust.federations.iter().filter(|provider| is_workload(provider)).count();
    // A role that people may assume too is not known to be a machine's.
    if workloads < trust.federations.len() {
        return (Fact::Hidden, "");
    }
    if trust.services.iter().any(|service| AGENT_SERVICES.contains(&service.as_str())) {
        return (Fact::Known(Class::Ai), "aws.role.bedrock-trust/1");
    }
    if !trust.services.is_empty() {
        return (Fact::Known(Class::Machine), "aws.role.service-trust/1");
    }
    if workloads > 0 && trust.principals.is_empty() {
        return (Fact::Known(Class::Machine), "aws.role.workload-federation/1");
    }
    (Fact::Hidden, "")
}

fn is_workload(provider: &str) -> bool {
    let host = provider.split_once(":oidc-provider/").map_or(provider, |(_, host)| host);
    WORKLOAD_PROVIDERS.iter().any(|known| host.starts_with(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trust(services: &[&str], federations: &[&str], principals: &[&str]) -> Trust {
        let list = |texts: &[&str]| texts.iter().map(ToString::to_string).collect();
        Trust { services: list(services), federations: list(federations), principals: list(principals) }
    }

    #[test]
    fn roles_are_classed_by_who_assumes_them() {
        let (machine, ai) = (Fact::Known(Class::Machine), Fact::Known(Class::Ai));
        let github = "arn:aws:iam::1:oidc-provider/token.actions.githubusercontent.com";
        let saml = "arn:aws:iam::1:saml-provider/okta";
        let cases = [
            ("/", trust(&["lambda.amazonaws.com"], &[], &[]), machine, "aws.role.service-trust/1"),
            ("/", trust(&["bedrock.amazonaws.com"], &[], &[]), ai, "aws.role.bedrock-trust/1"),
            (
                "/",
                trust(&["lambda.amazonaws.com", "bedrock-agentcore.amazonaws.com"], &[], &[]),
                ai,
                "aws.role.bedrock-trust/1",
            ),
            (
                "/aws-service-role/bedrock.amazonaws.com/",
                trust(&["bedrock.amazonaws.com"], &[], &[]),
                machine,
                "aws.role.service-linked/1",
            ),
            ("/", trust(&[], &[github], &[]), machine, "aws.role.workload-federation/1"),
            ("/", trust(&[], &[saml], &[]), Fact::Hidden, ""),
            ("/", trust(&["lambda.amazonaws.com"], &[saml], &[]), Fact::Hidden, ""),
            ("/", trust(&[], &["cognito-identity.amazonaws.com"], &[]), Fact::Hidden, ""),
            ("/", trust(&[], &[github], &["arn:aws:iam::1:root"]), Fact::Hidden, ""),
            ("/", trust(&[], &[], &["arn:aws:iam::1:root"]), Fact::Hidden, ""),
            ("/", trust(&[], &[], &[]), Fact::Hidden, ""),
        ];
        for (path, trust, class, rule) in cases {
            assert_eq!(role(path, Some(&trust)), (class, rule), "{path} {trust:?}");
        }
        assert_eq!(role("/", None), (Fact::Hidden, ""));
    }
}
