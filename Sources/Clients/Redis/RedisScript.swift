import Crypto

/// A script in Lua, known to servers by its SHA-1.
package struct RedisScript: Sendable, CustomStringConvertible {
    /// What is executed.
    package let source: String
    /// SHA-1 of the source, in lower-case hexadecimal digits.
    package let hash: String

    /// - Parameter source: Lua, with `KEYS` and `ARGV`.
    package init(_ source: String) {
        self.source = source
        let digits = Array("0123456789abcdef".utf8)
        hash = String(
            decoding: Insecure.SHA1.hash(data: Array(source.utf8)).flatMap {
                [digits[Int($0 >> 4)], digits[Int($0 & 15)]]
            },
            as: UTF8.self
        )
    }

    /// The hash.
    package var description: String { "RedisScript(\(hash))" }

    fileprivate func command(_ name: String, _ script: String, _ keys: [[UInt8]], _ arguments: [[UInt8]])
        -> RedisCommand
    {
        RedisCommand(name, arguments: [script.redisBytes, keys.count.redisBytes] + keys + arguments)
    }
}

extension RedisClient {
    /// Runs a script: by its hash, and by its source where the server does not know it (any more).
    /// - Parameters:
    ///   - keys: all keys that it touches.
    ///   - timeout: for all of it, as for `send`.
    /// - Throws: as `send`. A script that fails may have written before it failed.
    package func run(
        _ script: RedisScript,
        keys: [any RedisArgument],
        arguments: [any RedisArgument] = [],
        timeout: Duration,
        patience: Patience = .wait
    ) async throws(RedisError) -> RedisValue {
        let deadline = ContinuousClock.now + timeout
        let (keys, arguments) = (keys.map(\.redisBytes), arguments.map(\.redisBytes))
        do throws(RedisError) {
            let command = script.command("EVALSHA", script.hash, keys, arguments)
            return try await send(command, timeout: timeout, patience: patience)
        } catch {
            // The only refusal after which nothing has been executed for certain.
            guard error.code == "NOSCRIPT" else { throw error }
        }
        let command = script.command("EVAL", script.source, keys, arguments)
        return try await send(command, timeout: deadline - .now, patience: patience)
    }
}
