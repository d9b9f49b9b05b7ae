"""The state folder: private, one supervisor's at a time, its secrets kept."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from moderation.privacy.vault import Vault
from moderation.supervisor import keyring
from moderation.supervisor.errors import CannotStart
from moderation.supervisor.state import StateDir


@pytest.fixture
def state(folder: Path) -> StateDir:
    made = StateDir(folder / "var")
    made.create()
    return made


def test_an_open_state_folder_is_closed_to_others(folder: Path) -> None:
    (folder / "var").mkdir(mode=0o755)
    StateDir(folder / "var").create()
    assert stat.S_IMODE((folder / "var").stat().st_mode) == 0o700


def test_a_file_where_the_state_folder_should_be_is_told(folder: Path) -> None:
    (folder / "var").write_text("")
    with pytest.raises(CannotStart, match="cannot be made"):
        StateDir(folder / "var").create()


def test_the_lock_is_refused_while_its_owner_lives(state: StateDir) -> None:
    descriptor = state.lock()
    with pytest.raises(CannotStart, match=f"process {os.getpid()}"):
        state.lock()
    os.close(descriptor)
    os.close(state.lock())


def test_the_lock_of_a_dead_owner_is_waited_for(state: StateDir) -> None:
    # A process that outlives the lock's owner, as the warden does, and ends when its input does.
    script = f"""if True:
        import os, subprocess, sys
        from pathlib import Path
        from moderation.supervisor.state import StateDir
        lock = StateDir(Path({str(state.path)!r})).lock()
        subprocess.Popen([sys.executable, "-c", "input()"], pass_fds=[lock])
    """
    reading, writing = os.pipe()
    subprocess.run([sys.executable, "-c", script], stdin=reading, check=True)
    os.close(reading)
    os.write(writing, b"\n")
    os.close(writing)
    os.close(state.lock())


def test_a_short_path_has_its_socket_in_the_run_folder(state: StateDir) -> None:
    assert state.broker_socket == state.run / "valkey.sock"


def test_a_long_path_gets_a_short_private_folder_always_the_same(folder: Path) -> None:
    deep = StateDir(folder / ("x" * 120))
    deep.create()
    assert len(os.fsencode(deep.broker_socket)) < 104
    assert deep.broker_socket == StateDir(deep.path).broker_socket
    assert stat.S_IMODE(deep.broker_socket.parent.stat().st_mode) == 0o700
    assert deep.broker_socket != StateDir(folder / ("y" * 120)).broker_socket
    deep.tidy()
    assert not deep.broker_socket.parent.exists()


@pytest.mark.parametrize("kind", ["open", "symlink"])
def test_a_planted_short_folder_is_refused(folder: Path, kind: str) -> None:
    deep = StateDir(folder / ("z" * 120))
    planted = deep.broker_socket.parent
    if kind == "open":
        planted.mkdir()
        planted.chmod(0o777)
    else:
        planted.symlink_to(folder)
    with pytest.raises(CannotStart, match="nobody else may enter"):
        deep.create()
    planted.rmdir() if kind == "open" else planted.unlink()


def test_secrets_are_made_once_and_only_their_owner_reads_them(state: StateDir) -> None:
    files = keyring.ensure(state, {})
    assert set(files) == {"pepper", "encryption_keys", "session_key"}
    made = {name: path.read_text() for name, path in files.items()}
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in files.values())
    assert {name: path.read_text() for name, path in keyring.ensure(state, {}).items()} == made
    vault = Vault([made["encryption_keys"].strip()])
    assert vault.open(vault.seal(b"text")) == b"text"
    assert len(made["pepper"].strip()) >= 32


@pytest.mark.parametrize("variable", ["DAIDUN_PEPPER", "DAIDUN_PEPPER_FILE"])
def test_a_secret_of_the_environment_is_left_to_it(state: StateDir, variable: str) -> None:
    assert set(keyring.ensure(state, {variable: "x"})) == {"encryption_keys", "session_key"}
    assert not (state.secrets / "pepper").exists()


def test_lost_secrets_of_a_database_are_told_and_not_replaced(state: StateDir) -> None:
    keyring.ensure(state, {})
    state.database.write_text("")
    (state.secrets / "encryption_keys").unlink()
    with pytest.raises(CannotStart, match="encryption_keys"):
        keyring.ensure(state, {})
    assert not (state.secrets / "encryption_keys").exists()


def test_another_terminal_adopts_the_secrets_and_the_broker(state: StateDir) -> None:
    keyring.ensure(state, {})
    environ = {"DAIDUN_STATE_DIR": str(state.path), "DAIDUN_PEPPER": "mine"}
    keyring.adopt(environ)
    assert environ["DAIDUN_ENCRYPTION_KEYS_FILE"] == str(state.secrets / "encryption_keys")
    assert "DAIDUN_PEPPER_FILE" not in environ
    assert "DAIDUN_REDIS_URL" not in environ
    Fernet(Path(environ["DAIDUN_ENCRYPTION_KEYS_FILE"]).read_text().strip())


def test_another_terminal_finds_the_broker_of_a_deep_state_folder(folder: Path) -> None:
    environ = {"DAIDUN_STATE_DIR": str(folder / ("x" * 120))}
    keyring.adopt(environ)
    assert environ == {**environ, "DAIDUN_REDIS_URL": f"unix://{StateDir(folder / ('x' * 120)).broker_socket}"}


def test_a_folder_without_a_service_gives_nothing_to_adopt(folder: Path) -> None:
    environ = {"DAIDUN_STATE_DIR": str(folder)}
    keyring.adopt(environ)
    assert environ == {"DAIDUN_STATE_DIR": str(folder)}
