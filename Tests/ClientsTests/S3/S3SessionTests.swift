import Foundation
import NIOHTTP1
import Support
import Synchronization
import Testing

@testable import Clients

@Suite("S3: what is corrected, and what is given up", .timeLimit(.minutes(5)))
struct S3SessionTests {
    @Test func whereARedirectLedIsLeftOnceNobodyIsThere() async throws {
        let other = Mutex<S3Proxy?>(try S3Proxy { _ in .say(S3Proxy.answer("204 No Content")) })
        let place = other.withLock { $0?.port ?? 0 }
        let isMoved = Mutex(true)
        let home = try S3Proxy { request in
            guard isMoved.withLock({ $0 }) else { return .say(S3Proxy.answer("204 No Content")) }
            let location = "Location: http://127.0.0.1:\(place)\(request.path)"
            return .say(S3Proxy.answer("307 Temporary Redirect", headers: [location]))
        }
        try await withS3Client(.loopback(home.port), limits: .quick) { (client) async throws in
            #expect(try await client.delete(S3Deletion(key: "a")) == .deleted(isMarker: false))
            #expect(try await client.delete(S3Deletion(key: "b")) == .deleted(isMarker: false))
            #expect(home.requests == ["DELETE /bkt/a"])
            other.withLock { $0 = nil }
            isMoved.withLock { $0 = false }
            #expect(try await client.delete(S3Deletion(key: "c")) == .deleted(isMarker: false))
            #expect(home.requests == ["DELETE /bkt/a", "DELETE /bkt/c"])
        }
    }

    @Test func aClockThatWasMendedIsNotMendedAgain() {
        func reply(_ status: Int) -> S3Reply { S3Reply(status: status, headers: [:], body: []) }
        var corrections = S3Corrections()
        #expect(corrections.next(for: reply(403), offset: 0.5) == nil)
        #expect(corrections.next(for: reply(403), offset: nil) == nil)
        #expect(corrections.next(for: reply(403), offset: 2400) == .clock)
        #expect(corrections.next(for: reply(403), offset: 2400) == nil)
    }

    /// A HEAD that is denied by a server whose clock is another is asked twice for the clock, and then once.
    @Test func aDeniedHeadIsAskedOnceOnceTheClockIsKnown() async throws {
        let server = try S3Proxy { _ in
            .say(S3Proxy.answer("403 Forbidden", headers: ["Date: Sun, 06 Nov 1994 08:49:37 GMT"]))
        }
        try await withS3Client(.loopback(server.port), limits: .quick) { (client) async throws in
            #expect(try await s3Error { try await client.head(key: "a", versionID: nil) }?.code == .denied)
            #expect(server.requests.count == 2)
            #expect(try await s3Error { try await client.head(key: "b", versionID: nil) }?.code == .denied)
            #expect(server.requests.count == 3)
        }
    }

    @Test(arguments: ["InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken"])
    func credentialsThatWereExchangedAreReadAgainOnce(_ code: String) async throws {
        let folder = try TemporaryFolder()
        let file = folder.file("credentials")
        func write(_ secret: String) throws {
            try Data("[default]\naws_access_key_id = AK\naws_secret_access_key = \(secret)\n".utf8)
                .write(to: URL(fileURLWithPath: file))
        }
        try write("first")
        let refuses = Mutex(0)
        let server = try S3Proxy { _ in
            let isRefused = refuses.withLock { left in
                left -= 1
                return left >= 0
            }
            return .say(isRefused ? S3Proxy.answer("403 Forbidden", code: code) : S3Proxy.answer("204 No Content"))
        }
        var settings = S3Settings.loopback(server.port)
        settings.credentials = .profile("default")
        settings.environment = ["AWS_SHARED_CREDENTIALS_FILE": file]
        try await withS3Client(settings, limits: .quick) { (client) async throws in
            #expect(try await client.delete(S3Deletion(key: "a")) == .deleted(isMarker: false))
            try write("second")
            refuses.withLock { $0 = 1 }
            #expect(try await client.delete(S3Deletion(key: "b")) == .deleted(isMarker: false))
            #expect(server.requests.count == 3)
            // The same once more: they are what they were.
            refuses.withLock { $0 = 1 }
            guard case .failed(let error) = try await client.delete(S3Deletion(key: "c")) else {
                throw SupportError("it is said to be deleted")
            }
            #expect(error.awsCode == code && !error.message.contains("second"))
            #expect(server.requests.count == 4)
        }
    }

    @Test func oneKeyThatFailsLeavesTheOutcomesOfTheOthers() async throws {
        let server = try S3Proxy { request in
            guard request.method == "POST" else { return .say(S3Proxy.answer("500 Internal Server Error")) }
            return .say(S3Proxy.answer("200 OK", body: "<DeleteResult><Deleted><Key>a</Key></Deleted></DeleteResult>"))
        }
        try await withS3Client(.loopback(server.port), limits: .quick) { client in
            // XML cannot carry the second.
            let outcomes = try await client.delete([S3Deletion(key: "a"), S3Deletion(key: "b\u{1}")])
            #expect(outcomes.count == 2 && outcomes.first == .deleted(isMarker: false))
            guard case .failed(let error) = outcomes.last else { throw SupportError("\(outcomes)") }
            #expect(error.code == .server)
        }
    }

    @Test func whatNobodyTakesIsToldApartFromWhatBreaks() async throws {
        let calls = Mutex<[BackendCall.Failure?]>([])
        func failure(_ endpoint: String) async throws -> S3Error.Code? {
            var settings = S3Settings.loopback(1)
            settings.endpoint = endpoint
            let client = S3Client(name: "p", settings: settings, limits: .quick) { call in
                calls.withLock { $0.append(call.failure) }
            }
            let error = try await s3Error { try await client.versioning() }
            await client.shutdown()
            return error?.code
        }
        let breaking = try S3Proxy { _ in .say(Data()) }
        #expect(try await failure("http://127.0.0.1:\(try Loopback.freePort())") == .notConnected)
        #expect(try await failure("http://127.0.0.1:\(breaking.port)") == .disconnected)
        let plain = try HostileRedis { peer, _ in
            _ = peer.read()
            peer.write(Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8))
        }
        #expect(try await failure("https://127.0.0.1:\(plain.port)") == .tls)
        #expect(calls.withLock { $0 } == [.notThere, .connection, .connection])
    }
}
