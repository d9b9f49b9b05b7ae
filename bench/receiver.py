"""A cheap webhook receiver for benchmarks: answers 204 at once, writes what it heard when it ends.

It runs as a process of its own, so that its work is not the measuring process's.
"""

import asyncio
import json
import os
import signal
import sys
import time


async def _serve(port_file: str, result_file: str) -> None:
    heard: list[tuple[str, float, str]] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                headers = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:] if b": " in line)
                lower = {name.lower(): value for name, value in headers.items()}
                body = await reader.readexactly(int(lower[b"content-length"]))
                data = json.loads(body)["data"]
                heard.append((data["id"], time.time(), f"{lower[b'webhook-id'].decode()} {data['sequence']}"))
                writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    with open(port_file, "w") as file:
        file.write(str(server.sockets[0].getsockname()[1]))
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    await stopped.wait()
    with open(result_file, "w") as file:
        json.dump(heard, file)
    # The connections are still open on purpose: their other end lives on. Leave without waiting for them.
    os._exit(0)


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1], sys.argv[2]))
