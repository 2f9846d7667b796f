/// Where a Redis server or Sentinel listens.
package enum RedisEndpoint: Sendable, Hashable, CustomStringConvertible {
    /// - Parameter host: a name or an address, without the brackets of IPv6.
    case tcp(host: String, port: Int)
    case unixSocket(path: String)

    /// As it appears in errors and logs.
    package var description: String {
        switch self {
        case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unixSocket(let path): path
        }
    }
}
