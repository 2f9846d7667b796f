import Clients
import Retention

/// Files that go only once there is a proved copy of them.
extension BlockRemoval {
    /// Copies the file, and removes it once the copy is proved.
    func removeOnceCopied(
        _ item: Item,
        _ name: EntryName,
        _ planned: FileVersion,
        _ status: FileStatus,
        by copier: FileCopier,
        _ isCancelled: () -> Bool
    ) -> ItemResult {
        let file = FileCopier.Candidate(
            directory: place,
            name: Array(block.name(of: item)),
            path: block.path(of: item).dropFirst(filter.sourcePath.isEmpty ? 0 : filter.sourcePath.count + 1),
            version: planned,
            device: status.device
        )
        do throws(CopyRefusal) {
            return try copier.settle(file, isCancelled: isCancelled) { copy in
                var result = removeHeld(item, name, planned)
                if result.outcome == .deleted { result.detail = "\(block.reason(of: item)); its copy is \(copy)" }
                return result
            }
        } catch {
            // Those of the removal name the file themselves.
            return error.result(of: text(item))
        }
    }

    /// Removes a file that is held meanwhile, unless somebody used it; hours may have passed since it was looked at.
    private func removeHeld(_ item: Item, _ name: EntryName, _ planned: FileVersion) -> ItemResult {
        guard root.handle.leads(block.place[...], to: identity) else { return moved }
        do throws(SystemError) {
            let status = try place.status(of: name)
            if let refusal = refusal(item, planned, status) { return refusal }
            do throws(SystemError) {
                try place.remove(name)
            } catch {
                return failure(item, .removing(block.path(of: item), error), error)
            }
            return ItemResult(.deleted, freedBytes: status.allocatedBytes)
        } catch {
            return failure(item, .examining(block.path(of: item), error), error)
        }
    }
}
