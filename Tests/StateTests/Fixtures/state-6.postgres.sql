-- PostgreSQL database dump
SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
-- Name: cleanupd; Type: SCHEMA; Schema: -; Owner: -
CREATE SCHEMA cleanupd;
SET default_tablespace = '';
SET default_table_access_method = heap;
-- Name: batch; Type: TABLE; Schema: cleanupd; Owner: -
CREATE TABLE cleanupd.batch (
    run bigint NOT NULL,
    sequence bigint NOT NULL,
    row_limit bigint NOT NULL,
    started_at bigint NOT NULL,
    rows bigint,
    seconds double precision NOT NULL
);
-- Name: block; Type: TABLE; Schema: cleanupd; Owner: -
CREATE TABLE cleanupd.block (
    run bigint NOT NULL,
    sequence bigint NOT NULL,
    items bigint NOT NULL,
    token bigint NOT NULL,
    bytes bytea NOT NULL
);
ALTER TABLE ONLY cleanupd.block ALTER COLUMN bytes SET STORAGE EXTERNAL;
-- Name: call; Type: TABLE; Schema: cleanupd; Owner: -
CREATE TABLE cleanupd.call (
    id text NOT NULL COLLATE pg_catalog."C",
    at bigint NOT NULL,
    who text NOT NULL,
    address text NOT NULL,
    call text NOT NULL,
    detail text NOT NULL,
    status bigint,
    ended_at bigint
);
-- Name: job; Type: TABLE; Schema: cleanupd; Owner: -
CREATE TABLE cleanupd.job (
    id text NOT NULL COLLATE pg_catalog."C",
    json text NOT NULL
);
-- Name: lock_epoch; Type: TABLE; Schema: cleanupd; Owner: -
CREATE TABLE cleanupd.lock_epoch (
    lock text NOT NULL COLLATE pg_catalog."C",
    epoch bigint NOT NULL
);
-- Name: migration; Type: TABLE; Schema: cleanupd; Owner: -
CREATE TABLE cleanupd.migration (
    number bigint NOT NULL,
    name text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);
