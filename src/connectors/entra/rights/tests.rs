//! What roles, permissions and consents become.

use std::collections::BTreeMap;

use serde_json::Value;

use super::*;

fn object(value: Value) -> Object {
    Object::of(value).unwrap()
}

fn graph() -> HashMap<String, Program> {
    let graph = Program {
        name: "Microsoft Graph".to_owned(),
        app: "00000003-0000-0000-c000-000000000000".to_owned(),
        is_of_microsoft: true,
        roles: [("r1".to_owned(), "User.Read.All".to_owned())].into(),
    };
    let own = Program {
        name: "Payroll".to_owned(),
        app: "own".to_owned(),
        is_of_microsoft: false,
        roles: [("r2".to_owned(), "User.Read.All".to_owned())].into(),
    };
    [("graph".to_owned(), graph), ("own".to_owned(), own), ("sp".to_owned(), Program::default())].into()
}

fn rights(services: &HashMap<String, Program>) -> Rights<'_> {
    let mut rights = Rights::new(SourceId::new("entra:t"), services);
    rights.ends_otherwise = Fact::Absent;
    let admin = json!({"id": GLOBAL_ADMINISTRATOR, "templateId": GLOBAL_ADMINISTRATOR, "displayName": "Global Administrator", "isBuiltIn": true});
    let own = json!({
        "id": "own-role", "templateId": "other", "displayName": "Printer keeper", "isBuiltIn": false,
        "rolePermissions": [{"allowedResourceActions": ["microsoft.office365.print/allEntities/allProperties/allTasks"]}],
    });
    rights.role(object(admin));
    rights.role(object(own));
    rights
}

fn finish(rights: Rights<'_>) -> (Vec<Grant>, BTreeMap<String, Entitlement>, Vec<String>) {
    let made = rights.finish();
    let (mut grants, mut entitlements) = (Vec::new(), BTreeMap::new());
    for record in made.records {
        match record {
            Record::Grant(grant) => grants.push(grant),
            Record::Entitlement(one) => drop(entitlements.insert(one.id.clone(), one)),
            other => panic!("{other:?}"),
        }
    }
    (
        grants,
        entitlements,
        made.refusals.into_iter().map(|one| format!("{}: {}", one.subject, one.reason)).collect(),
    )
}

fn held(principal: &str, role: &str, place: &str) -> Value {
    json!({"id": "x", "principalId": principal, "roleDefinitionId": role, "directoryScopeId": place})
}

#[test]
fn what_is_eligible_does_not_stand_and_what_is_activated_counts_once() {
    let services = graph();
    let mut rights = rights(&services);
    for principal in ["standing", "active"] {
        rights.assignment(object(held(principal, GLOBAL_ADMINISTRATOR, "/")));
    }
    rights.assignment(object(held("ending", "own-role", "/administrativeUnits/1")));
    let mut until = held("ending", "own-role", "/administrativeUnits/1");
    until["endDateTime"] = json!("2027-01-01T00:00:00Z");
    until["assignmentType"] = json!("Assigned");
    rights.schedule(&object(until));
    let mut activated = held("active", GLOBAL_ADMINISTRATOR, "/");
    activated["assignmentType"] = json!("Activated");
    rights.schedule(&object(activated));
    for principal in ["active", "eligible"] {
        rights.eligibility(object(held(principal, GLOBAL_ADMINISTRATOR, "/")));
    }
    rights.roles(&|_| true);
    let (grants, entitlements, refusals) = finish(rights);
    let told: Vec<_> = grants
        .iter()
        .map(|one| (one.account.as_str(), one.resource.as_deref(), one.declared.standing, one.expires))
        .collect();
    let (eligible, end) = (Some(Standing::SelfActivated), "2027-01-01T00:00:00Z".parse().unwrap());
    assert_eq!(
        told,
        [
            ("ending", Some("administrativeUnits/1"), None, Fact::Known(end)),
            ("standing", None, None, Fact::Absent),
            ("active", None, eligible, Fact::Hidden),
            ("eligible", None, eligible, Fact::Hidden),
        ]
    );
    assert!(refusals.is_empty(), "{refusals:?}");
    assert_eq!(entitlements[GLOBAL_ADMINISTRATOR].is_general_admin, Fact::Known(true));
    let own = &entitlements["own-role"];
    assert!(own.document.as_ref().unwrap().contains("microsoft.office365.print"), "{own:?}");
    assert_eq!(entitlements[GLOBAL_ADMINISTRATOR].document, None, "tables know what is built in");
}

