//! Google as a company has it: a directory, a log, and a cloud with service accounts, policies and agents. Tokens carry their
//! scopes, and whoever lacks one is refused.

use serde_json::{Value, json};

use super::fake::{Fake, Question, Reply, window};
use super::prism::{Prism, Spec};

/// Everything that the connectors ask.
pub const SPECS: &[Spec<'_>] = &[
    ("google/admin-directory-trimmed.json", ""),
    ("google/admin-reports-trimmed.json", ""),
    ("google/agentidentity-trimmed.json", ""),
    ("google/agentregistry-trimmed.json", ""),
    ("google/cloudasset-trimmed.json", ""),
    ("google/policyanalyzer-trimmed.json", ""),
];

/// How a scope begins.
const SCOPE: &str = "https://www.googleapis.com/auth/";
/// The first of all ids of users.
const FIRST: usize = 100_000;
/// Apps that people let in; the first is an AI product by its id.
pub const APPS: [(&str, &str); 3] = [
    ("681255809395-oo8ft2oprdrnp9e3aqf6av3hmdib135j.apps.googleusercontent.com", "Gemini CLI"),
    ("111-zoom.apps.googleusercontent.com", "Zoom"),
    ("222-mail.apps.googleusercontent.com", "Mail merge"),
];
/// An agent's own identity.
pub const AGENT: &str = "principal://agents.global.org-12.system.id.goog/resources/aiplatform/projects/1/locations/us-central1/reasoningEngines/7";
/// A workload of GitHub.
pub const WORKLOAD: &str = "principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/ci/subject/repo:acme/shop:environment:prod";

/// What a company has.
#[derive(Clone)]
pub struct Company {
    pub people: usize,
    pub services: usize,
    /// Parts of paths that are refused, whatever the token.
    pub forbids: Vec<&'static str>,
}

impl Company {
    pub fn new((people, services): (usize, usize)) -> Self {
        Self { people, services, forbids: Vec::new() }
    }

    pub fn forbidding(mut self, part: &'static str) -> Self {
        self.forbids.push(part);
        self
    }

    pub fn projects(&self) -> usize {
        self.services.div_ceil(50).max(1)
    }

    /// Behind the vendor's description; `twist` may answer before the company does.
    pub fn described(
        self,
        twist: impl Fn(&Question, usize) -> Option<Reply> + Send + Sync + 'static,
    ) -> Option<Prism> {
        Prism::before(SPECS, move |_| self.start(twist))
    }

    pub fn start(self, twist: impl Fn(&Question, usize) -> Option<Reply> + Send + Sync + 'static) -> Fake {
        let rows = Rows::of(&self);
        Fake::start(move |question, before| {
            twist(question, before).unwrap_or_else(|| self.answer(&rows, question))
        })
    }

    fn answer(&self, rows: &Rows, question: &Question) -> Reply {
        let path = question.path.as_str();
        if let Some(scope) = needed(path).filter(|scope| !shows(question, scope)) {
            return refused("insufficientPermissions", &format!("needs {scope}"));
        }
        if self.forbids.iter().any(|part| path.contains(part)) {
            return denied("IAM_PERMISSION_DENIED", "Permission denied on resource");
        }
        if path.starts_with("/admin/") { self.directory(rows, question) } else { Self::cloud(rows, question) }
    }

