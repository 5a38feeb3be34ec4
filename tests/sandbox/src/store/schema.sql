-- Quantities are TEXT: whole millionths, because they can exceed 64 bits. Times are microseconds since 1970.

CREATE TABLE reseller (
    id          INTEGER PRIMARY KEY,
    name        TEXT NOT NULL,
    rate        TEXT NOT NULL,
    pool        INTEGER NOT NULL,
    is_reseller INTEGER NOT NULL
) STRICT;

CREATE TABLE child (
    id           INTEGER PRIMARY KEY,
    reseller_id  INTEGER NOT NULL REFERENCES reseller (id),
    name         TEXT NOT NULL,
    rate         TEXT NOT NULL,
    charged      TEXT NOT NULL, -- paid for this child's credit and not refunded yet (O7)
    channels     INTEGER NOT NULL,
    timezone     TEXT NOT NULL,
    created_date TEXT NOT NULL,
    users        TEXT NOT NULL -- JSON, as the list shows it
) STRICT;

CREATE TABLE organization (
    id              TEXT PRIMARY KEY,
    parent_id       TEXT REFERENCES organization (id),
    name            TEXT NOT NULL,
    status          TEXT NOT NULL CHECK (status IN ('active', 'suspended', 'archived')),
    metadata        TEXT NOT NULL,
    billing_email   TEXT,
    included        INTEGER NOT NULL,
    included_period INTEGER NOT NULL,
    used_period     INTEGER NOT NULL,
    reserved        INTEGER NOT NULL,
    projects        INTEGER NOT NULL,
    api_keys        INTEGER NOT NULL,
    credit_config   TEXT NOT NULL,
    created_at      INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL,
    archived_at     INTEGER,
    archive_reply   TEXT
) STRICT;

CREATE TABLE account (
    id      INTEGER PRIMARY KEY,
    name    TEXT NOT NULL UNIQUE,
    unit    TEXT NOT NULL,
    balance TEXT NOT NULL
) STRICT;

CREATE TABLE movement (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    kind            TEXT NOT NULL,
    idempotency_key TEXT, -- as received, whether or not it was heeded
    child           TEXT,
    minutes         INTEGER,
    rate            TEXT,
    credit          TEXT NOT NULL,
    cost            TEXT NOT NULL,
    at              INTEGER NOT NULL
) STRICT;

CREATE TABLE posting (
    movement_id INTEGER NOT NULL REFERENCES movement (id),
    account_id  INTEGER NOT NULL REFERENCES account (id),
    amount      TEXT NOT NULL,
    PRIMARY KEY (movement_id, account_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE credit_log (
    id                INTEGER PRIMARY KEY AUTOINCREMENT,
    movement_id       INTEGER NOT NULL UNIQUE REFERENCES movement (id),
    reseller_id       INTEGER NOT NULL REFERENCES reseller (id),
    child_id          INTEGER NOT NULL REFERENCES child (id),
    from_before       TEXT NOT NULL,
    from_after        TEXT NOT NULL,
    to_before         TEXT NOT NULL,
    to_after          TEXT NOT NULL,
    previous_channels INTEGER NOT NULL,
    new_channels      INTEGER NOT NULL,
    second            INTEGER NOT NULL, -- rows show whole seconds and are ordered by what they show (O15)
    performed_by      INTEGER NOT NULL DEFAULT 1000,
    written_at        INTEGER NOT NULL DEFAULT 0 -- by this machine's clock; 0: before anything was asked
) STRICT;
CREATE INDEX credit_log_newest ON credit_log (reseller_id, second, id);

CREATE TABLE wallet_event (
    id                    INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id              TEXT NOT NULL UNIQUE,
    organization_id       TEXT NOT NULL REFERENCES organization (id),
    project_id            TEXT,
    credits               INTEGER NOT NULL,
    event_type            TEXT NOT NULL,
    format                TEXT,
    balance_after_prepaid TEXT NOT NULL,
    usage_after_period    INTEGER,
    created_at            INTEGER NOT NULL,
    transfer_id           TEXT,
    description           TEXT,
    metadata              TEXT NOT NULL,
    written_at            INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX wallet_event_newest ON wallet_event (organization_id, created_at, id);

CREATE TABLE idempotency (
    scope       TEXT NOT NULL,
    key         TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    reply       TEXT NOT NULL,
    at          INTEGER NOT NULL,
    PRIMARY KEY (scope, key)
) STRICT, WITHOUT ROWID;
