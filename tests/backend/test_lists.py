"""A list of many things is read by an index, whatever it is narrowed by: nothing is looked through from end to end."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, event

from backend.services import listing
from backend.services.listing import Query
from tests.backend.climbing import ONE
from tests.conftest import MakeResident

LISTS = (listing.cases, listing.bookings, listing.bills, listing.payments, listing.passes)
WISHES = [{}, {"kind": "repair"}, {"state": "received"}, {"conversation": "li-na"}, {"cursor": "9"}]


@ONE
@pytest.mark.parametrize("wish", WISHES, ids=str)
def test_no_list_is_read_from_end_to_end(resident: MakeResident, wish: dict[str, str]) -> None:
    one = resident()

    def plans(connection: Connection) -> list[str]:
        asked: list[tuple[str, Any]] = []

        def heard(_: Any, __: Any, statement: str, parameters: Any, *more: Any) -> None:
            asked.append((statement, parameters))

        for read in LISTS:
            event.listen(connection.engine, "before_cursor_execute", heard)
            read(connection, Query("sunshine", **wish))  # type: ignore[arg-type]  # only what is text
            event.remove(connection.engine, "before_cursor_execute", heard)
        rows = (connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {words}", values) for words, values in asked)
        return [str(row[-1]) for found in rows for row in found]

    found: list[str] = one.app.state.desk.db.read_now(plans)
    assert len(found) >= len(LISTS)
    # A coroutine of the query itself may be gone through; a table may not.
    assert [line for line in found if line.startswith("SCAN") and "subquery" not in line and "ROW" not in line] == []
