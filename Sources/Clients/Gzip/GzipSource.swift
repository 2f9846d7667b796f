import CLinux
import Glibc

/// The open original: proves that it is the planned file, and holds lock and lease while it is worked on.
///
/// The read lease is what makes "no byte lost" true: it is refused while anybody has the file open for writing, and
/// from then on the kernel makes a new writer wait and tells us, so that we can step back before anything is removed.
struct GzipSource: ~Copyable {
    let directory: Int32
    let name: GzipName
    let descriptor: GzipDescriptor
    /// As it was when it was opened.
    let state: GzipFileState
    private let hasLease: Bool

    /// - Parameter checkOpen: a file system that cannot tell whether the file is open is an error.
    init(
        directory: Int32,
        name: GzipName,
        expected: GzipArchiver.Expected,
        checkOpen: Bool
    ) throws(GzipError) {
        try self.init(directory: directory, name: name, isLeaseNeeded: checkOpen) { (state) throws(GzipError) in
            guard state.matches(expected) else {
                throw GzipError(.changed, "\(name.quoted) is not the file that was planned, or has changed since; kept")
            }
        }
    }

    /// An original that an earlier process left under its private name: whatever it is by now.
    init(capturedAs name: GzipName, in directory: Int32) throws(GzipError) {
        try self.init(directory: directory, name: name, isLeaseNeeded: true) { _ in }
    }

    private init(
        directory: Int32,
        name: GzipName,
        isLeaseNeeded: Bool,
        check: (GzipFileState) throws(GzipError) -> Void
    ) throws(GzipError) {
        let raw = clinux_open_entry(directory, name.terminated)
        switch -raw {
        case ENOENT: throw GzipError(.gone, "\(name.quoted) is no longer there", errno: ENOENT)
        case ELOOP, ENXIO: throw GzipError(.changed, "\(name.quoted) is no regular file (any more); kept", errno: -raw)
        default: guard raw >= 0 else { throw .call("open \(name.quoted)", raw) }
        }
        let descriptor = GzipDescriptor(raw)
        let state = try GzipFileState(of: descriptor, name: name)
        guard state.isRegular else { throw GzipError(.changed, "\(name.quoted) is no regular file; kept") }
        guard state.links == 1 else { throw .hardLinked(name, links: state.links) }
        try check(state)
        try Self.lock(descriptor, name)
        hasLease = try Self.takeLease(descriptor, name, isNeeded: isLeaseNeeded)
        self.directory = directory
        self.name = name
        self.descriptor = descriptor
        self.state = state
    }

    // Explicitly, not by close(): a child that another thread forks holds our files open until it executes its program.
    deinit {
        if hasLease { _ = clinux_lease_end(descriptor.raw) }
        _ = clinux_unlock(descriptor.raw)
    }

    private static func lock(_ descriptor: borrowing GzipDescriptor, _ name: GzipName) throws(GzipError) {
        let result = clinux_lock(descriptor.raw)
        switch -result {
        case EWOULDBLOCK: throw GzipError(.open, "\(name.quoted) is locked by another process; kept", errno: -result)
        // File systems without such locks; the lease and the comparisons still hold.
        case EBADF, ENOLCK, EOPNOTSUPP, EINVAL, ENOSYS: return
        default: guard result >= 0 else { throw .call("lock \(name.quoted)", result) }
        }
    }

    private static func takeLease(
        _ descriptor: borrowing GzipDescriptor,
        _ name: GzipName,
        isNeeded: Bool
    ) throws(GzipError) -> Bool {
        let result = clinux_lease(descriptor.raw)
        if result >= 0 { return true }
        if -result == EAGAIN {
            throw GzipError(.open, "\(name.quoted) is open for writing by a process; kept", errno: EAGAIN)
        }
        guard isNeeded else { return false }
        throw .openUnknown(name, errno: -result)
    }

    /// Throws `.open` once somebody wants to write, who then waits for us.
    func requireUndisturbed() throws(GzipError) {
        guard hasLease else { return }
        let held = clinux_lease_stands(descriptor.raw)
        guard held >= 0 else { throw .leaseUnknown(name, held) }
        guard held == 1 else { throw GzipError(.open, "a process began to write to \(name.quoted); kept") }
    }

    /// Throws unless the name still stands for this file and nothing about it changed.
    func requireUnchanged() throws(GzipError) {
        try requireUndisturbed()
        guard try GzipFileState(of: descriptor, name: name).isUntouched(since: state) else { throw changed }
        try requireName(name)
    }

    /// Throws unless this file is all and only what lies under the other name that it was given, and no byte was written.
    ///
    /// The time of change is not compared, because giving another name moves it.
    func requireUnwritten(under other: GzipName) throws(GzipError) {
        try requireName(other)
        guard try GzipFileState(of: descriptor, name: name).hasSameBytes(as: state) else { throw changed }
        try requireUndisturbed()
    }

    private func requireName(_ name: GzipName) throws(GzipError) {
        guard let entry = try GzipFileState.ofEntry(name, in: directory) else {
            throw GzipError(.gone, "\(self.name.quoted) is no longer there", errno: ENOENT)
        }
        guard entry.isSameFile(as: state) else { throw changed }
    }

    /// Why it is not what it was.
    var changed: GzipError { .changedWhileRead(name) }
}
