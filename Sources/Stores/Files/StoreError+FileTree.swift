package import Clients
import Retention

extension StoreError {
    /// Why a root or directory cannot be worked in.
    package init(_ error: FileTreeError) {
        let code: Code =
            switch error.code {
            case .missing, .vanished: .missing
            case .unsafe, .notDirectory: .denied
            case .permission, .mount, .inUse, .tooDeep, .conflict, .io: .unreadable
            }
        self.init(code, error.message)
    }

    /// A glob that the configuration should have refused.
    static func refusedGlob(_ key: String, _ error: any Error) -> StoreError {
        StoreError(.denied, "A glob of \(key) cannot be used: \(error) Correct it in the configuration.")
    }
}

extension FailureReason {
    /// The label under which an error of the file system is counted.
    init(_ error: FileTreeError) {
        switch error.code {
        case .permission, .unsafe: self = .permission
        case .mount, .inUse, .conflict, .vanished, .missing, .notDirectory: self = .conflict
        case .tooDeep: self = .unknown
        case .io: self = .io
        }
    }
}
