-- A table to try it on; PostgreSQL reads this when its volume is new.
CREATE TABLE sessions (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, last_seen_at timestamptz NOT NULL);
CREATE INDEX ON sessions (last_seen_at);
INSERT INTO sessions (last_seen_at) SELECT now() - n * interval '1 day' FROM generate_series(1, 60) AS n;
