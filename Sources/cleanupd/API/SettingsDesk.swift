import Console
import Coordination
import Engine
import State

/// What admins set by calls: checked whole, stored whole, in force at once.
struct SettingsDesk: Sendable {
    let state: any StateStore
    /// In force at the moment.
    let blueprint: @Sendable () -> Blueprint
    /// Takes over what is stored now.
    let refresh: @Sendable () async throws -> Void

    func settings() -> SettingsDocument { SettingsDocument(blueprint()) }

    /// Throws `ConsoleError`: `.invalid` with all reasons, `.conflict` where a settings table rules.
    func change(_ change: SettingsChange) async throws -> SettingsDocument {
        var edit = SettingsEdit(blueprint: blueprint())
        try edit.take(change)
        try await store(edit.saving, edit.removing)
        return settings()
    }

    func setScheduling(_ isOn: Bool) async throws {
        let key = AdminSettings.Key.scheduling.text
        try await isOn ? store([:], [key]) : store([key: "false"], [])
    }

    private func store(_ saving: [String: String], _ removing: [String]) async throws {
        do {
            try await Blocking.run { [state] in try state.changeSettings(saving: saving, removing: removing) }
        } catch {
            throw ConsoleError.settingsNotStored(error)
        }
        do {
            try await refresh()
        } catch {
            throw ConsoleError.settingsNotInForce(error)
        }
    }
}
