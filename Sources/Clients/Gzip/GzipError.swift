import Glibc

/// Why a file was not compressed: what happened, to which object, and what to do.
///
/// Whatever the code, the original is whole and at its place unless the message says where it is.
package struct GzipError: Error, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable, CaseIterable {
        /// Not the file that was planned, or it changed meanwhile.
        case changed
        /// No longer there.
        case gone
        /// In use: locked, open for writing, or (where that matters) impossible to tell.
        case open
        /// It has more than one name.
        case hardLinked
        /// An archive of that name is there already, with other contents.
        case exists
        /// What was read back from the disk is not what was compressed.
        case verifyFailed
        case noSpace
        case permission
        case io
        case cancelled
    }

    package let code: Code
    package var message: String
    /// The cause: an errno, or 0 where no system call failed.
    package let errno: Int32

    package init(_ code: Code, _ message: String, errno: Int32 = 0) {
        self.code = code
        self.message = message
        self.errno = errno
    }

    package var description: String { message }

    /// A failed system call.
    /// - Parameters:
    ///   - attempt: what was tried, as an infinitive without "to": `write the archive of "a.log"`.
    ///   - result: what the call returned, -errno.
    static func call(_ attempt: String, _ result: Int64) -> GzipError {
        let number = Int32(truncatingIfNeeded: -result)
        let text = "cannot \(attempt): \(String(cString: strerror(number)))"
        return switch number {
        case EACCES, EPERM, EROFS:
            GzipError(.permission, "\(text); give the user that runs this the right to do so", errno: number)
        case ENOSPC, EDQUOT:
            GzipError(.noSpace, "\(text); free some: the archive needs room beside the original", errno: number)
        default:
            GzipError(.io, text, errno: number)
        }
    }

    static func call(_ attempt: String, _ result: Int32) -> GzipError { call(attempt, Int64(result)) }

    /// The same error with a remark about what could not be tidied up.
    func adding(_ remark: String?) -> GzipError {
        guard let remark, remark != message else { return self }
        return GzipError(code, "\(message); \(remark)", errno: errno)
    }
}
