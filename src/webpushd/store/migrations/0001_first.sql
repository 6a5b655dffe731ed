-- The first schema. One statement a call, each ended by ";" at the end of a line.
--
-- Big tables are keyed (bucket, ...): bucket is the first octet of the subscription id, for ever,
-- so that they can be cut over many machines (every unique key holds the cutting column; no
-- triggers, no now() inside ON CONFLICT). delivery and event are partitioned by "month": the first
-- day of the month in which the run was made, the same for all rows of a run, so that a key stays
-- unique over all partitions and retention is dropping one.

CREATE TABLE site (
    id              integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name            text NOT NULL UNIQUE,
    origin          text NOT NULL DEFAULT '',       -- https://shop.example
    push_path       text NOT NULL DEFAULT '/push/',
    contact         text NOT NULL DEFAULT '',       -- VAPID "sub"; nothing is sent without it
    vapid           text NOT NULL DEFAULT '',       -- id of the current VAPID key
    consent_version text NOT NULL DEFAULT '1',
    prompt          jsonb NOT NULL DEFAULT '{}',
    created_at      timestamptz NOT NULL DEFAULT now()
);

-- Public halves only; private keys are files in the state directory.
CREATE TABLE vapid_key (
    site       integer NOT NULL REFERENCES site,
    id         text NOT NULL,
    public_key bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (site, id)
);

CREATE TABLE subscription (
    bucket          smallint NOT NULL,
    site            integer NOT NULL,
    id              uuid NOT NULL,                  -- first 16 octets of SHA-256(endpoint)
    endpoint        text NOT NULL,
    p256dh          bytea NOT NULL,
    auth            bytea NOT NULL,
    vapid           text NOT NULL DEFAULT '',       -- key id that it was made with
    platform        text NOT NULL DEFAULT 'unknown',
    language        text NOT NULL DEFAULT '',
    time_zone       text NOT NULL DEFAULT '',
    page            text NOT NULL DEFAULT '',       -- where it was made
    consent_version text NOT NULL DEFAULT '',
    consent_counter bigint NOT NULL,                -- of the newest subscribe, 0 = only refreshed
    consent_at      timestamptz NOT NULL,           -- the edge's time of that decision
    data_counter    bigint NOT NULL,                -- of the record (also a refresh) that the
    data_at         timestamptz NOT NULL,           --   columns from p256dh to page come from
    created_at      timestamptz NOT NULL,
    seen_at         timestamptz NOT NULL,
    accepted_at     timestamptz,                    -- last accepted by its push service
    key_mismatch    boolean NOT NULL DEFAULT false,
    contact         uuid,
    tags            text[] NOT NULL DEFAULT '{}',
    attributes      jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (bucket, site, id)
) WITH (autovacuum_vacuum_scale_factor = 0.02);

-- Who left, was erased, answered 410 or got a new endpoint. Only a newer "subscribe" lifts it.
CREATE TABLE tombstone (
    bucket          smallint NOT NULL,
    site            integer NOT NULL,
    id              uuid NOT NULL,
    reason          text NOT NULL CHECK (reason IN ('left', 'gone', 'erased', 'replaced')),
    consent_counter bigint NOT NULL,
    at              timestamptz NOT NULL,
    replaced_by     uuid,
    PRIMARY KEY (bucket, site, id)
);

-- The newest leave of an id, its own or of one that it replaces. Kept for good, also when a newer
-- "subscribe" outweighs it: a replacement that is read later needs it (consent_store.h).
CREATE TABLE leaving (
    bucket smallint NOT NULL,
    site   integer NOT NULL,
    id     uuid NOT NULL,
    n      bigint NOT NULL,
    t      timestamptz NOT NULL,
    PRIMARY KEY (bucket, site, id)
);

-- Which id took the place of which, as browsers said; never changed by what becomes of either.
CREATE TABLE replacement (
    bucket smallint NOT NULL,                       -- of old
    site   integer NOT NULL,
    old    uuid NOT NULL,
    new    uuid NOT NULL,
    n      bigint NOT NULL,                         -- the least counter with which it was said
    PRIMARY KEY (bucket, site, old, new)
);

-- Subscriptions a bucket and site, kept by whoever inserts or removes them: planning needs no count.
CREATE TABLE audience_size (
    bucket smallint NOT NULL,
    site   integer NOT NULL,
    active bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (bucket, site)
);

CREATE TABLE contact (
    bucket      smallint NOT NULL,
    site        integer NOT NULL,
    id          uuid NOT NULL,                      -- first 16 octets of SHA-256(external id)
    external_id text NOT NULL,
    attributes  jsonb NOT NULL DEFAULT '{}',
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (bucket, site, id)
);

