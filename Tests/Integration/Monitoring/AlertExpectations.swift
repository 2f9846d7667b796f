import Support
import Testing

extension MonitoringStack {
    /// Waits until it reaches the webhook as firing.
    func fires(_ alert: String, _ labels: [String: String] = [:]) async throws {
        try await receiver.waitFor(.firing, alert, labels)
    }

    /// Waits until the last that the webhook hears of it is that it is resolved.
    func isResolved(_ alert: String, _ labels: [String: String] = [:]) async throws {
        try await receiver.waitFor(.resolved, alert, labels)
    }
}

extension WebhookReceiver {
    /// Holds what has come against the table: each alert fired and, but for the Watchdog, was resolved; and each text is
    /// whole.
    ///
    /// - Parameter isAlone: nothing else may fire.
    func expectProved(_ names: Set<String>, isAlone: Bool) {
        let fired = Set(events.filter { $0.status == .firing }.map(\.name))
        let resolved = Set(events.filter { $0.status == .resolved }.map(\.name))
        #expect(names.subtracting(fired).isEmpty, "did not fire")
        #expect(names.subtracting(resolved) == names.intersection(["Watchdog"]), "were not resolved")
        if isAlone { #expect(fired == names) }
        #expect(problems.isEmpty)
        for event in events {
            for key in ["summary", "description", "runbook_url", "dashboard_url"] {
                let text = event.annotations[key, default: ""]
                // What a template says of a label or a value that is not there.
                let isWhole = !text.isEmpty && !text.contains("<no value>") && !text.contains("<error")
                #expect(isWhole, "\(event.words): \(key): \(text)")
            }
        }
    }
}
