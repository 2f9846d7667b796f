import CZlib
import Glibc
import Testing

@testable import Clients

/// What compression says that no test can bring about at will, to the letter.
@Suite("Gzip: texts of what is rare")
struct GzipWordsErrorTextsTests {
    private static func name(_ text: String) throws -> GzipName { try GzipName(Array(text.utf8)) }

    @Test func librariesThatRefuseAreSaidInWords() {
        #expect(
            GzipError.zlib("start to read back", Z_STREAM_ERROR).description
                == "cannot start to read back: zlib's error -2; kept: report this as a fault of cleanupd"
        )
        #expect(
            GzipError.zlib("go on reading back", Z_MEM_ERROR).description
                == "cannot go on reading back: zlib has no memory; kept: give the program more"
        )
        #expect(
            GzipError.noRoom.description
                == "cannot compress: libdeflate has no room; kept: report this as a fault of cleanupd"
        )
    }

    @Test func namesThatAreTakenAreSaidWithWhatToDo() throws {
        #expect(
            GzipError.noName(run: "r1").description
                == "cannot find a free temporary name of run r1; remove old .cleanupd-*.gz.part files"
        )
        #expect(
            GzipError.archiveExists(try Self.name("a.log.gz")).description
                == "\"a.log.gz\" is there already and is not this file, compressed; both kept: move one of them away"
        )
    }

    @Test func filesThatAreNotTakenAreSaidInWords() throws {
        let name = try Self.name("a.log")
        #expect(
            GzipError.hardLinked(name, links: 2).description
                == "\"a.log\" has 2 names; a compressed copy would free nothing; kept"
        )
        #expect(
            GzipError.openUnknown(name, errno: EACCES).description
                == "cannot tell whether \"a.log\" is open for writing (Permission denied); kept: run as its owner or as "
                + "root"
        )
        #expect(GzipError.copyCancelled(name).description == "the copy of \"a.log\" was cancelled; the file is kept")
    }

    @Test func callsThatFailAreSaidWithTheirObject() throws {
        let name = try Self.name("a.log")
        #expect(
            GzipError.leaseUnknown(name, -EIO).description
                == "cannot ask for the lease of \"a.log\": Input/output error"
        )
        #expect(
            GzipError.notReopened(try Self.name(".a.part"), -ENOENT).description
                == "cannot open the archive \".a.part\" again: No such file or directory"
        )
        let texts: [GzipError.Metadata: String] = [
            .owner: "owner", .permissions: "permissions", .attributes: "attributes", .times: "times",
        ]
        #expect(texts.count == GzipError.Metadata.allCases.count)
        for (what, expected) in texts {
            #expect(
                GzipError.notGiven(what, of: name, -EPERM).description
                    == "cannot give the archive the \(expected) of \"a.log\": Operation not permitted; give the user that "
                    + "runs this the right to do so"
            )
        }
    }

    @Test func whatIsLeftInADirectoryIsSaidInWords() throws {
        let (original, archive) = (try Self.name("a.log"), try Self.name("a.log.gz"))
        #expect(
            GzipRemarks.notDurable(original, errno: EIO)
                == "\"a.log\" is compressed and removed, but its removal is not durable: Input/output error"
        )
        #expect(
            GzipRemarks.taken(original, keptAs: try Self.name("cleanupd-r1-1.kept"))
                == "\"a.log\" is taken by now, so that the file is kept as \"cleanupd-r1-1.kept\": look at both"
        )
        #expect(GzipRemarks.stays(archive) == "the verified archive \"a.log.gz\" stays beside it")
        #expect(
            GzipRemarks.notRemoved(try Self.name(".cleanupd-r1-1.gz.part"), errno: EACCES)
                == "\".cleanupd-r1-1.gz.part\" could not be removed (Permission denied): the next start does it"
        )
    }
}
