# Uploads, logs and rows, of which some are due; and the same of staging, younger.
. "$DOCS_WORK/cleanupd/Tests/Documents/kit/folders.sh"
mkdir -p /srv/staging/{uploads/old,logs}
touch -d '2 days ago' /srv/staging/uploads/old
for database in app staging; do
    createdb $database
    psql $database -Xq -v ON_ERROR_STOP=1 << 'END'
CREATE TABLE requests (id bigserial PRIMARY KEY, created_at timestamptz NOT NULL);
CREATE INDEX ON requests (created_at);
INSERT INTO requests (created_at) SELECT now() - interval '40 days' FROM generate_series(1, 1000);
INSERT INTO requests (created_at) SELECT now() - interval '1 day' FROM generate_series(1, 1500);
END
done
psql app -Xqc ANALYZE            # in a session of its own, or it counts the rows twice
rows() { psql app -XAtc 'SELECT count(*) FROM requests'; }
