import Engine
import Foundation
import Retention

/// The files that lie in one directory: a store for the engine.
struct Folder: ItemStore {
    /// Of the directory: what is removed lies in this one, also when another takes its place.
    private let handle: Int32

    init(_ path: String) throws {
        handle = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard handle >= 0 else { throw Problem(name: path, cause: String(cString: strerror(errno))) }
    }

    struct Problem: Error {
        let name: String
        let cause: String
    }

    /// A thousand at a time, so that memory does not grow with their number.
    func candidates(after position: String?) throws -> CandidatePage {
        let names = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd/\(handle)").sorted()
        let page = names.filter { $0 > position ?? "" }.prefix(1000)
        return CandidatePage(try page.compactMap(candidate), next: page.count == 1000 ? page.last : nil)
    }

    /// Only what is certainly not there is absent: what cannot be looked at throws.
    func look(at candidate: Candidate) throws -> Sighting {
        guard let there = try status(of: candidate.name) else { return .absent }
        return version(there) == candidate.version ? .unchanged : .changed
    }

    func remove(_ candidate: Candidate) throws -> Removal {
        switch try look(at: candidate) {
        case .absent: return .gone
        case .changed: return .changed
        case .unchanged: break
        }
        guard unlinkat(handle, candidate.name, 0) == 0 else {
            return .failed(reason: .io, detail: "\(candidate.name): \(String(cString: strerror(errno)))")
        }
        return .removed(freedBytes: candidate.size)
    }

    /// `nil` = there is no such file any more; links and directories are none.
    private func candidate(_ name: String) throws -> Candidate? {
        guard let there = try status(of: name), there.st_mode & S_IFMT == S_IFREG else { return nil }
        return Candidate(name: name, version: version(there), time: time(there), size: Int64(there.st_size))
    }

    /// `nil` = nothing has that name.
    private func status(of name: String) throws -> stat? {
        var status = stat()
        guard fstatat(handle, name, &status, AT_SYMLINK_NOFOLLOW) != 0 else { return status }
        guard errno == ENOENT else { throw Problem(name: name, cause: String(cString: strerror(errno))) }
        return nil
    }

    private func time(_ status: stat) -> Instant {
        Instant(seconds: Int64(status.st_mtim.tv_sec), nanoseconds: Int64(status.st_mtim.tv_nsec))
    }

    /// With the mode, because a link or a directory in its place is another thing.
    private func version(_ status: stat) -> String {
        "\(status.st_dev) \(status.st_ino) \(status.st_mode) \(status.st_size) \(time(status).nanoseconds)"
    }
}
