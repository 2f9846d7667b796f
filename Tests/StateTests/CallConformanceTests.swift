import Retention
import State
import Support
import Testing

/// What every state store does with calls from outside.
struct CallConformanceTests {
    private static func instant(_ second: Int64) -> Instant { Instant(seconds: 1_700_000_000 + second) }

    private static func call(second: Int64) -> CallRecord {
        CallRecord(
            id: RunID.make(at: instant(second)),
            at: instant(second),
            who: "alice",
            from: "192.0.2.7",
            call: "POST /api/cleanup/run",
            detail: #"{"tasks":["logs"],"dry_run":false} 🧹"#
        )
    }

    @Test(arguments: Backend.all)
    func remembersWhoAskedForWhatAndHowItWasAnswered(_ backend: Backend) throws {
        let folder = try TemporaryFolder()
        let store = try backend.open(folder)
        var call = Self.call(second: 1)
        try store.record(call)
        #expect(try store.call(call.id) == call)
        call.status = 202
        try store.record(call)
        #expect(try store.call(call.id) == call)
        #expect(try store.call(Self.call(second: 1).id) == nil)
    }

    /// An answer that is recorded changes nothing of what was asked.
    @Test(arguments: Backend.all)
    func whatWasAskedStaysAsItWas(_ backend: Backend) throws {
        let folder = try TemporaryFolder()
        let store = try backend.open(folder)
        let call = Self.call(second: 1)
        try store.record(call)
        var altered = call
        altered.who = "mallory"
        altered.detail = ""
        altered.status = 200
        try store.record(altered)
        #expect(try store.call(call.id)?.message == nil)
        var ended = call
        ended.endedAt = Self.instant(9)
        ended.message = "Plan 1 was sealed for another policy 🧹"
        try store.record(ended)
        var expected = call
        expected.status = 200
        expected.endedAt = Self.instant(9)
        expected.message = ended.message
        #expect(try store.call(call.id) == expected)
    }

    @Test(arguments: Backend.all)
    func listsCallsInPagesNewestFirst(_ backend: Backend) throws {
        let folder = try TemporaryFolder()
        let store = try backend.open(folder)
        let calls = (1...5).map { Self.call(second: $0) }
        for call in calls { try store.record(call) }
        let first = try store.calls(before: nil, limit: 2)
        #expect(first == [calls[4], calls[3]])
        #expect(try store.calls(before: first.last?.id, limit: 2) == [calls[2], calls[1]])
        #expect(try store.calls(before: calls[0].id, limit: 2).isEmpty)
    }

    @Test(arguments: Backend.all)
    func findsTheRunsOfACall(_ backend: Backend) throws {
        let folder = try TemporaryFolder()
        let store = try backend.open(folder)
        let call = Self.call(second: 1)
        var runs = [Samples.run("logs", second: 2), Samples.run("backups", second: 3), Samples.run("logs", second: 4)]
        runs[0].request = call.id
        runs[1].request = call.id
        for run in runs { try store.begin(run) }
        #expect(try store.runs(ofRequest: call.id).map(\.record) == [runs[0], runs[1]])
        #expect(try store.runs(ofRequest: runs[2].id).isEmpty)
    }

    @Test(arguments: Backend.all)
    func forgetsCallsAsOldAsRuns(_ backend: Backend) throws {
        let folder = try TemporaryFolder()
        let store = try backend.open(folder)
        let (old, young) = (Self.call(second: 10), Self.call(second: 20))
        try store.record(old)
        try store.record(young)
        _ = try store.prune(runsEndedBefore: Self.instant(20), itemsEndedBefore: Self.instant(15))
        #expect(try store.calls(before: nil, limit: 10) == [young])
    }
}
