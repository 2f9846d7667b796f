import Foundation
import Support

/// A tree for the real program, of very many, very deep or stubborn entries, with the state beside it.
struct TreeWorld: Sendable {
    /// How a run ended, and the most memory that it held.
    struct MeasuredRun: Sendable {
        var result: Command.Result
        var peakBytes: Int
    }

    /// What each directory of a chain is called: 512 of them make a path that is too long for one call.
    private static let level = "directory-"
    private static let huge = "huge"

    let folder: URL

    var data: URL { folder.appending(path: "data") }
    /// What runs with a `--metrics-file` write.
    var metricsFile: URL { folder.appending(path: "cleanup.prom") }
    var cleanupd: CleanupdProcess {
        CleanupdProcess(environment: ["CLEANUPD_CONFIG": folder.appending(path: "cleanup.yaml").path])
    }

    static func with(_ body: (TreeWorld) async throws -> Void) async throws {
        try await withTemporaryDirectory { folder in
            let world = TreeWorld(folder: folder)
            for place in ["data", "state"] {
                let url = folder.appending(path: place)
                try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
            }
            try Data(world.configuration.utf8).write(to: folder.appending(path: "cleanup.yaml"))
            try await body(world)
        }
    }

    private var configuration: String {
        """
        state: "sqlite:\(folder.path)/state/state.db"
        connections: { data: { url: "file://\(data.path)" } }
        tasks:
          files:
            files: { in: data }
            remove: { older_than: 30d }
            limits: { max_percent: 100 }
          folders:
            files: { in: data, type: directory, depth: 1 }
            remove: { older_than: 30d }
            limits: { max_percent: 100 }
        """
    }

    // MARK: Runs

    /// Runs the program with at most so many descriptors. What it may have open is not raised again: the limit is hard.
    func measured(_ arguments: [String], descriptors: Int) async throws -> MeasuredRun {
        let script = """
            import resource, subprocess, sys
            limit = int(sys.argv[2])
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
            code = subprocess.call(sys.argv[3:])
            with open(sys.argv[1], "w") as peak:
                peak.write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
            sys.exit(code if code >= 0 else 128 - code)
            """
        let peak = folder.appending(path: "peak")
        var measuring = cleanupd
        measuring.launcher = ["/usr/bin/python3", "-c", script, peak.path, "\(descriptors)"]
        let result = try await measuring.run(arguments)
        guard let kibibytes = Int(try String(contentsOf: peak, encoding: .utf8)) else {
            throw SupportError("no figure of memory in \(peak.path): \(result.errorText)")
        }
        return MeasuredRun(result: result, peakBytes: kibibytes * 1_024)
    }

    /// The summary of a task's run with `--json`, whose other lines may be very many.
    static func summary(of task: String, in result: Command.Result) throws -> ReportLine.Summary {
        let lines = result.output.dropLast()
        let start = lines.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? lines.startIndex
        return try ReportLine.parse(Data(result.output[start...])).summary(of: task)
    }

    func metrics() async throws -> Exposition {
        try await Exposition(checking: try String(contentsOf: metricsFile, encoding: .utf8), .text)
    }

    // MARK: Many files

    /// Each fifth file is young.
    static func isYoung(_ index: Int) -> Bool { index.isMultiple(of: 5) }

    /// Half of all files lie in one directory, the others a hundred to a directory.
    static func place(_ index: Int) -> (directory: String, name: String) {
        (index.isMultiple(of: 2) ? huge : "d\(index / 200)", "f\(index)")
    }

    func makeFiles(_ count: Int) throws {
        let top = try OpenDirectory(data.path)
        let shared = try top.makeDirectory(Self.huge)
        var other = try top.makeDirectory(Self.place(1).directory)
        for index in 0..<count {
            let (directory, name) = Self.place(index)
            // The first odd number of two hundred.
            if index % 200 == 1, index > 1 { other = try top.makeDirectory(directory) }
            try (directory == Self.huge ? shared : other).makeFile(name, isOld: !Self.isYoung(index))
        }
    }

    /// Paths of all files that are there.
    func files() throws -> Set<String> {
        let manager = FileManager.default
        var found: Set<String> = []
        for directory in try manager.contentsOfDirectory(atPath: data.path) {
            let path = data.appending(path: directory).path
            for name in try manager.contentsOfDirectory(atPath: path) { found.insert("\(directory)/\(name)") }
        }
        return found
    }

    // MARK: Deep directories

    /// Directories in one another, each with an old and a young file.
    func makeChain(_ depth: Int) throws {
        var directory = try OpenDirectory(data.path)
        for _ in 0..<depth {
            directory = try directory.makeDirectory(Self.level)
            try directory.makeFile("old", isOld: true)
            try directory.makeFile("young", isOld: false)
        }
    }

    /// How deep in the chain a file of this name lies; 1 = in its first directory.
    func levels(with name: String) throws -> [Int] {
        var directory = try OpenDirectory(data.path)
        var level = 0
        var found: [Int] = []
        while directory.has(Self.level) {
            directory = try directory.directory(Self.level)
            level += 1
            if directory.has(name) { found.append(level) }
        }
        return found
    }
}
