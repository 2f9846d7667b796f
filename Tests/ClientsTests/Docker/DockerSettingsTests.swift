import Clients
import Testing

@Suite("Docker: URLs")
struct DockerSettingsTests {
    @Test func aSocketIsNamedByItsPath() throws {
        #expect(try DockerSettings(url: "unix:///var/run/docker.sock").address == .unix(path: "/var/run/docker.sock"))
        #expect(try DockerSettings(url: "unix:///a b/é%").address == .unix(path: "/a b/é%"))
    }

    @Test(arguments: [
        ("tcp://engine", "engine", 2375), ("tcp://10.0.0.1:99/", "10.0.0.1", 99), ("tcp://[::1]:2375", "::1", 2375),
        ("tcp://[fe80::1]", "fe80::1", 2375), ("tcp://my-host.example.org:65535", "my-host.example.org", 65_535),
    ])
    func anEngineInTheNetworkIsNamedByHostAndPort(url: String, host: String, port: Int) throws {
        #expect(try DockerSettings(url: url).address == .tcp(host: host, port: port, tls: nil))
    }

    @Test func anyFileMeansTLSOnItsOwnPort() throws {
        let ca = try DockerSettings(url: "tcp://engine", caFile: "/ca")
        #expect(ca.address == .tcp(host: "engine", port: 2376, tls: DockerTLS(caFile: "/ca")))
        let own = try DockerSettings(url: "tcp://engine:1", certificate: "/c", key: "/k")
        #expect(own.address == .tcp(host: "engine", port: 1, tls: DockerTLS(certificate: "/c", key: "/k")))
    }

    @Test(arguments: [
        "", "unix://", "unix:///", "unix://relative", "unix:/var/run/docker.sock", "http://engine", "npipe:////x",
        "tcp://", "tcp://:1", "tcp://engine:", "tcp://engine:0", "tcp://engine:65536", "tcp://engine:x", "tcp://a b",
        "tcp://::1", "tcp://[::1", "tcp://[::1]x", "tcp://engine/path", "tcp://engine?x", "tcp://engine#x", "tcp://é",
        "tcp://user:hunter2zebra@engine", "hunter2zebra", "tcp://hunter2zebra%zz",
        "unix:///\(String(repeating: "x", count: 107))",
    ])
    func whatIsNoURLOfAnEngineIsRefusedWithoutBeingQuoted(url: String) {
        let error = #expect(throws: DockerError.self) { try DockerSettings(url: url) }
        #expect(error?.code == .settings)
        #expect(error?.message.contains("unix:///var/run/docker.sock") == true)
        #expect(error.map { "\($0)".contains("hunter2zebra") } == false)
    }

    @Test func certificatesAreRefusedWhereTheyMeanNothing() {
        for (certificate, key) in [("/c", nil), (nil, "/k")] as [(String?, String?)] {
            #expect(throws: DockerError.self) {
                try DockerSettings(url: "tcp://engine", certificate: certificate, key: key)
            }
        }
        #expect(throws: DockerError.self) { try DockerSettings(url: "unix:///s", caFile: "/ca") }
    }
}
