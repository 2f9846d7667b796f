package import Foundation

/// The project whose tests these are.
package enum Project {
    /// A file or folder of it, whoever asks.
    package static func file(_ path: String) -> URL { CleanupdProcess.projectFile("../\(path)") }
}
