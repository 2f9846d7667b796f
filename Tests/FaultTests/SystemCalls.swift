import Foundation
import Support

/// What a program asked the kernel to do with the names and files of one directory, in order.
struct SystemCalls {
    enum Change: Equatable {
        /// A new, empty file.
        case create(String, file: Int)
        case write(file: Int)
        case rename(String, to: String, file: Int)
        case remove(String, file: Int)
        case synchroniseFile(Int)
        case synchroniseDirectory
    }

    /// A change with the lines of the trace at which it began and ended: others may have happened in between.
    struct Step {
        var change: Change
        var begin: Int
        var end: Int
    }

    private(set) var steps: [Step] = []
    /// Names before the first step, and their files.
    let first: [String: Int]
    /// Names after the last one.
    private(set) var last: [String: Int]
    private let directory: String
    /// Calls of threads that have not ended yet, by the thread's number.
    private var pending: [String: (text: String, line: Int)] = [:]

    static let traced = "openat,write,fsync,fdatasync,renameat2,unlinkat,rename,unlink,ftruncate,pwrite64,linkat"

    /// - Parameters:
    ///   - trace: what `strace -f -y` wrote.
    ///   - directory: without symbolic links; what happens elsewhere is passed over.
    ///   - names: those that were there before.
    init(trace: String, directory: String, names: [String]) throws {
        self.directory = directory
        first = Dictionary(uniqueKeysWithValues: names.sorted().enumerated().map { ($1, $0) })
        last = first
        for (number, line) in trace.split(separator: "\n").enumerated() { try read(String(line), number) }
    }

    private mutating func read(_ line: String, _ number: Int) throws {
        guard let match = line.wholeMatch(of: /(\d+) +(.*)/) else { return }
        let thread = String(match.1)
        if let begun = match.2.wholeMatch(of: /(.*) <unfinished \.\.\.>/) {
            pending[thread] = (String(begun.1), number)
        } else if let ended = match.2.wholeMatch(of: /<\.\.\. \w+ resumed>(.*)/) {
            guard let (text, begin) = pending.removeValue(forKey: thread) else { return }
            try take(text + ended.1, begin, number)
        } else {
            try take(String(match.2), number, number)
        }
    }

    private mutating func take(_ call: String, _ begin: Int, _ end: Int) throws {
        guard call.contains("<\(directory)"), let match = call.wholeMatch(of: /(\w+)\((.*)\) += (\d+).*/) else {
            return
        }
        let names = match.2.matches(of: /"([^"]*)"/).map { String($0.1) }
        guard let change = try change(String(match.1), String(match.2), names) else { return }
        steps.append(Step(change: change, begin: begin, end: end))
    }

    private mutating func change(_ call: String, _ arguments: String, _ names: [String]) throws -> Change? {
        switch call {
        case "openat":
            guard arguments.contains("O_CREAT"), let name = names.first, last[name] == nil else { return nil }
            let file = first.count + steps.count
            last[name] = file
            return .create(name, file: file)
        case "write": return .write(file: try file(arguments))
        case "fsync", "fdatasync":
            return arguments.hasSuffix("<\(directory)>") ? .synchroniseDirectory : .synchroniseFile(try file(arguments))
        case "renameat2":
            guard names.count == 2, let file = last.removeValue(forKey: names[0]) else { break }
            last[names[1]] = file
            return .rename(names[0], to: names[1], file: file)
        case "unlinkat":
            guard let name = names.first, let file = last.removeValue(forKey: name) else { break }
            return .remove(name, file: file)
        default: break
        }
        throw SupportError("the model does not know what this does: \(call)(\(arguments))")
    }

    /// The file that a descriptor of an argument means, by the name that it has then.
    private func file(_ arguments: String) throws -> Int {
        guard let match = arguments.firstMatch(of: /<([^>]*)>/), match.1.hasPrefix(directory + "/"),
            let file = last[String(match.1.dropFirst(directory.utf8.count + 1))]
        else { throw SupportError("no file of the directory: \(arguments)") }
        return file
    }
}
