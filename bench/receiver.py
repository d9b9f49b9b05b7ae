"""A cheap webhook receiver for benchmarks: answers 204 at once, writes "item id, time" lines when it ends.

It runs as a process of its own, so that its work is not the measuring process's.
"""

import asyncio
import json
import signal
import sys
import time


async def _serve(port_file: str, result_file: str) -> None:
    heard: list[tuple[str, float]] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = next(
                    int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")
                )
                body = await reader.readexactly(length)
                heard.append((json.loads(body)["data"]["id"], time.time()))
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


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1], sys.argv[2]))
