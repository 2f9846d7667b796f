import CZlib

extension GzipError {
    /// - Parameters:
    ///   - attempt: what was tried, as an infinitive without "to".
    ///   - code: zlib's.
    static func zlib(_ attempt: String, _ code: Int32) -> GzipError {
        guard code != Z_MEM_ERROR else { return noMemory(attempt, "zlib") }
        return GzipError(.io, "cannot \(attempt): zlib's error \(code); kept: report this as a fault of cleanupd")
    }

    static func noMemory(_ attempt: String, _ library: String) -> GzipError {
        GzipError(.io, "cannot \(attempt): \(library) has no memory; kept: give the program more")
    }

    /// What was reckoned for a member does not hold it.
    static var noRoom: GzipError {
        GzipError(.io, "cannot compress: libdeflate has no room; kept: report this as a fault of cleanupd")
    }

    /// All names that a run may give to an archive in the making are taken.
    static func noName(run: String) -> GzipError {
        GzipError(.io, "cannot find a free temporary name of run \(run); remove old .cleanupd-*.gz.part files")
    }

    static func archiveExists(_ name: GzipName, errno: Int32 = 0) -> GzipError {
        GzipError(
            .exists,
            "\(name.quoted) is there already and is not this file, compressed; both kept: move one of them away",
            errno: errno
        )
    }

    static func hardLinked(_ name: GzipName, links: UInt64) -> GzipError {
        GzipError(.hardLinked, "\(name.quoted) has \(links) names; a compressed copy would free nothing; kept")
    }

    /// The file system has no leases, or we have no right to one.
    static func openUnknown(_ name: GzipName, errno: Int32) -> GzipError {
        GzipError(
            .open,
            "cannot tell whether \(name.quoted) is open for writing (\(SystemError(errno).text)); kept: "
                + "run as its owner or as root",
            errno: errno
        )
    }

    /// It is not what it was when it was opened.
    static func changedWhileRead(_ name: GzipName) -> GzipError {
        GzipError(.changed, "\(name.quoted) changed while it was read; kept")
    }

    /// What an archive has of its original.
    enum Metadata: String, CaseIterable {
        case owner, permissions, attributes, times
    }

    static func notGiven(_ what: Metadata, of name: GzipName, _ result: Int32) -> GzipError {
        call("give the archive the \(what.rawValue) of \(name.quoted)", result)
    }

    static func notReopened(_ archive: GzipName, _ result: Int32) -> GzipError {
        call("open the archive \(archive.quoted) again", result)
    }

    static func leaseUnknown(_ name: GzipName, _ result: Int32) -> GzipError {
        call("ask for the lease of \(name.quoted)", result)
    }

    static func copyCancelled(_ name: GzipName) -> GzipError {
        GzipError(.cancelled, "the copy of \(name.quoted) was cancelled; the file is kept")
    }
}
