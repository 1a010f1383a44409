//! Every list, and where it lies.

use super::super::listing::{List, Next};
use super::sights;

/// What is asked of every user.
macro_rules! user_fields {
    () => {
        "id,displayName,userPrincipalName,mail,accountEnabled,userType,createdDateTime,givenName,surname,jobTitle,\
         department,employeeId,identityParentId,onPremisesSyncEnabled,onPremisesSecurityIdentifier,\
         lastPasswordChangeDateTime"
    };
}

const VALUE: &str = "value";
const NEXT: Next = Next::Address("@odata.nextLink");
const COUNT: &str = "@odata.count";
/// One object, and how many there are.
const COUNTED: &[(&str, &str)] = &[("$select", "id"), ("$count", "true"), ("$top", "1")];
const BARE: &[(&str, &str)] = &[("$select", "id")];

/// Users with their last sign-in, which not every reader and not every tenant sees.
pub static USERS: List = List {
    word: "users",
    path: "v1.0/users",
    query: &[("$select", concat!(user_fields!(), ",signInActivity")), ("$top", "500")],
    items: VALUE,
    next: NEXT,
    total: COUNT,
    probe: COUNTED,
    sight: &sights::USERS,
};
/// Users without it.
pub static USERS_ALONE: List = List { query: &[("$select", user_fields!()), ("$top", "999")], ..USERS };
/// One user, to see whether sign-ins are shown.
pub static SIGN_INS: List = List {
    word: "sign-ins",
    probe: &[("$select", "id,signInActivity"), ("$top", "1")],
    total: "",
    sight: &sights::SIGN_INS,
    ..USERS
};
/// Second factors. This report takes no `$top`.
pub static FACTORS: List = List {
    word: "registrations",
    path: "v1.0/reports/authenticationMethods/userRegistrationDetails",
    query: &[],
    items: VALUE,
    next: NEXT,
    total: "",
    probe: &[],
    sight: &sights::FACTORS,
};
/// Service principals of every kind, with their owners.
pub static SERVICES: List = List {
    word: "service principals",
    path: "v1.0/servicePrincipals",
    query: &[
        (
            "$select",
            "id,appId,displayName,servicePrincipalType,accountEnabled,isDisabled,appOwnerOrganizationId,\
             verifiedPublisher,homepage,replyUrls,alternativeNames,appRoles,keyCredentials,passwordCredentials",
        ),
        ("$expand", "owners($select=id,displayName,userPrincipalName)"),
        ("$top", "999"),
    ],
    items: VALUE,
    next: NEXT,
    total: COUNT,
    probe: COUNTED,
    sight: &sights::SERVICES,
};
/// Applications of the tenant, with their owners.
pub static APPLICATIONS: List = List {
    word: "applications",
    path: "v1.0/applications",
    query: &[
        (
            "$select",
            "id,appId,displayName,createdDateTime,signInAudience,isDisabled,keyCredentials,passwordCredentials",
        ),
        ("$expand", "owners($select=id,displayName,userPrincipalName)"),
        ("$top", "999"),
    ],
    sight: &sights::APPLICATIONS,
    ..SERVICES
};
/// The same with whom they trust: a question may expand one thing only.
pub static FEDERATED: List = List {
    word: "federated credentials",
    path: "v1.0/applications",
    query: &[("$select", "id,appId"), ("$expand", "federatedIdentityCredentials"), ("$top", "999")],
    total: "",
    probe: &[("$select", "id"), ("$expand", "federatedIdentityCredentials"), ("$top", "1")],
    sight: &sights::FEDERATED,
    ..SERVICES
};
/// Agent identities; pages of 100 are the largest.
pub static AGENTS: List = List {
    word: "agent identities",
    path: "v1.0/servicePrincipals/microsoft.graph.agentIdentity",
    query: &[(
        "$select",
        "id,displayName,servicePrincipalType,accountEnabled,isDisabled,createdDateTime,agentIdentityBlueprintId",
    )],
    sight: &sights::AGENTS,
    ..SERVICES
};
/// What a blueprint is in the tenant.
pub static BLUEPRINTS: List = List {
    word: "agent blueprints",
    path: "v1.0/servicePrincipals/microsoft.graph.agentIdentityBlueprintPrincipal",
    query: &[("$select", "id,appId,displayName")],
    sight: &sights::AGENTS,
    ..SERVICES
};
/// Blueprints of this tenant's own.
pub static OWN_BLUEPRINTS: List = List {
    word: "own agent blueprints",
    path: "v1.0/applications/microsoft.graph.agentIdentityBlueprint",
    query: &[("$select", "id,appId")],
    sight: &sights::INHERITED,
    ..SERVICES
};
/// Users that agents act as; counted alone, for they stand among the users.
pub static AGENT_USERS: List = List {
    word: "agent users",
    path: "v1.0/users/microsoft.graph.agentUser",
    sight: &sights::AGENTS,
    ..USERS
};
/// Roles.
pub static ROLES: List = List {
    word: "roles",
    path: "v1.0/roleManagement/directory/roleDefinitions",
    query: &[("$select", "id,templateId,displayName,isBuiltIn,rolePermissions")],
    items: VALUE,
    next: NEXT,
    total: "",
    probe: BARE,
    sight: &sights::ROLES,
};
/// Who holds which.
pub static ASSIGNMENTS: List = List {
    word: "role assignments",
    path: "v1.0/roleManagement/directory/roleAssignments",
    query: &[("$expand", "principal")],
    ..ROLES
};
/// How long they hold it.
pub static SCHEDULES: List = List {
    word: "role schedules",
    path: "v1.0/roleManagement/directory/roleAssignmentScheduleInstances",
    query: &[],
    sight: &sights::ELIGIBLE,
    ..ROLES
};
/// Who may activate which.
pub static ELIGIBLE: List = List {
    word: "eligible roles",
    path: "v1.0/roleManagement/directory/roleEligibilityScheduleInstances",
    query: &[("$expand", "principal")],
    sight: &sights::ELIGIBLE,
    ..ROLES
};
/// Consents.
pub static CONSENTS: List = List {
    word: "consents",
    path: "v1.0/oauth2PermissionGrants",
    query: &[("$top", "999")],
    items: VALUE,
    next: NEXT,
    total: "",
    probe: &[("$top", "1")],
    sight: &sights::CONSENTS,
};
/// Groups, to see whether they are shown.
pub static GROUPS: List =
    List { word: "groups", path: "v1.0/groups", query: BARE, sight: &sights::GROUPS, ..SERVICES };
