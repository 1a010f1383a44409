//! Databases as a source, against the servers that people run.

use serde_json::Value;
use trueup::model::inventory::{Account, Record};

use crate::desk::Desk;
use crate::live::source;
use crate::registers::records;
use crate::systems::sql::{OWNER, Server};

const PEOPLE: &str = "\
create table people (login text primary key, mail text, full_name text, active boolean, hired timestamp, seen timestamp);
insert into people select 'user' || i, 'user' || i || '@corp.example', 'Person ' || i, i % 10 <> 0,
    '2024-01-01', case when i % 3 = 0 then null else timestamp '2026-10-01 12:00:00' end from generate_series(1, 1000) i;
create table rights (who text, what text, admin boolean);
insert into rights select 'user' || i, 'billing', i = 1 from generate_series(1, 50) i;
create table secrets (login text, word text); insert into secrets values ('user1', 'never shown');
create role reader login password 'reads only'; grant select on people, rights to reader;";
const IDENTITIES: &str =
    "select login as id, mail as email, full_name as name, active as enabled, hired as created,
    seen as last_seen, 'human' as class from people";

fn add(desk: &Desk, settings: &[&str]) {
    desk.done(&[&["sources", "add", "hr", "sql"], settings].concat());
}

fn pulled(desk: &Desk, password: &str) -> crate::desk::Ran {
    let mut command = desk.command(&["pull", "hr", "--json"]);
    crate::desk::ran(command.env("DB_PASSWORD", password))
}

fn receipt(desk: &Desk, password: &str) -> Value {
    let ran = pulled(desk, password);
    assert_eq!(ran.code, 0, "{}", ran.err);
    serde_json::from_str::<Value>(&ran.out).unwrap()[0].clone()
}

fn rows(receipt: &Value, kind: &str) -> u64 {
    let rows = receipt["rows"].as_array().unwrap().iter();
    rows.filter(|row| row[0] == kind).map(|row| row[1].as_u64().unwrap()).sum()
}

#[test]
fn queries_of_the_users_own_count_what_a_postgresql_server_holds() {
    let Some(server) = Server::postgres() else { return };
    server.run(PEOPLE);
    let desk = Desk::begun();
    let address = format!("address=postgres://127.0.0.1:{}/postgres", server.port);
    let identities = format!("identities={IDENTITIES};");
    let grants = "grants=select who as identity, what as entitlement, admin as general_admin from rights";
    let who = ["user=reader", "password=env:DB_PASSWORD"];
    add(&desk, &[&[address.as_str(), &identities, grants], &who[..]].concat());
    let mut test = desk.command(&["sources", "test", "hr"]);
    let shown = crate::desk::ran(test.env("DB_PASSWORD", "reads only"));
    assert!(shown.out.contains("1000 identities, 50 grants"), "{}{}", shown.out, shown.err);
    let receipt = receipt(&desk, "reads only");
    assert_eq!((rows(&receipt, "accounts"), rows(&receipt, "grants")), (1000, 50));
    assert_eq!(receipt["asked"].as_array().unwrap().len(), 2, "{receipt}");
    let counts = &desk.json(&["resolve"])["counts"][0]["counts"];
    assert_eq!(counts["human"], 1000, "the grants are held by those who are listed: {counts}");
    for entry in std::fs::read_dir(desk.path("")).unwrap().flatten().filter(|entry| entry.path().is_file()) {
        let content = std::fs::read(entry.path()).unwrap();
        let has = content.windows("reads only".len()).any(|part| part == b"reads only");
        assert!(!has, "the password stands in {}", entry.path().display());
    }

    for (settings, password, sentence) in [
        ("user=reader", "wrong", "does not accept the user or the password"),
        ("user=nobody_here", "reads only", "does not accept the user or the password"),
    ] {
        add(&desk, &[&address, &identities, settings, who[1]]);
        let ran = pulled(&desk, password);
        assert!(ran.code == 1 && ran.err.contains(sentence), "{}", ran.err);
        assert!(!ran.err.contains("reads only") && !ran.err.contains("wrong:"), "{}", ran.err);
    }
    let wrong_place = format!("address=postgres://127.0.0.1:{}/nothing", server.port);
    add(&desk, &[&[wrong_place.as_str(), &identities], &who[..]].concat());
    let ran = pulled(&desk, "reads only");
    assert!(ran.err.contains("nothing") && ran.err.contains("does not exist"), "{}", ran.err);
}

