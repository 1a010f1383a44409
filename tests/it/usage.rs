//! Evidence of use: logs and reports of AWS become uses of the accounts that other files list, or nothing.

use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::Timestamp;
use serde_json::{Value, json};
use trueup::connectors::{REGISTRY, Sample};
use trueup::metrics::{Inventory, merge};
use trueup::model::PullId;
use trueup::model::inventory::{EntitlementKind, Fact, Record, Usage, Watch};
use trueup::model::merged::Feed;
use trueup::model::pull::{Manifest, Outcome, Preflight, Pulled};

use super::desk::Desk;
use super::registers::pull;

const USER: &str = "arn:aws:iam::111122223333:user/anna";
const ROLE: &str = "arn:aws:iam::111122223333:role/app/deploy";

fn gzip(text: &str) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(text.as_bytes()).unwrap();
    packed.finish().unwrap()
}

fn recognised(content: &[u8]) -> Vec<&'static str> {
    let sample = Sample { head: &content[..content.len().min(64 << 10)], size: content.len() as u64 };
    let fits = REGISTRY.iter().filter(|spec| spec.recognise.is_some_and(|recognise| recognise(&sample)));
    fits.map(|spec| spec.id).collect()
}

fn call(who: &str, at: &str, source: &str, name: &str) -> Value {
    json!({
        "eventVersion": "1.11", "userIdentity": {"type": "IAMUser", "arn": who}, "eventTime": at,
        "eventSource": format!("{source}.amazonaws.com"), "eventName": name, "eventType": "AwsApiCall",
        "managementEvent": true, "readOnly": name.starts_with("Get"), "recipientAccountId": "111122223333",
    })
}

fn log(events: &[Value]) -> String {
    json!({"Records": events}).to_string()
}

/// What a file says, pulled by the one connector that recognises it.
pub fn read(name: &str, content: &[u8]) -> Result<Pulled, String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(name);
    std::fs::write(&file, content).unwrap();
    let connectors = recognised(content);
    assert_eq!(connectors.len(), 1, "{connectors:?}");
    receipt(connectors[0], &file)
}

fn receipt(connector: &str, file: &Path) -> Result<Pulled, String> {
    let told = pull(connector, file).map_err(|error| error.to_string())?;
    let at = told.taken.at;
    let manifest = Manifest {
        id: PullId::new(format!("{connector} {}", told.taken.source)),
        connector: connector.to_owned(),
        source: told.taken.source.to_string(),
        origin: "file".to_owned(),
        started: at,
        ended: at,
        taken: at,
        outcome: Outcome::Whole,
        bytes: told.taken.bytes,
        rows: Vec::new(),
        preflight: Preflight::default(),
        asked: Vec::new(),
        refusals: Vec::new(),
        more_refusals: told.refused.len() as u64,
        digest: String::new(),
        tool: String::new(),
    };
    Ok(Pulled { manifest, records: told.records })
}

fn usages(pulled: &Pulled) -> Vec<&Usage> {
    let found = pulled.records.iter().filter_map(|record| match record {
        Record::Usage(usage) => Some(usage),
        _ => None,
    });
    found.collect()
}

fn watches(pulled: &Pulled) -> Vec<&Watch> {
    let found = pulled.records.iter().filter_map(|record| match record {
        Record::Watch(watch) => Some(watch),
        _ => None,
    });
    found.collect()
}

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// The user and the role, as their account's export lists them.
fn authorization() -> Pulled {
    let details = json!({
        "UserDetailList": [{
            "UserName": "anna", "UserId": "AIDAX", "Arn": USER, "CreateDate": "2024-01-01T00:00:00Z",
            "UserPolicyList": [{"PolicyName": "all", "PolicyDocument": {"Version": "2012-10-17", "Statement": [
                {"Effect": "Allow", "Action": ["s3:*", "sqs:*", "iam:*"], "Resource": "*"}]}}],
        }],
        "RoleDetailList": [{
            "RoleName": "deploy", "Path": "/app/", "RoleId": "AROAX", "Arn": ROLE,
            "CreateDate": "2024-01-01T00:00:00Z",
            "AssumeRolePolicyDocument": {"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
                "Principal": {"Service": "ec2.amazonaws.com"}}]},
            "RoleLastUsed": {"LastUsedDate": "2025-06-01T00:00:00Z", "Region": "eu-west-1"},
        }],
        "GroupDetailList": [], "Policies": [],
    });
    read("details.json", details.to_string().as_bytes()).unwrap()
}

