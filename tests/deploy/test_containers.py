"""Container files: linted, in step with the code, and closed. No container is run: there is no Docker here."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from moderation.settings import PREFIX, Settings
from moderation.supervisor import programs
from tests.support.stack import ROOT

BIN = Path(sys.executable).parent
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
CLUSTER: dict[str, Any] = yaml.safe_load((ROOT / "deploy" / "kubernetes.yaml").read_text(encoding="utf-8"))
OURS = [name for name in COMPOSE["services"] if name not in {"redis", "postgres"}]
LANES = {"worker-live": "live", "worker-deliver": "deliver", "worker-rescan": "rescan", "beat": "upkeep"}


def workloads() -> dict[str, dict[str, Any]]:
    """Return the containers of the Kubernetes example by their workload's name."""
    return {
        entry["metadata"]["name"]: entry["spec"]["template"]["spec"]["containers"][0]
        for entry in CLUSTER["items"]
        if entry["kind"] in {"Deployment", "Job"}
    }


def test_hadolint_has_nothing_to_say() -> None:
    done = subprocess.run([BIN / "hadolint", "Dockerfile"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_compose_file_follows_its_specification() -> None:
    command = [BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


FILES = ["docker-compose.yml", "Dockerfile", "README.md", *(
    str(path.relative_to(ROOT))
    for folder in ("deploy", "docs")
    for path in sorted((ROOT / folder).rglob("*"))
    if path.is_file() and "secrets" not in path.parts and path.suffix in {".md", ".yaml", ".yml", ".sh", ".conf"}
)]  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_every_variable_named_is_a_setting(name: str) -> None:
    settings = {f"{PREFIX}{field.upper()}" for field in Settings.model_fields}
    named = set(re.findall(rf"\b{PREFIX}[A-Z_]*[A-Z]", (ROOT / name).read_text(encoding="utf-8")))
    assert {variable for variable in named if variable.removesuffix("_FILE") not in settings} == set()


def test_the_secrets_that_are_given_as_files_are_there() -> None:
    script = (ROOT / "deploy" / "make-secrets.sh").read_text(encoding="utf-8")
    assert set(re.findall(r"^keep (\w+)", script, re.MULTILINE)) == set(COMPOSE["secrets"])
    for name in OURS:
        service = COMPOSE["services"][name]
        files = {value for value in service["environment"].values() if str(value).startswith("/run/secrets/")}
        assert {Path(file).name for file in files} == set(service["secrets"])


def test_secrets_are_made_once_and_fit_the_settings(tmp_path: Path) -> None:
    (tmp_path / "make-secrets.sh").write_text((ROOT / "deploy" / "make-secrets.sh").read_text(encoding="utf-8"))
    made = {}
    for _ in range(2):
        subprocess.run(["sh", tmp_path / "make-secrets.sh"], check=True, capture_output=True)
        contents = {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()}
        assert made in ({}, contents)
        made = contents
    from cryptography.fernet import Fernet

    Fernet(made["encryption_keys"].strip())
    assert made["postgres_password"].strip() in made["database_url"]
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700


def test_the_web_server_is_the_supervisors() -> None:
    command = ["python", "-m", *programs.web_module()]
    assert COMPOSE["services"]["api"]["command"] == command
    assert workloads()["daidun-api"]["command"] == command
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert "CMD [" + ", ".join(f'"{part}"' for part in command) + "]" in dockerfile


@pytest.mark.parametrize(("service", "lane"), LANES.items())
def test_a_worker_is_the_supervisors(service: str, lane: str) -> None:
    mine = next(program.command for program in programs.workers(Path("/tmp"), live=1) if program.name == lane)
    command = ["python", "-m", *mine[mine.index("-m") + 1 :]]
    assert COMPOSE["services"][service]["command"] == command
    assert workloads()[f"daidun-{service}"]["command"] == command


@pytest.mark.parametrize("name", COMPOSE["services"])
def test_a_service_can_do_no_more_than_it_needs(name: str) -> None:
    service = COMPOSE["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["stop_grace_period"] == "60s"
    assert service["deploy"]["resources"]["limits"]["memory"]
    assert "privileged" not in service


def test_every_service_that_stays_has_a_health_check() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert "HEALTHCHECK" in dockerfile
    without = {name for name, service in COMPOSE["services"].items() if "test" not in service.get("healthcheck", {})}
    assert without == {"api", "migrate"}, "api has the image's own, migrate ends"


def test_databases_are_not_reachable_from_outside() -> None:
    for name in ("redis", "postgres"):
        assert COMPOSE["services"][name]["networks"] == ["backend"]
        assert "ports" not in COMPOSE["services"][name]
    assert COMPOSE["networks"]["backend"] == {"internal": True}
    assert all(port.startswith("127.0.0.1:") for port in COMPOSE["services"]["api"]["ports"])


def test_the_image_runs_as_nobody_special_and_brings_no_compiler() -> None:
    build, final = (ROOT / "Dockerfile").read_text(encoding="utf-8").split("\nFROM ")[0::1][-2:]
    assert "--require-hashes" in build
    assert "USER 10001:10001" in final
    assert "pip install" not in final
    assert "apt-get" not in final


def test_what_the_image_copies_is_not_ignored() -> None:
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert allowed >= {"classifiers", "moderation", "worker", "pyproject.toml", "requirements.txt", "requirements.in"}
    assert all((ROOT / name).exists() for name in allowed)


@pytest.mark.parametrize("name", workloads())
def test_a_pod_can_do_no_more_than_it_needs(name: str) -> None:
    container = workloads()[name]
    assert container["securityContext"] == {
        "readOnlyRootFilesystem": True,
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
    }
