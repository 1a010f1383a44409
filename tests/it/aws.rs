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
            Said::Record(record) => match *record {
                Record::Account(account) => self.accounts.push(account),
                Record::Entitlement(entitlement) => self.entitlements.push(entitlement),
                Record::Grant(grant) => self.grants.push(grant),
                Record::Credential(credential) => self.credentials.push(credential),
                other => panic!("{other:?}"),
            },
            Said::Refused(refusal) => self.refusals.push(refusal),
            Said::Progress(_) => {}
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