-- Name: TABLE migration; Type: COMMENT; Schema: cleanupd; Owner: -
COMMENT ON TABLE cleanupd.migration IS 'State of cleanupd: what has been applied to this schema, and when.';
-- Name: outcome; Type: TABLE; Schema: cleanupd; Owner: -
CREATE TABLE cleanupd.outcome (
    run bigint NOT NULL,
    sequence bigint NOT NULL,
    bytes bytea NOT NULL
);
ALTER TABLE ONLY cleanupd.outcome ALTER COLUMN bytes SET STORAGE EXTERNAL;
-- Name: run; Type: TABLE; Schema: cleanupd; Owner: -
CREATE TABLE cleanupd.run (
    number bigint NOT NULL,
    id text NOT NULL COLLATE pg_catalog."C",
    task text NOT NULL COLLATE pg_catalog."C",
    cycle text,
    trigger text NOT NULL,
    requested_by text,
    dry_run boolean NOT NULL,
    started_at bigint NOT NULL,
    pid bigint NOT NULL,
    policy_digest text NOT NULL,
    cutoff bigint NOT NULL,
    begin_token bigint NOT NULL,
    seal_token bigint,
    seal_digest text,
    seal_blocks bigint DEFAULT 0 NOT NULL,
    seal_items bigint DEFAULT 0 NOT NULL,
    examined bigint DEFAULT 0 NOT NULL,
    remove bigint DEFAULT 0 NOT NULL,
    compress bigint DEFAULT 0 NOT NULL,
    keep bigint DEFAULT 0 NOT NULL,
    planned_bytes bigint DEFAULT 0 NOT NULL,
    deleted bigint DEFAULT 0 NOT NULL,
    compressed bigint DEFAULT 0 NOT NULL,
    updated bigint DEFAULT 0 NOT NULL,
    gone bigint DEFAULT 0 NOT NULL,
    changed bigint DEFAULT 0 NOT NULL,
    in_use bigint DEFAULT 0 NOT NULL,
    failed bigint DEFAULT 0 NOT NULL,
    freed_bytes bigint DEFAULT 0 NOT NULL,
    end_token bigint,
    ended_at bigint,
    outcome text,
    failure text,
    duration double precision DEFAULT 0 NOT NULL,
    message text,
    items_pruned boolean DEFAULT false NOT NULL,
    host text DEFAULT ''::text NOT NULL,
    epoch bigint,
    request text COLLATE pg_catalog."C"
);
-- Name: run_number_seq; Type: SEQUENCE; Schema: cleanupd; Owner: -
ALTER TABLE cleanupd.run ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME cleanupd.run_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
-- Name: saved_plan; Type: TABLE; Schema: cleanupd; Owner: -
CREATE TABLE cleanupd.saved_plan (
    id text NOT NULL COLLATE pg_catalog."C",
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    created_by text,
    configuration_digest text NOT NULL,
    digest text NOT NULL,
    save_token bigint NOT NULL,
    apply_token bigint,
    applied_at bigint,
    applied_by text
);
-- Name: saved_plan_part; Type: TABLE; Schema: cleanupd; Owner: -
CREATE TABLE cleanupd.saved_plan_part (
    plan text NOT NULL COLLATE pg_catalog."C",
    "position" bigint NOT NULL,
    task text NOT NULL COLLATE pg_catalog."C",
    run bigint NOT NULL,
    digest text NOT NULL,
    blocks bigint NOT NULL,
    items bigint NOT NULL
);
-- Name: setting; Type: TABLE; Schema: cleanupd; Owner: -
CREATE TABLE cleanupd.setting (
    key text NOT NULL COLLATE pg_catalog."C",
    json text NOT NULL
);
-- Name: stamp; Type: TABLE; Schema: cleanupd; Owner: -
CREATE TABLE cleanupd.stamp (
    scope text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C",
    value double precision NOT NULL
);
-- Data for Name: batch; Type: TABLE DATA; Schema: cleanupd; Owner: -
INSERT INTO cleanupd.batch VALUES (1, 0, 10, 5000000000, 3, 0.5);
-- Data for Name: block; Type: TABLE DATA; Schema: cleanupd; Owner: -
INSERT INTO cleanupd.block VALUES (1, 0, 2, 3007959952948485565, '\x0102046469723004010203040100010d6f6c646572207468616e20376444040a188080d0e2c6bfce972f00040a18000266696c652d302e6c6f6707070707070707070707070707070707070707070707070766696c652d312e6c6f67070707070707070707070707070707070707070707070707');
INSERT INTO cleanupd.block VALUES (1, 1, 2, 3007959952948485565, '\x0102046469723104010203040100010d6f6c646572207468616e20376444040a188080d0e2c6bfce972f00040a18000266696c652d302e6c6f6707070707070707070707070707070707070707070707070766696c652d312e6c6f67070707070707070707070707070707070707070707070707');
INSERT INTO cleanupd.block VALUES (1, 2, 2, 3007959952948485565, '\x0102046469723204010203040100010d6f6c646572207468616e20376444040a188080d0e2c6bfce972f00040a18000266696c652d302e6c6f6707070707070707070707070707070707070707070707070766696c652d312e6c6f67070707070707070707070707070707070707070707070707');
INSERT INTO cleanupd.block VALUES (2, 0, 3, 8367505903132115630, '\x0103046469723904010203040100010d6f6c646572207468616e20376466040a188080d0e2c6bfce972f00040a180002040a18000466696c652d302e6c6f6707070707070707070707070707070707070707070707070766696c652d312e6c6f6707070707070707070707070707070707070707070707070766696c652d322e6c6f67070707070707070707070707070707070707070707070707');
-- Data for Name: call; Type: TABLE DATA; Schema: cleanupd; Owner: -
INSERT INTO cleanupd.call VALUES ('018bcfe56b63-0000000000ca', 1700000001000000000, 'operator', '127.0.0.1', 'POST /api/cleanup/run', '{"tasks":["logs"]}', 202, NULL);
-- Data for Name: job; Type: TABLE DATA; Schema: cleanupd; Owner: -
INSERT INTO cleanupd.job VALUES ('light@1700000002', '{"cycle":"light"}');
-- Data for Name: lock_epoch; Type: TABLE DATA; Schema: cleanupd; Owner: -
INSERT INTO cleanupd.lock_epoch VALUES ('leader', 41);
-- Data for Name: migration; Type: TABLE DATA; Schema: cleanupd; Owner: -
INSERT INTO cleanupd.migration VALUES (1, 'runs', '2026-11-22 12:15:48.596357+00');
INSERT INTO cleanupd.migration VALUES (2, 'saved plans', '2026-11-22 12:15:48.596357+00');
INSERT INTO cleanupd.migration VALUES (3, 'stamps and settings', '2026-11-22 12:15:48.596357+00');
INSERT INTO cleanupd.migration VALUES (4, 'batches', '2026-11-22 12:15:48.596357+00');
INSERT INTO cleanupd.migration VALUES (5, 'jobs and leases', '2026-11-22 12:15:48.596357+00');
INSERT INTO cleanupd.migration VALUES (6, 'calls', '2026-11-22 12:15:48.596357+00');
-- Data for Name: outcome; Type: TABLE DATA; Schema: cleanupd; Owner: -
INSERT INTO cleanupd.outcome VALUES (1, 0, '\x0102110204');
-- Data for Name: run; Type: TABLE DATA; Schema: cleanupd; Owner: -
INSERT INTO cleanupd.run OVERRIDING SYSTEM VALUE VALUES (2, '018bcfe56f4b-000000000002', 'backups', 'light', 'schedule', 'alice', false, 1700000002123456789, 4711, 'policy-of-backups', 1700000002123456789, -7553483947439490203, -5676335860640532258, '57897fab1ff4eb5a7e3e91bd1d08e2179fbdf8e1532ab5b112e18cf323ea82d0', 1, 3, 3, 3, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, NULL, NULL, NULL, NULL, 0, NULL, false, 'replica-1', 7, NULL);
INSERT INTO cleanupd.run OVERRIDING SYSTEM VALUE VALUES (1, '018bcfe56b63-000000000001', 'logs', 'light', 'schedule', 'alice', false, 1700000001123456789, 4711, 'policy-of-logs', 1700000001123456789, 6979221754178084227, -3590954901073154383, '63b8c8eac7e01a0b2c4925c1a238ba581c0f352e8e53aeafb83b568bdec0bc12', 3, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -7283914949314933357, 1700000020000000000, 'partial', NULL, 1.5, 'one was gone', false, 'replica-1', 7, NULL);
-- Data for Name: saved_plan; Type: TABLE DATA; Schema: cleanupd; Owner: -
INSERT INTO cleanupd.saved_plan VALUES ('plan', 1700000000000000000, 1700086400000000000, NULL, 'configuration', '38de97082e7193b4875e9288d5ad86891fe06ac7bd0f33afce002d26a866c4b1', -8676651086126534370, NULL, NULL, NULL);
-- Data for Name: saved_plan_part; Type: TABLE DATA; Schema: cleanupd; Owner: -
INSERT INTO cleanupd.saved_plan_part VALUES ('plan', 0, 'backups', 2, '57897fab1ff4eb5a7e3e91bd1d08e2179fbdf8e1532ab5b112e18cf323ea82d0', 1, 3);
-- Data for Name: setting; Type: TABLE DATA; Schema: cleanupd; Owner: -
INSERT INTO cleanupd.setting VALUES ('cycles.light.schedule', '"0 4 * * *"');
-- Data for Name: stamp; Type: TABLE DATA; Schema: cleanupd; Owner: -
INSERT INTO cleanupd.stamp VALUES ('cycle', 'light', 1700000002.5);
-- Name: run_number_seq; Type: SEQUENCE SET; Schema: cleanupd; Owner: -
SELECT pg_catalog.setval('cleanupd.run_number_seq', 2, true);
-- Name: batch batch_pkey; Type: CONSTRAINT; Schema: cleanupd; Owner: -
ALTER TABLE ONLY cleanupd.batch
    ADD CONSTRAINT batch_pkey PRIMARY KEY (run, sequence);
