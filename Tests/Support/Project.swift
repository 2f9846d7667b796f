package import Foundation

/// The project whose tests these are.
package enum Project {
    private static let folder = URL(fileURLWithPath: #filePath).appendingPathComponent("../../..").standardizedFileURL

    /// A file or folder of it, by its path from the root.
    package static func file(_ path: String) -> URL { folder.appendingPathComponent(path) }
}
