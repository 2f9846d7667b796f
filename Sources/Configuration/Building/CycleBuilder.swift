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

    private func retry(_ section: Section) -> Cycle.Retry? {
        section.integer("attempts").map {
            Cycle.Retry(attempts: $0, backoffMilliseconds: section.milliseconds("backoff") ?? 60_000)
        }
    }

    private func notification(_ section: Section) -> Cycle.Notification? {
        guard let webhook = section["webhook"] else { return nil }
        let outcomes = section.texts("on").compactMap(RunOutcome.init)
        switch webhook.value {
        case .secret(let text):
            guard Kind.matches(text.revealed, "^https?://[^/\\s]+") else {
                base.problems.add(webhook, "must be a URL that begins with https:// (its value is not shown)")
                return nil
            }
            return Cycle.Notification(on: outcomes, webhook: .text(text))
        case .section(let file):
            return base.path(file, "file").map { Cycle.Notification(on: outcomes, webhook: .file($0)) }
        default:
            return nil
        }
    }
}
