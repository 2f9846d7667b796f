import Foundation
import Synchronization

/// Passes connections on to a server, each byte later than it came: by how much can be changed at any time. Cuts them
/// when it is told to.
///
/// Bytes keep their order. Runs as a program of its own, in any network namespace, and ends with this object.
package final class DelayingProxy: Sendable {
    private let program: BackgroundProgram
    private let control: String
    private let folder: TemporaryFolder
    private let told = Mutex((delay: Duration.zero, cuts: 0))

    private static let program = """
        import collections, selectors, socket, sys, time
        address, port, target, control = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
        ready = selectors.DefaultSelector()
        listener = socket.create_server((address, port), backlog=128)
        ready.register(listener, selectors.EVENT_READ, None)
        peers, waiting = {}, {}
        delay, looked, cuts = 0.0, 0.0, 0
        def drop(one):
            for end in (one, peers.pop(one, None)):
                if end is None: continue
                peers.pop(end, None); waiting.pop(end, None)
                try: ready.unregister(end)
                except (KeyError, ValueError): pass
                end.close()
        print("ready", flush=True)
        while True:
            events = ready.select(0.01)
            now = time.monotonic()
            if now - looked > 0.05:
                looked = now
                try: words = open(control).read().split()
                except FileNotFoundError: words = []
                delay = float(words[0]) if words else 0.0
                if words and int(words[1]) > cuts:
                    cuts = int(words[1])
                    for end in list(peers): drop(end)
            for key, _ in events:
                if key.fileobj is listener:
                    near, _ = listener.accept()
                    try: far = socket.create_connection(("127.0.0.1", target), timeout=5)
                    except OSError: near.close(); continue
                    for one, other in ((near, far), (far, near)):
                        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                        peers[one] = other; waiting[one] = collections.deque()
                        ready.register(one, selectors.EVENT_READ, None)
                    continue
                if key.fileobj not in peers: continue
                try: data = key.fileobj.recv(65536)
                except OSError: data = b""
                if data: waiting[peers[key.fileobj]].append((now + delay, data))
                else: drop(key.fileobj)
            for end in list(waiting):
                queue = waiting.get(end)
                while queue and queue[0][0] <= now:
                    try: end.sendall(queue.popleft()[1])
                    except OSError: drop(end); break
        """

    /// - Parameters:
    ///   - launcher: runs it in another network; see ``NetworkNamespace/launcher``.
    ///   - address: where it listens, as that network has it.
    ///   - target: the server's port on that network's loopback.
    package init(launcher: [String], address: String, port: Int, target: Int) throws {
        let folder = try TemporaryFolder()
        self.folder = folder
        control = folder.file("delay")
        let words = ["/usr/bin/python3", "-c", Self.program, address, "\(port)", "\(target)", control]
        program = try BackgroundProgram(launcher + words, output: folder.file("output"))
        let isReady = try waitUntil(seconds: 20) { try program.text.contains("ready") }
        guard isReady else { throw SupportError("the proxy did not start: \(try program.text)") }
    }

    /// From now on each byte waits so long.
    package func delay(_ delay: Duration) throws {
        try tell { $0.delay = delay }
    }

    /// Ends all connections that there are, within a tenth of a second; new ones are taken as before.
    package func cut() throws {
        try tell { $0.cuts += 1 }
    }

    private func tell(_ change: (inout (delay: Duration, cuts: Int)) -> Void) throws {
        try told.withLock { told in
            change(&told)
            let words = "\(told.delay / .seconds(1)) \(told.cuts)"
            try words.write(toFile: control, atomically: true, encoding: .utf8)
        }
    }
}
