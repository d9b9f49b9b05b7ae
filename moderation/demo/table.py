"""The demo's table: an item a line, in words a person reads."""

import statistics

from rich.console import Console
from rich.table import Table
from rich.text import Text

from classifiers.labels import LABELS
from moderation.demo.outcome import Outcome
from moderation.demo.platform import Performance

_TEXT_CHARS = 10
_LENDER_CELLS = 24


def show(console: Console, performance: Performance) -> None:
    """Print the table and the summary."""
    table = Table(title="What Daidun 贷盾 makes of the sample items", title_justify="left", expand=True)
    for name in ("item", "text", "verdict", "label"):
        table.add_column(name, no_wrap=True)
    table.add_column("main reason", ratio=1, no_wrap=True, overflow="ellipsis")
    table.add_column("lender", max_width=_LENDER_CELLS, no_wrap=True, overflow="ellipsis")
    table.add_column("ms", justify="right", no_wrap=True)
    table.add_column("as expected", no_wrap=True)
    for outcome in performance.outcomes:
        table.add_row(*_cells(outcome))
    console.print(table)
    console.print(summary(performance), highlight=False)


def summary(performance: Performance) -> str:
    """Return the summary's lines."""
    outcomes = performance.outcomes
    blocked = sum(outcome.decision["verdict"] == "block" for outcome in outcomes)
    heard = [outcome.milliseconds for outcome in outcomes]
    lines = [
        f"{len(outcomes)} items: {blocked} blocked, {len(outcomes) - blocked} allowed.",
        f"{len(outcomes)} webhooks with valid signatures, {performance.refused} messages refused.",
        f"From POST to webhook: median {statistics.median(heard):.0f} ms, longest {max(heard):.0f} ms.",
    ]
    missed = [outcome for outcome in outcomes if outcome.known and outcome.differences()]
    if missed:
        told = "; ".join(f"{outcome.name} ({outcome.sample.expect.known_miss})" for outcome in missed)
        lines.append(f"Known to be missed by the shipped model, so not counted as a difference: {told}.")
    if performance.answers:
        answered = [seconds * 1000 for seconds in performance.answers]
        lines.append(
            f"{len(answered)} items sent one by one (Prefer: wait) were answered with their verdict: "
            f"median {statistics.median(answered):.0f} ms, longest {max(answered):.0f} ms."
        )
    return "\n".join(lines)


def _cells(outcome: Outcome) -> list[Text]:
    decision = outcome.decision
    blocked = decision["verdict"] == "block"
    return [
        Text(outcome.name),
        Text(_excerpt(outcome)),
        Text(decision["verdict"] + ("" if decision["final"] else " ?"), style="red" if blocked else "green"),
        Text(LABELS[decision["label"]].zh if decision["label"] in LABELS else decision["label"]),
        Text(decision["reasons"][0]["message"] if decision["reasons"] else "–"),
        Text(_lender(decision["lender"])),
        Text(f"{outcome.milliseconds:.0f}"),
        _mark(outcome),
    ]


def _mark(outcome: Outcome) -> Text:
    if not outcome.differences():
        return Text("✓", style="green")
    return Text("known miss", style="yellow") if outcome.known else Text("✗", style="bold red")


def _excerpt(outcome: Outcome) -> str:
    text = " ".join(str(outcome.sample.item.get("title") or outcome.sample.item["text"]).split())
    return text if len(text) <= _TEXT_CHARS else f"{text[: _TEXT_CHARS - 1]}…"


def _lender(lender: dict[str, str | None]) -> str:
    return lender["matched"] or lender["claimed"] or "–"
