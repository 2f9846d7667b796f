import Clients
import Retention

/// What must hold of this machine's clock and the server's before ages are told by both.
enum ObjectsClock {
    /// Seconds by which they may differ: as many as S3 itself allows for signatures would make a young object old.
    static let tolerance: Double = 300
    /// How old an answer may be that tells the server's time.
    private static let freshness: Duration = .seconds(60)

    /// Throws `StoreError(.denied)` where the clocks differ by more; asks the server for a page of one object if it has
    /// said nothing for a minute. Blocking. Throws `StoreError`.
    static func require(
        of server: ObjectsServer,
        prefix: String,
        isCancelled: () -> Bool
    ) throws(StoreError) {
        if server.clockOffset.map({ .now - $0.at > freshness }) ?? true {
            do throws(S3Error) {
                _ = try server.wait(isCancelled) { (client) throws(S3Error) in
                    try await client.listObjects(prefix: prefix, after: nil, limit: 1)
                }
            } catch {
                throw StoreError(error)
            }
        }
        try check(server)
    }

    /// The same by the server's last answer; one that tells no time says nothing against it.
    static func check(_ server: ObjectsServer) throws(StoreError) {
        guard let offset = server.clockOffset?.seconds, abs(offset) > tolerance else { return }
        throw .clocksDiffer(offset, of: server)
    }
}
