import Clients
import Foundation
import Retention
import Support
import Synchronization
import Testing

@testable import Stores

/// A real server behind somebody who answers some requests himself.
@Suite("Objects: servers that fail, fall silent or have another clock", .timeLimit(.minutes(5)))
struct ObjectsFaultTests {
    private static var old: Policy { get throws { try .older(than: "1d") } }

    /// A bucket and a store of it behind a proxy.
    private static func with(
        isVersioned: Bool = false,
        _ specification: ObjectsSpecification = ObjectsSpecification(),
        clock: @escaping @Sendable () -> Int64 = S3Client.wallClock,
        _ fate: @escaping @Sendable (S3Proxy.Request) -> S3Proxy.Fate,
        _ body: (ObjectsWorld, ObjectsStore, ObjectsServer) async throws -> Void
    ) async throws {
        try await ObjectsWorld.with(.seaweed, isVersioned: isVersioned) { world in
            let proxy = try S3Proxy(target: try await S3TestServer.seaweed.port, fate)
            let settings = S3Settings.test(world.bucket, port: proxy.port)
            let server = ObjectsServer(name: "bundles", settings: settings, wallClock: clock)
            let store = ObjectsStore(server: server, specification: specification, now: ObjectsWorld.clock)
            defer { withExtendedLifetime(proxy) {} }
            try await ending(server) { try await body(world, store, server) }
        }
    }

    private static func isProbe(_ request: S3Proxy.Request) -> Bool {
        (request.path + request.body).contains("cleanupd-probe")
    }

