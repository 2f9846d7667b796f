import Clients
import Retention

/// Which keys are candidates, held, or in which group: the compiled globs of a specification.
struct ObjectsFilter: Sendable {
    private let specification: ObjectsSpecification
    private let match: GlobSet
    private let keep: GlobSet
    /// Whether versions without an id of their own stay: in a bucket that gives ids none can be overwritten.
    private let holdsUnnamed: Bool

    /// - Parameter versioning: of the bucket; `nil` = not known, or of no interest.
    init(_ specification: ObjectsSpecification, versioning: S3Versioning?) throws(StoreError) {
        self.specification = specification
        match = try GlobSet(specification.match, of: "match")
        keep = try GlobSet(specification.keepMatch, of: "keep.match")
        holdsUnnamed = versioning != .enabled && !specification.allowsUnconditional
    }

    func covers(_ key: String) -> Bool {
        guard key.utf8.starts(with: specification.prefix.utf8), !S3Client.isProbe(key: key) else { return false }
        return match.isEmpty || Self.split(key) { match.matches(path: $0, name: $1) }
    }

    /// Why an item stays, whatever the policy says; `nil` = it may go.
    func holdReason(_ object: ListedObject) -> String? {
        if !keep.isEmpty, let glob = Self.split(object.key, { keep.firstMatch(path: $0, name: $1) }) {
            return HoldReason.match(glob)
        }
        if let hold = object.hold { return hold }
        switch object.version.kind {
        case .current where object.version.etag.isEmpty && !specification.allowsUnconditional:
            return ObjectsWords.noETag
        case .noncurrent where isUnnamed(object), .marker where isUnnamed(object):
            return ObjectsWords.noID
        default: return nil
        }
    }

    private func isUnnamed(_ object: ListedObject) -> Bool {
        object.version.id.isEmpty || holdsUnnamed && object.version.id == ObjectVersion.unnamed
    }

    func group(_ key: String) -> String {
        let slash = UInt8(ascii: "/")
        switch specification.groupBy {
        case nil: return ""
        case .directory: return key.utf8.lastIndex(of: slash).map { String(key[..<$0]) } ?? ""
        case .component(let number):
            // By bytes: a slash and an accent behind it are one character to Swift.
            let components = key.utf8.split(separator: slash, omittingEmptySubsequences: false)
            return components.indices.contains(number - 1) ? String(Substring(components[number - 1])) : ""
        }
    }

    /// The key's bytes and those of its last component.
    private static func split<Value>(
        _ key: String,
        _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) -> Value
    ) -> Value {
        Array(key.utf8).withUnsafeBytes { path in
            let start = path.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
            return body(path, UnsafeRawBufferPointer(rebasing: path[start...]))
        }
    }
}
