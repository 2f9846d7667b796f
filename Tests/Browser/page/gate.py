"""A way to the service that can be cut, as networks are."""

import asyncio
import contextlib


class Gate:
    """Hands on what it is sent, until it is cut; then it ends every connection, old and new."""

    def __init__(self, port):
        self.port = port
        self.is_open = True
        self.writers = set()

    async def __aenter__(self):
        self.server = await asyncio.start_server(self.pass_on, "127.0.0.1", 0)
        self.origin = f"http://127.0.0.1:{self.server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_):
        self.server.close()
        self.cut()

    def cut(self):
        self.is_open = False
        for writer in self.writers:
            writer.transport.abort()

    def mend(self):
        self.is_open = True

    async def pass_on(self, reader, writer):
        if not self.is_open:
            writer.transport.abort()
            return
        with contextlib.suppress(ConnectionError):
            service_reader, service_writer = await asyncio.open_connection("127.0.0.1", self.port)
            self.writers |= {writer, service_writer}
            await asyncio.gather(self.copy(reader, service_writer), self.copy(service_reader, writer))

    async def copy(self, reader, writer):
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        writer.close()
        self.writers.discard(writer)
