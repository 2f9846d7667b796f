"""`cleanupd demo`, as somebody sees it who has just begun."""

import socket

from kit import eventually

from .world import World


class Demo(World):
    """The demo in a folder of its own, on a port that was free."""

    def __init__(self):
        super().__init__(has_tokens=False)
        self.data = self.folder / "demo"

    def make(self):
        """It makes its data itself."""

    async def start(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.spawn(["demo", str(self.data)], CLEANUPD_DEMO_PORT=str(port))
        self.origin = f"http://127.0.0.1:{port}"
        await eventually(self.answering, "the demo serves its page")

    async def answering(self):
        await self.listening()
        try:
            return await self.ask("GET", "status")
        except OSError:
            return None

    def names(self, path):
        top = self.data / "data" / path
        return sorted(str(file.relative_to(top)) for file in top.rglob("*") if file.is_file())
