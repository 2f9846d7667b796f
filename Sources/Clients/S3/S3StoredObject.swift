import NIOHTTP1

/// An object with the words that were stored with it.
package struct S3StoredObject: Sendable, Equatable {
    package let object: S3Object
    /// By their names in small letters, without `x-amz-meta-`.
    package let metadata: [String: String]

    private static let prefix = "x-amz-meta-"

    /// Of the headers of an answer; of equal names the first.
    static func metadata(_ headers: HTTPHeaders) -> [String: String] {
        var metadata: [String: String] = [:]
        for (name, value) in headers {
            let name = name.lowercased()
            guard name.hasPrefix(prefix) else { continue }
            let own = String(name.dropFirst(prefix.count))
            if metadata[own] == nil { metadata[own] = value }
        }
        return metadata
    }
}
