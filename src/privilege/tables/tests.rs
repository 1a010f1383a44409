//! Judgements by eye, family by family, and what holds for every entry of every table.

use super::family::{Family, REGISTRY};
use super::grants::{self, Meaning};
use super::{azure, directory, entra, gcp, github, google, jumpcloud, kubernetes, okta};
use crate::model::SourceId;
use crate::model::inventory::{Declared, EntitlementKind, Fact};
use crate::model::merged::Holding;
use crate::model::privilege::{Access, Scope, Tier};

use Access::{Admin, List, Read, Write};
use Scope::{Account, Group, Resource, Tenant};
use Tier::{Control, Management, Ordinary, Unknown};

fn holding(system: &str, name: &str, resource: &str, kind: EntitlementKind) -> Holding {
    Holding {
        identity: 0,
        system: Some(SourceId::new(system)),
        account: "a".into(),
        entitlement: name.into(),
        kind,
        via: Vec::new(),
        title: name.into(),
        action: (kind == EntitlementKind::Permission).then(|| name.to_owned()),
        resource: Some(resource.to_owned()).filter(|text| !text.is_empty()),
        is_general_admin: Fact::Hidden,
        granted_at: Fact::Hidden,
        last_used: Fact::Hidden,
        expires: Fact::Absent,
        declared: Declared::default(),
    }
}

/// A name as a permission where a table knows it so, else as a role.
fn meaning(system: &str, name: &str, resource: &str) -> Meaning {
    let of = |kind| grants::meaning(&holding(system, name, resource, kind), system);
    let permission = of(EntitlementKind::Permission);
    if permission.is_opaque { of(EntitlementKind::Role) } else { permission }
}

