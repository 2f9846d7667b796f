import Coordination
import Engine
import Retention
import ServiceLifecycle
import Stores
import Support
import Synchronization
import Telemetry
import Testing

/// Workers on a real queue in a real state file.
@Suite struct WorkerTests {
    private let bench: EngineBench
    private let queue: LocalJobQueue
    private let metrics: QueueMetrics

    init() throws {
        bench = try EngineBench([EngineBench.old("a"), EngineBench.old("b")])
        queue = try LocalJobQueue(state: bench.state, now: { EngineBench.now })
        metrics = try QueueMetrics(bench.registry, queue: "cycles", now: { EngineBench.now })
    }

    private func program(_ tasks: [TaskDefinition], cycle: String = "light") throws -> Program {
        var program = try bench.program(tasks)
        program.cycles = [CycleDefinition(name: cycle, schedule: nil, tasks: tasks.map(\.name))]
        try bench.metrics.configure(program)
        return program
    }

    private func request(_ cycle: String = "light", second: Int64 = 0) -> JobRequest {
        var request = JobRequest(cycle: cycle, firedAt: Instant(seconds: second), trigger: "schedule")
        request.maximumAttempts = 2
        return request
    }

    /// - Parameter other: instead of the bench's queue.
    private func worker(_ program: Program, on other: (any JobQueue)? = nil) -> Worker {
        Worker(
            queue: other ?? queue,
            name: "w",
            timing: WorkerTiming(
                look: .milliseconds(5),
                beat: .milliseconds(50),
                settle: .seconds(5),
                leavesToOthers: false
            ),
            program: { program },
            mayWork: { true },
            wakesUp: AsyncStream { _ in },
            cycles: bench.cycles,
            metrics: metrics,
            logger: .silent
        )
    }

    /// Puts a job in, and runs a worker until it has ended its attempt; returns the job.
    private func work(on request: JobRequest, _ program: Program) async throws -> Job {
        #expect(try await queue.enqueue(request, epoch: 1) == .enqueued)
        return try await outcome(of: request, program)
    }

    private func outcome(of request: JobRequest, _ program: Program) async throws -> Job {
        let group = ServiceGroup(services: [worker(program)], logger: .silent)
        async let running: Void = group.run()
        var job = try await queue.job(request.id)
        while job?.state == .waiting || job?.state == .active {
            await Task.yield()
            job = try await queue.job(request.id)
        }
        await group.triggerGracefulShutdown()
        try await running
        return try #require(job)
    }

    @Test func aJobRunsItsCycleAndEndsOnce() async throws {
        let job = try await work(on: request(), try program([bench.task()]))
        #expect(job.state == .completed)
        #expect(job.attempts == 1)
        #expect(bench.store.names == [])
        #expect(bench.sample(#"cleanup_queue_jobs_completed_total{queue="cycles"}"#) == 1)
        #expect(bench.sample(#"cleanup_queue_wait_duration_seconds_count{queue="cycles"}"#) == 1)
    }

    @Test func onlyWhatFailedIsLeftForTheNextAttempt() async throws {
        var broken = try bench.task("broken")
        broken.store = .items(UndecidedStore(bench.store, because: StoreError(.unreadable, "nobody knows")))
        let job = try await work(on: request(), try program([bench.task(), broken]))
        #expect(job.state == .delayed)
        #expect(job.tasks == ["broken"])
        #expect(job.lastError?.hasPrefix("broken: ") == true)
        #expect(bench.sample(#"cleanup_queue_job_failures_total{queue="cycles"}"#) == 1)
        #expect(bench.store.names == [])
    }

    @Test func aFiringThatWaitsForQuietHoldsNoWorkerAndIsNoAttempt() async throws {
        let job = try await work(on: request(firedAt: EngineBench.now), try quietProgram())
        #expect(job.state == .delayed && job.attempts == 0 && job.lastError == nil)
        #expect(job.dueAt == EngineBench.now.adding(nanoseconds: 30_000_000_000))
        #expect(bench.store.names == ["a", "b"])
        #expect(bench.sample(#"cleanup_queue_wait_duration_seconds_count{queue="cycles"}"#) == 0)
        for result in ["quiet", "late", "unknown"] {
            #expect(bench.sample(#"cleanup_cycle_quiet_waits_total{cycle="light",result="\#(result)"}"#) == 0)
        }
    }

    @Test func aFiringWhoseHoursEndedWhileItWaitedIsMissedAndRemovesNothing() async throws {
        let job = try await work(on: request(firedAt: Self.halfAnHourAgo), try quietProgram(Self.hourThatIsOver))
        #expect(job.state == .completed)
        #expect(bench.store.names == ["a", "b"])
        #expect(bench.sample(#"cleanup_schedule_misses_total{task="logs"}"#) == 1)
    }

