//! What is seen with which rights, and the least rights ready to paste.

use crate::connectors::Permit;
use crate::model::pull::Sight;

/// Who there is.
pub const ACCOUNTS: Sight = Sight {
    id: "accounts",
    title: "People, accounts of programs, computers and managed service accounts: created, class by rules",
    needs: "any account of the domain in Active Directory; elsewhere the right to read entries of accounts",
    feeds: &[
        "org.identities.total",
        "org.identities.classified",
        "human.users.total",
        "machine.identities.total",
    ],
};
/// Who may sign in.
pub const STATE: Sight = Sight {
    id: "state",
    title: "Which accounts are disabled or locked",
    needs: "userAccountControl in Active Directory; elsewhere the right to read pwdAccountLockedTime, nsAccountLock or \
            shadowExpire, and a server that keeps one of them",
    feeds: &["human.users.total", "machine.identities.total"],
};
/// Who does.
pub const LAST_USE: Sight = Sight {
    id: "last-use",
    title: "When accounts last signed in",
    needs: "lastLogonTimestamp in Active Directory; elsewhere the right to read authTimestamp, pwdLastSuccess or \
            krbLastSuccessfulAuth, and a server that keeps one of them (OpenLDAP: overlay lastbind, or lastbind on)",
    feeds: &["human.users.dormant_90d", "machine.identities.unused_90d"],
};
/// How old passwords are.
pub const PASSWORDS: Sight = Sight {
    id: "passwords",
    title: "When passwords were set",
    needs: "pwdLastSet in Active Directory; elsewhere the right to read pwdChangedTime, krbLastPwdChange or \
            shadowLastChange, and a server that keeps one of them",
    feeds: &["machine.credentials.total", "machine.credentials.older_than_90d"],
};
/// What everybody may do.
pub const RIGHTS: Sight = Sight {
    id: "rights",
    title: "Groups over all nesting; in Active Directory also rights on objects and delegation",
    needs: "the right to read groups and who is in them, over the whole tree; in Active Directory also \
            nTSecurityDescriptor, which any account of the domain may read unless that was changed",
    feeds: &[
        "human.admins.total",
        "human.entitlements.granted",
        "machine.permissions.granted_risk",
        "ai.agents.general_admin",
        "ai.agents.high_risk",
    ],
};

/// The least rights of a reader, by the make of the directory.
pub static PERMITS: &[Permit] = &[
    Permit {
        how: "OpenLDAP: before the other `access to` lines of the database in slapd.conf, and `limits` among them; in \
              cn=config the same texts are values of olcAccess (without `access`) and olcLimits. It shows everything \
              that is read and no password. Put your suffix for dc=corp,dc=example.",
        language: "text",
        text: OPEN,
    },
    Permit {
        how: "Active Directory: PowerShell, as a domain administrator. A plain account of the domain reads everything \
              that is read, unless rights were taken from Authenticated Users; the lines with dsacls give it back on the \
              domain and on the keeper of the rights of administrators. It needs no group and nothing to write.",
        language: "powershell",
        text: ACTIVE,
    },
];

/// The text for OpenLDAP; a test gives a server nothing else.
const OPEN: &str = r#"limits dn.exact="cn=trueup,dc=corp,dc=example" size.soft=500 size.hard=500 size.pr=1000 size.prtotal=unlimited time=unlimited
access to attrs=userPassword
    by dn.exact="cn=trueup,dc=corp,dc=example" none
    by * break
access to dn.subtree="dc=corp,dc=example" attrs=entry,objectClass,entryUUID,createTimestamp,uid,cn,displayName,givenName,employeeNumber,employeeType,title,mail,description,gidNumber,member,uniqueMember,memberUid,authTimestamp,pwdLastSuccess,pwdChangedTime,pwdAccountLockedTime,shadowExpire,shadowLastChange
    by dn.exact="cn=trueup,dc=corp,dc=example" read
    by * break
"#;

const ACTIVE: &str = r#"New-ADUser -Name trueup -SamAccountName trueup -UserPrincipalName trueup@corp.example -Enabled $true `
    -CannotChangePassword $true -AccountPassword (Read-Host -AsSecureString "Password of trueup")
# Only where Authenticated Users may no longer read:
dsacls "DC=corp,DC=example" /I:T /G "CORP\trueup:GR"
dsacls "CN=AdminSDHolder,CN=System,DC=corp,DC=example" /G "CORP\trueup:GR"
"#;