#[test]
fn a_reader_that_may_not_see_a_table_still_reads_the_others_and_nobody_writes() {
    let Some(server) = Server::postgres() else { return };
    server.run(PEOPLE);
    let desk = Desk::begun();
    let address = format!("address=postgres://127.0.0.1:{}/postgres", server.port);
    let identities = format!("identities={IDENTITIES}");
    let who = ["user=reader", "password=env:DB_PASSWORD"];
    let hidden = "credentials=select word as id, login as identity from secrets";
    add(&desk, &[&[address.as_str(), &identities, hidden], &who[..]].concat());
    let receipt = receipt(&desk, "reads only");
    assert_eq!(rows(&receipt, "accounts"), 1000);
    let misses = receipt["preflight"]["misses"].as_array().unwrap();
    let credentials = misses.iter().find(|miss| miss["sight"] == "Credentials").unwrap();
    assert_eq!(credentials["why"], "forbidden", "{credentials}");

    // The owner may do everything; the connector still only reads.
    let owner = ["user=owner", "password=env:DB_PASSWORD"];
    for (query, sentence) in [
        ("with gone as (delete from rights returning who) select who as id from gone", "identities"),
        ("select login as id from people for update", "identities"),
        (
            "select login as id, pg_sleep(0), nextval('counter')::text as name from people",
            "read-only transaction",
        ),
        ("select logn as id from people", "logn"),
        ("select login as idd from people", "identities"),
    ] {
        server.run("create sequence if not exists counter");
        add(&desk, &[&[address.as_str(), &format!("identities={query}")], &owner[..]].concat());
        let ran = pulled(&desk, OWNER);
        assert!(ran.code == 1 && ran.err.contains(sentence), "{query}: {}", ran.err);
    }
    for query in ["delete from people", "select 1; drop table people", "drop table people"] {
        add(&desk, &[&[address.as_str(), &format!("identities={query} ")], &owner[..]].concat());
        let ran = pulled(&desk, OWNER);
        assert!(
            ran.err.contains("only queries are sent") || ran.err.contains("more than one"),
            "{}",
            ran.err
        );
    }
    add(&desk, &[&[address.as_str(), "identities=select count(*) as id from rights"], &owner[..]].concat());
    assert_eq!(rows(&self::receipt(&desk, OWNER), "accounts"), 1);
    assert!(desk.done(&["explain", "50"]).contains("50"), "nothing was deleted");
}

#[test]
fn the_roles_of_the_server_are_identities_and_what_they_hold_are_grants() {
    let Some(server) = Server::postgres() else { return };
    server.run(
        "create role dba superuser; create role ops; grant dba to ops; create role ana login; grant ops to ana;
         create role robot login createrole valid until '2020-01-01'; create role trueup login password 'p';",
    );
    let desk = Desk::begun();
    let address = format!("address=postgres://127.0.0.1:{}/postgres", server.port);
    add(&desk, &[&address, "user=trueup", "password=env:DB_PASSWORD", "preset=postgres-roles"]);
    let receipt = receipt(&desk, "p");
    assert_eq!(rows(&receipt, "accounts"), 4, "owner, ana, robot, trueup: {receipt}");
    let explained = desk.done(&["explain", "ana"]);
    assert!(explained.contains("dba") && explained.contains("ops"), "{explained}");
    assert!(desk.done(&["explain", "robot"]).contains("CREATEROLE"));
}

