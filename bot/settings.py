"""What config.yml and LINLI_* may say, as one frozen object."""

from __future__ import annotations

import socket
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from bot.contract.conversation import Community
from bot.contract.emergency import complete
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
