//! AWS asked over its API, against moto, and against a server that misbehaves.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use trueup::config::Source;
use trueup::connectors::REGISTRY;
use trueup::model::inventory::{Account, Class, Fact, Record};
use trueup::model::pull::{Lack, Manifest, Missing, Outcome, Pulled};
use trueup::ops;

use crate::live::{Desk, source};
use crate::systems::{aws, hostile};

/// A source with keys in the JSON of AWS's tools, and other settings.
fn cloud(desk: &Desk, address: &str, keys: &Value, more: &[(&str, &str)]) -> Source {
    let keys = desk.secret("keys", &keys.to_string());
    let own = [("address", address), ("credentials", keys.as_str())];
    source("cloud", "aws", &[&own[..], more].concat())
}

/// Keys that moto takes while it checks none.
fn any() -> Value {
    json!({"Version": 1, "AccessKeyId": "AKIATESTING", "SecretAccessKey": aws::SECRET})
}

fn accounts(pulled: &Pulled) -> BTreeMap<&str, &Account> {
    let accounts = pulled.records.iter().filter_map(|record| match record {
        Record::Account(account) => Some((account.id.as_str(), account)),
        _ => None,
    });
    accounts.collect()
}

fn count(pulled: &Pulled, test: impl Fn(&Record) -> bool) -> usize {
    pulled.records.iter().filter(|record| test(record)).count()
}

fn asked(manifest: &Manifest, what: &str) -> (u64, u64, u64) {
    let asked = manifest.asked.iter().find(|asked| asked.what.ends_with(what));
    asked.map_or((0, 0, 0), |asked| (asked.requests, asked.again, asked.rows))
}

fn lacks(missing: &[Missing]) -> BTreeMap<&str, Lack> {
    missing.iter().map(|one| (one.sight.split([',', ':']).next().unwrap_or_default(), one.why)).collect()
}

/// An estate with everything that is counted: roles, users, groups, keys, agents.
const ESTATE: &str = "
iam = client('iam', keys)
for at in range(ROLES):
    iam.create_role(RoleName=f'r{at}', AssumeRolePolicyDocument=trust('lambda.amazonaws.com'))
for at in range(30):
    iam.create_user(UserName=f'u{at}')
    if at < 12: iam.create_access_key(UserName=f'u{at}')
    if at >= 12: iam.create_login_profile(UserName=f'u{at}', Password='x')
arn = iam.create_policy(PolicyName='reads', PolicyDocument=json.dumps({'Version': '2012-10-17', 'Statement': [
    {'Effect': 'Allow', 'Action': 's3:GetObject', 'Resource': '*', 'Condition': {'StringEquals': {'aws:username': 'a&b+ <%41>'}}}]}))['Policy']['Arn']
for name in ['g1', 'g2']:
    iam.create_group(GroupName=name)
    iam.attach_group_policy(GroupName=name, PolicyArn=arn)
for at in range(5): iam.add_user_to_group(GroupName='g1', UserName=f'u{at}')
iam.put_role_policy(RoleName='r0', PolicyName='inline', PolicyDocument=allow('*'))
role = iam.create_role(RoleName='agent', AssumeRolePolicyDocument=trust('bedrock.amazonaws.com'))['Role']['Arn']
shared = iam.create_role(RoleName='shared', AssumeRolePolicyDocument=trust('bedrock-agentcore.amazonaws.com'))['Role']['Arn']
bedrock = client('bedrock-agent', keys)
bedrock.create_agent(agentName='helper', agentResourceRoleArn=role)
core = client('bedrock-agentcore-control', keys)
image = {'containerConfiguration': {'containerUri': '123456789012.dkr.ecr.us-east-1.amazonaws.com/x:1'}}
for name in ['one', 'two']:
    core.create_agent_runtime(agentRuntimeName=name, roleArn=shared, agentRuntimeArtifact=image, networkConfiguration={'networkMode': 'PUBLIC'})
core.create_gateway(name='gate', roleArn=iam.create_role(RoleName='gate', AssumeRolePolicyDocument=trust('bedrock-agentcore.amazonaws.com'))['Role']['Arn'], protocolType='MCP', authorizerType='AWS_IAM')
";

