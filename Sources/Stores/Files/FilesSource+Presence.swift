import Clients
import Glibc
package import Retention

extension FilesSource {
    /// Looks where the planned items of a block are now. Blocking; changes nothing.
    package func presence(of block: ItemBlock) -> [Presence] {
        do throws(SystemError) {
            let place = try root.openDirectory(block.place[...])
            let names = NameBuffer()
            return block.items.map { presence(of: $0, in: block, place, names) }
        } catch {
            return block.items.map { _ in error.errno == ENOENT ? .absent : .unknown }
        }
    }

    private func presence(
        of item: Item,
        in block: ItemBlock,
        _ place: DirectoryHandle,
        _ names: NameBuffer
    ) -> Presence {
        guard let name = names.name(block.name(of: item)) else { return .unknown }
        do throws(SystemError) {
            let status = try place.status(of: name)
            let isSame =
                item.kind == .directory
                ? DirectoryVersion(block.version(of: item))?.inode == status.inode
                : FileVersion(block.version(of: item)) == FileVersion(status)
            return isSame ? .unchanged : .changed
        } catch {
            guard error.errno == ENOENT else { return .unknown }
            return item.verdict == .compress && hasArchive(item, in: block, place, names) ? .archived : .absent
        }
    }

    private func hasArchive(
        _ item: Item,
        in block: ItemBlock,
        _ place: DirectoryHandle,
        _ names: NameBuffer
    ) -> Bool {
        guard let name = names.name(GzipNames.archive(of: block.name(of: item))[...]) else { return false }
        do throws(SystemError) {
            return try place.status(of: name).kind == .regular
        } catch {
            return false
        }
    }
}
