"""What two policies differ in, and whether going from one to the other could turn a block into an allow."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from moderation.policy.config import Policy


@dataclass(frozen=True, slots=True)
class Changed:
    """A key whose value differs, and both values as plain data; None stands for a key that isn't there."""

    key: str
    before: Any
    after: Any


def changed(before: Policy, after: Policy) -> tuple[Changed, ...]:
    """Return in what two documents differ, key by key, in the order of the document's keys."""
    return tuple(_differing("", before.values(), after.values()))


def widening(before: Policy, after: Policy) -> tuple[str, ...]:
    """Return why going from *before* to *after* could let through what was blocked; empty if it can't.

    What it can't tell to be harmless counts as a reason: a change of rules other than one added that blocks, a narrower
    band in which people are asked, fewer spot checks.
    """
    return tuple(_reasons(before, after))


def _reasons(before: Policy, after: Policy) -> Iterator[str]:
    if after.block_score > before.block_score:
        yield f"block_score rises from {before.block_score:g} to {after.block_score:g}"
    for label in sorted({*before.label_scores, *after.label_scores}):
        old, new = before.threshold(label), after.threshold(label)
        if new > old:
            yield f"label_scores.{label} rises from {old:g} to {new:g}"
    if after.lending_ad_score > before.lending_ad_score:
        yield f"lending_ad_score rises from {before.lending_ad_score:g} to {after.lending_ad_score:g}"
    for standing in sorted(after.allowing - before.allowing):
        yield f"allow_standings gains {standing}"
    if after.max_annual_rate > before.max_annual_rate:
        yield f"max_annual_rate rises from {before.max_annual_rate:g} to {after.max_annual_rate:g}"
    if after.uncertain_from > before.uncertain_from or after.uncertain_to < before.uncertain_to:
        yield "uncertain is narrower: fewer items are seen by a person"
    if after.sample_rate < before.sample_rate:
        yield f"sample_rate falls from {before.sample_rate:g} to {after.sample_rate:g}"
    if before.unable == "block" and after.unable != "block":
        yield "unable no longer blocks"
    yield from _about_rules(before, after)


def _about_rules(before: Policy, after: Policy) -> Iterator[str]:
    """The first rule that applies counts, so a rule before the others may take their place."""
    kept = [rule for rule in after.rules if rule in before.rules]
    if tuple(kept) != before.rules:
        yield "rules that were there are gone, changed or in another order"
    for rule in after.rules:
        if rule in before.rules:
            continue
        if rule.verdict != "block":
            yield f"rule {rule.name!r} does not block"
        elif rule.review == "never":
            yield f"rule {rule.name!r} asks nobody"


def _differing(key: str, before: Any, after: Any) -> Iterator[Changed]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for name in dict.fromkeys((*before, *after)):
            yield from _differing(f"{key}.{name}" if key else str(name), before.get(name), after.get(name))
    else:
        yield Changed(key, before, after)
