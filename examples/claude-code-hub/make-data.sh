#!/usr/bin/env bash
# Makes sample data for examples/claude-code-hub: rows in an empty database, and temporary files in a new directory DIR.
# Usage: DATABASE_URL=postgres://… make-data.sh DIR [NOW]
#        NOW: Unix seconds that ages count back from; default: the clock
set -euo pipefail
directory=${1:?usage: DATABASE_URL=postgres://… make-data.sh DIR [NOW]}
now=${2:-$(date +%s)}
: "${DATABASE_URL:?make-data.sh: set DATABASE_URL to an empty PostgreSQL database}"
[ ! -e "$directory" ] || { echo "make-data.sh: $directory exists; name a new directory" >&2; exit 1; }
schema=$(cd "$(dirname "$0")" && pwd)/schema.sql

# All or nothing, and nothing if one of the tables is there already.
psql "$DATABASE_URL" -Xq --single-transaction -v ON_ERROR_STOP=1 -v now="$now" -f "$schema" -f - << 'END'
-- One request every nine minutes, the last one a second old.
INSERT INTO message_request
    (id, provider_id, user_id, key, model, duration_ms, cost_usd, session_id, status_code, error_message, blocked_by,
     blocked_reason, created_at, updated_at, deleted_at)
SELECT id, 1 + id % 5, 1 + id % 7, 'sk-' || id % 7, 'claude-sonnet', 800 + id % 900, (id % 100) / 1000.0,
       'session-' || id / 20, CASE id % 10 WHEN 0 THEN 429 WHEN 1 THEN 500 WHEN 2 THEN 404 WHEN 3 THEN NULL ELSE 200 END,
       CASE WHEN id % 10 < 3 THEN repeat('the upstream answered with an error ', 3) END,
       CASE WHEN id % 20 = 0 THEN 'sensitive_word' END, CASE WHEN id % 20 = 0 THEN 'a rule matched' END,
       made, made, CASE WHEN id % 50 = 7 THEN made + interval '1 minute' END
FROM generate_series(1, 10000) AS id,
     LATERAL (SELECT to_timestamp(:now - (10000 - id) * 540 - 1) AS made) AS at;
-- Without a time, and of the future.
INSERT INTO message_request (id, provider_id, user_id, key, created_at, updated_at)
VALUES (10001, 1, 1, 'sk-1', NULL, NULL),
       (10002, 1, 1, 'sk-1', to_timestamp(:now + 400 * 86400), to_timestamp(:now + 400 * 86400));
SELECT setval('message_request_id_seq', 10002) \g /dev/null

-- Ten endpoints, each probed every ten minutes, the last time a second ago.
INSERT INTO provider_endpoint_probe_logs (id, endpoint_id, ok, status_code, latency_ms, error_type, created_at)
SELECT id, 1 + id % 10, id % 9 > 0, CASE WHEN id % 9 > 0 THEN 200 ELSE 503 END, 40 + id % 60,
       CASE WHEN id % 9 = 0 THEN 'http_error' END, to_timestamp(:now - (300 - (id + 9) / 10) * 600 - 1)
FROM generate_series(1, 3000) AS id;
SELECT setval('provider_endpoint_probe_logs_id_seq', 3000) \g /dev/null

INSERT INTO system_settings (created_at, updated_at) VALUES (to_timestamp(:now), to_timestamp(:now));
ANALYZE;
END

hour=3600
mkdir -p "$directory"
cd "$directory"

# aged PATH AGE_IN_SECONDS [BYTES]: a file with content that depends on its name only
aged() {
    mkdir -p "$(dirname "$1")"
    local text="$1 sample of a database dump"$'\n'
    while [ "${#text}" -lt "${3:-2000}" ]; do text+=$text; done
    printf '%s' "${text:0:${3:-2000}}" > "$1"
    touch -d "@$((now - $2))" "$1"
}
aged database_import_1763600000000_k3x9.dump $((7 * hour)) 60000
aged database_export_1763500000000_p0q1.dump $((30 * hour)) 90000
aged database_import_1763700000000_zz81.dump $((5 * hour)) 30000
aged database_export_1763710000000_a1b2.dump $((hour / 2)) 30000
aged database_export_notes.txt $((100 * hour))
aged other_program.dump $((100 * hour))
aged deeper/database_import_1763000000000_old0.dump $((100 * hour))

cat << END
Sample data is in $PWD and in the database. To use it, keep DATABASE_URL exported, and:
  export BACKUP_TEMP_DIR=$PWD CLEANUP_STATE=$PWD.cleanup-state.db
END