fn estate(roles: usize) -> String {
    format!("ROLES = {roles}\n{ESTATE}")
}

/// Looks at everything that an estate of so many roles has.
fn is_whole(pulled: &Pulled, roles: usize) {
    let accounts = accounts(pulled);
    let with = |part: &str| accounts.keys().filter(|id| id.contains(part)).count();
    // Three roles more than those that are numbered.
    assert_eq!((with(":role/"), with(":user/u")), (roles + 3, 30));
    let numbered: BTreeSet<String> =
        (0..roles).map(|at| format!("arn:aws:iam::{}:role/r{at}", aws::ACCOUNT)).collect();
    assert!(numbered.iter().all(|arn| accounts.contains_key(arn.as_str())));
    let group = |record: &Record| matches!(record, Record::Entitlement(one) if one.id.contains(":group/"));
    assert_eq!(count(pulled, group), 2);
    let by_group = |record: &Record| matches!(record, Record::Grant(one) if one.via == ["group g1"]);
    assert_eq!(count(pulled, by_group), 5);
    let keys = |record: &Record| matches!(record, Record::Credential(one) if one.id.contains(":user/u") && one.id.contains("#key-"));
    assert_eq!(count(pulled, keys), 12);
    let admin = |record: &Record| matches!(record, Record::Entitlement(one) if one.is_general_admin == Fact::Known(true) && one.id.ends_with("r0#inline/inline"));
    assert_eq!(count(pulled, admin), 1);
    let document = pulled.records.iter().find_map(|record| match record {
        Record::Entitlement(one) if one.id.ends_with(":policy/reads") => one.document.clone(),
        _ => None,
    });
    assert!(document.is_some_and(|document| document.contains("\"a&b+ <%41>\"")));
}

#[tokio::test]
async fn everything_that_an_account_was_given_is_pulled() {
    let Some(server) = aws::Server::start(None) else { return };
    server.seed(&format!("keys = None\n{}", estate(2_000)));
    let desk = Desk::new().await;
    let source = cloud(&desk, &server.address, &any(), &[]);
    let told = ops::test_source(&desk.ctx, &source).await.unwrap().preflight;
    let counts: BTreeMap<_, _> = told.counts.into_iter().collect();
    assert_eq!((counts["users"], counts["roles"], counts["groups"]), (30, 2_003, 2));

    let pulled = desk.pull(&source).await.unwrap();
    is_whole(&pulled, 2_000);
    assert_eq!(pulled.manifest.outcome, Outcome::Whole);
    assert_eq!(pulled.manifest.source, format!("aws:{}", aws::ACCOUNT));
    assert_eq!(asked(&pulled.manifest, "iam:GetCredentialReport").2, 30);

    let accounts = accounts(&pulled);
    let agents: BTreeMap<_, _> = accounts
        .values()
        .filter(|one| one.class == Fact::Known(Class::Ai) && !one.id.contains(":role/"))
        .map(|one| {
            (
                one.name.as_str(),
                (one.class_rule.as_str(), one.aliases.iter().any(|key| key.contains(":role/"))),
            )
        })
        .collect();
    assert_eq!(
        agents,
        [
            ("helper", ("aws.bedrock-agent/1", true)),
            ("one", ("aws.agentcore-runtime/1", false)),
            ("two", ("aws.agentcore-runtime/1", false)),
            ("gate", ("aws.agentcore-gateway/1", true)),
        ]
        .into()
    );
    assert_eq!(
        pulled.manifest.refusals.iter().filter(|one| one.reason.contains("other AI agents act")).count(),
        2
    );
    // moto does not know this question, and answers with a web page.
    assert_eq!(
        lacks(&pulled.manifest.preflight.misses)["Identities that AgentCore gives to agents that run elsewhere"],
        Lack::NotCollected
    );
}