CREATE TABLE message (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    site       integer NOT NULL REFERENCES site,
    content    jsonb NOT NULL,                      -- webpush::Notification
    urgency    text NOT NULL DEFAULT 'normal',
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE campaign (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    site           integer NOT NULL REFERENCES site,
    message        bigint NOT NULL REFERENCES message,
    name           text NOT NULL,
    audience       text NOT NULL DEFAULT 'all',
    active_seconds integer NOT NULL DEFAULT 259200, -- how long after its time it may still appear
    state          text NOT NULL DEFAULT 'draft'
                   CHECK (state IN ('draft', 'scheduled', 'sending', 'paused', 'finished', 'cancelled')),
    created_at     timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE run (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    site         integer NOT NULL REFERENCES site,
    campaign     bigint REFERENCES campaign,
    message      bigint NOT NULL REFERENCES message,
    month        date NOT NULL,
    state        text NOT NULL DEFAULT 'planned'
                 CHECK (state IN ('planned', 'sending', 'paused', 'finished', 'cancelled')),
    starts_at    timestamptz NOT NULL DEFAULT now(),
    active_until timestamptz NOT NULL,
    collapse_key text NOT NULL DEFAULT '',          -- "" = the run itself
    audience     bigint NOT NULL DEFAULT 0,         -- as planned
    planned_at   timestamptz,
    finished_at  timestamptz,
    created_at   timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX run_open ON run (starts_at) WHERE state IN ('planned', 'sending');

-- A chunk of a run: the subscriptions of one bucket with id_from <= id <= id_to.
CREATE TABLE send_job (
    bucket      smallint NOT NULL,
    id          bigint GENERATED BY DEFAULT AS IDENTITY,
    site        integer NOT NULL,
    run         bigint NOT NULL,
    class       smallint NOT NULL DEFAULT 2,        -- 0 transactional, 1 automation, 2 campaign
    zone_group  smallint NOT NULL DEFAULT 0,
    id_from     uuid NOT NULL,
    id_to       uuid NOT NULL,
    not_before  timestamptz NOT NULL,
    state       text NOT NULL DEFAULT 'ready' CHECK (state IN ('ready', 'leased', 'done')),
    epoch       integer NOT NULL DEFAULT 0,         -- grows with each claim; outcomes name it
    lease_until timestamptz,
    begun_to    uuid NOT NULL                       -- sent in id order; declarative messages to
                DEFAULT '00000000-0000-0000-0000-000000000000', -- later ids were surely not begun
    PRIMARY KEY (bucket, id)
) WITH (fillfactor = 50);

CREATE INDEX send_job_open ON send_job (class, not_before, bucket, id) WHERE state <> 'done';

CREATE INDEX send_job_run ON send_job (run) WHERE state <> 'done';

-- What waits singly: retries, quiet hours, caps. Drained as id lists under a lease of its own.
CREATE TABLE deferred (
    bucket       smallint NOT NULL,
    run          bigint NOT NULL,
    subscription uuid NOT NULL,
    site         integer NOT NULL,
    class        smallint NOT NULL DEFAULT 2,
    not_before   timestamptz NOT NULL,
    reason       text NOT NULL,
    attempt      integer NOT NULL DEFAULT 0,
    epoch        integer NOT NULL DEFAULT 0,
    lease_until  timestamptz,
    begun        boolean NOT NULL DEFAULT false,    -- as send_job.begun_to
    PRIMARY KEY (bucket, run, subscription)
);

CREATE INDEX deferred_due ON deferred (class, not_before);

CREATE INDEX deferred_run ON deferred (run, not_before);

CREATE TABLE delivery (
    month        date NOT NULL,
    bucket       smallint NOT NULL,
    site         integer NOT NULL,
    run          bigint NOT NULL,
    subscription uuid NOT NULL,
    platform     text NOT NULL DEFAULT '',          -- what the subscription's was
    outcome      text NOT NULL,                     -- accepted, dropped, gone, key_mismatch, failed, expired
    status       smallint NOT NULL DEFAULT 0,       -- HTTP status of the push service, 0 = none
    reason       text NOT NULL DEFAULT '',
    reduced      text NOT NULL DEFAULT '',          -- what the payload lost to fit
    attempt      integer NOT NULL DEFAULT 0,
    at           timestamptz NOT NULL,
    PRIMARY KEY (month, bucket, run, subscription)
) PARTITION BY RANGE (month);

-- Deliveries by outcome, changed only together with the rows that they count.
CREATE TABLE run_count (
    bucket  smallint NOT NULL,
    run     bigint NOT NULL,
    outcome text NOT NULL,
    reason  text NOT NULL DEFAULT '',
    n       bigint NOT NULL,
    PRIMARY KEY (bucket, run, outcome, reason)
);

-- ordinal: 0 for what counts once (shown, closed), the edge's time in ms for what may come again
-- (click). A second copy of a line has the same key.
CREATE TABLE event (
    month        date NOT NULL,
    bucket       smallint NOT NULL,
    site         integer NOT NULL,
    run          bigint NOT NULL,
    subscription uuid NOT NULL,
    kind         text NOT NULL,
    action       text NOT NULL DEFAULT '',
    ordinal      bigint NOT NULL DEFAULT 0,
    late         boolean NOT NULL DEFAULT false,
    at           timestamptz NOT NULL,
    PRIMARY KEY (month, bucket, run, subscription, kind, action, ordinal)
) PARTITION BY RANGE (month);

-- How far each log file is ingested; written in the same transaction as what it brought.
CREATE TABLE ingest_file (
    source   text NOT NULL,                         -- "<edge id>:<directory>"
    file     text NOT NULL,
    position bigint NOT NULL DEFAULT 0,             -- octets
    up_to    timestamptz,                           -- the edge's time of the last line read
    complete boolean NOT NULL DEFAULT false,
    skipped  bigint NOT NULL DEFAULT 0,             -- lines that could not be read or had no site
    torn     boolean NOT NULL DEFAULT false,
    unknown_sites text[] NOT NULL DEFAULT '{}',     -- read again once one of these exists
    PRIMARY KEY (source, file)
);

-- One row a log directory: up to when everything that its edges acknowledged is in the database.
-- No chunk is loaded while any row lies more than two seconds back.
CREATE TABLE ingest_source (
    source   text PRIMARY KEY,
    up_to    timestamptz NOT NULL,
    seen_at  timestamptz NOT NULL
);
