"""``daidun up``."""

import asyncio
import signal
from contextlib import suppress
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from moderation.bootstrap import Welcome
from moderation.supervisor import banner
from moderation.supervisor.embedded import Embedded, Plan
from moderation.supervisor.orphans import die_with_parent
from moderation.supervisor.running import run


@click.command()
@click.option("--host", help="Address to listen on.  [default: DAIDUN_HOST or 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), help="0 takes any free one.  [default: DAIDUN_PORT or 8080]")
@click.option(
    "--state-dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="Everything kept.  [default: DAIDUN_STATE_DIR or var]",
)
@click.option("--workers", type=click.IntRange(1), default=1, show_default=True, help="Processes that judge.")
@click.option("--verbose", is_flag=True, help="Show the logs here instead of writing them to the state folder.")
@click.option("--with-parent", is_flag=True, help="Stop when the process that started this one ends.")
def up(
    host: str | None, port: int | None, state_dir: Path | None, workers: int, verbose: bool, with_parent: bool
) -> None:
    """Run the whole service on this machine until Ctrl-C: broker, database, web server and workers."""
    console = Console()
    if with_parent:
        die_with_parent(number=signal.SIGTERM)

    async def serve(service: Embedded, welcome: Welcome) -> None:
        banner.show(console, service, welcome)
        await asyncio.Event().wait()

    run(Plan(given(host=host, port=port, state_dir=state_dir), workers, verbose), progress, serve)
    progress("stopped")


def given(**options: Any) -> dict[str, Any]:
    """Return the options that were given; the others are left to the environment."""
    return {name: value for name, value in options.items() if value is not None}


def progress(message: str) -> None:
    """Tell what goes on, on stderr; that nobody reads it any more must not end the supervision."""
    with suppress(OSError):
        click.echo(f"daidun: {message}", err=True)
