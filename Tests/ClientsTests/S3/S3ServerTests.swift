import Clients
import Support
import Testing

@Suite("S3: what servers differ in, and what they refuse", .timeLimit(.minutes(5)))
struct S3ServerTests {
    @Test func tagsAreReadWhereThereAreAny() async throws {
        try await withS3Bucket(.seaweed) { _, client in
            try await client.put(key: "t", body: [1], tags: ["a b": "c&d", "e": ""])
            try await client.put(key: "u", body: [1])
            #expect(try await client.tags(key: "t", versionID: nil) == ["a b": "c&d", "e": ""])
            #expect(try await client.tags(key: "u", versionID: nil) == [:])
            #expect(try await client.tags(key: "none", versionID: nil) == nil)
        }
        try await withS3Bucket(.swift) { _, client in
            try await client.put(key: "u", body: [1])
            #expect(try await client.tags(key: "u", versionID: nil) == [:])
            let error = try await s3Error { try await client.put(key: "t", body: [1], tags: ["a": "b"]) }
            #expect(error?.code == .unsupported)
        }
    }

    /// Swift's s3api refuses all conditions where there are versions.
    @Test(arguments: [
        (S3TestServer.Kind.seaweed, false, true), (.seaweed, true, true), (.swift, false, true), (.swift, true, false),
    ])
    func theProbeTellsAndLeavesNothing(
        _ kind: S3TestServer.Kind,
        _ isVersioned: Bool,
        _ one: Bool
    ) async throws {
        try await withS3Bucket(kind, isVersioned: isVersioned) { _, client in
            try await client.put(key: "x/mine", body: [1])
            let found = try await client.probe(prefix: "x/")
            #expect(found.conditionalDelete == one)
            #expect(found.versioning == (isVersioned ? .enabled : .off))
            #expect(found.unknownReason == nil)
            #expect(abs(client.clockOffset?.seconds ?? .infinity) < 300)
            #expect(try await client.everyVersion().map(\.key) == ["x/mine"])
        }
    }

    @Test(.tags(.s3)) func aProbeThatMayNotWriteKnowsNothing() async throws {
        try await S3TestServer.seaweed.withBucket { bucket in
            var settings = S3Settings.test(bucket)
            let reader = S3TestServer.reader
            settings.credentials = .fixed(S3Credentials(accessKey: reader.accessKey, secretKey: reader.secretKey))
            try await withS3Client(settings) { client in
                let found = try await client.probe()
                #expect(found.conditionalDelete == nil)
                #expect(found.unknownReason?.contains("AccessDenied") == true)
                let outcome = try await client.delete(S3Deletion(key: "k"))
                guard case .failed(let error) = outcome else { throw SupportError("\(outcome)") }
                #expect(error.code == .denied)
            }
        }
    }