/// What is judged of a name: its heaviest right, its widest scope, and where it leads: `control`, the ways, `open`.
type Judged = (Access, Tier, Scope, &'static str);

fn judged(system: &str, name: &str, resource: &str) -> (Access, Tier, Scope, String) {
    let Meaning { meant, is_opaque } = meaning(system, name, resource);
    let heaviest = meant.gives.iter().map(|gives| (gives.access, gives.tier)).max().unwrap();
    let scope = meant.gives.iter().map(|gives| gives.scope).max().unwrap();
    let mut leads: Vec<&str> = meant.ways.iter().map(|way| way.id).collect();
    leads.sort_unstable();
    leads.extend(meant.is_control.then_some("control"));
    leads.extend(meant.is_open.then_some("open"));
    leads.extend(is_opaque.then_some("opaque"));
    (heaviest.0, heaviest.1, scope, leads.join(" "))
}

fn hold(system: &str, cases: &[(&str, &str, Judged)]) {
    for (name, resource, (access, tier, scope, leads)) in cases {
        let expected = (*access, *tier, *scope, (*leads).to_owned());
        assert_eq!(judged(system, name, resource), expected, "{name} on {resource:?}");
    }
}

#[test]
fn permissions_and_roles_of_entra_are_judged() {
    hold(
        "entra:contoso.example",
        &[
            ("User.Read", "", (Read, Ordinary, Account, "")),
            ("User.Read", "user/anna", (Read, Ordinary, Resource, "")),
            ("delegated:Mail.Read", "", (Read, Management, Account, "")),
            ("application:Mail.Read", "", (Read, Management, Tenant, "")),
            ("Mail.ReadBasic.All", "", (List, Management, Tenant, "")),
            ("Mail.Send", "", (Write, Management, Tenant, "")),
            ("Files.ReadWrite.All", "", (Write, Management, Tenant, "")),
            ("Directory.Read.All", "", (Read, Ordinary, Tenant, "")),
            ("openid", "", (List, Ordinary, Account, "")),
            ("RoleManagement.ReadWrite.Directory", "", (Admin, Control, Tenant, "entra-grant-role")),
            ("AppRoleAssignment.ReadWrite.All", "", (Admin, Control, Tenant, "entra-grant-permission")),
            ("9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8", "", (Admin, Control, Tenant, "entra-grant-role")),
            ("Application.ReadWrite.All", "", (Admin, Control, Tenant, "entra-app-credential")),
            ("UserAuthenticationMethod.ReadWrite.All", "", (Admin, Control, Tenant, "entra-reset-sign-in")),
            ("Global Administrator", "", (Admin, Control, Tenant, "control")),
            ("62e90394-69f5-4237-9190-012177145e10", "/", (Admin, Control, Tenant, "control")),
            ("Privileged Role Administrator", "", (Admin, Control, Tenant, "entra-grant-role")),
            ("Application Administrator", "", (Admin, Control, Tenant, "entra-app-credential")),
            (
                "Privileged Authentication Administrator",
                "/administrativeUnits/eu",
                (Admin, Control, Group, "open"),
            ),
            ("Helpdesk Administrator", "", (Admin, Control, Tenant, "")),
            ("Usage Summary Reports Reader", "", (Read, Management, Tenant, "")),
            ("microsoft.directory/users/password/update", "", (Admin, Control, Tenant, "")),
            ("microsoft.directory/users/standard/read", "", (Read, Ordinary, Tenant, "")),
            ("Frobnicate.Read.All", "", (Write, Unknown, Account, "opaque")),
        ],
    );
}

#[test]
fn roles_and_actions_of_azure_are_judged() {
    let subscription = "/subscriptions/5d1c";
    let group = "/subscriptions/5d1c/resourceGroups/web";
    hold(
        "azure:contoso.example",
        &[
            ("Owner", subscription, (Admin, Control, Account, "azure-assign-role control")),
            ("Owner", group, (Admin, Control, Group, "open")),
            (
                "Owner",
                "/providers/Microsoft.Management/managementGroups/all",
                (Admin, Control, Tenant, "azure-assign-role control"),
            ),
            ("User Access Administrator", subscription, (Admin, Control, Account, "azure-assign-role")),
            ("Contributor", subscription, (Write, Control, Account, "")),
            ("Reader", subscription, (Read, Management, Account, "")),
            ("acdd72a7-3385-48ef-bd42-f606fba81ae7", "", (Read, Management, Account, "")),
            ("Key Vault Secrets User", group, (Admin, Management, Group, "")),
            ("Storage Blob Data Reader", "", (Admin, Management, Account, "")),
            ("Microsoft.Compute/virtualMachines/read", "", (Read, Ordinary, Account, "")),
            ("Microsoft.Compute/virtualMachines/delete", "", (Write, Management, Account, "")),
            ("Microsoft.Compute/virtualMachines/runCommand/action", "", (Admin, Management, Account, "")),
            (
                "Microsoft.Authorization/roleAssignments/write",
                "",
                (Admin, Control, Account, "azure-assign-role"),
            ),
            ("Microsoft.Strange/things/read", "", (Read, Unknown, Account, "")),
            ("*", subscription, (Admin, Control, Account, "azure-assign-role control")),
            ("Made up role", subscription, (Write, Unknown, Account, "opaque")),
        ],
    );
}

#[test]
fn roles_and_scopes_of_okta_are_judged() {
    hold(
        "okta:example",
        &[
            ("SUPER_ADMIN", "", (Admin, Control, Tenant, "control")),
            ("Super Administrator", "", (Admin, Control, Tenant, "control")),
            ("ORG_ADMIN", "", (Admin, Control, Tenant, "")),
            ("API_ACCESS_MANAGEMENT_ADMIN", "", (Admin, Control, Tenant, "")),
            ("APP_ADMIN", "app/salesforce", (Admin, Management, Group, "")),
            ("HELP_DESK_ADMIN", "group/sales", (Admin, Management, Group, "")),
            ("GROUP_MEMBERSHIP_ADMIN", "", (Write, Management, Tenant, "")),
            ("READ_ONLY_ADMIN", "", (Read, Management, Tenant, "")),
            ("okta.users.read", "", (Read, Management, Tenant, "")),
            ("okta.users.manage", "", (Admin, Management, Tenant, "")),
            ("okta.brands.manage", "", (Write, Ordinary, Tenant, "")),
            ("okta.brands.read", "", (Read, Ordinary, Tenant, "")),
            ("okta.roles.manage", "", (Admin, Control, Tenant, "okta-grant-role")),
            ("okta.apiTokens.manage", "", (Admin, Control, Tenant, "")),
            ("okta.users.credentials.resetPassword", "", (Admin, Management, Tenant, "")),
            ("app:salesforce", "", (Read, Ordinary, Resource, "")),
            ("CUSTOM", "", (Write, Unknown, Account, "opaque")),
        ],
    );
}

#[test]
fn roles_and_scopes_of_google_are_judged() {
    hold(
        "google:example.com",
        &[
            ("_SEED_ADMIN_ROLE", "", (Admin, Control, Tenant, "control")),
            ("Super Admin", "", (Admin, Control, Tenant, "control")),
            ("domain-wide delegation", "", (Admin, Control, Tenant, "control")),
            ("_HELP_DESK_ADMIN_ROLE", "orgunit/sales", (Admin, Management, Group, "")),
            ("USERS_RETRIEVE", "", (Read, Management, Tenant, "")),
            ("https://www.googleapis.com/auth/gmail.metadata", "", (List, Management, Resource, "")),
            ("https://www.googleapis.com/auth/gmail.readonly", "", (Read, Management, Resource, "")),
            (
                "https://www.googleapis.com/auth/drive",
                "domain-wide-delegation",
                (Write, Management, Tenant, ""),
            ),
            ("https://mail.google.com/", "", (Write, Management, Resource, "")),
            ("calendar.readonly", "", (Read, Ordinary, Resource, "")),
            ("calendar", "", (Write, Ordinary, Resource, "")),
            ("admin.directory.user.readonly", "", (Read, Control, Account, "")),
            (
                "admin.directory.rolemanagement",
                "domain-wide-delegation",
                (Admin, Control, Tenant, "google-grant-role"),
            ),
            ("openid", "", (List, Ordinary, Resource, "")),
            ("unheard.of", "", (Write, Unknown, Account, "opaque")),
        ],
    );
}

#[test]
fn roles_and_permissions_of_google_cloud_are_judged() {
    let organisation = "//cloudresourcemanager.googleapis.com/organizations/1";
    let project = "//cloudresourcemanager.googleapis.com/projects/p";
    let account = "//iam.googleapis.com/projects/p/serviceAccounts/1";
    hold(
        "gcp:organizations/1",
        &[
            ("roles/owner", organisation, (Admin, Control, Tenant, "gcp-set-policy control")),
            ("roles/owner", project, (Admin, Control, Account, "gcp-set-policy control")),
            ("roles/editor", project, (Write, Management, Account, "open")),
            ("roles/viewer", project, (Read, Management, Account, "")),
            ("roles/resourcemanager.projectIamAdmin", project, (Admin, Control, Account, "gcp-set-policy")),
            ("roles/iam.serviceAccountTokenCreator", project, (Admin, Control, Account, "open")),
            ("roles/iam.serviceAccountUser", account, (Admin, Control, Resource, "open")),
            ("roles/storage.admin", "//storage.googleapis.com/b", (Admin, Management, Resource, "")),
            ("roles/storage.objectViewer", project, (Read, Ordinary, Account, "")),
            ("roles/run.invoker", project, (Write, Ordinary, Account, "")),
            ("roles/frob.operator", project, (Write, Unknown, Account, "")),
            ("projects/p/roles/own", project, (Write, Unknown, Account, "opaque")),
            ("resourcemanager.projects.setIamPolicy", project, (Admin, Control, Account, "gcp-set-policy")),
            ("iam.serviceAccounts.actAs", project, (Admin, Control, Account, "open")),
            ("iam.roles.update", organisation, (Admin, Control, Tenant, "gcp-widen-role")),
            ("storage.objects.get", project, (Read, Ordinary, Account, "")),
            ("storage.objects.list", project, (List, Ordinary, Account, "")),
            ("storage.objects.delete", project, (Write, Unknown, Account, "")),
            ("secretmanager.versions.access", project, (Admin, Management, Account, "")),
            ("https://www.googleapis.com/auth/drive", "user:a@x.example", (Write, Management, Resource, "")),
        ],
    );
}

#[test]
fn roles_and_rights_of_jumpcloud_are_judged() {
    hold(
        "jumpcloud:example",
        &[
            ("Administrator With Billing", "", (Admin, Control, Tenant, "control")),
            ("administrator", "", (Admin, Control, Tenant, "control")),
            ("Manager", "", (Admin, Control, Tenant, "")),
            ("Help Desk", "", (Admin, Management, Tenant, "")),
            ("Command Runner", "", (Admin, Management, Tenant, "")),
            ("Read Only", "", (Read, Management, Tenant, "")),
            ("Billing Only", "", (Write, Ordinary, Tenant, "")),
            ("sudo", "system/web-1", (Admin, Management, Resource, "")),
            ("passwordless sudo", "group/web", (Admin, Management, Group, "")),
            ("system user", "system/web-1", (Write, Management, Resource, "")),
            ("application", "application/wiki", (Read, Ordinary, Resource, "")),
            ("King", "", (Write, Unknown, Account, "opaque")),
        ],
    );
}

#[test]
fn groups_of_okta_and_jumpcloud_give_what_is_granted_by_them_whatever_they_are_called() {
    for (system, name) in [("okta:x", "SUPER_ADMIN"), ("jumpcloud:x", "Administrator"), ("okta:x", "all")] {
        let group = grants::meaning(&holding(system, name, "", EntitlementKind::Group), system);
        let gives: Vec<_> = group.meant.gives.iter().map(|one| (one.access, one.tier, one.scope)).collect();
        assert_eq!(
            (gives, group.is_opaque, group.meant.is_control),
            (vec![(List, Ordinary, Resource)], false, false)
        );
    }
}

#[test]
fn roles_permissions_and_scopes_of_github_are_judged() {
    hold(
        "github:acme",
        &[
            ("owner", "", (Admin, Control, Tenant, "control")),
            ("org:owner", "org/acme", (Admin, Control, Tenant, "control")),
            ("member", "", (Read, Ordinary, Tenant, "")),
            ("pull", "acme/shop", (Read, Ordinary, Resource, "")),
            ("triage", "acme/shop", (Write, Ordinary, Resource, "")),
            ("maintain", "acme/*", (Write, Management, Account, "")),
            ("admin", "acme/shop", (Admin, Management, Resource, "")),
            ("contents:read", "selected", (Read, Management, Group, "")),
            ("contents:write", "all", (Write, Management, Account, "")),
            ("issues:write", "", (Write, Ordinary, Account, "")),
            ("administration:write", "", (Admin, Management, Account, "")),
            ("secrets:write", "", (Admin, Control, Account, "")),
            ("workflows:write", "", (Write, Control, Account, "")),
            ("members:write", "", (Admin, Control, Tenant, "github-make-owner")),
            ("members:read", "", (Read, Ordinary, Tenant, "")),
            ("admin:org", "", (Admin, Control, Account, "github-make-owner")),
            ("read:user", "", (Read, Ordinary, Account, "")),
            ("teleport:write", "", (Write, Unknown, Account, "opaque")),
        ],
    );
}

#[test]
fn rules_of_kubernetes_are_judged() {
    let shop = "namespace/shop";
    hold(
        "kubernetes:prod",
        &[
            ("get pods", "", (Read, Ordinary, Tenant, "")),
            ("list,watch deployments.apps", shop, (List, Ordinary, Group, "")),
            ("delete services", shop, (Write, Management, Group, "")),
            ("get configmaps", "namespace/kube-system", (Read, Control, Group, "")),
            ("get configmaps", "namespace/shop/configmaps/colours", (Read, Ordinary, Resource, "")),
            ("get,list secrets", "", (Admin, Control, Tenant, "k8s-secrets")),
            ("get secrets", shop, (Admin, Control, Group, "open")),
            ("get secrets", "namespace/kube-system", (Admin, Control, Group, "k8s-secrets")),
            ("bind clusterroles.rbac.authorization.k8s.io", "", (Admin, Control, Tenant, "k8s-bind")),
            ("escalate clusterroles", "", (Admin, Control, Tenant, "k8s-escalate")),
            ("impersonate users,groups", "", (Admin, Control, Tenant, "k8s-impersonate")),
            ("create pods/exec", "", (Admin, Control, Tenant, "k8s-exec")),
            ("create serviceaccounts/token", "", (Admin, Control, Tenant, "k8s-token")),
            ("get nodes/proxy", "", (Admin, Control, Tenant, "k8s-nodes-proxy")),
            ("create pods", "", (Write, Management, Tenant, "k8s-create-pods")),
            ("create pods", shop, (Write, Management, Group, "open")),
            ("patch nodes", "", (Write, Control, Tenant, "")),
            ("update mutatingwebhookconfigurations", "", (Write, Control, Tenant, "")),
            ("get widgets.example.com", "", (Read, Unknown, Tenant, "")),
            ("get /metrics", "", (Read, Ordinary, Tenant, "")),
            ("view", shop, (Read, Ordinary, Group, "")),
            // As a source writes it that does not show what the role gives: it may have been changed.
            ("clusterrole/view", "", (Write, Unknown, Account, "opaque")),
            ("clusterrole/edit", "", (Write, Unknown, Account, "opaque")),
            ("frobnicate pods", "", (Write, Unknown, Account, "opaque")),
        ],
    );
    for everything in
        ["* *", "[*] [*]", "* *.*", "cluster-admin", "ClusterRole/cluster-admin", "system:masters"]
    {
        let (access, tier, scope, leads) = judged("k8s:prod", everything, "");
        assert_eq!((access, tier, scope), (Admin, Control, Tenant), "{everything}");
        for way in ["bind", "escalate", "exec", "impersonate", "secrets", "token"] {
            assert!(leads.contains(&format!("k8s-{way}")), "{everything}: {leads}");
        }
        assert!(leads.ends_with("control"), "{everything}: {leads}");
    }
    assert!(!judged("k8s:prod", "* *", shop).3.contains("control"), "a namespace is not the cluster");
    for lenient in
        ["list, get pods", "pods get,list", "get|list pods", "[get list] pods", "GET,LIST Pods", "get:pods"]
    {
        assert_eq!(judged("k8s:prod", lenient, ""), (Read, Ordinary, Tenant, String::new()), "{lenient}");
    }
    for unread in ["get,frobnicate pods", "pods", "get", "", "get,list"] {
        assert!(meaning("k8s:prod", unread, "").is_opaque, "{unread}");
    }
}

#[test]
fn groups_and_rights_of_active_directory_are_judged() {
    hold(
        "ad:corp.example",
        &[
            ("Domain Admins", "", (Admin, Control, Tenant, "control")),
            ("CN=Domain Admins,CN=Users,DC=corp,DC=example", "", (Admin, Control, Tenant, "control")),
            ("CORP\\Enterprise Admins", "", (Admin, Control, Tenant, "control")),
            ("S-1-5-21-1004336348-1177238915-682003330-512", "", (Admin, Control, Tenant, "control")),
            ("S-1-5-32-551", "", (Admin, Control, Tenant, "ad-read-disk")),
            ("Account Operators", "", (Admin, Control, Tenant, "open")),
            ("Domain Users", "", (Read, Ordinary, Tenant, "")),
            ("Protected Users", "", (List, Ordinary, Tenant, "")),
            ("DCSync", "DC=corp,DC=example", (Admin, Control, Tenant, "ad-dcsync control")),
            ("WriteDacl", "DC=corp,DC=example", (Admin, Control, Tenant, "ad-rewrite-rights")),
            (
                "WriteDacl",
                "CN=AdminSDHolder,CN=System,DC=corp",
                (Admin, Control, Resource, "ad-rewrite-rights"),
            ),
            ("GenericAll", "OU=Sales,DC=corp", (Admin, Unknown, Group, "open")),
            (
                "ForceChangePassword",
                "CN=krbtgt,CN=Users,DC=corp",
                (Admin, Control, Resource, "ad-reset-password"),
            ),
            ("GenericWrite", "CN=anna,OU=Sales,DC=corp", (Write, Unknown, Resource, "open")),
            ("AddMember", "Domain Admins", (Admin, Control, Resource, "ad-join-group")),
            ("ReadProperty", "OU=Sales,DC=corp", (Read, Ordinary, Group, "")),
            ("Sales Team", "", (Write, Unknown, Account, "opaque")),
        ],
    );
}

#[test]
fn names_of_systems_without_a_table_are_opaque_or_judged_by_their_verbs() {
    hold(
        "scim:hr",
        &[
            ("read", "", (Read, Unknown, Account, "")),
            ("delete", "invoices", (Write, Unknown, Resource, "")),
            ("ImpersonateUser", "", (Admin, Unknown, Account, "")),
        ],
    );
    let role = grants::meaning(&holding("scim:hr", "Payroll", "", EntitlementKind::Role), "scim:hr");
    assert!(role.is_opaque);
    assert_eq!((role.meant.gives[0].access, role.meant.gives[0].tier), (Write, Unknown));
}

#[test]
fn what_a_source_declares_beats_the_tables() {
    let mut held = holding("entra:x", "Global Administrator", "", EntitlementKind::Role);
    held.declared =
        Declared { access: Some(Read), tier: Some(Management), scope: Some(Group), standing: None };
    let told = grants::meaning(&held, "entra:x");
    assert!(
        told.meant.gives.iter().all(|one| (one.access, one.tier, one.scope) == (Read, Management, Group))
    );
    assert!(!told.meant.is_control && !told.meant.is_open && !told.is_opaque);
    let mut held = holding("okta:x", "Payroll", "", EntitlementKind::Role);
    held.declared.access = Some(List);
    assert!(!grants::meaning(&held, "okta:x").is_opaque, "its source says what it lets do");
    held.is_general_admin = Fact::Known(true);
    held.declared.access = None;
    let told = grants::meaning(&held, "okta:x");
    assert!(told.meant.is_control && !told.is_opaque);
    held.is_general_admin = Fact::Hidden;
    for (scope, is_control) in [(Some(Tenant), true), (None, true), (Some(Group), false)] {
        held.declared = Declared { access: Some(Admin), tier: Some(Control), scope, standing: None };
        assert_eq!(grants::meaning(&held, "okta:x").meant.is_control, is_control, "{scope:?}");
    }
    held.declared = Declared::default();
    held.is_general_admin = Fact::Known(true);
    let told = grants::meaning(&held, "okta:x");
    assert_eq!(told.meant.gives.len(), 1, "the name says nothing besides");
}

#[test]
fn a_permission_may_be_an_entitlement_with_its_level_as_the_action() {
    let mut held = holding("github:acme", "contents", "", EntitlementKind::Permission);
    held.action = Some("read".to_owned());
    let told = grants::meaning(&held, "github:acme").meant;
    assert_eq!((told.gives[0].access, told.gives[0].tier), (Read, Management));
    held.entitlement = "payroll".into();
    held.title = "payroll".into();
    let told = grants::meaning(&held, "github:acme");
    assert_eq!((told.meant.gives[0].access, told.is_opaque), (Read, false), "a level is one by itself");
}

/// Every name of every table, as a holding.
fn every() -> Vec<Holding> {
    use EntitlementKind::{Permission, Role};
    let both = |names: Vec<String>, system: &str| -> Vec<Holding> {
        let kinds = |name: &String| [Permission, Role].map(|kind| holding(system, name, "", kind));
        names.iter().flat_map(kinds).collect()
    };
    let entra = entra::names().into_iter().map(|(name, kind)| holding("entra:x", &name, "", kind));
    let github = github::names().into_iter().map(|(name, kind)| holding("github:x", &name, "", kind));
    entra
        .chain(github)
        .chain(both(azure::names(), "azure:x"))
        .chain(both(okta::names(), "okta:x"))
        .chain(both(google::names(), "google:x"))
        .chain(both(gcp::names(), "gcp:x"))
        .chain(both(jumpcloud::names(), "jumpcloud:x"))
        .chain(both(kubernetes::names(), "kubernetes:x"))
        .chain(both(directory::names(), "ad:x"))
        .collect()
}

#[test]
fn every_entry_of_every_table_has_a_meaning() {
    let all = every();
    assert!(all.len() > 10_000, "{}", all.len());
    for held in all {
        let system = held.system.as_ref().map(ToString::to_string).unwrap_or_default();
        let Meaning { meant, is_opaque } = grants::meaning(&held, &system);
        assert!(!is_opaque && !meant.gives.is_empty(), "{system} {}", held.entitlement);
        assert!(!meant.source.is_empty(), "{system} {}", held.entitlement);
        assert!(meant.gives.iter().all(|gives| gives.actions > 0 && !gives.names.is_empty()));
        let is_admin = meant.gives.iter().any(|gives| gives.access == Admin && gives.tier == Control);
        assert!(!meant.is_control || is_admin, "{} is control without a right of it", held.entitlement);
    }
}

#[test]
fn every_family_is_found_by_the_systems_that_it_names() {
    for family in REGISTRY {
        for system in family.systems {
            let found = Family::of(&format!("{}:x", system.to_uppercase())).unwrap();
            assert!(std::ptr::eq(found, *family), "{system}");
        }
    }
    assert!(Family::of("aws:1").is_none() && Family::of("okta").is_none());
}

#[test]
fn a_name_that_no_table_knows_is_never_less_than_a_write() {
    for family in REGISTRY {
        let system = format!("{}:x", family.systems[0]);
        let mut opaque = 0;
        for name in
            ["ReadEverything", "list things", "view-only", "Get", "?", "reader of reports", "xyz.read"]
        {
            for kind in [EntitlementKind::Permission, EntitlementKind::Role, EntitlementKind::Group] {
                let told = grants::meaning(&holding(&system, name, "", kind), &system);
                if told.is_opaque {
                    opaque += 1;
                    let right = &told.meant.gives[0];
                    assert!(right.access >= Write && right.scope >= Account, "{system} {name}");
                    assert_eq!(right.tier, Unknown, "{system} {name}");
                }
            }
        }
        assert!(opaque > 10, "{system}: {opaque}");
    }
}
