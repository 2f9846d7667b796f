import Clients
import Testing

/// What a kernel is told, as a value.
@Suite struct LandlockRulesTests {
    private static let places = [
        AllowedPlace("/data", .clean, for: "task uploads"),
        AllowedPlace("/var/lib/cleanupd", [.keepFiles, .makeDirectory], for: "the state"),
        AllowedPlace("/data", .keepFiles, for: "task logs"),
    ]

    @Test func eachPathHasOneRuleWithTheRightsOfAllThatNameIt() throws {
        let rules = LandlockRules(version: 7, places: Self.places).rules
        #expect(rules.map(\.path) == ["/data", "/var/lib/cleanupd"])
        #expect(rules[0].rights == [.removeFile, .removeDirectory, .makeFile, .write, .truncate])
        #expect(rules[1].rights == [.removeFile, .makeDirectory, .makeFile, .write, .truncate])
    }

    @Test func whatAKernelDoesNotKnowIsNeitherDeniedNorAllowed() {
        for version in 1...7 {
            let rules = LandlockRules(version: version, places: Self.places)
            #expect(rules.denied.contains(.truncate) == (version >= 3))
            #expect(rules.rules.allSatisfy { rules.denied.isSuperset(of: $0.rights) }, "version \(version)")
            #expect((rules.scoped != 0) == (version >= 6))
        }
    }

    @Test func eachVersionDeniesWhatTheOneBeforeDid() {
        #expect(FileRights.known(toVersion: 0).isEmpty)
        for version in 1...7 {
            let older = FileRights.known(toVersion: version - 1)
            #expect(FileRights.known(toVersion: version).isSuperset(of: older))
        }
        // The bits of linux/landlock.h: write, remove, make of each kind; then refer, truncate, and control of devices.
        #expect(FileRights.known(toVersion: 1).rawValue == 0x1ff2)
        #expect(FileRights.known(toVersion: 2).rawValue == 0x3ff2)
        #expect(FileRights.known(toVersion: 3).rawValue == 0x7ff2)
        #expect(FileRights.known(toVersion: 5).rawValue == 0xfff2)
        #expect(FileRights.known(toVersion: 9).rawValue == 0xfff2)
    }

    @Test func aRuleWithoutARightIsNotMade() {
        let places = [AllowedPlace("/data", .truncate, for: "nobody")]
        #expect(LandlockRules(version: 2, places: places).rules.isEmpty)
        #expect(LandlockRules(version: 3, places: places).rules.count == 1)
    }

    @Test func noPlaceMayHaveFilesMovedIntoOrOutOfIt() {
        let refer = UInt64(1 << 13)
        let rules = LandlockRules(version: 7, places: Self.places)
        #expect(rules.denied.rawValue & refer != 0)
        #expect(rules.rules.allSatisfy { $0.rights.rawValue & refer == 0 })
    }

    @Test func pathsAreComparedByTheirBytes() {
        let composed = AllowedPlace("/d\u{E9}", .clean, for: "task a")
        let decomposed = AllowedPlace("/de\u{301}", .clean, for: "task b")
        #expect(AllowedPlace.merged([composed, decomposed, composed]).count == 2)
        let rules = LandlockRules(version: 7, places: [AllowedPlace("/d", .clean, for: "task c"), decomposed]).rules
        #expect(rules.count == 2)
    }

    @Test func purposesOfOnePathAreAllNamed() {
        let merged = AllowedPlace.merged(Self.places + Self.places)
        #expect(merged.map(\.purpose) == ["task uploads, task logs", "the state"])
    }
}