#[tokio::test]
async fn a_pull_agrees_with_the_file_of_the_same_account() {
    let Some(server) = aws::Server::start(None) else { return };
    let page =
        server.seed(&format!("keys = None\n{}\ntold = iam.get_account_authorization_details()", estate(10)));
    let desk = Desk::new().await;
    let file = desk.folder.path().join("details.json");
    std::fs::write(&file, page.to_string()).unwrap();
    let read = ops::pull(&desk.ctx, &desk.id, &file, &|_| {}).await.unwrap();
    let read = desk.ctx.store.pulled(&read.id).await.unwrap().unwrap();
    let pulled = desk.pull(&cloud(&desk, &server.address, &any(), &[])).await.unwrap();
    assert_eq!(read.manifest.source, pulled.manifest.source);
    let live: BTreeSet<String> = pulled.records.iter().map(|record| format!("{record:?}")).collect();
    let lost: Vec<_> =
        read.records.iter().map(|record| format!("{record:?}")).filter(|one| !live.contains(one)).collect();
    assert!(lost.is_empty() && read.records.len() > 60, "{}: {lost:#?}", read.records.len());
}

/// A server that checks keys and rights, and an administrator's keys.
fn guarded() -> Option<(aws::Server, Value)> {
    let server = aws::Server::start(Some(3))?;
    let told = server.seed(
        "iam = client('iam')
iam.create_user(UserName='admin')
iam.put_user_policy(UserName='admin', PolicyName='all', PolicyDocument=allow('*'))
told = iam.create_access_key(UserName='admin')['AccessKey']",
    );
    Some((server, told))
}

/// Runs a script with an administrator's keys.
fn seed(server: &aws::Server, admin: &Value, script: &str) -> Value {
    server.seed(&format!("keys = json.loads({:?})\n{script}", admin.to_string()))
}

/// Keys of a new user who has what a policy gives.
fn reader(server: &aws::Server, admin: &Value, policy: &str) -> Value {
    seed(
        server,
        admin,
        &format!(
            "iam = client('iam', keys)
iam.create_user(UserName='reader')
iam.put_user_policy(UserName='reader', PolicyName='p', PolicyDocument=json.dumps(json.loads({policy:?})))
told = iam.create_access_key(UserName='reader')['AccessKey']"
        ),
    )
}

/// The policy that the program prints.
fn permit(at: usize) -> &'static str {
    REGISTRY.iter().find(|spec| spec.id == "aws").unwrap().permits[at].text
}

#[tokio::test]
async fn the_printed_policy_suffices() {
    let Some((server, admin)) = guarded() else { return };
    seed(&server, &admin, &estate(20));
    let keys = reader(&server, &admin, permit(0));
    let desk = Desk::new().await;
    let source = cloud(&desk, &server.address, &keys, &[]);
    let pulled = desk.pull(&source).await.unwrap();
    is_whole(&pulled, 20);
    let forbidden = pulled.manifest.preflight.misses.iter().filter(|one| one.why == Lack::Forbidden);
    assert_eq!(forbidden.map(|one| one.sight.as_str()).collect::<Vec<_>>(), [""; 0]);
    let agents = accounts(&pulled).values().filter(|one| one.class_rule.starts_with("aws.agentcore")).count();
    assert_eq!(agents, 3);
}

#[tokio::test]
async fn a_right_that_is_missing_leaves_the_rest_and_is_named() {
    let Some((server, admin)) = guarded() else { return };
    seed(&server, &admin, &estate(20));
    let mut policy: Value = serde_json::from_str(permit(0)).unwrap();
    let held_back = ["iam:GetCredentialReport", "bedrock:ListAgents", "bedrock-agentcore:GetAgentRuntime"];
    policy["Statement"][0]["Action"]
        .as_array_mut()
        .unwrap()
        .retain(|action| !held_back.contains(&action.as_str().unwrap()));
    let keys = reader(&server, &admin, &policy.to_string());
    let desk = Desk::new().await;
    let source = cloud(&desk, &server.address, &keys, &[]);
    let told = ops::test_source(&desk.ctx, &source).await.unwrap().preflight;
    let missing = lacks(&told.misses);
    for sight in ["Users' passwords", "Access keys and certificates", "AI agents of Bedrock"] {
        assert_eq!(missing[sight], Lack::Forbidden, "{missing:?}");
        assert!(told.sees.iter().all(|seen| !seen.starts_with(sight)));
    }
    let pulled = desk.pull(&source).await.unwrap();
    let missing = lacks(&pulled.manifest.preflight.misses);
    for sight in [
        "Users' passwords",
        "Access keys and certificates",
        "AI agents of Bedrock",
        "Which role each AI agent acts with",
    ] {
        assert_eq!(missing[sight], Lack::Forbidden, "{missing:?}");
    }
    let accounts = accounts(&pulled);
    assert_eq!(accounts.keys().filter(|id| id.contains(":role/")).count(), 23);
    assert_eq!(accounts.values().filter(|one| one.class_rule == "aws.agentcore-runtime/1").count(), 2);
    assert!(!accounts.values().any(|one| one.class_rule == "aws.bedrock-agent/1"));
    // What only the report tells is unknown, not "none".
    let user = accounts.iter().find(|(id, _)| id.ends_with(":user/u0")).unwrap().1;
    assert_eq!(
        (user.has_password, user.second_factor, user.last_seen),
        (Fact::Hidden, Fact::Hidden, Fact::Hidden)
    );
    assert_eq!(count(&pulled, |record| matches!(record, Record::Credential(_))), 0);
}

