//! Invented AWS accounts, written in a few lines, and how they become identities with rights.
//!
//! A block begins with `user NAME`, `role NAME trusts WHOM, …`, `group NAME` or `policy NAME`; `in GROUP`, `uses POLICY`,
//! `bounded POLICY` and statements (`allow ACTION … on RESOURCE … if JSON`, `deny …`, `allow not ACTION … on …`) follow,
//! indented. `user/eve` is short for the ARN of that user in the account.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};
use trueup::connectors::{REGISTRY, Said, Settings, Sink};
use trueup::metrics::merge;
use trueup::model::merged::Inventory;
use trueup::model::privilege::{Privilege, Profile};
use trueup::model::pull::{Manifest, Outcome, Preflight, Pulled};
use trueup::model::{PullId, inventory::Record};
use trueup::packs::Library;
use trueup::privilege::Estate;

/// The account in which everything lives that names no other.
pub const HERE: &str = "111122223333";

/// Everybody of some files, judged.
pub struct Judged {
    pub inventory: Inventory,
    pub estate: Estate,
    pub privileges: Vec<Option<Privilege>>,
}

impl Judged {
    /// Reads a file of authorization details as the connector does.
    pub fn details(details: &Value) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("details.json");
        fs::write(&file, details.to_string()).unwrap();
        Self::file(&file)
    }

    /// Reads a file of authorization details as the connector does.
    pub fn file(file: &Path) -> Self {
        Self::pulled(&[pull(file)])
    }

    pub fn pulled(pulls: &[Pulled]) -> Self {
        let inventory = merge(pulls);
        let estate = Estate::build(&inventory, pulls, Library::open(None).unwrap().weights);
        let privileges = estate.privileges(&inventory);
        Self { inventory, estate, privileges }
    }

    /// An account written in a few lines.
    pub fn text(text: &str) -> Self {
        Self::details(&account(text))
    }

    /// The place of an identity, by the end of its id.
    pub fn at(&self, name: &str) -> usize {
        let found = |id: &str| id == name || id.rsplit('/').next() == Some(name);
        let mut fits = self.inventory.identities.iter().enumerate().filter(|(_, one)| found(&one.id));
        let (at, _) = fits.next().unwrap_or_else(|| panic!("nobody is called {name}"));
        assert!(fits.next().is_none(), "two are called {name}");
        at
    }

    pub fn privilege(&self, name: &str) -> &Privilege {
        self.privileges[self.at(name)].as_ref().unwrap_or_else(|| panic!("no rights of {name} are told"))
    }

    /// One identity down to single grants; its figures, made from every single right, are to the bit those of the
    /// list, which are put together from what many hold alike.
    pub fn profile(&self, name: &str) -> Profile {
        let at = self.at(name);
        let profile = self.estate.profile(&self.inventory, at, &BTreeSet::new()).unwrap();
        assert_eq!(profile.privilege, self.privileges[at], "{name}");
        profile
    }
}

/// What the connector for authorization details reads in a file.
pub fn pull(file: &Path) -> Pulled {
    let spec = REGISTRY.iter().find(|spec| spec.id == "aws-authorization").unwrap();
    let connector = (spec.connect)(&Settings::file(file.to_str().unwrap(), Arc::default())).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (taken, records) = runtime.block_on(async {
        let (mut sink, mut said) = Sink::channel(64);
        let reading = async move { connector.pull(&mut sink).await };
        let taking = async {
            let mut records: Vec<Record> = Vec::new();
            while let Some(said) = said.recv().await {
                if let Said::Records(some) = said {
                    records.extend(some);
                }
            }
            records
        };
        let (taken, records) = tokio::join!(reading, taking);
        (taken.unwrap(), records)
    });
    let manifest = Manifest {
        id: PullId::new(file.display().to_string()),
        connector: spec.id.to_owned(),
        source: taken.source.to_string(),
        origin: "file".to_owned(),
        started: taken.at,
        ended: taken.at,
        taken: taken.at,
        outcome: Outcome::Whole,
        bytes: taken.bytes,
        rows: Vec::new(),
        preflight: Preflight::default(),
        asked: Vec::new(),
        refusals: Vec::new(),
        more_refusals: 0,
        digest: String::new(),
        tool: String::new(),
    };
    Pulled { manifest, records }
}

/// Authorization details out of a few lines.
pub fn account(text: &str) -> Value {
    let mut blocks: Vec<Block> = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let words: Vec<_> = line.split_whitespace().collect();
        if line.trim_start() == line.trim_end() && !line.starts_with(' ') {
            blocks.push(Block::new(&words));
            continue;
        }
        let block = blocks.last_mut().unwrap();
        match words[0] {
            "in" => block.groups.push(words[1].to_owned()),
            "uses" => block.uses.push(words[1].to_owned()),
            "bounded" => block.bound = Some(words[1].to_owned()),
            _ => block.statements.push(statement(line.trim())),
        }
    }
    let of = |kind: &str| -> Vec<Value> {
        blocks.iter().filter(|block| block.kind == kind).map(Block::item).collect()
    };
    json!({
        "UserDetailList": of("user"), "GroupDetailList": of("group"), "RoleDetailList": of("role"),
        "Policies": of("policy"),
    })
}

