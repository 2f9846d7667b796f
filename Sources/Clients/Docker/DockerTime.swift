/// Times as the Docker engine writes them: RFC 3339 with up to nine digits of a second, in UTC or with an offset.
enum DockerTime {
    /// What a text says.
    enum Value: Equatable {
        /// Nanoseconds since 1970.
        case at(Int64)
        /// The year 1, which Go has for "no time", or no text at all.
        case never
    }

    /// - Returns: `nil` for what is no time, and for times outside of the years 1970 to 2262, which no container has.
    static func parse(_ text: String) -> Value? {
        if text.isEmpty { return .never }
        var scanner = TimeScanner(text)
        guard
            let date = scanner.date(), scanner.take("T"), let time = scanner.time(), let fraction = scanner.fraction(),
            let offset = scanner.offset(), scanner.isAtEnd, let seconds = CivilTime.seconds(date, time)
        else { return nil }
        if date.year == 1 { return .never }
        guard (1970...2262).contains(date.year) else { return nil }
        return CivilTime.nanoseconds(seconds - offset, fraction).flatMap { $0 < 0 ? nil : .at($0) }
    }
}
