import CLinux

/// Gives up what this process does not need. Cannot be taken back, not even by starting another program.
///
/// Binds the calling thread and what it begins later, threads and programs: to be called before there is a second thread.
package enum ContainedProcess {
    /// capabilities(7) that some task, or listening on a low port, needs where the process runs as root: CHOWN,
    /// DAC_OVERRIDE, DAC_READ_SEARCH, FOWNER and FSETID for files of others and their archives, LEASE to see that nobody
    /// writes to them, SYS_RESOURCE for the room and the quotas that are root's, and NET_BIND_SERVICE.
    static let neededCapabilities: [UInt64] = [0, 1, 2, 3, 4, 10, 24, 28]

    /// - Parameters:
    ///   - places: where files may be changed, and beneath which.
    ///   - lacksTemporary: none of them is for temporary files, because there was no such folder.
    /// - Returns: what is in force; also from now on ``Containment/current``.
    @discardableResult
    package static func contain(_ places: [AllowedPlace], lacksTemporary: Bool = false) -> Containment {
        var containment = Containment()
        if lacksTemporary { containment.problems.append(Containment.lacksTemporary) }
        let threads = clinux_threads()
        if threads < 0 {
            containment.problems.append(Containment.threadsUnknown(SystemError(-threads)))
        } else if threads > 1 {
            containment.bindsAllThreads = false
            containment.problems.append(Containment.threadsBefore(Int(threads) - 1))
        }
        let unprivileged = clinux_no_new_privileges()
        if unprivileged < 0 {
            containment.problems.append(Containment.privilegesKept(SystemError(-unprivileged)))
        }
        restrictFiles(places, &containment)
        let mask = neededCapabilities.reduce(UInt64(0)) { $0 | 1 << $1 }
        let left = clinux_keep_capabilities(mask)
        containment.dropsCapabilities = left >= 0
        if left < 0 {
            containment.problems.append(Containment.capabilitiesKept(SystemError(Int32(-left))))
        }
        let filter = clinux_deny_calls()
        containment.filtersCalls = filter == 0
        if filter < 0 {
            containment.problems.append(Containment.callsUnfiltered(SystemError(-filter)))
        }
        Containment.current = containment
        return containment
    }

    /// Version of the kernel's Landlock; 0 = it has none, or is not to use it.
    package static var landlockVersion: Int { max(0, Int(clinux_landlock_version())) }

    private static func restrictFiles(_ places: [AllowedPlace], _ containment: inout Containment) {
        let version = clinux_landlock_version()
        guard version > 0 else {
            containment.problems.append(Containment.lacksLandlock)
            return
        }
        let rules = LandlockRules(version: Int(version), places: places)
        do throws(SystemError) {
            let ruleset = try SystemError.check(clinux_landlock_create(rules.denied.rawValue, rules.scoped))
            let owner = DirectoryHandle(owning: ruleset)
            var found: [[UInt8]: PlaceIdentity] = [:]
            for rule in rules.rules { found[Array(rule.path.utf8)] = try allow(rule, in: owner) }
            _ = try SystemError.check(clinux_landlock_restrict(owner.descriptor))
            containment.landlock = Int(version)
            containment.places = AllowedPlace.merged(places).map { Containment.Place($0, found[Array($0.path.utf8)]) }
        } catch {
            containment.problems.append(Containment.filesUnrestricted(error))
        }
    }

    /// - Returns: what lies there; `nil` = nothing, so that nothing is allowed.
    private static func allow(
        _ rule: LandlockRules.Rule,
        in ruleset: DirectoryHandle
    ) throws(SystemError) -> PlaceIdentity? {
        var raw = clinux_place()
        let descriptor = clinux_open_place(rule.path, &raw)
        guard descriptor >= 0 else { return nil }
        let place = DirectoryHandle(owning: descriptor)
        let rights = raw.directory ? rule.rights : rule.rights.intersection(.ofFiles)
        guard !rights.isEmpty else { return nil }
        _ = try SystemError.check(clinux_landlock_allow(ruleset.descriptor, place.descriptor, rights.rawValue))
        return PlaceIdentity(raw)
    }
}
