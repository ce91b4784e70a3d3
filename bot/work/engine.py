"""DBOS behind four verbs: start a story, tell it that it was answered, take over what a lost process left, forget."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Coroutine, Mapping
from datetime import datetime
from typing import Any

from dbos import DBOS, DBOSConfig, SetWorkflowID, error
from sqlalchemy import Connection

from bot.work.effects import URGENT, decide
from bot.work.tools import Tools

# Written into each story: a new one strands those that wait, so it changes only when `story` itself takes other steps.
VERSION = "stories-1"
# How long an answer or a recovered story may lie unseen; shorter costs a core's time while nothing happens.
LOOK_SECONDS = 1.0
POOL = 4
_ANSWER = "answer"
_over: list[Tools] = []


@DBOS.workflow(name="story")
async def story(key: int, kind: str, until: str, heeds: bool, data: dict[str, Any]) -> str:
    """Wait until then, or for an answer; then our rows decide whether anything happens."""
    seconds = _left(until)
    if heeds:
        if await DBOS.recv_async(_ANSWER, timeout_seconds=seconds) is not None:
            return "answered"
    else:
        # Never nothing, however late it is: one that is taken up after its time has this step on record.
        await DBOS.sleep_async(max(seconds, 0.001))
    return await _act(key, kind, data)


def _left(until: str) -> float:
    """No step on purpose: the wait records its own end; one that was cut off before that counts to the same moment."""
    return max(0.0, (datetime.fromisoformat(until) - _over[-1].clock.real()).total_seconds())


@DBOS.step(name="act", retries_allowed=True, interval_seconds=1.0, backoff_rate=1.5, max_attempts=30)
async def _act(key: int, kind: str, data: dict[str, Any]) -> str:
    """One transaction of ours; run twice, it does nothing the second time."""
    tools = _over[-1]
    now, real = tools.clock.now(), tools.clock.real()

    def work(connection: Connection) -> bool:
        return decide(connection, key, kind, data, now, real)

    done = await tools.db.write(work, urgent=kind in URGENT)
    tools.metrics.stories.labels(kind, "done" if done else "void").inc()
    return "done" if done else "void"


class Engine:
    """One per process. All of it blocks and belongs in a thread.

    Stories live on a loop of their own: begun from a thread, each would keep a thread for all of its wait, and a stop
    would be written down as the story's failure.
    """

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._launched = False
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="linli-stories", daemon=True)
        self._thread.start()

    def _there(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def launch(self) -> None:
        """Make the tables if need be, take up what this process left when it ended, begin to listen."""
        url = self._tools.db.url.render_as_string(hide_password=False)
        config: DBOSConfig = {
            "name": "linli",
            "system_database_url": url,
            "application_version": VERSION,
            "executor_id": self._tools.node,
            "sys_db_pool_size": POOL,
            "notification_listener_polling_interval_sec": LOOK_SECONDS,
            "log_level": "WARNING",
        }
        if _over:
            raise error.DBOSException("this process has an engine already")
        self._launched = True
        _over.append(self._tools)
        DBOS(config=config)
        dbos_log = logging.getLogger("dbos")
        dbos_log.handlers.clear()
        dbos_log.propagate = True
        self._there(_launch())

    def close(self) -> None:
        """What waits is taken up at the next start; nothing is waited for."""
        logging.getLogger("dbos").setLevel(logging.ERROR)
        self._there(_cancel_all())
        if self._launched:
            DBOS.destroy()
            _over.clear()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def start(self, key: int, body: Mapping[str, Any]) -> None:
        """Starting twice is starting once: the story's name is its row."""
        self._there(_start(key, body))

    def answer(self, key: int, once: str) -> None:
        DBOS.send(name_of(key), "answered", topic=_ANSWER, idempotency_key=once)

    def take_over(self, alive: set[str], *, only: str | None = None) -> int:
        """Stories that wait on a process that is not alive go on here or on any other that is; returns how many."""
        found = DBOS.list_workflows(status="PENDING", executor_id=only, load_input=False, load_output=False, limit=1000)
        lost = [one.workflow_id for one in found if one.executor_id not in alive]
        if lost:
            DBOS.resume_workflows(lost)
        return len(lost)

    def forget(self, before: datetime) -> int:
        """Stories that ended before then; returns how many were deleted."""
        ended = ["SUCCESS", "ERROR", "CANCELLED"]
        found = DBOS.list_workflows(
            status=ended, completed_before=before.isoformat(), load_input=False, load_output=False, limit=500
        )
        if found:
            DBOS.delete_workflows([one.workflow_id for one in found])
        return len(found)


def name_of(key: int) -> str:
    return f"story-{key}"


async def _launch() -> None:
    DBOS.launch()


async def _start(key: int, body: Mapping[str, Any]) -> None:
    with SetWorkflowID(name_of(key)):
        await DBOS.start_workflow_async(story, key, body["story"], body["until"], body["heeds"], body["data"])


async def _cancel_all() -> None:
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
