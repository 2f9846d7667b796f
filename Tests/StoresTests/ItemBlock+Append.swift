import Retention

extension ItemBlock {
    /// Appends an item without a version.
    /// - Returns: its index.
    @discardableResult
    mutating func append(
        _ name: String,
        kind: Item.Kind = .file,
        group: String = "",
        time: Instant,
        size: Int64 = 0
    ) -> Int {
        let group = internGroup(group)
        return Array(name.utf8).withUnsafeBytes { name in
            append(
                name: name,
                version: UnsafeRawBufferPointer(start: nil, count: 0),
                kind: kind,
                group: group,
                time: time,
                size: size
            )
        }
    }
}
