#!/usr/bin/env bash
# Makes sample data for examples/bots in an empty database.
# Usage: DATABASE_URL=postgres://… make-data.sh [NOW]
#        NOW: Unix seconds that ages count back from; default: the clock
set -euo pipefail
now=${1:-$(date +%s)}
: "${DATABASE_URL:?make-data.sh: set DATABASE_URL to an empty PostgreSQL database}"
schema=$(cd "$(dirname "$0")" && pwd)/schema.sql

# All or nothing, and nothing if one of the tables is there already.
psql "$DATABASE_URL" -Xq --single-transaction -v ON_ERROR_STOP=1 -v now="$now" -f "$schema" -f - << 'END'
-- Ten bots at work, and seventeen that were deleted: one a day, the latest an hour ago.
INSERT INTO bots (id, status, last_heartbeat, created_at)
SELECT 'bot-' || n, 'idle', to_timestamp(:now - n), to_timestamp(:now - 100 * 86400)
FROM generate_series(1, 10) AS n;
INSERT INTO bots (id, status, last_heartbeat, created_at, deleted_at)
SELECT 'deleted-' || n, 'stopped', to_timestamp(:now - n * 86400), to_timestamp(:now - 100 * 86400),
       to_timestamp(:now - (n - 1) * 86400 - 3600)
FROM generate_series(1, 17) AS n;
-- Deleted by a clock that was ahead.
INSERT INTO bots (id, status, created_at, deleted_at)
VALUES ('deleted-tomorrow', 'stopped', to_timestamp(:now - 86400), to_timestamp(:now + 86400));

-- Results of bots at work, of deleted ones, of bots that are gone, and of nobody.
INSERT INTO results (job_id, processed_by, result, duration_ms, created_at)
SELECT 'job-' || n, CASE
           WHEN n <= 200 THEN 'bot-' || 1 + n % 10
           WHEN n <= 230 THEN 'deleted-' || 1 + n % 17
           WHEN n <= 247 THEN 'long-gone-' || n % 4
       END, n * 1.5, 20 + n % 80, to_timestamp(:now - (260 - n) * 3600)
FROM generate_series(1, 260) AS n;
ANALYZE;
END

echo "Sample data is in the database. To use it, keep DATABASE_URL exported."
