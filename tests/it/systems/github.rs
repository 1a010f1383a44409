//! An organisation at GitHub, made of the vendor's own examples, so that its answers have all that GitHub's have.

use std::sync::Arc;

use serde_json::{Value, json};

use super::fake::{Fake, Question, Reply, window};
use super::prism::Prism;
use crate::kit;

/// The organisation.
pub const NAME: &str = "acme";
/// The token that everything but the app's own desk takes.
pub const TOKEN: &str = "ghs_canary";
const SPEC: &str = "github/github-ghec-trimmed.json";
const OWNERS: usize = 5;
const APPS: usize = 50;
const TEAMS: usize = 4;

/// What the fake answers before the usual answer; `None` leaves it to the usual one.
pub type Odd = Arc<dyn Fn(&Question, usize) -> Option<Reply> + Send + Sync>;

/// How large it is, and what is in it.
pub struct World {
    people: usize,
    organisation: Value,
    owners: Vec<Value>,
    members: Vec<Value>,
    outsiders: Vec<Value>,
    apps: Vec<Value>,
    repositories: Vec<Value>,
    tokens: Vec<Value>,
    seats: Vec<Value>,
    events: Vec<Value>,
    key: Value,
    collaborator: Value,
    team: Value,
    role: Value,
    installation_token: Value,
}

/// A value of the vendor's, changed.
fn like(example: &Value, change: Value) -> Value {
    let (mut made, Value::Object(change)) = (example.clone(), change) else { panic!("no object") };
    made.as_object_mut().unwrap().extend(change);
    made
}

/// Apps: some of the catalogue, the one behind the coding agent, and others.
fn apps(app: &Value) -> Vec<Value> {
    let slugs = ["coderabbitai", "copilot-swe-agent", "google-labs-jules"];
    let one = |at: usize| {
        let slug = slugs.get(at).map_or_else(|| format!("app-{at}"), |slug| (*slug).to_owned());
        let all = if at.is_multiple_of(2) { "all" } else { "selected" };
        let permissions = json!({"contents": "write", "metadata": "read", "members": "read"});
        let change = json!({"id": 1_000 + at, "app_id": at, "app_slug": slug, "repository_selection": all,
                            "permissions": permissions, "suspended_at": null, "suspended_by": null});
        like(app, change)
    };
    (0..APPS).map(one).collect()
}

impl World {
    /// An organisation; `None` where the vendor's description is not there.
    pub fn new(people: usize, services: usize) -> Option<Self> {
        let text = std::fs::read_to_string(kit::shared(&format!("specs/{SPEC}"))?).unwrap();
        let spec: Value = serde_json::from_str(&text).unwrap();
        let example = |name: &str| spec["components"]["examples"][name]["value"].clone();
        let user = example("simple-user-items")[0].clone();
        let user = |id: usize| like(&user, json!({"id": id, "login": format!("user-{id}")}));
        let outsiders = people / 50;
        let app = example("installation-paginated")["installations"][0].clone();
        let repository = example("minimal-repository-items")[0].clone();
        let repositories = (0..(services - APPS) / 2).map(|at| {
            let name = format!("r{at:05}");
            like(
                &repository,
                json!({"id": at, "name": name, "full_name": format!("{NAME}/{name}"), "archived": false}),
            )
        });
        let repositories: Vec<Value> = repositories.collect();
        let token = example("org-pat-grant-paginated")[0].clone();
        let tokens = (0..people / 10).map(|at| {
            let last = (at.is_multiple_of(2)).then_some("2026-11-20T10:00:00Z");
            like(&token, json!({"id": at, "token_id": at, "token_name": format!("t{at}"), "owner": user(OWNERS + at),
                                "token_last_used_at": last, "token_expires_at": null, "token_expired": false}))
        });
        let tokens = tokens.collect();
        let seat = example("copilot-seats-list")["seats"][0].clone();
        let seats = (0..people / 4)
            .map(|at| like(&seat, json!({"assignee": user(at), "last_activity_at": "2026-11-20T10:00:00Z"})));
        let seats = seats.collect();
        let event = example("audit-log")[0].clone();
        let events = (0..people).map(|at| {
            let actor = if at == 0 { "copilot-swe-agent[bot]".to_owned() } else { format!("user-{at}") };
            like(&event, json!({"actor": actor, "repo": format!("{NAME}/r00000"), "@timestamp": 1_795_000_000_000_i64 - i64::try_from(at).unwrap()}))
        });
        let events = events.collect();
        let organisation = like(
            &example("organization-full"),
            json!({
                "login": NAME, "default_repository_permission": "read", "two_factor_requirement_enabled": false,
                "public_repos": 0, "total_private_repos": repositories.len(),
            }),
        );
        Some(Self {
            people,
            organisation,
            owners: (0..OWNERS).map(user).collect(),
            members: (OWNERS..people - outsiders).map(user).collect(),
            outsiders: (people - outsiders..people).map(user).collect(),
            apps: apps(&app),
            repositories,
            tokens,
            seats,
            events,
            key: example("deploy-key-items")[0].clone(),
            collaborator: example("collaborator-items")[0].clone(),
            // The example lacks what the description asks for.
            team: like(&example("team-items")[0], json!({"type": "organization", "organization_id": 1})),
            role: example("organization-role-list")["roles"][0].clone(),
            installation_token: example("installation-token"),
        })
    }