    fn directory(&self, rows: &Rows, question: &Question) -> Reply {
        let parts: Vec<&str> = question.path.trim_matches('/').split('/').collect();
        let event = question.query.get("eventName").map_or("", String::as_str);
        match parts.as_slice() {
            ["admin", "directory", "v1", "users"] => page(question, "users", &rows.users),
            ["admin", "directory", "v1", "users", id, "tokens"] => self.tokens(id),
            [.., "roles"] => page(question, "items", &rows.roles),
            [.., "roleassignments"] => page(question, "items", &rows.assignments),
            ["admin", "directory", "v1", "groups"] => page(question, "groups", &rows.groups),
            [.., "groups", _, "members"] => page(question, "members", &rows.members),
            [.., "applications", "token"] => match event {
                "authorize" => page(question, "items", &rows.authorized),
                "revoke" => page(question, "items", &rows.revoked),
                _ => page(question, "items", &rows.used),
            },
            [.., "applications", "admin"] if event.starts_with("AUTHORIZE") => {
                page(question, "items", &rows.delegated)
            }
            [.., "applications", "admin"] => page(question, "items", &[]),
            [.., "usage", "dates", _] => {
                let number = json!({"name": "accounts:num_users", "intValue": self.people.to_string()});
                page(question, "usageReports", &[json!({"parameters": [number]})])
            }
            [.., "usage", "users", "all", "dates", _] => page(question, "usageReports", &rows.factors),
            _ => Reply::with(404, &json!({"error": {"code": 404, "message": "Not Found"}})),
        }
    }

    /// Every third person let in an app before the log begins; the last has no list.
    fn tokens(&self, id: &str) -> Reply {
        let at = id.parse::<usize>().unwrap_or_default().saturating_sub(FIRST);
        if at + 1 == self.people {
            return Reply::with(
                404,
                &json!({"error": {"code": 404, "message": "Type not supported: userKey"}}),
            );
        }
        let old = json!({"clientId": "old.apps.googleusercontent.com", "displayText": "Old app", "userKey": id,
            "scopes": ["https://www.googleapis.com/auth/calendar"], "anonymous": false, "nativeApp": false});
        let items: Vec<Value> = (at.is_multiple_of(3)).then_some(old).into_iter().collect();
        Reply::json(&json!({"kind": "admin#directory#tokenList", "items": items}))
    }

    fn cloud(rows: &Rows, question: &Question) -> Reply {
        let path = question.path.as_str();
        let kind = question.query.get("assetTypes").map_or("", String::as_str);
        let project = path.split('/').nth(3).unwrap_or_default();
        let own = |list: &[Value]| {
            let mark = format!("/projects/{project}/");
            let own = |one: &&Value| one["fullResourceName"].as_str().unwrap_or_default().contains(&mark);
            page(question, "activities", &list.iter().filter(own).cloned().collect::<Vec<_>>())
        };
        match path {
            path if path.ends_with("/assets") => match kind.rsplit('/').next().unwrap_or_default() {
                "ServiceAccount" => page(question, "assets", &rows.accounts),
                "ServiceAccountKey" => page(question, "assets", &rows.keys),
                "Role" => page(question, "assets", &rows.own_roles),
                "WorkloadIdentityPoolProvider" => page(question, "assets", &rows.providers),
                _ => page(question, "assets", &rows.projects),
            },
            path if path.ends_with(":searchAllIamPolicies") => page(question, "results", &rows.policies),
            path if path.contains("serviceAccountLastAuthentication") => own(&rows.account_uses),
            path if path.contains("serviceAccountKeyLastAuthentication") => own(&rows.key_uses),
            _ if project != "p0" => {
                denied("SERVICE_DISABLED", "Agent Registry API has not been used in this project")
            }
            path if path.ends_with("/locations") => {
                page(question, "locations", &[json!({"locationId": "us-central1", "name": "x"})])
            }
            path if path.ends_with("/agents") => page(question, "agents", &rows.agents),
            path if path.ends_with("/mcpServers") => page(question, "mcpServers", &rows.servers),
            path if path.ends_with("/accessSummaries") => page(question, "accessSummaries", &rows.summaries),
            _ => Reply::with(404, &json!({"error": {"code": 404, "message": "Not Found"}})),
        }
    }
}

/// Everything that is listed.
struct Rows {
    users: Vec<Value>,
    roles: Vec<Value>,
    assignments: Vec<Value>,
    groups: Vec<Value>,
    members: Vec<Value>,
    factors: Vec<Value>,
    authorized: Vec<Value>,
    revoked: Vec<Value>,
    used: Vec<Value>,
    delegated: Vec<Value>,
    projects: Vec<Value>,
    accounts: Vec<Value>,
    keys: Vec<Value>,
    own_roles: Vec<Value>,
    providers: Vec<Value>,
    policies: Vec<Value>,
    account_uses: Vec<Value>,
    key_uses: Vec<Value>,
    agents: Vec<Value>,
    servers: Vec<Value>,
    summaries: Vec<Value>,
}

