import Clients
package import Retention

/// Files and directories that rows name, removed as if they had just been planned: beneath the root, over no symlink, by
/// handle and name. Belongs to one run; for one thread at a time.
package struct OwnedFiles: Sendable {
    private let root: Root
    private let rootPath: String
    private let specification: FilesSpecification
    private let paths: ReferencePaths

    /// Blocking. Throws `StoreError` when the root is not there or not safe.
    /// - Parameters:
    ///   - aliases: prefixes under which rows name the root.
    ///   - specification: what is protected, and our own.
    package init(rootPath: String, aliases: [String], specification: FilesSpecification) throws {
        do {
            root = try Root.toBeChanged(rootPath)
        } catch {
            throw StoreError(error)
        }
        self.rootPath = rootPath
        self.specification = specification
        paths = ReferencePaths(root: rootPath, aliases: aliases)
    }

    /// Removes what one value names. Blocking.
    ///
    /// - Parameter value: a path, absolute (by the root or an alias) or from the root.
    /// - Returns: `.deleted`, `.gone` if nothing is there, and otherwise why it stays; a path outside the root has failed.
    package func remove(_ value: String, isCancelled: () -> Bool) -> ItemResult {
        let keys: [[UInt8]]
        do {
            keys = try paths.keys(of: value)
        } catch {
            return ItemResult(
                .failed,
                failure: .permission,
                detail: "\"\(PathText(value.utf8))\" \(error.finding); what it names stays, and so does what owns it."
            )
        }
        var result = ItemResult(.gone)
        for key in keys {
            let components = key.split(separator: ReferencePaths.separator)
            let one = remove(components, isCancelled)
            guard one.outcome == .deleted || one.outcome == .gone else { return one }
            if one.outcome == .deleted { result = one }
        }
        return result
    }

    /// Bytes on disk that the removal of what one value names gives back; 0 where nothing is there, or it would stay.
    /// Blocking.
    /// - Parameter measured: what a quota measures: nothing else counts.
    package func size(of value: String, within measured: StorageUse? = nil) -> Int64 {
        do {
            return try paths.keys(of: value).reduce(0) { sum, key in
                let components = key.split(separator: ReferencePaths.separator)
                guard measured?.holds(components, beneath: rootPath) ?? true else { return sum }
                return sum + size(of: components)
            }
        } catch {
            // Outside the root: its removal fails, and says so.
            return 0
        }
    }

    private func size(of components: [ArraySlice<UInt8>]) -> Int64 {
        guard let last = components.last else { return 0 }
        let place = Array(components.dropLast().joined(separator: [UInt8(ascii: "/")]))
        let names = NameBuffer()
        guard let name = names.name(last) else { return 0 }
        do throws(SystemError) {
            let directory = try root.openDirectory(place[...])
            let status = try directory.status(of: name)
            if status.kind == .directory { return measure(name, in: directory, place, { false })?.bytes ?? 0 }
            return status.links > 1 ? 0 : status.allocatedBytes
        } catch {
            // Not there, or not to be looked at: nothing is given back for sure.
            return 0
        }
    }

    private func remove(_ components: [ArraySlice<UInt8>], _ isCancelled: () -> Bool) -> ItemResult {
        guard let last = components.last else { return ItemResult(.gone) }
        let slash = UInt8(ascii: "/")
        let place = Array(components.dropLast().joined(separator: [slash]))
        do throws(SystemError) {
            let directory = try root.openDirectory(place[...])
            let names = NameBuffer()
            guard let name = names.name(last) else { throw SystemError(2) }
            let block = try block(name, in: directory, place, isCancelled)
            let remover = FilesRemover(root: root, specification: specification)
            return remover.act(
                on: block,
                compressor: { _, _, _, _ in ItemResult(.notTried) },
                isCancelled: isCancelled
            )[0]
        } catch {
            if error.isVanished { return ItemResult(.gone) }
            let problem = FileTreeError.examining(place + [slash] + last, error)
            return ItemResult(.failed, failure: error.isPermission ? .permission : .io, detail: problem.message)
        }
    }

    /// The entry as a plan of this moment.
    private func block(
        _ name: EntryName,
        in directory: DirectoryHandle,
        _ place: [UInt8],
        _ isCancelled: () -> Bool
    ) throws(SystemError) -> ItemBlock {
        let status = try directory.status(of: name)
        var block = ItemBlock(place: place, placeVersion: try directory.status().identity.placeVersion)
        var version: [UInt8] = []
        var kind = Item.Kind.other
        if status.kind == .regular {
            kind = .file
            version = Self.bytes(FileVersion.length) { FileVersion(status).store(into: $0) }
        } else if status.kind == .directory, let measured = measure(name, in: directory, place, isCancelled) {
            kind = .directory
            version = Self.bytes(DirectoryVersion.length) { measured.store(into: $0) }
        }
        version.withUnsafeBytes { version in
            _ = block.append(
                name: name.bytes,
                version: version,
                kind: kind,
                group: 0,
                time: Instant(nanoseconds: status.modified),
                size: status.allocatedBytes
            )
        }
        block.items[0].verdict = .remove
        return block
    }

    /// `nil`: it must stay whole; the removal finds out why, and says so.
    private func measure(
        _ name: EntryName,
        in directory: DirectoryHandle,
        _ place: [UInt8],
        _ isCancelled: () -> Bool
    ) -> DirectoryVersion? {
        do {
            let filter = try FilesFilter(specification, root: root)
            let measure = DirectoryMeasure(filter: filter, time: .mtime, buffer: DirectoryBuffer())
            let path = DirectoryMeasure.join(place, Array(name.bytes))
            return try measure.measure(name, in: directory, path: path, isCancelled: isCancelled).version
        } catch {
            return nil
        }
    }

    private static func bytes(_ count: Int, _ fill: (UnsafeMutableRawBufferPointer) -> Void) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { memory, initialized in
            fill(UnsafeMutableRawBufferPointer(memory))
            initialized = count
        }
    }
}
