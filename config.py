"""Settings: one frozen, validated object, read once from the environment or `.env`. Imports nothing of ours.

A wrong or missing setting stops the start with *all* errors at once, in words (`SettingsError`).
"""

from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PROJECT_ROOT = Path(__file__).resolve().parent
LARGEST_REQUEST_BYTES = 16 * 1024
"""A citizen's request: body of at most 16 KB …"""
LARGEST_REQUEST_FIELDS = 60
"""… with at most 60 fields (interfaces: limits for citizens' requests)."""
SMALLEST_MINIMUM_N = 10


class SettingsError(Exception):
    """The settings are wrong; `problems` holds one sentence for each wrong setting."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))

    def __str__(self) -> str:
        lines = "\n".join(f"  - {problem}" for problem in self.problems)
        return f"Cannot start, {len(self.problems)} setting(s) to mend (environment or .env):\n{lines}"


class Settings(BaseSettings):
    """Everything that an installation can choose. Field names in upper case are the environment variables."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True)

    deployment: Literal["demo", "production"] = Field(
        "demo", description="`demo` makes missing keys itself; `production` requires them and an https address."
    )
    instance_dir: Path = Field(
        PROJECT_ROOT / "instance", description="Folder of the embedded database and of keys made here."
    )
    database_url: str = Field(
        "", description="SQLAlchemy address, sqlite:///… or postgresql://…; empty: SQLite in `INSTANCE_DIR`."
    )
    secret_key: SecretStr | None = Field(
        None, description="Signs survey tokens and staff sessions; at least 32 characters. Made once when absent."
    )
    public_url: str = Field(
        "http://127.0.0.1:8000", description="What QR codes point at: scheme and host (and port), no path."
    )
    time_zone: Annotated[ZoneInfo, NoDecode] = Field(
        ZoneInfo("Asia/Ho_Chi_Minh"), description="Where a day begins at midnight."
    )
    minimum_n: int = Field(
        SMALLEST_MINIMUM_N, ge=SMALLEST_MINIMUM_N, description="No figure about fewer persons; may rise, never fall."
    )
    retention_months: int = Field(24, ge=1, le=120, description="How long raw forms are kept; the notice says it.")
    owner_name: str = Field(
        "UBND thành phố Đồng Nai", min_length=2, max_length=80, description="Who asks, in Vietnamese, on the notice."
    )
    owner_name_en: str = Field("Đồng Nai City", min_length=2, max_length=80, description="Who asks, in English.")
    contact_phone: str = Field(
        "1022", pattern=r"^[0-9 +().-]{3,20}$", description="Where people can call for a reply or to report wrongdoing."
    )
    close_in_background: bool = Field(
        True, description="Whether the combined `app` closes past days by itself (production uses a timer instead)."
    )
    page_cache_seconds: int = Field(
        10, ge=0, le=300, description="How long a worker trusts its copy of a survey page before it asks again."
    )

    @field_validator("time_zone", mode="before")
    @classmethod
    def _known_time_zone(cls, value: object) -> ZoneInfo:
        if isinstance(value, ZoneInfo):
            return value
        try:
            return ZoneInfo(str(value))
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"{value!r} is not a time zone; write for example Asia/Ho_Chi_Minh") from error

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        scheme, separator, rest = value.partition("://")
        if not value:
            return value
        if not separator or scheme not in {"sqlite", "postgresql", "postgres", "postgresql+psycopg"} or not rest:
            raise ValueError("use sqlite:////folder/file.sqlite3 or postgresql://user@host/database")
        return value if scheme == "sqlite" else f"postgresql+psycopg://{rest}"

    @field_validator("public_url")
    @classmethod
    def _address_without_path(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("write an address such as https://gopy.dongnai.gov.vn")
        if parts.path.strip("/") or parts.query or parts.fragment or parts.username:
            raise ValueError("only scheme, host and port: no path, no query, no user")
        return f"{parts.scheme}://{parts.netloc}"

    @field_validator("secret_key")
    @classmethod
    def _long_secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < 32:
            raise ValueError("at least 32 characters")
        return value

    @model_validator(mode="after")
    def _production_is_complete(self) -> Self:
        if self.deployment == "production":
            problems = []
            if self.secret_key is None:
                problems.append("SECRET_KEY is required in production")
            if not self.public_url.startswith("https://"):
                problems.append("PUBLIC_URL must start with https:// in production")
            if problems:
                raise ValueError("; ".join(problems))
        return self

    @property
    def resolved_database_url(self) -> str:
        """The address in use: the one given, else SQLite in the instance folder."""
        return self.database_url or f"sqlite:///{self.instance_dir / 'than_thien.sqlite3'}"


def load_settings(**overrides: object) -> Settings:
    """Read and check the settings. Raises `SettingsError` with every problem in words."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        problems = []
        for problem in error.errors():
            name = ".".join(str(part) for part in problem["loc"]).upper()
            words = problem["msg"].removeprefix("Value error, ")
            problems.append(f"{name}: {words}" if name else words)
        raise SettingsError(problems) from error
