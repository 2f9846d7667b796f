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

    @Test func whatHasRunIsAsOldAsItsEndAndNeverOlderThanItsStart() {
        #expect(Self.version().time == Instant(nanoseconds: 30))
        #expect(Self.version { $0.started = 40 }.time == Instant(nanoseconds: 40))
        #expect(Self.version { ($0.started, $0.finished) = (nil, nil) }.time == Instant(nanoseconds: 1))
        #expect(Self.version { $0.finished = nil }.time == nil)
    }

    @Test func eachDifferenceIsSaid() {
        let planned = Self.version()
        #expect(planned.difference(to: Self.version()) == nil)
        #expect(planned.difference(to: Self.version { $0.state = "running" })?.contains("running") == true)
        for change in [
            { $0.names = ["bot-2"] }, { $0.started = 21 }, { $0.finished = 31 }, { $0.finished = nil },
            { $0.created = 2 },
        ] as [(inout DockerContainer) -> Void] {
            #expect(planned.difference(to: Self.version(change)) != nil)
        }
    }
}
