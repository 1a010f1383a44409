//! What the catalogue does not say of actions: which hand out credentials, which change or destroy, how close to
//! control they are.

use super::super::verbs as by_name;
use crate::model::privilege::{Access, Tier};

/// Actions that hand out credentials, run code as others or give roles away, whatever level the catalogue has.
const ADMIN: &[&str] = &[
    "iam:passrole",
    "iam:createaccesskey",
    "iam:createloginprofile",
    "iam:updateloginprofile",
    "iam:addusertogroup",
    "iam:createservicespecificcredential",
    "iam:resetservicespecificcredential",
    "sts:assumerole",
    "sts:assumerolewithsaml",
    "sts:assumerolewithwebidentity",
    "sts:getfederationtoken",
    "sts:getsessiontoken",
    "ec2:getpassworddata",
    "ecr:getauthorizationtoken",
    "lightsail:getinstanceaccessdetails",
    "redshift:getclustercredentials",
    "rds-db:connect",
    "cognito-identity:getcredentialsforidentity",
    "cognito-identity:getopenidtoken",
    "codeartifact:getauthorizationtoken",
    "ssm:sendcommand",
    "ssm:startsession",
    "ec2-instance-connect:sendsshpublickey",
    "sso:getrolecredentials",
    "eks:accesskubernetesapi",
    "chime:createapikey",
    "apigateway:createapikey",
];

/// Services whose changes are changes of control: identities, keys, trust.
const CONTROL: &[&str] = &[
    "iam",
    "sts",
    "kms",
    "sso",
    "sso-directory",
    "identitystore",
    "organizations",
    "account",
    "rolesanywhere",
];
/// Services whose contents are secrets.
const SECRETS: &[&str] = &["secretsmanager", "acm-pca", "cloudhsm", "rds-db"];
/// Actions that read secrets in services that hold other things too.
const SECRET_READS: &[&str] = &[
    "ssm:getparameter",
    "ssm:getparameters",
    "ssm:getparametersbypath",
    "ec2:getpassworddata",
    "kms:decrypt",
];
/// Services whose changes reach production as a whole: management, logs, networks, deployment.
const MANAGEMENT: &[&str] = &[
    "cloudformation",
    "cloudtrail",
    "config",
    "guardduty",
    "securityhub",
    "logs",
    "ec2",
    "ecs",
    "eks",
    "lambda",
    "rds",
    "s3",
    "dynamodb",
    "ssm",
    "codebuild",
    "codepipeline",
    "codedeploy",
    "route53",
    "backup",
    "redshift",
    "glue",
    "sagemaker",
    "bedrock",
    "bedrock-agentcore",
];
/// Reads of data rather than of settings.
const DATA_READS: &[&str] = &[
    "s3:getobject",
    "s3:getobjectversion",
    "dynamodb:getitem",
    "dynamodb:batchgetitem",
    "dynamodb:query",
    "dynamodb:scan",
    "rds:downloaddblogfileportion",
    "sqs:receivemessage",
    "kinesis:getrecords",
    "athena:getqueryresults",
    "redshift-data:getstatementresult",
    "logs:getlogevents",
    "logs:filterlogevents",
    "ebs:getsnapshotblock",
    "codecommit:gitpull",
];

/// The level of an action; `level` is the catalogue's digit.
pub fn access(service: &str, action: &str, level: u8) -> Access {
    let full = format!("{service}:{action}").to_lowercase();
    if ADMIN.contains(&full.as_str()) {
        return Access::Admin;
    }
    match level {
        b'0' => Access::List,
        b'1' => Access::Read,
        b'3' => Access::Tag,
        b'4' => Access::Admin,
        _ => Access::Write,
    }
}

/// The tier of a known action.
pub fn tier(service: &str, action: &str, access: Access) -> Tier {
    let service = service.to_lowercase();
    let full = format!("{service}:{action}").to_lowercase();
    let changes = access >= Access::Write;
    if access == Access::Admin || SECRET_READS.contains(&full.as_str()) {
        return Tier::Control;
    }
    if CONTROL.contains(&&*service) && changes {
        return Tier::Control;
    }
    if SECRETS.contains(&&*service) && (changes || access == Access::Read) {
        return Tier::Control;
    }
    if DATA_READS.contains(&full.as_str()) || (changes && MANAGEMENT.contains(&&*service)) {
        return Tier::Management;
    }
    Tier::Ordinary
}

/// Whether an action deletes, moves, deploys or changes permissions.
pub fn is_grave(action: &str, access: Access) -> bool {
    access == Access::Admin || (access >= Access::Write && by_name::is_grave(action))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_and_tiers_follow_what_an_action_can_do() {
        let cases = [
            ("iam", "PassRole", b'2', Access::Admin, Tier::Control),
            ("sts", "AssumeRole", b'2', Access::Admin, Tier::Control),
            ("iam", "CreateUser", b'2', Access::Write, Tier::Control),
            ("iam", "ListUsers", b'0', Access::List, Tier::Ordinary),
            ("secretsmanager", "GetSecretValue", b'1', Access::Read, Tier::Control),
            ("s3", "GetObject", b'1', Access::Read, Tier::Management),
            ("s3", "PutBucketPolicy", b'4', Access::Admin, Tier::Control),
            ("lambda", "UpdateFunctionCode", b'2', Access::Write, Tier::Management),
            ("a4b", "CreateAddressBook", b'2', Access::Write, Tier::Ordinary),
        ];
        for (service, action, level, expected, control) in cases {
            let level = access(service, action, level);
            assert_eq!((level, tier(service, action, level)), (expected, control), "{service}:{action}");
        }
    }
}
