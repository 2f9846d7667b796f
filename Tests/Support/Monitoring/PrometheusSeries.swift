import Foundation

/// What a real Prometheus knows of a series, with its values in the order of time.
package struct PrometheusSeries: Sendable {
    package let labels: [String: String]
    /// Floats only: of a native histogram there are none.
    package let values: [Double]
    /// Seconds since the epoch.
    package let times: [Double]

    /// The last value; NaN if there is none.
    package var last: Double { values.last ?? .nan }

    /// What a query gives now: of a selector with a range all samples, else one for each series.
    ///
    /// Throws what Prometheus says, if it is no answer.
    package static func query(
        _ expression: String,
        port: Int,
        options: [String] = []
    ) async throws -> [PrometheusSeries] {
        let data = try await Loopback.body(
            port: port,
            "/api/v1/query",
            options: options + ["--data-urlencode", "query=\(expression)"]
        )
        return try JSONDecoder().decode(Answer.self, from: data).data.result.map { item in
            let pairs = item.values ?? item.value.map { [$0] } ?? []
            return PrometheusSeries(labels: item.metric, values: pairs.map(\.value), times: pairs.map(\.time))
        }
    }

    private struct Answer: Decodable {
        struct Content: Decodable { let result: [Item] }
        struct Item: Decodable {
            let metric: [String: String]
            let value: Pair?
            let values: [Pair]?
        }
        struct Pair: Decodable {
            let time: Double
            let value: Double

            init(from decoder: any Decoder) throws {
                var container = try decoder.unkeyedContainer()
                time = try container.decode(Double.self)
                let text = try container.decode(String.self)
                let names = ["+Inf": Double.infinity, "-Inf": -Double.infinity, "NaN": Double.nan]
                guard let value = names[text] ?? Double(text) else { throw SupportError("odd value: \(text)") }
                self.value = value
            }
        }
        let data: Content
    }
}
