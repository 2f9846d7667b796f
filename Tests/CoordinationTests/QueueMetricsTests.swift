import Coordination
import Retention
import Support
import Telemetry
import Testing

/// What the queue's metrics show.
@Suite struct QueueMetricsTests {
    private let registry = Registry()

    private var text: String { String(decoding: registry.render(.text), as: UTF8.self) }

    private func metrics() throws -> QueueMetrics {
        try QueueMetrics(registry, queue: "cycles", now: { Instant(nanoseconds: 1_000_000_000_000) })
    }

    @Test(.tags(.m7)) func allSeriesAreThereFromTheStart() throws {
        let metrics = try metrics()
        for state in ["waiting", "active", "delayed", "dead"] {
            #expect(text.contains(#"cleanup_queue_depth{queue="cycles",state="\#(state)"} 0"#))
        }
        for name in ["jobs_enqueued", "jobs_completed", "job_failures", "jobs_stalled"] {
            #expect(text.contains(#"cleanup_queue_\#(name)_total{queue="cycles"} 0"#))
        }
        #expect(text.contains(#"cleanup_queue_oldest_job_age_seconds{queue="cycles"} NaN"#), "nobody has looked yet")
        withExtendedLifetime(metrics) {}
    }

    @Test func countsWhatHappensAndWhatIsSeen() throws {
        let metrics = try metrics()
        metrics.enqueued()
        metrics.started(waitSeconds: 2)
        metrics.started(waitSeconds: -1)
        metrics.failed()
        metrics.completed()
        var figures = QueueFigures()
        (figures.waiting, figures.active, figures.delayed, figures.dead) = (4, 3, 2, 1)
        figures.stalledTotal = 5
        figures.oldestWaitingSince = Instant(nanoseconds: 960_000_000_000)
        metrics.show(figures)
        metrics.show(figures)
        let text = text
        #expect(text.contains(#"cleanup_queue_depth{queue="cycles",state="waiting"} 4"#))
        #expect(text.contains(#"cleanup_queue_depth{queue="cycles",state="dead"} 1"#))
        #expect(text.contains(#"cleanup_queue_jobs_stalled_total{queue="cycles"} 5"#), "each job counts once")
        #expect(text.contains(#"cleanup_queue_wait_duration_seconds_sum{queue="cycles"} 2"#))
        #expect(text.contains(#"cleanup_queue_wait_duration_seconds_count{queue="cycles"} 2"#))
        #expect(text.contains(#"cleanup_queue_oldest_job_age_seconds{queue="cycles"} 40"#))
        for name in ["jobs_enqueued", "jobs_completed", "job_failures"] {
            #expect(text.contains(#"cleanup_queue_\#(name)_total{queue="cycles"} 1"#))
        }
    }

    @Test func anEmptyQueueAndOneThatCannotBeReadDiffer() throws {
        let metrics = try metrics()
        metrics.show(QueueFigures())
        #expect(text.contains(#"cleanup_queue_oldest_job_age_seconds{queue="cycles"} 0"#))
        metrics.showUnreadable()
        #expect(text.contains(#"cleanup_queue_oldest_job_age_seconds{queue="cycles"} NaN"#))
    }
}
