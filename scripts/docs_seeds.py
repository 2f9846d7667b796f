"""What the documents of five other cleaners name, and a reader who comes from one looks for on its page: each stands in a
column before the last of a table "before, here", in a row that says what it is here.
"""

CLAUDE_CODE_HUB = {
    "settings": """enableAutoCleanup, cleanupRetentionDays, cleanupSchedule, cleanupBatchSize, REDIS_URL,
        ENDPOINT_PROBE_LOG_RETENTION_DAYS, ENDPOINT_PROBE_LOG_CLEANUP_BATCH_SIZE, SESSION_TTL, CI=true""",
    "calls": """POST /api/admin/log-cleanup/manual, beforeDate, afterDate, userIds, providerIds, statusCodes, statusCodeRange,
        onlyBlocked, dryRun, totalDeleted, batchCount, durationMs, POST /api/admin/system-config, /admin/queues""",
    "who": "session.user.role",
    "figures": """Cleanup job duration, Records deleted per job, Failed job count, Temp file cleanup count,
        Leader lock acquisition time, cleanup_job_complete, log_cleanup_batch""",
}
BOTS = {
    "settings": "BOT_RETENTION_DAYS, CLEANUP_INTERVAL_HOURS, CONTAINER_CLEANUP_ENABLED, CLEANUP_DRY_RUN",
    "calls": """GET /admin/cleanup/status, POST /admin/cleanup, POST /admin/query, /cleanup, GET /api/cleanup/status,
        GET /api/cleanup/orphaned, POST /api/cleanup/run, scripts/monitor-cleanup.sh""",
    "who": "Authorization: Bearer admin-secret-token",
    "figures": "service running, retention policy, next scheduled run, last 10 runs",
}
HIVESYNC = {
    "settings": """DATA_DIR, CLEANUP_ENABLED, CLEANUP_DRY_RUN, CLEANUP_GRACE_MINUTES, PREVIEW_BUNDLE_TTL_HOURS,
        TMP_DIR_TTL_MINUTES, LOG_RETENTION_DAYS, CLEANUP_STALE_REPOS_ENABLED, STALE_REPO_DAYS, LOG_LEVEL,
        OBJECT_STORAGE_PROVIDER, OBJECT_STORAGE_ENDPOINT, OBJECT_STORAGE_REGION, OBJECT_STORAGE_ACCESS_KEY,
        OBJECT_STORAGE_SECRET_KEY, OBJECT_STORAGE_BUCKET_PREVIEWS""",
    "calls": "--run-once, Run Cleanup Now, Dry-run mode, cleanup_events",
    "who": "admin dashboard",
    "figures": """cleanup_previews_deleted_total, cleanup_tmp_dirs_deleted_total, cleanup_objects_deleted_total,
        cleanup_last_run_timestamp, cleanup_last_run_duration_seconds, cleanup_cycle_duration_seconds, previews_deleted,
        tmp_deleted, objects_deleted, reclaimed_mb""",
}
ARCHITECT_DASHBOARD = {
    "settings": """DEFAULT_BACKUP_RETENTION, DEFAULT_LOG_AGE_DAYS, DEFAULT_TASK_AGE_DAYS, DEFAULT_ERROR_AGE_DAYS,
        DEFAULT_PROMPT_AGE_DAYS, CLEANUP_INTERVAL""",
    "calls": """--dry-run, --force, --keep, --days, --daemon, --status, --stop, POST /api/system/cleanup, backup_retention,
        log_age_days, task_age_days, error_age_days, prompt_age_days, GET /api/system/cleanup/status,
        GET /api/system-status, CleanupWorker, run_cleanup(), test_cleanup_api.py""",
    "who": "login, activity log",
    "figures": """backups_deleted, logs_deleted, tasks_deleted, errors_deleted, prompts_deleted, temp_files_deleted,
        space_freed_mb, space_freed, daemon_running, daemon_pid, last_run, last_stats""",
}
CHATTERBOX = {
    "settings": "storage_path, token_file, retention_hours, max_storage_mb, interval_hours",
    "calls": """run_cleanup(), get_metrics(), POST /api/cleanup/manual, GET /api/cleanup/metrics,
        POST /api/cleanup/schedule/start, POST /api/cleanup/schedule/stop, GET /api/cleanup/schedule/status,
        createCleanupService, createScheduledCleanup""",
    "who": "rate-limited",
    "figures": """tokens_cleaned, files_cleaned, bytes_freed, errors, last_cleanup, last_error, storage_size, storage_limit,
        sessionsCleared, bytesFreed, lastCleanup, lastError""",
}
PAGES = {
    "docs/migrations/claude-code-hub.md": CLAUDE_CODE_HUB,
    "docs/migrations/bots.md": BOTS,
    "docs/migrations/hivesync.md": HIVESYNC,
    "docs/migrations/architect-dashboard.md": ARCHITECT_DASHBOARD,
    "docs/migrations/chatterbox.md": CHATTERBOX,
}


def words(page: str) -> list[str]:
    return [" ".join(one.split()) for text in PAGES.get(page, {}).values() for one in text.split(",")]
