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
            guard let data = FileManager.default.contents(atPath: path) else {
                throw StoreError(
                    .unreadable,
                    "The secret of \(what) cannot be read from \(path). Is it there, and readable?"
                )
            }
            return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }
}
