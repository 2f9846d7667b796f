import Foundation

/// File paths as text; nothing here looks at the file system but `resolve`.
enum Paths {
    /// The parts between slashes, without `.` and empty ones.
    ///
    /// By bytes, as the system has it: to Swift a slash with an accent behind it is one character that is no slash, and
    /// a `..` could hide beside it.
    static func components(_ path: String) -> [String] {
        path.utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }.filter { $0 != "." }
    }

    /// Whether it begins with a slash, by bytes.
    static func isAbsolute(_ path: String) -> Bool { path.utf8.first == UInt8(ascii: "/") }

    /// The absolute path, from `folder` unless it is absolute already; `..` is taken away with what stands before it.
    static func absolute(_ path: String, in folder: String) -> String {
        var result: [String] = []
        for component in components(isAbsolute(path) ? path : folder + "/" + path) {
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
