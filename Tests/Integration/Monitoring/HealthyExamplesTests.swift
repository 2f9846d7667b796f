import Foundation
import Support
import Testing

/// All examples at work on their real servers under one Prometheus, which scrapes other programs, too: nothing is wrong
/// with ours, so nothing but the Watchdog may fire, and each panel of the dashboards has data.
@Suite(.timeLimit(.minutes(Scale.minutes(60))), .tags(.p5))
struct HealthyExamplesTests {
    /// How long. The dashboards want two whole ones: they look at each minute's beginning.
    private static let seconds = Double(Scale.rounds(125, nightly: 3_000))

    @Test func examplesAtWorkRaiseNoAlertAndFillAllDashboards() async throws {
        var options = MonitoringStack.Options()
        // Each service schedules for itself, and so is an installation of its own.
        options.hasInstallations = true
        try await withMonitoring(options) { stack in
            try await WorkingExample.withAll(stack) { examples in
                let quota = try await QuotaService(stack)
                let services = examples.map(\.service) + [quota.service]
                for service in services { try await service.start() }
                try await stack.scrape(services.map { $0.target(["installation": $0.name]) } + Self.foreign(stack))
                // A Prometheus that has just started takes seconds to find its targets.
                try await stack.waitFor("up == 1", count: services.count + 1)
                try await Self.work(examples, quota)
                try await Self.expectNothingButTheWatchdog(stack)
                try await Self.expectOthersAreSeen(stack)
                try await Self.expectWork(stack, services)
                try await Self.expectData(stack)
                for service in services {
                    // promtool finds no fault with the whole of it; nor does another parser, in either form.
                    _ = try await Exposition(checking: try await service.exposition(), .text)
                    _ = try await Exposition(checking: try await service.exposition(.openMetrics), .openMetrics)
                }
            }
        }
    }

    /// Another program with metrics of its process, and one that is down: neither is ours to tell of.
    private static func foreign(_ stack: MonitoringStack) throws -> [MonitoringStack.Target] {
        [.init("prometheus", port: stack.prometheusPort), .init("down", port: try Loopback.freePort())]
    }

    private static func expectOthersAreSeen(_ stack: MonitoringStack) async throws {
        for (job, isUp) in [("prometheus", 1.0), ("down", 0)] {
            #expect(try await stack.query("up{job=\"\(job)\"}").map(\.last) == [isUp])
        }
        #expect(try await stack.query("process_start_time_seconds{job=\"prometheus\"}").count == 1)
    }

    private static func work(_ examples: [WorkingExample], _ quota: QuotaService) async throws {
        func add(_ number: Int) async throws {
            for example in examples { try await example.addDueItems(number) }
            try quota.addItem(number)
        }
        var rounds = 0
        try await repeatedly(seconds: seconds, every: .seconds(3)) { number in
            try await add(number)
            rounds = number
        }
        // A busy machine has fewer of them, and the quota wants so many before it is reached.
        for number in rounds..<max(rounds, QuotaService.itemsBeyond) { try await add(number + 1) }
    }

    private static func expectNothingButTheWatchdog(_ stack: MonitoringStack) async throws {
        let fired = Set(stack.receiver.events.map(\.words))
        #expect(fired == ["Watchdog{}"], "\(stack.logs)")
        // Nor did anything come near, and end before its time.
        let all = try await stack.query("max_over_time(ALERTS{alertstate=\"firing\"}[2h])")
        #expect(Set(all.compactMap { $0.labels["alertname"] }) == ["Watchdog"])
    }

    private static func expectWork(_ stack: MonitoringStack, _ services: [MonitoredService]) async throws {
        let enough = "sum by (instance) (cleanup_items_deleted_total) > 10"
        // The last of them go at the next firing.
        try await stack.waitFor(enough, count: services.count)
        let deleted = try await stack.query(enough)
        #expect(Set(deleted.compactMap { $0.labels["instance"] }) == Set(services.map(\.name)))
        let failures = try await stack.query("cleanup_task_run_failures_total > 0 or cleanup_item_failures_total > 0")
        #expect(failures.isEmpty, "\(failures)")
    }

    /// Of each query numbers, and not only a series.
    private static func expectData(_ stack: MonitoringStack) async throws {
        let script = Project.file("scripts/query-dashboards.py").path
        let minutes = max(3, Int((seconds / 60).rounded(.up)))
        let result = try await Command.run(
            FastRules.python,
            [script, "--minutes", "\(minutes)", "--scrape", "1", "--step", "5"]
                + ["http://127.0.0.1:\(stack.prometheusPort)"]
        )
        #expect(result.code == 0, "\(result.text)\(result.errorText)")
    }
}
