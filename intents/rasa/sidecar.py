"""Validates, trains and serves Rasa on our sentences, and reads its scores on those it was not shown."""

from __future__ import annotations

import hashlib
import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from bot.contract.errors import Misconfigured, Unavailable
from intents import sentences
from intents.rasa import project, scores
from intents.rasa.answers import Answer, read
from intents.rasa.environment import Environment, Say
from intents.rasa.text import for_rasa

MODEL = "linli"
LOGISTIC = project.FOLDER / "config.yml"
DIET = project.FOLDER / "config.diet.yml"
STARTS_IN = 180.0
TELLS_EVERY = 30.0


class Sidecar:
    """One trained Rasa below `folder`: its project, its model, its scores."""

    def __init__(self, environment: Environment, folder: Path) -> None:
        self.environment = environment
        self.folder = folder
        self.model = folder / "models" / f"{MODEL}.tar.gz"
        self._serving: subprocess.Popen[bytes] | None = None

    def write(self, config: Path = LOGISTIC, seed: int = 0, rows: list[project.Example] | None = None) -> None:
        """The project, without the sentences that are left out to read its scores on."""
        option = "random_seed" if "DIET" in config.read_text(encoding="utf-8") else "random_state"
        learn, _ = project.split(rows or project.examples(), seed)
        project.write(self.folder, learn, config, **{option: seed})

    def validate(self) -> list[str]:
        """Rasa's complaints about our sentences; raises `Misconfigured` when it refuses them."""
        arguments = ["data", "validate", "--domain", "domain.yml", "--data", "data", "-c", "config.yml"]
        done = self.environment.run(arguments, self.folder)
        if done.returncode != 0:
            raise Misconfigured(f"rasa data validate: {_last(done)}", file=str(self.folder))
        # There are no stories here on purpose: that intents stand in none is no complaint.
        warnings = re.findall(r"UserWarning: (.*)", done.stderr)
        return [line for line in warnings if "not used in any story or rule" not in line]

    def train(self, *, anew: bool = True, say: Say | None = None) -> float:
        """Seconds it took, in the past for a model that is today's; raises `Misconfigured` when none comes.

        anew: train though there is such a model; say: hears now and then how far it is.
        """
        files = (self.folder / "data" / "nlu.yml", self.folder / "config.yml")
        digest = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
        stamp = self.folder / "models" / ".of"
        if not anew and self.model.is_file() and stamp.is_file():
            of, seconds = stamp.read_text(encoding="utf-8").split()
            if of == digest:
                return float(seconds)
        began = time.perf_counter()
        arguments = ["train", "nlu", "--nlu", "data", "--domain", "domain.yml", "-c", "config.yml", "--out", "models"]
        log = self.folder / "train.log"
        process = self.environment.start([*arguments, "--fixed-model-name", MODEL], self.folder, log)
        try:
            code = _ended(process, log, say)
        finally:
            process.kill()
        if code != 0 or not self.model.is_file():
            raise Misconfigured(f"rasa train: {' / '.join(_lines(log)[-3:])}", file=str(self.folder))
        took = time.perf_counter() - began
        stamp.write_text(f"{digest} {took:.1f}", encoding="utf-8")
        return took

    @contextmanager
    def served(self, port: int) -> Iterator[str]:
        """Its address while it serves on loopback; it ends with the block."""
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                raise Misconfigured(f"something else listens on port {port}", file="intents.rasa.url")
        arguments = ["run", "--enable-api", "-m", str(self.model), "-i", "127.0.0.1", "-p", str(port)]
        process = self._serving = self.environment.start(arguments, self.folder, self.folder / "serve.log")
        try:
            url = f"http://127.0.0.1:{port}"
            _wait(process, url, self.folder / "serve.log")
            yield url
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def worked(self) -> float:
        """Seconds of a core's time that it has used while it serves: hardly touched by whoever else is busy here."""
        if self._serving is None:
            return 0.0
        # Behind the name, which may hold anything, stand the ticks in user and in system mode.
        stat = Path(f"/proc/{self._serving.pid}/stat").read_text(encoding="ascii", errors="replace")
        fields = stat.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def read_scores(self, url: str, seed: int = 0, rows: list[project.Example] | None = None) -> scores.Scores:
        """Ask it what it was not shown, and keep what its scores mean."""
        _, left = project.split(rows or project.examples(), seed)
        known = frozenset(intent for intent, _ in rows or project.examples())
        with httpx.Client(base_url=url, timeout=30, trust_env=False) as client:
            answers = [ask(client, sentences.plain(marked), known) for _, marked in left]
        found = scores.fit(answers, [intent for intent, _ in left])
        scores.save(found, self.folder)
        return found


def ask(client: httpx.Client, text: str, known: frozenset[str]) -> Answer:
    said = for_rasa(text)
    answer: Any = client.post("/model/parse", json={"text": said}).json()
    return read(answer, said, known)


def _last(done: subprocess.CompletedProcess[str]) -> str:
    return " / ".join((done.stderr or done.stdout).strip().splitlines()[-3:])


def _ended(process: subprocess.Popen[bytes], log: Path, say: Say | None) -> int:
    """Its exit code, once it has one."""
    while True:
        try:
            return process.wait(TELLS_EVERY)
        except subprocess.TimeoutExpired:
            if say is not None:
                say(_lines(log)[-1])


def _lines(log: Path) -> list[str]:
    """What it wrote; a bar that is drawn anew in its line is a line each time."""
    found = re.split(r"[\r\n]+", log.read_text(encoding="utf-8", errors="replace").strip())
    return [line.strip() for line in found]


def _wait(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    until = time.monotonic() + STARTS_IN
    with httpx.Client(trust_env=False, timeout=5) as client:
        while time.monotonic() < until:
            if process.poll() is not None:
                break
            try:
                if client.get(url + "/status").json().get("model_file"):
                    return
            except (httpx.HTTPError, ValueError):
                time.sleep(0.3)
    raise Unavailable(f"Rasa did not start: {log.read_text(encoding='utf-8', errors='replace')[-300:]}")