#[tokio::test]
async fn without_the_details_the_report_still_tells_of_users() {
    let Some((server, admin)) = guarded() else { return };
    seed(&server, &admin, &estate(2));
    let policy = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Resource": "*",
        "Action": ["iam:GenerateCredentialReport", "iam:GetCredentialReport"]}]});
    let keys = reader(&server, &admin, &policy.to_string());
    let desk = Desk::new().await;
    let pulled = desk.pull(&cloud(&desk, &server.address, &keys, &[])).await.unwrap();
    let missing = lacks(&pulled.manifest.preflight.misses);
    assert_eq!(missing["Users and roles"], Lack::Forbidden, "{missing:?}");
    let accounts = accounts(&pulled);
    assert!(accounts.keys().all(|id| id.contains(":user/")), "{:?}", accounts.keys());
    assert_eq!(accounts.keys().filter(|id| id.contains(":user/u")).count(), 30);
    let keys = reader_without_rights(&server, &admin);
    let error = desk.pull(&cloud(&desk, &server.address, &keys, &[])).await.unwrap_err().to_string();
    assert!(error.contains("shows neither users nor roles nor agents"), "{error}");
}

fn reader_without_rights(server: &aws::Server, admin: &Value) -> Value {
    let script = "iam = client('iam', keys)
iam.create_user(UserName='nobody')
told = iam.create_access_key(UserName='nobody')['AccessKey']";
    seed(server, admin, script)
}

#[tokio::test]
async fn wrong_keys_are_sentences_and_receipts_and_no_secret_is_anywhere() {
    let Some((server, admin)) = guarded() else { return };
    let desk = Desk::new().await;
    let wrong_secret = json!({"AccessKeyId": admin["AccessKeyId"], "SecretAccessKey": aws::SECRET});
    let wrong_key = json!({"AccessKeyId": "AKIANOBODYKNOWSTHIS1", "SecretAccessKey": aws::SECRET});
    for (keys, sentence) in
        [(wrong_secret, "the secret key does not fit"), (wrong_key, "does not know the access key")]
    {
        let error = desk.pull(&cloud(&desk, &server.address, &keys, &[])).await.unwrap_err().to_string();
        assert!(error.contains(sentence) && !error.contains(aws::SECRET), "{error}");
    }
    let keys = json!({"AccessKeyId": admin["AccessKeyId"], "SecretAccessKey": admin["SecretAccessKey"]});
    let secret = admin["SecretAccessKey"].as_str().unwrap().to_owned();
    desk.pull(&cloud(&desk, &server.address, &keys, &[])).await.unwrap();
    std::fs::remove_file(desk.folder.path().join("keys")).unwrap();
    let receipts = format!("{:?}", desk.receipts().await);
    desk.ctx.store.close().await;
    let mut searched = 0;
    for secret in [secret.as_str(), aws::SECRET] {
        assert!(!receipts.contains(secret));
        for file in std::fs::read_dir(desk.folder.path()).unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            searched += bytes.len();
            assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()));
        }
    }
    assert!(searched > 10_000, "the database was searched");
}

