//! The ways to more privilege in AWS that are publicly known, as facts: what each needs, on what, and what it gives.
//!
//! The ids, actions and needs are those of pathfinding.cloud (`DataDog`, Apache-2.0, 65 paths of 2025-12-17), with
//! `iam:SetDefaultPolicyVersion` added, which it lacks. A test holds the two together.

use std::sync::LazyLock;

use super::catalogue::Catalogue;
use super::set::Set;

/// A set of [`names`], one bit each.
pub type Mask = u128;

/// Every action that any known path needs, sorted, each once.
pub fn names() -> &'static [&'static str] {
    static NAMES: LazyLock<Vec<&str>> = LazyLock::new(|| {
        let mut names: Vec<&str> = PATHS.iter().flat_map(Path::actions).collect();
        names.sort_unstable();
        names.dedup();
        names
    });
    &NAMES
}

/// The places of [`names`] in the catalogue, in their order.
pub fn places() -> &'static [Option<usize>] {
    static PLACES: LazyLock<Vec<Option<usize>>> = LazyLock::new(|| {
        let place = |name: &&str| Catalogue::get().expand(name).actions.iter().next();
        names().iter().map(place).collect()
    });
    &PLACES
}

/// Which of [`names`] are in a set of actions.
pub fn mask(actions: &Set) -> Mask {
    let held = |place: &Option<usize>| place.is_some_and(|place| actions.has(place));
    let bits = places().iter().zip(0..).filter(|(place, _)| held(place));
    bits.fold(0, |mask, (_, bit)| mask | 1 << bit)
}

/// The place of an action among [`names`].
pub fn number(action: &str) -> Option<usize> {
    names().binary_search(&action).ok()
}

/// The actions of each of [`PATHS`] as sets, in their order.
pub fn masks() -> &'static [Mask] {
    static MASKS: LazyLock<Vec<Mask>> = LazyLock::new(|| {
        let bits = |path: &Path| path.actions().filter_map(number).fold(0, |mask, bit| mask | 1 << bit);
        PATHS.iter().map(bits).collect()
    });
    &MASKS
}

/// A way to more privilege.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Path {
    /// Such as `iam-007`.
    pub id: &'static str,
    /// Actions whose target decides where the path leads.
    pub needs: &'static [Need],
    /// Actions that only have to be allowed on something.
    pub also: &'static [&'static str],
    pub gives: Gives,
    /// What it asks of the world that no policy shows.
    pub assumes: &'static [&'static str],
}

/// An action and what it has to be allowed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    pub action: &'static str,
    pub on: On,
}

/// What an action has to be allowed on. All needs of a path mean the same user, role or group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum On {
    /// A user.
    User,
    /// A user that can take a further access key.
    UserWithRoomForKey,
    UserWithPassword,
    UserWithoutPassword,
    /// A role that can be changed: neither linked to a service nor kept by IAM Identity Center.
    Role,
    /// A role whose trust lets the holder in.
    TrustingRole,
    Group,
    /// A customer's policy that is attached to whom the path is about.
    Policy,
    /// A role that trusts the service of the path.
    PassedRole,
}

/// What a path gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gives {
    /// Any rights, to the holder itself or to somebody else.
    Rights,
    /// The rights of a group.
    Membership,
    /// Control of a user or role as it is.
    Principal,
    /// Control of a user or role after giving it any rights.
    Remade,
    /// Control of a role that is passed to one of these services.
    Passed(&'static [&'static str]),
    /// Control of a role with which something of one of these services already runs.
    Hosted(&'static [&'static str]),
}

impl Path {
    /// Whether it gives any rights at all, whoever the target is.
    pub fn is_total(&self) -> bool {
        matches!(self.gives, Gives::Rights | Gives::Remade)
    }

    /// The words by which it is known: its actions.
    pub fn title(&self) -> String {
        self.actions().collect::<Vec<_>>().join(" + ")
    }

    /// Every action that it needs.
    pub fn actions(&self) -> impl Iterator<Item = &'static str> {
        self.needs.iter().map(|need| need.action).chain(self.also.iter().copied())
    }
}

const APP_RUNNER: &[&str] = &["tasks.apprunner.amazonaws.com"];
const AGENT_CORE: &[&str] = &["bedrock-agentcore.amazonaws.com"];
const CLOUD_FORMATION: &[&str] = &["cloudformation.amazonaws.com"];
const CODE_BUILD: &[&str] = &["codebuild.amazonaws.com"];
const DATA_PIPELINE: &[&str] = &["datapipeline.amazonaws.com", "elasticmapreduce.amazonaws.com"];
const EC2: &[&str] = &["ec2.amazonaws.com"];
const ECS_TASKS: &[&str] = &["ecs-tasks.amazonaws.com"];
const GLUE: &[&str] = &["glue.amazonaws.com"];
const LAMBDA: &[&str] = &["lambda.amazonaws.com"];
const SAGE_MAKER: &[&str] = &["sagemaker.amazonaws.com"];

