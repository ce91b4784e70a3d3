"""Records what jionlp makes of our Chinese time expectations, so that a test compares without installing it.

Run by hand: `pip install --target <folder> jionlp`, then with that folder on PYTHONPATH
`python -m tests.intents.entities.record_beside`.
"""

from __future__ import annotations

import importlib
import io
from contextlib import redirect_stdout
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from intents.normalise import count_han

HERE = Path(__file__).parent
OUT = HERE / "times_beside.yml"
HEAD = """# What jionlp makes of the Chinese rows of times.yml: its start, null where it finds no time or fails.
# Recorded by record_beside.py; a witness beside our own expectations, not a judge: it is known to err.
"""


def main() -> None:
    with redirect_stdout(io.StringIO()):
        library: Any = importlib.import_module("jionlp")
    found: dict[str, str | None] = {}
    for row in yaml.safe_load((HERE / "times.yml").read_text("utf-8")):
        if count_han(row["text"]):
            found[f"{row['now']} {row['text']}"] = _start(library, row["text"], datetime.fromisoformat(row["now"]))
    OUT.write_text(HEAD + yaml.safe_dump(found, allow_unicode=True, width=200, sort_keys=False), "utf-8")


def _start(library: Any, text: str, now: datetime) -> str | None:
    base = {"year": now.year, "month": now.month, "day": now.day, "hour": now.hour, "minute": now.minute, "second": 0}
    try:
        spans = library.ner.extract_time(text, time_base=base)
        spans = [span for span in spans if span["type"] in ("time_point", "time_span")]
        return str(spans[-1]["detail"]["time"][0]) if spans else None
    except (ValueError, KeyError, IndexError, TypeError, AttributeError):
        return None


if __name__ == "__main__":
    main()
