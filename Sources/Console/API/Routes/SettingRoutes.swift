import HTTPTypes
import Hummingbird

/// Settings over the file, and the scheduler's master switch.
extension ConsoleRoutes {
    var settings: [Route] {
        [
            Route(
                method: .get,
                template: "/api/cleanup/settings",
                role: .view,
                summary: "What is in force, and what the file says where something is set over it.",
                answers: [.json("Settings")]
            ) { _ in try JSONForm.answer(try await backend.settings()) },
            Route(
                method: .put,
                template: "/api/cleanup/settings",
                role: .admin,
                effect: .changes,
                summary: "Sets what is given; null goes back to the file. All of it or nothing, at once.",
                body: .json("SettingsChange"),
                answers: [.json("Settings")]
            ) { call in
                try JSONForm.answer(try await backend.change(try call.document(SettingsChange.self)))
            },
        ]
    }

    var schedule: [Route] {
        [
            Route(
                method: .get,
                template: "/api/cleanup/schedule",
                role: .view,
                summary: "Whether the scheduler fires, and what fires when.",
                answers: [.json("Schedule")]
            ) { _ in try JSONForm.answer(try await backend.schedule()) },
            scheduling("start", true, "Lets the scheduler fire again."),
            scheduling("stop", false, "Lets nothing fire until it is started again, also after a restart."),
        ]
    }

    private func scheduling(_ name: String, _ isOn: Bool, _ summary: String) -> Route {
        Route(
            method: .post,
            template: "/api/cleanup/schedule/\(name)",
            role: .operate,
            effect: .changes,
            summary: summary,
            answers: [.json("Schedule")]
        ) { _ in try JSONForm.answer(try await backend.setScheduling(isOn)) }
    }
}
