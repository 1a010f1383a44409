//! Databases as a source: queries of the user's own, or ready-made ones, whose rows are those of the registers. It only
//! reads, in one transaction that sees one moment.

mod address;
mod engine;
mod fault;
mod preset;
mod reading;
mod statement;

use std::path::Path;

use super::http::{ADDRESS, CA, now};
use super::register::{self, Rows};
use super::{
    BoxFuture, Connector, ConnectorError, Form, PASSWORD, Permit, Setting, Settings, Sink, Spec, Taken,
};
use crate::model::SourceId;
use crate::model::near::did_you_mean;
use crate::model::pull::{Asked, Lack, Missing, Preflight, Sight};
use address::Address;
use engine::{Session, SignIn};
use fault::{Broken, Fault};
use reading::Reading;

const USER: &str = "user";
const PRESET: &str = "preset";
const SYSTEM: &str = "system";

/// The connector, as the registry knows it.
pub static SPEC: Spec = Spec {
    id: "sql",
    title: "Database (PostgreSQL, MySQL, SQLite)",
    sees: SIGHTS,
    settings: &[
        Setting {
            key: ADDRESS,
            title: "Address",
            help: "Where the database is. PostgreSQL, MySQL and MariaDB over TLS, but on this machine; or a file of SQLite.",
            is_required: true,
            form: Form::Text("postgres://db.example.com:5432/hr or sqlite:/data/hr.db"),
        },
        Setting {
            key: USER,
            title: "User",
            help: "Who signs in; `trueup` where nobody is named. A role that may only read is enough.",
            is_required: false,
            form: Form::Text("trueup"),
        },
        PASSWORD,
        CA,
        Setting {
            key: SYSTEM,
            title: "System",
            help: "What the scope file calls the system that rows without a `system` of their own are about; `register` \
                   where each row describes the identity in all systems.",
            is_required: false,
            form: Form::Text("okta:example"),
        },
        Setting {
            key: PRESET,
            title: "Ready-made queries",
            help: "postgres-roles and mysql-users read the accounts of the database server itself, steampipe the tables \
                   of Steampipe.",
            is_required: false,
            form: Form::Text("postgres-roles"),
        },
        query("identities", "Query of identities"),
        query("grants", "Query of grants"),
        query("credentials", "Query of credentials"),
        query("agents", "Query of AI agents"),
        query("tools", "Query of AI tools"),
    ],
    permits: &[
        Permit {
            how: "PostgreSQL: a role that may read and nothing else. Name single tables instead of pg_read_all_data where \
                  that is more than it should see; postgres-roles needs no right at all.",
            language: "sql",
            text: "create role trueup login password 'CHANGE-ME';\ngrant pg_read_all_data to trueup;\n\
                   alter role trueup set default_transaction_read_only = on;\n",
        },
        Permit {
            how: "MySQL and MariaDB: a user that may read the database `hr`; for mysql-users, the accounts.",
            language: "sql",
            text: "create user 'trueup'@'%' identified by 'CHANGE-ME';\ngrant select on hr.* to 'trueup'@'%';\n\
                   grant select on mysql.user to 'trueup'@'%';\n",
        },
    ],
    recognise: None,
    connect: |settings| Ok(Box::new(Sql::open(settings)?)),
};

const fn query(key: &'static str, title: &'static str) -> Setting {
    Setting {
        key,
        title,
        help: "One SELECT whose columns are named as in the register of that kind (`trueup sources template KIND \
               --columns`), or the name of a file that holds it.",
        is_required: false,
        form: Form::Text("select login as id, mail as email, active as enabled from users"),
    }
}

static SIGHTS: &[Sight] = &[
    Sight {
        id: "identities",
        title: "Identities",
        needs: "a query in the setting `identities`, or a preset",
        feeds: &["org.identities.total", "human.users.total", "machine.identities.total"],
    },
    Sight {
        id: "grants",
        title: "Grants",
        needs: "a query in the setting `grants`, or a preset",
        feeds: &["human.entitlements.granted", "human.admins.total"],
    },
    Sight {
        id: "credentials",
        title: "Credentials",
        needs: "a query in the setting `credentials`, or a preset",
        feeds: &["machine.credentials.total", "ai.credentials.total"],
    },
    Sight {
        id: "agents",
        title: "AI agents",
        needs: "a query in the setting `agents`",
        feeds: &["ai.agents.total", "ai.agents.owned"],
    },
    Sight {
        id: "tools",
        title: "AI tools",
        needs: "a query in the setting `tools`",
        feeds: &["ai.shadow.detected_90d", "ai.shadow.channels_covered"],
    },
];

