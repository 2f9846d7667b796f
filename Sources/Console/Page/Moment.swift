/// A time on a page: UTC in the document, which the page's script turns into the reader's zone.
struct Moment {
    /// RFC 3339.
    let iso: String
    /// `2026-01-02 03:04:05 UTC`
    let text: String

    /// - Parameter timestamp: RFC 3339 in UTC, as the documents have it.
    init(_ timestamp: String) {
        iso = timestamp
        let parts = timestamp.split(separator: "T", maxSplits: 1)
        text = parts.count == 2 ? "\(parts[0]) \(parts[1].prefix(8)) UTC" : timestamp
    }
}
