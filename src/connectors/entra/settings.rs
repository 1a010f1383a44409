//! What has to be set, and the least rights of the reader.

use super::super::http::{ADDRESS, CA, PROXY, RATE};
use super::super::{Form, Permit, Setting};

/// The key of the tenant.
pub const TENANT: &str = "tenant";
/// The key of the reader's application.
pub const CLIENT: &str = "client";
/// The key of the client secret.
pub const SECRET: &str = "secret";
/// The key of the signing key.
pub const KEY: &str = "key";
/// The key of the choice to sign in as a person.
pub const DEVICE_CODE: &str = "device-code";
/// The key of the choice to read sign-ins of service principals.
pub const SERVICE_SIGN_INS: &str = "service-sign-ins";
/// The key of the address that gives out tokens.
pub const LOGIN: &str = "login";

/// Where Graph is, unless it is set.
pub const GRAPH: &str = "https://graph.microsoft.com";
/// Where tokens are given out, unless it is set.
pub const DESK: &str = "https://login.microsoftonline.com";

/// All settings.
pub const ALL: &[Setting] = &[
    Setting {
        key: TENANT,
        title: "Tenant",
        help: "The id of the tenant, or one of its domains.",
        is_required: true,
        form: Form::Text("contoso.onmicrosoft.com"),
    },
    Setting {
        key: CLIENT,
        title: "Client",
        help: "The application (client) id of the registration that reads.",
        is_required: true,
        form: Form::Text("11111111-2222-3333-4444-555555555555"),
    },
    Setting {
        key: SECRET,
        title: "Secret",
        help: "Where the client secret lies; a key is the better choice.",
        is_required: false,
        form: Form::Secret,
    },
    Setting {
        key: KEY,
        title: "Key",
        help: "Where a PEM text lies that holds the RSA key and the certificate that the registration knows.",
        is_required: false,
        form: Form::Secret,
    },
    Setting {
        key: DEVICE_CODE,
        title: "Sign in as a person",
        help: "`yes`: each pull shows an address and a code, and waits until somebody signed in there. It sees what that \
               person may see.",
        is_required: false,
        form: Form::YesNo,
    },
    Setting {
        key: SERVICE_SIGN_INS,
        title: "Sign-ins of services",
        help: "`yes` also reads when service principals signed in and their keys were used. Microsoft calls these two \
               reports a preview, which may change.",
        is_required: false,
        form: Form::YesNo,
    },
    Setting {
        key: ADDRESS,
        title: "Address",
        help: "Where Microsoft Graph is, for national clouds; https://graph.microsoft.com without it.",
        is_required: false,
        form: Form::Address("https://graph.microsoft.us"),
    },
    Setting {
        key: LOGIN,
        title: "Sign-in address",
        help: "Where tokens are given out, for national clouds; https://login.microsoftonline.com without it.",
        is_required: false,
        form: Form::Address("https://login.microsoftonline.us"),
    },
    CA,
    PROXY,
    RATE,
];

/// The least rights of the reader.
pub const PERMITS: &[Permit] = &[Permit {
    how: "The part `requiredResourceAccess` of the manifest of the registration; then let an administrator consent to it. \
          Application permissions of Microsoft Graph, in this order: Directory.Read.All (users, applications, groups, \
          consents), RoleManagement.Read.Directory (roles and eligibility), AuditLog.Read.All (sign-ins, second factors), \
          AgentIdentity.Read.All, AgentIdentityBlueprint.Read.All and AgentIdentityBlueprintPrincipal.Read.All (AI \
          agents), CopilotPackages.Read.All (the catalogue of Copilot; leave it out where there is none). All of them \
          only read.",
    language: "json",
    text: r#"[
  {
    "resourceAppId": "00000003-0000-0000-c000-000000000000",
    "resourceAccess": [
      { "id": "7ab1d382-f21e-4acd-a863-ba3e13f7da61", "type": "Role" },
      { "id": "483bed4a-2ad3-4361-a73b-c83ccdbdc53c", "type": "Role" },
      { "id": "b0afded3-3588-46d8-8b3d-9842eff778da", "type": "Role" },
      { "id": "b2b8f011-2898-4234-9092-5059f6c1ebfa", "type": "Role" },
      { "id": "7547a7d1-36fa-4479-9c31-559a600eaa4f", "type": "Role" },
      { "id": "9361dea9-4524-493d-941d-f1b65aaf6c7c", "type": "Role" },
      { "id": "72f0655d-6228-4ddc-8e1b-164973b9213b", "type": "Role" }
    ]
  }
]
"#,
}];
