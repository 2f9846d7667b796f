import Foundation

extension MonitoringStack {
    /// A series with its values in the order of time.
    package struct Series: Sendable {
        package let labels: [String: String]
        package let values: [Double]
        /// Seconds since the epoch.
        package let times: [Double]

        /// The last value; NaN if there is none.
        package var last: Double { values.last ?? .nan }
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

    /// What a query gives now: of a selector with a range all samples, else one for each series.
    package func query(_ expression: String) async throws -> [Series] {
        let data = try await Loopback.body(
            port: prometheusPort,
            "/api/v1/query",
            options: ["--data-urlencode", "query=\(expression)"]
        )
        return try JSONDecoder().decode(Answer.self, from: data).data.result.map { item in
            let pairs = item.values ?? item.value.map { [$0] } ?? []
            return Series(labels: item.metric, values: pairs.map(\.value), times: pairs.map(\.time))
        }
    }

    /// Asks until the query gives at least that many series.
    @discardableResult
    package func waitFor(_ expression: String, count: Int = 1, seconds: Double = 120) async throws -> [Series] {
        let result = try await eventually(seconds: seconds, every: .milliseconds(500)) {
            let series = try await query(expression)
            return series.count >= count ? series : nil
        }
        guard let result else { throw SupportError("\(expression) had not \(count) series within \(seconds) s") }
        return result
    }
}
