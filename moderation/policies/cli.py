"""``daidun policy``: look at policies, check and compare them; ``life_cli`` has the commands that change something."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from moderation.console import table
from moderation.policies import life, portrait, shadowing, store, wanted
from moderation.policies.life_cli import COMMANDS
from moderation.policies.models import LIVE, SHADOW, ShadowDifference, StoredPolicy
from moderation.policy.comparing import changed, widening

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("policy")
def group() -> None:
    """Policy documents: what is blocked, whom to ask, how many spot checks.

    A WORD is a file, a digest (16 hex digits), `live` (what decides now), `shadow` or `default` (the shipped one).
    """


@group.command()
@click.argument("word", default=LIVE)
@wanted.TENANT
@click.option("--source", is_flag=True, help="Print the text as it was given instead.")
def show(word: str, tenant: str, source: bool) -> None:
    """Print the policy WORD, by default the one that decides now, with its version and history, as JSON.

    Exit code 2 if this version of the program refuses its text; the faults are told.
    """
    if source:
        click.echo(wanted.find(word, tenant).source, nl=False)
        return
    if not wanted.is_stored(word) or word == portrait.DEFAULT:
        policy = wanted.find(word, tenant).policy()
        click.echo(_json({"digest": policy.digest, "version": policy.version, "values": policy.values()}))
        return
    with wanted.asked(tenant) as (session, owner):
        drawn = portrait.draw(session, owner, word)
    click.echo(_json(drawn.model_dump(mode="json", exclude={"source"})))
    wanted.Wanted(drawn.digest, drawn.source).policy()


@group.command()
@click.argument("file", type=_FILE)
def validate(file: Path) -> None:
    """Check the policy in FILE: print its version, or tell every fault as FILE:LINE:COLUMN and exit with 2."""
    click.echo(wanted.read(file).policy().version)


@group.command()
@click.argument("before")
@click.argument("after")
@wanted.TENANT
def diff(before: str, after: str, tenant: str) -> None:
    """Print what changes from policy BEFORE to AFTER, and why that could let through what was blocked.

    Exit code 0 if they say the same, 1 if they differ, 2 if one of them can't be read.
    """
    old, new = (wanted.find(word, tenant).policy() for word in (before, after))
    found = changed(old, new)
    for each in found:
        click.echo(f"{each.key}: {_short(each.before)} → {_short(each.after)}")
    for reason in widening(old, new):
        click.echo(f"! {reason}")
    sys.exit(1 if found else 0)


@group.command("list")
@wanted.TENANT
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1))
def list_(tenant: str, limit: int) -> None:
    """List the tenant's policies, newest first; what waits for approval is ``proposed`` or ``live, retiring``."""
    with wanted.asked(tenant) as (session, owner):
        rows = store.page(session, owner, limit)
        in_force = life.in_force(session, owner)
    table(
        ("digest", "state", "drafted", "by", "proposed by", "decided by", "note"),
        [
            (
                row.digest,
                _state(row),
                f"{row.created_at:%Y-%m-%d %H:%M}",
                row.author,
                row.proposed_by or "",
                row.decided_by or "",
                row.note,
            )
            for row in rows
        ],
    )
    if all(row.state != LIVE for row in rows):
        click.echo(f"in force: {in_force}", err=True)


@group.command()
@click.argument("word", metavar="[DIGEST]", default=SHADOW)
@wanted.TENANT
@click.option("--limit", default=20, show_default=True, type=click.IntRange(0), help="Differences to show.")
def differences(word: str, tenant: str, limit: int) -> None:
    """Show how DIGEST, by default the policy in shadow, compares with the live one, and where the two differ."""
    with wanted.asked(tenant) as (session, owner):
        row = store.find(session, owner, word)
        counts = shadowing.counts(session, row.id)
        found = shadowing.differences(session, row.id, limit)
    since = f" since {row.shadow_since:%Y-%m-%d %H:%M} UTC" if row.shadow_since else ""
    click.echo(f"policy {row.digest}{since}: {sum(each.count for each in counts)} items", err=True)
    table(
        ("live", "shadow", "items"),
        [
            (
                _verdict(each.live_verdict, each.live_final),
                _verdict(each.shadow_verdict, each.shadow_final),
                str(each.count),
            )
            for each in counts
        ],
    )
    if found:
        click.echo()
        table(
            ("at", "item", "live", "shadow", "reasons of live only", "of shadow only"),
            [_difference(*each) for each in found],
        )


for _command in COMMANDS:
    group.add_command(_command)


def _difference(row: ShadowDifference, item: str) -> tuple[str, ...]:
    return (
        f"{row.at:%Y-%m-%d %H:%M}",
        item,
        f"{_verdict(row.live_verdict, row.live_final)} {row.live_label}",
        f"{_verdict(row.shadow_verdict, row.shadow_final)} {row.shadow_label}",
        " ".join(code for code in row.live_codes if code not in row.shadow_codes),
        " ".join(code for code in row.shadow_codes if code not in row.live_codes),
    )


def _verdict(verdict: str, final: bool) -> str:
    return verdict if final or verdict not in {"block", "allow"} else f"{verdict} (asks)"


def _state(row: StoredPolicy) -> str:
    return f"{row.state}, retiring" if row.retiring else row.state


def _short(value: Any) -> str:
    return "—" if value is None else json.dumps(value, ensure_ascii=False)


def _json(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False)
