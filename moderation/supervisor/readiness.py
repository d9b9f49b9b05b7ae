"""Waiting for what was started: bounded, and telling what is still awaited."""

import asyncio
import http.client
import json
from collections.abc import Awaitable, Callable
from pathlib import Path

Ask = Callable[[], Awaitable[str | None]]
"""Returns None when the thing is ready, or what is wrong with it."""

_PAUSE = 0.05
_PATIENCE = 5.0
# The first answer waits for the model to be loaded; asking again would have it loaded twice.
_LONGEST_ANSWER = 30.0


class NotReady(Exception):
    """The time is up; the message says what was last wrong."""


async def until(ask: Ask, seconds: float, say: Callable[[str], None]) -> None:
    """Ask until the answer is None; every few seconds say what is awaited.

    Raises:
        NotReady: *seconds* have passed.
    """
    faults = ["no answer yet"]
    teller = asyncio.ensure_future(_tell(faults, say))
    try:
        async with asyncio.timeout(seconds):
            while (fault := await ask()) is not None:
                faults.append(fault)
                await asyncio.sleep(_PAUSE)
    except TimeoutError:
        raise NotReady(faults[-1]) from None
    finally:
        teller.cancel()


async def _tell(faults: list[str], say: Callable[[str], None]) -> None:
    while True:
        await asyncio.sleep(_PATIENCE)
        say(f"still waiting: {faults[-1]}")


async def broker_fault(path: Path) -> str | None:
    """PING the broker."""
    try:
        reader, writer = await asyncio.open_unix_connection(str(path))
    except OSError as error:
        return f"the broker does not listen yet ({error.strerror})"
    try:
        writer.write(b"PING\r\n")
        answer = await reader.readline()
    except OSError as error:
        return f"the broker hung up ({error.strerror})"
    finally:
        writer.close()
    return None if answer.startswith(b"+PONG") else f"the broker says {answer.decode('utf-8', 'replace').strip()}"


async def web_fault(host: str, port: int) -> str | None:
    """GET /readyz."""
    return await asyncio.to_thread(_readyz, host, port)


def _readyz(host: str, port: int) -> str | None:
    connection = http.client.HTTPConnection(host, port, timeout=_LONGEST_ANSWER)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        return None if answer.status == 200 else f"/readyz says {answer.status} {_faults(answer.read())}"
    except (OSError, http.client.HTTPException) as error:
        return f"the web server does not answer yet ({error})"
    finally:
        connection.close()


def _faults(body: bytes) -> str:
    try:
        document = json.loads(body)
    except ValueError:
        return body.decode("utf-8", "replace")[:200]
    faults = document.get("faults") if isinstance(document, dict) else None
    return json.dumps(faults or document, ensure_ascii=False)