#[tokio::test]
async fn all_accounts_of_an_organisation_are_pulled_by_a_role() {
    let Some(server) = aws::Server::start(None) else { return };
    let told = server.seed(
        "org = client('organizations')
org.create_organization(FeatureSet='ALL')
others = [org.create_account(AccountName=f'a{at}', Email=f'a{at}@x.example')['CreateAccountStatus']['AccountId'] for at in range(2)]
client('iam').create_user(UserName='here')
for at, other in enumerate(others):
    keys = client('sts').assume_role(RoleArn=f'arn:aws:iam::{other}:role/trueup-reader', RoleSessionName='seed')['Credentials']
    iam = client('iam', keys)
    iam.create_user(UserName=f'there{at}')
    iam.create_role(RoleName='same', AssumeRolePolicyDocument=trust('ec2.amazonaws.com'))
told = others",
    );
    let others: Vec<&str> = told.as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
    let desk = Desk::new().await;
    let source = cloud(&desk, &server.address, &any(), &[("role", "trueup-reader"), ("external-id", "4711")]);
    let preflight = ops::test_source(&desk.ctx, &source).await.unwrap().preflight;
    assert!(preflight.counts.contains(&("accounts of AWS".to_owned(), 3)), "{:?}", preflight.counts);
    let pulled = desk.pull(&source).await.unwrap();
    let accounts = accounts(&pulled);
    for (at, other) in others.iter().enumerate() {
        for id in [format!("user/there{at}"), "role/same".to_owned()] {
            let account = accounts[format!("arn:aws:iam::{other}:{id}").as_str()];
            assert_eq!(account.source.as_ref().unwrap().as_str(), format!("aws:{other}"));
        }
    }
    assert!(accounts.contains_key(format!("arn:aws:iam::{}:user/here", aws::ACCOUNT).as_str()));
    // A look and a pull, each into two accounts.
    assert_eq!(asked(&pulled.manifest, "sts:AssumeRole").0, 4);
    assert_eq!(asked(&pulled.manifest, "organizations:ListAccounts").2, 6);
}

/// The answer of an older service.
fn xml(action: &str, result: &str) -> Vec<u8> {
    let body = format!(
        "<?xml version=\"1.0\"?><{action}Response xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\">\
         <{action}Result>{result}</{action}Result></{action}Response>"
    );
    hostile::reply("200 OK", &["content-type: text/xml"], &body)
}

fn refusal(status: &str, code: &str) -> Vec<u8> {
    let body = format!(
        "<ErrorResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><Error><Type>Sender</Type>\
         <Code>{code}</Code><Message>no &amp; no</Message></Error><RequestId>x</RequestId></ErrorResponse>"
    );
    hostile::reply(status, &["content-type: text/xml"], &body)
}

/// A page of users, in the shape that AWS sends.
fn page(users: &[&str], marker: Option<&str>) -> Vec<u8> {
    let user = |name: &&str| {
        format!(
            "<member><Path>/</Path><UserName>{name}</UserName><UserId>AIDA{name}</UserId>\
             <Arn>arn:aws:iam::111122223333:user/{name}</Arn><CreateDate>2024-01-02T03:04:05Z</CreateDate>\
             <GroupList/><AttachedManagedPolicies/></member>"
        )
    };
    let more = marker.map_or("<IsTruncated>false</IsTruncated>".to_owned(), |marker| {
        format!("<IsTruncated>true</IsTruncated><Marker>{marker}</Marker>")
    });
    let users: String = users.iter().map(user).collect();
    let lists =
        format!("<UserDetailList>{users}</UserDetailList><RoleDetailList/><GroupDetailList/><Policies/>");
    xml("GetAccountAuthorizationDetails", &format!("{more}{lists}"))
}

/// The name of the question.
fn action(question: &str) -> &str {
    let named = question.split("Action=").nth(1).and_then(|rest| rest.split('&').next());
    named.unwrap_or(question)
}

