"""``daidun demo``."""

import asyncio
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console

from moderation.access import keys
from moderation.bootstrap import Welcome
from moderation.db import open_database
from moderation.demo import table
from moderation.demo.platform import DemoFailed, Performance, perform
from moderation.demo.receiver import Receiver
from moderation.samples import load
from moderation.supervisor.cli import progress
from moderation.supervisor.embedded import Embedded, Plan
from moderation.supervisor.running import run

_WIDTH_WITHOUT_TERMINAL = 150


@click.command()
@click.option(
    "--state-dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the service keeps its state.  [default: a throwaway folder]",
)
@click.option("--verbose", is_flag=True, help="Show the service's logs.")
def demo(state_dir: Path | None, verbose: bool) -> None:
    """Run the service, send it the sample items, receive its webhooks, compare the verdicts with the expected ones.

    Exit code 0 when all are as expected, 1 when not.
    """
    console = Console()
    if not console.is_terminal:
        console.width = _WIDTH_WITHOUT_TERMINAL
    with _folder(state_dir) as folder:
        performance = _play(folder, verbose)
        table.show(console, performance)
        differences = [line for outcome in performance.outcomes if not outcome.known for line in outcome.differences()]
        for line in differences:
            console.print(line, style="red", highlight=False, markup=False, soft_wrap=True)
    if differences:
        console.print(f"{len(differences)} differences from what was expected.", style="bold red", highlight=False)
        sys.exit(1)
    missed = any(outcome.known and outcome.differences() for outcome in performance.outcomes)
    but = " but for what is known to be missed" if missed else ""
    console.print(f"Every verdict is as expected{but}.", style="bold green")


def _play(folder: Path, verbose: bool) -> Performance:
    samples = load()

    async def work(service: Embedded, welcome: Welcome) -> Performance:
        api_key = welcome.api_key or _new_key(service)
        receiver = Receiver()
        try:
            progress(f"sending {len(samples)} items to {service.url}/v1/items")
            return await asyncio.to_thread(perform, service.url, api_key, samples, receiver)
        finally:
            receiver.close()

    try:
        performance = run(Plan(_settings(folder), verbose=verbose), progress, work)
    except DemoFailed as error:
        raise click.ClickException(f"{error}\nLogs: {folder / 'log'}") from error
    if performance is None:
        raise click.ClickException("interrupted")
    return performance


def _settings(folder: Path) -> dict[str, object]:
    # Nothing of a configured production service may be touched, and only this receiver may be on loopback.
    return {
        "state_dir": folder,
        "database_url": "",
        "redis_url": "",
        "host": "127.0.0.1",
        "port": 0,
        "webhook_networks": "127.0.0.0/8",
        "webhook_plain_http": True,
    }


def _new_key(service: Embedded) -> str:
    db = open_database(service.settings)
    try:
        with db.write() as session:
            tenant = keys.tenant_named(session, "default")
            return keys.create(session, service.settings.pepper.get_secret_value(), tenant, "demo", days=1)[1]
    finally:
        db.close()


@contextmanager
def _folder(given: Path | None) -> Iterator[Path]:
    """Yield the state folder; a throwaway one is removed unless something failed, for its logs tell what."""
    if given is not None:
        yield given
        return
    folder = Path(tempfile.mkdtemp(prefix="daidun-demo-"))
    yield folder
    shutil.rmtree(folder)
