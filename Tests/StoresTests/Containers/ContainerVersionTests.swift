import Clients
import Retention
import Support
import Testing

@testable import Stores

@Suite struct ContainerVersionTests {
    private static let ended = DockerContainer(
        id: String(repeating: "0a", count: 32),
        names: ["bot-1", "other/link"],
        image: "tiny:1",
        state: "exited",
        created: 1,
        started: 20,
        finished: 30
    )

    private static func version(_ change: (inout DockerContainer) -> Void = { _ in }) -> ContainerVersion {
        var container = ended
        change(&container)
        return ContainerVersion(container)
    }

    @Test func itSurvivesTheLedger() {
        for version in [
            Self.version(), Self.version { ($0.started, $0.finished) = (nil, nil) }, Self.version { $0.names = [] },
            Self.version { $0.names = ["é\u{0}x"] },
        ] {
            #expect(ContainerVersion(version.bytes[...]) == version)
        }
    }

    @Test func bytesOfNobodyAreNoContainersVersion() {
        var generator = SeededGenerator(seed: 5)
        for round in 0..<500 {
            let bytes = (0..<Int.random(in: 0..<40, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            #expect(ContainerVersion(bytes[...]) != Self.version(), "seed 5, round \(round)")
        }
    }

    /// Of the only item of a block with this version.
    private static func commonName(_ version: [UInt8]) -> String? {
        var block = ItemBlock()
        let group = block.internGroup("")
        let index = Array(ended.id.utf8).withUnsafeBytes { id in
            version.withUnsafeBytes { version in
                block.append(
                    name: id,
                    version: version,
                    kind: .other,
                    group: group,
                    time: Instant(nanoseconds: 30),
                    size: 0
                )
            }
        }
        return ContainersStore.commonName(of: block.items[index], in: block)
    }

    @Test func itKnowsTheContainersOwnNameAndOfOthersItemsNone() {
        #expect(Self.commonName(Self.version().bytes) == "bot-1")
        #expect(Self.commonName(Self.version { $0.names = [] }.bytes) == nil)
        // As files, objects and keys have them.
        for version in [[], Array("etag-5d41402a".utf8), Array("x\0y\0z".utf8), [UInt8](repeating: 0, count: 24)] {
            #expect(Self.commonName(version) == nil)
        }
    }

    @Test func whatHasRunIsAsOldAsItsEndAndNeverOlderThanItsStart() {
        #expect(Self.version().time == Instant(nanoseconds: 30))
        #expect(Self.version { $0.started = 40 }.time == Instant(nanoseconds: 40))
        #expect(Self.version { ($0.started, $0.finished) = (nil, nil) }.time == Instant(nanoseconds: 1))
        #expect(Self.version { $0.finished = nil }.time == nil)
    }

    @Test func eachDifferenceIsSaid() {
        let planned = Self.version()
        #expect(planned.difference(to: Self.version()) == nil)
        let changes: [((inout DockerContainer) -> Void, String)] = [
            ({ $0.state = "running" }, "it is running and not exited any more"),
            ({ $0.names = ["bot-2"] }, "it has another name"), ({ $0.started = 21 }, "it has run since the plan"),
            ({ $0.finished = 31 }, "it has run since the plan"), ({ $0.finished = nil }, "it has run since the plan"),
            ({ $0.created = 2 }, "it is not as it was planned"),
        ]
        for (change, expected) in changes { #expect(planned.difference(to: Self.version(change)) == expected) }
    }
}
