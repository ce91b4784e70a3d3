"""The composition root: the only module that knows everybody."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from fastapi import FastAPI
from sqlalchemy import Connection

import flows
from backend import vault
from backend.api.document import documented
from backend.console import routes as console
from backend.console.live import Hub
from backend.db import Database, hold, nothing_beside, parse_url
from backend.demo import load as demo
from backend.demo import pay as demo_pay
from backend.media import Shelf
from backend.migrate import migrate
from backend.services.communities import register
from backend.services.conversations import Binding
from bot import agreed, chores, doors, drilling, guarding, history, locales, outside, ruled, teaching, vouching, work
from bot.beside import Later, keep
from bot.cities import Cities
from bot.clock import SystemClock
from bot.console import parts
from bot.contract.channel import Fate, Ports
from bot.contract.errors import Misconfigured, Unavailable
from bot.contract.flow import Book
from bot.contract.messages import Address, InboundMessage, OutboundMessage
from bot.contract.ports import Advisor, Clock, Interpreter
from bot.contract.routing import gather
from bot.contract.talk import Talk
from bot.contract.text import Text
from bot.contract.trail import Trail
from bot.contract.understanding import Entity
from bot.desk import Desk
from bot.doors import Doors
from bot.hearing import hear
from bot.http import demo as demo_pages
from bot.http import health, problems, rasa
from bot.http.edge import Edge
from bot.http.entry import Entry
from bot.inbox import take
from bot.memory import Memory
from bot.money import Money
from bot.mypage import own_page
from bot.observe import Metrics
from bot.pushed import Followers
from bot.school import School
from bot.screens import run as watch_screens
from bot.settings import ROOT, Settings
from bot.silence import Patience
from bot.speak import Speaker
from bot.unclear import Notes
from bot.work import Hop8, Tools
from intents.renew import renew
from intents.understand import Embedded

if TYPE_CHECKING:
    from bot.traces import Traces

LOCALES = ROOT / "locales"
# Several processes that start together on a busy machine stand in line, each for as long as all before it take.
START_SECONDS = 120
_DEMO_HOME = frozenset({"rest", "web", "socketio"})


def _unheard(_: str) -> None:
    return None


def _nothing() -> None:
    return None


async def _no_fates(account: str, fates: Sequence[Fate]) -> None:
    return None


def prepare(settings: Settings, say: Callable[[str], None] = _unheard) -> None:
    """What must stand before anything is served: the schema and a model of today's sentences; `say` hears of both."""
    if migrate(parse_url(settings.database_url)):
        say("Prepared the database.")
    renew(settings.model_path, say, settings.taught_path)


def open_desk(settings: Settings, interpreter: Interpreter | None = None) -> Desk:
    """Everything between a message and its answer, on a prepared database."""
    clock = SystemClock(settings.zone, settings.now)
    vault.unlock(settings.secret_key, settings.key_file)
    db = Database(parse_url(settings.database_url))
    communities = {key: settings.community(key) for key in settings.communities}

    def first(connection: Connection) -> dict[str, int | None]:
        # Several processes may start together: one writes the demo down, the others find it.
        hold(connection, "start", patience=START_SECONDS)
        bound: dict[str, int | None] = {}
        with nothing_beside(connection):
            for key, community in communities.items():
                if settings.demo:
                    bound[key] = demo.load(connection, community, clock.now(), clock.real())
                else:
                    register(connection, community, demo=False)
                    bound[key] = None
                ruled.rule(connection, settings, key, clock)
        return bound

    try:
        residents = db.submit(first).result()
    except Unavailable as error:
        db.close()
        raise Misconfigured(f"the database cannot be used: {error.reason}", file="LINLI_DATABASE_URL") from error
    metrics, book = Metrics(settings.numbers), flows.discover()
    agreed.agree(db, metrics)
    bindings = {
        # The demo's own page and its REST door speak for one home; whoever writes elsewhere proves who they are.
        (name, account): Binding(bound.community, residents[bound.community] if name in _DEMO_HOME else None)
        for name, channel in settings.channels.items()
        for account, bound in channel.accounts.items()
    }
    default = settings.languages[0]
    ours = interpreter or Embedded(settings.model_path, settings.intents.cues)
    return Desk(
        db=db,
        memory=Memory(communities),
        speaker=Speaker(locales.load(LOCALES, settings.languages), default, settings.public_url),
        book=book,
        interpreter=ours,
        clock=clock,
        default_language=default,
        bindings=bindings,
        metrics=metrics,
        patience=Patience(settings.waits.chat, settings.waits.call),
        advisors=_advisors(settings, ours, book, metrics),
        notes=Notes(ours, _redacted, default),
    )


def _redacted(text: str, found: Iterable[Entity]) -> str:
    """Loaded with the first sentence that was not understood: most starts need it much later."""
    from intents.language_model.redact import redact

    return redact(text, found).text


def _advisors(settings: Settings, ours: Interpreter, book: Book, metrics: Metrics) -> tuple[Advisor, ...]:
    """Whom config.yml has asked besides our own engine; imported only then."""
    found: list[Advisor] = []
    if not isinstance(ours, Embedded):
        return ()
    if settings.intents.engine == "rasa":
        from intents.rasa import scores
        from intents.rasa.interpreter import Rasa

        found.append(Rasa(ours, settings.intents.rasa.url, scores.load(settings.rasa_path), metrics.advised))
    model = settings.intents.language_model
    if model.enabled:
        from intents.language_model.interpreter import LanguageModel

        starts = frozenset(intent for intent, name in book.by_intent.items() if not book.flows[name].aside)
        key = settings.language_model_key
        found.append(LanguageModel(ours, model.url, model.model, key, metrics.advised, starts))
    return tuple(found)


