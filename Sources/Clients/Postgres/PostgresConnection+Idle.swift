import CLibPQ

extension PostgresConnection {
    /// Makes an idle session ready for its next user.
    /// - Parameter isDoubtful: it was idle for so long that something in between may have dropped it without a word.
    /// - Returns: false if it is dead and must be replaced.
    func revive(as application: String, isDoubtful: Bool, isCancelled: () -> Bool) -> Bool {
        guard handle.isAlive else { return false }
        // One round trip, which also shows whether anybody is there.
        guard application != self.application || isDoubtful else { return true }
        let deadline = ContinuousClock.now + PostgresHandle.confirmation
        let isCancelled = { isCancelled() || ContinuousClock.now >= deadline }
        do throws(PostgresError) {
            _ = try query(
                "SELECT set_config('application_name', $1, false)",
                [.text(application)],
                isCancelled: isCancelled
            )
            self.application = application
            return true
        } catch {
            // Whatever it is, a new session will show it again if it lasts.
            return false
        }
    }
}

extension PostgresHandle {
    /// Looks, without waiting, whether the server has closed an idle connection.
    var isAlive: Bool {
        while isUsable, SocketWait.poll(PQsocket(raw), for: .readable, atOnce: true).contains(.readable) {
            // 0: closed. 1: something was read: a setting that changed, or the server's last words before the end.
            guard PQconsumeInput(raw) == 1 else { return false }
            // Makes libpq look at it.
            guard PQisBusy(raw) == 0 else { return false }
        }
        return isUsable
    }
}
