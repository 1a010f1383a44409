//! What service principals, applications and whatever else Graph may send become.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;
use crate::connectors::entra::rights::{Consent, Rights};
use crate::model::inventory::{Agent, Credential, Grant};

const NOW: &str = "2026-06-01T00:00:00Z";

fn object(value: Value) -> Object {
    Object::of(value).unwrap()
}

fn people(users: &[Value]) -> People {
    let mut people = People::new(SourceId::new("entra:t"));
    for user in users {
        people.take(&object(user.clone()), &mut Made::default());
    }
    people
}

fn services(people: &People, agents: Agents) -> Services<'_> {
    let (source, at) = (SourceId::new("entra:t"), NOW.parse().unwrap());
    Services {
        source: source.clone(),
        people,
        agents,
        keys: Keys::new(source, at),
        applications: HashMap::new(),
        sign_ins: HashMap::new(),
        consents: HashMap::new(),
        tells_consents: true,
        at,
        ids: Ids::default(),
        known: HashMap::new(),
    }
}

/// What one service principal becomes.
fn taken(services: &mut Services<'_>, value: Value) -> (Account, Vec<Record>) {
    let mut made = Made::default();
    services.take(&object(value), &mut made);
    let Some(Record::Account(account)) = made.records.pop() else { panic!("{made:?}") };
    (account, made.records)
}

fn agent(records: Vec<Record>) -> Agent {
    let row = records.into_iter().find_map(|record| match record {
        Record::Agent(agent) => Some(agent),
        _ => None,
    });
    row.unwrap()
}

#[test]
fn service_principals_are_classed_by_their_kind() {
    let nobody = people(&[]);
    let mut services = services(&nobody, Agents::default());
    let (machine, ai) = (Fact::Known(Class::Machine), Fact::Known(Class::Ai));
    let microsoft = "f8cdef31-a31e-4b4a-93e4-5f571e91255a";
    let cases = [
        (json!({"servicePrincipalType": "Application"}), machine, "entra.service-principal/1"),
        (json!({"servicePrincipalType": "ManagedIdentity"}), machine, "entra.managed-identity/1"),
        (
            json!({"servicePrincipalType": "Application", "appOwnerOrganizationId": microsoft}),
            machine,
            "entra.microsoft-application/1",
        ),
        (json!({"servicePrincipalType": "ServiceIdentity"}), ai, "entra.agent-identity/1"),
        (json!({"@odata.type": "#microsoft.graph.agentIdentity"}), ai, "entra.agent-identity/1"),
        (
            json!({"@odata.type": "#microsoft.graph.agentIdentityBlueprintPrincipal", "servicePrincipalType": "Application"}),
            machine,
            "entra.agent-blueprint/1",
        ),
        // A product is known by its id; a name alone is a guess.
        (
            json!({"servicePrincipalType": "Application", "appId": "e0476654-c1d5-430b-ab80-70cbd947616a", "displayName": "x"}),
            ai,
            "catalogue.id/1",
        ),
        (
            json!({"servicePrincipalType": "Application", "displayName": "ChatGPT helper"}),
            machine,
            "entra.service-principal/1",
        ),
        (json!({"servicePrincipalType": "SomethingNew"}), Fact::Hidden, ""),
        (json!({}), Fact::Hidden, ""),
    ];
    for (at, (mut service, class, rule)) in cases.into_iter().enumerate() {
        service["id"] = json!(at.to_string());
        let (account, _) = taken(&mut services, service.clone());
        assert_eq!((account.class, account.class_rule.as_str()), (class, rule), "{service}");
    }
}

