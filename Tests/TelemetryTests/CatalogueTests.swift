import Support
import Telemetry
import Testing

@Suite(.tags(.m2)) struct CatalogueTests {
    /// One series of each family, as a first scrape has them.
    private func makeRegistry() throws -> Registry {
        let registry = Registry()
        for family in Catalogue.all + [Catalogue.resourceDeleted("tmp_dirs")] {
            let labels = family.name.contains("gather_errors") ? ["gathering"] : family.labels.map { _ in "x" }
            switch family.kind {
            case .counter: _ = try registry.counter(family, labels)
            case .gauge: _ = try registry.gauge(family, labels)
            case .histogram: _ = try registry.histogram(family, labels)
            case .info: try registry.info(family, labels)
            }
        }
        return registry
    }

    @Test func promtoolHasNothingToSay() throws {
        let judged = try Tool.promtool(try makeRegistry().render(.text))
        #expect(
            judged.status == 0 && judged.output.isEmpty,
            "promtool (Debian package prometheus) ended with \(judged.status) and said: \(judged.output)"
        )
    }

    @Test func promtoolFindsAFamilyWithoutHelp() throws {
        let registry = Registry()
        _ = try registry.gauge(Family("demo", .gauge, help: ""))
        #expect(try Tool.promtool(registry.render(.text)).status == 3)
    }

    @Test func namesAreUniqueAndHelpsAreSentences() {
        #expect(Set(Catalogue.all.map(\.base)).count == Catalogue.all.count)
        for family in Catalogue.all {
            #expect(family.help.hasSuffix("."), "\(family.name)")
            #expect(family.help.first?.isUppercase == true || family.help.first == "1", "\(family.name)")
        }
    }

    @Test func usersNamesStandExactlyWithoutLabels() {
        let deleted = Catalogue.resourceDeleted("previews")
        #expect(deleted.name == "cleanup_previews_deleted_total")
        let users = [deleted, Catalogue.lastRunTimestamp, Catalogue.lastRunDuration, Catalogue.cycleDuration]
        #expect(
            users.map(\.name) == [
                "cleanup_previews_deleted_total", "cleanup_last_run_timestamp", "cleanup_last_run_duration_seconds",
                "cleanup_cycle_duration_seconds",
            ]
        )
        #expect(users.allSatisfy { $0.labels.isEmpty })
        #expect(
            Catalogue.cycleDuration.kind
                == .histogram(buckets: [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600])
        )
    }

    @Test func everyFamilyOfTheseGroupsIsThere() {
        let names = Set(Catalogue.all.map(\.name))
        let expected = """
            cleanup_last_run_timestamp cleanup_last_run_duration_seconds cleanup_cycle_duration_seconds
            cleanup_cycles_total cleanup_cycle_failures_total cleanup_cycle_quiet_waits_total cleanup_notifications_total
            cleanup_notification_failures_total cleanup_task_runs_total cleanup_task_run_failures_total
            cleanup_task_duration_seconds cleanup_task_last_success_timestamp_seconds
            cleanup_task_last_completion_timestamp_seconds cleanup_task_first_scheduled_timestamp_seconds
            cleanup_task_next_run_timestamp_seconds cleanup_task_schedule_interval_seconds cleanup_task_timeout_seconds
            cleanup_task_enabled cleanup_task_dry_run cleanup_task_running cleanup_schedule_misses_total
            cleanup_items_examined_total cleanup_item_attempts_total cleanup_items_deleted_total
            cleanup_items_updated_total cleanup_item_failures_total cleanup_items_skipped_total
            cleanup_freed_bytes_total cleanup_guard_trips_total cleanup_guard_last_trip_timestamp_seconds
            cleanup_quota_last_trip_timestamp_seconds cleanup_overdue_items cleanup_oldest_overdue_age_seconds cleanup_compressed_files_total
            cleanup_compression_verify_failures_total cleanup_compression_input_bytes_total
            cleanup_compression_output_bytes_total cleanup_db_batch_duration_seconds cleanup_db_batch_rows
            cleanup_db_lock_timeouts_total cleanup_db_throttle_seconds_total cleanup_db_replication_lag_seconds
            cleanup_backend_requests_total cleanup_backend_request_failures_total
            cleanup_backend_request_duration_seconds cleanup_retries_total cleanup_backend_circuit_open
            cleanup_object_conditional_deletes cleanup_clock_offset_seconds cleanup_leader cleanup_leader_epoch
            cleanup_leader_transitions_total cleanup_lock_acquisition_duration_seconds
            cleanup_lock_acquisition_failures_total cleanup_lock_losses_total cleanup_stale_epoch_rejections_total
            cleanup_queue_depth cleanup_queue_oldest_job_age_seconds cleanup_queue_jobs_enqueued_total
            cleanup_queue_jobs_completed_total cleanup_queue_job_failures_total cleanup_queue_jobs_stalled_total
            cleanup_queue_wait_duration_seconds cleanup_http_requests_total cleanup_http_request_duration_seconds
            cleanup_http_auth_failures_total cleanup_http_rate_limited_total cleanup_ledger_records_total
            cleanup_ledger_write_failures_total cleanup_config_last_reload_successful
            cleanup_config_last_reload_success_timestamp_seconds cleanup_metrics_gather_duration_seconds
            cleanup_metrics_gather_errors_total cleanup_metrics_dropped_series_total
            cleanup_metrics_dropped_values_total cleanup_storage_used_bytes cleanup_storage_limit_bytes
            cleanup_client_sessions_cleared_total cleanup_client_freed_bytes_total cleanup_client_storage_used_ratio
            cleanup_build_info cleanup_containment process_cpu_seconds_total process_open_fds process_max_fds
            process_virtual_memory_bytes process_resident_memory_bytes process_start_time_seconds
            """
        #expect(names == Set(expected.split(whereSeparator: \.isWhitespace).map(String.init)))
    }
}
