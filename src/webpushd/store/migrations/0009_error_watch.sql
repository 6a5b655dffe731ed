-- Where the planner's look at a run's recent outcomes begins (plan/error_watch.h): counts at that time,
-- and how many outcomes make the next look. NULL: the next look begins at what is there then.
ALTER TABLE run
    ADD COLUMN watch_taken  bigint DEFAULT 0,
    ADD COLUMN watch_failed bigint NOT NULL DEFAULT 0,
    ADD COLUMN watch_size   bigint NOT NULL DEFAULT 200,
    ADD COLUMN watch_since  timestamptz NOT NULL DEFAULT now();
