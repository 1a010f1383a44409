//! Who is meant by the text of a binding: one identity, or a set of them.

/// Whoever a binding names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Member {
    One(One),
    /// A set: its id in words, and what it is.
    Many(String, Set),
    /// It was deleted, and the binding gives nothing.
    Ended,
    /// Whoever holds a basic role of the project holds it there; that role is a binding of its own.
    Implied,
}

/// One identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct One {
    pub id: String,
    pub kind: Kind,
}

/// What an identity is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    User,
    /// A person whom another directory signs in.
    Federated,
    ServiceAccount,
    /// A workload that shows a token of another issuer: the pool, and the token's subject.
    Workload(Option<(String, String)>),
    Agent,
    Unknown,
}

/// What a set is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Set {
    /// Everybody on the internet, with or without an account of Google.
    Public,
    /// A group whose members a directory could tell.
    Group,
    /// All of a domain, of a pool, of a project.
    Open,
}

/// How the pools of agents begin and end.
const AGENTS: (&str, &str) = ("agents.", ".system.id.goog");
const IAM: &str = "iam.googleapis.com";

impl Member {
    /// Reads a member of a binding.
    pub fn read(text: &str) -> Self {
        let text = text.trim();
        let Some((kind, rest)) = text.split_once(':') else {
            let is_known = matches!(text, "allUsers" | "allAuthenticatedUsers");
            let unknown = || one(text, Kind::Unknown);
            return if is_known { Self::Many(text.to_owned(), Set::Public) } else { unknown() };
        };
        match kind {
            "deleted" => Self::Ended,
            "projectOwner" | "projectEditor" | "projectViewer" => Self::Implied,
            "user" => one(&rest.to_lowercase(), Kind::User),
            "serviceAccount" => service_account(rest),
            "group" => Self::Many(format!("group {}", rest.to_lowercase()), Set::Group),
            "domain" | "principalSet" => Self::Many(text.to_owned(), Set::Open),
            "principal" if text.ends_with('*') => Self::Many(text.to_owned(), Set::Open),
            "principal" => principal(text, rest),
            "spiffe" => principal(&format!("principal:{rest}"), rest),
            _ => one(text, Kind::Unknown),
        }
    }
}

fn one(id: &str, kind: Kind) -> Member {
    Member::One(One { id: id.to_owned(), kind })
}

/// A service account by its mail address, or one of a cluster that acts as one.
fn service_account(rest: &str) -> Member {
    if rest.contains(".svc.id.goog[") {
        return one(&format!("serviceAccount:{rest}"), Kind::Workload(None));
    }
    one(&rest.to_lowercase(), Kind::ServiceAccount)
}

fn principal(text: &str, rest: &str) -> Member {
    let path = rest.trim_start_matches('/');
    let (host, path) = path.split_once('/').unwrap_or((path, ""));
    let after = |mark: &str| path.split_once(mark).map(|(before, after)| (before, after.to_owned()));
    if host.starts_with(AGENTS.0) && host.ends_with(AGENTS.1) {
        return one(text, Kind::Agent);
    }
    if host == "goog" {
        return match path.strip_prefix("subject/") {
            Some(mail) => one(&mail.to_lowercase(), Kind::User),
            None => one(text, Kind::Unknown),
        };
    }
    if host != IAM {
        return one(text, Kind::Unknown);
    }
    match (after("/subject/"), after("/serviceAccounts/")) {
        (Some((pool, subject)), _) if pool.contains("workloadIdentityPools/") => {
            one(text, Kind::Workload(Some((pool.to_owned(), subject))))
        }
        (Some((pool, _)), _) if pool.contains("workforcePools/") => one(text, Kind::Federated),
        (None, Some((_, mail))) => one(&mail.to_lowercase(), Kind::ServiceAccount),
        _ => one(text, Kind::Unknown),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_kind_of_member_is_told_apart() {
        let pool = "projects/12/locations/global/workloadIdentityPools/ci";
        let workload =
            format!("principal://iam.googleapis.com/{pool}/subject/repo:acme/x:ref:refs/heads/main");
        let agent = "principal://agents.global.org-12.system.id.goog/resources/aiplatform/projects/3/locations/us/reasoningEngines/4";
        let cases = [
            ("user:Ann@Acme.example", "ann@acme.example", Kind::User),
            (
                "serviceAccount:A@p.iam.gserviceaccount.com",
                "a@p.iam.gserviceaccount.com",
                Kind::ServiceAccount,
            ),
            (
                "serviceAccount:p.svc.id.goog[ns/ksa]",
                "serviceAccount:p.svc.id.goog[ns/ksa]",
                Kind::Workload(None),
            ),
            (
                &workload,
                &workload,
                Kind::Workload(Some((pool.to_owned(), "repo:acme/x:ref:refs/heads/main".to_owned()))),
            ),
            (agent, agent, Kind::Agent),
            (&agent.replace("principal", "spiffe"), agent, Kind::Agent),
            (
                "principal://iam.googleapis.com/locations/global/workforcePools/staff/subject/ann",
                "principal://iam.googleapis.com/locations/global/workforcePools/staff/subject/ann",
                Kind::Federated,
            ),
            ("principal://goog/subject/Ann@acme.example", "ann@acme.example", Kind::User),
            (
                "principal://iam.googleapis.com/projects/-/serviceAccounts/a@p.iam.gserviceaccount.com",
                "a@p.iam.gserviceaccount.com",
                Kind::ServiceAccount,
            ),
            ("newKind:x", "newKind:x", Kind::Unknown),
            ("strange", "strange", Kind::Unknown),
        ];
        for (text, id, kind) in cases {
            assert_eq!(Member::read(text), one(id, kind), "{text}");
        }
        for (text, set) in [
            ("allUsers", Set::Public),
            ("allAuthenticatedUsers", Set::Public),
            ("group:A@b.example", Set::Group),
            ("domain:acme.example", Set::Open),
            ("principalSet://iam.googleapis.com/projects/12/x/attribute.repository/acme/y", Set::Open),
            ("principal://agents.global.org-12.system.id.goog/resources/x/*", Set::Open),
        ] {
            assert!(matches!(Member::read(text), Member::Many(_, found) if found == set), "{text}");
        }
        assert_eq!(Member::read("deleted:user:a@b.example?uid=1"), Member::Ended);
        assert_eq!(Member::read("projectOwner:p"), Member::Implied);
    }

    proptest! {
        #[test]
        fn whatever_stands_there_is_somebody(text in "(principal:|user:|serviceAccount:|spiffe:)?[a-z/.:@*-]{0,12}") {
            match Member::read(&text) {
                Member::One(one) => prop_assert!(one.id.len() <= text.trim().len() + "principal".len()),
                Member::Many(id, _) => prop_assert!(!id.is_empty()),
                Member::Ended | Member::Implied => {}
            }
        }
    }
}
