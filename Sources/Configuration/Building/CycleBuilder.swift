import Retention

/// One cycle of a file.
struct CycleBuilder {
    let base: ConfigurationBuilder
    let name: String
    let section: Section
    /// All tasks that the file declares; `nil` = cannot be told.
    let tasks: [String]?
    let names: ConnectionNames

    func build() -> Cycle {
        let zone = section.text("timezone") ?? "UTC"
        return Cycle(
            name: name,
            schedule: schedule(zone: zone),
            zone: zone,
            tasks: taskNames(),
            maxDurationMilliseconds: section.milliseconds("max_duration"),
            atStart: section.flag("at_start") ?? false,
            enabled: section.flag("enabled") ?? true,
            skipWhenEnv: environment(),
            window: window(),
            whenQuiet: section.section("when_quiet").flatMap(whenQuiet),
            retry: section.section("retry").flatMap(retry),
            notify: section.list("notify").compactMap { $0.section.flatMap(notification) },
            settings: section.section("settings").flatMap(SettingsBuilder(base: base, names: names).build)
        )
    }

    private func schedule(zone: String) -> Schedule? {
        let cron = section["schedule"]
        let every = section["every"]
        switch (cron, every) {
        case (_?, let every?):
            base.problems.add(every, "stands beside \"schedule\"; keep one of the two")
        case (let cron?, nil):
            return cronSchedule(cron, zone: zone)
        case (nil, let every?):
            return interval(every)
        case (nil, nil):
            let isMissing = section.isWhole && section.flag("at_start") != true
            if isMissing {
                let message = "never fires; give it \"schedule\", \"every\" or \"at_start: true\""
                base.problems.add(section.position, section.path, message)
            }
        }
        return nil
    }

    private func cronSchedule(_ entry: Entry, zone: String) -> Schedule? {
        do {
            return try Schedule(cron: entry.text ?? "", zone: zone)
        } catch {
            let message = entry.isPrivate ? "\"\(entry.shown)\" does not give a schedule" : "\(error)"
            base.problems.add(entry, Shown.message(message))
            return nil
        }
    }

    private func interval(_ entry: Entry) -> Schedule? {
        guard case .milliseconds(let length) = entry.value else { return nil }
        do {
            return try Schedule(everyMilliseconds: length)
        } catch {
            base.problems.add(entry, Shown.message("\(error)"))
            return nil
        }
    }

    private func taskNames() -> [String] {
        var result: [String] = []
        for entry in section.list("tasks") {
            guard let task = entry.text else { continue }
            if result.contains(task) {
                base.problems.add(entry, "the task \"\(entry.shown)\" stands here twice; keep one of them")
            } else if let tasks, !tasks.contains(task) {
                let suggestion = EditDistance.suggestion(for: entry.shown, among: tasks)
                base.problems.add(entry, "there is no task \"\(entry.shown)\"\(suggestion)")
            }
            result.append(task)
        }
        return result
    }

    private func environment() -> Cycle.EnvironmentCondition? {
        if case .environment(let value)? = section["skip_when_env"]?.value { value } else { nil }
    }

    private func window() -> Cycle.Window? {
        if case .window(let value)? = section["window"]?.value { value } else { nil }
    }

    private func whenQuiet(_ section: Section) -> Cycle.WhenQuiet? {
        let asks = section["in"] != nil || section["query"] != nil
        if section.isWhole, section["load"] == nil, !asks {
            let message = "does not say what is quiet; give it \"load\", or \"in\" and \"query\""
            base.problems.add(section.position, section.path, message)
        }
        if asks, section.isWhole, section["in"] == nil || section["query"] == nil {
            let message = "\"in\" and \"query\" go together; give both or none"
            base.problems.add(section.position, section.path, message)
        }
        return section.milliseconds("at_latest").map {
            Cycle.WhenQuiet(
                load: section.number("load"),
                query: asks ? names.reference(section) : nil,
                atLatestMilliseconds: $0,
                checkEveryMilliseconds: section.milliseconds("check_every") ?? 30_000
            )
        }
    }

    private func retry(_ section: Section) -> Cycle.Retry? {
        section.integer("attempts").map {
            Cycle.Retry(attempts: $0, backoffMilliseconds: section.milliseconds("backoff") ?? 60_000)
        }
    }

    private func notification(_ section: Section) -> Cycle.Notification? {
        guard let entry = section["webhook"], let webhook = base.secret(section, "webhook") else { return nil }
        let allowsLocal = section.flag("allow_local") ?? false
        if case .text(let text) = webhook, let problem = Self.problem(ofURL: text.revealed, allowsLocal) {
            base.problems.add(entry, problem)
            return nil
        }
        return Cycle.Notification(
            on: section.texts("on").compactMap(RunOutcome.init),
            webhook: webhook,
            secret: base.secret(section, "secret"),
            allowsLocal: allowsLocal
        )
    }

    /// Of a webhook; the URL may be a secret as a whole, so that no part of it is quoted.
    private static func problem(ofURL text: String, _ allowsLocal: Bool) -> String? {
        let scheme = allowsLocal ? "https?" : "https"
        guard Kind.matches(text, "^\(scheme)://[^/?#\\s]+([/?][^#\\s]*)?$") else {
            guard !allowsLocal else {
                return "must be a URL that begins with https:// or http:// (its value is not shown)"
            }
            let advice = text.hasPrefix("http://") ? "; on this machine \"allow_local: true\" permits http://" : ""
            return "must be a URL that begins with https://\(advice) (its value is not shown)"
        }
        guard Kind.matches(text, "^\(scheme)://[^/?@]+([/?]|$)") else {
            return "must not hold a name or a password; \"secret\" beside it signs what is sent"
        }
        return nil
    }
}
