"""What a person sees when the service is ready."""

from collections.abc import Iterable

from rich.console import Console
from rich.text import Text

from moderation.bootstrap import Welcome
from moderation.supervisor.embedded import Embedded


def show(console: Console, service: Embedded, welcome: Welcome) -> None:
    """Print the addresses and, after the first start, the credentials, which are shown this once."""
    console.print()
    console.print(Text("Daidun 贷盾 is ready.", style="bold green"))
    for name, value in _lines(service, welcome):
        # A wrapped key would be copied with a line break in it.
        console.print(Text.assemble(f"  {name:<16} ", (value, "bold")), soft_wrap=True)
    console.print("\nCtrl-C stops it.\n", highlight=False)


def _lines(service: Embedded, welcome: Welcome) -> Iterable[tuple[str, str]]:
    yield "API", f"{service.url}/v1/items"
    yield "API reference", f"{service.url}/docs"
    yield "Review pages", f"{service.url}/review"
    yield "State", str(service.state.path)
    yield "Logs", str(service.state.log)
    if welcome.api_key is None:
        yield "A new API key", "daidun keys create NAME"
    else:
        yield "API key", f"{welcome.api_key}   (shown this once)"
    if welcome.moderator is None:
        yield "A new password", "daidun users reset-password NAME"
    else:
        yield "Moderator", f"{welcome.moderator}   one-time password: {welcome.password}   (shown this once)"
