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
        try await Command.run("/bin/rm", ["-rf", "--", path]).check()
        return result
    } catch {
        try await Command.run("/bin/rm", ["-rf", "--", path]).check()
        throw error
    }
}
