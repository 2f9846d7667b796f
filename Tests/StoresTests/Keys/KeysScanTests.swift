import Clients
import Foundation
import Retention
import Support
import Synchronization
import Testing

@testable import Stores

@Suite struct KeysScanTests {
    @Test func agesAreCountedFromTheFieldThatSaysThem() async throws {
        let world = try await KeysWorld()
        try await world.call("HSET", "old", "at", "2025-12-01T00:00:00Z")
        try await world.call("HSET", "old:seconds", "at", 1_764_547_200)
        try await world.call("HSET", "old:milliseconds", "at", 1_764_547_200_000)
        try await world.call("HSET", "young", "at", "2025-12-31T00:00:00Z")
        try await world.call("HSET", "never", "at", "0")
        try await world.call("HSET", "without", "other", "2025-12-01T00:00:00Z")
        try await world.call("HSET", "long", "at", String(repeating: "1", count: 100_000))
        try await world.call("SET", "at", "2025-12-01T00:00:00Z")
        let plan = try await world.plan(.aged, .older(than: "7d"), now: KeysWorld.now)
        #expect(plan.names(.remove) == ["old", "old:milliseconds", "old:seconds"])
        #expect(plan.names(.young) == ["young"])
        #expect(plan.names(.keep) == ["long", "never", "without"])
        for name in ["long", "never", "without"] {
            #expect(plan.reason(name) == "its field at holds no time that can be read")
        }
        #expect(plan.reason("old") == "older than 7d")
        #expect(plan.summary.examined == 7)
    }

    @Test func idleKeysAreThoseThatNobodyHasUsed() async throws {
        let world = try await KeysWorld()
        try await world.makeIdle(["idle", "barely"], seconds: 864_000)
        try await world.makeIdle(["half"], seconds: 100)
        try await world.call("SET", "used", "x")
        // A look is no use, a read is.
        try await world.call("GET", "barely")
        let plan = try await world.plan(.make { $0.idleFor = try? Age(parsing: "5m") }, .idle(for: "5m"))
        #expect(plan.names(.remove) == ["idle"])
        #expect(plan.reason("idle") == "idle for 5m")
        #expect(plan.reason("half") == "not idle for 5m")
        let again = try await world.plan(.make { $0.idleFor = try? Age(parsing: "5m") }, .idle(for: "5m"))
        #expect(again.names(.remove) == ["idle"])
    }

    @Test func aServerThatCountsUsesDoesNotKnowIdleTimes() async throws {
        var options = RedisServer.Options()
        options.lines = ["maxmemory-policy allkeys-lfu", "maxmemory 100mb"]
        let world = try await KeysWorld(options)
        try await world.call("SET", "a", "x")
        let specification = KeysSpecification.make { $0.idleFor = try? Age(parsing: "5m") }
        let error = await #expect(throws: StoreError.self) { try await world.plan(specification, .idle(for: "5m")) }
        #expect(error?.message.contains("LFU") == true)
        // Where nobody asks for it, it is no matter.
        let plan = try await world.plan(.make { $0.withoutTTL = true }, .withoutTTL)
        #expect(plan.names(.remove) == ["a"])
    }

    @Test func keysThatExpireAreNoCandidatesWithoutTTL() async throws {
        let world = try await KeysWorld()
        try await world.call("SET", "forever", "x")
        try await world.call("SET", "soon", "x", "EX", 100_000)
        let plan = try await world.plan(.make { $0.withoutTTL = true }, .withoutTTL)
        #expect(plan.names(.remove) == ["forever"])
        #expect(plan.reason("forever") == "without a time to live")
        #expect(plan.summary.examined == 1)
        #expect(plan.summary.skipped == [.young: 1])
    }

    @Test func typesAndGlobsSayWhichKeysAreMeant() async throws {
        let world = try await KeysWorld()
        try await world.call("SET", "a:string", "x")
        try await world.call("RPUSH", "a:list", "x")
        try await world.call("SADD", "a:set", "x")
        try await world.call("ZADD", "b:zset", 1, "x")
        try await world.call("HSET", "b:hash", "x", "y")
        try await world.call("XADD", "c:stream", "*", "x", "y")
        func names(_ match: [String], _ types: [String]) async throws -> [String] {
            let specification = KeysSpecification.make {
                ($0.match, $0.types, $0.withoutTTL) = (match, types, true)
            }
            return try await world.plan(specification, .withoutTTL).names(.remove)
        }
        #expect(try await names([], []).count == 6)
        #expect(try await names(["a:*"], []) == ["a:list", "a:set", "a:string"])
        #expect(try await names(["a:*"], ["set"]) == ["a:set"])
        #expect(try await names(["[bc]:*", "a:l*"], ["list", "zset", "stream"]) == ["a:list", "b:zset", "c:stream"])
        #expect(try await names(["x*"], []).isEmpty)
        let some = KeysSpecification.make { ($0.types, $0.withoutTTL) = (["list", "set"], true) }
        let summary = try await world.plan(some, .withoutTTL).summary
        #expect(summary.examined == 2)
        #expect(summary.skipped.isEmpty)
    }

