"""Plays a transcript against the product and shows, when it fails, the whole conversation in the same form."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import Connection

from backend.services.ladder import reach
from tests.bot.work.station import COMMUNITY
from tests.resident import DEMO_KEY, Answer, Resident

FOLDER = Path(__file__).resolve().parent
HEARD = ("keys", "voice")
# When a transcript takes place that does not say.
NOW = "2026-11-20T09:30:00"
_HOLE = re.compile(r"\\\{(\w+)\\\}")


class _Strings(yaml.CSafeLoader):
    """Every scalar is a string: a resident who says `yes` must not be heard as `True`. libyaml's reader, as every
    process of a test run reads every transcript."""


_Strings.yaml_implicit_resolvers = {}


@dataclass(slots=True)
class Dialogue:
    """One transcript as one way of showing plays it."""

    path: Path
    title: str
    given: dict[str, Any]
    turns: list[dict[str, Any]]
    then: dict[str, Any]
    profile: str
    exact: bool
    known: dict[str, str] = field(default_factory=dict)


def find() -> list[Dialogue]:
    """Every dialogue in every profile that it names; the words are held to the letter in the first one."""
    found: list[Dialogue] = []
    for path in sorted(FOLDER.glob("*/*.yml")):
        for data in yaml.load_all(path.read_text(encoding="utf-8"), Loader=_Strings):
            given = data.get("given") or {}
            profiles = given.get("channel", ["buttons"])
            profiles = [profiles] if isinstance(profiles, str) else profiles
            for profile in profiles:
                exact = profile == profiles[0]
                found.append(
                    Dialogue(path, data["dialogue"], given, data["turns"], data.get("then") or {}, profile, exact)
                )
    return found


def play(dialogue: Dialogue, resident: Resident) -> None:
    """Raises AssertionError with the conversation as it really went."""
    if dialogue.given.get("phones") != "none":
        resident.app.state.desk.db.submit(can_ring).result()
    went: list[dict[str, object]] = []
    answer: Answer | None = None
    for turn in dialogue.turns:
        if "bot" in turn:
            _expect(dialogue, turn, answer, went)
            continue
        if "now" in turn:
            resident.at(turn["now"])
        if "minutes" in turn:
            resident.wait(float(turn["minutes"]))
        if "desk" in turn:
            _at_the_desk(dialogue, turn, resident, went)
            continue
        if "case" in turn:
            _at_work(dialogue, turn, resident, went)
            continue
        who = "neighbour" if "neighbour" in turn else "resident"
        said = _said(dialogue, turn, answer)
        answer = resident.say(said.pop("message"), who if who == "neighbour" else None, **said)
        went.append({who: turn.get(who, "")})
        went.append({"bot": answer.text, **({"choices": list(answer.titles)} if answer.titles else {})})
        assert answer.status == 200, _shown(dialogue, went, f"HTTP {answer.status}: {answer.body}")
        assert answer.text or _is_silent(dialogue, turn), _shown(dialogue, went, "the bot said nothing")
    _then(dialogue, resident, went)


def can_ring(connection: Connection) -> None:
    """A house whose phone rings, as most are; `given: {phones: none}` leaves it as config.yml has it."""
    ways = reach.of(connection, COMMUNITY)
    reach.rule(connection, COMMUNITY, "demo", ways.emergency, ways.guard, ways.text, ways.trained)


def _at_the_desk(dialogue: Dialogue, turn: dict[str, Any], resident: Resident, went: list[dict[str, object]]) -> None:
    """`desk: takes over`, `desk: hands back`, or what a person says; who: a login, the agent's unless told."""
    said, who = turn["desk"], turn.get("who", "agent")
    what = {"takes over": "take-over", "hands back": "hand-back"}.get(said, "messages")
    done = resident.desk(what, staff=who, **({"text": said} if what == "messages" else {}))
    went.append({"desk": said})
    assert done.status_code == 200, _shown(dialogue, went, f"HTTP {done.status_code}: {done.text}")


def _at_work(dialogue: Dialogue, turn: dict[str, Any], resident: Resident, went: list[dict[str, object]]) -> None:
    """`case: fixed`: somebody at work takes the resident's newest case to that state; why: what residents read."""
    number = resident.items("cases")[0]["number"]
    asked = {"state": turn["case"], **({"reason": turn["why"]} if "why" in turn else {})}
    key = {"Authorization": f"Bearer {DEMO_KEY}"}
    done = resident.request("POST", f"/api/v1/cases/{number}/state", json=asked, headers=key)
    went.append({"case": turn["case"]})
    assert done.status_code == 200, _shown(dialogue, went, f"HTTP {done.status_code}: {done.text}")