fn advisor() -> Value {
    json!({
        "Arn": USER, "JobStatus": "COMPLETED", "JobCompletionDate": "2026-04-01T00:00:00Z",
        "ServicesLastAccessed": [
            {"ServiceName": "Amazon S3", "ServiceNamespace": "s3", "LastAuthenticated": "2026-03-30T10:00:00Z",
             "LastAuthenticatedEntity": USER, "TrackedActionsLastAccessed": [
                {"ActionName": "CreateBucket", "LastAccessedTime": "2026-03-30T10:00:00Z"},
                {"ActionName": "DeleteBucket"}]},
            {"ServiceName": "Amazon SQS", "ServiceNamespace": "sqs", "TotalAuthenticatedEntities": 0},
        ],
    })
}

#[test]
fn a_log_is_the_same_plain_packed_joined_line_by_line_and_looked_up() {
    let events = [
        call(USER, "2026-03-01T10:00:00Z", "s3", "GetBucketAcl"),
        call(ROLE, "2026-03-02T10:00:00Z", "iam", "CreateUser"),
    ];
    let plain = log(&events);
    let lines = events.iter().map(Value::to_string).collect::<Vec<_>>().join("\n");
    let looked_up: Vec<_> =
        events.iter().map(|event| json!({"EventId": "x", "CloudTrailEvent": event.to_string()})).collect();
    let two_members = [gzip(&log(&events[..1])), gzip(&log(&events[1..]))].concat();
    let expected = read("trail", plain.as_bytes()).unwrap();
    assert_eq!((usages(&expected).len(), watches(&expected).len()), (2, 1));
    assert_eq!(expected.manifest.source, "aws:111122223333/trail");
    assert_eq!(expected.manifest.taken, time("2026-03-02T10:00:00Z"));
    let shapes = [
        gzip(&plain),
        two_members,
        lines.into_bytes(),
        json!({"Events": looked_up}).to_string().into_bytes(),
        [b"\xef\xbb\xbf", plain.as_bytes()].concat(),
    ];
    for content in shapes {
        let bare = content.strip_prefix(b"\xef\xbb\xbf".as_slice()).unwrap_or(&content).to_vec();
        assert_eq!(recognised(&bare), ["aws-cloudtrail"]);
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("trail");
        std::fs::write(&file, &content).unwrap();
        assert_eq!(receipt("aws-cloudtrail", &file).unwrap().records, expected.records);
    }
}

#[test]
fn a_damaged_log_is_refused_whole() {
    let desk = Desk::begun();
    let many: Vec<_> = (0..500).map(|_| call(USER, "2026-03-01T10:00:00Z", "s3", "GetObject")).collect();
    let whole = gzip(&log(&many));
    desk.refused(&["pull", &desk.file("half.json.gz", &whole[..whole.len() / 2])], "end in the middle");
    let mut damaged = whole.clone();
    let sum = damaged.len() - 6;
    damaged[sum] ^= 0xff;
    desk.refused(&["pull", &desk.file("damaged.json.gz", &damaged)], "are damaged");
    desk.refused(
        &["pull", &desk.file("tail.json.gz", [&whole[..], b"something else behind it"].concat())],
        "are damaged",
    );
    let plain = log(&many);
    desk.refused(&["pull", &desk.file("half.json", &plain[..plain.len() / 2])], "ends in the middle");
    assert!(desk.done(&["pull", &desk.file("whole.json.gz", &whole)]).contains("500 events"));
}

#[test]
fn a_hundred_thousand_events_are_a_handful_of_uses() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("trail.json.gz");
    let mut packed = GzEncoder::new(std::fs::File::create(&file).unwrap(), Compression::fast());
    packed.write_all(b"{\"Records\":[").unwrap();
    for number in 0..100_000 {
        let day = 1 + number % 28;
        let event = call(
            USER,
            &format!("2026-02-{day:02}T10:00:00Z"),
            "sqs",
            ["GetQueueUrl", "SendMessage"][number % 2],
        );
        write!(packed, "{}{event}", if number == 0 { "" } else { "," }).unwrap();
    }
    packed.write_all(b"]}").unwrap();
    packed.finish().unwrap();
    let pulled = receipt("aws-cloudtrail", &file).unwrap();
    let uses: Vec<_> =
        usages(&pulled).iter().map(|usage| (usage.action.as_deref(), usage.last_used)).collect();
    let [odd, even] = ["2026-02-27T10:00:00Z", "2026-02-28T10:00:00Z"].map(|at| Fact::Known(time(at)));
    assert_eq!(uses, [(Some("GetQueueUrl"), odd), (Some("SendMessage"), even)]);
    assert_eq!(watches(&pulled)[0].since, time("2026-02-01T10:00:00Z"));
}

