extension MonitoringStack {
    /// What a query gives now, see ``PrometheusSeries``.
    package func query(_ expression: String) async throws -> [PrometheusSeries] {
        try await PrometheusSeries.query(expression, port: prometheusPort)
    }

    /// Asks until the query gives at least that many series.
    @discardableResult
    package func waitFor(
        _ expression: String,
        count: Int = 1,
        seconds: Double = 120
    ) async throws -> [PrometheusSeries] {
        let result = try await eventually(seconds: seconds, every: .milliseconds(500)) {
            let series = try await query(expression)
            return series.count >= count ? series : nil
        }
        guard let result else { throw SupportError("\(expression) had not \(count) series within \(seconds) s") }
        return result
    }
}