    @Test func whatWasBegunInItsHoursAndGivenBackGoesOnAfterThem() async throws {
        let request = request(firedAt: Self.halfAnHourAgo)
        #expect(try await queue.enqueue(request, epoch: 1) == .enqueued)
        let claim = try #require(try await queue.claim(worker: "other"))
        #expect(try await queue.begin(claim))
        #expect(try await queue.giveBack(claim))
        let job = try await outcome(of: request, try quietProgram(Self.hourThatIsOver))
        #expect(job.state == .completed && job.attempts == 1)
        #expect(bench.store.names == [])
    }

    @Test func aFiringThatWaitsRunsAtAnOperatorsWord() async throws {
        let program = try quietProgram()
        let firing = request(firedAt: EngineBench.now)
        #expect(try await work(on: firing, program).state == .delayed)
        #expect(try await queue.retry(firing.id))
        #expect(try await outcome(of: firing, program).state == .completed)
        #expect(bench.store.names == [])
    }

    @Test func aCycleThatIsSwitchedOffWhileItsFiringWaitsHasMissedIt() async throws {
        var program = try quietProgram()
        program.cycles[0].isEnabled = false
        let job = try await work(on: request(firedAt: EngineBench.now), program)
        #expect(job.state == .completed && job.lastError == nil)
        #expect(bench.store.names == ["a", "b"])
        #expect(bench.sample(#"cleanup_schedule_misses_total{task="logs"}"#) == 1)
    }

    @Test func theQueueKnowsOfABeginningBeforeAnythingIsDone() async throws {
        var program = try quietProgram()
        program.cycles[0].quiet = QuietWait(atLatestSeconds: 3_600, checkEverySeconds: 30) { _ in nil }
        let job = try await work(on: request(firedAt: EngineBench.now), program)
        #expect(job.state == .completed && job.begunAt == EngineBench.now)
        #expect(bench.store.names == [])
    }

    @Test func nothingIsDoneWhileABeginningCannotBeRecorded() async throws {
        var program = try quietProgram()
        program.cycles[0].quiet = QuietWait(atLatestSeconds: 3_600, checkEverySeconds: 30) { _ in nil }
        let request = request(firedAt: EngineBench.now)
        #expect(try await queue.enqueue(request, epoch: 1) == .enqueued)
        let silent = QueueThatTakesNoEnd(queue, takesBeginnings: false)
        let group = ServiceGroup(services: [worker(program, on: silent)], logger: .silent)
        async let running: Void = group.run()
        for await _ in silent.asked { break }
        await group.triggerGracefulShutdown()
        try await running
        let job = try #require(try await queue.job(request.id))
        #expect(job.state == .waiting && job.attempts == 0 && job.begunAt == nil)
        #expect(bench.store.names == ["a", "b"])
    }

    private static let halfAnHourAgo = EngineBench.now.adding(nanoseconds: -1_800_000_000_000)

    /// The hour until now.
    private static var hourThatIsOver: Window {
        let minute = Int(EngineBench.now.secondsSinceEpoch.truncatingRemainder(dividingBy: 86_400) / 60)
        return Window(fromMinute: (minute + 1_380) % 1_440, toMinute: minute, zone: "UTC")
    }

    /// A cycle whose machine is never quiet.
    private func quietProgram(_ window: Window? = nil) throws -> Program {
        var program = try program([bench.task("logs")])
        program.cycles[0].quiet = QuietWait(atLatestSeconds: 3_600, checkEverySeconds: 30) { _ in "somebody works" }
        program.cycles[0].window = window
        try bench.metrics.configure(program)
        return program
    }

    private func request(firedAt: Instant) -> JobRequest {
        JobRequest(cycle: "light", firedAt: firedAt, trigger: "schedule")
    }

    @Test func aJobOfACycleThatIsNotThereFails() async throws {
        let job = try await work(on: request("gone"), try program([bench.task()]))
        #expect(job.state == .delayed)
        #expect(job.lastError?.contains("no cycle gone") == true)
        #expect(bench.store.names == ["a", "b"])
    }

    @Test func aJobIsGivenBackWhenTheServiceEnds() async throws {
        var task = try bench.task()
        task.pace = .init(batch: 1, pauseMilliseconds: 10_000)
        let program = try program([task])
        let request = request()
        #expect(try await queue.enqueue(request, epoch: 1) == .enqueued)
        // Held by this very process: the run waits for it, and is ended while it does.
        let lock = try bench.runner.locks.acquire(task: "things")
        let group = ServiceGroup(services: [worker(program)], logger: .silent)
        async let running: Void = group.run()
        while try await queue.job(request.id)?.state != .active { await Task.yield() }
        await group.triggerGracefulShutdown()
        try await running
        lock.release()
        let job = try #require(try await queue.job(request.id))
        #expect(job.state == .waiting)
        #expect(job.attempts == 0)
        #expect(bench.store.names == ["a", "b"])
    }
}