#[test]
fn the_printed_rights_suffice_for_a_postgresql_reader() {
    let Some(server) = Server::postgres() else { return };
    server.run(PEOPLE);
    let desk = Desk::begun();
    let permits = desk.json(&["sources", "permit", "sql"]);
    server.run(&permits[0]["text"].as_str().unwrap().replace("CHANGE-ME", "p"));
    let address = format!("address=postgres://127.0.0.1:{}/postgres", server.port);
    add(&desk, &[&address, &format!("identities={IDENTITIES}"), "user=trueup", "password=env:DB_PASSWORD"]);
    assert_eq!(rows(&receipt(&desk, "p"), "accounts"), 1000);
}

#[test]
fn a_mariadb_server_is_read_with_the_printed_rights() {
    let Some(server) = Server::mariadb() else { return };
    server.run(
        "create database hr; use hr;
         create table people (login varchar(40), active tinyint(1), seen datetime, note text);
         insert into people select concat('user', seq), seq % 10 <> 0, '2026-10-01 12:00:00', null from seq_1_to_500;",
    );
    let desk = Desk::begun();
    let permits = desk.json(&["sources", "permit", "sql"]);
    server.run(&permits[1]["text"].as_str().unwrap().replace("CHANGE-ME", "p"));
    let address = format!("address=mysql://127.0.0.1:{}/hr", server.port);
    let query =
        "identities=select login as id, active as enabled, seen as last_seen, note as name from people";
    add(&desk, &[&address, query, "user=trueup", "password=env:DB_PASSWORD"]);
    assert_eq!(rows(&receipt(&desk, "p"), "accounts"), 500);
    assert_eq!(desk.json(&["resolve"])["counts"][0]["counts"]["unclassified"], 500);
    add(&desk, &[&address, "preset=mysql-users", "user=trueup", "password=env:DB_PASSWORD"]);
    let receipt = receipt(&desk, "p");
    assert!(rows(&receipt, "accounts") >= 3, "{receipt}");
    add(&desk, &[&address, query, "user=trueup", "password=env:DB_PASSWORD"]);
    let ran = pulled(&desk, "wrong");
    assert!(ran.err.contains("does not accept the user or the password"), "{}", ran.err);
    add(
        &desk,
        &[&address, "identities=select host as id from mysql.db", "user=trueup", "password=env:DB_PASSWORD"],
    );
    let ran = pulled(&desk, "p");
    assert!(ran.code == 1 || ran.out.contains("forbidden"), "{}{}", ran.out, ran.err);
}

/// What a table says is what the same rows say as a file.
#[test]
fn a_table_and_a_register_of_the_same_rows_give_the_same_records() {
    let csv = "id,name,email,enabled,last_seen,owner\nu1,Ana \u{7}Ruiz,ana@x.org,yes,2026-10-01T12:00:00Z,\n\
               u2,\"'); drop table people; --\",,no,never,none\nu3,,,,,\n";
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut told = runtime.block_on(of_a_table(csv));
    for record in &mut told {
        let Record::Account(account) = record else { panic!("{record:?}") };
        assert_eq!(
            account.source.take(),
            Some("register".into()),
            "what a register's rows mean is written down"
        );
    }
    assert_eq!(told, records("register-identities", csv));
    assert!(matches!(&told[1], Record::Account(Account { name, .. }) if name.contains("drop table")));
}

/// The records of a table of SQLite with the rows of a register.
async fn of_a_table(csv: &str) -> Vec<Record> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("hr.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&file).create_if_missing(true);
    let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
    sqlx::query("create table people (id text, name text, email text, enabled text, seen text, owner text)")
        .execute(&pool)
        .await
        .unwrap();
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    for row in reader.records() {
        let row = row.unwrap();
        let mut insert = sqlx::query("insert into people values (?, ?, ?, ?, ?, ?)");
        for cell in &row {
            insert = insert.bind((!cell.is_empty()).then(|| cell.to_owned()));
        }
        insert.execute(&pool).await.unwrap();
    }
    pool.close().await;
    let address = format!("sqlite:{}", file.display());
    let query = "select id, name, email, enabled, seen as last_seen, owner from people order by rowid";
    let source = source("hr", "sql", &[("address", &address), ("identities", query), ("system", "register")]);
    crate::live::Desk::new().await.pull(&source).await.unwrap().records
}