-- Name: block block_pkey; Type: CONSTRAINT; Schema: cleanupd; Owner: -
ALTER TABLE ONLY cleanupd.block
    ADD CONSTRAINT block_pkey PRIMARY KEY (run, sequence);
-- Name: call call_pkey; Type: CONSTRAINT; Schema: cleanupd; Owner: -
ALTER TABLE ONLY cleanupd.call
    ADD CONSTRAINT call_pkey PRIMARY KEY (id);
-- Name: job job_pkey; Type: CONSTRAINT; Schema: cleanupd; Owner: -
ALTER TABLE ONLY cleanupd.job
    ADD CONSTRAINT job_pkey PRIMARY KEY (id);
-- Name: lock_epoch lock_epoch_pkey; Type: CONSTRAINT; Schema: cleanupd; Owner: -
ALTER TABLE ONLY cleanupd.lock_epoch
    ADD CONSTRAINT lock_epoch_pkey PRIMARY KEY (lock);
-- Name: migration migration_pkey; Type: CONSTRAINT; Schema: cleanupd; Owner: -
ALTER TABLE ONLY cleanupd.migration
    ADD CONSTRAINT migration_pkey PRIMARY KEY (number);
-- Name: outcome outcome_pkey; Type: CONSTRAINT; Schema: cleanupd; Owner: -
ALTER TABLE ONLY cleanupd.outcome
    ADD CONSTRAINT outcome_pkey PRIMARY KEY (run, sequence);
