import CleanupConfiguration
import Foundation
import Support
import Testing

@Suite struct FileTests {
    private static func withFolder(_ body: (String) throws -> Void) throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        try body(folder.path)
    }

    private static func load(_ bytes: [UInt8]) throws -> ConfigurationErrors? {
        var result: ConfigurationErrors?
        try withFolder { folder in
            let file = folder + "/cleanup.yaml"
            try Data(bytes).write(to: URL(filePath: file))
            do {
                _ = try ConfigurationLoader(environment: [:]).load(file: file)
            } catch let error as ConfigurationErrors {
                result = error
            }
        }
        return result
    }

    @Test func aGoodFileIsLoaded() throws {
        try Self.withFolder { folder in
            let file = folder + "/cleanup.yaml"
            let text = """
                connections: { data: { url: "file://data" } }
                tasks: { t: { files: { in: data }, remove: { older_than: 1h } } }
                """
            try text.write(toFile: file, atomically: false, encoding: .utf8)
            let configuration = try ConfigurationLoader(environment: [:]).load(file: file)
            #expect(configuration.file == file)
            #expect(configuration.connections["data"]?.root == folder + "/data")
        }
    }

    @Test func aMissingFileIsNamedWithWhatToDo() {
        let error = #expect(throws: ConfigurationErrors.self) {
            try ConfigurationLoader(environment: [:]).load(file: "/no/such/cleanup.yaml")
        }
        #expect(error?.code == .unreadable)
        #expect(
            error?.description
                == "/no/such/cleanup.yaml:1:1: the configuration cannot be opened: No such file or directory; "
                + "name another with --config or CLEANUPD_CONFIG"
        )
    }

    @Test func aDirectoryIsNoConfiguration() {
        let error = #expect(throws: ConfigurationErrors.self) {
            try ConfigurationLoader(environment: [:]).load(file: "/tmp")
        }
        #expect(error?.problems.first?.message.contains("Is a directory") == true)
    }

    @Test func aFileOfTenMegabytesIsRefused() throws {
        let error = try Self.load(Array(repeating: UInt8(ascii: "#"), count: 10 << 20))
        #expect(error?.code == .unreadable)
        #expect(error?.problems.first?.message.contains("larger than 512 KiB") == true)
    }

    @Test func invalidUTF8IsRefusedWithItsPlace() throws {
        let error = try Self.load(Array("log: {}\n# é ".utf8) + [0xFF, 0xFE])
        #expect(error?.code == .syntax)
        #expect(error?.problems.map(\.description) == ["2:5: the file is not UTF-8 from here on; save it as UTF-8"])
    }

    @Test func utf16IsRefused() throws {
        let error = try Self.load(Array("tasks: {}\n".utf16).flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] })
        #expect(error?.problems.map(\.description) == ["1:2: the character U+0000 is not allowed; delete it"])
    }

    @Test func controlCharactersAreRefusedWithTheirPlace() throws {
        let error = try Self.load(Array("log: {}\r\nab\u{7}\n".utf8))
        #expect(error?.problems.map(\.description) == ["2:3: the character U+0007 is not allowed; delete it"])
    }

    @Test func rootsThatMeetThroughASymlinkOverlap() throws {
        try Self.withFolder { folder in
            #expect(mkdir(folder + "/data", 0o700) == 0)
            #expect(mkdir(folder + "/data/inner", 0o700) == 0)
            #expect(symlink("data", folder + "/link") == 0)
            let text = """
                connections: { a: { url: "file://data" }, b: { url: "file://link/inner" } }
                tasks: { t: { files: { in: a }, remove: { older_than: 1h } } }
                """
            let error = #expect(throws: ConfigurationErrors.self) {
                try ConfigurationLoader(environment: [:]).parse(text: text, file: folder + "/cleanup.yaml")
            }
            #expect(error?.problems.map(\.path) == ["connections.b.url"])
            #expect(error?.problems.first?.message.contains("lies beneath \(folder)/data") == true)
        }
    }

    @Test func aSymlinkToTheRootOfTheMachineIsRefused() throws {
        try Self.withFolder { folder in
            #expect(symlink("/", folder + "/link") == 0)
            let text = """
                connections: { a: { url: "file://link" } }
                tasks: { t: { files: { in: a }, remove: { older_than: 1h } } }
                """
            let error = #expect(throws: ConfigurationErrors.self) {
                try ConfigurationLoader(environment: [:]).parse(text: text, file: folder + "/cleanup.yaml")
            }
            #expect(error?.problems.map(\.path) == ["connections.a.url"])
        }
    }
}
