/// Numbers as people read them.
package enum Words {
    private static let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]

    /// `271.9 MiB`; whole bytes below 1 KiB.
    package static func bytes(_ bytes: Int64) -> String {
        var value = Double(bytes)
        var unit = 0
        while abs(value) >= 1024, unit < units.count - 1 {
            value /= 1024
            unit += 1
        }
        return unit == 0 ? "\(bytes) B" : "\((value * 10).rounded() / 10) \(units[unit])"
    }

    /// `3d 4h`, `2h 5m`, `12s`; `0` for less than a second.
    package static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 1 else { return "0" }
        let whole = Int64(min(seconds, 1e12))
        let parts = [("d", whole / 86_400), ("h", whole / 3600 % 24), ("m", whole / 60 % 60), ("s", whole % 60)]
        let first = parts.firstIndex { $0.1 > 0 } ?? 3
        return parts[first...].prefix(2).filter { $0.1 > 0 }.map { "\($1)\($0)" }.joined(separator: " ")
    }

    /// `1,234,567`.
    package static func number(_ number: Int) -> String {
        let digits = Array(String(number.magnitude))
        var text = number < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { text += "," }
            text.append(digit)
        }
        return text
    }

    /// `1 item`, `1,234 items`.
    package static func items(_ count: Int) -> String { count == 1 ? "1 item" : "\(number(count)) items" }
}
