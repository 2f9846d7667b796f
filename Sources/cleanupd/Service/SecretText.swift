import CleanupConfiguration
import Foundation
import Stores

/// Reads secrets where they are needed.
enum SecretText {
    /// Throws `StoreError`, which names the file but not what is in it.
    static func read(_ secret: Secret, of what: String) throws -> String {
        switch secret {
        case .text(let text):
            return text.revealed
        case .file(let path):
            guard let text = text(of: path) else {
                throw StoreError(
                    .unreadable,
                    "The secret of \(what) cannot be read from \(path). Is it there, and readable?"
                )
            }
            return text
        }
    }

    /// What stands in a file, without blanks around it; `nil` = it cannot be read.
    static func text(of path: String) -> String? {
        FileManager.default.contents(atPath: path)
            .map { String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines) }
    }
}
