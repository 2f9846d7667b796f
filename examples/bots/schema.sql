-- The tables of the job processing system that the clean-up looks at.

CREATE TABLE bots (
    id text PRIMARY KEY,
    status text NOT NULL DEFAULT 'idle',
    current_job text,
    last_heartbeat timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz
);
CREATE INDEX bots_deleted_at ON bots (deleted_at);

CREATE TABLE results (
    id bigserial PRIMARY KEY,
    job_id text NOT NULL,
    processed_by text,
    result numeric,
    duration_ms integer,
    status text NOT NULL DEFAULT 'succeeded',
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX results_processed_by ON results (processed_by);
CREATE INDEX results_created_at ON results (created_at);
