import Foundation

/// The environment as the process was started with: what `${NAME}` of a configuration stands for, in each command and at each
/// reload.
///
/// A contained command gives its libraries another place for temporary files, by names that a configuration may have, too.
/// To be asked for before that: it is taken down when it is asked for the first time.
enum StartEnvironment {
    static let variables: [String: String] = ProcessInfo.processInfo.environment
}