const BUCKET: &[&str] = &["a bucket for its data"];
const CLUSTER: &[&str] = &["a cluster"];
const FUNCTION: &[&str] = &["a function that runs with the role"];
const INSTANCE_WITH_AGENT: &[&str] = &["a running instance with the role and the Systems Manager agent"];
const JOB: &[&str] = &["a job that can be changed"];
const NETWORK: &[&str] = &["a network in which it may start"];
const PROFILE: &[&str] = &["an instance profile with the role"];
const STACK: &[&str] = &["a stack that is kept up with the role"];

const PASS_ROLE: &[Need] = &[Need { action: "iam:PassRole", on: On::PassedRole }];
const ASSUME: Need = need("sts:AssumeRole", On::TrustingRole);
const TRUST: Need = need("iam:UpdateAssumeRolePolicy", On::Role);
const KEY: Need = need("iam:CreateAccessKey", On::UserWithRoomForKey);
const VERSION: Need = need("iam:CreatePolicyVersion", On::Policy);
const ATTACH_TO_USER: Need = need("iam:AttachUserPolicy", On::User);
const ATTACH_TO_ROLE: Need = need("iam:AttachRolePolicy", On::Role);
const PUT_INTO_USER: Need = need("iam:PutUserPolicy", On::User);
const PUT_INTO_ROLE: Need = need("iam:PutRolePolicy", On::Role);

