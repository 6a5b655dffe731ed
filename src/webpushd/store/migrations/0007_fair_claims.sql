-- Work is claimed by class, then by the sites' turn, then oldest first: so what a claim looks for is
-- an open run, and then that run's first chunk or recipient. What is transactional waits singly, and
-- is looked for by site alone: there may be thousands of such runs.

-- 0 transactional, 1 automation, 2 campaign
ALTER TABLE run
    ADD COLUMN class smallint NOT NULL DEFAULT 2;

CREATE INDEX run_sending ON run (class, site) WHERE state = 'sending';

DROP INDEX send_job_open;

DROP INDEX send_job_run;

CREATE INDEX send_job_open ON send_job (run, not_before, bucket, id) WHERE state <> 'done';

DROP INDEX deferred_due;

CREATE INDEX deferred_urgent ON deferred (site, not_before) WHERE class = 0;
