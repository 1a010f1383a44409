//! A tenant of Entra of our own making: users, programs, agents, roles and consents by numbers that a test knows, with the
//! rights of the reader judged as Microsoft documents them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::fake::{Fake, Question, Reply, window};
use super::prism::Prism;

/// The id of the tenant.
pub const TENANT: &str = "11111111-2222-4333-8444-555555555555";
/// The secret that the desk takes.
pub const SECRET: &str = "canary-3c9d-entra";
pub const GRAPH: &str = "00000003-0000-0000-c000-000000000000";
pub const GLOBAL_ADMINISTRATOR: &str = "62e90394-69f5-4237-9190-012177145e10";
pub const CHATGPT: &str = "e0476654-c1d5-430b-ab80-70cbd947616a";
/// The workload that the first application trusts.
pub const SUBJECT: &str = "repo:acme/r00001:environment:copilot";
const MICROSOFT: &str = "f8cdef31-a31e-4b4a-93e4-5f571e91255a";
const USER_READ: &str = "df021288-bdef-4463-88db-98f22de89214";
const ROLES_WRITE: &str = "9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8";
const NEW: &str = "2026-05-01T08:00:00Z";

/// An id that tells its kind and number.
pub fn id(kind: u32, number: usize) -> String {
    format!("{kind:08x}-0000-4000-8000-{number:012x}")
}

/// An id of a user.
pub fn user(number: usize) -> String {
    id(1, number)
}

/// An id of a service principal.
pub fn service(number: usize) -> String {
    id(2, number)
}

/// An id of an agent identity.
pub fn agent(number: usize) -> String {
    id(3, number)
}

/// How many of what a tenant has.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    pub guests: usize,
    pub rooms: usize,
    pub named_services: usize,
    pub people: usize,
    pub managed: usize,
    pub microsoft: usize,
    pub blueprints: usize,
    pub agents: usize,
    pub agent_users: usize,
    /// Applications of the tenant with a service principal, and the one of an AI product.
    pub own: usize,
}

impl Size {
    /// Of so many users, agent users left out, and so many service principals.
    pub fn of(users: usize, services: usize) -> Self {
        let (guests, rooms, named_services) = (users / 10, users / 50, users / 100);
        let (managed, microsoft, blueprints) = (services / 5, services / 10, 2);
        let agents = (services / 20).max(5);
        Self {
            guests,
            rooms,
            named_services,
            people: users - guests - rooms - named_services,
            managed,
            microsoft,
            blueprints,
            agents,
            agent_users: agents / 2,
            own: services - managed - microsoft - blueprints - agents - 1,
        }
    }
}

/// What stands in the tenant, by the path of its list.
pub type Lists = BTreeMap<String, Vec<Value>>;

/// A tenant, and how it answers.
#[derive(Clone)]
pub struct Tenant {
    pub size: Size,
    pub lists: Lists,
    /// The permissions of the reader.
    pub rights: BTreeSet<String>,
    pub has_p1: bool,
    pub has_p2: bool,
    /// How many objects a page has at most.
    pub page: usize,
}

impl Tenant {
    /// One with so many users and service principals, shown to a reader with the rights that are asked for.
    pub fn of(users: usize, services: usize) -> Self {
        let size = Size::of(users, services);
        let lists = [people(&size), programs(&size), agents(&size), roles(), permissions(&size)]
            .into_iter()
            .flatten()
            .collect();
        let rights = [
            "Directory.Read.All",
            "RoleManagement.Read.Directory",
            "AuditLog.Read.All",
            "AgentIdentity.Read.All",
            "AgentIdentityBlueprint.Read.All",
            "AgentIdentityBlueprintPrincipal.Read.All",
            "CopilotPackages.Read.All",
        ];
        let rights = rights.map(str::to_owned).into();
        Self { size, lists, rights, has_p1: true, has_p2: true, page: 999 }
    }

    /// The same for a reader who lacks some permissions.
    pub fn without(mut self, rights: &[&str]) -> Self {
        self.rights.retain(|right| !rights.contains(&right.as_str()));
        self
    }

