import Clients
import Glibc
import Retention

/// One thread of a scan. Everything it uses for each entry is made once.
final class ScanWorker {
    private let root: Root
    let specification: FilesSpecification
    let filter: FilesFilter
    /// The file system that the scan stays on.
    private let sourceDevice: UInt64
    let state: ScanState
    let isCancelled: @Sendable () -> Bool
    private let buffer = DirectoryBuffer()
    let scratch = PathScratch()
    let names = NameBuffer()
    let measure: DirectoryMeasure
    let output: ScanOutput
    var tally = ScanTally()
    /// Work found in the current bite.
    var found: [ScanWork] = []
    /// Names of directories that are items, of the current bite.
    var candidates: [[UInt8]] = []

    init(
        root: Root,
        specification: FilesSpecification,
        filter: FilesFilter,
        sourceDevice: UInt64,
        state: ScanState,
        isCancelled: @escaping @Sendable () -> Bool,
        emit: @escaping @Sendable (inout ItemBlock) throws -> Void
    ) {
        self.root = root
        self.specification = specification
        self.filter = filter
        self.sourceDevice = sourceDevice
        self.state = state
        self.isCancelled = isCancelled
        measure = DirectoryMeasure(filter: filter, time: specification.time, buffer: DirectoryBuffer())
        output = ScanOutput(grouping: specification.groupBy, emit: emit)
    }

    /// Works until the scan is over.
    func run() {
        var isFirst = true
        do {
            while let work = state.stack.next(isFirst: isFirst) {
                isFirst = false
                try perform(work)
            }
            try output.flush()
        } catch {
            state.fail(error)
            // Gives back what `next` handed out, so that nobody waits for it.
            _ = state.stack.next(isFirst: isFirst)
        }
        state.add(tally.summary)
    }

    private func perform(_ work: ScanWork) throws {
        if isCancelled() { return state.stack.stop() }
        switch work {
        case .directory(let path, let level, let usageOnly):
            if let place = try open(path, level: level, usageOnly: usageOnly) { try read(place) }
        case .resume(let place):
            try read(place)
        case .measure(let place, let names):
            for name in names where !isCancelled() { try measureItem(name, in: place) }
        }
    }

    private func open(_ path: [UInt8], level: Int, usageOnly: Bool) throws -> ScanPlace? {
        do throws(SystemError) {
            let handle = try root.openDirectory(path[...])
            let status = try handle.status()
            guard status.device == sourceDevice else { throw SystemError(EXDEV) }
            if specification.measuresUsage, level > 0 { tally.use(status) }
            let identity = status.identity
            return ScanPlace(handle, path: path, level: level, identity: identity, usageOnly: usageOnly, state: state)
        } catch {
            guard level > 0 else { throw FilesSource.unusable(path, root, error) }
            if error.isVanished {
                tally.skip(.vanished)
            } else if error.isMount {
                tally.skip(.mount)
            } else {
                tally.note(.opening(path, error))
            }
            return nil
        }
    }

    private func read(_ place: ScanPlace) throws {
        scratch.begin(place.path, source: filter.sourcePath)
        while try fill(from: place) {
            if isCancelled() { return state.stack.stop() }
            let mayHaveMore = buffer.mayHaveMore
            var isHandedOver = false
            // A huge directory is shared: an idle thread reads on while this one works on what it has.
            if mayHaveMore, state.stack.hasIdleWorkers, state.mayHoldPlaces {
                state.stack.push([.resume(place)])
                isHandedOver = true
            }
            try readBite(of: place)
            addCandidates(in: place)
            if !found.isEmpty {
                // Depth first: what was found goes before the rest of the directory, so that little is pending.
                let waits = mayHaveMore && !isHandedOver && state.mayHoldPlaces
                state.stack.push(waits ? [.resume(place)] + found : found)
                found.removeAll(keepingCapacity: true)
                isHandedOver = isHandedOver || waits
            }
            if isHandedOver { return }
        }
    }