/// An account whose details are answered by a script; the rest is not shown.
fn account(details: impl Fn(&str, usize) -> Vec<u8> + Send + Sync + 'static) -> hostile::Server {
    let before = std::sync::atomic::AtomicUsize::new(0);
    hostile::Server::start(move |question, _| match action(question) {
        "GetCallerIdentity" => xml(
            "GetCallerIdentity",
            "<Arn>arn:aws:iam::111122223333:user/me</Arn><Account>111122223333</Account>",
        ),
        "GetAccountAuthorizationDetails"
            if question.contains("MaxItems=1&") || question.ends_with("MaxItems=1") =>
        {
            page(&[], None)
        }
        "GetAccountAuthorizationDetails" => {
            details(question, before.fetch_add(1, std::sync::atomic::Ordering::Relaxed))
        }
        _ => refusal("403 Forbidden", "AccessDenied"),
    })
}

async fn reason(server: &hostile::Server) -> String {
    let desk = Desk::new().await;
    let error = desk.pull(&cloud(&desk, &server.address, &any(), &[])).await.unwrap_err();
    let receipts = desk.receipts().await;
    assert!(receipts.iter().all(|one| one.outcome == Outcome::Failed && one.rows.is_empty()), "{receipts:?}");
    error.to_string()
}

#[tokio::test]
async fn details_come_page_by_page_and_a_page_that_is_missing_is_an_error() {
    let server = account(|question, _| match question {
        first if !first.contains("Marker=") => page(&["a", "b"], Some("x/y+z==")),
        second if second.contains("Marker=x%2Fy%2Bz%3D%3D") => page(&["c"], Some("m3")),
        third if third.contains("Marker=m3") => page(&["d"], None),
        other => panic!("{other}"),
    });
    let desk = Desk::new().await;
    let pulled = desk.pull(&cloud(&desk, &server.address, &any(), &[])).await.unwrap();
    let names: Vec<_> = accounts(&pulled).values().map(|one| one.name.clone()).collect();
    assert_eq!(names, ["a", "b", "c", "d"]);
    assert_eq!(asked(&pulled.manifest, "iam:GetAccountAuthorizationDetails"), (4, 0, 4));

    let circle = account(|_, _| page(&["a"], Some("again")));
    assert!(reason(&circle).await.contains("lead in a circle"));
    let unsaid = account(|_, _| {
        xml("GetAccountAuthorizationDetails", "<IsTruncated>true</IsTruncated><UserDetailList/>")
    });
    assert!(reason(&unsaid).await.contains("does not say where"));
    let silent = account(|_, _| xml("GetAccountAuthorizationDetails", "<UserDetailList/>"));
    assert!(reason(&silent).await.contains("does not say whether a list goes on"));
    let stops = account(|question, _| {
        if question.contains("Marker=") {
            refusal("403 Forbidden", "AccessDenied")
        } else {
            page(&["a"], Some("m"))
        }
    });
    assert!(reason(&stops).await.contains("stopped showing the account's parts in the middle"));
}

#[tokio::test]
async fn a_busy_service_is_asked_again_whatever_its_status() {
    let cut = b"HTTP/1.1 200 OK\r\ncontent-length: 70\r\n\r\n<?xml version=\"1.0\"?><GetAccountAuthorizationDetailsResponse><GetAccountAu".to_vec();
    for busy in [
        refusal("400 Bad Request", "Throttling"),
        refusal("400 Bad Request", "ThrottlingException"),
        refusal("400 Bad Request", "RequestLimitExceeded"),
        refusal("503 Service Unavailable", "ServiceUnavailable"),
        cut,
    ] {
        let server = account(move |_, before| if before == 0 { busy.clone() } else { page(&["a"], None) });
        let desk = Desk::new().await;
        let pulled = desk.pull(&cloud(&desk, &server.address, &any(), &[])).await.unwrap();
        assert_eq!(pulled.records.len(), 1);
        assert_eq!(asked(&pulled.manifest, "iam:GetAccountAuthorizationDetails"), (3, 1, 1));
    }
}

#[tokio::test]
async fn an_old_key_and_a_wrong_clock_are_told_apart() {
    let says = |code: &'static str, date: &'static str| {
        hostile::Server::start(move |_, _| {
            let body = String::from_utf8(refusal("403 Forbidden", code)).unwrap();
            body.replacen("\r\n", &format!("\r\ndate: {date}\r\n"), 1).into_bytes()
        })
    };
    let past = "Sun, 06 Nov 1994 08:49:37 GMT";
    let now = jiff::fmt::rfc2822::DateTimePrinter::new()
        .timestamp_to_rfc9110_string(&jiff::Timestamp::now())
        .unwrap();
    let now: &'static str = now.leak();
    assert!(reason(&says("ExpiredToken", now)).await.contains("the keys have expired"));
    assert!(reason(&says("SignatureDoesNotMatch", now)).await.contains("secret key does not fit"));
    let skewed = reason(&says("SignatureDoesNotMatch", past)).await;
    assert!(skewed.contains("this machine's clock is") && skewed.contains("ahead of AWS's"), "{skewed}");
}

