# Something for each call of the page: files of three kinds, rows with settings of their own, a slow task, three tokens.
mkdir secrets tls state
for name in grafana oncall anna; do head -c 24 /dev/urandom | base64 | tr -d '\n' > "secrets/$name"; done
ANNA_SHA256=$(sha256sum < secrets/anna | cut -d ' ' -f 1)
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost \
    -keyout tls/key.pem -out tls/chain.pem 2> "$DOCS_STATE/openssl"
old_files() {
    mkdir -p /srv/data/{logs,uploads,backups,bulk}
    for number in 1 2 3 4 5; do head -c 20480 /dev/zero > "/srv/data/logs/app-$number.log"; done
    touch -d '100 days ago' /srv/data/logs/app-{4,5}.log
    for number in 1 2 3; do head -c 8192 /dev/zero > "/srv/data/uploads/$number"; done
    touch -d '2 hours ago' /srv/data/uploads/{2,3}
}
old_files
for number in $(seq 20); do touch -d "$number days ago" "/srv/data/backups/$number.db"; done
for number in $(seq 400); do head -c 4096 /dev/zero > "/srv/data/bulk/$number"; done
find /srv/data/bulk -type f -exec touch -d '2 days ago' {} +
createdb app
psql app -Xq -v ON_ERROR_STOP=1 << 'END'
CREATE TABLE requests (id bigserial PRIMARY KEY, user_id int, status int, created_at timestamptz NOT NULL);
CREATE INDEX ON requests (created_at);
INSERT INTO requests (user_id, status, created_at)
SELECT 1 + n % 3, 400 + n % 20, now() - interval '40 days' FROM generate_series(1, 350) AS n;
CREATE TABLE jobs (id int, status text);
INSERT INTO jobs VALUES (1, 'running'), (2, 'done');
CREATE TABLE system_settings (enabled boolean, retention_days int, schedule text, batch_size int);
INSERT INTO system_settings VALUES (true, 30, '0 3 * * *', 10000);
END