    /// Starts it alone; `first` may answer before it.
    pub fn start(self, first: impl Fn(&Question, usize) -> Option<Reply> + Send + Sync + 'static) -> Fake {
        Fake::start(move |question, before| {
            let host = question.headers.get("host").cloned().unwrap_or_default();
            first(question, before).unwrap_or_else(|| self.answer(question, &format!("http://{host}")))
        })
    }

    /// Starts it behind the description of Microsoft Graph.
    pub fn described(self) -> Option<Prism> {
        self.described_after(|_, _| None)
    }

    /// The same; `first` may answer before it.
    pub fn described_after(
        self,
        first: impl Fn(&Question, usize) -> Option<Reply> + Send + Sync + 'static,
    ) -> Option<Prism> {
        let spec = [("microsoft-graph/graph-v1-trimmed.json", "/v1.0")];
        Prism::with(&spec, more(), |address| {
            let address = address.to_owned();
            Fake::start(move |question, before| {
                first(question, before).unwrap_or_else(|| self.answer(question, &address))
            })
        })
    }

    fn answer(&self, question: &Question, address: &str) -> Reply {
        match (question.method.as_str(), question.path.as_str()) {
            (_, path) if path.ends_with("/.well-known/openid-configuration") => {
                Reply::json(&json!({"issuer": format!("https://login.example/{TENANT}/v2.0")}))
            }
            ("POST", path) if path.ends_with("/oauth2/v2.0/token") => token(question),
            ("POST", "/v1.0/$batch") => self.batch(question, address),
            ("GET", path) => self.list(path, question, address),
            _ => refused(404, "Request_ResourceNotFound", "nothing is there"),
        }
    }

    /// What it answers to a batch whose pages need no second one.
    pub fn batched(&self, question: &Question) -> Reply {
        let host = question.headers.get("host").cloned().unwrap_or_default();
        self.batch(question, &format!("http://{host}"))
    }

    fn batch(&self, question: &Question, address: &str) -> Reply {
        let body: Value = serde_json::from_str(&question.body).unwrap();
        let answer = |request: &Value| {
            let url =
                reqwest::Url::parse(&format!("http://x/v1.0{}", request["url"].as_str().unwrap())).unwrap();
            let query =
                url.query_pairs().map(|(key, value)| (key.into_owned(), value.into_owned())).collect();
            let asked =
                Question { method: "GET".to_owned(), path: url.path().to_owned(), query, ..question.clone() };
            let reply = self.list(&asked.path, &asked, address);
            let body: Value = serde_json::from_str(&reply.body).unwrap();
            json!({"id": request["id"], "status": reply.status, "headers": {}, "body": body})
        };
        // Answers come in any order.
        let responses: Vec<Value> = body["requests"].as_array().unwrap().iter().rev().map(answer).collect();
        Reply::json(&json!({ "responses": responses }))
    }

    fn list(&self, path: &str, question: &Question, address: &str) -> Reply {
        if let Some(refusal) = self.refusal(path, question) {
            return refusal;
        }
        let empty = Vec::new();
        let is_known = self.lists.contains_key(path)
            || path.ends_with("/sponsors")
            || path.ends_with("/appRoleAssignedTo");
        if !is_known {
            return refused(404, "Request_ResourceNotFound", "nothing is there");
        }
        let rows = self.lists.get(path).unwrap_or(&empty);
        let size = question.number("$top").unwrap_or(100).min(self.page);
        let from = question.number("$skiptoken").unwrap_or(0);
        let select = question.query.get("$select").map_or("", String::as_str);
        let expand = question.query.get("$expand").map_or("", String::as_str);
        let shown: Vec<Value> =
            window(rows, from, size).iter().map(|row| selected(row, select, expand)).collect();
        let mut page = json!({ "value": shown });
        if question.query.get("$count").is_some_and(|count| count == "true") {
            if question.headers.get("consistencylevel").is_none_or(|level| level != "eventual") {
                return refused(400, "Request_UnsupportedQuery", "$count needs ConsistencyLevel");
            }
            page["@odata.count"] = json!(rows.len());
        }
        if from + size < rows.len() {
            let mut next = reqwest::Url::parse(&format!("{address}{path}")).unwrap();
            let kept = question.query.iter().filter(|(key, _)| *key != "$skiptoken");
            next.query_pairs_mut().extend_pairs(kept).append_pair("$skiptoken", &(from + size).to_string());
            page["@odata.nextLink"] = json!(next.as_str());
        }
        Reply::json(&page)
    }

