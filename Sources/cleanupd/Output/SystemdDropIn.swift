import Clients
import Retention

/// The drop-in that lets the shipped unit change files where a configuration needs it: `cleanupd check --systemd`.
///
/// `ReadWritePaths=` and `RequiresMountsFor=` as systemd.exec(5) and systemd.unit(5) say: words in quotes, in which a
/// backslash takes the next character as it is, and `%` begins a specifier.
struct SystemdDropIn {
    /// What the unit gives the service by itself.
    private static let stateDirectory = "/var/lib/cleanupd"
    private static let homes = ["/home", "/root", "/run/user"]
    private static let temporaries = ["/tmp", "/var/tmp"]

    let places: [AllowedPlace]
    /// Files whose being there keeps a task from deleting: hidden, they would keep it from nothing.
    let holdFiles: [String]
    /// Whether something is at a path now: of what is missing, systemd would not start the unit.
    let isThere: (String) -> Bool

    /// The file, whole. Throws `CommandFailure` for a path that no line of a unit can hold.
    func text() throws -> String {
        let given = [AllowedPlace.sink.path, Self.stateDirectory]
        let needed = places.filter { !Self.lies($0.path, in: given) }
        var lines = [
            "# Made by cleanupd check --systemd, of the configuration. Save it as",
            "# /etc/systemd/system/cleanupd.service.d/paths.conf, then: systemctl daemon-reload && systemctl restart cleanupd",
        ]
        let openings = Self.openings(needed.map(\.path) + holdFiles)
        guard !needed.isEmpty || !openings.isEmpty else {
            return (lines + ["# Its state folder is all that it changes files in: no line is needed."]).asFile
        }
        lines.append("[Unit]")
        for place in needed { lines.append("RequiresMountsFor=\(try Self.word(place.path))") }
        lines += ["", "[Service]"]
        for place in needed {
            lines.append("# \(Self.comment(place.purpose)): \(place.rights.words)")
            guard !isThere(place.path) else {
                lines.append("ReadWritePaths=\(try Self.word(place.path))")
                continue
            }
            lines.append("# Not there, or not to be seen by who made this: start the service again once it is there.")
            lines.append("ReadWritePaths=\(try Self.word("-" + place.path))")
        }
        return (lines + openings).asFile
    }

    /// What of the unit hides these folders, and is taken back.
    private static func openings(_ paths: [String]) -> [String] {
        var lines: [String] = []
        if paths.contains(where: { touches($0, homes) }) {
            lines += ["# The unit hides /home, /root and /run/user.", "ProtectHome=read-only"]
        }
        if paths.contains(where: { touches($0, temporaries) }) {
            lines += [
                "# The unit has a /tmp and /var/tmp of its own. With those of all, its own temporary files go to its state.",
                "PrivateTmp=no",
                "Environment=\(TemporaryVariable.name)=\(stateDirectory)",
            ]
        }
        return lines
    }

    /// Whether a path lies in one of the folders, or one of them in it: what is hidden beneath a root would stay for ever.
    private static func touches(_ path: String, _ folders: [String]) -> Bool {
        lies(path, in: folders) || folders.contains { lies($0, in: [path]) }
    }

    private static func lies(_ path: String, in folders: [String]) -> Bool {
        folders.contains { path == $0 || path.hasPrefix($0 + "/") }
    }

    private static func word(_ path: String) throws -> String {
        guard !path.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else {
            throw CommandFailure.usage(
                "A unit of systemd cannot name \(DisplayName.printable(path.utf8)): there is a control character in it. "
                    + "Rename the folder."
            )
        }
        var quoted = ""
        for character in path {
            if character == "\"" || character == "\\" { quoted.append("\\") }
            quoted.append(character == "%" ? "%%" : String(character))
        }
        let isPlain = path.utf8.allSatisfy { $0 > 0x20 && ![0x22, 0x27, 0x5C, 0x24].contains($0) }
        return isPlain ? quoted : "\"\(quoted)\""
    }

    private static func comment(_ text: String) -> String { DisplayName.printable(text.utf8) }
}

extension [String] {
    fileprivate var asFile: String { joined(separator: "\n") + "\n" }
}
