"""Tells whole messages that cry for nobody: how old somebody is, that a visitor comes now, that a door stayed shut."""

from __future__ import annotations

from bot.contract.understanding import Danger
from intents.normalise import fold
from intents.patterns import later

_LONGEST = 64
_HAN_WHO = "我|他|她|孩子|小孩|宝宝|儿子|女儿|孙子|孙女|老人|妈妈?|爸爸?|奶奶|爷爷"
_WHO = (
    "he|she|mum|mom|mother|dad|father|son|daughter|kid|child|baby|grandma|grandpa|grandson|granddaughter|husband|wife"
)
_AGE = later(
    rf"(?>我家|{_HAN_WHO}|今年|才|刚|已经|快|都|了|的|,)*"
    r"(?:(?:\d{1,3}|[一二两三四五六七八九十百零半]{1,4})(?:周?岁(?:半|多|了)?|个月(?:大)?)|(?:\d{2}|[一二三四五六七八九]?十[一二三四五六七八九]?))"
    r"(?:了|啊|呢|\.|。)*"
    rf"|(?:my |our |the )?(?:{_WHO})(?:'s| is)? (?:about |almost |only |just |now |already )*"
    r"(?:\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten)(?: and a half)?"
    r"(?: ?(?:years?|months?|yrs?)(?: old)?)?(?: now| already)?[.!]?"
    r"|(?:about |almost |only )?\d{1,3} (?:years?|months?)(?: old)?[.!]?"
    # "My son will be, he's 17": who is at home, and old enough.
    rf"|(?:my |our |the )?(?:{_WHO})(?: is|'s| will be|'ll be|ll be)(?: (?:there|here|home|at home|in))?[ ,.]+"
    r"(?:and )?s?he(?:'s| is|s) (?:about |almost |only |just |already )*\d{1,2}(?: years? old)?[.!]?"
)
# "I heard": the ear takes it for somebody who was heard. And where something floats, what it is: nobody.
_NOTHING = later(
    r"(?:我们?|嗯|哦|好|,)*(?:听到|听见|看到|看见|收到)了(?:啊|呀|哈|的|,|谢谢)*[。.!]*"
    r"|(?:[^,。!?]{0,12}(?:池塘|水池|喷泉|湖|河|泳池)(?:里|上|水面上?|边|中)?(?:又|还|都|一直)?(?:漂|浮)(?:着|了)"
    r"(?:很多|好多|一堆|一层|一些|一个|几个|不少|些|个)?的?(?:垃圾|塑料袋?|塑料瓶|瓶子|树叶|叶子|落叶|泡沫|死鱼|油|绿藻|水藻|袋子|纸盒|纸|烟头))"
    r"(?:啊|呀|了|,|没人管)*[。.!]*"
)


