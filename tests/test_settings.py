"""Settings: one class, read from the environment, validated at start, secrets from files too."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from moderation.settings import Settings, SettingsError

ROOT = Path(__file__).parents[1]


def test_a_setting_comes_from_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAIDUN_PORT", "9000")
    assert Settings().port == 9000


def test_a_secret_comes_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "pepper").write_text("s3cret\n")
    monkeypatch.setenv("DAIDUN_PEPPER_FILE", str(tmp_path / "pepper"))
    assert Settings().pepper.get_secret_value() == "s3cret"


def test_an_unreadable_secret_file_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAIDUN_PEPPER_FILE", "/no/such/file")
    with pytest.raises(SettingsError, match="DAIDUN_PEPPER_FILE"):
        Settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "99999"),
        ("CLAIM_BATCH", "1001"),
        ("WEBHOOK_NETWORKS", "10.0.0.0/33"),
        ("LEASE_SECONDS", "0"),
        ("WEB_THREADS", "many"),
    ],
)
def test_a_wrong_value_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"DAIDUN_{name}", value)
    with pytest.raises(ValidationError, match=name.lower()):
        Settings()


def test_secrets_do_not_show_when_settings_are_printed() -> None:
    assert "s3cret" not in repr(Settings(pepper="s3cret"))  # type: ignore[arg-type]


def test_one_broker_url_gives_the_three_spellings() -> None:
    settings = Settings(redis_url="unix:///run/v.sock")
    assert settings.redis == "unix:///run/v.sock"
    assert settings.celery_broker == "redis+socket:///run/v.sock"
    assert settings.limiter_storage == "redis+unix:///run/v.sock"


def test_no_setting_is_without_effect() -> None:
    sources = [
        path.read_text(encoding="utf-8")
        for folder in ("moderation", "worker")
        for path in (ROOT / folder).rglob("*.py")
        if path.name != "settings.py"
    ]
    own = (ROOT / "moderation" / "settings.py").read_text(encoding="utf-8").replace(": ", " ")
    unused = [
        name
        for name in Settings.model_fields
        if f"self.{name}" not in own and not any(name in source for source in sources)
    ]
    assert unused == []
