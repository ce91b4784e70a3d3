"""The demo community, fixed so that every example of the README comes out the same."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from backend.models.people import building, contact, duty, household, resident
from backend.services import keys
from backend.services.communities import register
from bot.contract.conversation import Community

BUILDINGS, UNITS, FLOORS, ROOMS = 20, 3, 18, 4
HOME = "3栋2单元501"

# name, home, phone, role, birth year, lives alone
PEOPLE = (
    ("李娜", HOME, "13800000501", "owner", 1986, False),
    ("王建国", "3栋2单元602", "13800000602", "owner", 1944, True),
    ("陈秀英", "5栋1单元302", "13800005302", "owner", 1939, True),
    ("David Brown", "12栋2单元603", "13800012603", "tenant", 1990, False),
    ("赵敏", "8栋3单元1201", "13800081201", "owner", 1979, False),
)
# whose contact, name, relation, phone
CONTACTS = (
    ("13800000602", "王小明", "son", "13900000001"),
    ("13800000602", "刘芳", "neighbour", "13900000002"),
    ("13800005302", "周丽", "daughter", "13900000003"),
)
DUTY = (("值班一号", "13700000001", 1), ("值班二号", "13700000002", 2))


def load(connection: Connection, settings: Community, real: datetime) -> None:
    """Load what is not there yet, and renew the answered drills, so that alarms are armed in the demo."""
    if register(connection, settings, demo=True):
        _homes(connection, settings.id)
        _people(connection, settings.id, real)
        keys.put(connection, settings.id, "demo", keys.ALL_SCOPES, keys.DEMO_KEY, real)
    connection.execute(update(duty).where(duty.c.community_id == settings.id).values(drill_answered_at=real))


def resident_of_demo(connection: Connection, key: str) -> int:
    """The verified resident that a sender of the demo's chat counts as."""
    rows = select(resident.c.id).where(resident.c.community_id == key, resident.c.phone == PEOPLE[0][2])
    return int(connection.execute(rows).scalar_one())


def _homes(connection: Connection, key: str) -> None:
    shape = {"community_id": key, "units": UNITS, "floors": FLOORS, "rooms_per_floor": ROOMS}
    connection.execute(insert(building), [{**shape, "number": str(n)} for n in range(1, BUILDINGS + 1)])
    numbers = connection.execute(select(building.c.id, building.c.number).where(building.c.community_id == key)).all()
    homes = [
        {
            "community_id": key,
            "building_id": row.id,
            "unit": str(unit),
            "room": f"{floor}{room:02d}",
            "label": f"{row.number}栋{unit}单元{floor}{room:02d}",
        }
        for row in numbers
        for unit in range(1, UNITS + 1)
        for floor in range(1, FLOORS + 1)
        for room in range(1, ROOMS + 1)
    ]
    connection.execute(insert(household), homes)


def _people(connection: Connection, key: str, real: datetime) -> None:
    labels = [person[1] for person in PEOPLE]
    rows = connection.execute(
        select(household.c.id, household.c.label).where(household.c.community_id == key, household.c.label.in_(labels))
    )
    homes = {row.label: row.id for row in rows}
    for name, home, phone, role, born, alone in PEOPLE:
        connection.execute(
            insert(resident).values(
                community_id=key,
                household_id=homes[home],
                name=name,
                phone=phone,
                role=role,
                birth_year=born,
                lives_alone=alone,
                slow=False,
            )
        )
    ids = {row.phone: row.id for row in connection.execute(select(resident.c.id, resident.c.phone))}
    for rank, (whose, name, relation, phone) in enumerate(CONTACTS, 1):
        connection.execute(
            insert(contact).values(
                community_id=key, resident_id=ids[whose], name=name, relation=relation, phone=phone, rank=rank
            )
        )
    for name, phone, rank in DUTY:
        connection.execute(
            insert(duty).values(community_id=key, name=name, phone=phone, rank=rank, drill_answered_at=real)
        )
