//! Active Directory as `SharpHound` writes it, against a plain reading of the same files.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{Cursor, Write as _};
use std::path::PathBuf;

use serde_json::{Value, json};
use trueup::model::inventory::{Class, EntitlementKind, Fact};
use trueup::model::merged::{Holding, Inventory};
use trueup::model::privilege::Reach;
use trueup::ops::Roster;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::desk::Desk;
use crate::kit;
use crate::listed::everybody;

/// The beginning of the identifiers of an invented domain.
const DOMAIN: &str = "S-1-5-21-1-2-3";

/// The real files, by the word in their names.
fn real() -> Option<BTreeMap<String, Vec<u8>>> {
    let folder = kit::shared("specs/sharphound")?;
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = files.filter(|path| path.extension().is_some_and(|ending| ending == "json"));
    Some(files.map(|path| (name_of(&path), fs::read(&path).unwrap())).collect())
}

fn name_of(path: &std::path::Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

fn packed<'a>(files: impl IntoIterator<Item = (&'a String, &'a Vec<u8>)>) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        archive.start_file(name.as_str(), options).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn data(files: &BTreeMap<String, Vec<u8>>, word: &str) -> Vec<Value> {
    let (_, bytes) = files.iter().find(|(name, _)| name.contains(word)).unwrap();
    let document: Value = serde_json::from_slice(bytes).unwrap();
    document["data"].as_array().unwrap().clone()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

/// The identifier without the domain before it, found in another way than the product's.
fn bare(id: &str) -> String {
    id.find("S-1-").map_or(id, |at| &id[at..]).to_owned()
}

fn of(desk: &Desk, name: &str, content: &[u8]) -> Roster {
    everybody(&[PathBuf::from(desk.file(name, content))]).roster
}

/// The real archive.
fn real_roster(desk: &Desk) -> Option<Roster> {
    Some(of(desk, "corp.zip", &packed(&real()?)))
}

fn at(inventory: &Inventory, name: &str) -> usize {
    let found = inventory.identities.iter().position(|one| one.name == name);
    found.unwrap_or_else(|| panic!("{name} is not there"))
}

fn groups_of(inventory: &Inventory, id: &str) -> BTreeSet<String> {
    let place = inventory.identities.iter().position(|one| one.id == id).unwrap();
    let held = inventory.holdings_of(place).iter().filter(|held| held.kind == EntitlementKind::Group);
    held.map(|held| held.entitlement.to_string()).collect()
}

#[test]
fn accounts_and_groups_are_those_of_the_files() {
    let Some(files) = real() else { return };
    let desk = Desk::new();
    let roster = real_roster(&desk).unwrap();
    let mut expected = BTreeMap::new();
    for word in ["users", "computers"] {
        for one in data(&files, word) {
            let id = text(&one, "ObjectIdentifier").to_owned();
            if id.starts_with("S-1-5-21-") {
                let never = [0, -1, -11_644_473_600_i64];
                let own = &one["Properties"];
                let is_never = never.contains(&own["lastlogontimestamp"].as_i64().unwrap());
                let is_bare = own["serviceprincipalnames"].as_array().unwrap().is_empty();
                let machine = word == "computers" || !is_bare || text(own, "samaccountname").ends_with('$');
                expected.insert(id, (own["enabled"].as_bool().unwrap(), is_never, machine));
            }
        }
    }
    let inventory = &roster.inventory;
    assert_eq!((inventory.identities.len(), inventory.credentials.len()), (expected.len(), expected.len()));
    for one in &inventory.identities {
        let (is_enabled, is_never, is_machine) = expected[&one.id];
        let own = &one.accounts[0];
        assert_eq!(own.is_enabled, Fact::Known(is_enabled), "{}", one.name);
        assert_eq!(own.last_seen == Fact::Absent, is_never, "{}", one.name);
        assert_eq!(one.class() == Fact::Known(Class::Machine), is_machine, "{}", one.name);
        assert_eq!(own.system.as_ref().unwrap().as_str(), "ad:corp.example");
        assert_eq!(one.owner, Fact::Hidden, "no owner stands in a directory");
    }
    let stamps = ["users", "computers"].map(|word| data(&files, word)).concat();
    let keys = ["whencreated", "pwdlastset", "lastlogon", "lastlogontimestamp"];
    let newest =
        stamps.iter().flat_map(|one| keys.map(|key| one["Properties"][key].as_i64())).flatten().max();
    assert_eq!(inventory.taken.unwrap().as_second(), newest.unwrap(), "the newest time in the data");
}

#[test]
fn memberships_are_those_of_a_plain_walk() {
    let Some(files) = real() else { return };
    let desk = Desk::new();
    let roster = real_roster(&desk).unwrap();
    let mut edges: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for group in data(&files, "groups") {
        for member in group["Members"].as_array().unwrap() {
            let member = bare(text(member, "ObjectIdentifier"));
            edges.entry(member).or_default().insert(bare(text(&group, "ObjectIdentifier")));
        }
    }
    for account in [data(&files, "users"), data(&files, "computers")].concat() {
        let id = bare(text(&account, "ObjectIdentifier"));
        let own = edges.entry(id.clone()).or_default();
        own.extend(account["PrimaryGroupSID"].as_str().map(str::to_owned));
        own.insert("S-1-1-0".to_owned());
        if !id.ends_with("-501") {
            own.insert("S-1-5-11".to_owned());
        }
    }
    let walk = |from: &str| {
        let mut reached = BTreeSet::new();
        let mut next = vec![from.to_owned()];
        while let Some(one) = next.pop() {
            let above = edges.get(&one).into_iter().flatten();
            next.extend(above.filter(|group| reached.insert((*group).clone())).cloned());
        }
        reached
    };
    let admins = |id: &str| walk(id).iter().any(|group| group.ends_with("-512") || group.ends_with("-544"));
    let mut privileged = BTreeSet::new();
    for one in &roster.inventory.identities {
        assert_eq!(groups_of(&roster.inventory, &one.id), walk(&one.id), "{}", one.name);
        if admins(&one.id) {
            privileged.insert(one.name.as_str());
        }
    }
    let nested = ["administrator@corp.example", "svc-app1@corp.example", "u1@corp.example"];
    assert_eq!(privileged, BTreeSet::from(nested), "the two in the innermost group, and the first account");
    for row in roster.rows() {
        let holds = row.privilege.is_some_and(|privilege| privilege.reach == Reach::Holds);
        let is_controller = row.name == "dc1$@corp.example";
        assert_eq!(holds, privileged.contains(row.name) || is_controller, "{}", row.name);
    }
}

#[test]
fn a_domain_admin_through_two_nested_groups_reaches_tier_0_in_the_real_program() {
    let Some(files) = real() else { return };
    let desk = Desk::new();
    let archive = desk.file("corp.zip", packed(&files));
    let rows = desk.json(&["identities", &archive]);
    let row = rows.as_array().unwrap().iter().find(|row| row["name"] == "u1@corp.example").unwrap();
    assert_eq!(row["privilege"]["reach"], "holds");
    let roster = everybody(&[archive.into()]).roster;
    let u1 = at(&roster.inventory, "u1@corp.example");
    let admins = |held: &&Holding| held.entitlement.ends_with("-512");
    let held = roster.holdings(u1).iter().find(admins).unwrap();
    assert_eq!(held.via, ["group Nest2@corp.example", "group Nest1@corp.example"], "outermost first");
    assert_eq!(held.is_general_admin, Fact::Known(true));
    let inner = roster.holdings(u1).iter().position(|held| &*held.title == "Nest1@corp.example").unwrap();
    let without = roster.profile(u1, &BTreeSet::from([inner])).unwrap();
    assert_ne!(
        without.privilege.unwrap().reach,
        Reach::Holds,
        "with the inner group everything by it is gone"
    );
}

#[test]
fn an_archive_and_its_files_joined_are_the_same() {
    let Some(files) = real() else { return };
    let desk = Desk::new();
    let of_archive = real_roster(&desk).unwrap().inventory;
    let mut joined = Vec::new();
    for bytes in files.values().rev() {
        joined.extend_from_slice(bytes);
    }
    let of_text = of(&desk, "all.json", &joined).inventory;
    assert_eq!(of_text.identities, of_archive.identities);
    assert_eq!(of_text.holdings, of_archive.holdings);
    assert_eq!(of_text.credentials, of_archive.credentials);
}

#[test]
fn single_files_tell_the_same_accounts_and_nobodys_rights() {
    let Some(files) = real() else { return };
    let desk = Desk::begun();
    let of_archive = real_roster(&desk).unwrap().inventory;
    let paths: Vec<String> = files
        .iter()
        .filter(|(name, _)| name.contains("users") || name.contains("computers"))
        .map(|(name, bytes)| desk.file(name, bytes))
        .collect();
    let roster = everybody(&paths.iter().map(PathBuf::from).collect::<Vec<_>>()).roster;
    assert_eq!(roster.inventory.identities.len(), of_archive.identities.len());
    assert_eq!(roster.inventory.credentials, of_archive.credentials);
    assert!(roster.inventory.holdings.is_empty());
    assert!(roster.rows().all(|row| row.privilege.is_none()), "unknown is no zero");
    desk.done(&["pull", &paths[0], &paths[1]]);
    let receipts = desk.json(&["sources", "receipt"]);
    assert_eq!(receipts.as_array().unwrap().len(), 2, "they stand beside each other");
    assert!(receipts.to_string().contains("nobody's rights are told, for this is missing: "));
    let groups = files.iter().find(|(name, _)| name.contains("groups")).unwrap();
    desk.refused(&["pull", &desk.file("groups.json", groups.1)], "neither users nor computers");
}

/// An invented directory, and what each test adds to it.
struct Made(BTreeMap<&'static str, Vec<Value>>);

fn id(number: u32) -> String {
    format!("{DOMAIN}-{number}")
}

fn properties(name: &str) -> Value {
    json!({"name": format!("{}@CORP.EXAMPLE", name.to_uppercase()), "samaccountname": name,
        "domain": "CORP.EXAMPLE", "domainsid": DOMAIN,
        "distinguishedname": format!("CN={name},CN=USERS,DC=CORP,DC=EXAMPLE")})
}

fn ace(right: &str, number: u32, kind: &str) -> Value {
    json!({"RightName": right, "PrincipalSID": id(number), "PrincipalType": kind, "IsInherited": false})
}

impl Made {
    /// A domain with its administrators, a controller, and nobody else.
    fn new() -> Self {
        let words = ["users", "computers", "groups", "domains", "ous", "gpos", "containers"];
        let mut made = Self(words.into_iter().map(|word| (word, Vec::new())).collect());
        let mut domain = properties("corp.example");
        domain["name"] = json!("CORP.EXAMPLE");
        made.add(
            "domains",
            json!({"ObjectIdentifier": DOMAIN, "Properties": domain,
            "Aces": [ace("WriteDacl", 512, "Group")], "Links": [{"GUID": "aa-bb"}]}),
        );
        made.group(512, "Domain Admins", &[]);
        made.group(513, "Domain Users", &[]);
        made
    }

    fn add(&mut self, word: &'static str, object: Value) {
        self.0.get_mut(word).unwrap().push(object);
    }

    fn user(&mut self, number: u32, name: &str) -> &mut Value {
        let mut own = properties(name);
        own["enabled"] = json!(true);
        own["hasspn"] = json!(false);
        self.add(
            "users",
            json!({"ObjectIdentifier": id(number), "Properties": own,
            "PrimaryGroupSID": id(513), "Aces": []}),
        );
        self.0.get_mut("users").unwrap().last_mut().unwrap()
    }

    fn group(&mut self, number: u32, name: &str, members: &[(u32, &str)]) -> &mut Value {
        let members: Vec<_> = members
            .iter()
            .map(|(of, kind)| json!({"ObjectIdentifier": id(*of), "ObjectType": kind}))
            .collect();
        self.add(
            "groups",
            json!({"ObjectIdentifier": id(number), "Properties": properties(name),
            "Members": members, "Aces": []}),
        );
        self.0.get_mut("groups").unwrap().last_mut().unwrap()
    }

    fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let document = |word: &str, objects: &Vec<Value>| {
            json!({"data": objects,
                "meta": {"methods": 0, "type": word, "count": objects.len(), "version": 6}})
        };
        let file = |(word, objects): (&&'static str, &Vec<Value>)| {
            (format!("20260101000000_{word}.json"), document(word, objects).to_string().into_bytes())
        };
        self.0.iter().map(file).collect()
    }

    fn roster(&self, desk: &Desk) -> Roster {
        of(desk, "made.zip", &packed(&self.files()))
    }
}

fn reach(roster: &Roster, name: &str) -> Reach {
    let row = roster.rows().find(|row| row.name == name).unwrap();
    row.privilege.unwrap().reach
}

/// The rights that somebody holds, with the objects and the way.
fn rights(roster: &Roster, name: &str) -> BTreeSet<String> {
    let held = roster.holdings(at(&roster.inventory, name)).iter();
    let rights = held.filter_map(|one| {
        let on = one.resource.clone().unwrap_or_default();
        Some(format!("{} {on} {}", one.action.as_deref()?, one.via.join(" < ")).trim().to_owned())
    });
    rights.collect()
}

/// A directory in which rights lie on objects of every tier.
fn with_rights() -> Made {
    let mut made = Made::new();
    for (number, name) in [(1101, "ann"), (1102, "bob"), (1103, "cem"), (1104, "dia"), (1105, "eve")] {
        made.user(number, name);
    }
    made.0.get_mut("groups").unwrap()[0]["Members"] =
        json!([{"ObjectIdentifier": id(1201), "ObjectType": "Group"}]);
    made.group(1201, "Tier Zero Staff", &[(1101, "User")]);
    made.group(1202, "Helpdesk", &[(1102, "User")]);
    made.0.get_mut("users").unwrap()[0]["Aces"] = json!([ace("ForceChangePassword", 1202, "Group")]);
    made.0.get_mut("users").unwrap()[3]["Aces"] = json!([ace("ForceChangePassword", 1103, "User")]);
    let aces = json!([ace("GetChanges", 1104, "User"), ace("GetChangesAll", 1104, "User")]);
    made.0.get_mut("domains").unwrap()[0]["Aces"]
        .as_array_mut()
        .unwrap()
        .extend(aces.as_array().unwrap().clone());
    let mut own = properties("WEB1$");
    own["unconstraineddelegation"] = json!(true);
    made.add(
        "computers",
        json!({"ObjectIdentifier": id(1301), "Properties": own, "PrimaryGroupSID": id(515),
        "AllowedToAct": [{"ObjectIdentifier": id(1105), "ObjectType": "User"}], "Aces": [],
        "LocalGroups": [{"ObjectIdentifier": format!("{}-544", id(1301)), "Collected": true,
            "Results": [{"ObjectIdentifier": id(1202), "ObjectType": "Group"}]}]}),
    );
    let mut own = properties("DC1$");
    own["distinguishedname"] = json!("CN=DC1,OU=DOMAIN CONTROLLERS,DC=CORP,DC=EXAMPLE");
    made.add(
        "computers",
        json!({"ObjectIdentifier": id(1302), "Properties": own,
        "PrimaryGroupSID": id(516), "Aces": [ace("GenericAll", 512, "Group")]}),
    );
    let mut own = properties("Domain Controllers");
    own["distinguishedname"] = json!("OU=DOMAIN CONTROLLERS,DC=CORP,DC=EXAMPLE");
    made.add(
        "ous",
        json!({"ObjectIdentifier": "0A-1", "Properties": own, "Aces":
        [ace("GenericWrite", 1105, "User")]}),
    );
    made.add(
        "gpos",
        json!({"ObjectIdentifier": "AA-BB", "Properties": properties("Default Policy"),
        "Aces": [ace("WriteDacl", 1103, "User")]}),
    );
    made
}

#[test]
fn rights_on_objects_lead_where_they_lie() {
    let desk = Desk::new();
    let roster = with_rights().roster(&desk);
    let expect = |name: &str, expected: &[&str]| {
        let expected: BTreeSet<String> = expected.iter().map(|text| (*text).to_owned()).collect();
        assert_eq!(rights(&roster, name), expected, "{name}");
    };
    expect("ann@corp.example", &[]);
    expect(
        "bob@corp.example",
        &[
            "AdminTo computer:WEB1$@corp.example group Helpdesk@corp.example",
            "ForceChangePassword tier0:ann@corp.example group Helpdesk@corp.example",
        ],
    );
    expect(
        "cem@corp.example",
        &["ForceChangePassword user:dia@corp.example", "WriteDacl tier0:Default Policy@corp.example"],
    );
    expect("dia@corp.example", &["GetChanges domain:corp.example", "GetChangesAll domain:corp.example"]);
    expect(
        "eve@corp.example",
        &["AllowedToAct computer:WEB1$@corp.example", "GenericWrite tier0:Domain Controllers@corp.example"],
    );
    expect("web1$@corp.example", &["Unconstrained delegation"]);
    for (name, expected) in [
        ("ann@corp.example", Reach::Holds),
        ("dia@corp.example", Reach::Holds),
        ("dc1$@corp.example", Reach::Holds),
        ("bob@corp.example", Reach::Path),
        ("cem@corp.example", Reach::Path),
        ("eve@corp.example", Reach::Path),
        ("web1$@corp.example", Reach::Path),
    ] {
        assert_eq!(reach(&roster, name), expected, "{name}");
    }
}

#[test]
fn the_order_of_objects_and_files_does_not_matter() {
    let desk = Desk::new();
    let mut made = with_rights();
    for number in 1400..1440 {
        made.group(
            number,
            &format!("g{number}"),
            &[(number + 1, "Group"), (number - 39, "Group"), (1102, "User")],
        );
    }
    let whole = made.roster(&desk).inventory;
    for turn in 1..6 {
        for objects in made.0.values_mut() {
            objects.reverse();
            let by = turn % objects.len().max(1);
            objects.rotate_left(by);
            for object in objects {
                if let Some(members) = object["Members"].as_array_mut() {
                    members.reverse();
                }
            }
        }
        let turned = made.roster(&desk).inventory;
        assert_eq!(turned.identities, whole.identities);
        assert_eq!(turned.holdings, whole.holdings);
    }
}

#[test]
fn names_decide_nothing_and_circles_end() {
    let desk = Desk::new();
    let mut made = Made::new();
    for (number, name) in [(1101, "ann"), (1102, "bob"), (1103, "c\u{1b}[31mem\u{202e}")] {
        made.user(number, name);
    }
    made.group(1201, "Administrators", &[(1101, "User")]);
    made.group(1202, "Self", &[(1202, "Group"), (1203, "Group"), (1102, "User")]);
    made.group(1203, "Other", &[(1202, "Group"), (1999, "User"), (1998, "Group")]);
    made.group(1204, "Nobody", &[])["Members"] = Value::Null;
    made.add(
        "groups",
        json!({"ObjectIdentifier": "CORP.EXAMPLE-S-1-5-32-544", "Properties": properties("Administratoren"),
            "Members": [{"ObjectIdentifier": id(1103), "ObjectType": "User"}], "Aces": null}),
    );
    let roster = made.roster(&desk);
    assert_ne!(reach(&roster, "ann@corp.example"), Reach::Holds, "a group of that name only");
    assert_eq!(reach(&roster, "c\u{1b}[31mem\u{202e}@corp.example"), Reach::Holds, "the built-in one");
    assert_eq!(
        groups_of(&roster.inventory, &id(1102)),
        [513, 1202, 1203].map(id).into_iter().collect(),
        "each once, in spite of the circle"
    );
    assert_eq!(groups_of(&roster.inventory, &id(1999)), [1202, 1203].map(id).into_iter().collect());
    let archive = desk.path("made.zip").display().to_string();
    let shown = desk.done(&["identities", &archive]);
    assert!(!shown.contains(['\u{1b}', '\u{202e}']), "{shown}");
    desk.done(&["new", "--organisation", "Corp", "--period", "2026-Q4"]);
    desk.done(&["pull", &archive]);
    let receipt = desk.json(&["sources", "receipt"]).to_string();
    assert!(receipt.contains("it is in `Other@corp.example`, and what it is, is not shown"));
    assert!(receipt.contains("it is in `Other@corp.example`, and who is in it is not shown"));
}

#[test]
fn everybody_holds_what_everybody_was_given() {
    let desk = Desk::new();
    let mut made = Made::new();
    made.user(1101, "ann");
    made.user(501, "guest");
    let users = made.0.get_mut("domains").unwrap();
    users[0]["Aces"].as_array_mut().unwrap().push(json!({"RightName": "WriteDacl",
        "PrincipalSID": "CORP.EXAMPLE-S-1-5-11", "PrincipalType": "Group"}));
    let roster = made.roster(&desk);
    let expected = "WriteDacl domain:corp.example group Authenticated Users".to_owned();
    assert_eq!(rights(&roster, "ann@corp.example"), BTreeSet::from([expected]));
    assert_eq!(rights(&roster, "guest@corp.example"), BTreeSet::new(), "guests are no such users");
    assert_eq!(reach(&roster, "ann@corp.example"), Reach::Path);
}

#[test]
fn rights_on_many_objects_are_one_with_their_number() {
    let desk = Desk::new();
    let mut made = Made::new();
    made.user(1101, "ann");
    for number in 2000..2100 {
        made.user(number, &format!("u{number}"))["Aces"] = json!([ace("GenericAll", 1101, "User")]);
    }
    let expected = "GenericAll user:100 objects of corp.example".to_owned();
    assert_eq!(rights(&made.roster(&desk), "ann@corp.example"), BTreeSet::from([expected]));
}

#[test]
fn what_was_collected_without_rights_on_objects_tells_nobodys_rights() {
    let desk = Desk::new();
    let mut made = Made::new();
    made.user(1101, "ann");
    made.0.get_mut("domains").unwrap()[0]["Aces"] = json!([]);
    let roster = made.roster(&desk);
    assert!(roster.rows().count() == 1 && roster.rows().all(|row| row.privilege.is_none()));
}

#[test]
fn wrong_files_are_refused_with_a_sentence() {
    let desk = Desk::begun();
    let mut made = Made::new();
    made.user(1101, "ann");
    let files = made.files();
    let users = String::from_utf8(files["20260101000000_users.json"].clone()).unwrap();
    let refused = |name: &str, content: &[u8], sentence: &str| {
        desk.refused(&["pull", &desk.file(name, content)], sentence);
    };
    let half = &users.as_bytes()[..users.len() / 2];
    refused("half.json", half, "the JSON ends in the middle");
    let end = users.find("\"meta\"").unwrap();
    let without = format!("{}}}", users[..end].trim_end_matches(','));
    refused("without.json", without.as_bytes(), "it has no `meta` at its end");
    refused("v4.json", users.replace("\"version\":6", "\"version\":4").as_bytes(), "it is of version 4");
    refused("v9.json", users.replace("\"version\":6", "\"version\":9").as_bytes(), "it is of version 9");
    refused("odd.json", users.replace("\"type\":\"users\"", "\"type\":\"azure\"").as_bytes(), "`azure`");
    refused("id.json", users.replace(&id(1101), "").as_bytes(), "no `ObjectIdentifier`");
    let whole = packed(&files);
    refused("cut.zip", &whole[..whole.len() / 2], "no whole ZIP archive");
    let mut broken = files.clone();
    broken.insert("20260101000000_users.json".to_owned(), half.to_vec());
    refused("broken.zip", &packed(&broken), "20260101000000_users.json");
    let mut locked = whole.clone();
    for at in 0..locked.len() - 10 {
        match &locked[at..at + 4] {
            b"PK\x03\x04" => locked[at + 6] |= 1,
            b"PK\x01\x02" => locked[at + 8] |= 1,
            _ => {}
        }
    }
    refused("locked.zip", &locked, "it is encrypted");
    let mut bomb = files.clone();
    bomb.insert("20260101000000_users.json".to_owned(), [b" ".repeat(64 << 20), users.into_bytes()].concat());
    refused("bomb.zip", &packed(&bomb), "the archive unpacks to more than 400 times its size");
    let other = BTreeMap::from([("report.json".to_owned(), b"{}".to_vec())]);
    refused("other.zip", &packed(&other), "a ZIP archive or office file");
}

#[test]
fn marks_other_files_and_wrong_counts_are_told() {
    let desk = Desk::begun();
    let mut made = Made::new();
    made.user(1101, "ann");
    let mut files = made.files();
    for bytes in files.values_mut() {
        *bytes = [b"\xef\xbb\xbf".to_vec(), bytes.clone()].concat();
    }
    let text = String::from_utf8(files["20260101000000_users.json"].clone()).unwrap();
    let text = text.replace("\"count\":1", "\"count\":7");
    files.insert("20260101000000_users.json".to_owned(), text.into_bytes());
    files.insert("readme.txt".to_owned(), b"hello".to_vec());
    let archive = desk.file("marks.zip", packed(&files));
    desk.done(&["pull", &archive]);
    let receipt = desk.json(&["sources", "receipt"]).to_string();
    assert!(receipt.contains("it says that it has 7 users, and has 1"), "{receipt}");
    assert!(receipt.contains("readme.txt") && receipt.contains("it is no JSON and was passed over"));
    assert!(receipt.contains("\"ad:corp.example\""), "{receipt}");
    assert!(receipt.contains("1 domains, 0 gpos, 2 groups, 0 ous, 1 users"), "{receipt}");
}