/// Packages of Copilot.
pub static PACKAGES: List = List {
    word: "packages",
    path: "v1.0/copilot/admin/catalog/packages",
    query: &[],
    items: VALUE,
    next: NEXT,
    total: "",
    probe: &[],
    sight: &sights::PACKAGES,
};
/// When service principals signed in; a preview.
pub static SERVICE_SIGN_INS: List = List {
    word: "sign-ins of services",
    path: "beta/reports/servicePrincipalSignInActivities",
    query: &[],
    items: VALUE,
    next: NEXT,
    total: "",
    probe: &[("$top", "1")],
    sight: &sights::SERVICE_SIGN_INS,
};
/// When secrets and certificates were used; a preview.
pub static KEY_SIGN_INS: List =
    List { word: "sign-ins by keys", path: "beta/reports/appCredentialSignInActivities", ..SERVICE_SIGN_INS };

/// What is looked at before a pull, in the order in which it is told.
pub static LOOKED_AT: &[&List] = &[
    &USERS,
    &SIGN_INS,
    &FACTORS,
    &SERVICES,
    &APPLICATIONS,
    &FEDERATED,
    &AGENTS,
    &BLUEPRINTS,
    &OWN_BLUEPRINTS,
    &AGENT_USERS,
    &ROLES,
    &ASSIGNMENTS,
    &SCHEDULES,
    &ELIGIBLE,
    &GROUPS,
    &CONSENTS,
    &PACKAGES,
];
