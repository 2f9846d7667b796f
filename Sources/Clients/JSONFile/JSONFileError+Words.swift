extension JSONFileError {
    /// Others who read it or write it have its lock.
    static func locked(_ path: String) -> JSONFileError {
        JSONFileError(.busy, path, "is locked by another process. Try again later")
    }

    /// Others were first each time, for as long as they are waited for.
    static func inUse(_ path: String) -> JSONFileError {
        JSONFileError(
            .busy,
            path,
            "is in use: others have it open for writing, hold its lock, or keep replacing it. Nothing was removed from "
                + "it; the next run tries again"
        )
    }

    static func hardLinked(_ path: String, links: UInt64) -> JSONFileError {
        JSONFileError(.denied, path, "has \(links) hard links, which replacing it would part. Remove its other names")
    }

    /// What was written beside it is not what was to be written.
    static func lacksTheRest(_ path: String) -> JSONFileError {
        JSONFileError(
            .io,
            path,
            "is as it was: the new file does not hold the rest of it. The next run tries again"
        )
    }

    /// It changed places with another's version, which could not be put back.
    /// - Parameter name: of what lies beside it.
    static func stranded(_ path: String, _ why: String, as name: [UInt8]) -> JSONFileError {
        JSONFileError(
            .io,
            path,
            "may not be the newest: \(why). What else was written lies beside it as \(PathText(name)). Look at both"
        )
    }

    static let othersReplace = "others kept replacing it"
}

/// What can fail while a file is rewritten, as its error says it.
enum JSONFileStep: String, CaseIterable {
    case making = "making a file beside it"
    case adopting = "giving a file beside it the same owner and permissions"
    case reserving = "reserving room for the new file beside it"
    case trying = "exchanging two empty files beside it"
    case writing = "writing the new file"
    case exchanging = "exchanging the files"
    case examiningOld = "examining the old file"
    case examiningNew = "examining the new file"
    case removingOld = "removing the old file"
    case removing = "removing a file beside it"
}
