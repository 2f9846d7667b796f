import Engine
import Retention
import Support
import Telemetry
import Testing

/// What figures of tasks remember over restarts and reloads.
@Suite struct RestartTests {
    private func runOnce() async throws -> (bench: EngineBench, program: Program) {
        let bench = try EngineBench([EngineBench.old("a")])
        let task = try bench.task()
        #expect(try await bench.run(task).outcome == .success)
        return (bench, try bench.program([task]))
    }

    @Test func whatIsKnownOfTheLastRunOutlivesTheProcess() async throws {
        let (bench, program) = try await runOnce()
        let registry = Registry()
        let metrics = try EngineMetrics(registry)
        try metrics.configure(program)
        let restarted = Accounting(state: bench.state, metrics: metrics, logger: bench.accounting.logger)
        restarted.restore(program, at: EngineBench.now, isScheduling: true)
        for name in ["cleanup_task_last_success", "cleanup_task_last_completion"] {
            let series = "\(name)_timestamp_seconds{task=\"things\"}"
            #expect(EngineBench.sample(series, in: registry) == EngineBench.now.secondsSinceEpoch, "\(series)")
        }
    }

    @Test(.tags(.m7)) func countersGoOnWhereAReloadChangesNothing() async throws {
        let (bench, program) = try await runOnce()
        try bench.metrics.configure(program)
        #expect(bench.sample(#"cleanup_items_deleted_total{task="things"}"#) == 1)
        #expect(bench.sample(#"cleanup_task_runs_total{task="things"}"#) == 1)
    }
}
