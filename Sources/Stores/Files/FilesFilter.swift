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
        match = try GlobSet(specification.match, of: "match")
        exclude = try GlobSet(specification.exclude, of: "exclude")
        keep = try GlobSet(specification.keepMatch, of: "keep.match")
        protect = try GlobSet(specification.protect, of: "protect")
        compresses = specification.compresses
    }

    /// The task's globs want the entry.
    func covers(_ path: PathScratch.Path) -> Bool {
        if !match.isEmpty, !Self.names(match, path.fromSource, path.name, orOriginal: compresses) { return false }
        return !isExcluded(path) && !OwnPaths.isTemporary(path.name)
    }

    /// `exclude` names the entry; nothing beneath it is a candidate either.
    func isExcluded(_ path: PathScratch.Path) -> Bool {
        !exclude.isEmpty && Self.names(exclude, path.fromSource, path.name, orOriginal: compresses)
    }

    /// `protect` names the entry, or it is our own; nothing beneath it is touched either.
    func isProtected(_ path: PathScratch.Path) -> Bool {
        if !protect.isEmpty, Self.names(protect, path.fromRoot, path.name, orOriginal: compresses) { return true }
        return own.contains(path: path.fromRoot)
    }

    /// The reason for which `keep.match` holds the entry.
    func holdReason(_ path: PathScratch.Path) -> String? {
        guard !keep.isEmpty else { return nil }
        if let glob = keep.firstMatch(path: path.fromSource, name: path.name) { return HoldReason.match(glob) }
        guard compresses, let original = GzipNames.original(of: path.name),
            let originalPath = GzipNames.original(of: path.fromSource),
            let glob = keep.firstMatch(path: originalPath, name: original)
        else { return nil }
        return HoldReason.originalMatch(glob)
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

    /// Whether globs name the entry. Where files are compressed, NAME.gz is what NAME is: wanted, held, excluded, protected.
    private static func names(
        _ globs: GlobSet,
        _ path: UnsafeRawBufferPointer,
        _ name: UnsafeRawBufferPointer,
        orOriginal compresses: Bool
    ) -> Bool {
        if globs.matches(path: path, name: name) { return true }
        guard compresses, let original = GzipNames.original(of: name), let path = GzipNames.original(of: path) else {
            return false
        }
        return globs.matches(path: path, name: original)
    }
}
