-- The tables of HiveSync that the clean-up looks at.

CREATE TABLE preview_sessions (
    id bigint PRIMARY KEY,
    status text NOT NULL CHECK (status IN ('pending', 'building', 'ready', 'failed', 'cancelled', 'expired')),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    expires_at timestamptz,
    bundle_path text,
    bundle_key text
);
CREATE INDEX preview_sessions_updated_at ON preview_sessions (updated_at);

CREATE TABLE background_jobs (
    id bigint PRIMARY KEY,
    job_type text NOT NULL,
    status text NOT NULL CHECK (status IN ('pending', 'running', 'completed', 'failed', 'cancelled')),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    working_dir text
);
CREATE INDEX background_jobs_active ON background_jobs (status) WHERE status IN ('pending', 'running');

CREATE TABLE repos (
    id bigint PRIMARY KEY,
    active boolean NOT NULL,
    deleted boolean NOT NULL DEFAULT false,
    last_activity_at timestamptz NOT NULL,
    filesystem_path text
);
