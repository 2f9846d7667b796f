import CleanupConfiguration
import Clients
import Foundation
import Retention

extension AllowedPlace {
    /// Libraries open it to throw something away.
    static let sink = AllowedPlace("/dev/null", .write, for: "what is thrown away")
}

/// Where a configuration needs files to be changed: all else is denied to a command that may delete.
extension Configuration {
    /// Places at and beneath which the tasks of this configuration, and the state, change files.
    /// - Parameters:
    ///   - temporary: the folder for temporary files, if there is one.
    ///   - written: absolute paths of files that the command itself writes.
    func allowedPlaces(temporary: String? = nil, written: [String] = []) -> [AllowedPlace] {
        let ofCommand = written.map { AllowedPlace(Self.folder(of: $0), .keepFiles, for: "the metrics file") }
        let ofTemporary = temporary.map { [AllowedPlace($0, .keepFiles, for: "temporary files")] } ?? []
        return AllowedPlace.merged(ofState + ofTasks + ofDatabases + ofCommand + ofTemporary + [.sink])
    }

    /// The database, what SQLite and the reserve put beside it, and the folder of locks.
    private var ofState: [AllowedPlace] {
        guard let path = state.path else { return [] }
        return [AllowedPlace(Self.folder(of: path), [.keepFiles, .makeDirectory], for: "the state")]
    }

    private var ofTasks: [AllowedPlace] {
        tasks.flatMap { task -> [AllowedPlace] in
            let owned = task.owns.compactMap { owned -> AllowedPlace? in
                guard case .files(let files) = owned else { return nil }
                return place(of: files.connection, .clean, task)
            }
            switch task.source {
            case .files:
                let rights: FileRights = task.policy.compressOlderThan == nil ? .clean : [.clean, .keepFiles]
                return owned + [place(of: task.connection, rights, task)].compactMap(\.self)
            case .records:
                guard case .json(let path)? = connections[task.connection]?.kind else { return owned }
                return owned + [AllowedPlace(Self.folder(of: path), .keepFiles, for: "task \(task.name)")]
            case .rows, .keys, .objects, .containers: return owned
            }
        }
    }

    private func place(of connection: String, _ rights: FileRights, _ task: TaskConfiguration) -> AllowedPlace? {
        connections[connection]?.root.map { AllowedPlace($0, rights, for: "task \(task.name)") }
    }

    /// Even to be read a database of SQLite needs what lies beside it. SQLite puts that beside the file itself, not
    /// beside a symlink to it.
    private var ofDatabases: [AllowedPlace] {
        connections.flatMap { name, connection -> [AllowedPlace] in
            guard case .sqlite(let path) = connection.kind else { return [] }
            let folders = Set([path, PlaceIdentity.resolve(path) ?? path].map(Self.folder))
            return folders.map { AllowedPlace($0, .keepFiles, for: "connection \(name)") }
        }
    }

    private static func folder(of path: String) -> String {
        URL(fileURLWithPath: path).deletingLastPathComponent().path
    }
}