def _is_silent(dialogue: Dialogue, turn: dict[str, Any]) -> bool:
    """The transcript says that nothing is answered: a person has the word."""
    following = dialogue.turns[dialogue.turns.index(turn) + 1 :]
    return bool(following) and following[0].get("bot") == ""


def _said(dialogue: Dialogue, turn: dict[str, Any], answer: Answer | None) -> dict[str, Any]:
    """What goes over the wire; on keys, what was offered is chosen by its digit."""
    text = str(turn.get("resident", turn.get("neighbour", "")))
    for name, value in dialogue.known.items():
        text = text.replace("{" + name + "}", value)
    more: dict[str, Any] = {name: dialogue.given[name] for name in ("locale",) if name in dialogue.given}
    more |= {name: turn[name] for name in ("image", "location", "message_id") if name in turn}
    if dialogue.profile in HEARD and answer is not None and text in answer.titles:
        keys = _keys(answer)
        text = keys.get(text, text)
    return {"message": text, **more}


def _keys(answer: Answer) -> dict[str, str]:
    """Title → digit, as the prompt itself names them."""
    pairs = re.findall(r"(?:^|[。. ])\s*(?:For )?([^。.]+?)[，,] ?(?:please )?(?:press|请按) ?(\d)", answer.text)
    # In one breath, where it is heard: "转人工按0".
    pairs += re.findall(r"([^。，. ]+?)请?按(\d)", answer.text)
    named = {title.strip(): key for title, key in pairs}
    return {title: named.get(title, str(n)) for n, title in enumerate(answer.titles, 1)}


def _expect(dialogue: Dialogue, turn: dict[str, Any], answer: Answer | None, went: list[dict[str, object]]) -> None:
    assert answer is not None, f"{dialogue.title}: the bot has nothing to answer yet"
    if "choices" in turn:
        expected = tuple(turn["choices"])
        assert answer.titles[: len(expected)] == expected, _shown(dialogue, went, f"expected choices {expected}")
    pattern = re.escape(_flat(turn["bot"]))
    pattern = _HOLE.sub(lambda m: _hole(dialogue, m.group(1)), pattern)
    found = re.fullmatch(pattern, _flat(answer.text))
    if dialogue.exact:
        assert found, _shown(dialogue, went, f"expected bot: {turn['bot']}")
    if found is None:
        number = re.search(r"[A-Z]-\d{8}-\d{4}", answer.text)
        if number and "case_no" in turn["bot"]:
            dialogue.known["case_no"] = number.group(0)
        return
    dialogue.known |= {name: value for name, value in found.groupdict().items() if name != "any"}


def _hole(dialogue: Dialogue, name: str) -> str:
    """`{case_no}` is bound where it first stands; `{any}` takes anything."""
    if name in dialogue.known:
        return re.escape(dialogue.known[name])
    if name == "any":
        return ".*?"
    return f"(?P<{name}>[A-Z]-\\d{{8}}-\\d{{4}})" if name.startswith("case_no") else f"(?P<{name}>.+?)"


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _then(dialogue: Dialogue, resident: Resident, went: list[dict[str, object]]) -> None:
    for what in ("cases", "alarms", "bills", "passes", "bookings"):
        if what not in dialogue.then:
            continue
        items = list(reversed(resident.items(what)))
        wanted = dialogue.then[what]
        assert len(items) == len(wanted), _shown(dialogue, went, f"expected {len(wanted)} {what}, got {items}")
        for item, fields in zip(items, wanted, strict=True):
            _holds(dialogue, item, fields, went)
    if "tracker" in dialogue.then:
        _holds(dialogue, resident.tracker(), dialogue.then["tracker"], went)
    if "events" in dialogue.then:
        names = [e["event"] for e in resident.tracker()["events"] if e["event"] not in ("user", "bot", "slot")]
        assert names == dialogue.then["events"], _shown(dialogue, went, f"events were {names}")


def _holds(dialogue: Dialogue, item: dict[str, Any], fields: dict[str, Any], went: list[dict[str, object]]) -> None:
    for name, value in fields.items():
        if isinstance(value, dict):
            _holds(dialogue, item[name] or {}, value, went)
            continue
        got = item.get(name)
        shown = "null" if got is None else str(got).lower() if isinstance(got, bool) else str(got)
        assert shown == value, _shown(dialogue, went, f"expected {name}: {value}, got {shown}")


def _shown(dialogue: Dialogue, went: list[dict[str, object]], wrong: str) -> str:
    body = yaml.safe_dump({"turns": went}, allow_unicode=True, sort_keys=False, width=110)
    return f"{dialogue.path.name} · {dialogue.title} · by {dialogue.profile}\n{wrong}\n\n{body}"