    private func fill(from place: ScanPlace) throws -> Bool {
        do throws(SystemError) {
            return try buffer.fill(from: place.handle)
        } catch {
            if error.isVanished { tally.skip(.vanished) } else { tally.note(.reading(place.path, error)) }
            return false
        }
    }

    private func readBite(of place: ScanPlace) throws {
        let isLevel = specification.depth.map { $0 == place.level + 1 } ?? true
        let takesFiles = !place.usageOnly && isLevel && specification.type != .directory
        let takesDirectories = !place.usageOnly && isLevel && specification.type != .file
        let measuresUsage = specification.measuresUsage
        while let entry = buffer.next() {
            switch entry.hint {
            case .regular:
                if takesFiles || measuresUsage { try file(entry.name, place, takesFiles) }
            case .directory:
                directory(entry.name, place, takesDirectories)
            case .symlink, .other:
                other(entry.name, place, isSymlink: entry.hint == .symlink && takesFiles)
            case .unknown:
                try unknown(entry.name, place, takesFiles, takesDirectories)
            }
        }
    }

    private func file(_ name: EntryName, _ place: ScanPlace, _ isTaken: Bool) throws {
        let path = scratch.path(name.bytes)
        let isCandidate = isTaken && filter.covers(path)
        guard isCandidate || specification.measuresUsage else { return }
        guard let status = look(at: name, place) else { return }
        if specification.measuresUsage { tally.use(status) }
        guard isCandidate, status.kind == .regular else { return }
        if status.isForeign(to: place.identity.device) { return tally.skip(.mount) }
        if status.links > 1 { return tally.skip(.hardlink) }
        if filter.isProtected(path) || filter.own.contains(status.identity) { return tally.skip(.protected) }
        tally.examined += 1
        let time = specification.time.nanoseconds(of: status)
        try output.append(name, in: place, status, time: time, hold: filter.holdReason(path))
    }

    private func directory(_ name: EntryName, _ place: ScanPlace, _ isTaken: Bool) {
        let path = scratch.path(name.bytes)
        let level = place.level + 1
        var usageOnly = place.usageOnly
        if !usageOnly {
            if filter.isProtected(path) {
                tally.skip(.protected)
                usageOnly = true
            } else if filter.isExcluded(path) {
                usageOnly = true
            } else if isTaken, filter.covers(path) {
                candidates.append(Array(name.bytes))
                return
            }
            if let depth = specification.depth, level >= depth { usageOnly = true }
        }
        if usageOnly, !specification.measuresUsage { return }
        enter(Array(path.fromRoot), level: level, usageOnly: usageOnly)
    }

    private func enter(_ path: [UInt8], level: Int, usageOnly: Bool) {
        guard path.count(where: { $0 == UInt8(ascii: "/") }) < FileTree.maximumDepth else {
            return tally.note(.tooDeep(path))
        }
        found.append(.directory(path: path, level: level, usageOnly: usageOnly))
    }

    /// What can never be an item by itself.
    private func other(_ name: EntryName, _ place: ScanPlace, isSymlink: Bool) {
        if isSymlink, filter.covers(scratch.path(name.bytes)) { tally.skip(.symlink) }
        if specification.measuresUsage, let status = look(at: name, place) { tally.use(status) }
    }

    /// The directory does not say what the entry is.
    private func unknown(_ name: EntryName, _ place: ScanPlace, _ takesFiles: Bool, _ takesDirectories: Bool) throws {
        guard let status = look(at: name, place) else { return }
        switch status.kind {
        case .regular: try file(name, place, takesFiles)
        case .directory: directory(name, place, takesDirectories)
        default: other(name, place, isSymlink: status.kind == .symlink && takesFiles)
        }
    }

    private func look(at name: EntryName, _ place: ScanPlace) -> FileStatus? {
        do throws(SystemError) {
            return try place.handle.status(of: name)
        } catch {
            if error.isVanished {
                tally.skip(.vanished)
            } else {
                tally.note(.examining(Array(scratch.path(name.bytes).fromRoot), error))
            }
            return nil
        }
    }
}
