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
            let spoils: [(String, [String])] = [
                ("attempts", ["HSET", "attempts", "many"]), ("attempts", ["HSET", "attempts", "1e300"]),
                ("stalls", ["HSET", "stalls", "-1"]), ("max", ["HSET", "max", "99999999999999999999"]),
                ("max", ["HSET", "max", "0"]), ("fired", ["HSET", "fired", "yesterday"]),
                ("backoff", ["HSET", "backoff", "nan"]), ("cycle", ["HDEL", "cycle"]),
                ("cycle", ["HSET", "cycle", "two words"]), ("state", ["HSET", "state", "\u{1}"]),
                ("worker", ["HSET", "worker", String(repeating: "x", count: 70_000)]),
                ("tasks", ["HSET", "tasks", "a\n" + String(repeating: "x", count: 40_000)]),
            ]
            for (index, (_, spoil)) in spoils.enumerated() {
                let request = JobRequest.of("c\(index)")
                try await queue.put(request)
                let words = [spoil[0], keys.queueJob + request.id] + spoil.dropFirst()
                _ = try await server.run(words)
            }
            let typed = JobRequest.of("typed")
            try await queue.put(typed)
            _ = try await server.command("DEL", keys.queueJob + typed.id)
            _ = try await server.command("SET", keys.queueJob + typed.id, "text")
            try await queue.put(.of("good"))
            #expect(try await queue.drain() == ["good"])
            let failed = try await queue.jobs([.failed], offset: 0, limit: 50)
            // One whose state is none is not given out, and not known to have waited either.
            #expect(failed.count >= spoils.count)
            #expect(failed.allSatisfy { $0.isDead && $0.lastError?.contains("cannot be read") == true })
            #expect(try await queue.figures().unreadableTotal == failed.count)
            #expect(try await queue.retry(typed.id))
            #expect(try await queue.drain() == ["typed"])
        }
    }

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