#[tokio::test]
async fn each_question_is_signed_and_a_token_goes_with_it() {
    let server = account(|_, _| page(&["a"], None));
    let desk = Desk::new().await;
    let mut keys = any();
    keys["SessionToken"] = json!("canary-token");
    let source = cloud(&desk, &server.address, &keys, &[("region", "eu-west-1")]);
    desk.pull(&source).await.unwrap();
    let asked = server.asked();
    assert!(asked.iter().all(|head| head.contains("x-amz-security-token: canary-token")));
    assert!(
        asked.iter().all(|head| head.contains("authorization: aws4-hmac-sha256 credential=akiatesting/"))
    );
    assert!(asked.iter().any(|head| head.contains("/eu-west-1/sts/aws4_request")));
    assert!(asked.iter().any(|head| head.contains("/us-east-1/iam/aws4_request")), "IAM has one region");
    assert!(!asked.iter().any(|head| head.contains(aws::SECRET)));
}

#[tokio::test]
async fn uses_are_asked_for_where_that_is_wanted() {
    let answers = |question: &str, before: usize| {
        let arn = "arn:aws:iam::111122223333:user/";
        let get = |state: &str, more: &str| {
            xml(
                "GetServiceLastAccessedDetails",
                &format!(
                    "<JobStatus>{state}</JobStatus><JobCompletionDate>2026-01-02T00:00:00Z</JobCompletionDate>{more}"
                ),
            )
        };
        let service = |name: &str, more: &str| {
            format!(
                "<ServicesLastAccessed><member><ServiceName>{name}</ServiceName><ServiceNamespace>{name}</ServiceNamespace>\
             <LastAuthenticated>2026-01-01T00:00:00Z</LastAuthenticated><LastAuthenticatedEntity>{arn}a</LastAuthenticatedEntity>\
             </member></ServicesLastAccessed>{more}"
            )
        };
        match (action(question), before) {
            ("GetCallerIdentity", _) => {
                xml("GetCallerIdentity", "<Arn>x</Arn><Account>111122223333</Account>")
            }
            ("GetAccountAuthorizationDetails", _) => page(&["a"], None),
            ("GenerateServiceLastAccessedDetails", _) => {
                xml("GenerateServiceLastAccessedDetails", "<JobId>j</JobId>")
            }
            ("GetServiceLastAccessedDetails", _) if question.contains("Marker=m") => {
                get("COMPLETED", &service("iam", "<IsTruncated>false</IsTruncated>"))
            }
            ("GetServiceLastAccessedDetails", _) => {
                get("COMPLETED", &service("s3", "<IsTruncated>true</IsTruncated><Marker>m</Marker>"))
            }
            _ => refusal("403 Forbidden", "AccessDenied"),
        }
    };
    let server = hostile::Server::start(answers);
    let desk = Desk::new().await;
    let source = cloud(&desk, &server.address, &any(), &[("last-accessed", "yes")]);
    let pulled = desk.pull(&source).await.unwrap();
    let used: Vec<_> = pulled
        .records
        .iter()
        .filter_map(|record| match record {
            Record::Usage(usage) => Some((usage.service.as_str(), usage.last_used.known().is_some())),
            _ => None,
        })
        .collect();
    assert_eq!(used, [("s3", true), ("iam", true)]);
    // moto does not know the question: the rest is pulled, and the lack is named.
    let Some(moto) = aws::Server::start(None) else { return };
    moto.seed("client('iam').create_user(UserName='a')");
    let pulled = desk.pull(&cloud(&desk, &moto.address, &any(), &[("last-accessed", "yes")])).await.unwrap();
    assert_eq!(
        lacks(&pulled.manifest.preflight.misses)["Which services users and roles used"],
        Lack::NotCollected
    );
    assert_eq!(accounts(&pulled).len(), 1);
}

