import Glibc

/// Asks the system for the addresses of a name.
package enum WebhookNames {
    /// The addresses of a name, in numbers, the best first. Blocking; throws why there are none.
    package typealias Resolve = @Sendable (_ name: String) throws -> [String]

    /// More are not tried: each may take seconds.
    private static let mostAddresses = 8
    /// More of what the system says are not looked at.
    private static let mostAnswers = 64
    /// Of an address in numbers, with its zone.
    private static let longestText = 128

    /// What hosts, DNS and whatever else the system asks say.
    package static func system(_ name: String) throws -> [String] {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(name, nil, &hints, &list)
        guard code == 0, let list else {
            throw WebhookError(unresolved: name, reason: String(cString: gai_strerror(code)))
        }
        defer { freeaddrinfo(list) }
        var addresses: [String] = []
        var next: UnsafeMutablePointer<addrinfo>? = list
        while let entry = next, addresses.count < mostAnswers {
            if let text = text(of: entry.pointee) { addresses.append(text) }
            next = entry.pointee.ai_next
        }
        return addresses
    }

    /// The addresses that are tried, the best first, and then of each family in turn: where all of one lead nowhere, the
    /// other is tried before the time is over.
    package static func inTurn(_ addresses: [String]) -> [String] {
        guard let best = addresses.first else { return [] }
        let first = addresses.filter { isOfVersion6($0) == isOfVersion6(best) }
        let second = addresses.filter { isOfVersion6($0) != isOfVersion6(best) }
        var turns: [String] = []
        for place in 0..<max(first.count, second.count) {
            turns += first.dropFirst(place).prefix(1)
            turns += second.dropFirst(place).prefix(1)
        }
        return Array(turns.prefix(mostAddresses))
    }

    private static func isOfVersion6(_ address: String) -> Bool { address.utf8.contains(UInt8(ascii: ":")) }

    /// Waits for an answer no longer than its task lives: the system's own patience with DNS can be half a minute.
    static func addresses(of name: String, by resolve: @escaping Resolve) async throws -> [String] {
        let (answers, answer) = AsyncStream.makeStream(of: Result<[String], any Error>.self)
        try DetachedThread.begin {
            answer.yield(Result { try resolve(name) })
            answer.finish()
        }
        for await result in answers { return try result.get() }
        throw CancellationError()
    }

    /// Without its zone, which only addresses of a link have.
    private static func text(of entry: addrinfo) -> String? {
        var buffer = [CChar](repeating: 0, count: longestText)
        let length = socklen_t(buffer.count)
        guard getnameinfo(entry.ai_addr, entry.ai_addrlen, &buffer, length, nil, 0, NI_NUMERICHOST) == 0 else {
            return nil
        }
        let text = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(truncatingIfNeeded: $0) }, as: UTF8.self)
        return String(text.prefix { $0 != "%" })
    }
}