-- Name: run run_id_key; Type: CONSTRAINT; Schema: cleanupd; Owner: -
ALTER TABLE ONLY cleanupd.run
    ADD CONSTRAINT run_id_key UNIQUE (id);
-- Name: run run_pkey; Type: CONSTRAINT; Schema: cleanupd; Owner: -
ALTER TABLE ONLY cleanupd.run
    ADD CONSTRAINT run_pkey PRIMARY KEY (number);
-- Name: saved_plan_part saved_plan_part_pkey; Type: CONSTRAINT; Schema: cleanupd; Owner: -
ALTER TABLE ONLY cleanupd.saved_plan_part
    ADD CONSTRAINT saved_plan_part_pkey PRIMARY KEY (plan, "position");
-- Name: saved_plan saved_plan_pkey; Type: CONSTRAINT; Schema: cleanupd; Owner: -
ALTER TABLE ONLY cleanupd.saved_plan
    ADD CONSTRAINT saved_plan_pkey PRIMARY KEY (id);
-- Name: setting setting_pkey; Type: CONSTRAINT; Schema: cleanupd; Owner: -
ALTER TABLE ONLY cleanupd.setting
    ADD CONSTRAINT setting_pkey PRIMARY KEY (key);
-- Name: stamp stamp_pkey; Type: CONSTRAINT; Schema: cleanupd; Owner: -
ALTER TABLE ONLY cleanupd.stamp
    ADD CONSTRAINT stamp_pkey PRIMARY KEY (scope, name);
-- Name: run_by_end; Type: INDEX; Schema: cleanupd; Owner: -
CREATE INDEX run_by_end ON cleanupd.run USING btree (ended_at);
-- Name: run_by_request; Type: INDEX; Schema: cleanupd; Owner: -
CREATE INDEX run_by_request ON cleanupd.run USING btree (request, id) WHERE (request IS NOT NULL);
-- Name: run_by_task; Type: INDEX; Schema: cleanupd; Owner: -
CREATE INDEX run_by_task ON cleanupd.run USING btree (task, id);
-- Name: run_without_end; Type: INDEX; Schema: cleanupd; Owner: -
CREATE INDEX run_without_end ON cleanupd.run USING btree (id) WHERE (ended_at IS NULL);
-- Name: saved_plan_part_by_run; Type: INDEX; Schema: cleanupd; Owner: -
CREATE INDEX saved_plan_part_by_run ON cleanupd.saved_plan_part USING btree (run);
-- Name: batch batch_run_fkey; Type: FK CONSTRAINT; Schema: cleanupd; Owner: -
ALTER TABLE ONLY cleanupd.batch
    ADD CONSTRAINT batch_run_fkey FOREIGN KEY (run) REFERENCES cleanupd.run(number) ON DELETE CASCADE;
-- Name: block block_run_fkey; Type: FK CONSTRAINT; Schema: cleanupd; Owner: -
ALTER TABLE ONLY cleanupd.block
    ADD CONSTRAINT block_run_fkey FOREIGN KEY (run) REFERENCES cleanupd.run(number) ON DELETE CASCADE;
-- Name: outcome outcome_run_sequence_fkey; Type: FK CONSTRAINT; Schema: cleanupd; Owner: -
ALTER TABLE ONLY cleanupd.outcome
    ADD CONSTRAINT outcome_run_sequence_fkey FOREIGN KEY (run, sequence) REFERENCES cleanupd.block(run, sequence) ON DELETE CASCADE;
-- Name: saved_plan_part saved_plan_part_plan_fkey; Type: FK CONSTRAINT; Schema: cleanupd; Owner: -
ALTER TABLE ONLY cleanupd.saved_plan_part
    ADD CONSTRAINT saved_plan_part_plan_fkey FOREIGN KEY (plan) REFERENCES cleanupd.saved_plan(id) ON DELETE CASCADE;
-- Name: saved_plan_part saved_plan_part_run_fkey; Type: FK CONSTRAINT; Schema: cleanupd; Owner: -
ALTER TABLE ONLY cleanupd.saved_plan_part
    ADD CONSTRAINT saved_plan_part_run_fkey FOREIGN KEY (run) REFERENCES cleanupd.run(number) ON DELETE CASCADE;
-- PostgreSQL database dump complete