    fn refusal(&self, path: &str, question: &Question) -> Option<Reply> {
        let has = |any: &[&str]| any.iter().any(|right| self.rights.contains(*right));
        let path = path.trim_start_matches("/v1.0/").trim_start_matches("/beta/");
        let tells_sign_ins =
            question.query.get("$select").is_some_and(|select| select.contains("signInActivity"));
        let (needed, is_paid): (&[&str], bool) = match path {
            "users" if tells_sign_ins => (&["AuditLog.Read.All"], self.has_p1),
            path if path.starts_with("users") => (&["User.Read.All", "Directory.Read.All"], true),
            path if path.starts_with("reports/auth") => (&["AuditLog.Read.All"], self.has_p1),
            path if path.starts_with("reports/") => (&["AuditLog.Read.All"], true),
            path if path.contains("applications/") && path.contains("Blueprint") => {
                (&["AgentIdentityBlueprint.Read.All"], true)
            }
            path if path.contains("BlueprintPrincipal") => {
                (&["AgentIdentityBlueprintPrincipal.Read.All"], true)
            }
            path if path.contains("agentIdentity") => {
                (&["AgentIdentity.Read.All", "Application.Read.All"], true)
            }
            path if path.starts_with("servicePrincipals") || path.starts_with("applications") => {
                (&["Application.Read.All", "Directory.Read.All"], true)
            }
            path if path.ends_with("ScheduleInstances") => (&["RoleManagement.Read.Directory"], self.has_p2),
            path if path.starts_with("roleManagement") => {
                (&["RoleManagement.Read.Directory", "Directory.Read.All"], true)
            }
            path if path.starts_with("groups") => (&["GroupMember.Read.All", "Directory.Read.All"], true),
            "oauth2PermissionGrants" => (&["Directory.Read.All"], true),
            path if path.starts_with("copilot") => (&["CopilotPackages.Read.All"], true),
            _ => return None,
        };
        match (has(needed), is_paid) {
            (false, _) => Some(refused(403, "Authorization_RequestDenied", "Insufficient privileges")),
            (true, false) if path.contains("Schedule") => Some(refused(
                400,
                "AadPremiumLicenseRequired",
                "The tenant needs to have Microsoft Entra ID P2 or Microsoft Entra ID Governance license.",
            )),
            (true, false) => Some(refused(
                403,
                "Authentication_RequestFromNonPremiumTenantOrB2CTenant",
                "Neither tenant is B2C or tenant doesn't have premium license",
            )),
            (true, true) => None,
        }
    }
}

/// A refusal as Graph words it.
pub fn refused(status: u16, code: &str, message: &str) -> Reply {
    Reply::with(status, &json!({"error": {"code": code, "message": message}}))
}

/// What the description leaves out: batches, and the two previews.
fn more() -> Value {
    let list = json!({"get": {"responses": {
        "200": {"description": "x", "content": {"application/json": {"schema": {"type": "object", "required": ["value"]}}}},
        "4XX": {"description": "x", "content": {"application/json": {"schema": {"type": "object", "required": ["error"]}}}},
    }}});
    let one = json!({"type": "object", "required": ["id", "method", "url"], "properties": {
        "method": {"enum": ["GET"]}, "url": {"type": "string", "pattern": "^/"},
    }});
    let asked = json!({"type": "object", "required": ["requests"], "properties": {
        "requests": {"type": "array", "minItems": 1, "maxItems": 20, "items": one},
    }});
    let batch = json!({"post": {
        "requestBody": {"required": true, "content": {"application/json": {"schema": asked}}},
        "responses": list["get"]["responses"].clone(),
    }});
    let mut batch = batch;
    batch["post"]["responses"]["200"]["content"]["application/json"]["schema"] =
        json!({"type": "object", "required": ["responses"]});
    json!({"paths": {
        "/v1.0/$batch": batch,
        "/beta/reports/servicePrincipalSignInActivities": list,
        "/beta/reports/appCredentialSignInActivities": list,
    }})
}

