import Foundation
import Support

/// A program of Tests/Races with the parts of the real code that it drives, built under ThreadSanitizer.
///
/// Code that keeps its order by its own hands (`@unchecked Sendable`) is little, so that it is soon built so; all else is
/// built so by `make tsan`.
struct RaceProgram {
    /// What a run of it came to.
    struct Run {
        /// What it printed.
        let text: String
        /// Races that were found.
        let reports: Int
        /// For a message: how it ended, and all that was said.
        let story: String
    }

    /// As a program ends that found a race; scripts/tsan.sh has the same.
    private static let reported: Int32 = 66

    private let program: String

    /// Builds it, which takes two to fifteen seconds.
    /// - Parameters:
    ///   - name: of a file in Tests/Races.
    ///   - sources: files beneath Sources, and folders of which all files are meant.
    ///   - options: for the compiler.
    ///   - folder: for what is built.
    init(_ name: String, with sources: [String], options: [String] = [], in folder: URL) async throws {
        program = folder.appendingPathComponent(name).path
        let locks = folder.appendingPathComponent("locks.o").path
        let shim = Project.file("scripts/tsan-locks.c").path
        try await Command.run("/usr/bin/env", ["clang", "-c", "-fPIC", "-O1", "-o", locks, shim]).check()
        let semaphore = try await Self.buildSemaphore(in: folder)
        let files = try sources.flatMap(Self.files) + [Project.file("Tests/Races/\(name).swift").path]
        let arguments =
            ["swiftc", "-parse-as-library", "-swift-version", "6", "-sanitize=thread", "-g", "-Onone"]
            + ["-package-name", "cleanupd", "-module-name", "Races", "-Xlinker", locks, "-Xlinker", semaphore]
            + ["-I", folder.appendingPathComponent("CLinux").path]
            + ["-module-cache-path", folder.appendingPathComponent("modules").path] + options + files
        try await Command.run("/usr/bin/env", arguments + ["-o", program]).check()
    }

    /// The module CLinux, of which only the semaphore is there.
    /// - Returns: its object file.
    private static func buildSemaphore(in folder: URL) async throws -> String {
        let module = folder.appendingPathComponent("CLinux")
        try FileManager.default.createDirectory(at: module, withIntermediateDirectories: true)
        let header = Project.file("Sources/CLinux/include/CLinux.h").path
        try Data("module CLinux { header \"\(header)\" export * }\n".utf8)
            .write(to: module.appendingPathComponent("module.modulemap"))
        let object = folder.appendingPathComponent("monotonic_semaphore.o").path
        let source = Project.file("Sources/CLinux/monotonic_semaphore.c").path
        let options = ["-c", "-fPIC", "-O1", "-fsanitize=thread", "-o", object]
        try await Command.run("/usr/bin/env", ["clang"] + options + [source]).check()
        return object
    }

    /// Runs it to its end.
    func run(_ arguments: String...) async throws -> Run {
        var environment = ProcessInfo.processInfo.environment
        // Those of `make tsan`, where this test runs under it, are for the test itself.
        environment["TSAN_OPTIONS"] = "exitcode=\(Self.reported)"
        let result = try await Command.run(program, arguments, environment: environment)
        let reports = result.errorText.components(separatedBy: "WARNING: ThreadSanitizer").count - 1
        let story = "\(result.commandLine) ended with \(result.code): \(result.text)\(result.errorText)"
        guard result.code == (reports > 0 ? Self.reported : 0) else { throw SupportError(story) }
        return Run(text: result.text.trimmingCharacters(in: .newlines), reports: reports, story: story)
    }

    /// The files that are meant by a path beneath Sources.
    private static func files(_ path: String) throws -> [String] {
        let url = Project.file("Sources/\(path)")
        guard url.pathExtension.isEmpty else { return [url.path] }
        let names = try FileManager.default.contentsOfDirectory(atPath: url.path).sorted()
        return names.filter { $0.hasSuffix(".swift") }.map { url.appendingPathComponent($0).path }
    }
}
