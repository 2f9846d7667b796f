import Engine
import Foundation
import Retention

/// The files that lie in one directory: a store for the engine.
struct Folder: ItemStore {
    /// Of the directory: what is removed lies in this one, also when another takes its place.
    private let handle: Int32

    init(_ path: String) throws {
        handle = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard handle >= 0 else { throw CannotOpen(path: path, problem: String(cString: strerror(errno))) }
    }

    struct CannotOpen: Error {
        let path: String
        let problem: String
    }

    /// A thousand at a time, so that memory does not grow with their number.
    func candidates(after position: String?) throws -> CandidatePage {
        let names = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd/\(handle)").sorted()
        let page = names.filter { $0 > position ?? "" }.prefix(1000)
        return CandidatePage(page.compactMap(candidate), next: page.count == 1000 ? page.last : nil)
    }

    func look(at candidate: Candidate) -> Sighting {
        guard let there = self.candidate(candidate.name) else { return .absent }
        return there.version == candidate.version ? .unchanged : .changed
    }

    func remove(_ candidate: Candidate) -> Removal {
        switch look(at: candidate) {
        case .absent: return .gone
        case .changed: return .changed
        case .unchanged: break
        }
        guard unlinkat(handle, candidate.name, 0) == 0 else {
            return .failed(reason: .io, detail: "\(candidate.name): \(String(cString: strerror(errno)))")
        }
        return .removed(freedBytes: candidate.size)
    }

    /// `nil` = there is no such file; links and directories are none.
    private func candidate(_ name: String) -> Candidate? {
        var status = stat()
        guard fstatat(handle, name, &status, AT_SYMLINK_NOFOLLOW) == 0, status.st_mode & S_IFMT == S_IFREG else {
            return nil
        }
        let time = Instant(seconds: Int64(status.st_mtim.tv_sec), nanoseconds: Int64(status.st_mtim.tv_nsec))
        let version = "\(status.st_dev) \(status.st_ino) \(status.st_size) \(time.nanoseconds)"
        return Candidate(name: name, version: version, time: time, size: Int64(status.st_size))
    }
}
