/// Tokens of claims.
enum JobToken {
    /// A new one, that nobody can have by chance: `<worker>/<16 hexadecimal digits>`.
    static func make(worker: String) -> String {
        let digits = String(UInt64.random(in: .min ... .max), radix: 16)
        return worker + "/" + String(repeating: "0", count: 16 - digits.count) + digits
    }
}