    @Test func ourOwnKeysAreNoCandidatesOfAStar() async throws {
        let world = try await KeysWorld()
        let own = ["{cleanupd}:lock:leader", "{cleanupd}:", "{mine}:queue"]
        for name in own + ["{cleanupd}", "other"] { try await world.call("SET", name, "x") }
        let specification = KeysSpecification.make {
            ($0.match, $0.withoutTTL, $0.ownPrefixes) = (["*"], true, ["{mine}:", "{cleanupd}:"])
        }
        let plan = try await world.plan(specification, .withoutTTL)
        #expect(plan.names(.remove) == ["other", "{cleanupd}"])
        #expect(plan.summary.skipped == [.protected: 3])
        // Also when a plan names them, whoever made it.
        let forged = try await world.plan(.make { ($0.withoutTTL, $0.ownPrefixes) = (true, []) }, .withoutTTL)
        #expect(forged.names(.remove).count == 5)
        let results = try await world.act(forged, specification)
        #expect(results.names(.deleted) == ["other", "{cleanupd}"])
        #expect(results.names(.changed) == Set(own))
        #expect(try await world.keys() == Set(own))
    }

    @Test func rulesOfKeepHold() async throws {
        let world = try await KeysWorld()
        for day in 10...19 { try await world.call("HSET", "job:\(day)", "at", "2025-11-\(day)T00:00:00Z") }
        var policy = try Policy.older(than: "7d")
        policy.keep.counts.last = 3
        let specification = KeysSpecification.make {
            ($0.types, $0.time, $0.keepMatch, $0.countsKeys) = (["hash"], "at", ["job:1[01]"], true)
        }
        policy.keep.match = specification.keepMatch
        let plan = try await world.plan(specification, policy, now: KeysWorld.now)
        #expect(plan.names(.remove) == (12...16).map { "job:\($0)" })
        #expect(plan.reason("job:10") == "kept: matches job:1[01]")
    }

    @Test func sizesAreThoseOfTheServer() async throws {
        let world = try await KeysWorld()
        try await world.call("SET", "big", String(repeating: "x", count: 200_000))
        try await world.call("SET", "small", "x")
        var policy = Policy.withoutTTL
        policy.remove?.sizeOver = 100_000
        let specification = KeysSpecification.make { ($0.withoutTTL, $0.sizeOver) = (true, 100_000) }
        let plan = try await world.plan(specification, policy)
        #expect(plan.names(.remove) == ["big"])
        #expect(plan.tally.removeBytes >= 200_000)
        try await world.call("SET", "big", "small by now")
        #expect(try await world.act(plan, specification)["big"]?.outcome == .changed)
    }

    /// 60 MB of names; at no time more than a page and a block of them are held.
    @Test func aHundredThousandKeysAreListedOnceEachInBoundedMemory() async throws {
        let world = try await KeysWorld()
        let count = 100_000
        try await world.eval(
            "local s = string.rep('x', 600); for i = 1, \(count) do redis.call('SET', s .. i, '') end"
        )
        let store = world.store(.make { $0.withoutTTL = true })
        let (names, growth) = try await onThread {
            let before = try residentBytes()
            let seen = Mutex<Set<Int>>([])
            let peak = Mutex(0)
            let source = try store.openSource()
            let summary = try source.scan(workers: 2, isCancelled: { false }) { block in
                for item in block.items {
                    let number = Int(String(decoding: block.name(of: item).dropFirst(600), as: UTF8.self)) ?? 0
                    #expect(seen.withLock { $0.insert(number).inserted })
                }
                #expect(block.items.count <= ItemBlock.capacity)
                let now = try residentBytes()
                peak.withLock { $0 = max($0, now - before) }
            }
            #expect(summary.examined == count)
            return (seen.withLock { $0 }, peak.withLock { $0 })
        }
        #expect(names == Set(1...count))
        #expect(growth < 50 << 20, "grew by \(growth >> 20) MiB")
    }

