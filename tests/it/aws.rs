//! AWS files: everything in them is taken over, in every shape that AWS's tools write, and nothing that is broken.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Value, json};
use trueup::connectors::{ConnectorError, REGISTRY, Said, Sample, Settings, Sink, Taken};
use trueup::model::inventory::{
    Account, Class, Credential, Entitlement, EntitlementKind, Fact, Grant, Record, SecondFactor,
};
use trueup::model::pull::{Preflight, Refusal};

use crate::kit;

const EXAMPLE: &str = "samples/aws/authz-details-example.json";

/// What a pull handed over.
#[derive(Debug, Default)]
struct Haul {
    accounts: Vec<Account>,
    entitlements: Vec<Entitlement>,
    grants: Vec<Grant>,
    credentials: Vec<Credential>,
    refusals: Vec<Refusal>,
}

impl Haul {
    fn take(&mut self, said: Said) {
        match said {
            Said::Records(records) => records.into_iter().for_each(|record| match record {
                Record::Account(account) => self.accounts.push(account),
                Record::Entitlement(entitlement) => self.entitlements.push(entitlement),
                Record::Grant(grant) => self.grants.push(grant),
                Record::Credential(credential) => self.credentials.push(credential),
                other => panic!("{other:?}"),
            }),
            Said::Refused(refusal) => self.refusals.push(refusal),
            Said::Progress(_) | Said::Misses(_) | Said::Asked(_) => {}
        }
    }

    fn account(&self, name: &str) -> &Account {
        self.accounts.iter().find(|account| account.name == name).unwrap()
    }

    fn of_kind(&self, kind: EntitlementKind) -> usize {
        self.entitlements.iter().filter(|entitlement| entitlement.kind == kind).count()
    }
}

fn connector(path: &Path) -> Box<dyn trueup::connectors::Connector> {
    let content = fs::read(path).unwrap();
    let head = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&content);
    let sample = Sample { head: &head[..head.len().min(64 * 1024)], size: content.len() as u64 };
    let fits: Vec<_> =
        REGISTRY.iter().filter(|spec| spec.recognise.is_some_and(|recognise| recognise(&sample))).collect();
    let ids: Vec<_> = fits.iter().map(|spec| spec.id).collect();
    assert_eq!(ids.len(), 1, "{ids:?} for {}", String::from_utf8_lossy(&head[..head.len().min(200)]));
    (fits[0].connect)(&Settings::file(path.to_str().unwrap(), Arc::default())).unwrap()
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

fn pull(path: &Path) -> Result<(Taken, Haul), ConnectorError> {
    let connector = connector(path);
    block_on(async {
        let (mut sink, mut said) = Sink::channel(16);
        let reading = async move { connector.pull(&mut sink).await };
        let taking = async {
            let mut haul = Haul::default();
            while let Some(said) = said.recv().await {
                haul.take(said);
            }
            haul
        };
        let (taken, haul) = tokio::join!(reading, taking);
        Ok((taken?, haul))
    })
}

fn look(path: &Path) -> Result<Preflight, ConnectorError> {
    block_on(connector(path).preflight())
}

fn pull_text(content: impl AsRef<[u8]>) -> Result<(Taken, Haul), ConnectorError> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("details.json");
    fs::write(&file, content).unwrap();
    pull(&file)
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn strings(values: &[Value], key: &str) -> Vec<String> {
    values.iter().map(|value| value[key].as_str().unwrap().to_owned()).collect()
}