/// All of them, by id.
pub static PATHS: &[Path] = &[
    passed("apprunner-001", &["apprunner:CreateService"], APP_RUNNER, &[]),
    hosted(
        "apprunner-002",
        &["apprunner:UpdateService"],
        APP_RUNNER,
        &["an App Runner service that runs with the role"],
    ),
    passed(
        "bedrock-001",
        &[
            "bedrock-agentcore:CreateCodeInterpreter",
            "bedrock-agentcore:StartCodeInterpreterSession",
            "bedrock-agentcore:InvokeCodeInterpreter",
        ],
        AGENT_CORE,
        &[],
    ),
    hosted(
        "bedrock-002",
        &["bedrock-agentcore:StartCodeInterpreterSession", "bedrock-agentcore:InvokeCodeInterpreter"],
        AGENT_CORE,
        &["a code interpreter that is ready and runs with the role"],
    ),
    passed("cloudformation-001", &["cloudformation:CreateStack"], CLOUD_FORMATION, &[]),
    hosted("cloudformation-002", &["cloudformation:UpdateStack"], CLOUD_FORMATION, STACK),
    passed(
        "cloudformation-003",
        &["cloudformation:CreateStackSet", "cloudformation:CreateStackInstances"],
        CLOUD_FORMATION,
        &[],
    ),
    passed(
        "cloudformation-004",
        &["cloudformation:UpdateStackSet"],
        CLOUD_FORMATION,
        &["a stack set with an instance"],
    ),
    hosted(
        "cloudformation-005",
        &["cloudformation:CreateChangeSet", "cloudformation:ExecuteChangeSet"],
        CLOUD_FORMATION,
        STACK,
    ),
    passed("codebuild-001", &["codebuild:CreateProject", "codebuild:StartBuild"], CODE_BUILD, &[]),
    hosted(
        "codebuild-002",
        &["codebuild:StartBuild"],
        CODE_BUILD,
        &["a project that runs with the role and lets its build be overridden"],
    ),
    hosted(
        "codebuild-003",
        &["codebuild:StartBuildBatch"],
        CODE_BUILD,
        &["a project for batches that runs with the role and lets its build be overridden"],
    ),
    passed("codebuild-004", &["codebuild:CreateProject", "codebuild:StartBuildBatch"], CODE_BUILD, &[]),
    passed(
        "datapipeline-001",
        &[
            "datapipeline:CreatePipeline",
            "datapipeline:PutPipelineDefinition",
            "datapipeline:ActivatePipeline",
        ],
        DATA_PIPELINE,
        &[],
    ),
    passed("ec2-001", &["ec2:RunInstances"], EC2, PROFILE),
    hosted(
        "ec2-002",
        &["ec2:ModifyInstanceAttribute", "ec2:StopInstances", "ec2:StartInstances"],
        EC2,
        &["an instance with the role"],
    ),
    passed(
        "ec2-003",
        &["ec2:RequestSpotInstances"],
        EC2,
        &["an instance profile with the role", "a network in which it may start"],
    ),
    hosted(
        "ec2-004",
        &["ec2:CreateLaunchTemplateVersion", "ec2:ModifyLaunchTemplate"],
        EC2,
        &["a launch template with the role, from which instances are started"],
    ),
    hosted(
        "ec2instanceconnect-003",
        &["ec2-instance-connect:SendSSHPublicKey"],
        EC2,
        &["the id of a running instance with the role, which can be reached and takes such keys"],
    ),
    passed(
        "ecs-001",
        &["ecs:CreateCluster", "ecs:RegisterTaskDefinition", "ecs:CreateService"],
        ECS_TASKS,
        NETWORK,
    ),
    passed(
        "ecs-002",
        &["ecs:CreateCluster", "ecs:RegisterTaskDefinition", "ecs:RunTask"],
        ECS_TASKS,
        NETWORK,
    ),
    passed("ecs-003", &["ecs:RegisterTaskDefinition", "ecs:CreateService"], ECS_TASKS, CLUSTER),
    passed("ecs-004", &["ecs:RegisterTaskDefinition", "ecs:RunTask"], ECS_TASKS, CLUSTER),
    passed(
        "ecs-005",
        &["ecs:RegisterTaskDefinition", "ecs:StartTask"],
        ECS_TASKS,
        &["a cluster with an instance"],
    ),
    passed("glue-001", &["glue:CreateDevEndpoint"], GLUE, &[]),
    hosted(
        "glue-002",
        &["glue:UpdateDevEndpoint"],
        GLUE,
        &["a development endpoint that runs with the role"],
    ),
    passed("glue-003", &["glue:CreateJob", "glue:StartJobRun"], GLUE, &[]),
    passed("glue-004", &["glue:CreateJob", "glue:CreateTrigger"], GLUE, &[]),
    passed("glue-005", &["glue:UpdateJob", "glue:StartJobRun"], GLUE, JOB),
    passed("glue-006", &["glue:UpdateJob", "glue:CreateTrigger"], GLUE, JOB),
    path("iam-001", &[VERSION], Gives::Rights, &[]),
    path("iam-002", &[KEY], Gives::Principal, &[]),
    path(
        "iam-003",
        &[need("iam:CreateAccessKey", On::User), need("iam:DeleteAccessKey", On::User)],
        Gives::Principal,
        &[],
    ),
    path("iam-004", &[need("iam:CreateLoginProfile", On::UserWithoutPassword)], Gives::Principal, &[]),
    path("iam-005", &[PUT_INTO_ROLE], Gives::Rights, &[]),
    path("iam-006", &[need("iam:UpdateLoginProfile", On::UserWithPassword)], Gives::Principal, &[]),
    path("iam-007", &[PUT_INTO_USER], Gives::Rights, &[]),
    path("iam-008", &[ATTACH_TO_USER], Gives::Rights, &[]),
    path("iam-009", &[ATTACH_TO_ROLE], Gives::Rights, &[]),
    path("iam-010", &[need("iam:AttachGroupPolicy", On::Group)], Gives::Rights, &[]),
    path("iam-011", &[need("iam:PutGroupPolicy", On::Group)], Gives::Rights, &[]),
    path("iam-012", &[TRUST], Gives::Principal, &[]),
    path("iam-013", &[need("iam:AddUserToGroup", On::Group)], Gives::Membership, &[]),
    path("iam-014", &[ATTACH_TO_ROLE, ASSUME], Gives::Remade, &[]),
    path("iam-015", &[ATTACH_TO_USER, KEY], Gives::Remade, &[]),
    path("iam-016", &[VERSION, ASSUME], Gives::Remade, &[]),
    path("iam-017", &[PUT_INTO_ROLE, ASSUME], Gives::Remade, &[]),
    path("iam-018", &[PUT_INTO_USER, KEY], Gives::Remade, &[]),
    path("iam-019", &[ATTACH_TO_ROLE, TRUST], Gives::Remade, &[]),
    path("iam-020", &[VERSION, TRUST], Gives::Remade, &[]),
    path("iam-021", &[PUT_INTO_ROLE, TRUST], Gives::Remade, &[]),
    path(
        "iam-set-default-policy-version",
        &[need("iam:SetDefaultPolicyVersion", On::Policy)],
        Gives::Rights,
        &["another version of the policy that allows more"],
    ),
    passed("lambda-001", &["lambda:CreateFunction", "lambda:InvokeFunction"], LAMBDA, &[]),
    passed(
        "lambda-002",
        &["lambda:CreateFunction", "lambda:CreateEventSourceMapping"],
        LAMBDA,
        &["a queue, stream or table whose events start the function"],
    ),
    hosted(
        "lambda-003",
        &["lambda:UpdateFunctionCode"],
        LAMBDA,
        &["a function that runs with the role and is called by something"],
    ),
    hosted("lambda-004", &["lambda:UpdateFunctionCode", "lambda:InvokeFunction"], LAMBDA, FUNCTION),
    hosted("lambda-005", &["lambda:UpdateFunctionCode", "lambda:AddPermission"], LAMBDA, FUNCTION),
    passed("lambda-006", &["lambda:CreateFunction", "lambda:AddPermission"], LAMBDA, &[]),
    passed("sagemaker-001", &["sagemaker:CreateNotebookInstance"], SAGE_MAKER, &[]),
    passed("sagemaker-002", &["sagemaker:CreateTrainingJob"], SAGE_MAKER, BUCKET),
    passed("sagemaker-003", &["sagemaker:CreateProcessingJob"], SAGE_MAKER, BUCKET),
    hosted(
        "sagemaker-004",
        &["sagemaker:CreatePresignedNotebookInstanceUrl"],
        SAGE_MAKER,
        &["a notebook that is in service and runs with the role"],
    ),
    hosted(
        "sagemaker-005",
        &[
            "sagemaker:CreateNotebookInstanceLifecycleConfig",
            "sagemaker:StopNotebookInstance",
            "sagemaker:UpdateNotebookInstance",
            "sagemaker:StartNotebookInstance",
        ],
        SAGE_MAKER,
        &["a notebook that runs with the role"],
    ),
    hosted("ssm-001", &["ssm:StartSession"], EC2, INSTANCE_WITH_AGENT),
    hosted("ssm-002", &["ssm:SendCommand"], EC2, INSTANCE_WITH_AGENT),
    path("sts-001", &[ASSUME], Gives::Principal, &[]),
];

