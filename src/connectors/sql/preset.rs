//! Ready-made queries: the accounts of the database itself, and tables that inventory tools fill.

use super::engine::Kind;

/// Queries for one shape of database.
pub struct Preset {
    /// The value of the setting `preset`.
    pub id: &'static str,
    pub title: &'static str,
    /// The databases that have that shape.
    pub kind: Kind,
    /// Whether rows may be counted without cost; tools that ask a cloud for each row count by reading all.
    pub is_counted: bool,
    /// The kind of register, and the query that gives its rows.
    pub queries: &'static [(&'static str, &'static str)],
}

/// Every preset.
pub static PRESETS: &[&Preset] = &[&POSTGRES_ROLES, &MYSQL_USERS, &STEAMPIPE];

/// The preset of an id.
pub fn preset(id: &str) -> Option<&'static Preset> {
    PRESETS.iter().copied().find(|preset| preset.id == id)
}

/// The ids of all presets.
pub fn ids() -> impl Iterator<Item = &'static str> {
    PRESETS.iter().map(|preset| preset.id)
}

// Roles that may sign in are accounts, memberships and attributes are what they hold. Roles of the server itself begin
// with pg_ and are nobody.
static POSTGRES_ROLES: Preset = Preset {
    id: "postgres-roles",
    title: "the roles of a PostgreSQL server",
    kind: Kind::Postgres,
    is_counted: true,
    queries: &[
        (
            "identities",
            "select rolname as id, rolname as name,
                    rolvaliduntil is null or rolvaliduntil = 'infinity' or rolvaliduntil > now() as enabled
             from pg_roles where rolcanlogin and rolname !~ '^pg_'",
        ),
        (
            "grants",
            "with recursive held as (
                 select m.member, m.roleid, array[r.rolname::text] as via
                 from pg_auth_members m join pg_roles r on r.oid = m.roleid
                 join pg_roles u on u.oid = m.member where u.rolcanlogin and u.rolname !~ '^pg_'
                 union
                 select h.member, m.roleid, h.via || r.rolname::text
                 from held h join pg_auth_members m on m.member = h.roleid
                 join pg_roles r on r.oid = m.roleid where r.rolname <> all (h.via)
             )
             select u.rolname as identity, r.rolname as entitlement,
                    array_to_string(h.via[1:array_length(h.via, 1) - 1], ' > ') as via,
                    r.rolsuper as general_admin, 'permanent' as expires
             from held h join pg_roles u on u.oid = h.member join pg_roles r on r.oid = h.roleid
             union all
             select rolname, a.name, '', a.name = 'SUPERUSER', 'permanent'
             from pg_roles cross join lateral (values
                 ('SUPERUSER', rolsuper), ('CREATEROLE', rolcreaterole), ('CREATEDB', rolcreatedb),
                 ('REPLICATION', rolreplication), ('BYPASSRLS', rolbypassrls)) as a (name, has)
             where rolcanlogin and rolname !~ '^pg_' and a.has",
        ),
    ],
};

static MYSQL_USERS: Preset = Preset {
    id: "mysql-users",
    title: "the accounts of a MySQL or MariaDB server",
    kind: Kind::MySql,
    is_counted: true,
    queries: &[
        ("identities", "select concat(User, '@', Host) as id, User as name from mysql.user where User <> ''"),
        (
            "grants",
            "select trim(both '''' from replace(GRANTEE, '''@''', '@')) as identity,
                    PRIVILEGE_TYPE as entitlement,
                    case when PRIVILEGE_TYPE = 'SUPER' then 'yes' else 'no' end as general_admin,
                    'permanent' as expires
             from information_schema.USER_PRIVILEGES where PRIVILEGE_TYPE <> 'USAGE'",
        ),
    ],
};

// The tables of Steampipe's plugins. Every column costs calls of the cloud behind, so no more are asked for than used.
static STEAMPIPE: Preset = Preset {
    id: "steampipe",
    title: "the tables of Steampipe",
    kind: Kind::Postgres,
    is_counted: false,
    queries: &[
        (
            "identities",
            "select arn as id, name, 'aws:' || account_id as system, create_date as created,
                    coalesce(password_last_used::text, '') as last_seen,
                    case when mfa_enabled then 'any' else 'none' end as mfa
             from aws_iam_user",
        ),
        (
            "identities",
            "select arn as id, name, 'aws:' || account_id as system, create_date as created,
                    coalesce(role_last_used_date::text, 'never') as last_seen
             from aws_iam_role",
        ),
        (
            "identities",
            "select id, display_name as name, 'entra:' || tenant_id as system, user_principal_name as email,
                    account_enabled as enabled, case when user_type = 'Guest' then 'yes' else 'no' end as guest,
                    created_date_time as created, 'human' as class
             from azuread_user",
        ),
        (
            "identities",
            "select id, display_name as name, 'entra:' || tenant_id as system, account_enabled as enabled,
                    'machine' as class
             from azuread_service_principal",
        ),
        (
            "identities",
            "select id, login as name, 'okta:' || split_part(domain, '.', 1) as system, email,
                    status = 'ACTIVE' as enabled, created, coalesce(last_login::text, 'never') as last_seen,
                    'human' as class
             from okta_user",
        ),
        (
            "identities",
            "select login as id, login as name, 'github:' || organization as system, 'human' as class
             from github_organization_member",
        ),
        (
            "identities",
            "select 'system:serviceaccount:' || namespace || ':' || name as id, name,
                    'kubernetes:' || context_name as system, creation_timestamp as created, 'machine' as class
             from kubernetes_service_account",
        ),
        (
            "credentials",
            "select access_key_id as id, 'arn:aws:iam::' || account_id || ':user/' || user_name as identity,
                    'key' as kind, 'aws:' || account_id as system, status = 'Active' as active,
                    create_date as created, coalesce(access_key_last_used_date::text, 'never') as last_used
             from aws_iam_access_key",
        ),
    ],
};