/// The token route: a secret or a signed word.
fn token(question: &Question) -> Reply {
    let form: BTreeMap<String, String> = reqwest::Url::parse(&format!("http://x/?{}", question.body))
        .unwrap()
        .query_pairs()
        .into_owned()
        .collect();
    let is_known = form.get("client_secret").is_some_and(|secret| secret == SECRET)
        || form.contains_key("client_assertion")
        || form.get("refresh_token").is_some_and(|again| again.starts_with("again"));
    if !question.path.starts_with(&format!("/{TENANT}/")) && !question.path.starts_with("/acme.example/") {
        return Reply::with(
            400,
            &json!({"error": "invalid_request", "error_description": "AADSTS90002: Tenant not found. Trace ID: 1"}),
        );
    }
    if is_known {
        Reply::json(&json!({"token_type": "Bearer", "expires_in": 3599, "access_token": "ey.token"}))
    } else {
        let why = "AADSTS7000215: Invalid client secret provided. Trace ID: 1-2\r\nTimestamp: now";
        Reply::with(401, &json!({"error": "invalid_client", "error_description": why}))
    }
}

/// The properties that are asked for; what is expanded, and the type, come with them.
fn selected(row: &Value, select: &str, expand: &str) -> Value {
    if select.is_empty() {
        return row.clone();
    }
    let keys: BTreeSet<&str> = select.split(',').map(str::trim).collect();
    let expanded = expand.split('(').next().unwrap_or_default();
    let fields = row.as_object().unwrap().iter();
    let shown = fields
        .filter(|(key, _)| keys.contains(key.as_str()) || *key == "@odata.type" || key.as_str() == expanded);
    Value::Object(shown.map(|(key, value)| (key.clone(), value.clone())).collect())
}

fn people(size: &Size) -> Lists {
    let all = size.people + size.guests + size.rooms + size.named_services;
    let mut users: Vec<Value> = (0..all).map(|at| person(size, at)).collect();
    users.extend((0..size.agent_users).map(|at| {
        json!({
            "@odata.type": "#microsoft.graph.agentUser", "id": id(9, at), "displayName": format!("Worker {at}"),
            "userPrincipalName": format!("worker{at}@acme.example"), "accountEnabled": true, "userType": "Member",
            "createdDateTime": NEW, "identityParentId": agent(at), "signInActivity": {"lastSignInDateTime": NEW},
        })
    }));
    let agents: Vec<Value> = users[all..].to_vec();
    let factors = (0..all).filter(|at| !at.is_multiple_of(20)).map(|at| {
        let methods = match at % 4 {
            0 => json!([]),
            1 => json!(["fido2SecurityKey", "microsoftAuthenticatorPush"]),
            _ => json!(["mobilePhone"]),
        };
        json!({
            "id": user(at), "userPrincipalName": format!("u{at}@acme.example"), "isMfaRegistered": !at.is_multiple_of(4),
            "methodsRegistered": methods, "isMfaCapable": !at.is_multiple_of(4),
        })
    });
    let factors: Vec<Value> = factors.collect();
    [
        ("/v1.0/users", users),
        ("/v1.0/users/microsoft.graph.agentUser", agents),
        ("/v1.0/reports/authenticationMethods/userRegistrationDetails", factors),
    ]
    .map(|(path, rows)| (path.to_owned(), rows))
    .into()
}

