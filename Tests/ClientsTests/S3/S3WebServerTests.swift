import Clients
import Support
import Testing

@Suite("S3: what any web server says is no word of S3", .timeLimit(.minutes(5)))
struct S3WebServerTests {
    private static func withAnswer<Result>(
        _ status: String,
        code: String? = nil,
        headers: [String] = [],
        isolation: isolated (any Actor)? = #isolation,
        _ body: (S3Client) async throws -> Result
    ) async throws -> Result {
        let server = try S3Proxy { _ in .say(S3Proxy.answer(status, code: code, headers: headers)) }
        return try await withS3Client(.loopback(server.port), limits: .quick, body)
    }

    @Test func nothingIsGoneBecauseAWebServerHasNoSuchPage() async throws {
        try await Self.withAnswer("404 Not Found") { client in
            let upload = S3Upload(key: "k", uploadID: "u", initiated: 0)
            for error in [
                try await s3Error { try await client.delete(S3Deletion(key: "k")) },
                try await s3Error { try await client.delete([S3Deletion(key: "k")]) },
                try await s3Error { try await client.head(key: "k", versionID: nil) },
                try await s3Error { try await client.abort(upload) },
                try await s3Error { try await client.uploadedBytes(upload) },
                try await s3Error { try await client.tags(key: "k", versionID: nil) },
                try await s3Error { try await client.versioning() },
                try await s3Error { try await client.probe() },
                try await s3Error { try await client.everything() },
            ] {
                #expect(error?.code == .badReply, "\(error as Any)")
                #expect(error?.message.contains("check that an S3 server listens there") == true)
            }
        }
    }

    @Test(arguments: ["NoSuchKey", "NoSuchVersion", "NoSuchUpload"])
    func whatAnS3ServerDoesNotHaveIsGone(_ code: String) async throws {
        try await Self.withAnswer("404 Not Found", code: code) { (client) async throws in
            #expect(try await client.delete(S3Deletion(key: "k")) == .gone)
        }
    }

    @Test func a404OfAnotherMeaningIsNoRemoval() async throws {
        try await Self.withAnswer("404 Not Found", code: "NoSuchThing") { client in
            guard case .failed(let error) = try await client.delete(S3Deletion(key: "k")) else {
                throw SupportError("it is said to be gone")
            }
            #expect(error.awsCode == "NoSuchThing")
        }
    }

    @Test(arguments: ["x-amz-request-id", "x-amz-id-2"])
    func aHeadOfAnS3ServerIsKnownByItsNumber(_ header: String) async throws {
        let server = try S3Proxy { request in
            .say(S3Proxy.answer(request.path.contains("/k") ? "404 Not Found" : "200 OK", headers: ["\(header): 17"]))
        }
        try await withS3Client(.loopback(server.port), limits: .quick) { (client) async throws in
            #expect(try await client.head(key: "k", versionID: nil) == nil)
        }
        try await Self.withAnswer("404 Not Found", headers: ["\(header): "]) { (client) async throws in
            #expect(try await s3Error { try await client.head(key: "k", versionID: nil) }?.code == .badReply)
        }
    }

    /// Only a bucket that answers says that an object is not in it.
    @Test(arguments: [
        ("404 Not Found", S3Error.Code.missingBucket), ("403 Forbidden", .denied), ("503 Slow Down", .throttled),
    ])
    func nothingIsGoneFromABucketThatIsNotThere(_ status: String, _ code: S3Error.Code) async throws {
        let server = try S3Proxy { request in
            let answer = request.path.contains("/k") ? "404 Not Found" : status
            return .say(S3Proxy.answer(answer, headers: ["x-amz-request-id: 17"]))
        }
        try await withS3Client(.loopback(server.port), limits: .quick) { (client) async throws in
            let error = try await s3Error { try await client.head(key: "k", versionID: nil) }
            #expect(error?.code == code)
            #expect(error?.message.contains("HEAD of the bucket") == true, "\(error?.message ?? "")")
        }
    }

    @Test(arguments: S3TestServer.Kind.allCases)
    func realServersSayWhatIsGone(_ kind: S3TestServer.Kind) async throws {
        try await withS3Bucket(kind) { (_, client) async throws in
            #expect(try await client.head(key: "none", versionID: nil) == nil)
        }
    }
}
