import Clients
import Support

@testable import Stores

extension S3Settings {
    /// A bucket of a test server.
    /// - Parameter port: of who stands between; `nil`: nobody does.
    static func test(_ bucket: S3TestBucket, port: Int? = nil) -> S3Settings {
        S3Settings(
            bucket: bucket.name,
            endpoint: "http://127.0.0.1:\(port ?? bucket.server.port)",
            style: .path,
            credentials: .fixed(S3Credentials(accessKey: bucket.accessKey, secretKey: bucket.secretKey))
        )
    }
}

/// Does `body`, and then ends the connections of both, whatever became of it.
func ending<Value>(
    _ server: ObjectsServer,
    _ client: S3Client? = nil,
    isolation: isolated (any Actor)? = #isolation,
    _ body: () async throws -> Value
) async throws -> Value {
    let result: Result<Value, any Error>
    do {
        result = .success(try await body())
    } catch {
        result = .failure(error)
    }
    await server.shutdown()
    await client?.shutdown()
    return try result.get()
}
