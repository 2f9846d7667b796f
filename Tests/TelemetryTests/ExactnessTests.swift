import Dispatch
import Support
import Synchronization
import Telemetry
import Testing

@Suite struct ExactnessTests {
    private static let threads = 64
    #if DEBUG
        private static let rounds = Scale.rounds(25_000, nightly: 1_000_000)
    #else
        private static let rounds = 1_000_000
    #endif

    private let attempts = Family("a_attempts_total", .counter, help: "Tries.", isReadLast: true)
    private let deleted = Family("b_deleted_total", .counter, help: "Removals.")
    private let seconds = Family("c_seconds_total", .counter, unit: "seconds", help: "Time.")
    private let level = Family("d_level", .gauge, help: "Level.")
    private let wait = Family("e_wait", .histogram(buckets: [1, 2]), help: "Waits.")

    @Test(.tags(.m4)) func nothingIsLostAndEachScrapeIsConsistent() throws {
        let registry = Registry()
        let attempts = try registry.counter(attempts)
        let deleted = try registry.counter(deleted)
        let seconds = try registry.counter(seconds)
        let level = try registry.gauge(level)
        let wait = try registry.histogram(wait)
        let work = ThreadedWork(threads: Self.threads) {
            for round in 0..<Self.rounds {
                attempts.increment()
                deleted.increment()
                if round.isMultiple(of: 4) {
                    seconds.increment(by: 0.5)
                    level.add(1)
                    wait.observe(round.isMultiple(of: 8) ? 1 : 3)
                }
            }
        }
        var last = Scrape()
        var scrapes = 0
        repeat {
            let scrape = Scrape(Samples(registry.render(scrapes.isMultiple(of: 2) ? .text : .openMetrics)))
            scrape.expectConsistent(after: last)
            last = scrape
            scrapes += 1
        } while work.isRunning
        work.wait()
        let total = Double(Self.threads * Self.rounds)
        let end = Scrape(Samples(registry))
        end.expectConsistent(after: last)
        #expect(end.attempts == total && end.deleted == total)
        #expect(end.seconds == total / 8 && level.value == total / 4)
        #expect(end.count == total / 4 && end.sum == total / 8 * 4)
        #expect(scrapes > 1)
    }

    /// The values of one scrape.
    private struct Scrape {
        var attempts = 0.0, deleted = 0.0, seconds = 0.0, low = 0.0, all = 0.0, count = 0.0, sum = 0.0

        init() {}

        init(_ samples: Samples) {
            attempts = samples.number("a_attempts_total") ?? .nan
            deleted = samples.number("b_deleted_total") ?? .nan
            seconds = samples.number("c_seconds_total") ?? .nan
            low = samples.number("e_wait_bucket{le=\"1\"}") ?? samples.number("e_wait_bucket{le=\"1.0\"}") ?? .nan
            all = samples.number("e_wait_bucket{le=\"+Inf\"}") ?? .nan
            count = samples.number("e_wait_count") ?? .nan
            sum = samples.number("e_wait_sum") ?? .nan
        }

        /// One expectation a scrape, for there are many of them.
        func expectConsistent(after last: Scrape) {
            let agrees = attempts >= deleted && count == all && sum == low + 3 * (count - low)
            let rises =
                attempts >= last.attempts && deleted >= last.deleted && seconds >= last.seconds
                && count >= last.count && low >= last.low && sum >= last.sum
            #expect(agrees && rises, "\(self) after \(last)")
        }
    }

    @Test func registrationRacesScrapesAndRemovals() throws {
        let registry = Registry(maxSeriesPerFamily: 50)
        let family = Family("f_tasks_total", .counter, help: "Tasks.", labels: ["task"])
        let failures = Atomic<Int>(0)
        DispatchQueue.concurrentPerform(iterations: 8) { thread in
            for round in 0..<400 {
                do {
                    try registry.counter(family, ["\(thread)-\(round % 40)"]).increment()
                    if round.isMultiple(of: 7) { registry.removeAll(where: "task", equals: "\(thread)-\(round % 40)") }
                    if round.isMultiple(of: 50) { _ = registry.render(.openMetrics) }
                } catch {
                    failures.add(1, ordering: .relaxed)
                }
            }
        }
        #expect(failures.load(ordering: .relaxed) == 0)
        #expect(Samples(registry).series(of: "f_tasks_total").count <= 50)
    }
}
