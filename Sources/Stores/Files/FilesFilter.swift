import Clients
import Retention

/// Which names and paths are candidates, held or out of bounds: the compiled globs of a specification.
struct FilesFilter: Sendable {
    /// From the connection's root, without slashes at its ends.
    let sourcePath: [UInt8]
    let own: OwnPaths
    private let match: GlobSet
    private let exclude: GlobSet
    private let keep: GlobSet
    private let protect: GlobSet
    private let compresses: Bool

    init(_ specification: FilesSpecification, root: Root) throws(StoreError) {
        let slash = UInt8(ascii: "/")
        sourcePath = Array(specification.path.utf8.split(separator: slash).joined(separator: [slash]))
        guard !sourcePath.split(separator: slash).contains(where: { $0.elementsEqual("..".utf8) }) else {
            throw StoreError(.denied, "The path \(specification.path) contains `..`. Write it without.")
        }
        own = OwnPaths(specification.ownPaths, root: root)
        match = try Self.globs("match", specification.match)
        exclude = try Self.globs("exclude", specification.exclude)
        keep = try Self.globs("keep.match", specification.keepMatch)
        protect = try Self.globs("protect", specification.protect)
        compresses = specification.compresses
    }

    private static func globs(_ key: String, _ patterns: [String]) throws(StoreError) -> GlobSet {
        do {
            return try GlobSet(patterns)
        } catch {
            throw .refusedGlob(key, error)
        }
    }

    /// The task's globs want the entry.
    func covers(_ path: PathScratch.Path) -> Bool {
        if !match.isEmpty, !match.matches(path: path.fromSource, name: path.name), !coversArchived(path) {
            return false
        }
        return !isExcluded(path) && !OwnPaths.isTemporary(path.name)
    }

    /// `exclude` names the entry; nothing beneath it is a candidate either.
    func isExcluded(_ path: PathScratch.Path) -> Bool {
        !exclude.isEmpty && exclude.matches(path: path.fromSource, name: path.name)
    }

    /// `protect` names the entry, or it is our own; nothing beneath it is touched either.
    func isProtected(_ path: PathScratch.Path) -> Bool {
        if !protect.isEmpty, protect.matches(path: path.fromRoot, name: path.name) { return true }
        return own.contains(path: path.fromRoot)
    }

    /// The reason for which `keep.match` holds the entry.
    func holdReason(_ path: PathScratch.Path) -> String? {
        guard !keep.isEmpty, let glob = keep.firstMatch(path: path.fromSource, name: path.name) else { return nil }
        return "kept: matches \(glob)"
    }

    /// Whether a directory lies in something that is protected, excluded or our own.
    func isOutOfBounds(directory: [UInt8]) -> Bool {
        let scratch = PathScratch()
        let sourceDepth = sourcePath.split(separator: UInt8(ascii: "/")).count
        var parent: [UInt8] = []
        for (index, component) in directory.split(separator: UInt8(ascii: "/")).enumerated() {
            let isBeneathSource = index >= sourceDepth
            scratch.begin(parent, source: isBeneathSource ? sourcePath : [])
            let isOut = component.withUnsafeBytes { name in
                let path = scratch.path(name)
                return isProtected(path) || (isBeneathSource && isExcluded(path))
            }
            if isOut { return true }
            parent += (parent.isEmpty ? [] : [UInt8(ascii: "/")]) + component
        }
        return false
    }

    // Where files are compressed, what is wanted is wanted as NAME.gz, too.
    private func coversArchived(_ path: PathScratch.Path) -> Bool {
        guard compresses, path.name.count > 3, path.name.suffix(3).elementsEqual(".gz".utf8) else { return false }
        return match.matches(
            path: UnsafeRawBufferPointer(rebasing: path.fromSource.dropLast(3)),
            name: UnsafeRawBufferPointer(rebasing: path.name.dropLast(3))
        )
    }
}