# "现在就来": who was spoken of comes now; whoever wants help says "快来".
_COMES = later(
    r"(?:他|她|人|车|师傅|快递|外卖)?(?:们)?(?:现在|马上|这就|立刻|一会儿?|等会儿?)就(?:要|会)?(?:来|到)(?:了|啊|的)?[。.!]*"
)
# "快点哈 他在外头站着呢": the visitor waits; a pursuer waits in no other words, so it is asked about all the same.
_WAITS = later(
    r"(?:快|麻烦|请|稍微|你们?|您)*(?:一?点儿?|些)?(?:啊|哈|吧|呀|嘛|,| )*(?:他|她|人家?|师傅|客人|朋友|快递|小哥)(?:们)?"
    r"(?:还|都|就|已经|正|一直)*在(?:大?门|楼|小区|外)(?:头|面|边|口|外|下)(?:面|头)?(?:站|等|候)(?:着|半天|好久)?(?:了|呢|啊|的)*[。.!]*"
    r"|(?:hurry(?: up)?|quick(?:ly)?|be quick|please|come on|[, ])*(?:he|she|they|my (?:guest|friend|visitor)s?)"
    r"(?:.s| is| are|.re| has been)? (?:just |still |already )*(?:standing|waiting)(?: (?:right )?(?:outside|out there|at the (?:gate|door|entrance)|downstairs))?"
    r"(?: (?:now|already|in the rain))*[.!]*"
)
# A door at which nobody answered, and nothing said of who is behind it: whoever lies there is asked for, not assumed.
_NO_ANSWER = later(
    r"(?:我|刚|刚才|已经|去|过|楼上|楼下|隔壁|对面|对门|邻居|他们?家?|那家|人家|是|的|住|在|\d|栋|号|幢|单元|楼|层|室|,| )*"
    r"(?:敲|按|拍)(?:了|过)*(?:半天|好久|几次|很久|好几次|好几遍)?的?(?:门铃?)(?:了|半天|好久|,| )*(?:都|也|一直)?(?:没人?|没有人|不|无人)(?:应声?|开门?|答应|在家?|理|回应)"
    r"(?:啊|了|的|呢|,| )*(?:(?:他|她|楼上|楼下)(?:们)?家?(?:又|还|一直|在)*漏水)?(?:啊|了|的|呢)*[。.!]*"
    r"|(?:i|we)(?:.ve| have)? (?:knocked|rang|rung)(?: (?:the|their|his|her|on|at|bell|door|doorbell|upstairs|twice|number|no\.?|flat|room|apartment|\d{1,4}))*"
    r"(?:,| |and|but)*(?:no ?body|no one|nobody.s)(?: (?:has|is))? (?:answered|answers|answer|answering|opened|opens|came|in|home|there)(?: the door)?[.!]*"
)
# What of a person lies somewhere: the person does not.
_GOODS_HAN = "奶粉|奶瓶|尿不湿|尿布|纸尿裤|书包|书|课本|作业|校服|衣服|鞋子?|玩具|药|眼镜|身份证|手机|钥匙|礼物|蛋糕|快递|包裹|东西|饭|菜|水果|轮椅|拐杖"
_GOODS = (
    "formula|milk|milk powder|nappies|diapers|medicines?|medication|pills|school ?bag|bag|books?|homework|uniform|clothes|shoes|toys?"
    "|glasses|phone|keys?|parcels?|packages?|present|gift|cake|food|things|stuff|wheelchair"
)
_OWNED = later(
    rf"(?:我家?的?)?(?:{_HAN_WHO}|老公|老婆|爷爷|宝贝|娃)的?(?=(?:{_GOODS_HAN})(?:还|都|就|也|给|被|全)*(?:锁|落|卡|关|放|丢|忘|取不出|拿不出|在))"
    rf"|\b(?:my |our |the )(?:{_WHO}|kid|boy|girl|toddler|granny)(?:'?s)(?= (?:{_GOODS})\b)"
)

# A thing in a locker, and nobody.
_THING_IN = later(
    rf"(?:(?:那个?|我的?|小区的?|楼下的?)?(?:快递|丰巢|储物|寄存|柜|箱|门|信|包裹|车|后备)*[柜箱门车](?:门|子)?(?:又|还|一直)?(?:打不开|开不了|不开|坏了|卡住了?|锁住了?)[, 啊了呀]*)?"
    rf"(?:我家?的?)? *(?:{_GOODS_HAN})(?:还|都|就|也|给|被|全|锁|落|卡|关|放|丢|忘|在)*(?:里面|里头|里边|[柜箱车家]子?里)(?:呢|了|啊|呀|的)*[。.!]*"
    rf"|(?:(?:the |my )?(?:parcel |mail |post ?|delivery )?(?:locker|box|cabinet|car|boot|door|letterbox)(?: door)? (?:won.?t open|wont open|is (?:stuck|jammed|locked)|does(?:n.t| not) open)[,. ]*(?:and|but)? *)?"
    rf"(?:my |the |her |his )? *(?:{_GOODS}) (?:is|are|.s)(?: still| stuck| locked| left)* (?:inside|in it|in there|in the (?:locker|box|car|boot))[.!]*"
)


def impersonal(text: str) -> str:
    """ "My child's milk powder is in it": with the thing alone, so that nobody is heard to be where it is.

    What is left stands where it stood.
    """
    return _OWNED.sub(lambda owner: " " * len(owner.group()), fold(text))


def settled(danger: Danger, text: str) -> Danger:
    """An age is no danger; who "comes now" or does not open is asked about, not alarmed for."""
    if danger is Danger.NONE or len(text.strip()) > _LONGEST:
        return danger
    folded = " ".join(fold(text).split())
    if _AGE.fullmatch(folded) or _THING_IN.fullmatch(folded):
        return Danger.NONE
    if danger is Danger.ASK and _NOTHING.fullmatch(folded):
        return Danger.NONE
    return Danger.ASK if any(told.fullmatch(folded) for told in (_COMES, _WAITS, _NO_ANSWER)) else danger
