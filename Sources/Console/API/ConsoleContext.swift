package import Hummingbird
package import Logging

/// What comes with a request.
package struct ConsoleContext: InitializableFromSource {
    /// Of the client; `-` where there is no socket.
    package let address: String
    package let logger: Logger

    package init(source: ApplicationRequestContextSource) {
        address = source.channel.remoteAddress?.ipAddress ?? "-"
        logger = source.logger
    }

    init(address: String, logger: Logger) {
        self.address = address
        self.logger = logger
    }
}