    @Test func aCancelledScanEnds() async throws {
        let world = try await KeysWorld()
        try await world.eval("for i = 1, 20000 do redis.call('SET', i, '') end")
        let store = world.store(.make { $0.withoutTTL = true })
        let seen = try await onThread {
            let seen = Mutex(0)
            _ = try store.openSource().scan(workers: 1, isCancelled: { seen.withLock { $0 } > 0 }) { block in
                seen.withLock { $0 += block.items.count }
            }
            return seen.withLock { $0 }
        }
        #expect(seen > 0)
        #expect(seen < 3000)
    }

    @Test func aNodeOfAClusterIsRefused() async throws {
        var options = RedisServer.Options()
        options.lines = ["cluster-enabled yes", "cluster-config-file nodes.conf"]
        let world = try await KeysWorld(options)
        let error = await #expect(throws: StoreError.self) {
            try await world.plan(.make { $0.withoutTTL = true }, .withoutTTL)
        }
        #expect(error?.code == .denied)
        #expect(error?.message.contains("Cluster") == true)
    }

    @Test func aServerThatIsNotThereIsMissing() async throws {
        let port = try Loopback.freePort()
        let settings = try RedisSettings(url: "redis://app:s3cr3t@127.0.0.1:\(port)")
        let server = KeysServer(name: "cache", settings: settings)
        let store = KeysStore(server: server, specification: .aged, now: { KeysWorld.now })
        let error = await #expect(throws: StoreError.self) { try await onThread { _ = try store.openSource() } }
        #expect(error?.code == .missing)
        #expect(error?.message.contains("cache") == true)
        #expect(error?.message.contains("s3cr3t") == false)
    }

    /// An optional connection would be `unavailable` for good.
    @Test func aServerThatRefusesThePasswordIsNotMissing() async throws {
        var options = RedisServer.Options()
        options.password = "right"
        let redis = try await RedisServer.started(options)
        let server = KeysServer(name: "cache", settings: try RedisSettings(url: redis.url(":wr0ng@")))
        let store = KeysStore(server: server, specification: .aged, now: { KeysWorld.now })
        let error = await #expect(throws: StoreError.self) { try await onThread { _ = try store.openSource() } }
        #expect(error?.code == .unreadable)
        #expect(error?.message.contains("wr0ng") == false)
    }

    /// Preview purity: what the server was asked for are reads, and nothing of it has changed.
    @Test(.tags(.f17)) func aPreviewSendsNothingThatWrites() async throws {
        var options = RedisServer.Options()
        options.lines = ["enable-debug-command local"]
        let world = try await KeysWorld(options)
        try await world.eval("for i = 1, 2000 do redis.call('HSET', 'h' .. i, 'at', '2025-01-01T00:00:00Z') end")
        try await world.makeIdle(["idle"], seconds: 864_000)
        try await world.call("CONFIG", "RESETSTAT")
        let before = try await world.call("DEBUG", "DIGEST")
        let changes = try await world.changes()
        #expect(try await world.plan(.aged, .older(than: "7d")).names(.remove).count == 2000)
        let idle = KeysSpecification.make { ($0.idleFor, $0.withoutTTL) = (try? Age(parsing: "5m"), true) }
        #expect(try await world.plan(idle, .idle(for: "5m")).names(.remove) == ["idle"])
        #expect(try await world.call("DEBUG", "DIGEST") == before)
        #expect(try await world.changes() == changes)
        let called = try await world.commandsCalled()
        #expect(called.isSuperset(of: ["scan", "hget", "object|idletime", "pttl"]))
        let reads: Set = [
            "scan", "type", "pttl", "object|idletime", "memory|usage", "hstrlen", "hget", "info", "debug",
            "config|resetstat",
        ]
        #expect(called.subtracting(reads) == [])
    }
}

extension KeysWorld {
    /// Writes since the server started.
    fileprivate func changes() async throws -> String? {
        try await info("persistence").first { $0.hasPrefix("rdb_changes_since_last_save:") }
    }

    fileprivate func commandsCalled() async throws -> Set<String> {
        Set(
            try await info("commandstats").filter { $0.hasPrefix("cmdstat_") }.compactMap {
                $0.dropFirst("cmdstat_".count).split(separator: ":").first.map(String.init)
            }
        )
    }

    private func info(_ section: String) async throws -> [String] {
        (try await call("INFO", section).text ?? "").split(whereSeparator: \.isNewline).map(String.init)
    }
}