    @Test(arguments: [-2400.0, 2400.0])
    func aClockThatIsFarFromTheServersRefusesAll(_ seconds: Double) async throws {
        let clock: @Sendable () -> Int64 = { S3Client.wallClock() + Int64(seconds * 1e9) }
        try await Self.with(clock: clock) { _ in
            .pass
        } _: { world, store, server in
            try await world.put(["young"])
            for attempt in 0..<3 {
                let error = await #expect(throws: StoreError.self) {
                    try await onThread {
                        switch attempt {
                        case 0: _ = try store.openRemover(run: "r", fence: nil)
                        case 1: _ = try OwnedObjects(server: server)
                        default: _ = try store.openSource().scan(workers: 1, isCancelled: { false }) { _ in }
                        }
                    }
                }
                #expect(error?.code == .denied && error?.guardName == .clockSkew)
                #expect(error?.message.contains(seconds > 0 ? "s ahead of" : "s behind") == true)
                #expect(error?.message.contains("Set the clock that is wrong") == true)
            }
            #expect(try await world.keys() == bytes(["young"]))
        }
    }

    @Test func clocksThatAgreeAreNoReason() async throws {
        try await Self.with(clock: { S3Client.wallClock() + 200_000_000_000 }) { _ in
            .pass
        } _: { world, store, _ in
            try await world.put(["a"])
            let plan = try await world.plan(store, try Self.old)
            #expect(try await world.act(plan, store).count(.deleted) == 1)
        }
    }

    @Test func aListingThatBreaksOffIsUnreadableAndNotMissing() async throws {
        let body =
            "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken>"
            + "<Contents><Key>a</Key><LastModified>2024-01-02T03:04:05.000Z</LastModified><ETag>e</ETag>"
            + "<Size>1</Size></Contents></ListBucketResult>"
        let proxy = Mutex<S3Proxy?>(try S3Proxy { _ in .say(S3Proxy.answer("200 OK", body: body)) })
        let settings = S3Settings(
            bucket: "b",
            endpoint: "http://127.0.0.1:\(proxy.withLock { $0?.port ?? 0 })",
            style: .path,
            credentials: .fixed(S3Credentials(accessKey: "AK", secretKey: "SK"))
        )
        let server = ObjectsServer(name: "bundles", settings: settings)
        for code in [StoreError.Code.unreadable, .missing] {
            let error = await #expect(throws: StoreError.self) {
                try await onThread {
                    let listing = ObjectsListing(server: server, specification: ObjectsSpecification())
                    // Nobody listens any more once the first page has come.
                    try listing.forEachPage(isCancelled: { false }) { _ in proxy.withLock { $0 = nil } }
                }
            }
            #expect(error?.code == code)
        }
        await server.shutdown()
    }

    /// The first attempt is carried out, and its answer lost; what the server says then is not the truth about it.
    @Test(arguments: [
        S3Proxy.answer("503 Slow Down", code: "SlowDown"),
        S3Proxy.answer("412 Precondition Failed", code: "PreconditionFailed"),
        S3Proxy.answer("409 Conflict", code: "ConditionalRequestConflict"),
    ])
    func whatWasDeletedByAnAttemptWithoutAnAnswerIsDeleted(_ later: Data) async throws {
        let fate: @Sendable (S3Proxy.Request) -> S3Proxy.Fate = { request in
            guard request.method == "DELETE", !Self.isProbe(request) else { return .pass }
            return request.count == 1 ? .carryOut(saying: Data()) : .say(later)
        }
        try await Self.with(ObjectsSpecification(prefix: "x/"), fate) { world, _, server in
            try await world.put(["x/a"], body: "1234")
            let result = try await onThread {
                try OwnedObjects(server: server, prefix: "x/").remove("x/a", isCancelled: { false })
            }
            #expect(result == ItemResult(.deleted, freedBytes: 4))
        }
    }

    /// Nobody knows whether the first attempt was carried out: it is never counted as deleted, and the answer says so.
    @Test(arguments: [true, false])
    func whatIsRefusedAfterAnAttemptWithoutAnAnswerHasFailed(_ isCarriedOut: Bool) async throws {
        let fate: @Sendable (S3Proxy.Request) -> S3Proxy.Fate = { request in
            guard request.method == "DELETE", !Self.isProbe(request) else { return .pass }
            if request.count == 1 { return isCarriedOut ? .carryOut(saying: Data()) : .say(Data()) }
            return .say(S3Proxy.answer("403 Forbidden", code: "AccessDenied"))
        }
        try await Self.with(ObjectsSpecification(), fate) { world, _, server in
            try await world.put(["a"], body: "1234")
            let result = try await onThread { try OwnedObjects(server: server).remove("a", isCancelled: { false }) }
            #expect(result.outcome == .failed && result.failure == .permission && result.freedBytes == 0)
            #expect(result.detail?.contains("it may have removed it") == true, "\(result.detail ?? "")")
            #expect(try await world.keys() == (isCarriedOut ? [] : bytes(["a"])))
        }
    }

    /// An owned object of a bucket that is not there any more is not taken for gone.
    @Test func nothingIsGoneFromABucketThatIsNotThere() async throws {
        let isRemoved = Mutex(false)
        let fate: @Sendable (S3Proxy.Request) -> S3Proxy.Fate = { request in
            guard isRemoved.withLock({ $0 }) else { return .pass }
            return .say(S3Proxy.answer("404 Not Found", headers: ["x-amz-request-id: 17"]))
        }
        try await Self.with(ObjectsSpecification(), fate) { world, store, server in
            try await world.put(["a"])
            let plan = try await world.plan(store, try Self.old)
            let result = try await onThread {
                let owned = try OwnedObjects(server: server)
                isRemoved.withLock { $0 = true }
                return owned.remove("a", isCancelled: { false })
            }
            #expect(result.outcome == .failed)
            #expect(result.detail?.contains("make the bucket, or check its name") == true, "\(result.detail ?? "")")
            let presences = try await onThread {
                isRemoved.withLock { $0 = false }
                let source = try store.openSource()
                isRemoved.withLock { $0 = true }
                return plan.blocks.flatMap { source.presence(of: $0) }
            }
            #expect(presences == [.unknown])
        }
    }

    /// The same of a server that has not carried it out.
    @Test func whatARepeatedAttemptFindsChangedStays() async throws {
        let fate: @Sendable (S3Proxy.Request) -> S3Proxy.Fate = { request in
            guard request.method == "DELETE", !Self.isProbe(request) else { return .pass }
            return .say(request.count == 1 ? Data() : S3Proxy.answer("412 Precondition Failed", code: "X"))
        }
        try await Self.with(ObjectsSpecification(), fate) { world, _, server in
            try await world.put(["a"])
            let result = try await onThread { try OwnedObjects(server: server).remove("a", isCancelled: { false }) }
            #expect(result.outcome == .changed)
            #expect(try await world.keys() == bytes(["a"]))
        }
    }

    @Test func aCancelledRunDoesNotWaitForASilentServer() async throws {
        let isSilent = Mutex(false)
        let fate: @Sendable (S3Proxy.Request) -> S3Proxy.Fate = { _ in isSilent.withLock { $0 } ? .silence : .pass }
        try await Self.with(ObjectsSpecification(), fate) { world, store, _ in
            try await world.put((0..<80).map { "k\($0)" })
            let plan = try await world.plan(store, try Self.old)
            let outcomes = try await onThread {
                let remover = try store.openRemover(run: "r", fence: nil)
                isSilent.withLock { $0 = true }
                // The server's patience is a minute, thrice; only a cancelled wait ends before.
                let begun = ContinuousClock.now
                let isCancelled: @Sendable () -> Bool = { ContinuousClock.now - begun > .seconds(1) }
                let results = plan.blocks.flatMap { remover.act(on: $0, isCancelled: isCancelled) }
                #expect(ContinuousClock.now - begun < .seconds(50))
                return results.map(\.outcome)
            }
            #expect(outcomes.count == 80 && Set(outcomes).isSubset(of: [.failed, .notTried]))
            #expect(outcomes.contains(.notTried))
            #expect(try await world.keys().count == 80)
        }
    }

    /// The server answers the listing, and is silent from the probe on.
    @Test func aCancelledProbeDoesNotWaitForASilentServer() async throws {
        let fate: @Sendable (S3Proxy.Request) -> S3Proxy.Fate = { Self.isProbe($0) ? .silence : .pass }
        try await Self.with(ObjectsSpecification(), fate) { _, store, server in
            for isOwned in [false, true] {
                try await onThread {
                    // The server's patience is a minute, thrice; only a cancelled wait ends before.
                    let begun = ContinuousClock.now
                    #expect(throws: StoreError.self) {
                        if isOwned {
                            _ = try OwnedObjects(server: server, isCancelled: { true })
                        } else {
                            _ = try store.openRemover(run: "r", fence: nil, isCancelled: { true })
                        }
                    }
                    #expect(ContinuousClock.now - begun < .seconds(50))
                }
            }
        }
    }

    /// Without the right to ask for the versioning the conditions are known all the same.
    @Test func knownConditionsAreBelievedForAnHourAndNoLonger() async throws {
        let isDown = Mutex(false)
        let fate: @Sendable (S3Proxy.Request) -> S3Proxy.Fate = { request in
            if isDown.withLock({ $0 }) { return .say(S3Proxy.answer("403 Forbidden", code: "InvalidAccessKeyId")) }
            let isAboutVersions = request.path.contains("versioning") || request.path.contains("versions")
            return isAboutVersions ? .say(S3Proxy.answer("403 Forbidden", code: "AccessDenied")) : .pass
        }
        try await ObjectsWorld.with(.seaweed) { world in
            let passed = Mutex(0)
            let proxy = try S3Proxy(target: try await S3TestServer.seaweed.port, fate)
            let begun = ContinuousClock.now
            let now: @Sendable () -> ContinuousClock.Instant = { begun + .seconds(passed.withLock { $0 }) }
            let server = ObjectsServer(name: "bundles", settings: .test(world.bucket, port: proxy.port), now: now)
            try await onThread {
                let found = try server.capabilities(prefix: "")
                #expect(found.conditionalDelete == true && found.versioning == nil)
                let asked = proxy.requests.count
                #expect(try server.capabilities(prefix: "") == found && proxy.requests.count == asked)
                #expect(server.knownConditions == true)
                passed.withLock { $0 = 3601 }
                #expect(server.knownConditions == nil)
                passed.withLock { $0 = 0 }
                #expect(server.knownConditions == true)
                passed.withLock { $0 = 3601 }
                isDown.withLock { $0 = true }
                #expect(throws: StoreError.self) { try server.capabilities(prefix: "") }
                passed.withLock { $0 = 0 }
                #expect(server.knownConditions == nil)
            }
            #expect(try await world.keys().isEmpty)
            await server.shutdown()
        }
    }
}
