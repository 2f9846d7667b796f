import Foundation

/// File paths as text; nothing here looks at the file system but `resolve`.
enum Paths {
    /// The parts between slashes, without `.` and empty ones.
    static func components(_ path: String) -> [String] {
        path.split(separator: "/").map(String.init).filter { $0 != "." }
    }

    /// The absolute path, from `folder` unless it is absolute already; `..` is taken away with what stands before it.
    static func absolute(_ path: String, in folder: String) -> String {
        var result: [String] = []
        for component in components(path.hasPrefix("/") ? path : folder + "/" + path) {
            if component == ".." {
                _ = result.popLast()
            } else {
                result.append(component)
            }
        }
        return "/" + result.joined(separator: "/")
    }

    /// `path` is `folder` or lies beneath it. Both absolute, or both from one root.
    static func isWithin(_ path: String, _ folder: String) -> Bool {
        let folder = components(folder)
        return components(path).starts(with: folder)
    }

    static func folder(of path: String) -> String {
        "/" + components(path).dropLast().joined(separator: "/")
    }

    /// Where a path really leads, symlinks followed; `nil` if it cannot be told (it is not there).
    @Sendable
    static func resolve(_ path: String) -> String? {
        guard let pointer = realpath(path, nil) else { return nil }
        defer { free(pointer) }
        return String(validatingCString: pointer)
    }
}