/// People first, then guests, rooms, and services that sign in as users.
fn person(size: &Size, at: usize) -> Value {
    let mut row = json!({
        "id": user(at), "displayName": format!("Person {at}"), "userPrincipalName": format!("U{at}@acme.example"),
        "mail": format!("u{at}@acme.example"), "accountEnabled": !at.is_multiple_of(20), "userType": "Member",
        "createdDateTime": "2024-03-01T00:00:00Z", "givenName": "Ada", "surname": format!("N{at}"), "jobTitle": "Clerk",
        "lastPasswordChangeDateTime": NEW, "onPremisesSyncEnabled": null, "identityParentId": null,
        "signInActivity": {"lastSignInDateTime": NEW, "lastNonInteractiveSignInDateTime": null},
    });
    if at.is_multiple_of(7) {
        row["signInActivity"] = Value::Null;
    }
    let bare = |row: &mut Value| {
        for key in ["givenName", "surname", "jobTitle"] {
            row[key] = Value::Null;
        }
    };
    if at >= size.people + size.guests + size.rooms {
        row["displayName"] = json!(format!("svc-backup {at}"));
    } else if at >= size.people + size.guests {
        row["displayName"] = json!(format!("Conf Room {at}"));
        bare(&mut row);
    } else if at >= size.people {
        row["userType"] = json!("Guest");
        bare(&mut row);
    }
    row
}

fn programs(size: &Size) -> Lists {
    let role = |id: &str, value: &str| json!({"id": id, "value": value, "displayName": value, "isEnabled": true, "allowedMemberTypes": ["Application"]});
    let mut services = vec![
        json!({
            "id": service(0), "appId": GRAPH, "displayName": "Microsoft Graph", "servicePrincipalType": "Application",
            "accountEnabled": true, "appOwnerOrganizationId": MICROSOFT, "owners": [],
            "appRoles": [role(USER_READ, "User.Read.All"), role(ROLES_WRITE, "RoleManagement.ReadWrite.Directory")],
        }),
        json!({
            "id": service(1), "appId": CHATGPT, "displayName": "ChatGPT", "servicePrincipalType": "Application",
            "accountEnabled": true, "appOwnerOrganizationId": id(8, 1), "owners": [], "appRoles": [],
            "verifiedPublisher": {"displayName": "OpenAI"}, "homepage": "https://chatgpt.com",
        }),
    ];
    let row = |number: usize, kind: &str, owner: &str| {
        json!({
            "id": service(number), "appId": id(4, number), "displayName": format!("program {number}"),
            "servicePrincipalType": kind, "accountEnabled": true, "appOwnerOrganizationId": owner, "appRoles": [],
            "owners": if number.is_multiple_of(3) { json!([{"@odata.type": "#microsoft.graph.user", "id": user(number % 50)}]) } else { json!([]) },
            "keyCredentials": [], "passwordCredentials": [], "replyUrls": ["https://app.acme.example/back"],
        })
    };
    let microsoft = (1..size.microsoft).map(|at| row(10_000 + at, "Application", MICROSOFT));
    let managed = (0..size.managed).map(|at| row(20_000 + at, "ManagedIdentity", TENANT));
    let own = (0..size.own).map(|at| row(30_000 + at, "Application", TENANT));
    let blueprints = (0..size.blueprints).map(blueprint);
    let agents = (0..size.agents).map(agent_row);
    services.extend(microsoft.chain(managed).chain(own).chain(blueprints).chain(agents));
    let applications: Vec<Value> = (0..size.own).map(application).collect();
    [("/v1.0/servicePrincipals", services), ("/v1.0/applications", applications)]
        .map(|(path, rows)| (path.to_owned(), rows))
        .into()
}

/// Two secrets (one has ended) and a certificate for every application; the first trusts a workload of GitHub.
fn application(at: usize) -> Value {
    let key = |kind: u32, end: &str| json!({"keyId": id(kind, at), "startDateTime": "2025-01-01T00:00:00Z", "endDateTime": end, "displayName": "k"});
    let mut certificate = key(7, "2099-01-01T00:00:00Z");
    certificate["type"] = json!("AsymmetricX509Cert");
    certificate["usage"] = json!("Verify");
    let trusted = json!([
        {"id": "1", "name": "gh", "issuer": "https://token.actions.githubusercontent.com", "subject": SUBJECT, "audiences": []},
        {"id": "2", "name": "any", "issuer": "https://token.actions.githubusercontent.com", "subject": "repo:acme/*", "audiences": []},
    ]);
    json!({
        "id": id(10, at), "appId": id(4, 30_000 + at), "displayName": format!("program {}", 30_000 + at),
        "createdDateTime": "2025-01-01T00:00:00Z", "signInAudience": "AzureADMyOrg", "isDisabled": null, "owners": [],
        "passwordCredentials": [key(5, "2099-01-01T00:00:00Z"), key(6, "2025-06-01T00:00:00Z")],
        "keyCredentials": [certificate],
        "federatedIdentityCredentials": if at == 0 { trusted } else { json!([]) },
    })
}

