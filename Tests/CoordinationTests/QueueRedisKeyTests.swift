import Clients
import Coordination
import Retention
import Support
import Testing

/// Keys of the queue that others have written: an error for their job, and never the end of the queue.
@Suite(.timeLimit(.minutes(10)))
struct QueueRedisKeyTests {
    private let keys = RedisKeys()

    @Test func unreadableJobsBecomeFailedOnesAndTheQueueGoesOn() async throws {
        try await RedisQueues.withServer { server, queue in
            for (index, spoil) in Self.spoils.enumerated() {
                let request = JobRequest.of("c\(index)")
                try await queue.put(request)
                try await server.run([spoil.command[0], keys.queueJob + request.id] + spoil.command.dropFirst())
            }
            let typed = JobRequest.of("typed")
            try await queue.put(typed)
            _ = try await server.command("DEL", keys.queueJob + typed.id)
            _ = try await server.command("SET", keys.queueJob + typed.id, "text")
            try await queue.put(.of("good"))
            #expect(try await queue.drain() == ["good"])
            let failed = try await queue.jobs([.failed], offset: 0, limit: 50)
            #expect(failed.allSatisfy { $0.isDead })
            let errors = Dictionary(uniqueKeysWithValues: failed.map { ($0.id, $0.lastError ?? "none") })
            for (index, spoil) in Self.spoils.enumerated() {
                guard let problem = spoil.problem else { continue }
                let error = errors[JobRequest.of("c\(index)").id]
                #expect(error == Self.unreadable(problem), "\(spoil.command.prefix(2))")
            }
            #expect(errors[typed.id] == Self.unreadable("its key holds no hash"))
            #expect(try await queue.figures().unreadableTotal == failed.count)
            #expect(try await queue.retry(typed.id))
            #expect(try await queue.drain() == ["typed"])
        }
    }

    private static func unreadable(_ problem: String) -> String {
        "What was stored of the job cannot be read: \(problem). Retry it to run the whole cycle, or remove it."
    }

    /// What is done to a job's key, and what is said of it then; one whose state is none is not given out, and not known
    /// to have waited either.
    private static let spoils: [(command: [String], problem: String?)] = [
        (["HSET", "attempts", "many"], "its field attempts holds no number"),
        (["HSET", "attempts", "1e300"], "its field attempts holds no number"),
        (["HSET", "stalls", "-1"], "its field stalls holds no number"),
        (["HSET", "max", "99999999999999999999"], "its field max holds no number"),
        (["HSET", "max", "0"], "its number of attempts is not 1 to 1000"),
        (["HSET", "fired", "yesterday"], "its field fired cannot be read"),
        (["HSET", "backoff", "nan"], "its back-off is not 0 to \(Int(Backoff.maximumSeconds)) seconds"),
        (["HDEL", "cycle"], "it has no cycle or state"),
        (["HSET", "cycle", "two words"], "its cycle is not 1 to 128 printable ASCII characters without blanks"),
        (["HSET", "state", "\u{1}"], nil),
        (["HSET", "worker", String(repeating: "x", count: 70_000)], "its field worker is too long"),
        (["HSET", "tasks", "a\n" + String(repeating: "x", count: 40_000)], "its list of tasks is too long"),
    ]

    @Test func hostileKeysStopNothing() async throws {
        try await RedisQueues.withServer { server, queue in
            try await queue.put(.of("first"))
            _ = try await server.command("XADD", keys.queueStream, "*", "id", "nobody")
            _ = try await server.command("XADD", keys.queueStream, "*", "other", "x")
            _ = try await server.command("XADD", keys.queueStream, "*", "id", String(repeating: "x", count: 5000))
            _ = try await server.command("XADD", keys.queueStream, "*", "id", "{}:[]' or 1=1")
            _ = try await server.command("XADD", keys.queueStream, "*", "id", JobRequest.of("first").id)
            _ = try await server.command("ZADD", keys.queueDelayed, "0", "nobody", "1", "two words")
            _ = try await server.command("ZADD", keys.queueAll, "9e99", "nobody", "nan1", "x")
            _ = try await server.command("ZADD", keys.queueAll, "99", "two words")
            _ = try await server.command("HSET", keys.queueCycles, "second", "nobody", "third", "two words")
            for name in ["second", "third"] { try await queue.put(.of(name)) }
            let jobs = try await queue.jobs(Set(JobState.allCases), offset: 0, limit: 50)
            #expect(jobs.map(\.cycle) == ["third", "second", "first"])
            #expect(try await queue.drain() == ["first", "second", "third"])
            let figures = try await queue.figures()
            #expect(figures.waiting == 0 && figures.active == 0 && figures.delayed == 0)
        }
    }

    @Test func keysOfAnotherTypeAreErrors() async throws {
        try await RedisQueues.withServer { server, queue in
            for key in [keys.queueStream, keys.queueDelayed, keys.queueCycles, keys.queueFacts] {
                _ = try await server.command("FLUSHALL")
                _ = try await server.command("SET", key, "text")
                let error = await #expect(throws: RedisError.self, "\(key)") {
                    _ = try await queue.enqueue(.of("a"), epoch: 1)
                    _ = try await queue.claim(worker: "w")
                }
                #expect(error?.isFateUnknown == false)
                _ = try await server.command("DEL", key)
            }
            _ = try await server.command("FLUSHALL")
            _ = try await server.command("HSET", keys.queueFacts, "epoch", "high")
            let error = await #expect(throws: RedisError.self) { try await queue.enqueue(.of("a"), epoch: 1) }
            #expect(error?.description.contains(keys.queueFacts) == true)
        }
    }
}

extension RedisServer {
    /// Runs a command, given as a list.
    @discardableResult
    func run(_ words: [String]) async throws -> String {
        switch words.count {
        case 2: try await command(words[0], words[1])
        case 3: try await command(words[0], words[1], words[2])
        case 4: try await command(words[0], words[1], words[2], words[3])
        default: throw SupportError("\(words.count) words")
        }
    }
}