/// The holdings of the example's users and roles, counted from the JSON by other means: account, policy, path.
fn holdings(details: &Value) -> Vec<(String, String, Vec<String>)> {
    let mut found = Vec::new();
    let own = |item: &Value, inline: &str| {
        let arn = item["Arn"].as_str().unwrap();
        let mut held = strings(list(item, "AttachedManagedPolicies"), "PolicyArn");
        held.extend(
            strings(list(item, inline), "PolicyName").iter().map(|name| format!("{arn}#inline/{name}")),
        );
        held
    };
    let groups: BTreeMap<_, _> = list(details, "GroupDetailList")
        .iter()
        .map(|group| (group["GroupName"].as_str().unwrap(), group))
        .collect();
    for (lists, inline) in [("UserDetailList", "UserPolicyList"), ("RoleDetailList", "RolePolicyList")] {
        for item in list(details, lists) {
            let arn = item["Arn"].as_str().unwrap().to_owned();
            found.extend(own(item, inline).into_iter().map(|held| (arn.clone(), held, vec![])));
            for name in list(item, "GroupList") {
                let name = name.as_str().unwrap();
                let group = groups[name];
                found.push((arn.clone(), group["Arn"].as_str().unwrap().to_owned(), vec![]));
                let through = own(group, "GroupPolicyList").into_iter();
                found.extend(through.map(|held| (arn.clone(), held, vec![format!("group {name}")])));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn the_example_is_taken_over_whole() {
    let Some(path) = kit::shared(EXAMPLE) else { return };
    let details: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    let (taken, haul) = pull(&path).unwrap();
    assert_eq!(taken.source.as_str(), "aws:200611803367");
    assert_eq!(taken.at.to_string(), "2023-03-28T13:19:53Z");
    assert_eq!(taken.bytes, path.metadata().unwrap().len());
    assert_eq!(haul.accounts.len(), 44 + 78);
    assert_eq!(haul.of_kind(EntitlementKind::Group), 5);
    assert_eq!(haul.of_kind(EntitlementKind::Trust), 78);
    let mut grants: Vec<_> = haul
        .grants
        .iter()
        .filter(|grant| !grant.entitlement.ends_with("#trust"))
        .map(|grant| (grant.account.clone(), grant.entitlement.clone(), grant.via.clone()))
        .collect();
    grants.sort();
    assert_eq!(grants, holdings(&details));
    assert_eq!(haul.refusals, []);
    let arns: std::collections::BTreeSet<_> = haul
        .entitlements
        .iter()
        .filter(|entitlement| {
            entitlement.kind == EntitlementKind::Policy && !entitlement.id.contains("#inline/")
        })
        .map(|entitlement| entitlement.id.as_str())
        .collect();
    assert_eq!(arns.len(), 84);
    let counts = look(&path).unwrap().counts;
    let expected = [("users", 44), ("groups", 5), ("roles", 78), ("policies", 84)];
    assert_eq!(counts, expected.map(|(what, count)| (what.to_owned(), count)));
}

#[test]
fn every_grant_names_an_account_and_an_entitlement_of_its_own_system() {
    let Some(path) = kit::shared(EXAMPLE) else { return };
    let (_, haul) = pull(&path).unwrap();
    for grant in &haul.grants {
        assert!(haul.accounts.iter().any(|account| account.id == grant.account), "{grant:?}");
        let fits = |entitlement: &&Entitlement| {
            entitlement.id == grant.entitlement && entitlement.source == grant.source
        };
        assert_eq!(haul.entitlements.iter().filter(fits).count(), 1, "{grant:?}");
    }
}

#[test]
fn every_shape_that_tools_write_says_the_same() {
    let Some(path) = kit::shared(EXAMPLE) else { return };
    let text = fs::read_to_string(&path).unwrap();
    let details: Value = serde_json::from_str(&text).unwrap();
    let (expected, whole) = pull(&path).unwrap();
    let page = |lists: &[&str]| {
        let kept: serde_json::Map<_, _> =
            lists.iter().map(|list| ((*list).to_owned(), details[*list].clone())).collect();
        Value::Object(kept)
    };
    let pages =
        [page(&["Policies", "RoleDetailList"]), page(&["GroupDetailList"]), page(&["UserDetailList"])];
    let shapes = [
        ("a byte-order mark", format!("\u{feff}{text}")),
        ("other dates", other_dates(&text)),
        ("percent-encoded documents", encoded(details.clone()).to_string()),
        ("an array of pages", Value::Array(pages.to_vec()).to_string()),
        ("a page on each line", pages.map(|page| page.to_string()).join("\n")),
        ("the same twice", format!("{text}\n{text}")),
        ("unknown fields", text.replacen('{', r#"{"IsTruncated": false, "Later": [{"A": null}], "#, 1)),
    ];
    for (shape, content) in shapes {
        let (taken, haul) = pull_text(content).unwrap();
        assert_eq!((taken.source, taken.at), (expected.source.clone(), expected.at), "{shape}");
        assert_eq!(
            sorted(&haul.accounts, |it| it.id.clone()),
            sorted(&whole.accounts, |it| it.id.clone()),
            "{shape}"
        );
        let grant = |it: &Grant| (it.account.clone(), it.entitlement.clone(), it.via.clone());
        assert_eq!(sorted(&haul.grants, grant), sorted(&whole.grants, grant), "{shape}");
        let right = |it: &Entitlement| (it.id.clone(), it.source.clone());
        assert_eq!(sorted(&haul.entitlements, right), sorted(&whole.entitlements, right), "{shape}");
    }
}

fn sorted<T: Clone, K: Ord>(all: &[T], by: impl Fn(&T) -> K) -> Vec<T> {
    let mut all = all.to_vec();
    all.sort_by_key(by);
    all
}

/// `2023-03-09 10:41:45+00:00` becomes `2023-03-09T10:41:45Z`.
fn other_dates(text: &str) -> String {
    let parts: Vec<_> = text.split("+00:00\"").collect();
    let turned = parts.iter().enumerate().map(|(at, part)| {
        if at + 1 == parts.len() {
            return (*part).to_owned();
        }
        let (before, time) = part.rsplit_once(' ').unwrap();
        format!("{before}T{time}Z\"")
    });
    turned.collect()
}

/// Documents as the API sends them.
fn encoded(mut value: Value) -> Value {
    match &mut value {
        Value::Object(fields) => {
            for (key, field) in fields {
                let is_document =
                    matches!(key.as_str(), "Document" | "PolicyDocument" | "AssumeRolePolicyDocument");
                *field = if is_document {
                    let letters = percent_encoding::NON_ALPHANUMERIC;
                    percent_encoding::utf8_percent_encode(&field.to_string(), letters).to_string().into()
                } else {
                    encoded(field.take())
                };
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| *item = encoded(item.take())),
        _ => {}
    }
    value
}

#[test]
fn a_file_that_ends_anywhere_in_the_middle_is_refused() {
    let Some(path) = kit::shared(EXAMPLE) else { return };
    let whole = fs::read(path).unwrap();
    for part in 1..20 {
        let error = pull_text(&whole[..whole.len() * part / 20]).unwrap_err();
        assert!(matches!(error, ConnectorError::Content { .. }), "{error}");
        let told = error.to_string();
        assert!(told.contains("details.json, line ") && told.contains("column"), "{told}");
    }
}

#[test]
fn json_of_another_kind_is_not_recognised() {
    let others = [
        "{}",
        "[]",
        r#"{"Users": []}"#,
        r#"{"kind": "List", "items": []}"#,
        "{\"Policies\": []}",
        "user,arn\n",
    ];
    for other in others {
        let sample = Sample { head: other.as_bytes(), size: other.len() as u64 };
        for spec in REGISTRY.iter().filter(|spec| spec.id.starts_with("aws-")) {
            assert!(!spec.recognise.unwrap()(&sample), "{other} is taken for {}", spec.id);
        }
    }
}

/// A small account of everything that rules look at.
fn small() -> Value {
    let trust = |principal: Value| json!({"Statement": {"Effect": "Allow", "Principal": principal}});
    let admin = json!({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}});
    json!({
        "UserDetailList": [
            {"UserName": "anna", "UserId": "AIDA1", "Arn": "arn:aws:iam::111122223333:user/anna",
             "GroupList": ["ops", "gone"], "Tags": [{"Key": "identity-class", "Value": "human"}],
             "PermissionsBoundary": {"PermissionsBoundaryArn": "arn:aws:iam::aws:policy/PowerUserAccess"},
             "UserPolicyList": [{"PolicyName": "own", "PolicyDocument": admin}]},
            {"UserName": "support-agent", "Arn": "arn:aws:iam::111122223333:user/support-agent",
             "CreateDate": "yesterday",
             "AttachedManagedPolicies": [{"PolicyArn": "arn:aws:iam::111122223333:policy/elsewhere"}]},
        ],
        "GroupDetailList": [
            {"GroupName": "ops", "Arn": "arn:aws:iam::111122223333:group/ops",
             "AttachedManagedPolicies": [{"PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}],
             "GroupPolicyList": [{"PolicyName": "broken", "PolicyDocument": "%7B"}]},
        ],
        "RoleDetailList": [
            {"RoleName": "worker", "Arn": "arn:aws:iam::111122223333:role/worker", "RoleLastUsed": {},
             "AssumeRolePolicyDocument": trust(json!({"Service": "lambda.amazonaws.com"})),
             "AttachedManagedPolicies": [{"PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}]},
            {"RoleName": "helper", "Arn": "arn:aws:iam::111122223333:role/helper",
             "AssumeRolePolicyDocument": trust(json!({"Service": "bedrock.amazonaws.com"}))},
            {"RoleName": "people", "Arn": "arn:aws:iam::111122223333:role/people",
             "AssumeRolePolicyDocument": trust(json!({"Federated": "arn:aws:iam::111122223333:saml-provider/x"}))},
            {"RoleName": "inner", "Arn": "arn:aws:iam::111122223333:role/inner",
             "AssumeRolePolicyDocument": trust(json!({"AWS": ["AIDA1",
                "arn:aws:sts::111122223333:assumed-role/worker/session", "arn:aws:iam::999999999999:root"]}))},
        ],
    })
}

#[test]
fn classes_come_from_tags_and_rules_and_names_only_raise_suspicion() {
    let (_, haul) = pull_text(small().to_string()).unwrap();
    let class = |name: &str| {
        let account = haul.account(name);
        (account.class, account.class_rule.as_str(), account.is_class_declared)
    };
    assert_eq!(class("anna"), (Fact::Known(Class::Human), "aws.tag.identity-class/1", true));
    assert_eq!(class("support-agent"), (Fact::Hidden, "", false));
    assert_eq!(haul.account("support-agent").suspected.as_ref().unwrap().class, Class::Ai);
    assert_eq!(class("worker"), (Fact::Known(Class::Machine), "aws.role.service-trust/1", false));
    assert_eq!(class("helper"), (Fact::Known(Class::Ai), "aws.role.bedrock-trust/1", false));
    assert_eq!(class("people"), (Fact::Hidden, "", false));
    assert_eq!(class("inner"), (Fact::Hidden, "", false));
}

#[test]
fn what_cannot_be_read_is_named_and_counts_as_unknown() {
    let (_, haul) = pull_text(small().to_string()).unwrap();
    let subjects: Vec<_> = haul.refusals.iter().map(|refusal| refusal.subject.as_str()).collect();
    let arn = |rest: &str| format!("arn:aws:iam::111122223333:{rest}");
    let expected = [
        arn("user/support-agent"),
        arn("group/ops#inline/broken"),
        arn("user/anna"),
        arn("policy/elsewhere"),
    ];
    assert_eq!(subjects, expected);
    let admin = |id: &str| {
        haul.entitlements.iter().find(|entitlement| entitlement.id == id).unwrap().is_general_admin
    };
    assert_eq!(admin(&arn("group/ops#inline/broken")), Fact::Hidden);
    assert_eq!(admin(&arn("policy/elsewhere")), Fact::Hidden);
    assert_eq!(admin("arn:aws:iam::aws:policy/AdministratorAccess"), Fact::Known(true));
    assert_eq!(admin(&arn("user/anna#inline/own")), Fact::Known(true));
    assert_eq!(haul.account("support-agent").created, Fact::Hidden);
}

#[test]
fn grants_tell_their_path_and_a_role_that_was_never_used_used_none_of_its() {
    let (_, haul) = pull_text(small().to_string()).unwrap();
    let arn = |rest: &str| format!("arn:aws:iam::111122223333:{rest}");
    let of = |account: &str| {
        let held = haul.grants.iter().filter(|grant| grant.account == arn(account));
        held.map(|grant| (grant.entitlement.clone(), grant.via.join(" "), grant.last_used))
            .collect::<Vec<_>>()
    };
    let admin = "arn:aws:iam::aws:policy/AdministratorAccess".to_owned();
    assert_eq!(
        of("role/worker"),
        [
            (admin.clone(), String::new(), Fact::Absent),
            (arn("role/inner#trust"), String::new(), Fact::Hidden),
        ]
    );
    let group = || "group ops".to_owned();
    assert_eq!(
        of("user/anna"),
        [
            (arn("user/anna#inline/own"), String::new(), Fact::Hidden),
            ("arn:aws:iam::aws:policy/PowerUserAccess#boundary".to_owned(), String::new(), Fact::Hidden),
            (arn("group/ops"), String::new(), Fact::Hidden),
            (arn("group/ops#inline/broken"), group(), Fact::Hidden),
            (admin, group(), Fact::Hidden),
            (arn("role/inner#trust"), String::new(), Fact::Hidden),
        ]
    );
}

#[test]
fn a_pull_whose_receiver_is_gone_ends() {
    let Some(path) = kit::shared(EXAMPLE) else { return };
    let connector = connector(&path);
    let error = block_on(async {
        let (mut sink, mut said) = Sink::channel(1);
        let reading = async { connector.pull(&mut sink).await };
        let leaving = async move {
            said.recv().await.unwrap();
        };
        tokio::join!(reading, leaving).0.unwrap_err()
    });
    assert!(matches!(error, ConnectorError::Cancelled), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn broken_bytes_never_panic(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let mut bytes = small().to_string().into_bytes();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        fs::write(&path, bytes).unwrap();
        let spec = REGISTRY.iter().find(|spec| spec.id == "aws-authorization").unwrap();
        let connector = (spec.connect)(&Settings::file(path.to_str().unwrap(), Arc::default())).unwrap();
        let looked = block_on(connector.preflight());
        let pulled = block_on(async {
            let (mut sink, said) = Sink::channel(1000);
            let pulled = connector.pull(&mut sink).await;
            drop(said);
            pulled
        });
        prop_assert!(looked.is_ok() || pulled.is_err());
    }
}

const HEADER: &str = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,\
    password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,\
    access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,cert_1_active,cert_1_last_rotated";

/// A report with one row: what comes after the name, the ARN and the time of creation.
fn report(name: &str, rest: &str) -> String {
    format!("{HEADER}\n{name},arn:aws:iam::111122223333:user/{name},2024-01-01T00:00:00+00:00,{rest}\n")
}

fn row(name: &str, rest: &str) -> (Account, Vec<Credential>) {
    let (_, mut haul) = pull_text(report(name, rest)).unwrap();
    (haul.accounts.remove(0), haul.credentials)
}

fn at(text: &str) -> Fact<jiff::Timestamp> {
    Fact::Known(text.parse().unwrap())
}

#[test]
fn a_credential_report_tells_who_signs_in_how() {
    let (human, held) = row(
        "anna@example.com",
        "true,2026-05-01T00:00:00+00:00,2026-01-01T00:00:00+00:00,2026-12-01T00:00:00+00:00,TRUE,\
         false,N/A,N/A,false,N/A,N/A,false,N/A",
    );
    assert_eq!((human.class, human.class_rule.as_str()), (Fact::Known(Class::Human), "aws.user.console/1"));
    assert!(!human.is_class_declared && human.aliases.contains(&"anna@example.com".to_owned()));
    assert_eq!(
        (human.has_password, human.second_factor),
        (Fact::Known(true), Fact::Known(SecondFactor::Any))
    );
    assert_eq!((human.last_seen, human.is_enabled), (at("2026-05-01T00:00:00Z"), Fact::Known(true)));
    assert_eq!(held.len(), 1);
    assert_eq!((held[0].rotated, held[0].expires), (at("2026-01-01T00:00:00Z"), at("2026-12-01T00:00:00Z")));

    let (machine, held) = row(
        "svc",
        "false,N/A,N/A,N/A,false,true,2025-01-01T00:00:00+00:00,2026-05-02T00:00:00+00:00,\
         false,2023-01-01T00:00:00+00:00,N/A,false,N/A",
    );
    assert_eq!(
        (machine.class, machine.class_rule.as_str()),
        (Fact::Known(Class::Machine), "aws.user.keys-only/1")
    );
    assert_eq!((machine.second_factor, machine.last_seen), (Fact::Absent, at("2026-05-02T00:00:00Z")));
    let told: Vec<_> = held.iter().map(|key| (key.is_active, key.created, key.last_used)).collect();
    assert_eq!(
        told,
        [
            (Fact::Known(true), at("2025-01-01T00:00:00Z"), at("2026-05-02T00:00:00Z")),
            (Fact::Known(false), at("2023-01-01T00:00:00Z"), Fact::Absent),
        ]
    );
}

#[test]
fn never_is_told_from_not_told() {
    let (never, _) = row(
        "a",
        "true,no_information,2026-01-01T00:00:00+00:00,N/A,false,false,N/A,N/A,false,N/A,N/A,false,N/A",
    );
    assert_eq!((never.last_seen, never.class), (Fact::Absent, Fact::Hidden));
    let (idle, held) = row("b", "false,N/A,N/A,N/A,false,false,N/A,N/A,false,N/A,N/A,false,N/A");
    assert_eq!((idle.is_enabled, idle.class, held.len()), (Fact::Known(false), Fact::Hidden, 0));
    let (root, _) = row(
        "c",
        "not_supported,not_supported,not_supported,not_supported,true,false,N/A,N/A,false,N/A,N/A,false,N/A",
    );
    assert_eq!(
        (root.has_password, root.last_seen, root.is_enabled),
        (Fact::Hidden, Fact::Hidden, Fact::Hidden)
    );
    assert_eq!(root.class, Fact::Hidden);
}

#[test]
fn a_wrong_cell_names_row_column_and_what_is_accepted() {
    let good = "false,N/A,N/A,N/A,false,false,N/A,N/A,false,N/A,N/A,false,N/A";
    let cases = [
        (
            report("a", &good.replacen("false", "maybe", 1)),
            "row 2, column `password_enabled`: `maybe` is not accepted; accepted: true, false",
        ),
        (
            report("a", &good.replacen("N/A", "31.10.2026", 1)),
            "row 2, column `password_last_used`: `31.10.2026` is not accepted",
        ),
        (report("a", "false"), "row 2: it has 4 cells where the header has 16"),
        (report("", good), "row 2, column `user`: the cell is empty"),
        (
            format!("{}{}", report("a", good), report("a", good).split_once('\n').unwrap().1),
            "row 3, column `arn`: ",
        ),
    ];
    for (content, sentence) in cases {
        let error = pull_text(&content).unwrap_err();
        assert!(error.to_string().contains(sentence), "{error}");
    }
    let rows: Vec<_> = (2..=50_000_u32)
        .map(|row| {
            let cells = if row == 40_000 { good.replacen("false", "x", 1) } else { good.to_owned() };
            format!("u{row},arn:aws:iam::1:user/u{row},N/A,{cells}\n")
        })
        .collect();
    let error = pull_text(format!("{HEADER}\n{}", rows.concat())).unwrap_err();
    assert!(error.to_string().contains("row 40000, column `password_enabled`"), "{error}");
}

#[test]
fn a_report_is_read_as_json_and_from_a_spreadsheet() {
    let good =
        report("a", "false,N/A,N/A,N/A,false,true,2025-01-01T00:00:00+00:00,N/A,false,N/A,N/A,false,N/A");
    let json = json!({"Content": base64(good.as_bytes()), "ReportFormat": "text/csv", "GeneratedTime": "2026-06-01T00:00:00Z"});
    let (taken, wrapped) = pull_text(json.to_string()).unwrap();
    assert_eq!(taken.at.to_string(), "2026-06-01T00:00:00Z");
    let (taken, plain) = pull_text(&good).unwrap();
    assert_eq!(
        (taken.source.as_str(), taken.at.to_string()),
        ("aws:111122223333", "2025-01-01T00:00:00Z".to_owned())
    );
    let (_, spread) = pull_text(format!("\u{feff}{}", good.replace(',', ";"))).unwrap();
    assert_eq!((&wrapped.accounts, &spread.accounts), (&plain.accounts, &plain.accounts));
    assert_eq!((&wrapped.credentials, &spread.credentials), (&plain.credentials, &plain.credentials));
    let error = pull_text(r#"{"Content": "dXNlcixhcm4s?", "ReportFormat": "text/csv"}"#).unwrap_err();
    assert!(error.to_string().contains("is not base64"), "{error}");
}

fn base64(bytes: &[u8]) -> String {
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let three = |part: &[u8]| {
        let bits =
            (0..3).fold(0_usize, |bits, at| bits << 8 | usize::from(part.get(at).copied().unwrap_or(0)));
        let letter =
            |at: usize| if at <= part.len() { char::from(letters[bits >> (18 - 6 * at) & 63]) } else { '=' };
        (0..4).map(letter).collect::<String>()
    };
    bytes.chunks(3).map(three).collect()
}

#[test]
fn the_files_of_another_maker_are_read() {
    let Some(details) = kit::shared("specs/aws/moto-get-account-authorization-details.json") else { return };
    let (taken, haul) = pull(&details).unwrap();
    assert_eq!((taken.source.as_str(), haul.accounts.len()), ("aws:123456789012", 230));
    let Some(report) = kit::shared("specs/aws/moto-credential-report.csv") else { return };
    let (taken, haul) = pull(&report).unwrap();
    assert_eq!((taken.source.as_str(), haul.accounts.len()), ("aws:123456789012", 30));
    assert!(haul.credentials.len() >= 30);
}
