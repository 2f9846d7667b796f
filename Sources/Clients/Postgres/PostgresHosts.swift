/// The hosts of a connection's options, in the order in which they are tried.
struct PostgresHosts {
    /// For each attempt all options, with one host.
    let attempts: [[PostgresOption]]

    /// - Parameter options: as libpq understood them, with those of the environment and of a service file.
    init(_ options: [PostgresOption]) {
        let value = { (keyword: String) in options.first { $0.keyword == keyword }?.value ?? "" }
        let lists = Self.lists.map { ($0, value($0).split(separator: ",", omittingEmptySubsequences: false)) }
        let count = lists.prefix(2).map(\.1.count).max() ?? 0
        guard count > 1 else {
            attempts = [options]
            return
        }
        // A service file has been read already.
        let common = options.filter { !Self.lists.contains($0.keyword) && $0.keyword != "service" && !$0.value.isEmpty }
        var hosts = (0..<count).map { index in
            lists.compactMap { keyword, values -> PostgresOption? in
                // One port serves all hosts.
                let value = values.count == 1 ? values.first : index < values.count ? values[index] : nil
                guard let value, !value.isEmpty else { return nil }
                return PostgresOption(keyword: keyword, value: String(value), isSecret: false)
            }
        }
        if value("load_balance_hosts") == "random" { hosts.shuffle() }
        guard value("target_session_attrs") == "prefer-standby" else {
            attempts = hosts.map { common + $0 }
            return
        }
        // First a standby, then whatever there is.
        attempts = ["standby", "any"].flatMap { wanted in
            hosts.map { host in
                common.filter { $0.keyword != "target_session_attrs" } + host
                    + [PostgresOption(keyword: "target_session_attrs", value: wanted, isSecret: false)]
            }
        }
    }

    private static let lists = ["host", "hostaddr", "port"]
}