struct Sql {
    address: Address,
    sign_in: SignIn,
    system: String,
    queries: Vec<Query>,
    /// Whether rows may be counted beforehand.
    is_counted: bool,
    recognised: String,
}

/// One query, and the kind of register that its rows are of.
struct Query {
    kind: &'static register::Kind,
    sql: String,
    /// Whether a table that is not there is no fault, because the query is ready-made.
    is_ready_made: bool,
}

impl Sql {
    fn open(settings: &Settings) -> Result<Self, ConnectorError> {
        let address = address::read(settings.needed(ADDRESS)?)?;
        let user = settings.value(USER).map(str::to_owned);
        let password = settings.secret(PASSWORD.key).cloned();
        if password.is_some() && user.is_none() {
            return Err(ConnectorError::Setting { key: USER });
        }
        let sign_in = SignIn { user, password, ca: settings.value(CA.key).map(str::to_owned) };
        let mut queries = Vec::new();
        let mut recognised = format!("the database {}", address.name());
        let mut is_counted = true;
        if let Some(id) = settings.value(PRESET) {
            let found = preset::preset(id).ok_or_else(|| {
                let all = format!("they are {}", preset::ids().collect::<Vec<_>>().join(", "));
                wrong(
                    PRESET,
                    format!("there are no ready-made queries `{id}`"),
                    did_you_mean(id, preset::ids(), &all),
                )
            })?;
            if found.kind != address.kind {
                let help =
                    "take the preset of this kind of database, or write queries of your own".to_owned();
                return Err(wrong(PRESET, format!("`{id}` is for another kind of database"), help));
            }
            is_counted = found.is_counted;
            recognised = format!("{recognised}: {}", found.title);
            for (kind, sql) in found.queries {
                queries.extend(Query::of(kind, (*sql).to_owned(), true));
            }
        }
        for sight in SIGHTS {
            if let Some(text) = settings.value(sight.id) {
                queries.extend(Query::of(sight.id, written(sight.id, text)?, false));
            }
        }
        if queries.is_empty() {
            let help = "set `identities`, or another query, or a preset such as postgres-roles".to_owned();
            return Err(wrong("identities", "nothing would be asked".to_owned(), help));
        }
        let system = settings.value(SYSTEM).map_or_else(|| format!("sql:{}", address.name()), str::to_owned);
        Ok(Self { address, sign_in, system, queries, is_counted, recognised })
    }

    async fn session(&self) -> Result<Session, ConnectorError> {
        Session::open(&self.address, &self.sign_in).await.map_err(|error| {
            match Fault::of(&error, &self.address) {
                Fault::Failed(error) => error,
                Fault::Forbidden(words) | Fault::Wrong(words) => self.told(words),
            }
        })
    }

    /// What the pull is of. Two sources that ask one database for different things do not stand in for each other.
    fn source(&self) -> String {
        let mut kinds: Vec<&str> = self.queries.iter().map(|query| query.kind.id).collect();
        kinds.dedup();
        format!("sql:{}#{}", self.address.name(), kinds.join("+"))
    }

    fn told(&self, reason: String) -> ConnectorError {
        let help = "look at the settings of this source, and at the rights of its user".to_owned();
        ConnectorError::Network { origin: self.address.name(), reason, help }
    }

    async fn look(&self) -> Result<Preflight, ConnectorError> {
        let mut session = self.session().await?;
        let mut found = Preflight { recognised: self.recognised.clone(), ..Preflight::default() };
        for sight in SIGHTS {
            let own = self.queries.iter().filter(|query| query.kind.id == sight.id);
            let (mut is_seen, mut lacks, mut count) = (false, Lack::NotCollected, None);
            for query in own {
                match self.headers(&mut session, query).await? {
                    Ok(_) => is_seen = true,
                    Err(lack) => lacks = lack,
                }
                if is_seen && self.is_counted {
                    let rows = session.count(&query.sql).await.map_err(|error| self.wrong(query, &error))?;
                    count = Some(count.unwrap_or(0) + rows);
                }
            }
            found.counts.extend(count.map(|count| (sight.id.to_owned(), count)));
            if is_seen {
                found.sees.push(sight.title.to_owned());
            } else {
                found.misses.push(Missing::from(sight).because(lacks));
            }
        }
        session.close().await;
        if found.sees.is_empty() {
            return Err(self.told("none of the queries can be asked".to_owned()));
        }
        Ok(found)
    }