#[derive(Default)]
struct Block {
    kind: String,
    name: String,
    trusts: Vec<Value>,
    groups: Vec<String>,
    uses: Vec<String>,
    bound: Option<String>,
    statements: Vec<Value>,
}

impl Block {
    fn new(words: &[&str]) -> Self {
        let mut block = Self { kind: words[0].to_owned(), name: words[1].to_owned(), ..Self::default() };
        if block.kind == "role" {
            assert_eq!(words[2], "trusts", "{words:?}");
            let rest = words[3..].join(" ");
            let (whom, condition) = rest.split_once(" if ").unwrap_or((&rest, ""));
            for one in whom.split(", ") {
                let mut trust =
                    json!({"Effect": "Allow", "Principal": principal(one), "Action": "sts:AssumeRole"});
                if !condition.is_empty() {
                    trust["Condition"] = serde_json::from_str(condition).unwrap();
                }
                block.trusts.push(trust);
            }
        }
        block
    }

    fn item(&self) -> Value {
        let inline = json!([{"PolicyName": "own", "PolicyDocument": document(&self.statements)}]);
        let inline = if self.statements.is_empty() { json!([]) } else { inline };
        let uses: Vec<_> = self
            .uses
            .iter()
            .map(|name| json!({"PolicyName": name, "PolicyArn": arn(&format!("policy/{name}"))}))
            .collect();
        let mut item = json!({
            "Arn": arn(&format!("{}/{}", self.kind, self.name)),
            "Path": "/",
            "CreateDate": "2026-01-01T00:00:00Z",
            "AttachedManagedPolicies": uses,
        });
        let name = self.name.rsplit('/').next().unwrap();
        match self.kind.as_str() {
            "user" => {
                item["UserName"] = json!(name);
                item["GroupList"] = json!(self.groups);
                item["UserPolicyList"] = inline;
            }
            "role" => {
                item["RoleName"] = json!(name);
                item["RolePolicyList"] = inline;
                item["AssumeRolePolicyDocument"] = document(&self.trusts);
            }
            "group" => {
                item["GroupName"] = json!(name);
                item["GroupPolicyList"] = inline;
            }
            "policy" => {
                item["PolicyName"] = json!(name);
                item["DefaultVersionId"] = json!("v1");
                item["PolicyVersionList"] = json!([
                    {"VersionId": "v1", "IsDefaultVersion": true, "Document": document(&self.statements)}
                ]);
            }
            other => panic!("what is a {other}?"),
        }
        if let Some(bound) = &self.bound {
            let policy = arn(&format!("policy/{bound}"));
            item["PermissionsBoundary"] =
                json!({"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": policy});
        }
        item
    }
}

fn document(statements: &[Value]) -> Value {
    json!({"Version": "2012-10-17", "Statement": statements})
}

fn principal(text: &str) -> Value {
    if text.contains(".amazonaws.com") {
        json!({"Service": text})
    } else if text == "*" {
        json!("*")
    } else {
        json!({"AWS": arn(text)})
    }
}

/// `aws/NAME` below `policy/` is one that AWS keeps; `NUMBER:user/x` lives in another account.
fn arn(text: &str) -> String {
    if text.starts_with("arn:") || text == "*" {
        return text.to_owned();
    }
    if let Some(name) = text.strip_prefix("policy/aws/") {
        return format!("arn:aws:iam::aws:policy/{name}");
    }
    match text.split_once(':') {
        Some((number, rest)) if number.len() == 12 => format!("arn:aws:iam::{number}:{rest}"),
        _ => format!("arn:aws:iam::{HERE}:{text}"),
    }
}

fn statement(line: &str) -> Value {
    let (line, condition) = line.split_once(" if ").unwrap_or((line, ""));
    let (left, resources) = line.split_once(" on ").unwrap();
    let mut words: Vec<_> = left.split_whitespace().collect();
    let effect = match words.remove(0) {
        "allow" => "Allow",
        "deny" => "Deny",
        other => panic!("{other} is neither allow nor deny: {line}"),
    };
    let is_not = words[0] == "not";
    let actions = &words[usize::from(is_not)..];
    let resources: Vec<_> = resources.split_whitespace().map(arn).collect();
    let mut made = json!({"Effect": effect, "Resource": resources});
    made[if is_not { "NotAction" } else { "Action" }] = json!(actions);
    if !condition.is_empty() {
        made["Condition"] = serde_json::from_str(condition).unwrap();
    }
    made
}
