# Uploads, logs and rows, of which some are due.
mkdir -p /srv/data/logs /var/lib/cleanupd /etc/cleanupd
for number in $(seq 15); do mkdir -p "/srv/data/uploads/young-$number"; done
for number in $(seq 10); do
    mkdir -p "/srv/data/uploads/old-$number"
    echo upload > "/srv/data/uploads/old-$number/file"
    touch -d '8 days ago' "/srv/data/uploads/old-$number/file" "/srv/data/uploads/old-$number"
done
for age in 1 8 91; do
    seq 3000 > "/srv/data/logs/app-$age.log"
    touch -d "$age days ago" "/srv/data/logs/app-$age.log"
done
createdb app
psql app -Xq -v ON_ERROR_STOP=1 << 'END'
CREATE TABLE requests (id bigserial PRIMARY KEY, created_at timestamptz NOT NULL);
CREATE INDEX ON requests (created_at);
INSERT INTO requests (created_at) SELECT now() - interval '40 days' FROM generate_series(1, 1000);
INSERT INTO requests (created_at) SELECT now() - interval '1 day' FROM generate_series(1, 1500);
END
psql app -Xqc ANALYZE            # in a session of its own, or it counts the rows twice
rows() { psql app -XAtc 'SELECT count(*) FROM requests'; }
