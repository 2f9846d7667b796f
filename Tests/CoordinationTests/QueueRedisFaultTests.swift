import Clients
import Coordination
import Retention
import Support
import Testing

/// What happens to Redis, and what others do to its keys: an error or a recovery, never a job that nobody has.
@Suite(.timeLimit(.minutes(10)), .tags(.r4))
struct QueueRedisFaultTests {
    private let keys = RedisKeys()

    @Test func flushedServerIsAnEmptyQueueThatWorks() async throws {
        try await RedisQueues.withServer { server, queue in
            for round in 0..<10 {
                try await queue.put(.of("a"))
                try await queue.put(.of("b"))
                let claim = try await queue.take()
                _ = try await server.command(round % 2 == 0 ? "FLUSHALL" : "FLUSHDB")
                if round % 3 == 0 { #expect(try await queue.beat([claim]) == [claim.job.id]) }
                #expect(try await queue.complete(claim) == false)
                #expect(try await queue.giveBack(claim) == false)
                #expect(try await queue.fail(claim, error: "", tasks: nil, chance: 0) == .lost)
                #expect(try await queue.claim(worker: "w") == nil)
                #expect(try await queue.figures().waiting == 0)
                try await queue.put(.of("a"))
                #expect(try await queue.drain() == ["a"])
                _ = try await server.command("FLUSHALL")
            }
        }
    }

    @Test func flushedScriptsAreSentAgain() async throws {
        try await RedisQueues.withServer { server, queue in
            for round in 0..<10 {
                try await queue.put(.of("a", Int64(round)))
                _ = try await server.command("SCRIPT", "FLUSH")
                let claim = try await queue.take()
                _ = try await server.command("SCRIPT", "FLUSH")
                #expect(try await queue.complete(claim))
            }
        }
    }

    @Test func destroyedGroupIsMadeAgainAndItsJobsComeAgain() async throws {
        try await RedisQueues.withServer { server, queue in
            try await queue.put(.of("a"))
            try await queue.put(.of("b"))
            let old = try await queue.take()
            _ = try await server.command("XGROUP", "DESTROY", keys.queueStream, "workers")
            #expect(try await queue.figures().waiting == 2)
            let again = try await queue.take()
            #expect(again.job.id == old.job.id && again.job.stalls == 1)
            #expect(try await queue.beat([old]) == [old.job.id])
            #expect(try await queue.complete(again))
            #expect(try await queue.drain() == ["b"])
        }
    }

    @Test func lostStreamKeepsNoCycleBusy() async throws {
        try await RedisQueues.withServer { server, queue in
            try await queue.put(.of("a", 0))
            try await queue.put(.of("b", 0))
            let claim = try await queue.take()
            _ = try await server.command("DEL", keys.queueStream)
            #expect(try await queue.claim(worker: "w") == nil)
            #expect(try await queue.enqueue(.of("a", 1), epoch: nil) == .enqueued)
            #expect(try await queue.enqueue(.of("b", 1), epoch: nil) == .enqueued)
            #expect(try await queue.complete(claim) == false)
            let lost = try await queue.jobs([.failed], offset: 0, limit: 10)
            let words = "Redis has lost its place in line. Retry it to run it now, or remove it."
            #expect(lost.map(\.cycle) == ["b", "a"] && lost.allSatisfy { $0.lastError == words })
            #expect(try await queue.drain() == ["a", "b"])
        }
    }

    @Test func fullServerTakesNothingInAndCanBeDrained() async throws {
        try await RedisQueues.withServer(["maxmemory-policy noeviction"]) { server, queue in
            for round in 0..<10 {
                let names = (0..<3).map { "c\(round)x\($0)" }
                for name in names { try await queue.put(.of(name)) }
                _ = try await server.command("CONFIG", "SET", "maxmemory", "1")
                let refused = JobRequest.of("late\(round)")
                let error = await #expect(throws: RedisError.self) { try await queue.enqueue(refused, epoch: 5) }
                #expect(error?.code == "OOM")
                let job = try await queue.job(refused.id)
                #expect(job == nil, "nothing of it is there")
                let claim = try await queue.take()
                #expect(try await queue.beat([claim]).isEmpty)
                #expect(try await queue.begin(claim))
                #expect(try await queue.giveBack(claim))
                #expect(try await queue.drain() == names)
                _ = try await server.command("CONFIG", "SET", "maxmemory", "0")
                #expect(try await queue.enqueue(refused, epoch: 5) == .enqueued)
                #expect(try await queue.drain() == [refused.cycle])
            }
        }
    }

    @Test func evictedKeysAreJobsThatAreGoneAndNeverJobsThatTwoHave() async throws {
        try await RedisQueues.withServer { server, queue in
            for round in 0..<10 {
                for number in 0..<20 { try await queue.put(.of("c\(round)x\(number)")) }
                let held = try await queue.take()
                _ = try await server.command("CONFIG", "SET", "maxmemory-policy", "allkeys-random")
                _ = try await server.command("CONFIG", "SET", "maxmemory", "1")
                // Whatever is written now costs others their place.
                _ = try await server.command("GET", "nothing")
                _ = try await server.command("CONFIG", "SET", "maxmemory", "0")
                _ = try await server.command("CONFIG", "SET", "maxmemory-policy", "noeviction")
                var begun: Set<String> = []
                while let claim = try await queue.claim(worker: "other") {
                    #expect(begun.insert(claim.job.id).inserted, "round \(round): \(claim.job.id) was given out twice")
                    _ = try await queue.complete(claim)
                }
                #expect(begun.count <= 20)
                if begun.contains(held.job.id) { #expect(try await queue.complete(held) == false) }
                _ = try await server.command("FLUSHALL")
                try await queue.put(.of("after\(round)"))
                #expect(try await queue.drain() == ["after\(round)"])
            }
        }
    }

    @Test func aUserWhoseRightsAreTakenDoesNothingAndGoesOnOnceTheyAreBack() async throws {
        try await RedisQueues.withServer { server, queue in
            let names = (0..<3).map { "c\($0)" }
            for name in names { try await queue.put(.of(name)) }
            let claim = try await queue.take()
            try await RedisLeaseFaultTests.Fault.revoked.inflict(on: server)
            // At once, as each waits a while for a connection.
            async let claimed = #expect(throws: RedisError.self) { try await queue.claim(worker: "w") }
            async let put = #expect(throws: RedisError.self) {
                try await queue.enqueue(.of("late"), epoch: nil)
            }
            async let completed = #expect(throws: RedisError.self) { try await queue.complete(claim) }
            _ = await (claimed, put, completed)
            try await RedisLeaseFaultTests.Fault.revoked.heal(server)
            #expect(try await Self.retrying { try await queue.giveBack(claim) })
            #expect(try await queue.drain() == names)
        }
    }

    @Test func restartWithoutDiskIsAnEmptyQueue() async throws {
        try await RedisQueues.withServer { server, queue in
            for round in 0..<10 {
                try await queue.put(.of("a", Int64(round)))
                let claim = try await queue.take()
                try await server.kill9()
                try await server.start()
                let isLost = try await Self.retrying { try await queue.beat([claim]) }
                #expect(isLost == [claim.job.id])
                #expect(try await queue.claim(worker: "w") == nil)
                try await queue.put(.of("a", Int64(round)))
                #expect(try await queue.drain() == ["a"])
            }
        }
    }

    @Test func replicaGivesNothingOutAndTakesNothingIn() async throws {
        let master = try await RedisServer.started()
        try await RedisQueues.withServer { server, queue in
            try await queue.put(.of("a"))
            let claim = try await queue.take()
            _ = try await server.command("REPLICAOF", "127.0.0.1", "\(master.port)")
            await #expect(throws: RedisError.self) { try await queue.claim(worker: "w") }
            await #expect(throws: RedisError.self) { try await queue.enqueue(.of("b"), epoch: nil) }
            // What its master does not know is lost there as well.
            do {
                #expect(try await queue.complete(claim) == false)
            } catch let error as RedisError {
                #expect(error.code == "READONLY" || error.isFateUnknown)
            }
            _ = try await server.command("REPLICAOF", "NO", "ONE")
        }
    }

    private static func retrying<Value>(_ body: () async throws -> Value) async throws -> Value {
        for _ in 0..<100 {
            do {
                return try await body()
            } catch let error as RedisError where error.isFateUnknown {
                continue
            }
        }
        throw SupportError("Redis did not come back")
    }
}
