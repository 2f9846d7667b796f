import Clients
import Retention

/// The bucket as the copy of one held file asks it: no question outlasts the run by more than some seconds, nor keeps
/// whoever wants to write to the file waiting for longer.
struct CopyBucket {
    let server: ObjectsServer
    let file: HeldFile
    /// Of the copy.
    let key: String

    /// What is there under the key; `nil`: nothing.
    func look(_ isCancelled: () -> Bool) throws(CopyRefusal) -> S3StoredObject? {
        let key = key
        return try ask(isCancelled) { (client) throws(S3Error) in try await client.stored(key: key) }
    }

    /// Asks, and waits for the answer. Blocking.
    func ask<Value: Sendable>(
        _ isCancelled: () -> Bool,
        _ body: @escaping @Sendable (S3Client) async throws(S3Error) -> Value
    ) throws(CopyRefusal) -> Value {
        do throws(S3Error) {
            return try wait(isCancelled, body)
        } catch {
            throw refusal(error)
        }
    }

    /// As `ask`, with the error of the server.
    func wait<Value: Sendable>(
        _ isCancelled: () -> Bool,
        _ body: @escaping @Sendable (S3Client) async throws(S3Error) -> Value
    ) throws(S3Error) -> Value {
        try server.wait({ isCancelled() || file.isDisturbed }, body)
    }

    /// What an error means to the file.
    func refusal(_ error: S3Error) -> CopyRefusal {
        guard error.code == .cancelled else { return CopyRefusal(error) }
        do throws(GzipError) {
            // It may have been broken off for whoever wants to write.
            try file.requireUndisturbed()
            return CopyRefusal(error)
        } catch {
            return CopyRefusal(error)
        }
    }

    /// Where the copy is, for people.
    var place: String { "\(DisplayName.printable(key.utf8)) in \(server.name)" }
}