type Texts = &'static [&'static str];

const fn need(action: &'static str, on: On) -> Need {
    Need { action, on }
}

const fn path(id: &'static str, needs: &'static [Need], gives: Gives, assumes: Texts) -> Path {
    Path { id, needs, also: &[], gives, assumes }
}

const fn passed(id: &'static str, also: Texts, services: Texts, assumes: Texts) -> Path {
    Path { id, needs: PASS_ROLE, also, gives: Gives::Passed(services), assumes }
}

const fn hosted(id: &'static str, also: Texts, services: Texts, assumes: Texts) -> Path {
    Path { id, needs: &[], also, gives: Gives::Hosted(services), assumes }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::PathBuf;

    use serde_json::Value;

    use super::*;

    /// Actions that the published list names only because they help to find the target.
    const FINDS: &[&str] = &["ec2:DescribeInstances"];

    #[test]
    fn ids_stand_in_order_and_once() {
        assert!(PATHS.is_sorted_by(|a, b| a.id < b.id));
        assert_eq!(PATHS.len(), 66);
        assert!(names().len() <= 128, "a mask holds no more");
        assert!(places().iter().all(Option::is_some), "the catalogue knows every action of every path");
    }

    #[test]
    fn the_table_says_what_the_published_list_says() {
        let file =
            PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data/aws-pathfinding/paths.json");
        if !file.exists() {
            assert!(std::env::var_os("CI").is_none(), "the published list is required when CI is set");
            return eprintln!("skipped: the published list does not lie beside the checkout");
        }
        let list: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
        let published: BTreeMap<_, BTreeSet<_>> = list["paths"]
            .as_array()
            .unwrap()
            .iter()
            .map(|path| {
                let required = path["permissions"]["required"].as_array().unwrap();
                let actions = required.iter().map(|need| need["permission"].as_str().unwrap());
                (path["id"].as_str().unwrap(), actions.filter(|action| !FINDS.contains(action)).collect())
            })
            .collect();
        assert_eq!(published.len(), 65);
        let own: BTreeMap<_, BTreeSet<_>> = PATHS
            .iter()
            .filter(|path| path.id != "iam-set-default-policy-version")
            .map(|path| (path.id, path.actions().collect()))
            .collect();
        assert_eq!(own, published);
        for path in list["paths"].as_array().unwrap() {
            let known = PATHS.iter().find(|known| path["id"] == known.id).unwrap();
            let (Gives::Passed(services) | Gives::Hosted(services)) = known.gives else { continue };
            let needs = path["prerequisites"].to_string();
            let trusts = needs.contains("that trusts");
            assert!(!trusts || services.iter().any(|service| needs.contains(service)), "{}", known.id);
        }
    }
}
