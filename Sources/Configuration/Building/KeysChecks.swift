import Retention

/// What must hold between the keys of a task on keys of Redis.
struct KeysChecks {
    let base: ConfigurationBuilder
    /// The task's section.
    let section: Section
    let task: TaskConfiguration
    let keys: TaskConfiguration.KeysSource
    /// What the names of our own keys begin with.
    let keyPrefix: String

    func run() {
        refuseKeysOfOthers()
        checkOwnKeys()
        checkTypes()
        checkTimes()
        checkKeepMatch()
        checkOrphans()
        base.checkOrphans(section, task, needsAge: false)
    }

    private func refuseKeysOfOthers() {
        base.refuse(
            [
                "compress", "quota", "owns", "filters", "allow", "keep.open", "keep.groups", "keep.labels", "keep.tags",
                "archive_to",
            ] + Section.paceOfRows,
            in: section,
            Message.notFor("keys")
        )
        if let expired = section.section("remove")?["expired"] {
            let advice = "Redis itself removes what has expired; write idle_for, without_ttl, or older_than with a time"
            base.problems.add(expired, "\(Message.notFor("keys")): \(advice)")
        }
        if let action = section["action"], task.action != .delete {
            base.problems.add(action, "keys can only be deleted; \"set\" and \"none\" are for tasks on rows")
        }
    }

    /// What certainly would find our own locks and jobs. What only may (`*`) leaves them out when it runs.
    private func checkOwnKeys() {
        guard let match = section.section("keys")?["match"] else { return }
        let entries = if case .list(let list) = match.value { list } else { [match] }
        for entry in entries {
            guard let glob = entry.text else { continue }
            for prefix in Set([keyPrefix, Configuration.Coordination.defaultKeyPrefix]).sorted()
            where Self.literalStart(of: glob).starts(with: prefix.utf8) {
                base.problems.add(
                    entry,
                    "matches nothing but cleanupd's own keys, whose names begin with \(Shown.text(prefix));"
                        + " they are never removed"
                )
            }
        }
    }

    /// What every name that a glob matches begins with.
    private static func literalStart(of glob: String) -> [UInt8] {
        var result: [UInt8] = []
        var rest = glob.utf8[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "["): return result
            case UInt8(ascii: "\\"):
                if let next = rest.popFirst() { result.append(next) }
            default: result.append(byte)
            }
        }
        return result
    }

    private func checkTypes() {
        guard let type = section.section("keys")?["type"], keys.time != nil, keys.types != [.hash] else { return }
        base.problems.add(type, "must be hash beside \"time\": nothing else has fields")
    }

    private func checkTimes() {
        guard let source = section.section("keys"), source.isWhole else { return }
        let remove = section.section("remove")
        if let age = remove?["older_than"], keys.time == nil {
            base.problems.add(
                age,
                "needs \"time\" under \"keys\": without it a key has no age; or write idle_for, which Redis knows"
            )
        }
        if let idle = remove?["idle_for"], keys.time != nil {
            base.problems.add(
                idle,
                "excludes \"time\" under \"keys\": reading a field counts as use of its key, so that no key would be"
                    + " idle any more; keep one of them"
            )
        }
        guard let keep = section.section("keep"), task.policy.keep.hasCounts, keys.time == nil else { return }
        let message = "counts keys from the newest on; that needs \"time\" under \"keys\""
        base.problems.add(keep.position, keep.path, message)
    }

    /// The globs of a task on keys are those of Redis.
    private func checkKeepMatch() {
        for entry in section.section("keep")?.list("match") ?? [] {
            guard let glob = entry.text else { continue }
            do {
                _ = try Kind.keyGlob.parse(glob)
            } catch {
                let hidden = "is no glob of keys; write for example session:*"
                base.problems.add(entry, Shown.message(entry.isPrivate ? hidden : error.message))
            }
        }
    }

    /// What was made a moment ago nothing can name yet.
    private func checkOrphans() {
        guard task.removal.orphan, let remove = section.section("remove"), let orphan = remove["orphan"] else { return }
        if remove.isWhole, remove["older_than"] == nil, remove["idle_for"] == nil {
            base.problems.add(
                orphan,
                "needs \"idle_for\" or \"older_than\" beside it: what was just made is not named by anything yet"
            )
        }
    }
}
