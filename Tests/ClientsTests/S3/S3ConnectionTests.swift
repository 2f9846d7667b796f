import Clients
import Support
import Synchronization
import Testing

@Suite("S3: connections", .timeLimit(.minutes(5)))
struct S3ConnectionTests {
    /// A server that answers each request by the same bytes, and counts.
    private final class Server: Sendable {
        private final class Counts: Sendable {
            let connections = Atomic(0)
            let requests = Atomic(0)
        }

        let port: Int
        private let counts = Counts()
        private let server: HostileRedis

        /// - Parameter isLasting: takes further requests on the same connection.
        init(_ answer: String, isLasting: Bool = true) throws {
            let counts = counts
            server = try HostileRedis { peer, _ in
                counts.connections.add(1, ordering: .relaxed)
                while Self.hasRequest(peer) {
                    counts.requests.add(1, ordering: .relaxed)
                    peer.write(Array(answer.utf8))
                    guard isLasting else { return }
                }
            }
            port = server.port
        }

        var connections: Int { counts.connections.load(ordering: .relaxed) }
        var requests: Int { counts.requests.load(ordering: .relaxed) }

        /// Up to the empty line behind the headers; the requests of these tests have no body.
        private static func hasRequest(_ peer: HostileRedis.Peer) -> Bool {
            var bytes: [UInt8] = []
            while !bytes.suffix(4).elementsEqual("\r\n\r\n".utf8) {
                let more = peer.read()
                if more.isEmpty { return false }
                bytes += more
            }
            return true
        }
    }

    private static let done = "HTTP/1.1 204 No Content\r\n\r\n"

    private static func settings(_ port: Int, scheme: String = "http") -> S3Settings {
        S3Settings(
            bucket: "bkt",
            endpoint: "\(scheme)://127.0.0.1:\(port)",
            style: .path,
            credentials: .fixed(S3Credentials(accessKey: "AK", secretKey: "hunter2zebra"))
        )
    }

    /// Of one attempt.
    private static var limits: S3Limits {
        var limits = S3Limits()
        limits.attempts = 1
        return limits
    }

    @Test func oneConnectionServesOneRequestAfterTheOther() async throws {
        let server = try Server(Self.done)
        try await withS3Client(Self.settings(server.port), limits: Self.limits) { (client) async throws in
            for number in 0..<20 {
                #expect(try await client.delete(S3Deletion(key: "k\(number)")) == .deleted(isMarker: false))
            }
        }
        #expect(server.connections == 1 && server.requests == 20)
    }

    @Test func aConnectionThatTheServerGivesUpIsLeft() async throws {
        let server = try Server("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n", isLasting: false)
        try await withS3Client(Self.settings(server.port), limits: Self.limits) { (client) async throws in
            for number in 0..<20 {
                #expect(try await client.delete(S3Deletion(key: "k\(number)")) == .deleted(isMarker: false))
            }
        }
        #expect(server.connections == 20)
    }

    @Test func anAnswerThatNobodyAskedForIsTakenForNone() async throws {
        let body = "<Error><Code>NoSuchKey</Code></Error>"
        let other = "HTTP/1.1 404 Not Found\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        let server = try Server(Self.done + other)
        try await withS3Client(Self.settings(server.port), limits: Self.limits) { (client) async throws in
            for number in 0..<20 {
                #expect(try await client.delete(S3Deletion(key: "k\(number)")) == .deleted(isMarker: false))
            }
        }
        #expect(server.requests == 20)
    }

    @Test func anETagCannotForgeHeaders() async throws {
        let server = try Server(Self.done)
        try await withS3Client(Self.settings(server.port), limits: Self.limits) { (client) async throws in
            let deletion = S3Deletion(key: "k", etag: "a\"\r\nx-amz-forged: \"b")
            let error = try await s3Error { try await client.delete(deletion) }
            #expect(error?.code == .refused)
        }
        #expect(server.requests == 0)
    }

    @Test func anAnswerThatIsTooLongIsRefused() async throws {
        let server = try Server("HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n" + String(repeating: "x", count: 2000))
        var limits = Self.limits
        limits.replyBytes = 1000
        try await withS3Client(Self.settings(server.port), limits: limits) { (client) async throws in
            let error = try await s3Error { try await client.everything() }
            #expect(error?.code == .badReply && error?.message.contains("longer than 1000 bytes") == true)
        }
    }

