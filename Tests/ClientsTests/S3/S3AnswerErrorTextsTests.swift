import Clients
import Foundation
import Support
import Testing

/// What a client says of answers that are none, and of nobody who answers, to the letter. The answers are written by these
/// tests.
@Suite("S3: texts of errors about answers", .timeLimit(.minutes(5)))
struct S3AnswerErrorTextsTests {
    private static func limits() -> S3Limits {
        var limits = S3Limits()
        limits.attempts = 1
        limits.replyBytes = 1000
        return limits
    }

    private static func settings(_ port: Int, caFile: String? = nil) -> S3Settings {
        S3Settings(
            bucket: "bkt",
            endpoint: "http://127.0.0.1:\(port)",
            style: .path,
            credentials: .fixed(S3Credentials(accessKey: "AK", secretKey: "hunter2zebra")),
            caFile: caFile
        )
    }

    /// What is said of such an answer, without how it begins.
    private static func text(
        answering response: Data,
        _ body: (S3Client) async throws -> Void
    ) async throws -> String? {
        let server = try LoopbackServer { _ in response }
        defer { server.stop() }
        let error = try await withS3Client(settings(server.port), limits: limits()) { client in
            try await s3Error { try await body(client) }
        }
        return error?.description.replacing("127.0.0.1:\(server.port)/bkt", with: "h/bkt")
    }

    private static func unbelieved(_ purpose: String, _ reason: String) -> String {
        "pictures: what h/bkt answered to \(purpose) is not to be believed: \(reason); "
            + "check that an S3 server listens there"
    }

    private static func xml(_ text: String) -> Data {
        LoopbackServer.response("200 OK", Data(text.utf8), type: "application/xml")
    }

    @Test func answersThatAreNoneAreSaidInWords() async throws {
        let head = try await Self.text(answering: LoopbackServer.response("200 OK")) {
            _ = try await $0.head(key: "a", versionID: nil)
        }
        #expect(head == Self.unbelieved("HEAD of \"a\"", "it has no Last-Modified or no Content-Length"))
        let odd = Self.xml("<VersioningConfiguration><Status>Odd</Status></VersioningConfiguration>")
        let versioning = try await Self.text(answering: odd) { _ = try await $0.versioning() }
        #expect(
            versioning
                == Self.unbelieved("the versioning of the bucket", "its Status is neither Enabled nor Suspended")
        )
        let nameless = Self.xml("<Tagging><TagSet><Tag><Value>x</Value></Tag></TagSet></Tagging>")
        let tags = try await Self.text(answering: nameless) { _ = try await $0.tags(key: "a", versionID: nil) }
        #expect(tags == Self.unbelieved("the tags of \"a\"", "a tag has no key"))
        let endless = Self.xml("<ListPartsResult><IsTruncated>true</IsTruncated></ListPartsResult>")
        let parts = try await Self.text(answering: endless) {
            _ = try await $0.uploadedBytes(S3Upload(key: "a", uploadID: "1", initiated: 0))
        }
        #expect(parts == Self.unbelieved("a listing of parts of \"a\"", "it goes on, but not behind where it was"))
    }

    @Test func answersToOtherListingsAreSaidInWords() async throws {
        let odd = Self.xml("<Odd><Name>x</Name></Odd>")
        let said = "\"<Odd><Name>x</Name></Odd>\""
        let versions = try await Self.text(answering: odd) { _ = try await $0.listVersions(prefix: "", after: nil) }
        #expect(versions == Self.unbelieved("a listing of versions", "it is no ListVersionsResult: \(said)"))
        let uploads = try await Self.text(answering: odd) { _ = try await $0.listUploads(prefix: "", after: nil) }
        #expect(uploads == Self.unbelieved("a listing of uploads", "it is no ListMultipartUploadsResult: \(said)"))
        let empty = Self.xml("<InitiateMultipartUploadResult><Key>a</Key></InitiateMultipartUploadResult>")
        let begun = try await Self.text(answering: empty) { _ = try await $0.beginUpload(key: "a", metadata: [:]) }
        #expect(begun == Self.unbelieved("the beginning of an upload of \"a\"", "it has no UploadId"))
    }

    @Test func serversThatAreNoneAreSaidInWords() async throws {
        let list: (S3Client) async throws -> Void = { _ = try await $0.listObjects(prefix: "", after: nil) }
        let long = try await Self.text(answering: Self.xml(String(repeating: " ", count: 2000)), list)
        #expect(long == Self.unbelieved("a listing of objects", "it is longer than 1000 bytes"))
        let shell = try await Self.text(answering: Data("SSH-2.0-OpenSSH_9.2\r\n\r\n".utf8), list)
        #expect(shell == Self.unbelieved("a listing of objects", "it is not HTTP"))
        let closed = try await Self.text(answering: Data(), list)
        #expect(
            closed
                == "pictures: the S3 server h/bkt did not answer a listing of objects: the server closed the connection"
        )
    }

    @Test func whatIsNotAskedAtAllIsSaidInWords() async throws {
        let nobody = try await withS3Client(Self.settings(1), limits: Self.limits()) { client in
            try await s3Error { _ = try await client.listObjects(prefix: "", after: nil) }
        }
        #expect(
            nobody?.description
                == "pictures: the S3 server 127.0.0.1:1/bkt did not answer a listing of objects: Connection refused"
        )
        let certificates = try await withS3Client(Self.settings(1, caFile: "/no/such/ca.pem")) { client in
            try await s3Error { _ = try await client.listObjects(prefix: "", after: nil) }
        }
        #expect(
            certificates?.description
                == "pictures: the CA file /no/such/ca.pem cannot be read as certificates in PEM; name one that can"
        )
    }
}
