"""Settings: one frozen, validated object, read once from the environment or `.env`. Imports nothing of ours.

A wrong or missing setting stops the start with *all* errors at once, in words (`SettingsError`).
"""

import re
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import parse_qs, unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PROJECT_ROOT = Path(__file__).resolve().parent
LARGEST_REQUEST_BYTES = 16 * 1024
"""A citizen's request: body of at most 16 KB …"""
LARGEST_REQUEST_FIELDS = 60
"""… with at most 60 fields (interfaces: limits for citizens' requests)."""
SMALLEST_MINIMUM_N = 10
COMMENT_MONTHS = 12
ROLE_NAMES = (
    "leader",
    "province",
    "supervisor",
    "auditor",
    "inspector",
    "administrator",
    "volunteer",
    "data_entry",
    "caller",
)
"""The roles that `REQUIRE_TOTP` may name; those of `survey_app.staff.roles`, which a test holds."""
THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})


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
    ledger_origin: str = Field(
        "",
        max_length=120,
        description="The name under which the log's heads are signed, such as gopy.dongnai.gov.vn/so; empty: the name "
        "of the log that is there, at first the host of `PUBLIC_URL` and /ledger. Another name is another log.",
    )
    ledger_key_file: Path | None = Field(
        None,
        description="The log's signing key, for whoever closes days and nobody else; empty: ledger.key in "
        "`INSTANCE_DIR`. Made once when absent, in production by `flask ledger make-key`.",
    )
    minimum_n: int = Field(
        SMALLEST_MINIMUM_N, ge=SMALLEST_MINIMUM_N, description="No figure about fewer persons; may rise, never fall."
    )
    retention_months: int = Field(24, ge=1, le=120, description="How long raw forms are kept; the notice says it.")
    comment_retention_months: int | None = Field(
        None,
        ge=1,
        le=120,
        description="How long comments are kept, never longer than forms; empty: 12, or `RETENTION_MONTHS` if less.",
    )
    owner_name: str = Field(
        "UBND thành phố Đồng Nai", min_length=2, max_length=80, description="Who asks, in Vietnamese, on the notice."
    )
    owner_name_en: str = Field("Đồng Nai City", min_length=2, max_length=80, description="Who asks, in English.")
    contact_phone: str = Field(
        "1022", pattern=r"^[0-9 +().-]{3,20}$", description="Where people can call for a reply or to report wrongdoing."
    )
    open_data_licence: str = Field(
        "CC BY 4.0",
        min_length=2,
        max_length=80,
        description="Under which licence everybody may use the open data again; `OWNER_NAME` is the source to name.",
    )
    open_data_licence_url: str = Field(
        "https://creativecommons.org/licenses/by/4.0/",
        pattern=r"^https://[^\s\"'<>]{4,200}$",
        description="Where the words of that licence are.",
    )
    archive_dir: Path | None = Field(
        None, description="Folder of the Parquet archive of sealed days; empty: `archive` in `INSTANCE_DIR`."
    )
    case_assign_days: int = Field(
        3, ge=1, le=60, description="In how many days from its day a comment for the inspector is given to somebody."
    )
    case_close_days: int = Field(
        30, ge=1, le=365, description="In how many days from its day such a case is closed, with what was found."
    )
    silence_call_weeks: int = Field(
        2, ge=1, le=8, description="After how many weeks without a form a commune is to be called; before, reminded."
    )
    tickets_per_day: int = Field(
        200,
        ge=1,
        le=5000,
        description="Most slips (tickets) of a unit for one day while the visits of that week are not known.",
    )
    api_calls_a_minute: int = Field(
        120, ge=1, le=6000, description="How often a key of another system may call, in each worker."
    )
    close_in_background: bool = Field(
        True, description="Whether the combined `app` closes past days by itself (production uses a timer instead)."
    )
    page_cache_seconds: int = Field(
        10, ge=0, le=300, description="How long a worker trusts its copy of a survey page before it asks again."
    )
    kiosk_pause_seconds: int = Field(
        10, ge=2, le=120, description="How long a kiosk thanks one person and ignores presses before the next."
    )
    kiosk_quiet_seconds: int = Field(
        60, ge=10, le=900, description="After how long without a touch a kiosk clears a form that somebody left."
    )

    guard_state: str = Field(
        "",
        description="Where the guard at the door counts until midnight: `none`, a file in memory (tmpfs), or the "
        "address of a Redis without persistence, redis://…, shared by several hosts; empty: a file under /dev/shm.",
    )
    guard_seconds_per_item: float = Field(
        0.7, ge=0.1, le=3, description="An answer sent sooner than this for each of its items was not read by anybody."
    )
    guard_allowance: int = Field(
        3,
        ge=2,
        le=50,
        description="How many forms a device may have sent within ten minutes without question.",
    )
    guard_brisk_seconds_per_item: float = Field(
        3.0, ge=0.5, le=10, description="Filled in faster than this, beyond the allowance: a second sign of stuffing."
    )
    guard_many: int = Field(
        8, ge=4, le=200, description="More forms than this from one device within ten minutes: a second sign by itself."
    )
    guard_opening_hours: str = Field(
        "1-5 07:00-17:30; 6 07:00-11:30",
        description="When counters are open, by ISO weekday (1: Monday); only for the warning about closed hours.",
    )
    guard_warning_rate: float = Field(
        1e-4,
        gt=0,
        le=0.05,
        description="How often an honest counter's day may be warned about, for each kind.",
    )
    flood_requests_per_second: int = Field(
        300,
        ge=0,
        le=100_000,
        description="From this rate on, a process sheds its heaviest visitors; 0: never.",
    )
    server_threads: int = Field(
        32,
        ge=1,
        le=1000,
        description="Threads of a server process, as `scripts/serve` starts it; for bounds on waiting.",
    )
    proxies_in_front: int = Field(
        0,
        ge=0,
        le=5,
        description="How many reverse proxies of our own add to X-Forwarded-For.",
    )
    metrics_token: SecretStr | None = Field(
        None,
        description="Bearer token for `/metrics` from elsewhere; empty: this machine only.",
    )

    smtp_url: SecretStr | None = Field(
        None,
        description="The mail server: smtps://user:password@host (TLS), smtp://user:password@host:587 (STARTTLS), or "
        "smtp://127.0.0.1:25 on this machine; ?ca=FILE for an authority of your own. Empty: nothing is mailed, and "
        "administrators hand on the links that their pages show.",
    )
    mail_from: str = Field(
        "",
        pattern=r"^([^@\s<>,]+@[^@\s<>,]+)?$",
        description="The address that letters come from; empty: khong-tra-loi@ and the host of `PUBLIC_URL`.",
    )
    require_totp: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Roles that need a code from their phone to sign in, with commas between, or `all`; others may.",
    )
    oidc_issuer: str = Field(
        "", description="An identity provider (OpenID Connect) that staff may sign in with: its issuer's address."
    )
    oidc_client_id: str = Field("", description="Our name at the identity provider.")
    oidc_client_secret: SecretStr | None = Field(None, description="Our secret at the identity provider.")

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

    @field_validator("ledger_origin")
    @classmethod
    def _nameable_log(cls, value: str) -> str:
        if "+" in value or any(one.isspace() or not one.isprintable() for one in value):
            raise ValueError("no spaces and no plus sign (C2SP signed-note): for example gopy.dongnai.gov.vn/so")
        return value

    @field_validator("guard_state")
    @classmethod
    def _known_guard_state(cls, value: str) -> str:
        if value in {"", "none"} or value.startswith(("redis://", "rediss://", "unix://")):
            return value
        if "://" in value or not Path(value).is_absolute():
            raise ValueError(
                "use none, the full path of a file such as /dev/shm/than-thien/guard, or redis://host:6379/0"
            )
        return value

    @field_validator("guard_opening_hours")
    @classmethod
    def _readable_hours(cls, value: str) -> str:
        time = r"([01]\d|2[0-3]):[0-5]\d"
        if not re.fullmatch(rf"([1-7](-[1-7])? {time}-{time}(; )?)+(?<! )", value):
            raise ValueError("write ISO weekdays and hours, for example 1-5 07:00-17:30; 6 07:00-11:30")
        return value

    @field_validator("metrics_token")
    @classmethod
    def _long_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < 16:
            raise ValueError("at least 16 characters")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _known_mail_server(cls, value: SecretStr | None) -> SecretStr | None:
        url = value.get_secret_value() if value else ""
        if not url:
            return None
        parts = urlsplit(url)
        options = parse_qs(parts.query, keep_blank_values=True)
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or parts.path.strip("/"):
            raise ValueError("write smtps://user:password@host or smtp://host:587")
        if not options.keys() <= {"ca", "tls"} or options.get("tls", ["starttls"]) != ["starttls"]:
            raise ValueError("after the question mark only ca=FILE and tls=starttls")
        if "ca" in options and not Path(options["ca"][-1]).is_file():
            raise ValueError("the file of certificates in ca= is not there")
        if parts.port == 0:
            raise ValueError("port 0 is none")
        if not unquote(f"{parts.username or ''}{parts.password or ''}").isascii():
            raise ValueError("the mail server's user and password must be plain ASCII")
        return value

    @field_validator("require_totp", mode="before")
    @classmethod
    def _known_roles(cls, value: object) -> tuple[str, ...]:
        names = value.split(",") if isinstance(value, str) else list(value) if isinstance(value, (list, tuple)) else []
        wanted = [str(name).strip() for name in names if str(name).strip()]
        if wanted == ["all"]:
            return ROLE_NAMES
        if unknown := [name for name in wanted if name not in ROLE_NAMES]:
            raise ValueError(f"{', '.join(unknown)}: no such role; write all, or some of {', '.join(ROLE_NAMES)}")
        return tuple(wanted)

    @field_validator("oidc_issuer")
    @classmethod
    def _trusted_issuer(cls, value: str) -> str:
        parts = urlsplit(value)
        if not value:
            return value
        if parts.scheme != "https" and parts.hostname not in THIS_MACHINE:
            raise ValueError("write an address such as https://sso.dongnai.gov.vn")
        return value.rstrip("/")

    @field_validator("secret_key")
    @classmethod
    def _long_secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < 32:
            raise ValueError("at least 32 characters")
        return value

    @model_validator(mode="after")
    def _comments_go_before_forms(self) -> Self:
        if (self.comment_retention_months or 0) > self.retention_months:
            raise ValueError("COMMENT_RETENTION_MONTHS may not be more than RETENTION_MONTHS")
        return self

    @model_validator(mode="after")
    def _provider_is_complete(self) -> Self:
        given = [bool(self.oidc_issuer), bool(self.oidc_client_id), self.oidc_client_secret is not None]
        if any(given) and not all(given):
            raise ValueError("OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET go together: set all three or none")
        return self

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
    def public_host(self) -> str:
        """The host of `PUBLIC_URL`."""
        return urlsplit(self.public_url).hostname or "localhost"

    @property
    def mail_sender(self) -> str:
        """The address that letters come from."""
        return self.mail_from or f"khong-tra-loi@{self.public_host}"

    @property
    def default_ledger_origin(self) -> str:
        """How a log is named at its birth when nothing else was chosen: by the host that people know."""
        return f"{urlsplit(self.public_url).hostname}/ledger"

    @property
    def resolved_ledger_key_file(self) -> Path:
        """Where the signing key lies."""
        return self.ledger_key_file or self.instance_dir / "ledger.key"

    @property
    def comments_kept_months(self) -> int:
        """How long comments are kept."""
        return self.comment_retention_months or min(COMMENT_MONTHS, self.retention_months)

    @property
    def resolved_database_url(self) -> str:
        """The address in use: the one given, else SQLite in the instance folder."""
        return self.database_url or f"sqlite:///{self.instance_dir / 'than_thien.sqlite3'}"

    @property
    def resolved_archive_dir(self) -> Path:
        """The archive's folder: the one given, else in the instance folder."""
        return self.archive_dir or self.instance_dir / "archive"


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
