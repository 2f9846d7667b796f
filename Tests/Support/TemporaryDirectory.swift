package import Foundation

/// Lends a new, empty directory of mode 0700 and removes it afterwards, also when `body` throws.
///
/// Its path has no symbolic links, so that it can be compared with what a program prints.
package func withTemporaryDirectory<Result>(
    isolation: isolated (any Actor)? = #isolation,
    _ body: (URL) async throws -> Result
) async throws -> Result {
    var template = Array("/tmp/cleanupd-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw SupportError("mkdtemp failed: \(String(cString: strerror(errno)))") }
    let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let url = URL(fileURLWithPath: path, isDirectory: true)
    do {
        let result = try await body(url)
        try await remove(path)
        return result
    } catch {
        do {
            try await remove(path)
        } catch let problem {
            throw SupportError("\(error)\nAnd then: \(problem)")
        }
        throw error
    }
}

/// Servers that have been ended may be at their last files still, so that a folder fills again while it is emptied.
private func remove(_ path: String, isolation: isolated (any Actor)? = #isolation) async throws {
    var problem = ""
    let isGone = try await eventually(seconds: 30) { () -> Bool? in
        let removal = try await Command.run("/bin/rm", ["-rf", "--", path])
        problem = removal.errorText
        return removal.code == 0 ? true : nil
    }
    guard isGone == true else { throw SupportError("\(path) cannot be removed: \(problem)") }
}
