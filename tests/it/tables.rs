//! Permissions of other systems through the real program: registers in, over-privilege out; and weights of one's own.

use std::fmt::Write as _;

use serde_json::Value;

use crate::desk::Desk;
use crate::kit;

/// One holder for each row, named by what it holds.
const GRANTS: &str = "identity,system,entitlement,action,resource,level,scope,tier,standing,last_used\n\
    entra-global,entra:x,Global Administrator,,,,,,,\n\
    entra-grants,entra:x,graph,RoleManagement.ReadWrite.Directory,,,,,,\n\
    entra-gives,entra:x,graph,AppRoleAssignment.ReadWrite.All,,,,,,\n\
    entra-self,entra:x,graph,User.Read,,,,,,\n\
    azure-reader,azure:x,Reader,,/subscriptions/5d1c,,,,,\n\
    azure-contributor,azure:x,Contributor,,/subscriptions/5d1c,,,,,\n\
    azure-owner,azure:x,Owner,,/subscriptions/5d1c,,,,,\n\
    okta-super,okta:x,SUPER_ADMIN,,,,,,,\n\
    okta-reads,okta:x,api,okta.users.read,,,,,,\n\
    google-super,google:x,_SEED_ADMIN_ROLE,,,,,,,\n\
    google-delegated,google:x,domain-wide-delegation,,,,,,,\n\
    github-owner,github:x,owner,,,,,,,\n\
    github-admin,github:x,administration,write,,,,,,\n\
    k8s-all,kubernetes:x,cluster-admin,* *,,,,,,\n\
    k8s-bind,kubernetes:x,binder,bind clusterroles,,,,,,\n\
    k8s-exec,kubernetes:x,debug,create pods/exec,namespace/shop,,,,,\n\
    ad-admin,ad:x,Domain Admins,,,,,,,\n\
    ad-sync,ad:x,backup,DCSync,\"DC=corp,DC=example\",,,,,\n\
    jump-admin,jumpcloud:x,Administrator,,,,,,,\n\
    scim-payroll,scim:x,Payroll,,,,,,,\n\
    scim-declared,scim:x,Payroll,,,read,resource,t2,permanent,\n\
    erp-approved,erp:x,Superuser,,,admin,tenant,t0,approved,\n\
    erp-standing,erp:x,Superuser,,,admin,tenant,t0,permanent,never\n";

/// Those holders, as a register of identities.
fn holders() -> String {
    let mut text = "id,system,class,created\n".to_owned();
    for row in GRANTS.lines().skip(1) {
        let mut cells = row.split(',');
        let (id, system) = (cells.next().unwrap(), cells.next().unwrap());
        writeln!(text, "{id},{system},machine,2024-01-01").unwrap();
    }
    text
}

fn files(desk: &Desk) -> [String; 2] {
    [desk.file("people.csv", holders()), desk.file("grants.csv", GRANTS)]
}

fn listed(desk: &Desk) -> Vec<Value> {
    let [people, grants] = files(desk);
    let listed = desk.json(&["identities", &people, &grants]);
    listed.as_array().unwrap().clone()
}

fn row<'a>(rows: &'a [Value], id: &str) -> &'a Value {
    &rows.iter().find(|row| row["id"] == id).unwrap_or_else(|| panic!("{id} is not listed"))["privilege"]
}

fn points(rows: &[Value], id: &str) -> f64 {
    row(rows, id)["score"]["point"].as_f64().unwrap()
}