impl Rows {
    fn of(company: &Company) -> Self {
        let people = || 0..company.people;
        let services = || 0..company.services;
        let service =
            |at: usize| (at, format!("p{}", at / 50), format!("s{at}@p{}.iam.gserviceaccount.com", at / 50));
        let resource = |at: usize| {
            let (_, project, mail) = service(at);
            format!("//iam.googleapis.com/projects/{project}/serviceAccounts/{mail}")
        };
        let use_of = |name: String, kind: &str| {
            json!({"fullResourceName": name, "activityType": kind,
                "activity": {"lastAuthenticatedTime": "2026-11-20T08:00:00Z"}})
        };
        Self {
            users: people().map(user).collect(),
            roles: roles(),
            assignments: assignments(),
            groups: vec![json!({"id": "g1", "email": "desk@acme.example", "name": "Desk"})],
            members: vec![
                json!({"id": (FIRST + 1).to_string(), "email": mail(1), "type": "USER", "role": "MEMBER"}),
                json!({"id": "g2", "email": "inner@acme.example", "type": "GROUP"}),
                json!({"id": (FIRST + 2).to_string(), "email": mail(2), "type": "USER"}),
            ],
            factors: people().filter(|at| at % 6 == 1).map(factor).collect(),
            authorized: people().map(|at| consent(at, "authorize", "2026-11-01T09:00:00Z")).collect(),
            revoked: people()
                .filter(|at| at % 10 == 4)
                .map(|at| consent(at, "revoke", "2026-11-02T09:00:00Z"))
                .collect(),
            used: people()
                .filter(|at| at % 2 == 0)
                .map(|at| consent(at, "activity", "2026-11-28T09:00:00Z"))
                .collect(),
            delegated: vec![delegation()],
            projects: (0..company.projects()).map(project).collect(),
            accounts: services().map(|at| account(service(at))).collect(),
            keys: services().flat_map(|at| keys(service(at))).collect(),
            own_roles: vec![own_role()],
            providers: vec![provider()],
            policies: policies(company),
            account_uses: services()
                .filter(|at| at.is_multiple_of(4))
                .map(|at| use_of(resource(at), "serviceAccountLastAuthentication"))
                .collect(),
            key_uses: services()
                .filter(|at| at.is_multiple_of(4))
                .map(|at| {
                    use_of(format!("{}/keys/k{at}", resource(at)), "serviceAccountKeyLastAuthentication")
                })
                .collect(),
            agents: agents(),
            servers: vec![json!({"name": "projects/p0/locations/us-central1/mcpServers/m1",
                "mcpServerId": "urn:mcp:acme:p0:tickets", "displayName": "Tickets", "createTime": "2026-06-01T00:00:00Z",
                "interfaces": [{"url": "https://tickets.acme.example/mcp", "protocolBinding": "JSONRPC"}]})],
            summaries: vec![json!({"name": "projects/p0/locations/us-central1/accessSummaries/a",
                "workloadId": AGENT.replace("principal", "spiffe"), "userId": mail(3),
                "scopes": ["https://www.googleapis.com/auth/drive"], "firstAccessTime": "2026-10-01T00:00:00Z",
                "lastAccessTime": "2026-11-27T00:00:00Z"})],
        }
    }
}

pub fn mail(at: usize) -> String {
    format!("u{at}@acme.example")
}

