import Clients
import Support
import Testing

extension S3Settings {
    /// A bucket of a test server.
    static func test(
        _ bucket: S3TestBucket,
        secretKey: String? = nil,
        region: String = "us-east-1",
        name: String? = nil
    ) -> S3Settings {
        S3Settings(
            bucket: name ?? bucket.name,
            endpoint: bucket.endpoint,
            region: region,
            style: .path,
            credentials: .fixed(
                S3Credentials(accessKey: bucket.accessKey, secretKey: secretKey ?? bucket.secretKey)
            )
        )
    }
}

/// Lends a client, and ends it.
func withS3Client<Result>(
    _ settings: S3Settings,
    limits: S3Limits = S3Limits(),
    clock: @escaping @Sendable () -> Int64 = S3Client.wallClock,
    isolation: isolated (any Actor)? = #isolation,
    _ body: (S3Client) async throws -> Result
) async throws -> Result {
    let client = S3Client(name: "pictures", settings: settings, limits: limits, clock: clock)
    do {
        let result = try await body(client)
        await client.shutdown()
        return result
    } catch {
        await client.shutdown()
        throw error
    }
}

/// Lends a new bucket of a real server and a client of it.
func withS3Bucket<Result>(
    _ kind: S3TestServer.Kind,
    isVersioned: Bool = false,
    isolation: isolated (any Actor)? = #isolation,
    _ body: (S3TestBucket, S3Client) async throws -> Result
) async throws -> Result {
    try await S3TestServer.shared(kind).withBucket(isVersioned: isVersioned) { bucket in
        try await withS3Client(.test(bucket)) { try await body(bucket, $0) }
    }
}

/// The error of S3 that `body` throws; `nil` if it throws none. Others go through.
func s3Error<Result>(
    isolation: isolated (any Actor)? = #isolation,
    _ body: () async throws -> Result
) async throws -> S3Error? {
    do {
        _ = try await body()
        return nil
    } catch let error as S3Error {
        return error
    }
}

extension S3Client {
    /// All pages of the current objects.
    func everything(prefix: String = "", limit: Int = 1000) async throws -> (objects: [S3Object], pages: Int) {
        var objects: [S3Object] = []
        var position: S3Position?
        var pages = 0
        repeat {
            let page = try await listObjects(prefix: prefix, after: position, limit: limit)
            objects += page.elements
            position = page.next
            pages += 1
        } while position != nil
        return (objects, pages)
    }

    /// All pages of versions.
    func everyVersion(prefix: String = "", limit: Int = 1000) async throws -> [S3Object] {
        var objects: [S3Object] = []
        var position: S3Position?
        repeat {
            let page = try await listVersions(prefix: prefix, after: position, limit: limit)
            objects += page.elements
            position = page.next
        } while position != nil
        return objects
    }

    /// All pages of uploads.
    func everyUpload(prefix: String = "") async throws -> [S3Upload] {
        var uploads: [S3Upload] = []
        var position: S3Position?
        repeat {
            let page = try await listUploads(prefix: prefix, after: position)
            uploads += page.elements
            position = page.next
        } while position != nil
        return uploads
    }

    /// Writes many objects, 16 at a time.
    func putAll(_ keys: [String], body: [UInt8] = [0x78]) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, key) in keys.enumerated() {
                if index >= 16 { try await group.next() }
                group.addTask { try await self.put(key: key, body: body) }
            }
            try await group.waitForAll()
        }
    }
}

/// Keys as sets of bytes, because different bytes can be equal strings.
func bytes(_ keys: [String]) -> Set<[UInt8]> { Set(keys.map { Array($0.utf8) }) }

extension S3Settings {
    /// The bucket `bkt` of a server of a test's own.
    static func loopback(_ port: Int) -> S3Settings {
        S3Settings(
            bucket: "bkt",
            endpoint: "http://127.0.0.1:\(port)",
            style: .path,
            credentials: .fixed(S3Credentials(accessKey: "AK", secretKey: "hunter2zebra"))
        )
    }
}

extension S3Limits {
    /// Without pauses worth the name.
    static var quick: S3Limits {
        var limits = S3Limits()
        limits.firstPause = .milliseconds(1)
        return limits
    }
}
