-- Portable to SQLite and PostgreSQL: text, bigint, double precision, boolean; times are milliseconds.

create table assessment (
    id           text   not null primary key,
    pack         text   not null,
    pack_version text   not null,
    organisation text   not null,
    unit         text,
    period       text   not null,
    begun_at     bigint not null
);

-- The primary key is the optimistic lock: two writers cannot both write edit 7.
create table edit (
    assessment_id text   not null references assessment (id),
    seq           bigint not null,
    at            bigint not null,
    actor         text   not null,
    body          text   not null,
    primary key (assessment_id, seq)
);

create table pull (
    id       text   not null primary key,
    ended_at bigint not null,
    manifest text   not null
);

-- Records are loaded whole and never searched by SQL: lines of JSON in pieces of about a megabyte.
create table record (
    pull_id text   not null references pull (id),
    piece   bigint not null,
    body    text   not null,
    primary key (pull_id, piece)
);

-- The newest result of each assessment, so that lists need not score; can be thrown away at any time.
create table scorecard (
    assessment_id text   not null primary key references assessment (id),
    seq           bigint not null,
    tool          text   not null,
    scored_at     bigint not null,
    evidence      text   not null,
    measurements  text   not null,
    body          text   not null
);
