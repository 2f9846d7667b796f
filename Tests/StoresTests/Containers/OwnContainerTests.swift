import Testing

@testable import Stores

@Suite struct OwnContainerTests {
    private static let id = String(repeating: "0a", count: 32)
    private static let other = String(repeating: "0b", count: 32)

    @Test(arguments: [
        "12:memory:/docker/\(id)\n0::/", "0::/system.slice/docker-\(id).scope",
        "4:cpu:/kubepods/burstable/pod12345678-aaaa/\(id)", "0::/docker/\(other)/docker/\(id)",
    ])
    func theCgroupNamesIt(cgroup: String) {
        let own = OwnContainer(cgroup: cgroup, mountinfo: "", hostname: "vm")
        #expect(own.contains(Self.id) && !own.contains(Self.other))
    }

    @Test func theMountOfTheHostnameNamesIt() {
        let text = """
            21 20 0:5 / / rw,relatime - overlay overlay rw
            35 21 254:1 /var/lib/docker/containers/\(Self.id)/hostname /etc/hostname rw,relatime - ext4 /dev/vda1 rw
            """
        #expect(OwnContainer(cgroup: "0::/", mountinfo: text, hostname: "").contains(Self.id))
    }

    @Test func mountsOfOtherContainersOnAHostNameNothing() {
        let text = """
            35 21 0:50 / /var/lib/docker/containers/\(Self.id)/mounts/shm rw,relatime - tmpfs shm rw
            36 21 0:51 / /var/lib/docker/overlay2/\(Self.other)/merged rw,relatime - overlay overlay rw
            """
        let own = OwnContainer(cgroup: "0::/user.slice", mountinfo: text, hostname: "vm")
        #expect(!own.contains(Self.id) && !own.contains(Self.other))
    }

    @Test func aHostnameOfTwelveDigitsNamesIt() {
        #expect(OwnContainer(cgroup: "", mountinfo: "", hostname: "0a0a0a0a0a0a").contains(Self.id))
        for name in ["", "0a0a0a0a0a0", "0a0a0a0a0a0a0", "0A0A0A0A0A0A", "web"] {
            #expect(!OwnContainer(cgroup: "", mountinfo: "", hostname: name).contains(Self.id), "\(name)")
        }
    }
}
