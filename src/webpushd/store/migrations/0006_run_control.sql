-- Runs that are paused, and runs that are cancelled while something of them is still in hand.

-- '' unless the run is paused; the detail is a sentence for people.
ALTER TABLE run
    ADD COLUMN pause_reason text NOT NULL DEFAULT ''
        CHECK (pause_reason IN ('', 'asked', 'errors', 'message')),
    ADD COLUMN pause_detail text NOT NULL DEFAULT '';

-- A cancelled run is closed by the planner, which then sets finished_at: open chunks end, what waited
-- singly is deleted, and what is on the wire is recorded first.
CREATE INDEX run_closing ON run (id) WHERE state = 'cancelled' AND finished_at IS NULL;

UPDATE run SET finished_at = now() WHERE state = 'cancelled' AND finished_at IS NULL;

CREATE INDEX run_campaign ON run (campaign) WHERE campaign IS NOT NULL;