#[test]
fn last_accessed_details_are_the_same_alone_in_a_list_and_line_by_line() {
    let one = advisor();
    let expected = read("used.json", one.to_string().as_bytes()).unwrap();
    assert_eq!(expected.manifest.source, "aws:111122223333/used.json");
    let told: Vec<_> = usages(&expected)
        .iter()
        .map(|usage| (usage.service.as_str(), usage.action.as_deref(), usage.last_used))
        .collect();
    let used = Fact::Known(time("2026-03-30T10:00:00Z"));
    let all = [
        ("s3", None, used),
        ("s3", Some("CreateBucket"), used),
        ("s3", Some("DeleteBucket"), Fact::Absent),
        ("sqs", None, Fact::Absent),
    ];
    assert_eq!(told, all);
    let mut plain = one.clone();
    plain.as_object_mut().unwrap().remove("Arn");
    let shapes = [json!([one]).to_string(), format!("{one}\n"), plain.to_string()];
    for text in shapes {
        assert_eq!(read("used.json", text.as_bytes()).unwrap().records, expected.records, "{text}");
    }
    let both = format!("{one}\n{}", one.to_string().replace(USER, ROLE));
    assert_eq!(usages(&read("used.json", both.as_bytes()).unwrap()).len(), 8);
}

#[test]
fn an_answer_of_nobody_is_refused_and_an_unfinished_one_proves_nothing() {
    let desk = Desk::begun();
    let nobody = json!({"JobStatus": "COMPLETED", "ServicesLastAccessed": [{"ServiceNamespace": "s3"}]});
    desk.refused(&["pull", &desk.file("nobody.json", nobody.to_string())], "does not say whose it is");
    for (key, value, reason) in [
        ("JobStatus", json!("IN_PROGRESS"), "IN_PROGRESS"),
        ("IsTruncated", json!(true), "was cut"),
        ("Arn", json!("arn:aws:iam::111122223333:group/ops"), "neither a user nor a role"),
    ] {
        let mut entry = advisor();
        entry[key] = value;
        let told = desk.done(&["pull", &desk.file(&format!("{key}.json"), entry.to_string())]);
        assert!(told.contains(reason), "{told}");
        let file = desk.path(&format!("{key}.json"));
        assert_eq!(pull("aws-last-accessed", &file).unwrap().records, [], "{key}");
    }
}

fn seen(inventory: &Inventory, arn: &str) -> Fact<Timestamp> {
    let account =
        inventory.identities.iter().flat_map(|identity| &identity.accounts).find(|one| one.id == arn);
    account.unwrap().last_seen
}

#[test]
fn uses_meet_the_accounts_that_other_files_list() {
    let trail = log(&[
        call(ROLE, "2026-03-20T10:00:00Z", "sqs", "SendMessage"),
        call("arn:aws:iam::999999999999:user/stranger", "2026-03-20T10:00:00Z", "sqs", "SendMessage"),
    ]);
    let pulls = [
        authorization(),
        read("used.json", advisor().to_string().as_bytes()).unwrap(),
        read("trail.json", trail.as_bytes()).unwrap(),
    ];
    let inventory = merge(&pulls);
    assert_eq!((inventory.identities.len(), inventory.foreign_usages), (2, 1));
    let whose = |at: usize| inventory.identities[at].id.as_str();
    let mut met: Vec<_> =
        inventory.usages.iter().map(|(at, usage)| (whose(*at), usage.service.as_str())).collect();
    met.dedup();
    assert_eq!(met, [(ROLE, "sqs"), (USER, "s3"), (USER, "sqs")]);
    assert_eq!(inventory.taken, Some(time("2026-04-01T00:00:00Z")));
    assert_eq!(seen(&inventory, ROLE), Fact::Known(time("2026-03-20T10:00:00Z")), "newer than RoleLastUsed");
    assert_eq!(seen(&inventory, USER), Fact::Known(time("2026-03-30T10:00:00Z")));
    let mut backwards = pulls;
    backwards.reverse();
    assert_eq!(merge(&backwards), inventory);
}

