import Clients

/// Reads from a JSON file what is still needed: what a field of its entries names.
package struct RecordsNames: Sendable {
    private let file: String
    private let pointer: String
    private let field: String

    /// - Parameters:
    ///   - file: absolute path.
    ///   - pointer: JSON pointer to the object or array that holds the entries.
    ///   - field: a name, or a JSON pointer if it begins with a slash; holds one name, or an array of them.
    package init(file: String, pointer: String = "", field: String) {
        self.file = file
        self.pointer = pointer
        self.field = field
    }

    /// Hands over each name, some perhaps more than once. An entry without the field, or with `null`, names nothing.
    ///
    /// Blocking. Throws `StoreError`, also for an entry of which it cannot be told what it names (it might be anything);
    /// `CancellationError`; and what `body` throws. Names may have been handed over before.
    package func read(isCancelled: () -> Bool, _ body: (String) throws -> Void) throws {
        guard let entries = JSONPointer(pointer) else {
            throw StoreError(.denied, "\"\(pointer)\" is no JSON pointer. Write it as /a/b.")
        }
        let field = try RecordsReader.field(field)
        do {
            let place = try JSONFilePlace(path: file)
            try JSONFileReader(place, pointer: entries).read(isCancelled: isCancelled) { entry in
                let found = entry.isObject ? entry.field(field) : .unreadable
                guard let names = found.names else { throw unclear(entry) }
                for name in names { try body(name) }
            }
        } catch let error as JSONFileError {
            throw StoreError(error)
        }
    }

    /// All names. Throws as the other does, and `StoreError` for more than `limit`.
    package func read(limit: Int, isCancelled: () -> Bool) throws -> [String] {
        var names: [String] = []
        try read(isCancelled: isCancelled) { name in
            names.append(name)
            guard names.count <= limit else {
                throw StoreError(.unreadable, "\(PathText(file.utf8)) names more than \(limit) things. Name fewer.")
            }
        }
        return names
    }

    private func unclear(_ entry: JSONEntry) -> StoreError {
        StoreError(
            .unreadable,
            "\(PathText(file.utf8)): the entry at byte \(entry.range.lowerBound) does not tell what its \(PathText(field.utf8)) "
                + "names, which might be anything. Repair it."
        )
    }
}
