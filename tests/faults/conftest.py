"""Short forms run with `make test`; `make faults` runs the long ones and prints a table of every promise."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator

import pytest

from tests.faults.verdicts import Length, Row, Verdict, table

LONGEST_SECONDS = 1200
ROWS = pytest.StashKey[list[Row]]()


class TooLong(BaseException):
    """No `Exception`, and no `TimeoutError`, which is an `OSError`: whoever tries again after a failed connection, or
    apologises for whatever breaks, must not take it for that and go on without an end."""


@pytest.fixture
def length(request: pytest.FixtureRequest) -> Length:
    """`length(2, 20)` is 2 in the short form and 20 in the long one."""
    return Length(bool(request.config.getoption("--long")))


@pytest.fixture
def verdict(request: pytest.FixtureRequest) -> Verdict:
    """`verdict("R6", "receiver away for 10 min", "0 lost", good=lost == 0)`: a row and the assertion."""
    rows = request.config.stash.setdefault(ROWS, [])
    plugins = request.config.pluginmanager
    reporter, capture = plugins.get_plugin("terminalreporter"), plugins.get_plugin("capturemanager")

    def tell(line: str) -> None:
        """The long forms take minutes: each row is shown as soon as it is known."""
        if request.config.getoption("--long") and reporter is not None and capture is not None:
            with capture.global_and_fixture_disabled():
                reporter.write_line(line)

    return Verdict(rows, request.node.name, tell, bool(request.config.getoption("--long")))


@pytest.fixture(autouse=True)
def bounded(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever hangs is a row that failed, and the others are still shown."""
    if not request.config.getoption("--long"):
        yield
        return

    # Five thousand talks take longer than any outage.
    longest = int(getattr(request.module, "LONGEST_SECONDS", LONGEST_SECONDS))

    def over(number: int, frame: object) -> None:
        raise TooLong(f"longer than {longest} s")

    before = signal.signal(signal.SIGALRM, over)
    signal.alarm(longest)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> object:
    """A promise whose test broke before its verdict stands in the table too."""
    outcome = yield
    if call.when == "call" and call.excinfo is not None and "verdict" in getattr(item, "fixturenames", ()):
        rows = item.config.stash.setdefault(ROWS, [])
        if not any(row.test == item.name and not row.good for row in rows):
            rows.append(Row(item.name.split("_")[1].upper(), item.name, "", f"broke: {call.excinfo.typename}", False))
    return outcome


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, exitstatus: int, config: pytest.Config) -> None:
    rows = config.stash.get(ROWS, [])
    if rows and config.getoption("--long"):
        write: Callable[[str], None] = terminalreporter.write_line
        for line in table(rows):
            write(line)
