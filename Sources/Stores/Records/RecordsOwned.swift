import Clients
package import Retention

/// What a field of a record owns: goes with the record, before it.
package struct RecordsOwned: Sendable {
    /// Removes what one value names. Blocking.
    package typealias Remove = @Sendable (_ value: String, _ isCancelled: () -> Bool) -> ItemResult
    /// Says how many bytes on disk the removal of what one value names gives back. Blocking.
    package typealias Size = @Sendable (_ value: String) -> Int64

    /// A name, or a JSON pointer if it begins with a slash; holds one name, or an array of them.
    package var field: String
    /// Names the counter of what goes.
    package var resource: String
    /// Opens the place where it lies, for one run. Blocking; ends within some seconds once it is cancelled. Throws
    /// `StoreError`.
    package var open: @Sendable (_ isCancelled: () -> Bool) throws -> Remove
    /// Absolute path of the directory beneath which it lies; `nil` = it is no file.
    package var root: String?
    /// `open`, to measure; `nil` = it has no size.
    package var openSize: (@Sendable () throws -> Size)?

    package init(
        field: String,
        resource: String,
        root: String? = nil,
        open: @escaping @Sendable (_ isCancelled: () -> Bool) throws -> Remove,
        openSize: (@Sendable () throws -> Size)? = nil
    ) {
        self.field = field
        self.resource = resource
        self.root = root
        self.open = open
        self.openSize = openSize
    }

    /// Files and directories.
    /// - Parameters:
    ///   - root: where they lie.
    ///   - measured: what the task's quota measures: only that counts as their size; `nil` = all of it does.
    ///   - files: opens the root in which they lie.
    package static func files(
        field: String,
        resource: String,
        root: String? = nil,
        measured: StorageUse? = nil,
        _ files: @escaping @Sendable () throws -> OwnedFiles
    ) -> RecordsOwned {
        RecordsOwned(
            field: field,
            resource: resource,
            root: root,
            open: { _ in
                let files = try files()
                return { files.remove($0, isCancelled: $1) }
            },
            openSize: {
                let files = try files()
                return { files.size(of: $0, within: measured) }
            }
        )
    }
}

extension JSONField {
    /// The names that it holds; `nil` if that cannot be told.
    var names: [String]? {
        switch self {
        case .absent, .null: []
        case .string(let text), .number(let text): text.isEmpty ? [] : [text]
        case .list(let texts): texts.filter { !$0.isEmpty }
        case .unreadable: nil
        }
    }
}