#[test]
fn a_register_of_grants_of_many_systems_is_judged() {
    let desk = Desk::new();
    let rows = listed(&desk);
    let reach = |id: &str| row(&rows, id)["reach"].as_str().unwrap().to_owned();
    for id in [
        "entra-global",
        "azure-owner",
        "okta-super",
        "google-super",
        "google-delegated",
        "github-owner",
        "k8s-all",
        "ad-admin",
        "ad-sync",
        "jump-admin",
    ] {
        assert_eq!(reach(id), "holds", "{id}");
        assert!(points(&rows, id) > 60.0, "{id}: {}", points(&rows, id));
    }
    for id in ["entra-grants", "entra-gives", "k8s-bind"] {
        assert_eq!((reach(id).as_str(), row(&rows, id)["paths"].as_u64()), ("path", Some(1)), "{id}");
    }
    assert_eq!((reach("k8s-exec").as_str(), row(&rows, "k8s-exec")["paths"].as_u64()), ("unknown", None));
    for id in ["entra-self", "okta-reads", "azure-reader", "github-admin", "scim-declared"] {
        assert_eq!((reach(id).as_str(), row(&rows, id)["paths"].as_u64()), ("none", Some(0)), "{id}");
    }
    let score = |id: &str| points(&rows, id);
    assert!(score("entra-self") < 10.0 && score("okta-reads") < 30.0);
    assert!(score("azure-reader") < score("azure-contributor"));
    assert!(score("azure-contributor") < score("azure-owner"));
    assert_eq!(row(&rows, "scim-payroll")["opaque"], 1);
    assert!(score("scim-payroll") > score("scim-declared"), "what is declared is less than a write anywhere");
    assert!(score("erp-approved") < score("erp-standing"));
    assert_eq!(reach("erp-standing"), "holds", "its source says so");
    assert!(
        (score("erp-standing") - 80.0).abs() < 1e-9,
        "the anchor of the method: {}",
        score("erp-standing")
    );
}

#[test]
fn a_path_names_the_grant_whose_removal_closes_it() {
    let desk = Desk::new();
    let [people, grants] = files(&desk);
    let roster = crate::listed::everybody(&[people.into(), grants.into()]).roster;
    let at = roster.inventory.identities.iter().position(|one| one.id == "k8s-bind").unwrap();
    let profile = roster.profile(at, &std::collections::BTreeSet::new()).unwrap();
    let [path] = profile.paths.as_slice() else { panic!("{:?}", profile.paths) };
    assert_eq!((path.id.as_str(), path.removal.as_slice()), ("k8s-bind", [0].as_slice()));
    assert_eq!(path.steps, ["bind clusterroles on *"]);
    assert!(path.score_after.unwrap().high.abs() < f64::EPSILON, "nothing is left without it");
    let tables = roster.population.tables.join("\n");
    for table in
        ["Entra API permissions", "Azure roles", "Okta", "Google", "GitHub", "Kubernetes", "Active Directory"]
    {
        assert!(tables.contains(table), "{table}: {tables}");
    }
    assert!(!tables.contains("AWS") && !tables.contains("Okta permissions"), "only what was used: {tables}");
}

#[test]
fn an_unknown_name_never_lowers_a_score() {
    let desk = Desk::new();
    let before = listed(&desk);
    let mut more = GRANTS.to_owned();
    for line in holders().lines().skip(1) {
        let mut cells = line.split(',');
        let (id, system) = (cells.next().unwrap(), cells.next().unwrap());
        writeln!(more, "{id},{system},reads-nothing-we-know,read.everything.quietly,,,,,,").unwrap();
    }
    let [people, _] = files(&desk);
    let grants = desk.file("more.csv", more);
    let after = desk.json(&["identities", &people, &grants]);
    let after = after.as_array().unwrap();
    for one in &before {
        let id = one["id"].as_str().unwrap();
        assert!(points(after, id) >= points(&before, id), "{id}");
        let rank = |rows: &[Value]| {
            let order = ["none", "unknown", "chain", "path", "holds"];
            order.iter().position(|word| row(rows, id)["reach"] == **word).unwrap()
        };
        assert!(rank(after) >= rank(&before), "{id}");
    }
}