def build(settings: Settings, desk: Desk | None = None) -> FastAPI:
    """The whole product as one ASGI app; `prepare` must have run. A desk that is given is closed with the app."""
    desk = desk or open_desk(settings)
    opened = Doors()
    traces = _traces(settings)
    school = School(settings.model_path, settings.taught_path)
    money = Money(settings, desk)
    taught = partial(teaching.run, desk, school, settings.executor)
    later: dict[str, Later] = {"channels": opened.run, "teaching": taught, "money": money.run}
    later["cities"] = Cities(settings, desk).run
    app = _framed(settings, desk, _tools(settings, desk, opened.senders, traces), traces, later)

    async def handle(message: InboundMessage) -> tuple[OutboundMessage, ...]:
        return await take(desk, message)

    async def review(who: Address, after: str) -> Talk:
        return await history.read(desk, who, after)

    def say(text: Text, language: str) -> str:
        return desk.speaker.words(text, language, desk.clock.now())

    guard = partial(guarding.guard, desk, settings, "rest")
    followers = Followers(desk)
    shelf, languages = Shelf(settings.media_path), tuple(settings.languages)
    ports = Ports(
        *(handle, guard, desk.clock, review, say, shelf, languages, _unheard, _nothing, _no_fates),
        demo=settings.demo,
        writes=partial(history.writes, desk),
        join=partial(history.join, desk),
        follow=followers.follow,
        vouch=partial(vouching.vouch, desk),
        known=partial(vouching.known, desk),
    )
    doors.open_all(app, opened, ports, settings, desk)
    gather(app, rasa.routes(desk.db, desk.memory, partial(hear, desk), desk.clock, guard), tags=("rasa",))
    gather(app, outside.routes(settings, desk, say))
    gather(app, health.routes(desk.db, desk.metrics, desk.clock, list), tags=("health",))
    app.state.hub = Hub(parts(settings, desk, say, shelf, school))
    app.state.streams = (app.state.hub, followers)
    gather(app, console.routes(app.state.hub))
    gather(app, own_page(settings, desk, say, opened.senders))
    gather(app, money.routes(say, opened.senders))
    app.state.money = money
    if settings.demo:
        gather(app, demo_pages.routes(desk.db), tags=("demo",))
        gather(app, demo_pay.routes(desk.db, desk.clock), tags=("demo",))
    documented(app)
    return app


def _framed(settings: Settings, desk: Desk, tools: Tools, traces: Traces | None, later: Mapping[str, Later]) -> FastAPI:
    """What is around every route: the gate, the last catch, and an end in order."""
    # Its own pages for the document load their script from somewhere else: `backend/api/reading.py` is ours.
    life = _life(settings, desk, tools, traces, later)
    app = FastAPI(title="Linli", version="0.1.0", lifespan=life, docs_url=None, redoc_url=None)
    app.state.desk, app.state.tools = desk, tools
    problems.install(app, desk.metrics)
    tell = partial(_tell, traces, desk.clock) if traces else None
    app.add_middleware(Edge, per_minute=settings.api.per_minute)
    app.add_middleware(Entry, metrics=desk.metrics, tell=tell)
    return app


def _life(
    settings: Settings, desk: Desk, tools: Tools, traces: Traces | None, later: Mapping[str, Later]
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """What lives as long as the app does: deliveries and stories end before the database is closed."""

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        stop = asyncio.Event()
        running: dict[str, Later] = {
            "housekeeping": partial(chores.run, desk, settings.kept.model_dump()),
            "deliveries": partial(work.run, tools),
            "agreeing on the time": partial(agreed.keep, desk.db, desk.metrics),
            "drills": partial(drilling.run, desk),
            "duty screens": partial(watch_screens, desk),
            **later,
        }
        tasks = [asyncio.create_task(keep(what, begin, stop)) for what, begin in running.items()]
        yield
        stop.set()
        await asyncio.gather(*tasks)
        for advisor in desk.advisors:
            await advisor.close()
        desk.db.close()
        if traces is not None:
            traces.close()

    return life


def _tools(settings: Settings, desk: Desk, senders: Mapping[str, Hop8], traces: Traces | None) -> Tools:
    """What deliveries and stories need of all this."""
    zones = {key: ZoneInfo(found.timezone) for key, found in settings.communities.items()}
    return Tools(
        db=desk.db,
        clock=desk.clock,
        speaker=desk.speaker,
        metrics=desk.metrics,
        default_language=desk.default_language,
        node=settings.executor,
        dead_after=settings.waits.dead,
        demo=settings.demo,
        zones=zones,
        senders=senders,
        tell=partial(_tell_delivery, traces, desk.clock) if traces else None,
    )


def _traces(settings: Settings) -> Traces | None:
    if not settings.otlp_endpoint:
        return None
    # Imported only when somebody collects spans: the SDK takes half a second and 20 MB.
    from bot.traces import Traces

    return Traces(settings.otlp_endpoint)


def _tell(traces: Traces, clock: Clock, here: Trail, ended: float) -> None:
    traces.tell(here, ended, clock.real())


def _tell_delivery(traces: Traces, clock: Clock, here: Trail, ended: float, caused: bool) -> None:
    traces.delivered(here, ended, clock.real(), caused=caused)