fn user(at: usize) -> Value {
    let last = if at.is_multiple_of(7) { "1970-01-01T00:00:00.000Z" } else { "2026-11-20T10:00:00.000Z" };
    json!({
        "id": (FIRST + at).to_string(), "customerId": "C01", "primaryEmail": mail(at), "suspended": at % 10 == 9,
        "archived": false, "isEnrolledIn2Sv": !at.is_multiple_of(3), "creationTime": "2024-01-01T00:00:00.000Z",
        "lastLoginTime": last, "isGuestUser": false, "name": {"fullName": format!("Una {at}")},
        "organizations": [{"title": "Buyer", "primary": true}],
    })
}

fn factor(at: usize) -> Value {
    json!({"date": "2026-11-25", "entity": {"type": "USER", "profileId": (FIRST + at).to_string()},
        "parameters": [{"name": "accounts:num_security_keys", "intValue": "1"}]})
}

fn roles() -> Vec<Value> {
    vec![
        json!({"roleId": "1", "roleName": "_SEED_ADMIN_ROLE", "isSystemRole": true, "isSuperAdminRole": true}),
        json!({"roleId": "2", "roleName": "_USER_MANAGEMENT_ADMIN_ROLE", "isSystemRole": true, "isSuperAdminRole": false}),
        json!({"roleId": "3", "roleName": "Desk", "isSystemRole": false, "isSuperAdminRole": false,
            "rolePrivileges": [{"privilegeName": "USERS_RESET_PASSWORD", "serviceId": "00"}]}),
    ]
}

fn assignments() -> Vec<Value> {
    let user = |id: &str, at: usize, role: &str| {
        json!({"roleAssignmentId": id, "assignedTo": (FIRST + at).to_string(), "roleId": role,
            "assigneeType": "user", "scopeType": "CUSTOMER"})
    };
    vec![
        user("a1", 0, "1"),
        user("a2", 5, "2"),
        json!({"roleAssignmentId": "a3", "assignedTo": "g1", "roleId": "3", "assigneeType": "group",
            "scopeType": "ORG_UNIT", "orgUnitId": "ou7"}),
    ]
}

fn consent(at: usize, event: &str, time: &str) -> Value {
    let (client, name) = APPS[at % APPS.len()];
    let mut parameters =
        vec![json!({"name": "client_id", "value": client}), json!({"name": "app_name", "value": name})];
    if event != "activity" {
        parameters.push(
            json!({"name": "scope", "multiValue": ["https://www.googleapis.com/auth/drive", "openid"]}),
        );
    }
    json!({"id": {"time": time, "customerId": "C01", "applicationName": "token"},
        "actor": {"email": mail(at), "profileId": (FIRST + at).to_string()},
        "events": [{"name": event, "type": "auth", "parameters": parameters}]})
}

fn delegation() -> Value {
    json!({"id": {"time": "2026-09-01T00:00:00Z", "customerId": "C01", "applicationName": "admin"},
        "actor": {"email": mail(0), "profileId": FIRST.to_string()},
        "events": [{"name": "AUTHORIZE_API_CLIENT_ACCESS", "parameters": [
            {"name": "API_CLIENT_NAME", "value": "900000000000000000000"},
            {"name": "API_SCOPES", "value": "https://www.googleapis.com/auth/drive,https://mail.google.com/"}]}]})
}

fn project(at: usize) -> Value {
    json!({"name": format!("//cloudresourcemanager.googleapis.com/projects/{at}"),
        "assetType": "cloudresourcemanager.googleapis.com/Project",
        "resource": {"data": {"projectId": format!("p{at}"), "projectNumber": at.to_string(), "lifecycleState": "ACTIVE"}}})
}

/// The service account with the number of the client that may act for everybody is the first.
fn account((at, project, mail): (usize, String, String)) -> Value {
    let unique = if at == 0 { "900000000000000000000".to_owned() } else { format!("{}", 800_000_000 + at) };
    let mut data = json!({"email": mail, "uniqueId": unique, "oauth2ClientId": unique, "projectId": project,
        "name": format!("projects/{project}/serviceAccounts/{mail}"), "displayName": format!("Service {at}")});
    if at.is_multiple_of(8) {
        data["disabled"] = json!(true);
    }
    json!({"name": format!("//iam.googleapis.com/projects/{project}/serviceAccounts/{unique}"),
        "assetType": "iam.googleapis.com/ServiceAccount", "resource": {"data": data}})
}

