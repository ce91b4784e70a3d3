"""config.yml and LINLI_* made into one frozen object; the only reader of the environment."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from bot.checking import checked, line_of
from bot.contract.conversation import Community
from bot.contract.emergency import complete
from bot.contract.errors import Misconfigured
from bot.drill_settings import DrillSettings
from bot.outside_settings import CitySettings, EventSettings

ROOT = Path(__file__).resolve().parent.parent


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class BellSettings(_Strict):
    """The house's written policy for somebody at a gate without a pass. rings: how many numbers of a home are rung;
    opens, closes: between which hours; unanswered: who decides then, `desk`, `wait` (at the gate) or `refuse`."""

    rings: int = Field(default=2, ge=1, le=5)
    opens: int = Field(default=7, ge=0, le=23)
    closes: int = Field(default=23, ge=1, le=24)
    unanswered: Literal["desk", "wait", "refuse"] = "desk"


class GuardSettings(_Strict):
    """Rung first: the guard room."""

    name: str = Field(min_length=1, max_length=80)
    phone: str = Field(min_length=3, max_length=24)


class TrainedSettings(GuardSettings):
    """Who is trained to speak with somebody who does not want to live. days: 1 for Monday; hours: as 08:00-20:00, over
    midnight too. Whoever has the rota is rung first, the others half a minute later."""

    days: tuple[Annotated[int, Field(ge=1, le=7)], ...] = (1, 2, 3, 4, 5, 6, 7)
    hours: str = Field(default="00:00-24:00", pattern=r"^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$")


class ArrearsSettings(_Strict):
    """Reminders of overdue bills. after: days past the due day until the first; every: days between them."""

    after: int = Field(default=7, ge=1, le=90)
    every: int = Field(default=14, ge=7, le=90)


class CommunitySettings(_Strict):
    names: dict[str, str]
    timezone: str
    emergency: dict[str, str]
    targets: dict[str, int] = Field(default_factory=dict)
    payment: str = ""
    closing_days: int = Field(default=3, ge=1, le=30)
    map: Literal["", "openstreetmap", "amap"] = ""
    guard: GuardSettings | None = None
    # One alone may stand without a list, as it did before there was a rota.
    trained: Annotated[tuple[TrainedSettings, ...], BeforeValidator(lambda v: [v] if isinstance(v, dict) else v)] = ()
    bell: BellSettings = BellSettings()
    drills: DrillSettings = DrillSettings()
    events: dict[str, EventSettings] = Field(default_factory=dict)
    arrears: ArrearsSettings | None = None
    city: CitySettings | None = None


class AccountSettings(_Strict):
    """origins: other sites that may embed the chat, as `https://estate.example`; mode: how the account is listened to,
    `webhook`, `safe` where only what is encrypted is taken, or, for development without a public address, `polling`;
    menu: the entries of its menu, in the channel's own names, empty for all; templates: texts that the vendor has
    approved, by its ids."""

    community: str
    origins: tuple[str, ...] = ()
    mode: Literal["webhook", "polling", "safe"] = "webhook"
    menu: tuple[str, ...] = ()
    templates: dict[str, str] = Field(default_factory=dict)


class ChannelSettings(_Strict):
    enabled: bool = False
    accounts: dict[str, AccountSettings] = Field(default_factory=dict)


class WaitSettings(_Strict):
    """Seconds. chat, call: for an answer about danger, then a person looks; dead: of silence, then others take over."""

    chat: float = Field(default=180.0, gt=0)
    call: float = Field(default=25.0, gt=0)
    dead: float = Field(default=15.0, gt=0)


class KeptSettings(_Strict):
    """Days. passages: who went through a gate; rings: each step of each call that was placed; notices: what clerks were
    told of a deadline."""

    passages: int = Field(default=180, ge=8)
    rings: int = Field(default=730, ge=180)
    notices: int = Field(default=365, ge=30)


class RasaSettings(_Strict):
    """url: where `make rasa` serves; another machine only over https."""

    url: str = "http://127.0.0.1:5005"


class LanguageModelSettings(_Strict):
    """url: an OpenAI-compatible service, up to and with its `/v1`; model: the name it knows."""

    enabled: bool = False
    url: str = "http://127.0.0.1:8080/v1"
    model: str = ""


class IntentSettings(_Strict):
    """Who names the intent; danger, times, places and names are always read by ourselves.

    cues: a file of the community's own words of danger, beside ours; empty for none.
    """

    cues: Path | None = None
    engine: Literal["embedded", "rasa"] = "embedded"
    rasa: RasaSettings = RasaSettings()
    language_model: LanguageModelSettings = LanguageModelSettings()


class ApiSettings(_Strict):
    """per_minute: requests of one key that each process answers."""

    per_minute: int = Field(default=12_000, ge=1)


class Settings(_Strict):
    """Everything an installation decides. now: the fixed time of residents' clock, demo only."""

    demo: bool = False
    languages: list[str] = Field(default_factory=lambda: ["zh_Hans", "en"], min_length=1)
    communities: dict[str, CommunitySettings] = Field(min_length=1)
    channels: dict[str, ChannelSettings] = Field(default_factory=dict)
    waits: WaitSettings = Field(default_factory=WaitSettings)
    intents: IntentSettings = IntentSettings()
    api: ApiSettings = ApiSettings()
    kept: KeptSettings = KeptSettings()
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    public_url: str = ""
    database_url: str = f"sqlite:///{ROOT / 'data' / 'linli.db'}"
    model_path: Path = ROOT / "data" / "model"
    taught_path: Path = ROOT / "data" / "taught"
    rasa_path: Path = ROOT / "data" / "rasa"
    media_path: Path = ROOT / "data" / "media"
    # What secrets are sealed with: some keys, the newest first, or a file of them.
    secret_key: str = Field(default="", repr=False)
    key_file: Path = ROOT / "data" / "linli.key"
    language_model_key: str = Field(default="", repr=False)
    # Who puts a voice into words where a channel does not; empty: people listen.
    speech_url: str = ""
    speech_model: str = "whisper-1"
    speech_key: str = Field(default="", repr=False)
    # What the environment holds for the channels: LINLI_TELEGRAM_DEMO_TOKEN is TELEGRAM_DEMO_TOKEN.
    vendors: dict[str, str] = Field(default_factory=dict, repr=False)
    now: datetime | None = None
    log: Literal["", "json", "text"] = ""
    otlp_endpoint: str = ""
    # Where several processes at one port share their numbers.
    numbers: Path | None = None
    # The machine's name and the process's place on it: together what this process is called among all others.
    node: str = Field(default_factory=socket.gethostname, min_length=1, max_length=60)
    place: str = "serve-1"

    def community(self, key: str) -> Community:
        found = self.communities[key]
        links = self.public_url or f"http://{self.host}:{self.port}"
        return Community(
            key, found.names, found.timezone, complete(found.emergency), found.targets, links, found.payment, found.map
        )

    @property
    def executor(self) -> str:
        """Stable over restarts, and nobody else's: what a process had begun is found again under this name."""
        return f"{self.node}/{self.place}"

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which times are first read; communities of other zones get theirs from their own row."""
        return ZoneInfo(next(iter(self.communities.values())).timezone)


# What a merchant of WeChat Pay is given: LINLI_WECHATPAY_<COMMUNITY>_…
_MERCHANT = "LINLI_WECHATPAY_"
# What a city's Open311 endpoint is called with: LINLI_CITY_<COMMUNITY>_KEY.
_CITY = "LINLI_CITY_"
_STAND_IN = re.compile(r"LINLI_[A-Z]+_API_BASE")
# The name is the metrics library's own, which looks for it when it is imported.
_NUMBERS = "PROMETHEUS_MULTIPROC_DIR"
_FROM_ENVIRONMENT = {
    "LINLI_HOST": "host",
    "LINLI_PORT": "port",
    "LINLI_DATABASE_URL": "database_url",
    "LINLI_PUBLIC_URL": "public_url",
    "LINLI_MODEL": "model_path",
    "LINLI_TAUGHT": "taught_path",
    "LINLI_MEDIA": "media_path",
    "LINLI_RASA": "rasa_path",
    "LINLI_SECRET_KEY": "secret_key",
    "LINLI_KEY_FILE": "key_file",
    "LINLI_LANGUAGE_MODEL_KEY": "language_model_key",
    "LINLI_SPEECH_URL": "speech_url",
    "LINLI_SPEECH_MODEL": "speech_model",
    "LINLI_SPEECH_KEY": "speech_key",
    "LINLI_NOW": "now",
    "LINLI_NODE": "node",
    "LINLI_LOG": "log",
    "OTEL_EXPORTER_OTLP_ENDPOINT": "otlp_endpoint",
    _NUMBERS: "numbers",
}


def share_numbers(folder: str) -> None:
    """Processes that are started from here on count together, in this folder."""
    os.environ[_NUMBERS] = folder


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """Read `LINLI_CONFIG` (default config.yml) and the LINLI_* variables; raises `Misconfigured` with the line."""
    variables = os.environ if environment is None else environment
    path = Path(variables.get("LINLI_CONFIG", ROOT / "config.yml"))
    data = _read(path)
    given: dict[str, Any] = {field: variables[name] for name, field in _FROM_ENVIRONMENT.items() if variables.get(name)}
    try:
        settings = Settings.model_validate({**data, **given, "vendors": _vendors(data, variables)})
    except ValidationError as error:
        raise _explain(error, path, given) from error
    return checked(settings, path)


def _vendors(data: Mapping[str, Any], variables: Mapping[str, str]) -> dict[str, str]:
    """LINLI_<CHANNEL>_… of every channel that config.yml knows, and where a vendor's stand-in is."""
    channels = data.get("channels")
    starts = tuple(f"LINLI_{str(name).upper()}_" for name in channels) if isinstance(channels, dict) else ()
    starts += (_MERCHANT, _CITY)
    mine = {name for name in variables if name.startswith(starts) or _STAND_IN.fullmatch(name)}
    return {name.removeprefix("LINLI_"): variables[name] for name in mine}


def _read(path: Path) -> dict[str, Any]:
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise Misconfigured("this file does not exist", file=str(path)) from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise Misconfigured(f"not valid YAML: {error.problem}", file=str(path), line=line) from error
    if not isinstance(data, dict):
        raise Misconfigured("a mapping of settings is expected", file=str(path), line=1)
    return data


def _explain(error: ValidationError, path: Path, given: Mapping[str, Any]) -> Misconfigured:
    first = error.errors()[0]
    where = [str(part) for part in first["loc"]]
    if where and where[0] in given:
        name = next(key for key, field in _FROM_ENVIRONMENT.items() if field == where[0])
        return Misconfigured(f"{first['msg']}: {first['input']!r}", file=name)
    return Misconfigured(f"{'.'.join(where)}: {first['msg']}", file=str(path), line=line_of(path, where))
