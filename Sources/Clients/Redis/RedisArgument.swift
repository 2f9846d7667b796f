/// What can be an argument of a Redis command: text, bytes, whole numbers.
package protocol RedisArgument: Sendable {
    /// As it is sent.
    var redisBytes: [UInt8] { get }
}

extension String: RedisArgument {
    package var redisBytes: [UInt8] { Array(utf8) }
}

extension Array: RedisArgument where Element == UInt8 {
    package var redisBytes: [UInt8] { self }
}

extension Int: RedisArgument {
    package var redisBytes: [UInt8] { Array(String(self).utf8) }
}

extension Int64: RedisArgument {
    package var redisBytes: [UInt8] { Array(String(self).utf8) }
}
