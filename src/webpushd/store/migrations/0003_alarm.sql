-- What an operator should look at: raised and cleared by the stage that knows.

CREATE TABLE alarm (
    key     text NOT NULL,                          -- 'origin_stopped:fcm.googleapis.com'
    site    integer NOT NULL DEFAULT 0,             -- 0 = not of one site
    since   timestamptz NOT NULL DEFAULT now(),
    seen_at timestamptz NOT NULL DEFAULT now(),     -- every minute by who raised it; else it is void
    count   bigint NOT NULL DEFAULT 0,              -- messages that it has concerned so far
    text    text NOT NULL,                          -- what is wrong and what to do
    PRIMARY KEY (key, site)
);
