import Coordination
@testable import Engine
import Retention
import Testing

@Suite struct SchedulerMachineTests {
    private func cycle(
        _ name: String = "light",
        everySeconds: Int64 = 60,
        runsAtStart: Bool = false,
        window: Window? = nil,
        isQuotaCheck: Bool = false
    ) throws -> CycleDefinition {
        CycleDefinition(
            name: name,
            schedule: try Schedule(everyMilliseconds: everySeconds * 1000),
            tasks: ["logs"],
            runsAtStart: runsAtStart,
            window: window,
            isQuotaCheck: isQuotaCheck
        )
    }

    private func at(_ seconds: Int64) -> Instant { Instant(seconds: seconds) }

    /// A leader that has read when everything was fired last: just now.
    private func leader(_ cycles: [CycleDefinition], now: Int64 = 0) -> SchedulerMachine {
        var machine = SchedulerMachine(cycles: cycles, now: at(now))
        #expect(machine.gained() == [.readLastFires])
        let fires = Dictionary(uniqueKeysWithValues: cycles.map { ($0.name, at(now)) })
        #expect(machine.lastFires(fires, now: at(now)) == [])
        return machine
    }

    private func request(_ cycle: String, _ seconds: Int64, _ trigger: Trigger = .schedule) -> JobRequest {
        JobRequest(cycle: cycle, firedAt: at(seconds), trigger: trigger.rawValue)
    }

    @Test func theLeaderOffersWhatIsDueOnce() throws {
        var machine = leader([try cycle()])
        #expect(machine.time(at(59)) == [])
        #expect(machine.time(at(60)) == [.offer(request("light", 60))])
        let answered = machine.answered(request("light", 60), .enqueued)
        #expect(answered == [.remember(cycle: "light", at: at(60))])
        #expect(machine.time(at(61)) == [])
        #expect(!machine.isWaiting)
    }

    @Test func whoeverDoesNotLeadOffersNothingAndKnowsTheNextFiring() throws {
        var machine = SchedulerMachine(cycles: [try cycle()], now: at(0))
        #expect(machine.time(at(60)) == [])
        #expect(machine.next == at(120))
        var former = leader([try cycle()])
        former.lost()
        #expect(former.time(at(60)) == [])
        #expect(former.lastFires([:], now: at(60)) == [])
        #expect(former.answered(request("light", 60), .enqueued) == [])
    }

    @Test func theNextLeaderTakesUpWhereTheOneBeforeLeftOff() throws {
        var machine = SchedulerMachine(cycles: [try cycle(), try cycle("new")], now: at(0))
        _ = machine.gained()
        let actions = machine.lastFires(["light": at(60)], now: at(200))
        #expect(
            actions == [
                .miss(cycle: "light", count: 2, reason: .nobodyLed(isMadeUpFor: true)),
                .remember(cycle: "light", at: at(200)),
                .offer(request("light", 180, .catchUp)),
                .remember(cycle: "new", at: at(200)),
            ]
        )
    }

    @Test func lastFiringsThatCannotBeReadAreAskedForAgainAndNothingIsLost() throws {
        var machine = SchedulerMachine(cycles: [try cycle()], now: at(0))
        _ = machine.gained()
        #expect(machine.isWaiting)
        #expect(machine.time(at(61)) == [.readLastFires])
        let actions = machine.lastFires(["light": at(0)], now: at(62))
        #expect(actions.contains(.offer(request("light", 60, .catchUp))))
        #expect(machine.lastFires(["light": at(0)], now: at(63)) == [])
    }

    @Test func whatFiresAtStartDoesNotFireWhenTheLeadChangesHands() throws {
        let cycles = [try cycle(everySeconds: 3600, runsAtStart: true)]
        var first = SchedulerMachine(cycles: cycles, now: at(100))
        var second = SchedulerMachine(cycles: cycles, now: at(101))
        _ = first.gained()
        #expect(first.lastFires(["light": at(50)], now: at(110)) == [.offer(request("light", 110))])
        _ = second.gained()
        #expect(second.lastFires(["light": at(110)], now: at(120)) == [])
    }

    @Test func aFiringWithoutAnAnswerIsOfferedAgainUntilTheNextOne() throws {
        var machine = leader([try cycle()])
        #expect(machine.time(at(60)) == [.offer(request("light", 60))])
        #expect(machine.answered(request("light", 60), nil) == [])
        #expect(machine.isWaiting)
        #expect(machine.time(at(61)) == [.offer(request("light", 60))])
        #expect(
            machine.time(at(120)) == [
                .miss(cycle: "light", count: 1, reason: .queueSilent), .offer(request("light", 120)),
            ]
        )
        // The late answer of the first belongs to nothing that waits.
        _ = machine.answered(request("light", 60), .enqueued)
        #expect(machine.isWaiting)
        _ = machine.answered(request("light", 120), .duplicate)
        #expect(!machine.isWaiting)
    }

    @Test func aJobThatIsStillThereIsAMissButNoneForALookAtAQuota() throws {
        var machine = leader([try cycle(), try cycle("quota:x", isQuotaCheck: true)])
        _ = machine.time(at(60))
        #expect(
            machine.answered(request("light", 60), .busy(by: "light@before")) == [
                .remember(cycle: "light", at: at(60)),
                .miss(cycle: "light", count: 1, reason: .busy(with: "light@before")),
            ]
        )
        var look = request("quota:x", 60)
        look.isRoutine = true
        look.maximumAttempts = 1
        #expect(machine.answered(look, .busy(by: "quota:x@before")) == [.remember(cycle: "quota:x", at: at(60))])
    }

    @Test func firingsOutsideTheWindowAreNeitherOfferedNorMissed() throws {
        let night = Window(fromMinute: 0, toMinute: 1, zone: "UTC")
        var machine = leader([try cycle(everySeconds: 30, window: night)])
        #expect(machine.time(at(30)) == [.offer(request("light", 30))])
        _ = machine.answered(request("light", 30), .enqueued)
        #expect(machine.time(at(60)) == [])
        var next = SchedulerMachine(cycles: machine.cycles, now: at(0))
        _ = next.gained()
        #expect(next.lastFires(["light": at(60)], now: at(600)) == [])
    }

    @Test func aStaleLeaderRemembersNothing() throws {
        var machine = leader([try cycle()])
        _ = machine.time(at(60))
        #expect(machine.answered(request("light", 60), .stale) == [])
    }
}
