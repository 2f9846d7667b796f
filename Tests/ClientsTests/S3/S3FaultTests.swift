import Clients
import Support
import Testing

@Suite("S3: faults of servers", .timeLimit(.minutes(Scale.minutes(5))))
struct S3FaultTests {
    private static func settings(_ port: Int) -> S3Settings {
        S3Settings(
            bucket: "bkt",
            endpoint: "http://127.0.0.1:\(port)",
            style: .path,
            credentials: .fixed(S3Credentials(accessKey: "AK", secretKey: "hunter2zebra", sessionToken: "hunter2token"))
        )
    }

    private static var limits: S3Limits {
        var limits = S3Limits()
        limits.firstPause = .milliseconds(1)
        return limits
    }

    @Test(.tags(.s2), arguments: S3Fault.allCases)
    func nothingIsSaidToBeDeletedThatIsNot(_ fault: S3Fault) async throws {
        for round in 0..<UInt64(Scale.rounds(100, nightly: 2_000)) {
            let seed = Scale.seed(round)
            var generator = SeededGenerator(seed: seed)
            let count = Int.random(in: 1...5, using: &generator)
            let keys = Dictionary(uniqueKeysWithValues: (0..<count).map { ("key-\($0)", "etag-\($0)") })
            let isLasting = generator.oneIn(4)
            let server = try S3FaultyServer(keys, fault: fault, isLasting: isLasting, seed: seed)
            try await withS3Client(Self.settings(server.port), limits: Self.limits) { client in
                let learned = try await Self.round(client, keys)
                let trace: Comment = "\(fault) seed \(seed) lasting \(isLasting) \(learned)"
                for (key, outcome) in learned.outcomes {
                    let isSaidToBeGone = outcome == .gone || outcome == .deleted(isMarker: false)
                    #expect(!isSaidToBeGone || !server.keys.contains(key), trace)
                    if outcome == .changed { #expect(server.keys.contains(key), trace) }
                    if case .failed(let error) = outcome { #expect(error.message.hasPrefix("pictures: "), trace) }
                    if fault.passes, !isLasting { #expect(isSaidToBeGone, trace) }
                }
                if let listed = learned.listed { #expect(listed == Set(keys.keys), trace) }
                if fault.passes, !isLasting { #expect(server.keys.isEmpty && learned.listed != nil, trace) }
                #expect(learned.texts.allSatisfy { !$0.contains("hunter2") }, trace)
                #expect(server.requests <= 3 * 2 * (count + 4), trace)
            }
        }
    }

    /// What a client learned.
    private struct Round {
        var listed: Set<String>?
        var outcomes: [String: S3DeletionOutcome] = [:]
        var texts: [String] = []
    }

    /// Lists all, and deletes half of it at once and the rest one by one.
    private static func round(_ client: S3Client, _ keys: [String: String]) async throws -> Round {
        var round = Round()
        if let error = try await s3Error({ round.listed = Set(try await client.everything().objects.map(\.key)) }) {
            round.texts.append(error.description)
        }
        let all = keys.sorted { $0.key < $1.key }.map { S3Deletion(key: $0.key, etag: $0.value) }
        let batch = Array(all.prefix(all.count / 2))
        let error = try await s3Error {
            for (deletion, outcome) in zip(batch, try await client.delete(batch)) {
                round.outcomes[deletion.key] = outcome
            }
        }
        if let error { for deletion in batch { round.outcomes[deletion.key] = .failed(error) } }
        for deletion in all.dropFirst(batch.count) {
            let error = try await s3Error { round.outcomes[deletion.key] = try await client.delete(deletion) }
            if let error { round.outcomes[deletion.key] = .failed(error) }
        }
        round.texts += round.outcomes.values.map { "\($0)" }
        return round
    }

    @Test(.tags(.s2)) func aServerInTroubleIsNotAskedThreeTimesAsOftenForLong() async throws {
        let server = try S3FaultyServer([:], fault: .internalError, isLasting: true, seed: 1)
        try await withS3Client(Self.settings(server.port), limits: Self.limits) { client in
            for _ in 0..<60 {
                let error = try await s3Error { try await client.delete(S3Deletion(key: "k")) }
                #expect(error?.code == .server && error?.awsCode == "InternalError")
            }
        }
        // 500 tokens are 100 further attempts of 5.
        #expect(server.requests == 160)
    }

    @Test(.tags(.s4)) func aListingThatRepeatsItsTokenIsRefused() async throws {
        let keys = Dictionary(uniqueKeysWithValues: (0..<8).map { ("k\($0)", "e") })
        let server = try S3FaultyServer(keys, fault: .repeatedToken, isLasting: true, seed: 1)
        try await withS3Client(Self.settings(server.port), limits: Self.limits) { client in
            let error = try await s3Error { try await client.everything() }
            #expect(error?.code == .badReply)
            #expect(error?.message.contains("where it has been before") == true)
        }
    }

    @Test func whatIsNoS3ServerIsQuotedBriefly() async throws {
        let server = try S3FaultyServer([:], fault: .html, isLasting: true, seed: 1)
        try await withS3Client(Self.settings(server.port), limits: Self.limits) { client in
            let error = try await s3Error { try await client.everything() }
            #expect(error?.code == .badReply && error?.message.contains("<html><p>Welcome</html>") == true)
        }
    }

    @Test func aServerThatIsNotThereIsNotConnected() async throws {
        let port = try Loopback.freePort()
        try await withS3Client(Self.settings(port), limits: Self.limits) { client in
            let error = try await s3Error { try await client.everything() }
            #expect(error?.code == .notConnected)
            #expect(error?.message.hasPrefix("pictures: the S3 server 127.0.0.1:\(port)/bkt") == true)
        }
    }

    @Test func aServerThatSaysNothingIsATimeout() async throws {
        let silent = try HostileRedis { peer, _ in peer.drain() }
        var limits = Self.limits
        limits.idleTimeout = .milliseconds(200)
        try await withS3Client(Self.settings(silent.port), limits: limits) { (client) async throws in
            #expect(try await s3Error { try await client.everything() }?.code == .timeout)
        }
    }

    @Test func aCancelledRequestEnds() async throws {
        let asked = AsyncStream<Void>.makeStream()
        let silent = try HostileRedis { peer, _ in
            _ = peer.read()
            asked.continuation.yield()
            peer.drain()
        }
        try await withS3Client(Self.settings(silent.port)) { (client) async throws in
            let request = Task { try await s3Error { try await client.everything() } }
            for await _ in asked.stream { break }
            request.cancel()
            #expect(try await request.value?.code == .cancelled)
        }
    }

    @Test func moreRequestsThanPlacesAllGetTheirTurn() async throws {
        let keys = Dictionary(uniqueKeysWithValues: (0..<50).map { ("k\($0)", "e") })
        let server = try S3FaultyServer(keys, fault: nil, isLasting: false, seed: 1)
        var limits = Self.limits
        limits.connections = 2
        try await withS3Client(Self.settings(server.port), limits: limits) { client in
            await withTaskGroup(of: S3DeletionOutcome?.self) { group in
                for key in keys.keys {
                    group.addTask {
                        do {
                            return try await client.delete(S3Deletion(key: key, etag: "e"))
                        } catch {
                            Issue.record(error)
                            return nil
                        }
                    }
                }
                for await outcome in group { #expect(outcome == .deleted(isMarker: false)) }
            }
        }
        #expect(server.keys.isEmpty)
    }

    @Test func aServerThatRepeatsSecretsIsNotQuoted() async throws {
        let echo = try LoopbackServer { _ in
            let body = "<Error><Code>Odd</Code><Message>hunter2zebra and hunter2token</Message></Error>"
            return LoopbackServer.response("400 Bad Request", .init(body.utf8))
        }
        try await withS3Client(Self.settings(echo.port), limits: Self.limits) { client in
            let error = try await s3Error { try await client.everything() }
            #expect(error?.message.contains("*** and ***") == true)
            #expect(error?.message.contains("hunter2") == false)
            let outcome = try await client.delete(S3Deletion(key: "k"))
            #expect("\(outcome)".contains("hunter2") == false)
        }
    }
}