    @Test func anAttemptHasAnEnd() async throws {
        let silent = try HostileRedis { peer, _ in peer.drain() }
        var limits = Self.limits
        limits.attemptTimeout = .milliseconds(100)
        try await withS3Client(Self.settings(silent.port), limits: limits) { (client) async throws in
            let error = try await s3Error { try await client.everything() }
            #expect(error?.code == .timeout && error?.message.contains("longer than 0.1 seconds") == true)
            #expect(error?.lacksConnection == false)
        }
    }

    @Test func aHandshakeHasAnEnd() async throws {
        let silent = try HostileRedis { peer, _ in peer.drain() }
        var limits = Self.limits
        limits.connectTimeout = .milliseconds(500)
        try await withS3Client(Self.settings(silent.port, scheme: "https"), limits: limits) { (client) async throws in
            let error = try await s3Error { try await client.everything() }
            #expect(error?.code == .timeout && error?.message.contains("no connection within") == true)
            #expect(error?.lacksConnection == true)
        }
    }

    @Test func requestsThatAreUnderWayFailWhenTheClientEnds() async throws {
        let asked = AsyncStream<Void>.makeStream()
        let silent = try HostileRedis { peer, _ in
            _ = peer.read()
            asked.continuation.yield()
            peer.drain()
        }
        try await withS3Client(Self.settings(silent.port), limits: Self.limits) { (client) async throws in
            let request = Task { try await s3Error { try await client.everything() } }
            for await _ in asked.stream { break }
            await client.shutdown()
            #expect(try await request.value?.code == .cancelled)
            #expect(try await s3Error { try await client.everything() }?.code == .cancelled)
        }
    }

    /// A server that dies behind the head of its answer has perhaps done nothing.
    @Test func anEmptyAnswerWithoutLengthDeletesNothing() async throws {
        let server = try Server("HTTP/1.1 200 OK\r\n\r\n", isLasting: false)
        try await withS3Client(Self.settings(server.port), limits: Self.limits) { (client) async throws in
            let error = try await s3Error { try await client.delete(S3Deletion(key: "k")) }
            #expect(error?.code == .cutReply)
        }
        #expect(server.requests == 1)
    }

    @Test func wordsBeforeTheAnswerAreNotTheAnswer() async throws {
        let server = try Server("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n" + Self.done)
        try await withS3Client(Self.settings(server.port), limits: Self.limits) { (client) async throws in
            for number in 0..<20 {
                #expect(try await client.delete(S3Deletion(key: "k\(number)")) == .deleted(isMarker: false))
            }
        }
        #expect(server.connections == 1 && server.requests == 20)
    }

    @Test func anotherProtocolThanHTTPIsNoAnswer() async throws {
        let server = try Server("HTTP/1.1 101 Switching Protocols\r\nContent-Length: 5\r\n\r\n", isLasting: false)
        try await withS3Client(Self.settings(server.port), limits: Self.limits) { (client) async throws in
            let error = try await s3Error { try await client.delete(S3Deletion(key: "k")) }
            #expect(error?.message.contains("it is not HTTP") == true, "\(String(describing: error))")
        }
    }

    @Test func nothingIsSentForATaskThatIsCancelled() async throws {
        let server = try Server(Self.done)
        try await withS3Client(Self.settings(server.port), limits: Self.limits) { (client) async throws in
            let error = try await Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await s3Error { try await client.delete(S3Deletion(key: "k")) }
            }.value
            #expect(error?.code == .cancelled && error?.message.contains("before it was sent") == true)
        }
        #expect(server.requests == 0)
    }

    /// Whenever a task is cancelled: what is said not to have been sent never was, and the next one is served.
    @Test func aCancelledTaskKnowsWhetherItWasSent() async throws {
        let server = try Server(Self.done)
        var generator = SeededGenerator(seed: 7)
        try await withS3Client(Self.settings(server.port), limits: Self.limits) { (client) async throws in
            var (sent, after) = (0, 0)
            for number in 0..<300 {
                let task = Task { try await s3Error { try await client.delete(S3Deletion(key: "k\(number)")) } }
                for _ in 0..<Int.random(in: 0...20, using: &generator) { await Task.yield() }
                task.cancel()
                if try await task.value?.message.contains("before it was sent") != true { sent += 1 }
                #expect(server.requests <= sent + after)
                guard number.isMultiple(of: 10) else { continue }
                after += 1
                #expect(try await client.delete(S3Deletion(key: "after")) == .deleted(isMarker: false))
            }
        }
    }
}