#[test]
fn files_of_other_names_stand_beside_each_other_and_one_of_the_same_name_takes_its_place() {
    let desk = Desk::begun();
    let first = log(&[call(USER, "2026-03-01T10:00:00Z", "s3", "GetBucketAcl")]);
    let later = log(&[call(USER, "2026-03-02T10:00:00Z", "sqs", "SendMessage")]);
    desk.done(&["pull", &desk.file("monday.json", &first)]);
    desk.done(&["pull", &desk.file("tuesday.json", &later)]);
    desk.done(&["pull", &desk.file("used.json", advisor().to_string())]);
    let sources = |desk: &Desk| {
        let text = desk.json(&["sources", "receipt"]).to_string();
        ["monday.json", "tuesday.json", "used.json"].map(|name| text.matches(&format!("/{name}\"")).count())
    };
    assert_eq!(sources(&desk), [1, 1, 1]);
    desk.done(&["pull", &desk.file("monday.json", &later)]);
    assert_eq!(sources(&desk), [1, 1, 1]);
}

fn organisation() -> Value {
    let scp = |name: &str, targets: &[&str], content: Value| {
        json!({
            "PolicySummary": {"Id": name, "Name": name, "Type": "SERVICE_CONTROL_POLICY"},
            "Content": content.to_string(),
            "Targets": targets.iter().map(|id| json!({"TargetId": id})).collect::<Vec<_>>(),
        })
    };
    let allow = json!({"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]});
    let deny = json!({"Statement": [{"Effect": "Deny", "Action": "iam:*", "Resource": "*"}]});
    let mut tags = scp("tags", &["r-ab12"], json!({}));
    tags["PolicySummary"]["Type"] = "TAG_POLICY".into();
    let mut bounds = scp("perimeter", &["r-ab12"], deny.clone());
    bounds["PolicySummary"]["Type"] = "RESOURCE_CONTROL_POLICY".into();
    json!({
        "Policies": [
            scp("FullAWSAccess", &["r-ab12", "ou-ab12-x", "111122223333", "222233334444"], allow),
            scp("NoIam", &["ou-ab12-x"], deny), bounds, tags,
        ],
        "Accounts": [
            {"Id": "111122223333", "Path": ["r-ab12", "ou-ab12-x", "111122223333"]},
            {"Id": "222233334444", "ParentIds": ["ou-ab12-x", "r-ab12"]},
            {"Id": "333344445555", "Path": ["r-ab12"]},
            {"Id": "444455556666"},
        ],
        "ManagementAccountId": "333344445555",
    })
}

#[test]
fn organisation_policies_bound_each_account_level_by_level_and_list_nothing() {
    let bounds = read("organisation.json", organisation().to_string().as_bytes()).unwrap();
    assert_eq!((bounds.manifest.source.as_str(), bounds.manifest.more_refusals), ("aws:r-ab12", 2));
    let made: Vec<_> = bounds
        .records
        .iter()
        .map(|record| match record {
            Record::Entitlement(one) if one.kind == EntitlementKind::Control => one,
            other => panic!("{other:?}"),
        })
        .collect();
    let ids: Vec<_> = made.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(ids, ["control/111122223333", "control/222233334444"]);
    for one in &made {
        let document: Value = serde_json::from_str(one.document.as_ref().unwrap()).unwrap();
        let targets: Vec<_> =
            document["levels"].as_array().unwrap().iter().map(|level| &level["target"]).collect();
        assert_eq!(targets[..2], ["r-ab12", "ou-ab12-x"], "{}", one.id);
        assert_eq!(document["levels"][1]["policies"].as_array().unwrap().len(), 2);
        assert_eq!(document["levels"][1]["policies"][1]["document"]["Statement"][0]["Action"], "iam:*");
        assert_eq!(document["resource_levels"].as_array().unwrap().len(), 1);
    }
    let pulls = [authorization(), bounds];
    let inventory = merge(&pulls);
    assert_eq!(inventory.taken, merge(&pulls[..1]).taken, "bounds do not date the evidence");
    let seen = inventory.sources.iter().find(|seen| seen.connector == "aws-organization-policies").unwrap();
    assert!(!seen.feeds.contains(&Feed::Grants) && seen.covers.is_empty());
}

#[test]
fn an_organisation_without_accounts_or_with_odd_policies_is_told() {
    let desk = Desk::begun();
    let mut empty = organisation();
    empty["Accounts"] = json!([]);
    desk.refused(&["pull", &desk.file("empty.json", empty.to_string())], "names no account");
    let mut odd = organisation();
    odd["Policies"][1]["Content"] = "{".into();
    let pulled = read("odd.json", odd.to_string().as_bytes()).unwrap();
    assert_eq!(pulled.manifest.more_refusals, 3);
    assert!(!format!("{:?}", pulled.records).contains("NoIam"));
}