#[test]
fn owners_are_known_none_or_hidden() {
    let known = people(&[json!({"id": "u1", "userPrincipalName": "Ada@x.example"})]);
    let mut services = services(&known, Agents::default());
    let own = Application { owners: None, ..Application::default() };
    services.applications.insert("hidden".to_owned(), own);
    let mut owner = |id: &str, app: &str, owners: Value| {
        taken(&mut services, json!({"id": id, "appId": app, "owners": owners})).0.owner
    };
    assert_eq!(owner("1", "", json!([{"id": "u1"}])), Fact::Known("ada@x.example".to_owned()));
    assert_eq!(owner("2", "", json!([])), Fact::Absent);
    assert_eq!(owner("3", "", Value::Null), Fact::Hidden);
    assert_eq!(owner("4", "hidden", json!([])), Fact::Hidden, "the application's owners are not shown");
    assert_eq!(
        owner("5", "", json!([{"id": "gone", "displayName": "Team"}])),
        Fact::Known("Team".to_owned())
    );
}

#[test]
fn an_agent_names_who_answers_for_it_or_that_nobody_does() {
    let known = people(&[
        json!({"id": "u1", "userPrincipalName": "ada@x.example", "accountEnabled": true}),
        json!({"id": "u2", "userPrincipalName": "bob@x.example", "accountEnabled": false}),
    ]);
    let person = |id: &str| object(json!({"@odata.type": "#microsoft.graph.user", "id": id}));
    let group = object(json!({"@odata.type": "#microsoft.graph.group", "id": "g", "displayName": "Owners"}));
    let ada = || Fact::Known("ada@x.example".to_owned());
    let cases = [
        (Some(vec![person("u1")]), json!([]), ada(), Fact::Known(true)),
        (Some(vec![person("u2")]), json!([]), Fact::Known("bob@x.example".to_owned()), Fact::Known(false)),
        (Some(vec![person("gone")]), json!([]), Fact::Known("gone".to_owned()), Fact::Known(false)),
        (Some(vec![group]), json!([]), Fact::Known("Owners".to_owned()), Fact::Hidden),
        (Some(vec![]), json!([{"id": "u1"}]), ada(), Fact::Known(true)),
        (Some(vec![]), json!([]), Fact::Absent, Fact::Hidden),
        (None, json!([]), Fact::Hidden, Fact::Hidden),
        (Some(vec![]), Value::Null, Fact::Hidden, Fact::Hidden),
    ];
    for (sponsors, owners, owner, is_active) in cases {
        let mut agents = Agents::new(true);
        agents.take(object(json!({"id": "a", "createdDateTime": NOW, "agentIdentityBlueprintId": "B"})));
        agents.sponsored("a".to_owned(), sponsors.clone().ok_or(crate::model::pull::Lack::Forbidden));
        let mut services = services(&known, agents);
        let (account, rest) = taken(&mut services, json!({"id": "a", "appId": "B", "owners": owners}));
        let row = agent(rest);
        assert_eq!((&row.owner, row.is_owner_active), (&owner, is_active), "{sponsors:?} {owners}");
        assert_eq!((account.owner, row.identity), (owner, Fact::Known("a".to_owned())));
        assert!(!row.is_registered && account.created.known().is_some());
        assert_eq!(account.aliases, ["entra-agent:a"], "its blueprint's id joins no agents");
        let (blueprint, _) = taken(&mut services, json!({"id": "b", "appId": "b"}));
        assert_eq!(blueprint.class_rule, "entra.agent-blueprint/1");
    }
}

#[test]
fn an_application_without_a_service_principal_keeps_its_secrets() {
    let nobody = people(&[]);
    let mut services = services(&nobody, Agents::default());
    for (app, who) in [("one", "AzureADMyOrg"), ("two", "AzureADMultipleOrgs"), ("here", "AzureADMyOrg")] {
        let application = json!({
            "id": format!("o-{app}"), "appId": app, "signInAudience": who, "owners": [],
            "passwordCredentials": [{"keyId": app, "endDateTime": "2027-01-01T00:00:00Z"}],
        });
        let (app, own) = Application::read(&object(application)).unwrap();
        services.applications.insert(app, own);
    }
    let mut made = Made::default();
    services.take(&object(json!({"id": "sp", "appId": "here"})), &mut made);
    services.finish(&mut made);
    let keys = made.records.iter().filter_map(|record| match record {
        Record::Credential(Credential { id, account, .. }) => Some((id.as_str(), account.as_str())),
        _ => None,
    });
    assert_eq!(keys.collect::<Vec<_>>(), [("here", "sp"), ("one", "o-one"), ("two", "o-two")]);
    let enabled = made.records.iter().filter_map(|record| match record {
        Record::Account(one) if one.class_rule == "entra.application/1" => {
            Some((one.id.as_str(), one.is_enabled))
        }
        _ => None,
    });
    assert_eq!(enabled.collect::<Vec<_>>(), [("o-one", Fact::Known(false)), ("o-two", Fact::Hidden)]);
}

