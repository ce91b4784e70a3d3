"""What comes by itself and what is said otherwise than in words: staff, badges, photos on their way, places, voices."""

from __future__ import annotations

import base64
import io
from typing import Any

from PIL import Image
from playwright.sync_api import expect

from tests.channels.web.conftest import PHONE

HERE = {"latitude": 31.23041, "longitude": 121.47372}
# Stands where a browser's own speech would: what was to be said, and what was heard.
SPEECH = """
window.spoken = [];
const voice = { speak: (said) => spoken.push([said.lang, said.text]), cancel() {} };
Object.defineProperty(window, 'speechSynthesis', { value: voice });
window.SpeechRecognition = class {
  start() {
    setTimeout(() => {
      this.onresult({ results: [[{ transcript: '厨房' }], [{ transcript: '水龙头漏水' }]] });
      this.onend();
    });
  }
  stop() { this.onend(); }
};
"""


def _tray(one: Any, words: str) -> None:
    one.page.locator(".more").click()
    one.page.locator(".tray button", has_text=words).click()


def test_what_a_person_says_comes_by_itself_with_their_name_and_a_badge(visit: Any) -> None:
    one = visit()
    one.open("zh-Hans")
    one.say("转人工")
    # Only what is pushed may bring it.
    one.page.route("**/history*", lambda route: route.abort())
    one.site.desk(one.sender, "take-over")
    one.page.locator(".who p", has_text="为您服务").wait_for()
    name = "王师傅"
    expect(one.page.locator(".who p")).to_contain_text(name)
    one.page.locator(".tool[aria-label=收起对话]").click()
    one.site.desk(one.sender, "messages", text="我是前台，马上帮您看。")
    one.page.locator(".launch .badge:visible", has_text="1").wait_for()
    expect(one.page.locator(".launch")).to_contain_text("条新消息")
    one.launch.click()
    one.page.locator(".bubble", has_text="我是前台，马上帮您看。").wait_for()
    expect(one.page.locator(".by").last).to_have_text(name)
    expect(one.page.locator(".launch .badge")).to_be_hidden()
    one.page.locator(".tool[aria-label=收起对话]").click()
    one.page.unroute("**/history*")
    one.page.reload()
    one.launch.wait_for()
    one.site.desk(one.sender, "messages", text="师傅已经在路上了。")
    one.page.locator(".launch .badge:visible", has_text="1").wait_for()


def test_a_dropped_photo_shows_how_far_it_is(visit: Any) -> None:
    one = visit()
    one.open("en")
    held: list[Any] = []
    one.page.route("**/photos", lambda route: held.append(route))
    out = io.BytesIO()
    Image.effect_noise((1800, 1800), 90).save(out, "PNG")
    assert len(out.getvalue()) > 1_500_000
    one.page.locator(".panel").evaluate(
        """(panel, coded) => { const data = new DataTransfer();
        const bytes = Uint8Array.from(atob(coded), (one) => one.charCodeAt(0));
        data.items.add(new File([bytes], 'x.png', { type: 'image/png' }));
        panel.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true })); }""",
        base64.b64encode(out.getvalue()).decode(),
    )
    one.page.locator(".line.mine progress").wait_for()
    while not held:
        one.page.wait_for_timeout(20)
    # A phone's camera makes more than a desk needs: what goes is smaller.
    assert len(held[0].request.post_data_buffer) < len(out.getvalue())
    held[0].continue_()
    one.answered()
    expect(one.page.locator(".line.mine .picture img")).to_have_count(1)
    expect(one.page.locator("progress")).to_have_count(0)


def test_a_place_is_sent_only_after_a_yes(visit: Any) -> None:
    one = visit(PHONE, geolocation=HERE, permissions=["geolocation"], has_touch=True)
    one.open("zh-Hans")
    sent: list[str] = []
    one.page.on("request", lambda request: sent.append(request.post_data or ""))
    _tray(one, "发送位置")
    one.page.locator(".tray p", has_text="不会一直定位").wait_for()
    assert not [body for body in sent if "latitude" in body]
    one.page.locator(".tray button", has_text="先不发").click()
    expect(one.page.locator(".tray button", has_text="拍照")).to_have_count(1)
    one.page.locator(".tray button", has_text="发送位置").click()
    one.page.locator(".tray .row button").first.click()
    one.page.locator(".line.mine", has_text="我的位置").wait_for()
    one.answered()
    one.page.reload()
    one.launch.click()
    one.page.locator(".line.mine", has_text="我的位置 · 31.23041, 121.47372").wait_for()


def test_where_no_place_may_be_had_it_is_said(visit: Any) -> None:
    one = visit()
    one.open("en")
    one.page.evaluate("() => { navigator.geolocation.getCurrentPosition = (good, bad) => bad({ code: 1 }); }")
    _tray(one, "Send my location")
    one.page.locator(".tray .row button").first.click()
    one.page.locator(".tray p", has_text="not allowed").wait_for()
    one.page.keyboard.press("Escape")
    expect(one.page.locator(".tray")).to_be_hidden()
    expect(one.text).to_be_visible()


def test_answers_are_read_aloud_and_speech_is_written_down(visit: Any) -> None:
    one = visit()
    one.page.add_init_script(SPEECH)
    one.open("zh-Hans")
    _tray(one, "朗读回复")
    first = one.page.evaluate("spoken")
    assert [language for language, _ in first] == ["zh-CN"]
    one.page.locator(".tray button", has_text="说话输入").click()
    one.page.locator(".tray p", has_text="浏览器").wait_for()
    expect(one.text).to_have_value("")
    one.page.locator(".tray .row button").first.click()
    one.page.wait_for_function(
        "() => document.querySelector('linli-chat').shadowRoot.querySelector('textarea').value === '厨房水龙头漏水'"
    )
    one.text.press("Enter")
    one.answered()
    last = one.page.evaluate("spoken.at(-1)[1]")
    assert "3栋2单元501" in last
    assert last.endswith("不是。") or "是" in last


def test_a_pass_shows_its_code_as_a_picture(visit: Any) -> None:
    one = visit(PHONE)
    one.open("zh-Hans")
    one.say("明天下午三点王先生来我家做客，走路来")
    for _ in range(3):
        if one.page.locator(".line:not(.mine) .picture img").count():
            break
        one.tap(one.page.locator(".choices button").first.inner_text())
    code = one.page.locator(".line:not(.mine) .picture img")
    code.wait_for()
    assert code.evaluate("image => image.decode().then(() => image.naturalWidth)") > 100
    box = code.bounding_box()
    assert box is not None
    assert box["width"] >= 160
