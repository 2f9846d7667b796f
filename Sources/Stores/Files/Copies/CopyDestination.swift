package import Clients
import Retention

/// Where files are copied before they are removed: a bucket, and what the keys of the copies begin with.
package struct CopyDestination: Sendable {
    /// Files that are larger, as they are sent, go in parts. Each worker has one part in memory, and while that is sent
    /// what the network has not taken of it yet: up to another one.
    package static let usualPart = 8 * 1024 * 1024

    let server: ObjectsServer
    /// Stands before each key as it is, without a slash of ours.
    let prefix: String
    /// What packs files that are not packed already.
    let library: GzipLibrary
    let leastPart: Int

    /// - Parameters:
    ///   - server: the bucket.
    ///   - prefix: what the keys begin with.
    ///   - library: what packs.
    ///   - leastPart: bytes of a part of what goes in parts; those of very large files are larger. At least 5 MiB, or
    ///     servers refuse it.
    package init(
        server: ObjectsServer,
        prefix: String,
        library: GzipLibrary = .zlib,
        leastPart: Int = CopyDestination.usualPart
    ) {
        self.server = server
        self.prefix = prefix
        self.library = library
        self.leastPart = leastPart
    }

    /// Throws `StoreError(.unreadable)` unless the bucket says what lies beneath the prefix. Blocking; writes nothing.
    ///
    /// Never `.missing`: that the task's own connection may be missing does not let files go without their copies.
    package func requireThere(isCancelled: () -> Bool = { false }) throws {
        let key = prefix + Self.nobody
        do throws(S3Error) {
            _ = try server.wait(isCancelled) { (client) throws(S3Error) in try await client.stored(key: key) }
        } catch {
            throw StoreError(.unreadable, "\(error.message). Files are copied there first; nothing was removed.")
        }
    }

    /// Nothing has this name; it is only asked for.
    private static let nobody = ".cleanupd-copies"

    /// The key of a copy.
    /// - Parameters:
    ///   - path: of the file, from the task's path; bytes.
    ///   - isPacked: by us, on the way.
    func key(of path: ArraySlice<UInt8>, isPacked: Bool) throws(CopyRefusal) -> String {
        guard let text = String(validating: path, as: UTF8.self) else {
            throw CopyRefusal(.conflict, "its name is not UTF-8, which keys of objects are; rename it")
        }
        let key = prefix + text + (isPacked ? ".gz" : "")
        guard key.utf8.count <= Self.longestKey else {
            throw CopyRefusal(
                .conflict,
                "the key of its copy would have \(key.utf8.count) bytes, and \(Self.longestKey) is the most; shorten its path"
            )
        }
        return key
    }

    /// As S3 has it.
    private static let longestKey = 1024

    /// How large the parts of a file are: as small as may be, as long as there are not too many of them.
    func partSize(of bytes: Int64) throws(CopyRefusal) -> Int {
        // What gzip cannot make smaller it makes a little larger. Files with holes may be as long as a number can say.
        let (sum, isTooLong) = bytes.addingReportingOverflow(bytes / 100 + 1024 * 1024)
        let most = isTooLong ? Int64.max : sum
        var size = leastPart
        while most / Int64(size) >= Self.mostParts {
            size *= 2
            guard size <= Self.largestPart else {
                throw CopyRefusal(
                    .conflict,
                    "it has \(bytes) bytes, more than \(Self.mostParts) parts of \(Self.largestPart) bytes hold; "
                        + "split it, or copy it otherwise"
                )
            }
        }
        return size
    }

    /// As S3 has it.
    static let mostParts: Int64 = 10_000
    /// Parts lie in memory.
    private static let largestPart = 64 * 1024 * 1024
}
