import Coordination
import Retention
import State
import Testing

@testable import Engine

/// What the scheduler makes of firings whose jobs are no more in the queue.
@Suite struct RemovedFiringTests {
    private let bench: EngineBench
    private let firing = EngineBench.now
    private var anHourLater: Instant { firing.adding(nanoseconds: 3_601_000_000_000) }

    init() throws {
        bench = try EngineBench([])
    }

    private var lastEnd: Double? {
        get throws {
            let stamps = try bench.state.stamps().filter { $0.scope == StampScope.cycle("light") }
            return stamps.first { $0.name == StampScope.lastEnd }?.value
        }
    }

    /// What a leader does that looks for lost jobs.
    private func offers(at instant: Instant) async throws -> [SchedulerMachine.Action] {
        let daily = try Schedule(cron: "0 8 * * *", zone: "UTC")
        let cycle = CycleDefinition(name: "light", schedule: daily, tasks: ["logs"])
        var machine = SchedulerMachine(cycles: [cycle], now: firing)
        _ = machine.gained()
        return machine.progress(try #require(await bench.accounting.progress()), now: instant)
    }

    @Test func whatWasRemovedIsNotPutInAgain() async throws {
        await bench.accounting.fired("light", at: firing, hasJob: true)
        #expect(try await offers(at: anHourLater).count == 1, "its job is lost")
        await bench.accounting.ended("light", firedAt: firing)
        #expect(try await offers(at: anHourLater) == [])
    }

    @Test func aFiringWithinASecondIsPutInAgainAsTheSame() async throws {
        let moment = firing.adding(nanoseconds: 907_000_000)
        await bench.accounting.fired("light", at: moment, hasJob: true)
        let offered = try await offers(at: anHourLater)
        let request = JobRequest(cycle: "light", firedAt: moment, trigger: Trigger.catchUp.rawValue)
        #expect(offered == [.offer(request)])
        await bench.accounting.ended("light", firedAt: moment)
        #expect(try await offers(at: anHourLater) == [])
    }

    @Test func theEndOfAnOlderFiringIsNotTheEndOfALaterOne() async throws {
        await bench.accounting.fired("light", at: firing, hasJob: true)
        await bench.accounting.ended("light", firedAt: firing)
        await bench.accounting.ended("light", firedAt: firing.adding(nanoseconds: -86_400_000_000_000))
        #expect(try lastEnd == firing.secondsSinceEpoch)
        #expect(try await offers(at: anHourLater) == [])
    }

    @Test func anEndOfAClockThatWasSetBackHidesNoLaterOne() async throws {
        let ahead = firing.adding(nanoseconds: 86_400_000_000_000)
        await bench.accounting.fired("light", at: ahead, hasJob: true)
        await bench.accounting.ended("light", firedAt: ahead)
        await bench.accounting.fired("light", at: firing, hasJob: true)
        await bench.accounting.ended("light", firedAt: firing)
        #expect(try lastEnd == firing.secondsSinceEpoch)
    }
}
