"""Text messages in mainland China: only approved words go out, each number has its own answer, replies are heard."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from tencentcloud.common.credential import Credential  # type: ignore[import-untyped]  # has no types
from tencentcloud.common.exception import TencentCloudSDKException  # type: ignore[import-untyped]  # has no types
from tencentcloud.common.profile.client_profile import ClientProfile  # type: ignore[import-untyped]  # has no types
from tencentcloud.common.profile.http_profile import HttpProfile  # type: ignore[import-untyped]  # has no types
from tencentcloud.sms.v20210111 import models, sms_client  # type: ignore[import-untyped]  # has no types

from backend.services import outbox
from bot.contract.channel import Account
from bot.contract.errors import Misconfigured, Refused
from bot.contract.messages import Address
from bot.contract.text import t
from bot.settings import AccountSettings, ChannelSettings, Settings
from channels.sms.approved import Chosen, chosen
from channels.tencent import senders
from intents.understand import Embedded
from tests.channels.drivers import DEMO, Bench
from tests.channels.drivers.driver import Driver, Heard
from tests.fakes.tencent import APP, CALLBACK, NEWS, SECRET_ID, SECRET_KEY, SIGN, TEMPLATES, Tencent

USER = "+8613800000501"
SECRETS = {"SECRET_ID": SECRET_ID, "SECRET_KEY": SECRET_KEY, "APP": APP, "SIGN": SIGN, "CALLBACK": CALLBACK}


class Vendor(Driver):
    """A text message as Tencent hands it on, and its API at the other end."""

    name = "sms"
    user = USER

    def __init__(self, settings: Settings, standing: Any, side: Tencent) -> None:
        self.fake = side
        self.fake.anew()
        self.seen = 0
        super().__init__(settings, standing, side)

    @classmethod
    def stand_in(cls) -> Tencent:
        return Tencent()

    @classmethod
    def configured(cls, side: Tencent) -> dict[str, Any]:
        account = AccountSettings(community=DEMO, templates=TEMPLATES)
        on = {"sms": ChannelSettings(enabled=True, accounts={"demo": account})}
        rest = {"rest": ChannelSettings(enabled=True, accounts={"demo": AccountSettings(community=DEMO)})}
        vendors = {f"SMS_DEMO_{name}": value for name, value in SECRETS.items()}
        return {"channels": on | rest, "vendors": vendors | {"SMS_DEMO_ENDPOINT": side.url}}

    def text(self, words: str, number: int | None = None) -> httpx.Response:
        second = number or next(self.numbers)
        said = {"nationcode": "86", "mobile": USER[3:], "text": words, "sign": SIGN, "time": second, "extend": ""}
        return self.tell("reply", said)

    def tell(self, what: str, said: object, word: str = CALLBACK, account: str = "demo") -> httpx.Response:
        return self.post(f"/channels/sms/{account}/tencent/{word}/{what}", json.dumps(said).encode(), {})

    def tap(self, title: str, payload: str) -> httpx.Response:
        return self.text(payload)

    def raw(self, body: bytes) -> httpx.Response:
        return self.post(f"/channels/sms/demo/tencent/{CALLBACK}/reply", body, {})

    def forged(self) -> list[httpx.Response]:
        return [self.tell("reply", {}, "another-word-of-twenty-four"), self.tell("status", [], "x")]

    def read(self, response: httpx.Response) -> list[Heard]:
        new, self.seen = self.fake.texts()[self.seen :], len(self.fake.sent)
        return [Heard(text) for text in new]

    def shown(self, parts: tuple[Any, ...]) -> str:
        return ""


@pytest.fixture(scope="module")
def bench(prepared: Settings, interpreter: Embedded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    made = Bench("sms", prepared, interpreter, tmp_path_factory.mktemp("tencent"), Vendor)
    yield made
    made.close()


@pytest.fixture
def at(bench: Bench, tmp_path: Path) -> Iterator[Vendor]:
    with bench.driver(tmp_path) as one:
        assert isinstance(one, Vendor)
        yield one


def _push(at: Vendor, words: str, once: str, phone: str = USER) -> None:
    """What the house says beside a call, in words already."""
    desk = at.one.app.state.desk
    conversation = at.rows()[0].conversation_id
    text = t("{words}", words=words)
    desk.db.submit(lambda c: outbox.sms(c, conversation, phone, text, once, desk.clock.real())).result(10)
    at.deliver()


def _last(at: Vendor) -> Any:
    return at.rows("push")[-1]


def test_a_reply_is_heard_once_and_answered_by_what_is_approved(at: Vendor) -> None:
    assert at.hear(at.text("厨房水龙头漏水，请来修", 7)) == [Heard(f"【{SIGN}】{NEWS}")]
    assert at.hear(at.text("厨房水龙头漏水，请来修", 7)) == []
    assert at.messages() == 1
    assert at.text("你好").json() == {"result": 0, "errmsg": "OK"}


def test_a_cry_for_help_is_an_alarm_here_too(at: Vendor) -> None:
    at.hear(at.text("救命，家里着火了"))
    assert len(at.one.items("alarms", conversation=USER)) == 1


def test_what_is_approved_goes_with_its_variables(at: Vendor) -> None:
    at.hear(at.text("你好"))
    _push(at, "您的验证码是482913，10分钟内有效。", "code", phone="138 0000 0501")
    sent = at.fake.sent[-1]
    assert (sent["To"], sent["TemplateId"], sent["TemplateParamSet"]) == (USER, "1110001", ["482913", "10"])
    assert _last(at).state == "sent"


def test_a_link_is_not_put_into_a_variable(at: Vendor) -> None:
    at.hear(at.text("你好"))
    _push(at, "请在https://linli.example/pay/x前到前台办理。", "link")
    assert at.fake.texts()[-1] == f"【{SIGN}】{NEWS}"


def test_what_became_of_it_is_written_down(at: Vendor) -> None:
    at.hear(at.text("你好"))
    for once, state in (("one", "SUCCESS"), ("two", "FAIL")):
        _push(at, "您的验证码是482913，10分钟内有效。", once)
        report = {
            "user_receive_time": "2026-11-20 10:00:00",
            "nationcode": "86",
            "mobile": USER[3:],
            "errmsg": "MK:100C",
        }
        report |= {"report_status": state, "description": "", "sid": at.fake.sent[-1]["SerialNo"]}
        assert at.tell("status", [report]).json() == {"result": 0, "errmsg": "OK"}
    rows = at.rows("push")
    assert rows[-2].delivered_at is not None
    assert (rows[-1].state, rows[-1].last_error) == ("dead", "MK:100C")


@pytest.mark.parametrize(
    ("code", "state"),
    [
        ("FailedOperation.PhoneNumberInBlacklist", "dead"),
        ("FailedOperation.TemplateIncorrectOrUnapproved", "dead"),
        ("LimitExceeded.PhoneNumberThirtySecondLimit", "due"),
        ("InternalError.Timeout", "due"),
    ],
)
def test_a_number_that_is_refused_inside_a_200(at: Vendor, code: str, state: str) -> None:
    at.hear(at.text("你好"))
    at.fake.refuses[USER] = code
    _push(at, "您的验证码是482913，10分钟内有效。", "code")
    assert (_last(at).state, code in _last(at).last_error) == (state, True)


@pytest.mark.parametrize(
    ("code", "state"),
    [
        ("LimitExceeded.PhoneNumberDailyLimit", "dead"),
        ("LimitExceeded.PhoneNumberOneHourLimit", "dead"),
        ("LimitExceeded.PhoneNumberThirtySecondLimit", "due"),
    ],
)
def test_the_limit_of_one_number_holds_nobody_elses_alarm(at: Vendor, code: str, state: str) -> None:
    desk, other = at.one.app.state.desk, "+8613800000502"
    at.fake.refuses[USER] = code
    text = t("{words}", words="请在今天前到前台办理。")
    for phone in (USER, other):
        to = Address("sms", phone, "demo")
        desk.db.submit(
            partial(outbox.alert, community=DEMO, to=to, text=text, once=phone, real=desk.clock.real())
        ).result(10)
        at.deliver()
    assert [one["To"] for one in at.fake.sent] == [other]
    assert [row.state for row in at.rows("alert")] == [state, "sent"]


def test_an_empty_package_is_ours_to_mend_and_loses_nothing(at: Vendor) -> None:
    at.hear(at.text("你好"))
    at.fake.poor = True
    _push(at, "您的验证码是482913，10分钟内有效。", "code")
    assert (_last(at).state, "InsufficientBalance" in _last(at).last_error) == ("due", True)


def test_who_opts_out_hears_nothing_more(at: Vendor) -> None:
    at.hear(at.text("你好"))
    at.hear(at.text("退订"))
    before = len(at.fake.sent)
    desk, conversation = at.one.app.state.desk, at.rows()[0].conversation_id
    text = t("Done: it is withdrawn.")
    desk.db.submit(lambda c: outbox.push(c, conversation, text, "push", desk.clock.real())).result(10)
    at.deliver()
    assert len(at.fake.sent) == before


def test_who_does_not_know_the_word_is_refused(at: Vendor) -> None:
    assert [one.status_code for one in at.forged()] == [401, 401]
    assert at.tell("reply", {}, account="nobody").status_code == 404
    assert at.messages() == 0


WHOLE = {"nationcode": "86", "mobile": "13800000501", "text": "你好", "sign": SIGN, "time": 1}


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("reply", []),
        ("reply", {**WHOLE, "mobile": "x"}),
        ("reply", {**WHOLE, "time": "1"}),
        ("reply", {**WHOLE, "text": 7}),
        ("status", {}),
        ("status", [7]),
        ("status", [{"sid": "", "report_status": "SUCCESS"}]),
        ("status", [{"sid": "1", "report_status": "PERHAPS"}]),
    ],
)
def test_what_tencent_never_sends_is_refused(at: Vendor, what: str, said: object) -> None:
    assert at.tell(what, said).status_code == 400


def test_what_cannot_be_stored_is_asked_for_again(at: Vendor) -> None:
    with at.nothing_stored():
        assert at.text("你好").status_code == 503


def test_approved_words() -> None:
    assert chosen("您的验证码是 1，\n2分钟内有效。", TEMPLATES) == Chosen("1110001", ("1", "2"))
    assert chosen("请在周五前到前台办理。", TEMPLATES) == Chosen("1110003", ("周五",))
    twice = {"1": "{2}，{1}，{2}。", "2": "news"}
    assert chosen("甲，乙，甲。", twice) == Chosen("1", ("乙", "甲"))
    assert chosen("甲，乙，丙。", twice) == Chosen("2", ())
    with pytest.raises(Refused, match="no approved template"):
        chosen("something else", {"1": "{1}分钟"})


def test_the_vendors_own_client_is_taken_and_refused_as_we_are() -> None:
    fake = Tencent()
    try:
        profile = ClientProfile(httpProfile=HttpProfile(protocol="http", endpoint=fake.url.removeprefix("http://")))
        client = sms_client.SmsClient(Credential(SECRET_ID, SECRET_KEY), "ap-guangzhou", profile)
        asked = models.SendSmsRequest()
        asked.PhoneNumberSet, asked.SmsSdkAppId, asked.SignName = [USER, "+8613"], APP, SIGN
        asked.TemplateId, asked.TemplateParamSet = "1110001", ["482913", "10"]
        told = client.SendSms(asked).SendStatusSet
        assert [one.Code for one in told] == ["Ok", "InvalidParameterValue.IncorrectPhoneNumber"]
        assert fake.sent[0]["SerialNo"] == told[0].SerialNo
        wrong = sms_client.SmsClient(Credential(SECRET_ID, "another"), "ap-guangzhou", profile)
        with pytest.raises(TencentCloudSDKException, match="SignatureFailure"):
            wrong.SendSms(asked)
    finally:
        fake.close()


@pytest.mark.parametrize("name", [*SECRETS, "templates"])
def test_a_setting_that_is_wrong_is_named(name: str) -> None:
    given = {one.lower(): value for one, value in SECRETS.items()} | {name.lower(): "?"}
    templates = {} if name == "templates" else TEMPLATES
    with pytest.raises(Misconfigured) as told:
        senders({"main": Account(DEMO, {}, {}, secrets=given, templates=templates)}, "sms")
    assert told.value.file == ("config.yml" if name == "templates" else f"LINLI_SMS_MAIN_{name}")