    /// The columns of a query; why it cannot be asked where that is no fault.
    async fn headers(
        &self,
        session: &mut Session,
        query: &Query,
    ) -> Result<Result<Vec<String>, Lack>, ConnectorError> {
        let error = match session.columns(&query.sql).await {
            Ok(columns) => {
                Rows::new(query.kind, &columns, &query.name())?;
                return Ok(Ok(columns));
            }
            Err(error) => error,
        };
        match Fault::of(&error, &self.address) {
            Fault::Forbidden(_) => Ok(Err(Lack::Forbidden)),
            Fault::Wrong(_) if query.is_ready_made => Ok(Err(Lack::NotCollected)),
            Fault::Wrong(_) => Err(self.wrong(query, &error)),
            Fault::Failed(error) => Err(error),
        }
    }

    fn wrong(&self, query: &Query, error: &sqlx::Error) -> ConnectorError {
        match Fault::of(error, &self.address) {
            Fault::Failed(error) => error,
            Fault::Forbidden(words) | Fault::Wrong(words) => {
                wrong(query.kind.id, words, "try the query with the database's own client".to_owned())
            }
        }
    }

    async fn run(&self, out: &mut Sink) -> Result<Taken, ConnectorError> {
        let at = now();
        let mut asked = Vec::new();
        let read = self.read(out, &mut asked).await;
        out.asked(asked).await?;
        let bytes = read?;
        Ok(Taken { source: SourceId::new(self.source()), at, bytes })
    }

    async fn read(&self, out: &mut Sink, asked: &mut Vec<Asked>) -> Result<u64, ConnectorError> {
        let mut session = self.session().await?;
        let mut bytes = 0;
        for sight in SIGHTS {
            let mut lacks = Some(Lack::NotCollected);
            for query in self.queries.iter().filter(|query| query.kind.id == sight.id) {
                let mut one = Asked { what: query.name(), requests: 1, ..Asked::default() };
                match self.headers(&mut session, query).await? {
                    Ok(columns) => {
                        let mut reading = Reading::new(query, &columns, &self.system, out)?;
                        reading.begin().await?;
                        match session.rows(&query.sql, &columns, &mut reading).await {
                            Ok(()) => {}
                            Err(Broken::Stopped(error)) => return Err(error),
                            Err(Broken::Database(error)) => return Err(self.wrong(query, &error)),
                        }
                        one.rows = reading.done;
                        bytes += reading.end().await?;
                        lacks = None;
                    }
                    Err(lack) => lacks = lacks.map(|_| lack),
                }
                asked.push(one);
            }
            if let Some(why) = lacks {
                out.misses(Missing::from(sight).because(why)).await?;
            }
        }
        session.close().await;
        Ok(bytes)
    }
}

impl Query {
    fn of(kind: &str, sql: String, is_ready_made: bool) -> Option<Self> {
        Some(Self { kind: register::kind(kind)?, sql, is_ready_made })
    }

    /// What errors and receipts call it.
    fn name(&self) -> String {
        format!("SELECT {}", self.kind.id)
    }
}

/// The query that a setting holds, or that lies in the file it names.
fn written(key: &'static str, text: &str) -> Result<String, ConnectorError> {
    let is_query = text.contains(char::is_whitespace);
    let sql = if is_query {
        text.to_owned()
    } else if !Path::new(text).is_absolute() {
        let help = "write the query itself, or the name of its file from the root".to_owned();
        return Err(wrong(key, format!("`{text}` is neither a query nor the whole name of a file"), help));
    } else {
        std::fs::read_to_string(text).map_err(|error| {
            let help = "write the query itself, or the name of a file that holds it".to_owned();
            wrong(key, format!("{text}: {error}"), help)
        })?
    };
    let single = statement::single(&sql).map_err(|reason| {
        let help = "write one query that begins with SELECT or WITH".to_owned();
        wrong(key, reason, help)
    })?;
    Ok(single.to_owned())
}

fn wrong(key: &'static str, reason: String, help: String) -> ConnectorError {
    ConnectorError::Value { key, reason, help }
}

impl Connector for Sql {
    fn preflight(&self) -> BoxFuture<'_, Result<Preflight, ConnectorError>> {
        Box::pin(self.look())
    }

    fn pull<'a>(&'a self, out: &'a mut Sink) -> BoxFuture<'a, Result<Taken, ConnectorError>> {
        Box::pin(self.run(out))
    }
}
