/// The server's clock.
package struct RedisTime: Sendable, Equatable {
    /// Since 1970, UTC.
    package let seconds: Int64
    /// 0..<1,000,000, on top of the seconds.
    package let microseconds: Int64
}

/// What the server tells of itself.
extension RedisClient {
    /// The server's wall clock (`TIME`).
    package func serverTime(timeout: Duration = .seconds(5)) async throws(RedisError) -> RedisTime {
        let reply = try await send(RedisCommand("TIME"), timeout: timeout)
        guard
            let parts = reply.elements, parts.count == 2, let seconds = parts[0].int, let microseconds = parts[1].int,
            seconds >= 0, (0..<1_000_000).contains(microseconds)
        else { throw .unexpectedReply(command: "TIME", kind: reply.kind) }
        return RedisTime(seconds: seconds, microseconds: microseconds)
    }

    /// A setting of the server (`CONFIG GET`), such as `maxmemory-policy`.
    /// - Returns: `nil` where the server has no such setting, or does not tell: hosted servers often forbid `CONFIG`.
    package func configuration(
        of name: String,
        timeout: Duration = .seconds(5)
    ) async throws(RedisError) -> String? {
        do throws(RedisError) {
            let reply = try await send(RedisCommand("CONFIG", "GET", name), timeout: timeout)
            guard let parts = reply.elements else { throw .unexpectedReply(command: "CONFIG", kind: reply.kind) }
            return parts.count == 2 ? parts[1].text : nil
        } catch {
            guard case .reply(let code, let message) = error else { throw error }
            guard code == "NOPERM" || (code == "ERR" && message.hasPrefix("unknown command")) else { throw error }
            return nil
        }
    }
}
