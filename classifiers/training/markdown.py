"""Small pieces of Markdown for generated pages."""

from collections.abc import Iterable, Sequence

BEGIN, END = "<!-- generated -->", "<!-- end of generated -->"


def replaced(document: str, generated: str) -> str:
    """Return *document* with *generated* between its two marks; without marks it is appended.

    Raises:
        ValueError: there is a first mark but no second.
    """
    before, mark, rest = document.partition(BEGIN)
    if mark and END not in rest:
        raise ValueError(f"the page has {BEGIN} but no {END}")
    after = rest.partition(END)[2] if mark else "\n"
    return f"{before.rstrip()}\n\n{BEGIN}\n\n{generated}\n\n{END}{after}"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def percent(share: float) -> str:
    """Return *share* in percent, with one digit."""
    return f"{100 * share:.1f} %"


def per_ten_thousand(share: float) -> str:
    """Return *share* per 10,000, with one digit."""
    return f"{1e4 * share:.1f}"
