-- Messages that are sent to single people when something happens: composed once, then one run each
-- time, so that a subscription is in a run at most once.

ALTER TABLE message
    ADD COLUMN name           text NOT NULL DEFAULT '',     -- '' = a campaign's
    ADD COLUMN active_seconds integer NOT NULL DEFAULT 259200;

-- Runs of campaigns by id, which are listed, and which all others would hide.
CREATE INDEX run_listed ON run (id) WHERE campaign IS NOT NULL;

CREATE INDEX run_of_message ON run (message, id) WHERE campaign IS NULL;

-- Requests that are known by their Idempotency-Key for a day: asked again, they are answered as before
-- and send nothing.
CREATE TABLE idempotency_key (
    site          integer NOT NULL,
    key           text NOT NULL,
    request       bytea NOT NULL,                   -- SHA-256 of message and recipient
    run           bigint NOT NULL DEFAULT 0,
    subscriptions bigint NOT NULL DEFAULT 0,
    created_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (site, key)
);

CREATE INDEX idempotency_key_age ON idempotency_key (created_at);
