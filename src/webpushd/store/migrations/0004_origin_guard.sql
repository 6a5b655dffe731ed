-- What all senders have to keep to for a push service (send/guards.h), by host. There is a row as long
-- as it is so.
CREATE TABLE origin_guard (
    kind          text NOT NULL CHECK (kind IN ('stopped', 'gone_held')),
    origin        text NOT NULL,                    -- 'fcm.googleapis.com'
    site          integer NOT NULL DEFAULT 0,       -- stopped: for the messages of this site
    since         timestamptz NOT NULL DEFAULT now(),
    answers       bigint NOT NULL DEFAULT 0,        -- gone_held: since then, older ones halved time
    gone          bigint NOT NULL DEFAULT 0,        --   and again; of these
    probe_seconds integer NOT NULL DEFAULT 30,      -- stopped: the pause after the next probe
    probe_at      timestamptz NOT NULL DEFAULT now() + interval '30 seconds',
    PRIMARY KEY (kind, origin, site)
);

-- When its push service first said that it has ended, while such answers were not believed.
ALTER TABLE subscription ADD COLUMN gone_at timestamptz;