fn keys((at, project, mail): (usize, String, String)) -> Vec<Value> {
    let key = |id: String, kind: &str, end: &str| {
        let name = format!("projects/{project}/serviceAccounts/{mail}/keys/{id}");
        json!({"name": format!("//iam.googleapis.com/{name}"), "assetType": "iam.googleapis.com/ServiceAccountKey",
            "resource": {"data": {"name": name, "keyType": kind, "validAfterTime": "2025-01-01T00:00:00Z", "validBeforeTime": end}}})
    };
    let managed = key(format!("g{at}"), "SYSTEM_MANAGED", "2026-12-15T00:00:00Z");
    let own = key(format!("k{at}"), "USER_MANAGED", "9999-12-31T23:59:59Z");
    if at.is_multiple_of(2) { vec![managed, own] } else { vec![managed] }
}

fn own_role() -> Value {
    json!({"name": "//iam.googleapis.com/organizations/12/roles/deployer", "assetType": "iam.googleapis.com/Role",
        "resource": {"data": {"name": "organizations/12/roles/deployer", "title": "Deployer",
            "includedPermissions": ["run.services.update", "iam.serviceAccounts.actAs"]}}})
}

fn provider() -> Value {
    let name = "projects/1/locations/global/workloadIdentityPools/ci/providers/github";
    json!({"name": format!("//iam.googleapis.com/{name}"), "assetType": "iam.googleapis.com/WorkloadIdentityPoolProvider",
        "resource": {"data": {"name": name, "oidc": {"issuerUri": "https://token.actions.githubusercontent.com"},
            "attributeMapping": {"google.subject": "assertion.sub"}}}})
}

fn policies(company: &Company) -> Vec<Value> {
    let policy = |resource: String, bindings: Value| json!({"resource": resource, "assetType": "x", "policy": {"bindings": bindings}});
    let project = |at: usize| format!("//cloudresourcemanager.googleapis.com/projects/p{at}");
    let mut all = vec![
        policy(
            "//cloudresourcemanager.googleapis.com/organizations/12".to_owned(),
            json!([
                {"role": "roles/owner", "members": [format!("user:{}", mail(0)), "deleted:user:x@acme.example?uid=1"]},
                {"role": "roles/viewer", "members": ["group:desk@acme.example"]},
            ]),
        ),
        policy(
            "//storage.googleapis.com/public".to_owned(),
            json!([{"role": "roles/storage.objectViewer", "members": ["allUsers"]}]),
        ),
        policy(
            project(0),
            json!([
                {"role": "organizations/12/roles/deployer", "members": [WORKLOAD, AGENT]},
                {"role": "roles/run.admin", "members": ["serviceAccount:service-1@gcp-sa-run.iam.gserviceaccount.com"],
                 "condition": {"expression": "request.time < timestamp(\"2027-01-01T00:00:00Z\")"}},
            ]),
        ),
    ];
    all.extend((0..company.services).map(|at| {
        let member = format!("serviceAccount:s{at}@p{}.iam.gserviceaccount.com", at / 50);
        policy(
            format!("//storage.googleapis.com/bucket-{at}"),
            json!([{"role": "roles/storage.objectAdmin", "members": [member]}]),
        )
    }));
    all
}

fn agents() -> Vec<Value> {
    let agent = |id: &str, name: &str, principal: Value| {
        json!({"name": format!("projects/p0/locations/us-central1/agents/{id}"),
            "agentId": format!("urn:agent:acme:p0:{id}"), "displayName": name, "description": "Answers questions",
            "createTime": "2026-05-01T00:00:00Z",
            "attributes": {"agentregistry.googleapis.com/system/RuntimeIdentity": {"principal": principal}}})
    };
    vec![
        agent("a1", "Own", json!(AGENT)),
        agent(
            "a2",
            "Shares one",
            json!("principal://iam.googleapis.com/projects/-/serviceAccounts/s1@p0.iam.gserviceaccount.com"),
        ),
        agent("a3", "Shares the other", json!("serviceAccount:s1@p0.iam.gserviceaccount.com")),
    ]
}