/// Any value that Graph might send, and some that it should not.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        "[a-c]{0,2}".prop_map(Value::from),
        prop::sample::select(vec!["User", "ServicePrincipal", "Activated", "#microsoft.graph.group", NOW])
            .prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        let keys = prop::sample::select(vec![
            "id",
            "keyId",
            "displayName",
            "value",
            "@odata.type",
            "allowedMemberTypes",
        ]);
        let pairs = prop::collection::vec((keys, inner.clone()), 0..4);
        let object = pairs.prop_map(|pairs| {
            Value::Object(pairs.into_iter().map(|(key, one)| (key.to_owned(), one)).collect())
        });
        prop_oneof![prop::collection::vec(inner, 0..3).prop_map(Value::from), object]
    })
}

fn any_object() -> impl Strategy<Value = Object> {
    let keys = prop::sample::select(vec![
        "id",
        "appId",
        "displayName",
        "servicePrincipalType",
        "accountEnabled",
        "owners",
        "appRoles",
        "keyCredentials",
        "passwordCredentials",
        "replyUrls",
        "verifiedPublisher",
        "userPrincipalName",
        "userType",
        "signInActivity",
        "identityParentId",
        "principalId",
        "roleDefinitionId",
        "principal",
        "directoryScopeId",
        "endDateTime",
        "appRoleId",
        "principalType",
        "clientId",
        "resourceId",
        "scope",
        "assignmentType",
        "@odata.type",
        "givenName",
    ]);
    prop::collection::vec((keys, value()), 0..10).prop_map(|pairs| {
        let fields: Map<String, Value> = pairs.into_iter().map(|(key, one)| (key.to_owned(), one)).collect();
        object(Value::Object(fields))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn whatever_graph_sends_is_a_record_or_is_named(objects in prop::collection::vec(any_object(), 0..8)) {
        let mut people = People::new(SourceId::new("entra:t"));
        for one in &objects {
            let mut made = Made::default();
            people.take(one, &mut made);
            prop_assert_eq!(made.records.len() + made.refusals.len(), 1);
        }
        let mut services = services(&people, Agents::new(true));
        for one in &objects {
            let mut made = Made::default();
            services.take(one, &mut made);
            let accounts = made.records.iter().filter(|record| matches!(record, Record::Account(_))).count();
            let is_refused = made.refusals.iter().any(|refusal| !refusal.reason.contains("credentials"));
            prop_assert_eq!(accounts + usize::from(is_refused), 1);
        }
        let mut rights = Rights::new(SourceId::new("entra:t"), &services.known);
        for one in &objects {
            rights.role(one.clone());
            rights.assignment(one.clone());
            rights.eligibility(one.clone());
            rights.schedule(one);
        }
        rights.roles(&|_| false);
        rights.permissions("a", &objects);
        for consent in objects.iter().filter_map(Consent::read) {
            rights.consent(&consent);
        }
        let made = rights.finish();
        let given: std::collections::HashSet<&str> = made.records.iter().filter_map(|record| match record {
            Record::Entitlement(one) => Some(one.id.as_str()),
            _ => None,
        }).collect();
        for record in &made.records {
            if let Record::Grant(Grant { account, entitlement, .. }) = record {
                prop_assert!(!account.is_empty() && given.contains(entitlement.as_str()));
            }
        }
    }
}
