import Clients
import Retention

// Directories as items.
extension ScanWorker {
    /// Directory items that one thread takes at a time.
    private static let measuredTogether = 16

    /// Makes work of the directories that the current bite named as items.
    func addCandidates(in place: ScanPlace) {
        var rest = candidates[...]
        while !rest.isEmpty {
            found.append(.measure(place, names: Array(rest.prefix(Self.measuredTogether))))
            rest = rest.dropFirst(Self.measuredTogether)
        }
        candidates.removeAll(keepingCapacity: true)
    }

    /// Looks at one directory as an item.
    func measureItem(_ bytes: [UInt8], in place: ScanPlace) throws {
        guard let name = names.name(bytes[...]) else { return }
        let path = DirectoryMeasure.join(place.path, bytes)
        do {
            let measured = try measure.measure(name, in: place.handle, path: path, isCancelled: isCancelled)
            if filter.own.contains(FileIdentity(device: measured.version.device, inode: measured.version.inode)) {
                return tally.skip(.protected)
            }
            tally.examined += 1
            if specification.measuresUsage { tally.usedBytes += measured.usedBytes }
            scratch.begin(place.path, source: filter.sourcePath)
            let hold = filter.holdReason(scratch.path(name.bytes)) ?? measured.hold
            try output.append(name, in: place, measured.held(by: hold))
        } catch let refusal as DirectoryMeasure.Refusal {
            refuse(refusal, path, level: place.level + 1)
        }
    }

    private func refuse(_ refusal: DirectoryMeasure.Refusal, _ path: [UInt8], level: Int) {
        switch refusal {
        case .cancelled: return state.stack.stop()
        case .vanished: return tally.skip(.vanished)
        case .skipped(let reason): tally.skip(reason)
        case .failed(let error): tally.note(error)
        }
        guard specification.measuresUsage else { return }
        state.stack.push([.directory(path: path, level: level, usageOnly: true)])
    }
}