fn blueprint(at: usize) -> Value {
    json!({
        "@odata.type": "#microsoft.graph.agentIdentityBlueprintPrincipal", "id": service(40_000 + at), "appId": id(11, at),
        "displayName": format!("blueprint {at}"), "servicePrincipalType": "Application", "accountEnabled": true,
        "appOwnerOrganizationId": TENANT, "owners": [], "appRoles": [],
    })
}

fn agent_row(at: usize) -> Value {
    json!({
        "@odata.type": "#microsoft.graph.agentIdentity", "id": agent(at), "appId": id(11, at % 2),
        "displayName": format!("helper {at}"), "servicePrincipalType": "ServiceIdentity", "accountEnabled": at % 10 != 9,
        "createdDateTime": NEW, "agentIdentityBlueprintId": id(11, at % 2), "owners": [],
    })
}

/// Of five agents one has nobody, one somebody who is gone, and three a user.
fn agents(size: &Size) -> Lists {
    let sponsors = (0..size.agents).map(|at| {
        let who = match at % 5 {
            0 => json!([]),
            1 => json!([{"@odata.type": "#microsoft.graph.user", "id": user(900_000 + at), "displayName": null}]),
            _ => json!([{"@odata.type": "#microsoft.graph.user", "id": user(at), "displayName": "x"}]),
        };
        let path = format!("/v1.0/servicePrincipals/{}/microsoft.graph.agentIdentity/sponsors", agent(at));
        (path, who.as_array().unwrap().clone())
    });
    let lists = [
        ("agentIdentity", (0..size.agents).map(agent_row).collect::<Vec<_>>()),
        ("agentIdentityBlueprintPrincipal", (0..size.blueprints).map(blueprint).collect()),
    ];
    let lists = lists.map(|(kind, rows)| (format!("/v1.0/servicePrincipals/microsoft.graph.{kind}"), rows));
    let packages = vec![
        json!({"id": "P1", "displayName": "Travel helper", "type": "custom", "isBlocked": false, "deployedTo": "all", "availableTo": "all"}),
        json!({"id": "P2", "displayName": "Odd helper", "type": "external", "isBlocked": true, "deployedTo": "none", "availableTo": "none"}),
    ];
    // One blueprint is the tenant's own and hands on one scope; the other belongs to somebody else.
    let own = vec![
        json!({"@odata.type": "#microsoft.graph.agentIdentityBlueprint", "id": id(15, 0), "appId": id(11, 0)}),
    ];
    let handed_on = vec![json!({
        "resourceAppId": GRAPH,
        "inheritableScopes": {"@odata.type": "#microsoft.graph.enumeratedScopes", "kind": "enumerated", "scopes": ["Chat.Read"]},
    })];
    let below = format!("/v1.0/applications/{}/microsoft.graph.agentIdentityBlueprint", id(15, 0));
    let blueprints = [
        ("/v1.0/applications/microsoft.graph.agentIdentityBlueprint".to_owned(), own),
        (format!("{below}/inheritablePermissions"), handed_on),
    ];
    let lists = lists.into_iter().chain(blueprints);
    sponsors.chain(lists).chain([("/v1.0/copilot/admin/catalog/packages".to_owned(), packages)]).collect()
}

