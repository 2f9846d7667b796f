import Retention
import Stores
import Support
import Testing

/// Where a task compresses, NAME.gz is what NAME is, for every list of globs.
@Suite struct ArchivedNameTests {
    private func specification(compresses: Bool) -> FilesSpecification {
        FilesSpecification(
            match: ["*.log", "*.gz"],
            exclude: ["audit*.log"],
            keepMatch: ["legal*.log"],
            protect: ["*secret.log"],
            compresses: compresses
        )
    }

    @Test func archiveOfWhatIsHeldExcludedOrProtectedStays() throws {
        try withWorld { world in
            try world.makeDirectory("root/sub")
            for name in ["a", "audit1", "legal1", "y-secret", "sub/audit2"] {
                try world.makeFile("root/\(name).log.gz")
                try world.makeFile("root/\(name).log")
            }
            let plan = try Cleaning(world, specification(compresses: true)).plan()
            #expect(plan.paths(.remove) == ["a.log", "a.log.gz"])
            #expect(plan.hold("legal1.log.gz") == "kept: its original matches legal*.log")
        }
    }

    @Test func otherTasksTakeNamesAsTheyAreWritten() throws {
        try withWorld { world in
            for name in ["audit1", "y-secret"] { try world.makeFile("root/\(name).log.gz") }
            let plan = try Cleaning(world, specification(compresses: false)).plan()
            #expect(plan.paths(.remove) == ["audit1.log.gz", "y-secret.log.gz"])
        }
    }
}
