import Foundation

/// Configures and starts SeaweedFS.
struct SeaweedFiles {
    static let accessKey = "AKTEST"
    static let secretKey = "SKTESTSKTEST"
    static let reader = (accessKey: "AKREADER", secretKey: "SKREADERSKREADER")

    let port: Int
    let tlsPort: Int
    private let folder: RedisFolder

    init(_ folder: RedisFolder) throws {
        self.folder = folder
        port = try Loopback.freePort()
        tlsPort = try Loopback.freePort()
        mkdir(folder.file("data"), 0o700)
        try folder.makeCertificate("server", names: "DNS:localhost,IP:127.0.0.1")
        try Self.identities.write(toFile: folder.file("s3.json"), atomically: true, encoding: .utf8)
    }

    func start() throws -> [S3Program] {
        var command = [
            S3Program.programs + "/weed", "mini", "-dir=\(folder.file("data"))", "-ip=127.0.0.1", "-ip.bind=127.0.0.1",
            "-master.telemetry=false", "-admin.ui=false", "-webdav=false", "-s3.config=\(folder.file("s3.json"))",
            "-s3.port=\(port)", "-s3.port.https=\(tlsPort)", "-s3.cert.file=\(folder.file("server.crt"))",
            "-s3.key.file=\(folder.file("server.key"))", "-s3.port.iceberg=0", "-s3.port.lance=0",
            "-master.dir=\(folder.file("data"))", "-admin.dataDir=\(folder.file("data"))",
            // Each bucket takes several; by itself it has one for each free GiB of the disk, which some buckets use up.
            "-volume.max=1000", "-master.volumeSizeLimitMB=64",
        ]
        for part in ["master", "filer", "volume", "admin"] {
            command.append("-\(part).port=\(try Loopback.freePort())")
            command.append("-\(part).port.grpc=\(try Loopback.freePort())")
        }
        command.append("-s3.port.grpc=\(try Loopback.freePort())")
        return [try S3Program(folder, "weed", command)]
    }

    /// One who may do everything, and one who may read only.
    private static let identities = """
        {"identities": [
          {"name": "admin", "credentials": [{"accessKey": "\(accessKey)", "secretKey": "\(secretKey)"}],
           "actions": ["Admin", "Read", "List", "Tagging", "Write"]},
          {"name": "reader", "credentials": [{"accessKey": "\(reader.accessKey)", "secretKey": "\(reader.secretKey)"}],
           "actions": ["Read", "List"]}
        ]}
        """
}
