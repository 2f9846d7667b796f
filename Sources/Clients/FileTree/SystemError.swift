import Glibc

/// The errno of a failed system call, without words: cheap enough to be thrown for every entry of a tree.
package struct SystemError: Error, Sendable, Hashable {
    package let errno: Int32

    package init(_ errno: Int32) {
        self.errno = errno
    }

    /// What the C library says, for example `Permission denied`.
    package var text: String {
        var buffer = [CChar](repeating: 0, count: 128)
        guard strerror_r(errno, &buffer, buffer.count) == 0 else { return "error \(errno)" }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Nothing is there under that name any more, or not what was there.
    package var isVanished: Bool { errno == ENOENT || errno == ENOTDIR || errno == ELOOP || errno == ESTALE }

    /// The path leads over a mount point.
    package var isMount: Bool { errno == EXDEV }

    package var isPermission: Bool { errno == EACCES || errno == EPERM || errno == EROFS }

    /// Turns a result of the shims, where a negative number is `-errno`, into a value or an error.
    @inline(__always)
    static func check(_ result: Int32) throws(SystemError) -> Int32 {
        if result < 0 { throw SystemError(-result) }
        return result
    }
}