    @Test(.tags(.s3)) func probesAreKnownBeneathAnyPrefix() {
        let id = "0f8fad5b-d9cb-469f-a165-70867728950e"
        for prefix in ["", "a/", "db-", "a/db-", "a/\u{301}", "\u{301}"] {
            #expect(S3Client.isProbe(key: "\(prefix).cleanupd-probe-\(id)"), "\(prefix)")
        }
        #expect(S3Client.isProbe(key: "a/.cleanupd-probe-1"))
        let others = [
            ".cleanupd-probe-1/a", "db-.cleanupd-probe-1", "db-.cleanupd-probe-\(id).gz", "db-\(id)",
            "db-.cleanupd-probe-\(String(repeating: "x", count: 36))",
        ]
        for key in others { #expect(!S3Client.isProbe(key: key), "\(key)") }
    }

    @Test(arguments: S3TestServer.Kind.allCases)
    func aWrongSecretIsDeniedAndNotShown(_ kind: S3TestServer.Kind) async throws {
        try await S3TestServer.shared(kind).withBucket { bucket in
            try await withS3Client(.test(bucket, secretKey: "hunter2zebra")) { client in
                let error = try await s3Error { try await client.everything() }
                #expect(error?.code == .denied && error?.awsCode == "SignatureDoesNotMatch")
                #expect(error?.message.contains("hunter2") == false)
                #expect(try await s3Error { try await client.probe() }?.code == .denied)
            }
        }
    }

    @Test(arguments: S3TestServer.Kind.allCases)
    func aBucketThatIsNotThereIsMissing(_ kind: S3TestServer.Kind) async throws {
        try await S3TestServer.shared(kind).withBucket { bucket in
            try await withS3Client(.test(bucket, name: "nowhere")) { client in
                let error = try await s3Error { try await client.everything() }
                #expect(error?.code == .missingBucket)
                #expect(error?.message.contains("/nowhere ") == true)
                #expect(try await s3Error { try await client.delete([S3Deletion(key: "k")]) }?.code == .missingBucket)
                #expect(try await s3Error { try await client.head(key: "k", versionID: nil) }?.code == .missingBucket)
            }
        }
    }

    @Test func aWrongRegionIsSaid() async throws {
        try await S3TestServer.swift.withBucket { bucket in
            try await withS3Client(.test(bucket, region: "eu-north-7")) { client in
                let error = try await s3Error { try await client.everything() }
                #expect(error?.awsCode == "AuthorizationHeaderMalformed")
                #expect(error?.message.contains("check the region") == true)
            }
        }
    }

    @Test(arguments: S3TestServer.Kind.allCases, [-2400.0, 2400.0])
    func aClockThatIsWrongIsCorrectedAndTold(_ kind: S3TestServer.Kind, _ seconds: Double) async throws {
        try await S3TestServer.shared(kind).withBucket { bucket in
            let clock: @Sendable () -> Int64 = { S3Client.wallClock() + Int64(seconds * 1e9) }
            try await withS3Client(.test(bucket), clock: clock) { client in
                try await client.put(key: "k", body: [1])
                #expect(try await client.head(key: "k", versionID: nil) != nil)
                let offset = try #require(client.clockOffset)
                #expect(abs(offset.seconds - seconds) < 60)
            }
            // A HEAD is refused without a word.
            try await withS3Client(.test(bucket), clock: clock) { (client) async throws in
                #expect(try await client.head(key: "k", versionID: nil) != nil)
            }
        }
    }

    @Test func objectsOfSwiftHaveTheAgeThatTheTestGivesThem() async throws {
        try await withS3Bucket(.swift) { bucket, client in
            try await onThread { try bucket.put("old", modified: 1_600_000_000) }
            #expect(try await client.everything().objects.map(\.modified) == [1_600_000_000_000_000_000])
            #expect(try await client.head(key: "old", versionID: nil)?.modified == 1_600_000_000_000_000_000)
        }
    }

    @Test func theServersCertificateIsChecked() async throws {
        let server = try await S3TestServer.seaweed
        try await server.withBucket { bucket in
            var settings = S3Settings.test(bucket)
            settings.endpoint = "https://127.0.0.1:\(try #require(server.tlsPort))"
            settings.caFile = server.caFile
            try await withS3Client(settings) { client in
                try await client.put(key: "k", body: [1])
                #expect(try await client.everything().objects.count == 1)
            }
            settings.caFile = nil
            try await withS3Client(settings) { client in
                let error = try await s3Error { try await client.everything() }
                #expect(
                    error?.code == .tls && error?.message.contains("certificate") == true,
                    "\(error as Any)"
                )
            }
            settings.caFile = "/nowhere"
            try await withS3Client(settings) { client in
                let error = try await s3Error { try await client.everything() }
                #expect(error?.code == .settings && error?.message.contains("/nowhere") == true)
            }
        }
    }

    @Test func manyUploadsAreAllListed() async throws {
        try await withS3Bucket(.seaweed) { bucket, client in
            try await onThread { for number in 0..<1100 { try bucket.beginUpload("u/\(number)") } }
            let uploads = try await client.everyUpload()
            #expect(Set(uploads.map(\.key)).count == 1100 && uploads.count == 1100)
        }
    }
}