    /// Starts it behind the vendor's description; `None` where a part of that is not installed.
    pub fn described(self, odd: Option<Odd>) -> Option<Prism> {
        Prism::before(&[(SPEC, "")], |address| self.serve(address.to_owned(), odd))
    }

    /// Starts it without the description, for answers that no description has.
    pub fn alone(self, odd: Odd) -> Fake {
        // Its own address stands in no answer that these tests follow.
        self.serve(String::new(), Some(odd))
    }

    fn serve(self, address: String, odd: Option<Odd>) -> Fake {
        Fake::start(move |question, before| {
            let usual = || self.answer(question, &address);
            odd.as_ref().and_then(|odd| odd(question, before)).unwrap_or_else(usual)
        })
    }

    fn answer(&self, question: &Question, address: &str) -> Reply {
        let parts: Vec<&str> = question.path.split('/').skip(1).collect();
        if let ["app", "installations", _, "access_tokens"] = parts.as_slice() {
            let token = json!({"token": TOKEN, "expires_at": "2027-01-01T00:00:00Z"});
            return Reply::with(201, &like(&self.installation_token, token));
        }
        if question.headers.get("authorization").map(String::as_str) != Some(&format!("Bearer {TOKEN}")) {
            return Reply::with(401, &json!({"message": "Bad credentials"}));
        }
        let rows = |rows: &[Value]| page(question, address, rows, |rows, _| json!(rows));
        let named = |name: &'static str, total: &'static str, rows: &[Value]| {
            page(question, address, rows, move |rows, all| json!({total: all, name: rows}))
        };
        let filter = question.query.get("filter").map(String::as_str);
        match parts.as_slice() {
            ["orgs", _] => Reply::json(&self.organisation),
            ["orgs", _, "members"] if filter == Some("2fa_disabled") => rows(window(&self.members, 0, 7)),
            ["orgs", _, "members"] => match question.query.get("role").map(String::as_str) {
                Some("admin") => rows(&self.owners),
                _ => rows(&self.members),
            },
            ["orgs", _, "outside_collaborators"] if filter.is_some() => rows(window(&self.outsiders, 0, 1)),
            ["orgs", _, "outside_collaborators"] => rows(&self.outsiders),
            ["orgs", _, "installations"] => named("installations", "total_count", &self.apps),
            ["orgs", _, "personal-access-tokens"] => rows(&self.tokens),
            ["orgs", _, "credential-authorizations"] => Reply::json(&json!([])),
            ["orgs", _, "copilot", "billing", "seats"] => named("seats", "total_seats", &self.seats),
            ["orgs", _, "copilot", "coding-agent", "permissions"] => {
                Reply::json(&json!({"enabled_repositories": "all"}))
            }
            ["orgs", _, "organization-roles"] => {
                Reply::json(&json!({"total_count": 1, "roles": [self.role]}))
            }
            ["orgs", _, "organization-roles", _, "users"] => Reply::json(&json!([like(
                &self.members[0],
                json!({"assignment": "direct", "inherited_from": []})
            )])),
            ["orgs", _, "repos"] => rows(&self.repositories),
            ["orgs", _, "audit-log"] => rows(&self.events),
            _ => self.inside(&parts, rows),
        }
    }

    /// Teams and repositories.
    fn inside(&self, parts: &[&str], rows: impl Fn(&[Value]) -> Reply) -> Reply {
        match parts {
            ["orgs", _, "teams"] => {
                let team = |at: usize| {
                    like(
                        &self.team,
                        json!({"id": at, "name": format!("team {at}"), "slug": format!("team-{at}")}),
                    )
                };
                rows(&(0..TEAMS).map(team).collect::<Vec<_>>())
            }
            ["orgs", _, "teams", _, "members"] => rows(window(&self.members, 0, 120)),
            ["orgs", _, "teams", _, "repos"] => {
                let push = json!({"permissions": {"admin": false, "push": true, "pull": true}, "role_name": "write"});
                let all = window(&self.repositories, 0, 3).iter().map(|one| like(one, push.clone()));
                rows(&all.collect::<Vec<_>>())
            }
            ["repos", _, name, "keys"] => {
                let id: usize = name.trim_start_matches('r').parse().unwrap();
                rows(&[like(
                    &self.key,
                    json!({"id": id, "title": format!("key of {name}"), "read_only": id.is_multiple_of(2)}),
                )])
            }
            ["repos", _, _, "collaborators"] => rows(&[like(
                &self.collaborator,
                json!({"id": self.people - 1, "login": format!("user-{}", self.people - 1)}),
            )]),
            _ => Reply::with(404, &json!({"message": "Not Found"})),
        }
    }
}

/// A page with the links that GitHub gives.
fn page(
    question: &Question,
    address: &str,
    rows: &[Value],
    body: impl Fn(&[Value], usize) -> Value,
) -> Reply {
    let size = question.number("per_page").unwrap_or(30).clamp(1, 100);
    let number = question.number("page").unwrap_or(1).max(1);
    let last = rows.len().div_ceil(size).max(1);
    let reply = Reply::json(&body(window(rows, (number - 1) * size, size), rows.len()));
    if number >= last {
        return reply;
    }
    let others =
        question.query.iter().filter(|(key, _)| *key != "page").map(|(key, value)| format!("&{key}={value}"));
    let others: String = others.collect();
    let link =
        |page: usize, rel: &str| format!("<{address}{}?page={page}{others}>; rel=\"{rel}\"", question.path);
    reply.header("link", format!("{}, {}", link(number + 1, "next"), link(last, "last")))
}