/// What gives rights; the counts of `grants` follow from it.
fn roles() -> Lists {
    let role = |id: &str, name: &str, is_own: bool, actions: &[&str]| {
        json!({"id": id, "templateId": id, "displayName": name, "isBuiltIn": !is_own,
               "rolePermissions": [{"allowedResourceActions": actions}]})
    };
    let group = json!({"@odata.type": "#microsoft.graph.group", "id": id(12, 0), "displayName": "Tier 0"});
    let of = |who: &str, role: &str, place: &str| {
        json!({"id": format!("{who}-{role}"), "principalId": who, "roleDefinitionId": role, "directoryScopeId": place,
               "principal": {"@odata.type": "#microsoft.graph.user", "id": who}})
    };
    let admin = GLOBAL_ADMINISTRATOR;
    let mut by_group = of(&id(12, 0), admin, "/");
    by_group["principal"] = group.clone();
    let own = id(13, 0);
    let assignments = vec![
        of(&user(1), admin, "/"),
        of(&user(2), admin, "/"),
        by_group,
        of(&user(3), &own, &format!("/administrativeUnits/{}", id(14, 0))),
        of(&user(800_000), admin, "/"),
    ];
    let mut activated = of(&user(2), admin, "/");
    activated["assignmentType"] = json!("Activated");
    activated["endDateTime"] = json!("2099-01-01T00:00:00Z");
    let member =
        |kind: &str, id: String| json!({"@odata.type": format!("#microsoft.graph.{kind}"), "id": id});
    let members = vec![
        member("user", user(4)),
        member("user", user(5)),
        member("servicePrincipal", service(30_000)),
        member("group", id(12, 1)),
    ];
    let below = "/v1.0/roleManagement/directory";
    let eligible = vec![of(&user(2), admin, "/"), of(&user(6), admin, "/")];
    let definitions = vec![
        role(admin, "Global Administrator", false, &["microsoft.directory/users/allProperties/allTasks"]),
        role(&own, "Printer keeper", true, &["microsoft.office365.print/allEntities/allProperties/allTasks"]),
    ];
    [
        (format!("{below}/roleDefinitions"), definitions),
        (format!("{below}/roleAssignments"), assignments),
        (format!("{below}/roleAssignmentScheduleInstances"), vec![activated]),
        (format!("{below}/roleEligibilityScheduleInstances"), eligible),
        ("/v1.0/groups".to_owned(), vec![group]),
        (format!("/v1.0/groups/{}/transitiveMembers", id(12, 0)), members),
    ]
    .into()
}

/// Permissions and consents of applications, and the two previews.
fn permissions(size: &Size) -> Lists {
    let assigned = |at: usize, who: String, role: &str| {
        json!({"id": format!("a{at}"), "appRoleId": role, "principalId": who, "principalType": "ServicePrincipal",
               "principalDisplayName": "x", "resourceId": service(0), "createdDateTime": NEW})
    };
    let mut permissions: Vec<Value> =
        (0..size.own).map(|at| assigned(at, service(30_000 + at), USER_READ)).collect();
    permissions.push(assigned(900_001, service(30_000), ROLES_WRITE));
    permissions.push(assigned(900_002, agent(0), USER_READ));
    let consent = |at: usize, client: String, who: Option<String>, scope: &str| {
        json!({"id": format!("c{at}"), "clientId": client, "consentType": if who.is_some() { "Principal" } else { "AllPrincipals" },
               "principalId": who, "resourceId": service(0), "scope": scope})
    };
    let mut consents: Vec<Value> =
        (0..size.own).map(|at| consent(at, service(30_000 + at), None, " User.Read Mail.Read")).collect();
    consents.extend((0..3).map(|at| consent(900_000 + at, service(1), Some(user(at)), "Files.Read")));
    consents.extend((0..2).map(|at| consent(910_000 + at, service(700_000), Some(user(at)), "User.Read")));
    consents.push(consent(920_000, service(40_000), None, "Chat.Read Mail.Send"));
    consents.push(consent(920_001, service(40_001), None, "Files.Read.All"));
    [
        (format!("/v1.0/servicePrincipals/{}/appRoleAssignedTo", service(0)), permissions),
        ("/v1.0/oauth2PermissionGrants".to_owned(), consents),
        (
            "/beta/reports/servicePrincipalSignInActivities".to_owned(),
            vec![
                json!({"id": "s", "appId": id(4, 30_000), "lastSignInActivity": {"lastSignInDateTime": NEW}}),
            ],
        ),
        (
            "/beta/reports/appCredentialSignInActivities".to_owned(),
            vec![json!({"id": "k", "keyId": id(5, 0), "signInActivity": {"lastSignInDateTime": NEW}})],
        ),
    ]
    .into()
}
