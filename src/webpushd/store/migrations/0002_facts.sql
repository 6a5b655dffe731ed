-- What subscriptions are known by besides their consent: facts, activity, and counts of both; the
-- prompt's course and the landing site's health.
--
-- fact, activity and engagement are keyed by subscription ids, whether or not there is a row of
-- subscription: a line may be read before the subscribe that it belongs to. Whoever erases somebody
-- deletes from all three.

-- Where the browser was when it was seen last, as the edge's geo variables had it: position is
-- "<latitude>,<longitude>" in tenths of a degree.
ALTER TABLE subscription
    ADD COLUMN country  text NOT NULL DEFAULT '',
    ADD COLUMN region   text NOT NULL DEFAULT '',
    ADD COLUMN city     text NOT NULL DEFAULT '',
    ADD COLUMN position text NOT NULL DEFAULT '';

CREATE INDEX subscription_contact ON subscription (contact, site) WHERE contact IS NOT NULL;

-- One row a tag, an attribute, and for the contact: what was said last, and when by the edge's clock.
-- What was removed stays as a row with the JSON value null, so that an older line does not bring it
-- back. The columns tags, attributes and contact of subscription are made from these.
CREATE TABLE fact (
    bucket       smallint NOT NULL,
    site         integer NOT NULL,
    subscription uuid NOT NULL,
    kind         "char" NOT NULL,                   -- t tag, a attribute, c contact
    name         text NOT NULL,                     -- '' for the contact
    value        jsonb NOT NULL,                    -- true for a tag; the external id of a contact
    at           timestamptz NOT NULL,
    PRIMARY KEY (bucket, site, subscription, kind, name)
);

-- By value first: nobody else's search, by site and subscription, takes it for a short way.
CREATE INDEX fact_contact ON fact (value, site, at DESC, subscription) WHERE kind = 'c';

INSERT INTO fact (bucket, site, subscription, kind, name, value, at)
    SELECT bucket, site, id, 't', unnest(tags), 'true', data_at FROM subscription
    UNION ALL
    SELECT s.bucket, s.site, s.id, 'a', a.key, a.value, s.data_at
    FROM subscription s, jsonb_each(s.attributes) AS a;

-- What visitors did: visits and what pages tell (purchase, cart, ...). A second copy of a line has the
-- same key. Partitioned by the month of "at" in UTC.
CREATE TABLE activity (
    month        date NOT NULL,
    bucket       smallint NOT NULL,
    site         integer NOT NULL,
    subscription uuid NOT NULL,
    name         text NOT NULL,
    key          text NOT NULL,                     -- the page's, or '@' and the edge's time in ms
    at           timestamptz NOT NULL,
    amount       numeric,
    properties   jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (bucket, site, subscription, name, key, month)
) PARTITION BY RANGE (month);

-- Visits and purchases of a subscription, in all (section '') and visits by section. Changed only
-- together with the rows of activity that they count; they outlive these.
CREATE TABLE engagement (
    bucket        smallint NOT NULL,
    site          integer NOT NULL,
    subscription  uuid NOT NULL,
    section       text NOT NULL,
    visits        bigint NOT NULL,
    first_visit   timestamptz,
    last_visit    timestamptz,
    purchases     bigint NOT NULL,
    last_purchase timestamptz,
    spent         numeric NOT NULL,
    PRIMARY KEY (bucket, site, subscription, section)
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);

-- How asking went, by day (UTC) and log file. counted_to: octets of the file; lines before it are
-- counted already.
CREATE TABLE prompt_count (
    site       integer NOT NULL,
    day        date NOT NULL,
    step       text NOT NULL,
    file       text NOT NULL,
    n          bigint NOT NULL,
    counted_to bigint NOT NULL,
    PRIMARY KEY (site, day, step, file)
);

-- How the site answered, second by second; kept for hours.
CREATE TABLE landing (
    site         integer NOT NULL,
    at           timestamptz NOT NULL,              -- the end of the second
    file         text NOT NULL,
    position     bigint NOT NULL,
    of_clicks    boolean NOT NULL,                  -- pages that click links lead to, or all
    answers_1xx  bigint NOT NULL,
    answers_2xx  bigint NOT NULL,
    answers_3xx  bigint NOT NULL,
    answers_4xx  bigint NOT NULL,
    answers_5xx  bigint NOT NULL,
    milliseconds bigint NOT NULL,                   -- of all answers together
    slowest      bigint NOT NULL,
    PRIMARY KEY (site, at, file, position)
);
