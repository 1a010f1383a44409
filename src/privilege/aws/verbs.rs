//! What the catalogue does not say of actions: which hand out credentials, which change or destroy, how close to
//! control they are.

use super::super::verbs as by_name;
use crate::model::privilege::{Access, Tier};

/// Actions that hand out, make or set credentials, or act as somebody else; sorted.
const CREDENTIALS: &[&str] = &[
    "airflow:createclitoken",
    "airflow:createweblogintoken",
    "appsync:createapikey",
    "bedrock-agentcore:getresourceapikey",
    "bedrock-agentcore:getresourceoauth2token",
    "bedrock-agentcore:getworkloadaccesstoken",
    "bedrock-agentcore:getworkloadaccesstokenforjwt",
    "bedrock-agentcore:getworkloadaccesstokenforuserid",
    "chime:createapikey",
    "chime:putvoiceconnectorterminationcredentials",
    "cloud9:createenvironmenttoken",
    "codeartifact:getauthorizationtoken",
    "codeconnections:getconnectiontoken",
    "codeconnections:getindividualaccesstoken",
    "codepipeline:getjobdetails",
    "codepipeline:getthirdpartyjobdetails",
    "codepipeline:pollforjobs",
    "cognito-identity:getcredentialsforidentity",
    "cognito-identity:getopenidtoken",
    "cognito-identity:getopenidtokenfordeveloperidentity",
    "cognito-idp:adminsetuserpassword",
    "connect:admingetemergencyaccesstoken",
    "connect:getfederationtoken",
    "datazone:getdomainexecutionrolecredentials",
    "datazone:getenvironmentcredentials",
    "deadline:assumefleetroleforread",
    "deadline:assumefleetroleforworker",
    "deadline:assumequeueroleforread",
    "deadline:assumequeueroleforuser",
    "deadline:assumequeueroleforworker",
    "ds:resetuserpassword",
    "ec2:getpassworddata",
    "ecr-public:getauthorizationtoken",
    "ecr:getauthorizationtoken",
    "eks-auth:assumeroleforpodidentity",
    "elasticmapreduce:getclustersessioncredentials",
    "emr-containers:getmanagedendpointsessioncredentials",
    "events:retrieveconnectioncredentials",
    "finspace-api:getprogrammaticaccesscredentials",
    "gamelift:getcomputeaccess",
    "gamelift:getcomputeauthtoken",
    "gamelift:getinstanceaccess",
    "gamelift:requestuploadcredentials",
    "grafana:createworkspaceapikey",
    "grafana:createworkspaceserviceaccounttoken",
    "iam:createaccesskey",
    "iam:createloginprofile",
    "iam:createservicespecificcredential",
    "iam:resetservicespecificcredential",
    "iam:updateaccesskey",
    "iam:updateloginprofile",
    "iam:uploadsigningcertificate",
    "iam:uploadsshpublickey",
    "lakeformation:gettemporarygluepartitioncredentials",
    "lakeformation:gettemporarygluetablecredentials",
    "license-manager:getaccesstoken",
    "lightsail:createbucketaccesskey",
    "lightsail:downloaddefaultkeypair",
    "lightsail:getinstanceaccessdetails",
    "lightsail:getrelationaldatabasemasteruserpassword",
    "mediapackage:rotatechannelcredentials",
    "mediapackage:rotateingestendpointcredentials",
    "rds-db:connect",
    "redshift-serverless:getcredentials",
    "redshift:getclustercredentials",
    "redshift:getclustercredentialswithiam",
    "sagemaker:createpresigneddomainurl",
    "sagemaker:createpresignednotebookinstanceurl",
    "ssm:getaccesstoken",
    "sso-directory:updatepassword",
    "sso-oauth:createtokenwithiam",
    "storagegateway:setlocalconsolepassword",
    "storagegateway:setsmbguestpassword",
    "storagegateway:updatechapcredentials",
    "sts:assumerole",
    "sts:assumerolewithsaml",
    "sts:assumerolewithwebidentity",
    "sts:assumeroot",
    "sts:getdelegatedaccesstoken",
    "sts:getfederationtoken",
    "sts:getsessiontoken",
    "sts:getwebidentitytoken",
    "workmail:assumeimpersonationrole",
    "workmail:resetpassword",
];
/// Actions that say who may do what, or whom is trusted, or that show things to others; sorted.
const RIGHTS: &[&str] = &[
    "cognito-identity:setidentitypoolroles",
    "cognito-identity:updateidentitypool",
    "ds:createtrust",
    "ds:sharedirectory",
    "ec2:modifyimageattribute",
    "es:updatedomainconfig",
    "es:updateelasticsearchdomainconfig",
    "iam:addclientidtoopenidconnectprovider",
    "iam:addusertogroup",
    "iam:passrole",
    "iam:updateopenidconnectproviderthumbprint",
    "iam:updatesamlprovider",
    "identitystore:creategroupmembership",
    "quicksight:createadmin",
    "quicksight:creategroupmembership",
    "quicksight:createiampolicyassignment",
    "quicksight:createuser",
    "quicksight:registeruser",
    "quicksight:updateiampolicyassignment",
    "quicksight:updateuser",
    "ram:associateresourceshare",
    "ram:associateresourcesharepermission",
    "ram:createresourceshare",
    "ram:updateresourceshare",
    "rds:modifydbclustersnapshotattribute",
    "rds:modifydbsnapshotattribute",
    "sso-directory:addmembertogroup",
    "sso:associateprofile",
];
/// Actions that run code as whoever the machine or the container is; sorted.
const CODE: &[&str] = &[
    "ec2-instance-connect:sendserialconsolesshpublickey",
    "ec2-instance-connect:sendsshpublickey",
    "ecs:executecommand",
    "eks:accesskubernetesapi",
    "ssm:sendcommand",
    "ssm:startsession",
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

/// The level of an action such as `s3:getobject`, in small letters as everything here; `level` is the catalogue's
/// digit.
pub fn access(action: &str, level: u8) -> Access {
    if [CREDENTIALS, RIGHTS, CODE].iter().any(|list| list.binary_search(&action).is_ok()) {
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

/// The tier of a known action such as `s3:getobject` of a service.
pub fn tier(service: &str, action: &str, access: Access) -> Tier {
    let changes = access >= Access::Write;
    if access == Access::Admin || SECRET_READS.contains(&action) {
        return Tier::Control;
    }
    if CONTROL.contains(&service) && changes {
        return Tier::Control;
    }
    if SECRETS.contains(&service) && (changes || access == Access::Read) {
        return Tier::Control;
    }
    if DATA_READS.contains(&action) || (changes && MANAGEMENT.contains(&service)) {
        return Tier::Management;
    }
    Tier::Ordinary
}

/// Whether an action, named without its service, deletes, moves, deploys or changes permissions.
pub fn is_grave(action: &str, access: Access) -> bool {
    access == Access::Admin || (access >= Access::Write && by_name::is_grave(action))
}

#[cfg(test)]
mod tests {
    use super::super::catalogue::Catalogue;
    use super::*;

    #[test]
    fn every_name_is_in_the_catalogue_and_every_list_that_is_searched_is_sorted() {
        let catalogue = Catalogue::get();
        for list in [CREDENTIALS, RIGHTS, CODE] {
            assert!(list.is_sorted_by(|one, next| one < next));
        }
        for action in [CREDENTIALS, RIGHTS, CODE, SECRET_READS, DATA_READS].concat() {
            assert_eq!(catalogue.expand(action).actions.iter().count(), 1, "{action}");
        }
        for service in [CONTROL, SECRETS, MANAGEMENT].concat() {
            assert!(catalogue.service(service).is_some(), "{service}");
        }
    }

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
            let full = format!("{service}:{action}").to_lowercase();
            let level = access(&full, level);
            assert_eq!((level, tier(service, &full, level)), (expected, control), "{full}");
        }
    }
}
