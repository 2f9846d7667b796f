import Clients
import Glibc
import Retention

/// Tells which items of a block a process has open for writing.
struct OpenFileCheck {
    static let reason = "open for writing by a process"

    let root: Root
    let filter: FilesFilter
    let time: FilesSpecification.Time

    /// Turns the verdict of items to remove or compress that are open into keep.
    /// - Returns: how many.
    func hold(_ block: inout ItemBlock) -> Int {
        let indices = block.items.indices.filter { block.items[$0].verdict.isActedOn }
        guard !indices.isEmpty else { return 0 }
        let place: DirectoryHandle
        do throws(SystemError) {
            place = try root.openDirectory(block.place[...])
        } catch {
            return indices.count { keep($0, Self.unknown(error), &block) }
        }
        let names = NameBuffer()
        let measure = DirectoryMeasure(filter: filter, time: time, buffer: DirectoryBuffer())
        return indices.count { index in
            let item = block.items[index]
            guard let name = names.name(block.name(of: item)) else { return false }
            let reason =
                item.kind == .directory
                ? Self.reason(ofDirectory: name, in: place, path: block.path(of: item), measure)
                : Self.reason(of: name, in: place)
            return reason.map { keep(index, $0, &block) } ?? false
        }
    }

    /// Why a file must stay; `nil` if nobody writes to it, or if it is gone.
    static func reason(of name: EntryName, in place: DirectoryHandle) -> String? {
        do throws(SystemError) {
            let status = try place.status(of: name)
            guard status.kind == .regular else { return nil }
            _ = try FileLease(name, in: place, status: status)
            return nil
        } catch {
            return reason(error)
        }
    }

    /// Why a directory must stay: a file beneath is open.
    static func reason(
        ofDirectory name: EntryName,
        in place: DirectoryHandle,
        path: [UInt8],
        _ measure: DirectoryMeasure
    ) -> String? {
        var reason: String?
        do throws(DirectoryMeasure.Refusal) {
            _ = try measure.measure(name, in: place, path: path, isCancelled: { reason != nil }) { place, name, _ in
                reason = reason ?? Self.reason(of: name, in: place.directory)
                return reason
            }
        } catch {
            // Found open, or no longer what was planned: then its removal says so.
            return reason
        }
        return reason
    }

    /// What an error of a lease means.
    static func reason(_ error: SystemError) -> String? {
        if error.errno == EAGAIN { return Self.reason }
        return error.isVanished ? nil : unknown(error)
    }

    static func unknown(_ error: SystemError) -> String { "cannot tell whether it is open: \(error.text)" }

    private func keep(_ index: Int, _ reason: String, _ block: inout ItemBlock) -> Bool {
        block.items[index].verdict = .keep
        block.items[index].reason = block.internReason(reason)
        return true
    }
}
