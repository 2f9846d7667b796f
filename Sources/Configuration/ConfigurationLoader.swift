import Foundation

/// Reads a configuration file: YAML, then variables, then checks; everything that is wrong at once.
package struct ConfigurationLoader: Sendable {
    /// More than this is no configuration.
    package static let maximumBytes = 512 << 10

    private let environment: [String: String]
    private let resolve: @Sendable (String) -> String?

    /// - Parameters:
    ///   - environment: what `${NAME}` is replaced from.
    ///   - resolve: where a path really leads, or `nil` if it is not there; finds roots that overlap through symlinks.
    package init(environment: [String: String], resolve: @escaping @Sendable (String) -> String?) {
        self.environment = environment
        self.resolve = resolve
    }

    /// As the other, looking at this machine's file system.
    package init(environment: [String: String]) {
        self.init(environment: environment, resolve: Paths.resolve)
    }

    /// Reads a file. Relative paths in it are relative to its folder.
    package func load(file: String) throws(ConfigurationErrors) -> Configuration {
        let bytes: [UInt8]
        do {
            bytes = try ConfigurationFile.read(file, limit: Self.maximumBytes)
        } catch {
            throw ConfigurationErrors(code: .unreadable, file: file, problems: [Problem(1, 1, error.message)])
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ConfigurationErrors(code: .syntax, file: file, problems: [ConfigurationFile.invalidByte(in: bytes)])
        }
        return try parse(text: text, file: file)
    }

    /// Reads a text as if it stood in a file; the file itself is not touched.
    package func parse(text: String, file: String) throws(ConfigurationErrors) -> Configuration {
        guard text.utf8.count <= Self.maximumBytes else {
            let problem = Problem(1, 1, ConfigurationFile.tooLarge(Self.maximumBytes))
            throw ConfigurationErrors(code: .unreadable, file: file, problems: [problem])
        }
        let document: Document
        do {
            document = try Document(text)
        } catch {
            throw ConfigurationErrors(code: .syntax, file: file, problems: [error])
        }
        let problems = ProblemList()
        let substitution = Substitution(environment: environment)
        // The document owns what its nodes only point to.
        let root = withExtendedLifetime(document) {
            Checker(masked: document.masked, substitution: substitution, problems: problems).root(document.root, .root)
        }
        let builder = ConfigurationBuilder(
            file: Paths.absolute(file, in: FileManager.default.currentDirectoryPath),
            problems: problems,
            warnings: ProblemList(),
            resolve: resolve
        )
        let configuration = builder.build(root)
        guard problems.count == 0 else {
            throw ConfigurationErrors(code: .invalid, file: file, problems: problems.sorted)
        }
        return configuration
    }
}