#[tokio::test]
async fn an_account_that_cannot_be_entered_is_named_and_keeps_none_of_the_others_out() {
    let server = |shows_accounts: bool| {
        hostile::Server::start(move |question, _| match action(question) {
            "GetCallerIdentity" => xml("GetCallerIdentity", "<Arn>arn</Arn><Account>111122223333</Account>"),
            "GetAccountAuthorizationDetails" => page(&["a"], None),
            "/ {}" if shows_accounts => hostile::json(&json!({"Accounts": [
                {"Id": "111122223333", "Status": "ACTIVE"},
                {"Id": "222222222222", "State": "ACTIVE"},
                {"Id": "333333333333", "Status": "SUSPENDED"},
            ]})),
            _ => refusal("403 Forbidden", "AccessDenied"),
        })
    };
    let desk = Desk::new().await;
    for shows_accounts in [true, false] {
        let server = server(shows_accounts);
        let source = cloud(&desk, &server.address, &any(), &[("role", "reader")]);
        let pulled = desk.pull(&source).await.unwrap();
        assert_eq!(accounts(&pulled).len(), 1);
        let missing = lacks(&pulled.manifest.preflight.misses);
        assert_eq!(missing["All accounts of the organisation"], Lack::Forbidden, "{missing:?}");
        let mut refused: Vec<_> =
            pulled.manifest.refusals.iter().map(|one| (one.subject.as_str(), one.reason.as_str())).collect();
        // Accounts are read side by side.
        refused.sort_unstable();
        let expected: &[_] = &[
            ("aws:222222222222", "nothing of it is known: AccessDenied: no & no"),
            ("aws:333333333333", "it is suspended or closed: nothing of it was asked for"),
        ];
        assert_eq!(refused, if shows_accounts { expected } else { &[] });
    }
}

/// Keys of a role that end two seconds from now, with a number in their name.
fn lent(number: usize) -> Vec<u8> {
    let until = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(2);
    let keys = format!(
        "<AccessKeyId>ASIA{number}</AccessKeyId><SecretAccessKey>x</SecretAccessKey><SessionToken>t</SessionToken>\
         <Expiration>{until}</Expiration>"
    );
    xml("AssumeRole", &format!("<Credentials>{keys}</Credentials>"))
}

#[tokio::test]
async fn keys_of_a_role_are_renewed_while_an_account_is_read() {
    // The account's details wait until keys were asked for twice more: once for the look, once to begin, twice to stay.
    let (asked, is_renewed) = std::sync::mpsc::channel();
    let is_renewed = std::sync::Mutex::new(is_renewed);
    let (roles, details) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let server = hostile::Server::start(move |question, _| match action(question) {
        "GetCallerIdentity" => xml("GetCallerIdentity", "<Arn>arn</Arn><Account>111122223333</Account>"),
        "AssumeRole" => {
            let number = roles.fetch_add(1, Ordering::SeqCst) + 1;
            if number == 4 {
                asked.send(()).unwrap();
            }
            lent(number)
        }
        // The look, the own account, and the other one.
        "GetAccountAuthorizationDetails" => {
            if details.fetch_add(1, Ordering::SeqCst) == 2 {
                let is_renewed = is_renewed.lock().unwrap();
                is_renewed.recv_timeout(std::time::Duration::from_mins(1)).unwrap();
            }
            page(&["a"], None)
        }
        "/ {}" => hostile::json(&json!({"Accounts": [{"Id": "222222222222", "State": "ACTIVE"}]})),
        _ => refusal("403 Forbidden", "AccessDenied"),
    });
    let desk = Desk::new().await;
    desk.pull(&cloud(&desk, &server.address, &any(), &[("role", "reader")])).await.unwrap();
    let asked = server.asked();
    let by = |key: &str| asked.iter().filter(|head| head.contains(&format!("credential={key}/"))).count();
    assert_eq!((by("asia1"), by("asia2")), (0, 1), "what was asked while the first keys counted");
    assert!(by("asia3") + by("asia4") > 1, "the report and the agents");
}
