import CleanupConfiguration
import Engine
import Foundation
import Retention
import Stores

/// Makes the store of a task, whatever its source is.
struct StoreBuilder {
    let context: StoreContext
    /// Filters of a manual run, bound; of rows only.
    let filters: [RowsFilter]

    struct Built {
        var store: TaskStore
        /// What decides which items are candidates, in a form that does not depend on the order of dictionaries.
        var source: Data
        var noun: String
        var sentence: String
        var itemName: TaskDefinition.ItemName?
    }

    /// Throws `StoreError` when a connection's secret cannot be read.
    func build() throws -> Built {
        let task = context.task
        switch task.source {
        case .files(let files): return try self.files(files)
        case .rows(let rows):
            let builder = RowsBuilder(context: context, filters: filters)
            let specification = builder.specification(rows)
            let source = try encoded(specification, at: task.connection)
            let store = TaskStore.batches(try builder.store(rows))
            return Built(store: store, source: source, noun: task.resource, sentence: specification.summary)
        case .keys(let keys):
            let builder = KeysBuilder(context: context)
            let specification = builder.specification(keys)
            return items(try builder.store(specification), try encoded(specification, at: task.connection))
        case .objects(let objects):
            let builder = ObjectsBuilder(context: context)
            let specification = builder.specification(objects)
            return items(try builder.store(specification), try encoded(specification, at: place))
        case .containers(let containers):
            let builder = ContainersBuilder(context: context)
            let specification = builder.specification(containers)
            var built = items(try builder.store(specification), try encoded(specification, at: place))
            built.itemName = { ContainersStore.commonName(of: $0, in: $1) }
            return built
        case .records(let records):
            let builder = RecordsBuilder(context: context)
            let specification = builder.specification(records)
            return items(try builder.store(specification), try encoded(specification, at: place))
        }
    }

    private func files(_ files: TaskConfiguration.FilesSource) throws -> Built {
        let task = context.task
        guard let connection = context.configuration.connections[task.connection], let root = connection.root else {
            preconditionFailure("The loader let files of \(task.name) lie in \(task.connection), no directory")
        }
        let builder = FilesBuilder(context: context, root: root, connection: connection)
        let specification = builder.specification(files)
        let noun = task.resource == "files" ? files.type.noun : task.resource
        return Built(
            store: .items(try builder.store(specification)),
            source: try encoded(specification, at: root) + copies,
            noun: noun,
            sentence: context.policy.sentence(noun: noun)
        )
    }

    private func items(_ store: any MutableStore, _ source: Data) -> Built {
        let noun = context.task.resource
        return Built(store: .items(store), source: source, noun: noun, sentence: context.policy.sentence(noun: noun))
    }

    private func encoded(_ specification: some Encodable, at place: String) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return try encoder.encode(specification) + Data(place.utf8)
    }

    /// Where the items are: a plan that was made for one bucket must not be applied to another of the same name here.
    private var place: String { place(of: context.task.connection) }

    /// Where files are copied first: a plan that copies must not be applied by one that does not, nor the other way.
    private var copies: Data {
        guard let settings = context.task.archiveTo else { return Data() }
        return Data(" archive_to \(place(of: settings.connection)) \(settings.prefix)".utf8)
    }

    private func place(of name: String) -> String {
        switch context.configuration.connections[name]?.kind {
        case .s3(let bucket): "\(name) \(bucket.endpoint ?? bucket.region)/\(bucket.bucket)"
        case .docker(let engine): "\(name) \(engine.url)"
        case .json(let path): "\(name) \(path)"
        default: name
        }
    }
}
