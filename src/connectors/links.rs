//! Keys that one workload has in several systems, so that all of them join it.

/// The name that a workload has by the tokens of its issuer: what a cloud trusts instead of a secret. `None` when the
/// subject stands for more than one workload.
pub fn federated(issuer: &str, subject: &str) -> Option<String> {
    let issuer = issuer.trim().trim_end_matches('/').to_lowercase();
    let issuer = issuer.strip_prefix("https://").unwrap_or(&issuer);
    let subject = subject.trim();
    let is_one = !issuer.is_empty() && !subject.is_empty() && !subject.contains(['*', '?']);
    is_one.then(|| format!("oidc:{issuer}#{subject}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_workload_has_one_name_however_its_issuer_is_written() {
        let name =
            Some("oidc:token.actions.githubusercontent.com#repo:acme/agent:environment:copilot".to_owned());
        for issuer in ["https://token.actions.githubusercontent.com", "token.actions.githubusercontent.com/"]
        {
            assert_eq!(federated(issuer, "repo:acme/agent:environment:copilot"), name);
        }
        for (issuer, subject) in
            [("", "x"), ("a.example", ""), ("a.example", "repo:acme/*"), ("a.example", "repo:?")]
        {
            assert_eq!(federated(issuer, subject), None);
        }
    }
}
