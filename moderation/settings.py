"""Every setting of the service, read once from the environment and validated at start.

Names are the fields below in capitals behind ``DAIDUN_``; a secret may come from a file instead, named by
the same variable with ``_FILE`` behind it (Docker and Kubernetes secrets).
"""

import ipaddress
import os
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

PREFIX = "DAIDUN_"


class SettingsError(ValueError):
    """A setting is missing or wrong; the message names the variable."""


class SecretFiles(PydanticBaseSettingsSource):
    """Reads ``DAIDUN_X_FILE``: the file's content, without its last line break, is the value of ``X``."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        variable = f"{PREFIX}{field_name.upper()}_FILE"
        path = os.environ.get(variable)
        if path is None:
            return None, field_name, False
        try:
            return Path(path).read_text(encoding="utf-8").rstrip("\r\n"), field_name, False
        except OSError as error:
            raise SettingsError(f"{variable}: {path} cannot be read: {error.strerror}") from error

    def __call__(self) -> dict[str, Any]:
        values = {name: self.get_field_value(field, name)[0] for name, field in self.settings_cls.model_fields.items()}
        return {name: value for name, value in values.items() if value is not None}


class Settings(BaseSettings):
    """The one place that knows the environment. Durations are seconds, sizes bytes or characters."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    state_dir: Path = Field(Path("var"), description="Folder of the embedded default's state.")
    database_url: str = Field("", description="SQLAlchemy URL; empty: SQLite in the state folder.")
    redis_url: str = Field(
        "", description="redis:// or unix:// URL; empty: the embedded Valkey's socket in the state folder."
    )
    pepper: SecretStr = Field(
        SecretStr(""), description="Secret mixed into API key hashes and the blind index (32 bytes or more)."
    )
    encryption_keys: SecretStr = Field(
        SecretStr(""),
        description="Fernet keys for encryption at rest, comma-separated; the first encrypts, all decrypt (rotation).",
    )
    session_key: SecretStr = Field(SecretStr(""), description="Signs the moderators' session cookies.")
    secure_cookies: bool = Field(False, description="Send session cookies over HTTPS only; set it behind TLS.")

    host: str = Field("127.0.0.1", description="Address the web server listens on.")
    port: int = Field(8080, ge=0, le=65535, description="Port the web server listens on.")
    web_workers: int = Field(1, ge=1, description="Web server processes.")
    web_threads: int = Field(8, ge=1, description="Threads in each web server process.")
    trusted_proxies: int = Field(
        0, ge=0, description="Reverse proxies in front whose X-Forwarded-* headers are believed."
    )
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR.")

    max_body_bytes: int = Field(8 * 2**20, ge=1024, description="Largest request body.")
    max_wait: float = Field(30.0, ge=0, description="Longest wait that Prefer: wait may ask for.")
    hook_tolerance: float = Field(
        300.0, gt=0, le=300, description="Largest age, or lead, of an inbound webhook's timestamp."
    )

    encoder: str = Field(
        "shipped",
        description="The classifier's second model: shipped, off (the gate alone), or folder or hub name of a Hugging"
        " Face sequence classifier (needs transformers and torch).",
    )
    encoder_threads: int = Field(1, ge=1, description="Threads that the shipped encoder uses for each text.")

    claim_batch: int = Field(64, ge=1, le=1000, description="Most items classified in one call.")
    lease_seconds: float = Field(
        30.0, gt=0, description="How long a worker owns a claimed row before another may take it."
    )
    max_attempts: int = Field(3, ge=1, description="Attempts before an item goes to quarantine.")
    sweep_seconds: float = Field(5.0, gt=0, description="How often forgotten rows are looked for.")

    webhook_timeout: float = Field(10.0, gt=0, description="Total time for one webhook delivery.")
    webhook_concurrency: int = Field(8, ge=1, description="Deliveries in flight in one delivery worker.")
    webhook_horizon: float = Field(72 * 3600.0, gt=0, description="How long an undelivered webhook is retried.")
    webhook_networks: str = Field(
        "", description="Comma-separated private networks that webhooks may reach in spite of the guard (10.1.0.0/16)."
    )
    webhook_plain_http: bool = Field(False, description="Allow http:// webhook endpoints as well as https://.")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, SecretFiles(settings_cls)

    @field_validator("encoder")
    @classmethod
    def _encoder_is_named(cls, value: str) -> str:
        if value in {"shipped", "off"} or Path(value).is_dir() or value.count("/") == 1:
            return value
        raise ValueError("expected shipped, off, a folder that exists, or owner/name of a model hub")

    @field_validator("webhook_networks")
    @classmethod
    def _networks_parse(cls, value: str) -> str:
        for part in filter(None, value.split(",")):
            ipaddress.ip_network(part.strip())
        return value

    @cached_property
    def run_dir(self) -> Path:
        """Folder of sockets and process ids."""
        return self.state_dir.resolve() / "run"

    @property
    def sqlalchemy_url(self) -> str:
        """The database, SQLite in the state folder unless set."""
        return self.database_url or f"sqlite:///{self.state_dir.resolve() / 'daidun.db'}"

    @property
    def redis(self) -> str:
        """The broker as redis-py spells it."""
        return self.redis_url or f"unix://{self.run_dir / 'valkey.sock'}"

    @property
    def celery_broker(self) -> str:
        """The broker as kombu spells it: ``unix://PATH`` becomes ``redis+socket://PATH``."""
        if self.redis.startswith("unix://"):
            return self.redis.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=", 1)
        return self.redis

    @property
    def limiter_storage(self) -> str:
        """The broker as the rate limiter's library spells it."""
        return self.redis.replace("unix://", "redis+unix://", 1)

    @property
    def allowed_networks(self) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
        """Private networks that deliveries may reach."""
        return tuple(ipaddress.ip_network(part.strip()) for part in self.webhook_networks.split(",") if part.strip())
