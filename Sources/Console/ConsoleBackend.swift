/// What the HTTP side needs of the service behind it.
package protocol ConsoleBackend: Sendable {
    /// Why it is not ready; `nil` = state store and scheduler work.
    func notReadyReason() async -> String?
    /// Reads the configuration again. Throws with the problems; then the old one stays.
    func reload() async throws
    /// Begins an orderly end of the process.
    func quit() async
}
