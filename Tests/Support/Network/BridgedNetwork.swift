import Foundation

/// Nodes with networks of their own, joined by a bridge, each of which can be cut off. Calls block.
package final class BridgedNetwork: Sendable {
    /// How a node is cut off from the hub.
    package enum Fault: String, Sendable, CaseIterable {
        /// The node's own interface is down: it is told so.
        case linkDown
        /// The bridge's end is down: packets go nowhere.
        case portDown
        /// The bridge passes nothing on, and nobody is told.
        case blackhole
        /// What the node sends is lost; it can be sent to.
        case requestsLost
        /// What the node is sent is lost; it can send.
        case answersLost
    }

    /// Where servers run that all nodes use.
    package let hub: NetworkNamespace
    package let nodes: [NetworkNamespace]
    /// The hub's, as nodes see it.
    package static let hubAddress = "10.77.0.254"

    private static let nobody = "02:00:00:00:00:01"
    private static let ip = "/usr/sbin/ip"

    /// - Parameter count: of nodes, at most 200.
    package init(nodes count: Int) throws {
        hub = try NetworkNamespace()
        nodes = try (0..<count).map { _ in try NetworkNamespace() }
        try hub.run(Self.ip, "link", "add", "br0", "type", "bridge")
        try hub.run(Self.ip, "address", "add", "\(Self.hubAddress)/24", "dev", "br0")
        try hub.run(Self.ip, "link", "set", "br0", "up")
        for (index, node) in nodes.enumerated() {
            let port = Self.port(index)
            try hub.run(
                Self.ip,
                "link",
                "add",
                port,
                "type",
                "veth",
                "peer",
                "name",
                "eth0",
                "netns",
                "\(node.pid)"
            )
            try hub.run(Self.ip, "link", "set", port, "master", "br0", "up")
            try node.run(Self.ip, "address", "add", "\(Self.address(index))/24", "dev", "eth0")
            try node.run(Self.ip, "link", "set", "eth0", "up")
        }
    }

    /// Cuts a node off, until `heal`.
    package func cut(_ node: Int, _ fault: Fault) throws { try set(fault, of: node, isOn: true) }

    /// Ends the fault of a node.
    package func heal(_ node: Int, _ fault: Fault) throws { try set(fault, of: node, isOn: false) }

    private func set(_ fault: Fault, of index: Int, isOn: Bool) throws {
        switch fault {
        case .linkDown: try nodes[index].run(Self.ip, "link", "set", "eth0", isOn ? "down" : "up")
        case .portDown: try hub.run(Self.ip, "link", "set", Self.port(index), isOn ? "down" : "up")
        case .blackhole:
            try hub.run("/usr/sbin/bridge", "link", "set", "dev", Self.port(index), "state", isOn ? "0" : "3")
        case .requestsLost: try lose(Self.hubAddress, at: nodes[index], "eth0", isOn)
        case .answersLost: try lose(Self.address(index), at: hub, "br0", isOn)
        }
    }

    /// Packets for `address` go to an interface that nobody has.
    private func lose(_ address: String, at sender: NetworkNamespace, _ interface: String, _ isOn: Bool) throws {
        if isOn {
            try sender.run(
                Self.ip,
                "neigh",
                "replace",
                address,
                "lladdr",
                Self.nobody,
                "dev",
                interface,
                "nud",
                "permanent"
            )
        } else {
            try sender.run(Self.ip, "neigh", "del", address, "dev", interface)
        }
    }

    private static func port(_ index: Int) -> String { "port\(index)" }
    private static func address(_ index: Int) -> String { "10.77.0.\(index + 1)" }
}
