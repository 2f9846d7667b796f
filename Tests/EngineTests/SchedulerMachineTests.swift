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

    /// A leader that has read how far everything had come: fired just now.
    private func leader(_ cycles: [CycleDefinition], now: Int64 = 0) -> SchedulerMachine {
        var machine = SchedulerMachine(cycles: cycles, now: at(now))
        #expect(machine.gained() == [.readProgress])
        let progress = Dictionary(uniqueKeysWithValues: cycles.map { ($0.name, CycleProgress(lastFire: at(now))) })
        #expect(machine.progress(progress, now: at(now)) == [])
        return machine
    }

    private func request(_ cycle: String, _ seconds: Int64, _ trigger: Trigger = .schedule) -> JobRequest {
        JobRequest(cycle: cycle, firedAt: at(seconds), trigger: trigger.rawValue)
    }

    private func last(_ seconds: Int64) -> CycleProgress { CycleProgress(lastFire: at(seconds)) }

    @Test func theLeaderOffersWhatIsDueOnce() throws {
        var machine = leader([try cycle()])
        #expect(machine.time(at(59)) == [])
        #expect(machine.time(at(60)).first == .offer(request("light", 60)))
        let answered = machine.answered(request("light", 60), .enqueued)
        #expect(answered == [.remember(cycle: "light", at: at(60), hasJob: true)])
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
        #expect(former.progress([:], now: at(60)) == [])
        #expect(former.answered(request("light", 60), .enqueued) == [])
    }

    @Test func theNextLeaderTakesUpWhereTheOneBeforeLeftOff() throws {
        var machine = SchedulerMachine(cycles: [try cycle(), try cycle("new")], now: at(0))
        _ = machine.gained()
        let actions = machine.progress(["light": last(60)], now: at(200))
        #expect(
            actions == [.offer(request("light", 180, .catchUp)), .remember(cycle: "new", at: at(200), hasJob: false)]
        )
        // Counted once, and only when the queue has answered: whoever leads next would find the same.
        #expect(
            machine.answered(request("light", 180, .catchUp), .enqueued) == [
                .remember(cycle: "light", at: at(180), hasJob: true),
                .miss(cycle: "light", count: 2, reason: .nobodyLed(isMadeUpFor: true)),
            ]
        )
    }

    @Test func aFiringThatTheFormerLeaderHadPutInIsNoMiss() throws {
        var machine = SchedulerMachine(cycles: [try cycle()], now: at(0))
        _ = machine.gained()
        _ = machine.progress(["light": last(60)], now: at(121))
        #expect(
            machine.answered(request("light", 120, .catchUp), .duplicate) == [
                .remember(cycle: "light", at: at(120), hasJob: false)
            ]
        )
    }

    @Test func progressThatCannotBeReadIsAskedForAgainAndNothingIsLost() throws {
        var machine = SchedulerMachine(cycles: [try cycle()], now: at(0))
        _ = machine.gained()
        #expect(machine.isWaiting)
        #expect(machine.time(at(61)) == [.readProgress])
        let actions = machine.progress(["light": last(0)], now: at(62))
        #expect(actions == [.offer(request("light", 60, .catchUp))])
    }

    @Test func aJobThatTheQueueHasLostIsPutInAgain() throws {
        var machine = leader([try cycle(everySeconds: 86_400)])
        let open = CycleProgress(lastFire: at(0), openJob: at(0))
        #expect(machine.time(at(61)) == [.readProgress])
        #expect(machine.progress(["light": open], now: at(61)) == [.offer(request("light", 0, .catchUp))])
        // It is there: nothing to remember, and no miss.
        #expect(machine.answered(request("light", 0, .catchUp), .duplicate) == [])
        #expect(machine.progress(["light": open], now: at(122)) == [.offer(request("light", 0, .catchUp))])
        #expect(machine.answered(request("light", 0, .catchUp), .busy(by: "light@x")) == [])
        #expect(machine.progress(["light": open], now: at(183)) == [.offer(request("light", 0, .catchUp))])
        #expect(
            machine.answered(request("light", 0, .catchUp), .enqueued) == [
                .remember(cycle: "light", at: at(0), hasJob: true)
            ]
        )
        #expect(machine.progress(["light": last(0)], now: at(244)) == [])
    }

    @Test func whatFiresAtStartDoesNotFireWhenTheLeadChangesHands() throws {
        let cycles = [try cycle(everySeconds: 3600, runsAtStart: true)]
        var first = SchedulerMachine(cycles: cycles, now: at(100))
        var second = SchedulerMachine(cycles: cycles, now: at(101))
        _ = first.gained()
        #expect(first.progress(["light": last(50)], now: at(110)) == [.offer(request("light", 110))])
        _ = second.gained()
        #expect(second.progress(["light": last(110)], now: at(120)) == [])
    }

    @Test func whatFiresAtStartIsOnTheMillisecond() throws {
        let begin = Instant(seconds: 100, nanoseconds: 700_000_321)
        var machine = SchedulerMachine(cycles: [try cycle(everySeconds: 3600, runsAtStart: true)], now: begin)
        _ = machine.gained()
        let request = JobRequest(
            cycle: "light",
            firedAt: Instant(seconds: 100, nanoseconds: 700_000_000),
            trigger: Trigger.schedule.rawValue
        )
        #expect(machine.progress(["light": last(50)], now: begin) == [.offer(request)])
        // It has been fired at the very moment of the start, and is not again.
        machine.lost()
        _ = machine.gained()
        #expect(machine.progress(["light": CycleProgress(lastFire: request.firedAt)], now: at(120)) == [])
    }

    @Test func aStartDuringAFiringThatWaitsMissesNothing() throws {
        var machine = SchedulerMachine(cycles: [try cycle(everySeconds: 3600, runsAtStart: true)], now: at(100))
        _ = machine.gained()
        #expect(machine.progress(["light": last(50)], now: at(110)) == [.offer(request("light", 110))])
        #expect(
            machine.answered(request("light", 110), .busy(by: "light@50")) == [
                .remember(cycle: "light", at: at(110), hasJob: false)
            ]
        )
    }

    @Test func aFiringWithoutAnAnswerIsOfferedAgainUntilTheNextOne() throws {
        var machine = leader([try cycle()])
        #expect(machine.time(at(60)).first == .offer(request("light", 60)))
        #expect(machine.answered(request("light", 60), nil) == [])
        #expect(machine.isWaiting)
        #expect(machine.time(at(61)) == [.offer(request("light", 60))])
        #expect(
            machine.time(at(120)).prefix(2) == [
                .miss(cycle: "light", count: 1, reason: .queueSilent), .offer(request("light", 120)),
            ]
        )
        // The late answer of the first belongs to nothing that waits.
        _ = machine.answered(request("light", 60), .enqueued)
        #expect(machine.isWaiting)
        _ = machine.answered(request("light", 120), .duplicate)
        #expect(!machine.isWaiting)
    }

    @Test func aFiringThatTheQueueRefusesForGoodIsMissedOnce() throws {
        var machine = leader([try cycle()])
        _ = machine.time(at(60))
        #expect(machine.refused(request("light", 60)) == [.miss(cycle: "light", count: 1, reason: .queueSilent)])
        #expect(!machine.isWaiting)
        #expect(machine.refused(request("light", 60)) == [])
    }

    @Test func aJobThatIsStillThereIsAMissButNoneForALookAtAQuota() throws {
        var machine = leader([try cycle(), try cycle("quota:x", isQuotaCheck: true)])
        _ = machine.time(at(60))
        #expect(
            machine.answered(request("light", 60), .busy(by: "light@before")) == [
                .remember(cycle: "light", at: at(60), hasJob: false),
                .miss(cycle: "light", count: 1, reason: .busy(with: "light@before")),
            ]
        )
        var look = request("quota:x", 60)
        look.isRoutine = true
        look.maximumAttempts = 1
        #expect(machine.answered(look, .busy(by: "quota:x@before")) == [])
        #expect(machine.answered(look, .enqueued) == [])
    }

    @Test func aClockThatIsSetBackSilencesNothing() throws {
        var machine = leader([try cycle()], now: 6000)
        #expect(machine.time(at(6060)).first == .offer(request("light", 6060)))
        _ = machine.answered(request("light", 6060), .enqueued)
        _ = machine.time(at(6001))
        // The same time comes again, and is another firing.
        guard case .offer(let again)? = machine.time(at(6060)).first else {
            Issue.record("nothing was offered")
            return
        }
        #expect(again.firedAt == at(6060))
        #expect(again.id != request("light", 6060).id)
    }

    @Test func firingsOutsideTheWindowAreNeitherOfferedNorMissed() throws {
        let night = Window(fromMinute: 0, toMinute: 1, zone: "UTC")
        var machine = leader([try cycle(everySeconds: 30, window: night)])
        #expect(machine.time(at(30)) == [.offer(request("light", 30))])
        _ = machine.answered(request("light", 30), .enqueued)
        #expect(machine.time(at(59)) == [])
        var next = SchedulerMachine(cycles: machine.cycles, now: at(0))
        _ = next.gained()
        #expect(next.progress(["light": last(60)], now: at(600)) == [])
    }

    @Test func aFiringThatIsLookedAtAfterItsWindowIsMissed() throws {
        let night = Window(fromMinute: 0, toMinute: 1, zone: "UTC")
        var machine = leader([try cycle(everySeconds: 30, window: night)])
        let actions = machine.time(at(300))
        #expect(actions.contains(.miss(cycle: "light", count: 1, reason: .tooLate)))
        #expect(actions.contains(.remember(cycle: "light", at: at(30), hasJob: false)))
    }

    @Test func aCycleThatAReloadBringsCountsFromThen() throws {
        var machine = leader([try cycle()])
        let actions = machine.replace(with: [try cycle(), try cycle("new")], now: at(10))
        #expect(actions == [.remember(cycle: "new", at: at(10), hasJob: false)])
    }

    @Test func aStaleLeaderRemembersNothing() throws {
        var machine = leader([try cycle()])
        _ = machine.time(at(60))
        #expect(machine.answered(request("light", 60), .stale) == [])
    }
}
