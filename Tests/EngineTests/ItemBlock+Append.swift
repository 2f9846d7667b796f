import Retention

extension ItemBlock {
    /// Appends a file without a version.
    /// - Returns: its index.
    @discardableResult
    mutating func append(_ name: String, group: String = "", time: Instant, size: Int64) -> Int {
        let group = internGroup(group)
        return Array(name.utf8).withUnsafeBytes { name in
            append(
                name: name,
                version: UnsafeRawBufferPointer(start: nil, count: 0),
                kind: .file,
                group: group,
                time: time,
                size: size
            )
        }
    }
}