/// A part of the rows, with what leads to the next.
fn page(question: &Question, key: &str, rows: &[Value]) -> Reply {
    let from = question.number("pageToken").unwrap_or(0);
    let size = question.number("maxResults").or(question.number("pageSize")).unwrap_or(100);
    let some = window(rows, from, size);
    let mut answer = json!({});
    // Google leaves out a list that has nothing.
    if !some.is_empty() {
        answer[key] = json!(some);
    }
    if from + some.len() < rows.len() {
        answer["nextPageToken"] = json!((from + some.len()).to_string());
    }
    Reply::json(&answer)
}

/// The scope that a path needs.
fn needed(path: &str) -> Option<&'static str> {
    let table = [
        ("/tokens", "admin.directory.user.security"),
        ("/members", "admin.directory.group.member.readonly"),
        ("/directory/v1/groups", "admin.directory.group.readonly"),
        ("/directory/v1/users", "admin.directory.user.readonly"),
        ("/role", "admin.directory.rolemanagement.readonly"),
        ("/reports/v1/activity", "admin.reports.audit.readonly"),
        ("/reports/v1/usage", "admin.reports.usage.readonly"),
    ];
    if !path.starts_with("/admin/") {
        return Some("cloud-platform");
    }
    table.into_iter().find(|(part, _)| path.contains(part)).map(|(_, scope)| scope)
}

/// Whether the token of a question carries a scope.
fn shows(question: &Question, scope: &str) -> bool {
    let shown = question.headers.get("authorization").map_or("", String::as_str);
    shown.trim_start_matches("Bearer ").split('+').any(|own| own == scope)
}

/// A refusal of the directory.
pub fn refused(reason: &str, message: &str) -> Reply {
    Reply::with(
        403,
        &json!({"error": {"code": 403, "message": message,
        "errors": [{"message": message, "domain": "global", "reason": reason}]}}),
    )
}

/// A refusal of the cloud.
pub fn denied(reason: &str, message: &str) -> Reply {
    let info = json!({"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason, "domain": "googleapis.com"});
    Reply::with(
        403,
        &json!({"error": {"code": 403, "status": "PERMISSION_DENIED", "message": message, "details": [info]}}),
    )
}

/// A desk that gives out tokens for the scopes that an administrator allowed; all or none, as Google does.
pub fn desk(allowed: Vec<String>) -> Fake {
    Fake::start(move |question, _| {
        let claims = claims(question);
        let asked = claims["scope"].as_str().unwrap_or_default();
        let asked: Vec<&str> = asked.split(' ').map(|scope| scope.trim_start_matches(SCOPE)).collect();
        if asked.iter().all(|scope| allowed.iter().any(|own| own == scope)) {
            return Reply::json(
                &json!({"access_token": asked.join("+"), "expires_in": 3599, "token_type": "Bearer"}),
            );
        }
        let said = "Client is unauthorized to retrieve access tokens using this method, or client not authorized for any \
                    of the scopes requested.";
        Reply::with(401, &json!({"error": "unauthorized_client", "error_description": said}))
    })
}

/// What a question to the desk claims.
pub fn claims(question: &Question) -> Value {
    let word = assertion(question);
    let body = word.split('.').nth(1).unwrap_or_default();
    let bytes =
        base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, body).unwrap_or_default();
    serde_json::from_slice(&bytes).unwrap_or_default()
}

/// The signed word of a question to the desk.
pub fn assertion(question: &Question) -> String {
    let form = reqwest::Url::parse(&format!("http://form/?{}", question.body)).unwrap();
    let found = form.query_pairs().find(|(key, _)| key == "assertion").map(|(_, value)| value.into_owned());
    found.unwrap_or_default()
}