#[test]
fn a_group_gives_its_role_to_everybody_in_it_and_who_is_gone_is_named() {
    let services = graph();
    let mut rights = rights(&services);
    let mut group = held("g", GLOBAL_ADMINISTRATOR, "/");
    group["principal"] = json!({"@odata.type": "#microsoft.graph.group", "displayName": "Admins"});
    rights.assignment(object(group));
    rights.assignment(object(held("gone", GLOBAL_ADMINISTRATOR, "/")));
    rights.assignment(object(json!({"roleDefinitionId": "x"})));
    assert_eq!(rights.groups().into_iter().collect::<Vec<_>>(), ["g"]);
    let member =
        |kind: &str, id: &str| object(json!({"@odata.type": format!("#microsoft.graph.{kind}"), "id": id}));
    rights.group(
        "g".to_owned(),
        vec![
            member("user", "u"),
            member("group", "inner"),
            member("device", "d"),
            member("servicePrincipal", "sp"),
        ],
    );
    rights.roles(&|id| id == "u" || id == "sp");
    let (grants, entitlements, refusals) = finish(rights);
    let told: Vec<_> = grants
        .iter()
        .map(|one| (one.account.as_str(), one.entitlement.as_str(), one.via.join(" ")))
        .collect();
    let role = GLOBAL_ADMINISTRATOR;
    assert_eq!(
        told,
        [
            ("u", "g", String::new()),
            ("u", role, "group Admins".to_owned()),
            ("sp", "g", String::new()),
            ("sp", role, "group Admins".to_owned()),
            ("gone", role, String::new()),
        ]
    );
    assert_eq!(entitlements["g"].kind, EntitlementKind::Group);
    assert_eq!(
        refusals,
        [
            "a role assignment: it names no role or nobody who holds it",
            "gone: it holds the role Global Administrator, and no list shows it",
        ]
    );
}

#[test]
fn permissions_carry_the_names_that_tables_know_and_own_ones_do_not() {
    let services = graph();
    let mut rights = rights(&services);
    let assigned = |principal: &str, role: &str| {
        object(json!({"principalId": principal, "principalType": "ServicePrincipal", "appRoleId": role}))
    };
    rights.permissions(
        "graph",
        &[
            assigned("sp", "R1"),
            object(json!({"principalId": "u", "principalType": "User", "appRoleId": "r1"})),
        ],
    );
    rights.permissions(
        "own",
        &[assigned("sp", "r2"), assigned("gone", DEFAULT_ACCESS), object(json!({"principalId": "sp"}))],
    );
    for (resource, principal) in [("graph", Value::Null), ("own", json!("u"))] {
        let consent = json!({"clientId": "sp", "resourceId": resource, "principalId": principal, "scope": "  Mail.Read User.Read"});
        rights.consent(&Consent::read(&object(consent)).unwrap());
    }
    let (grants, entitlements, refusals) = finish(rights);
    let titles: Vec<_> = grants
        .iter()
        .map(|one| (entitlements[&one.entitlement].title.as_str(), one.resource.as_deref()))
        .collect();
    assert_eq!(
        titles,
        [
            ("application:User.Read.All", None),
            ("Payroll: User.Read.All", None),
            ("Payroll: default access", None),
            ("delegated:Mail.Read", None),
            ("delegated:User.Read", None),
            ("Payroll: Mail.Read", Some("users/u")),
            ("Payroll: User.Read", Some("users/u")),
        ]
    );
    assert_eq!(entitlements["application:r1"].is_general_admin, Fact::Known(false));
    assert_eq!(entitlements["application:r2"].is_general_admin, Fact::Hidden);
    assert_eq!(refusals.len(), 2, "{refusals:?}");
}