#[test]
fn a_wrong_word_in_a_register_of_grants_is_refused_with_its_place() {
    let desk = Desk::new();
    let cases = [
        ("level", "wrte", "`wrte` is not a level; accepted: list, read, tag, write, admin or empty", "write"),
        ("scope", "everything", "`everything` is not a scope; accepted: resource, group", "tenant"),
        ("tier", "t9", "`t9` is not a tier; accepted: t0, t1, t2, t3 or empty", "t0"),
        ("standing", "forever", "`forever` is not a standing; accepted: permanent", "permanent"),
    ];
    for (column, word, sentence, remedy) in cases {
        let file = desk
            .file("bad.csv", format!("identity,system,entitlement,{column}\nanna,okta:x,Payroll,{word}\n"));
        let ran = desk.run(&["identities", &file]);
        let said: String = ran.err.split_whitespace().collect::<Vec<_>>().join(" ").replace("│ ", "");
        assert_ne!(ran.code, 0, "{column}: {}", ran.out);
        assert!(said.contains(&format!("row 2, column `{column}`")), "{said}");
        assert!(said.contains(sentence) && said.contains(remedy), "{said}");
    }
}

#[test]
fn own_weights_change_the_score_and_the_digest_and_wrong_ones_nothing() {
    let desk = Desk::new();
    let [people, grants] = files(&desk);
    let call = ["identities", &people, &grants];
    let (before, built_in) = (listed(&desk), desk.done(&call));
    assert!(!built_in.contains("your own weights"));
    desk.file("weights.toml", "[tier]\nt0 = 8\n");
    let (after, own) = (listed(&desk), desk.done(&call));
    assert!(points(&after, "erp-standing") > points(&before, "erp-standing"));
    assert!((points(&after, "entra-self") - points(&before, "entra-self")).abs() < f64::EPSILON);
    assert!(own.contains("over-privilege by your own weights (sha256 "), "{own}");
    assert!(desk.run(&["identities", &people, &grants, "--csv"]).err.contains("your own weights (sha256 "));
    for (text, sentence) in [
        ("[tier]\nt0 = 1\n", "`tier.t0` weighs less than `tier.t1`, which is weaker"),
        ("[tier]\nt00 = 9\n", "there is no key `t00` here"),
        ("[scope]\ntenant = 3\n", "`scope.tenant` is 3, which is out of its range"),
    ] {
        desk.file("weights.toml", text);
        let ran = desk.run(&call);
        assert_eq!((ran.code, ran.out.as_str()), (1, ""), "{text}");
        assert!(ran.err.contains(sentence) && ran.err.contains("weights.toml:2:"), "{}", ran.err);
    }
    desk.file("weights.toml", "");
    assert_eq!(desk.done(&call), built_in, "a file that changes nothing is no change");
}

#[test]
fn a_file_of_weights_is_named_in_the_settings_and_shown_by_the_score() {
    let desk = Desk::begun();
    let file = desk.file("mine.toml", "[score]\nhalf = 20\n");
    desk.file("config.toml", format!("weights = {file:?}\n"));
    assert!(desk.done(&["score"]).contains("over-privilege by your own weights (sha256 "));
    desk.file("config.toml", "weights = \"nowhere.toml\"\n");
    let ran = desk.run(&["score"]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("nowhere.toml cannot be read"), "{}", ran.err);
}

#[test]
fn every_permission_of_the_data_beside_the_checkout_is_known() {
    let Some(data) = kit::shared("data/github/app-permissions.json") else { return };
    let data: Value = serde_json::from_str(&std::fs::read_to_string(data).unwrap()).unwrap();
    let names: Vec<&String> = data["permissions"].as_object().unwrap().keys().collect();
    assert!(names.len() >= 20);
    let mut grants = "identity,system,entitlement,action\n".to_owned();
    for name in names {
        writeln!(grants, "app,github:x,{name},read\napp,github:x,{name},write").unwrap();
    }
    let desk = Desk::new();
    let people = desk.file("people.csv", "id,system,class\napp,github:x,machine\n");
    let grants = desk.file("grants.csv", grants);
    let rows = desk.json(&["identities", &people, &grants]);
    assert_eq!(row(rows.as_array().unwrap(), "app")["opaque"], 0);
}
