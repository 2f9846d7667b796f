import Foundation

/// Configures and starts OpenStack Swift: memcached, the three kinds of storage server, and the proxy with s3api.
struct SwiftFiles {
    static let user = "test:tester"
    static let password = "testing"

    /// It waits for the disk at every write, ten times longer than for anything else, so its files are in memory; unless
    /// that takes no attributes of users, which it needs (Linux before 6.6).
    static func place() throws -> String {
        let folder = try TemporaryFolder()
        let lines =
            "import os, tempfile; f = tempfile.NamedTemporaryFile(dir='/dev/shm'); os.setxattr(f.name, 'user.x', b'1')"
        let asking = try Spawned([S3Program.programs + "/python", "-c", lines], output: folder.file("log"))
        return try asking.wait(seconds: 60) == 0 ? "/dev/shm" : "/tmp"
    }

    let port: Int
    private let cachePort: Int
    private let folder: RedisFolder
    /// Of the account, container and object server.
    private let storage: [(name: String, port: Int)]

    init(_ folder: RedisFolder) throws {
        self.folder = folder
        port = try Loopback.freePort()
        cachePort = try Loopback.freePort()
        storage = try ["account", "container", "object"].map { ($0, try Loopback.freePort()) }
        mkdir(folder.file("data"), 0o755)
        mkdir(folder.file("data/disk"), 0o755)
        try write("swift.conf", Self.hash)
        for (name, port) in storage {
            try ring(name, port)
            let pipeline = "[pipeline:main]\npipeline = \(name)-server\n[app:\(name)-server]\nuse = egg:swift#\(name)\n"
            try write("\(name)-server.conf", common(port) + pipeline)
        }
        try write("proxy-server.conf", common(port) + proxy)
    }

    func start() throws -> [S3Program] {
        let cache = ["/usr/bin/memcached", "-l", "127.0.0.1", "-p", "\(cachePort)", "-u", "nobody"]
        return try [S3Program(folder, "memcached", cache)]
            + (storage.map(\.name) + ["proxy"]).map { name in
                try S3Program(
                    folder,
                    name,
                    ["\(S3Program.programs)/swift-\(name)-server", folder.file("\(name)-server.conf")]
                )
            }
    }

    /// One disk, one copy of everything.
    private func ring(_ name: String, _ port: Int) throws {
        let program = "\(S3Program.programs)/swift-ring-builder"
        let file = folder.file("\(name).builder")
        for words in [["create", "3", "1", "0"], ["add", "r1z1-127.0.0.1:\(port)/disk", "1"], ["rebalance"]] {
            _ = try Spawned.run([program, file] + words, output: folder.file("rings.log"))
        }
    }

    private func write(_ name: String, _ text: String) throws {
        try text.write(toFile: folder.file(name), atomically: true, encoding: .utf8)
    }

    private static let hash = """
        [swift-hash]
        swift_hash_path_suffix = s
        swift_hash_path_prefix = p
        [storage-policy:0]
        name = P0
        default = yes

        """

    /// On a busy machine its servers must not give each other up, nor leave listings to be mended later.
    private static let patience = """
        conn_timeout = 60
        node_timeout = 60
        recoverable_node_timeout = 60
        container_update_timeout = 60
        error_suppression_limit = 1000000
        """

    private func common(_ port: Int) -> String {
        """
        [DEFAULT]
        bind_ip = 127.0.0.1
        bind_port = \(port)
        workers = 0
        user = \(NSUserName())
        swift_dir = \(folder.path)
        devices = \(folder.file("data"))
        mount_check = false
        disable_fallocate = true
        \(Self.patience)

        """
    }

    /// What its cache does not take in time is forgotten: tokens, and that a bucket has versions.
    private static let cachePatience = """
        connect_timeout = 60
        pool_timeout = 60
        io_timeout = 60
        error_suppression_limit = 1000000
        """

    private var proxy: String {
        """
        [pipeline:main]
        pipeline = catch_errors gatekeeper healthcheck cache listing_formats bulk s3api tempauth copy slo dlo \
        versioned_writes symlink proxy-server
        [app:proxy-server]
        use = egg:swift#proxy
        account_autocreate = true
        [filter:cache]
        use = egg:swift#memcache
        memcache_servers = 127.0.0.1:\(cachePort)
        \(Self.cachePatience)
        [filter:s3api]
        use = egg:swift#s3api
        location = us-east-1
        multi_delete_concurrency = 8
        [filter:tempauth]
        use = egg:swift#tempauth
        user_test_tester = \(Self.password) .admin
        [filter:versioned_writes]
        use = egg:swift#versioned_writes
        allow_object_versioning = true
        [filter:gatekeeper]
        use = egg:swift#gatekeeper
        shunt_inbound_x_timestamp = false

        """
            + ["catch_errors", "healthcheck", "listing_formats", "bulk", "copy", "slo", "dlo", "symlink"]
            .map { "[filter:\($0)]\nuse = egg:swift#\($0)\n" }.joined()
    }
}
