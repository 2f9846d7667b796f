/// Reads one page of a listing.
struct S3Listing: Sendable {
    private let root: S3XMLElement
    private let prefix: String
    private let words: S3Words
    private let purpose: String
    /// Whether the server has heeded `encoding-type=url`; one that knows nothing of it writes keys as they are.
    private let isEncoded: Bool

    init(_ root: S3XMLElement, prefix: String, words: S3Words, purpose: String) {
        self.root = root
        self.prefix = prefix
        self.words = words
        self.purpose = purpose
        isEncoded = root["EncodingType"]?.word?.lowercased() == "url"
    }

    // MARK: Elements

    func object(_ element: S3XMLElement) throws(S3Error) -> S3Object {
        S3Object(
            key: try listedKey(element),
            etag: Self.unquoted(element["ETag"]?.word ?? ""),
            size: try size(element),
            modified: try time(element, "LastModified")
        )
    }

    func version(_ element: S3XMLElement) throws(S3Error) -> S3Object {
        let isMarker = element.name == "DeleteMarker"
        guard let version = element["VersionId"]?.word else { throw bad("a version has no VersionId") }
        return S3Object(
            key: try listedKey(element),
            versionID: version,
            etag: isMarker ? "" : Self.unquoted(element["ETag"]?.word ?? ""),
            size: isMarker ? 0 : try size(element),
            modified: try time(element, "LastModified"),
            isLatest: try truth(element, "IsLatest"),
            isDeleteMarker: isMarker
        )
    }

    func upload(_ element: S3XMLElement) throws(S3Error) -> S3Upload {
        guard let upload = element["UploadId"]?.word else { throw bad("an upload has no UploadId") }
        return S3Upload(key: try listedKey(element), uploadID: upload, initiated: try time(element, "Initiated"))
    }

    /// Bytes.
    func size(_ element: S3XMLElement) throws(S3Error) -> Int64 {
        guard let size = element["Size"]?.word.flatMap({ Int64($0) }), size >= 0 else { throw bad("a size is none") }
        return size
    }

    /// A key as it is, out of how the server writes it.
    func key(_ text: String) throws(S3Error) -> String {
        guard isEncoded else { return text }
        guard let key = S3Encoding.decode(text) else { throw bad("a key is not encoded as the answer says") }
        return key
    }

    // MARK: Pages

    /// Where the next page begins.
    /// - Parameter marker: finds it in the answer.
    func next(
        after position: S3Position?,
        _ marker: (S3XMLElement) throws(S3Error) -> S3Position.Marker?
    ) throws(S3Error) -> S3Position? {
        guard try isTruncated() else { return nil }
        guard let marker = try marker(root) else { throw bad("it says that there is more, but not where") }
        guard let position else { return S3Position(marker) }
        guard let next = position.followed(by: marker) else { throw bad("it goes on where it has been before") }
        return next
    }

    func isTruncated() throws(S3Error) -> Bool { try truth(root, "IsTruncated") }

    /// Some servers give all versions first and then all delete markers; those of a key belong together.
    static func newestFirst(_ versions: [S3Object]) -> [S3Object] {
        let isSorted = zip(versions, versions.dropFirst()).allSatisfy { !precedes($1, $0) }
        guard !isSorted else { return versions }
        return versions.enumerated()
            .sorted { precedes($0.element, $1.element) || (!precedes($1.element, $0.element) && $0.offset < $1.offset) }
            .map(\.element)
    }

    private static func precedes(_ one: S3Object, _ other: S3Object) -> Bool {
        guard one.key.utf8.elementsEqual(other.key.utf8) else {
            return one.key.utf8.lexicographicallyPrecedes(other.key.utf8)
        }
        return one.isLatest != other.isLatest ? one.isLatest : one.modified > other.modified
    }

    // MARK: Parts

    private func listedKey(_ element: S3XMLElement) throws(S3Error) -> String {
        guard let text = element["Key"]?.text, !text.isEmpty else { throw bad("an element has no key") }
        let key = try key(text)
        guard key.utf8.starts(with: prefix.utf8) else {
            throw bad("\(S3Words.shown(key)) does not begin with the prefix \(S3Words.shown(prefix))")
        }
        return key
    }

    private func time(_ element: S3XMLElement, _ name: String) throws(S3Error) -> Int64 {
        guard let time = element[name]?.word.flatMap(S3Time.listed) else { throw bad("\(name) is missing, or no time") }
        return time
    }

    private func truth(_ element: S3XMLElement, _ name: String) throws(S3Error) -> Bool {
        switch element[name]?.word {
        case "true": return true
        case "false": return false
        default: throw bad("\(name) is neither true nor false")
        }
    }

    private func bad(_ reason: String) -> S3Error { words.badReply(purpose, reason) }

    /// An ETag without its quotes.
    static func unquoted(_ etag: String) -> String {
        let (bytes, quote) = (etag.utf8, UInt8(ascii: "\""))
        guard bytes.count >= 2, bytes.first == quote, bytes.last == quote else { return etag }
        return String(Substring(bytes.dropFirst().dropLast()))
    }
}
