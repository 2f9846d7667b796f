package import Clients
package import Retention

/// Files and directories beneath one root, as a store.
package struct FilesStore: MutableStore {
    /// Absolute path of the connection's root.
    package var rootPath: String
    package var specification: FilesSpecification
    /// What compresses.
    package var library: GzipLibrary
    /// Where a file is copied before it is removed; `nil` = it goes without.
    package var copies: CopyDestination?

    package init(
        rootPath: String,
        specification: FilesSpecification,
        library: GzipLibrary = .zlib,
        copies: CopyDestination? = nil
    ) {
        self.library = library
        self.copies = copies
        self.rootPath = rootPath
        self.specification = specification
    }

    package func openSource(asOf _: Instant) throws -> any Source {
        try FilesSource(root: try openRoot(), specification: specification)
    }

    package func openRemover(
        run: String,
        asOf _: Instant,
        fence: Fence?,
        isCancelled: @Sendable () -> Bool
    ) throws -> any Remover {
        let root = try openRoot(toBeChanged: true)
        return CompressingRemover(
            files: FilesRemover(
                root: root,
                specification: specification,
                copier: copies.map {
                    FileCopier(
                        $0,
                        checksOpen: specification.keepOpen,
                        agesByAccess: specification.time.countsAccess
                    )
                }
            ),
            archiver: GzipArchiver(library: library, runIdentifier: run),
            checksOpen: specification.keepOpen,
            copies: copies
        )
    }

    package func sweep(before instant: Instant) throws -> SweepReport {
        guard specification.compresses else { return SweepReport() }
        return FilesRemover(root: try openRoot(toBeChanged: true), specification: specification).sweepParts(
            olderThan: instant
        )
    }

    private func openRoot(toBeChanged: Bool = false) throws -> Root {
        do {
            return toBeChanged ? try Root.toBeChanged(rootPath) : try Root(path: rootPath)
        } catch {
            throw StoreError(error)
        }
    }
}

extension FilesSource: Source {}

/// Removes files, and compresses them through the gzip client.
private struct CompressingRemover: Remover {
    let files: FilesRemover
    let archiver: GzipArchiver
    let checksOpen: Bool
    /// Where files are copied before they are removed; `nil` = they go without.
    let copies: CopyDestination?

    /// A copy may take hours.
    var goesOneByOne: Bool { copies != nil }

    /// All of it is read and sent, also where it has holes and takes little of the disk.
    func effort(of item: Item, in block: ItemBlock) -> Int64 {
        FileVersion(block.version(of: item))?.size ?? item.size
    }

    /// Throws `StoreError(.unreadable)` where the bucket that files are copied to does not answer.
    func prepareToRemove(isCancelled: @Sendable () -> Bool) throws {
        try copies?.requireThere(isCancelled: isCancelled)
    }

    func act(on block: ItemBlock, isCancelled: @Sendable () -> Bool) -> [ItemResult] {
        withoutActuallyEscaping(isCancelled) { isCancelled in
            files.act(
                on: block,
                compressor: { directory, name, version, device in
                    compress(name, in: directory, version, device, isCancelled)
                },
                isCancelled: isCancelled
            )
        }
    }

    private func compress(
        _ name: [UInt8],
        in directory: DirectoryHandle,
        _ version: FileVersion,
        _ device: UInt64,
        _ isCancelled: @escaping @Sendable () -> Bool
    ) -> ItemResult {
        do {
            let done = try archiver.archive(
                directory: directory.descriptor,
                name: name,
                expected: GzipArchiver.Expected(version, device: device),
                checkOpen: checksOpen,
                isCancelled: isCancelled
            )
            return ItemResult(
                .compressed,
                freedBytes: done.freedBytes,
                inputBytes: done.inputBytes,
                outputBytes: done.outputBytes,
                detail: done.warning
            )
        } catch {
            return ItemResult(error)
        }
    }
}

extension ItemResult {
    /// Why a file was not compressed, or not copied, as an outcome.
    init(_ error: GzipError) {
        switch error.code {
        case .gone: self.init(.gone)
        case .changed, .hardLinked: self.init(.changed, detail: error.message)
        case .open: self.init(.inUse, detail: error.message)
        case .cancelled: self.init(.notTried)
        case .exists: self.init(.failed, failure: .conflict, detail: error.message)
        case .verifyFailed: self.init(.failed, failure: .integrity, detail: error.message)
        case .permission: self.init(.failed, failure: .permission, detail: error.message)
        case .noSpace, .io: self.init(.failed, failure: .io, detail: error.message)
        }
    }
}

extension GzipArchiver.Expected {
    /// The planned version of a file, in the archiver's terms.
    init(_ version: FileVersion, device: UInt64) {
        let (modified, modifiedRest) = Self.split(version.modified)
        let (changed, changedRest) = Self.split(version.changed)
        self.init(
            inode: version.inode,
            device: device,
            size: version.size,
            modifiedSeconds: modified,
            modifiedNanoseconds: modifiedRest,
            changedSeconds: changed,
            changedNanoseconds: changedRest
        )
    }

    /// Whole seconds and 0..<1,000,000,000 nanoseconds, also before 1970.
    private static func split(_ time: Int64) -> (seconds: Int64, nanoseconds: Int64) {
        let (seconds, rest) = time.quotientAndRemainder(dividingBy: 1_000_000_000)
        return rest < 0 ? (seconds - 1, rest + 1_000_000_000) : (seconds, rest)
    }
}
