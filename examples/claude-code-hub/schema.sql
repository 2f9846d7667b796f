-- The tables of Claude Code Hub that the clean-up looks at, with the columns and indexes that matter to it.

CREATE TABLE message_request (
    id serial PRIMARY KEY,
    provider_id integer NOT NULL,
    user_id integer NOT NULL,
    key varchar NOT NULL,
    model varchar(128),
    duration_ms integer,
    cost_usd numeric(21, 15) DEFAULT 0,
    session_id varchar(64),
    status_code integer,
    error_message text,
    blocked_by varchar(50),
    blocked_reason text,
    created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now(),
    deleted_at timestamptz
);
CREATE INDEX idx_message_request_user_date_cost ON message_request (user_id, created_at, cost_usd)
    WHERE deleted_at IS NULL;
CREATE INDEX idx_message_request_session_id ON message_request (session_id) WHERE deleted_at IS NULL;
CREATE INDEX idx_message_request_provider_id ON message_request (provider_id);
CREATE INDEX idx_message_request_created_at ON message_request (created_at);
CREATE INDEX idx_message_request_deleted_at ON message_request (deleted_at);

CREATE TABLE provider_endpoint_probe_logs (
    id serial PRIMARY KEY,
    endpoint_id integer NOT NULL,
    source varchar(20) NOT NULL DEFAULT 'scheduled',
    ok boolean NOT NULL,
    status_code integer,
    latency_ms integer,
    error_type varchar(64),
    error_message text,
    created_at timestamptz DEFAULT now()
);
CREATE INDEX idx_provider_endpoint_probe_logs_endpoint_created_at
    ON provider_endpoint_probe_logs (endpoint_id, created_at DESC);
CREATE INDEX idx_provider_endpoint_probe_logs_created_at ON provider_endpoint_probe_logs (created_at);

CREATE TABLE system_settings (
    id serial PRIMARY KEY,
    site_title varchar(128) NOT NULL DEFAULT 'Claude Code Hub',
    enable_auto_cleanup boolean DEFAULT false,
    cleanup_retention_days integer DEFAULT 30,
    cleanup_schedule varchar(50) DEFAULT '0 2 * * *',
    cleanup_batch_size integer DEFAULT 10000,
    created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now()
);
