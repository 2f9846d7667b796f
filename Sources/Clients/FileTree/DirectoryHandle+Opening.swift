import CLinux
import Glibc

extension DirectoryHandle {
    /// How many bytes of a path one system call gets; the kernel takes 4,095.
    private static let longestPath = 4_000

    /// Opens a directory beneath this one, to be read.
    ///
    /// - Parameter path: without a leading slash; empty = this directory itself, opened anew.
    /// - Throws: ENOENT, ENOTDIR, ELOOP (replaced), EXDEV (a mount), EACCES, and EINVAL for a path with a 0 byte.
    package func openDirectory(beneath path: ArraySlice<UInt8>) throws(SystemError) -> DirectoryHandle {
        var rest = path
        var base = self
        while rest.count > Self.longestPath {
            guard let slash = rest.prefix(Self.longestPath).lastIndex(of: UInt8(ascii: "/")) else {
                throw SystemError(ENAMETOOLONG)
            }
            base = DirectoryHandle(owning: try base.open(rest[..<slash], CLINUX_OPEN_LOOK))
            rest = rest[(slash + 1)...]
        }
        do {
            return DirectoryHandle(owning: try base.open(rest, CLINUX_OPEN_DIRECTORY_QUIET))
        } catch  where error.errno == EPERM {
            // Only owners may read without leaving a trace in the access time.
            return DirectoryHandle(owning: try base.open(rest, CLINUX_OPEN_DIRECTORY))
        }
    }

    /// Opens an entry that is a directory, to be read.
    package func openDirectory(_ name: EntryName) throws(SystemError) -> DirectoryHandle {
        do {
            return DirectoryHandle(owning: try open(name, CLINUX_OPEN_DIRECTORY_QUIET))
        } catch  where error.errno == EPERM {
            return DirectoryHandle(owning: try open(name, CLINUX_OPEN_DIRECTORY))
        }
    }

    /// Whether the path beneath this directory still leads to that object.
    package func leads(_ path: ArraySlice<UInt8>, to identity: FileIdentity) -> Bool {
        do throws(SystemError) {
            return try openDirectory(beneath: path).status().identity == identity
        } catch {
            // Whatever is in the way: it cannot be shown to lead there.
            return false
        }
    }

    func open(_ name: EntryName, _ kind: clinux_open_kind) throws(SystemError) -> Int32 {
        try SystemError.check(clinux_open_beneath(descriptor, name.pointer, kind))
    }

    private func open(_ path: ArraySlice<UInt8>, _ kind: clinux_open_kind) throws(SystemError) -> Int32 {
        guard !path.contains(0) else { throw SystemError(EINVAL) }
        let result = withUnsafeTemporaryAllocation(byteCount: path.count + 2, alignment: 1) { memory in
            // The directory itself is its own dot.
            memory.copyBytes(from: path.isEmpty ? [UInt8(ascii: ".")][...] : path)
            memory[max(path.count, 1)] = 0
            return clinux_open_beneath(descriptor, memory.baseAddress?.assumingMemoryBound(to: CChar.self), kind)
        }
        return try SystemError.check(result)
    }
}
