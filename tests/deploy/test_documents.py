"""What the documents promise is there: commands, settings, requirements."""

import re
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import click
import pytest
from packaging.requirements import Requirement

from moderation.cli import cli
from moderation.settings import PREFIX, Settings
from moderation.supervisor import reference
from tests.support.stack import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))


def test_the_settings_reference_is_what_the_settings_say() -> None:
    assert (ROOT / "docs" / "settings.md").read_text(encoding="utf-8") == reference.page(), "run `make docs`"


@pytest.mark.parametrize("field", Settings.model_fields)
def test_every_setting_is_documented(field: str) -> None:
    assert Settings.model_fields[field].description
    assert f"`{PREFIX}{field.upper()}`" in reference.page()


def test_the_readmes_first_two_commands_are_the_two_that_matter() -> None:
    assert re.findall(r"^make .*", README, re.MULTILINE)[:2] == ["make run", "make test"]


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", ".ci/run"])
def test_every_make_target_named_exists(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    named = set(re.findall(r"(?:^|`|&& )make (?:--[a-z-]+ )*([a-z-]+)", text, re.MULTILINE))
    assert named
    assert named <= TARGETS


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "deploy/README.md"])
def test_every_daidun_command_named_exists(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    named = re.findall(r"\bdaidun ([a-z]+)(?: ([a-z-]+))?", re.sub(r"github\S+", "", text))
    for command, sub in named:
        found = cli.get_command(click.Context(cli), command)
        assert found is not None, command
        group = getattr(found, "commands", None)
        if group is not None and sub:
            assert sub in group, f"{command} {sub}"


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "deploy/README.md"])
def test_every_link_leads_to_a_file(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    links = [link.split("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link]
    assert [link for link in links if link and not ((ROOT / name).parent / link).exists()] == []


def test_make_help_names_every_target() -> None:
    done = subprocess.run(["make", "--no-print-directory"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert set(re.findall(r"make ([a-z-]+)", done.stdout)) >= {"run", "demo", "test", "check", "lint", "bench", "clean"}


def test_make_says_what_is_missing_without_a_new_enough_python(tmp_path: Path) -> None:
    for name in ("Makefile", "requirements.txt", "pyproject.toml"):
        (tmp_path / name).write_text((ROOT / name).read_text(encoding="utf-8"))
    command = ["make", "run", "PYTHON="]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "Daidun needs Python 3.11 or newer" in done.stderr


def names(path: Path) -> set[str]:
    lines = (line.split("#")[0].split(";")[0].strip() for line in path.read_text(encoding="utf-8").splitlines())
    return {normal(re.split(r"[\[=<>~ ]", line)[0]) for line in lines if line and not line.startswith(("-", " "))}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("part", ["requirements", "requirements-dev"])
def test_everything_required_is_pinned_and_hashed(part: str) -> None:
    pinned = (ROOT / f"{part}.txt").read_text(encoding="utf-8")
    missing = names(ROOT / f"{part}.in") - names(ROOT / f"{part}.txt")
    assert missing == set(), "run `make requirements`"
    pins = re.findall(r"^[A-Za-z0-9_.-]+(?:\[[a-z,]+\])?==\S+.*(?:\n    --hash=\S+.*)*", pinned, re.MULTILINE)
    assert [pin.split()[0] for pin in pins if "--hash=sha256:" not in pin] == []
    assert len(pins) == len(re.findall(r"^[A-Za-z0-9]", pinned, re.MULTILINE))


def test_what_is_installed_is_what_is_pinned() -> None:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    pins = [Requirement(line.removesuffix("\\")) for line in lines if re.match(r"[A-Za-z0-9]", line)]
    here = [pin for pin in pins if pin.marker is None or pin.marker.evaluate()]
    wrong = {pin.name: found for pin in here if (found := installed(pin.name)) and not pin.specifier.contains(found)}
    assert wrong == {}


def installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def test_the_script_of_the_checks_is_valid_bash() -> None:
    subprocess.run(["bash", "-n", ".ci/run"], cwd=ROOT, check=True)
