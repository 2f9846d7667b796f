import Clients
import Glibc
import Retention

/// The removal of directories as items: looked at again as a whole, then taken away bottom-up. For one thread.
final class DirectoryRemoval {
    private let root: Root
    private let specification: FilesSpecification
    private let filter: FilesFilter
    private let place: DirectoryHandle
    private let measure: DirectoryMeasure
    private let removal: SubtreeRemoval

    init(root: Root, specification: FilesSpecification, filter: FilesFilter, place: DirectoryHandle) {
        self.root = root
        self.specification = specification
        self.filter = filter
        self.place = place
        let buffer = DirectoryBuffer()
        measure = DirectoryMeasure(filter: filter, time: specification.time, buffer: buffer)
        removal = SubtreeRemoval(buffer: buffer)
    }

    func remove(_ item: Item, of block: ItemBlock, _ name: EntryName, isCancelled: () -> Bool) -> ItemResult {
        let path = block.path(of: item)
        let text = DisplayName.printable(path)
        guard item.verdict == .remove, let planned = DirectoryVersion(block.version(of: item)) else {
            return ItemResult(.failed, failure: .integrity, detail: "The plan has no version of \(text); plan again.")
        }
        var openReason: String?
        do throws(DirectoryMeasure.Refusal) {
            let now = try measure.measure(name, in: place, path: path, locks: true, isCancelled: isCancelled) {
                place,
                name,
                _ in
                guard self.specification.keepOpen, openReason == nil else { return nil }
                openReason = OpenFileCheck.reason(of: name, in: place.directory)
                return openReason
            }
            if let openReason { return ItemResult(.inUse, detail: "\(text) stays: a file in it is \(openReason).") }
            guard now.version == planned, now.hold == nil else {
                return .kept("\(text), or something in it, changed since the plan; it stays whole.")
            }
            return clear(name, path, now, isCancelled)
        } catch {
            return Self.result(of: error, text)
        }
    }

    private func clear(
        _ name: EntryName,
        _ path: [UInt8],
        _ measured: DirectoryMeasure.Measured,
        _ isCancelled: () -> Bool
    ) -> ItemResult {
        // Its handle holds the advisory lock.
        defer { withExtendedLifetime(measured.directory) {} }
        let top: DirectoryHandle
        do throws(SystemError) {
            // Opened anew, to be read from its beginning; the lock is held by the handle of the measuring.
            top = try measured.directory.openDirectory(beneath: [])
        } catch {
            let problem = FileTreeError.opening(path, error)
            return ItemResult(.failed, failure: FailureReason(problem), detail: problem.message)
        }
        let result = withoutActuallyEscaping(isCancelled) { isCancelled in
            removal.removeContents(
                of: top,
                path: path,
                conditions: SubtreeRemoval.Conditions(
                    mayRemove: { [filter, specification] place, status in
                        Self.mayRemove(status, measured, specification.time) && !filter.own.contains(status.identity)
                    },
                    isInPlace: { [root] path, identity in root.handle.leads(path[...], to: identity) },
                    isCancelled: isCancelled
                )
            )
        }
        if let stop = result.stop { return Self.result(of: stop, path, result) }
        return removeTop(name, path, measured, result)
    }

    /// Nothing goes that is younger than what was planned, lies elsewhere, or may be alive.
    private static func mayRemove(
        _ status: FileStatus,
        _ measured: DirectoryMeasure.Measured,
        _ time: FilesSpecification.Time
    ) -> Bool {
        let version = measured.version
        guard !status.isForeign(to: version.device) else { return false }
        let age = status.kind == .directory ? status.modified : time.nanoseconds(of: status)
        // The removal of one link changes the others.
        let isUnchanged = status.changed <= version.newestChange || (measured.hasHardLinks && status.kind != .directory)
        switch status.kind {
        case .regular, .directory, .symlink, .fifo:
            return isUnchanged && (age <= version.newest || isLinked(status, time))
        case .socket, .device, .unknown: return false
        }

        func isLinked(_ status: FileStatus, _ time: FilesSpecification.Time) -> Bool {
            measured.hasHardLinks && status.kind != .directory && (time == .ctime || time == .newest)
        }
    }

    private func removeTop(
        _ name: EntryName,
        _ path: [UInt8],
        _ measured: DirectoryMeasure.Measured,
        _ result: SubtreeRemoval.Result
    ) -> ItemResult {
        var result = result
        do throws(SystemError) {
            let status = try place.status(of: name)
            guard status.kind == .directory, status.inode == measured.version.inode else { throw SystemError(ESTALE) }
            try place.removeDirectory(name)
            return ItemResult(.deleted, freedBytes: result.freedBytes + status.allocatedBytes)
        } catch {
            // Its contents are gone; that it stands empty is to be seen.
            result.removedEntries += 1
            return Self.result(of: .failed(.removing(path, error)), path, result)
        }
    }

    static func result(
        of stop: SubtreeRemoval.Stop,
        _ path: [UInt8],
        _ result: SubtreeRemoval.Result
    ) -> ItemResult {
        let part = "\(DisplayName.printable(path)) is half removed: \(result.removedEntries) entries are gone"
        let isWhole = result.removedEntries == 0
        switch stop {
        case .cancelled:
            if isWhole { return ItemResult(.notTried) }
            let detail = "\(part), then the run ended; the next one goes on."
            return ItemResult(.failed, failure: .timeout, freedBytes: result.freedBytes, detail: detail)
        case .changed(let entry):
            let what = "\(DisplayName.printable(entry)) changed meanwhile and stays"
            if isWhole { return .kept("\(what), and all around it.") }
            let detail = "\(part), then \(what)."
            return ItemResult(.failed, failure: .conflict, freedBytes: result.freedBytes, detail: detail)
        case .failed(let error):
            let detail = isWhole ? error.message : "\(part). \(error.message)"
            return ItemResult(.failed, failure: FailureReason(error), freedBytes: result.freedBytes, detail: detail)
        }
    }

    static func result(of refusal: DirectoryMeasure.Refusal, _ text: String) -> ItemResult {
        switch refusal {
        case .vanished: ItemResult(.gone)
        case .cancelled: ItemResult(.notTried)
        case .skipped(.inUse):
            ItemResult(.inUse, detail: "\(text) stays: it is locked, or a socket in it may be alive.")
        case .skipped(.mount):
            ItemResult(.failed, failure: .conflict, detail: "\(text) stays: a file system is mounted in it by now.")
        case .skipped: .kept("\(text) stays: something in it changed since the plan, or is protected.")
        case .failed(let error): ItemResult(.failed, failure: FailureReason(error), detail: error.message)
        }
    }
}
