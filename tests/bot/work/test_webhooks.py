"""Webhooks: signed as the standard says, in the transaction of what they tell, and for nobody else."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection
from standardwebhooks import Webhook, WebhookVerificationError

from backend.services import cases, webhooks
from backend.services.cases import NewCase
from bot.contract.errors import Refused
from bot.work import deliver
from tests.bot.work.station import COMMUNITY, Station, until
from tests.fakes.receiver import Receiver


def test_a_delivery_is_verified_by_the_public_library(station: Station, receiver: Receiver) -> None:
    made = station.endpoint(receiver.url())
    station.happen()
    station.clear()
    (call,) = receiver.calls
    told = Webhook(made.secret).verify(call.body, call.headers)
    assert told["type"] == "case.created"
    assert told["data"] == {"n": 0}
    (row,) = station.rows()
    assert (row.state, row.attempts, row.queue) == ("sent", 1, None)


def test_a_flipped_bit_is_refused_by_the_public_library(station: Station, receiver: Receiver) -> None:
    made = station.endpoint(receiver.url())
    station.happen()
    station.clear()
    call = receiver.calls[0]
    for place in range(len(call.body)):
        body = bytearray(call.body)
        body[place] ^= 1
        with pytest.raises(WebhookVerificationError):
            Webhook(made.secret).verify(bytes(body), call.headers)


def test_two_keys_sign_while_one_is_exchanged(station: Station, receiver: Receiver) -> None:
    made = station.endpoint(receiver.url())
    new = station.do(lambda c: webhooks.rotate(c, COMMUNITY, made.id, 1, station.clock.real()))
    station.happen()
    station.clear()
    call = receiver.calls[0]
    assert len(call.headers["webhook-signature"].split(" ")) == 2
    for secret in (made.secret, new):
        Webhook(secret).verify(call.body, call.headers)
    immediately = station.do(lambda c: webhooks.rotate(c, COMMUNITY, made.id, 0, station.clock.real()))
    station.happen()
    station.clear()
    last = receiver.calls[-1]
    Webhook(immediately).verify(last.body, last.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(new + "AA").verify(last.body, last.headers)


def test_only_what_was_asked_for_is_told_and_only_with_its_effect(station: Station, receiver: Receiver) -> None:
    station.endpoint(receiver.url("/cases"), "case.created")
    station.endpoint(receiver.url("/alarms"), "alarm.*")

    def file(connection: Connection) -> None:
        cases.file(connection, NewCase(COMMUNITY, "repair", "3-2-501", "tap"), station.clock.now())

    def broken(connection: Connection) -> None:
        file(connection)
        raise Refused("after it was filed")

    with pytest.raises(Refused):
        station.do(broken)
    assert station.rows() == []
    station.do(file)
    station.clear()
    (call,) = receiver.calls
    assert call.path == "/cases"
    assert call.json["data"]["state"] == "received"


def test_what_is_committed_is_sent_at_once(
    station: Station, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rung, not found by looking: the next look comes in an hour."""
    monkeypatch.setattr(deliver, "LOOK_SECONDS", 3600.0)
    station.endpoint(receiver.url())
    with station.running():
        for number in range(1, 4):
            station.happen()
            until(lambda number=number: len(receiver.calls) == number)  # type: ignore[misc]  # bound now
            until(lambda: {row.state for row in station.rows()} == {"sent"})


def test_an_unknown_event_and_too_many_endpoints_are_refused(station: Station, receiver: Receiver) -> None:
    with pytest.raises(Refused, match=r"case\.opened"):
        station.endpoint(receiver.url(), "case.opened")
    for _ in range(webhooks.MOST):
        station.endpoint(receiver.url())
    with pytest.raises(Refused, match="already"):
        station.endpoint(receiver.url())


def test_a_removed_endpoint_gets_nothing_more(station: Station, receiver: Receiver) -> None:
    made = station.endpoint(receiver.url())
    station.happen()
    station.do(lambda c: webhooks.remove(c, COMMUNITY, made.id, station.clock.real()))
    station.happen()
    station.clear()
    assert receiver.calls == []
    (row,) = station.rows()
    assert (row.state, row.last_error) == ("dead", "webhook removed")
