"""How many of something: "3 air conditioners", "六十平米", or a bare "three" in answer to a question."""

from __future__ import annotations

import re
from decimal import Decimal

from intents.entities.numerals import parse_number
from intents.normalise import fold
from intents.patterns import later

_HAN = "零一二三四五六七八九十百两俩"
_NUMBER = rf"(?P<n>\d{{1,4}}|[{_HAN}]{{1,6}})"
_M2_HAN = later(rf"{_NUMBER}\s*(?:多|来)?(?:个)?(?:平方米|平方|平米|平(?!台|时|安|常|板)|㎡|m2|m²)")
_PIECE_HAN = later(rf"(?<![第点号楼栋\d]){_NUMBER}\s*(?:台|件|组|张|套|扇|幅|块(?!钱))")
_WORD = r"(?P<n>\d{1,4}|one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty)"
_M2 = later(rf"\b{_WORD}\s*(?:sqm|sq\.? ?m\b|m2|square met(?:er|re)s?|square m\b)")
_PIECE = later(
    rf"(?<!building )(?<!block )(?<!bldg )\b{_WORD}\s+(?:(?:split|wall|standing|old|big|small)\s+)?(?:air ?con\w*(?: units?)?|air conditioners?|acs?\b|units?\b"
    r"|pieces?|appliances?|range hoods?|hoods?|fridges?|refrigerators?|ovens?|washing machines?|washers?|machines?"
    r"|microwaves?|dishwashers?|freezers?|water heaters?)"
)


_BARE = later(
    rf"\s*(?:(?:\d{{1,4}}|[{_HAN}]{{1,6}})\s*[个只台件份套]?|[a-z]{{3,6}})(?: portions?| servings?| sets?| meals?)?[\s.。!！]*"
)


_UNITS = later(r"[个只台件份套.。!！]| (?:portion|serving|set|meal)s?|\s")
_ORDINAL = later(
    r"\s*(?:(?:选|要|就|来|那|给我|帮我)*(?:\d{1,2}|[一二两三四五六])?份?第(?P<han>[一二三四1-4])(?:个|项|种)?(?:时间)?(?:吧|好了|可以)?"
    r"|(?:(?:one|two|three|four|\d{1,2}) (?:of )?)?(?:the )?(?P<en>first|second|third|fourth)(?: one| time| option)?(?:,? please)?)[\s.。!！]*"
)
# One of those that were listed is called off.
_DROPPED = later(
    r"\s*(?:那|就|把|帮我|麻烦|请)*(?:取消|撤销|撤回|撤掉|撤了?|删掉?|退掉?)"
    r"|\s*(?:ok,? |please |can you |just )*(?:cancel|withdraw|drop|take back|call off|delete|remove) "
)
_PLACES = {"first": "1", "second": "2", "third": "3", "fourth": "4"}


def find_quantity(text: str) -> dict[str, str]:
    """`quantity` and its `unit` ("piece" or "m2") where both are said, `pieces` too; `count` where a number is all that is said;
    `ordinal` for "the second one", `ordinal_off` where that one is called off."""
    folded = fold(text)
    place = _ORDINAL.fullmatch(folded) if len(folded) < 24 else None
    dropped = _DROPPED.match(folded) if place is None and len(folded) < 40 else None
    if dropped is not None:
        rest = _ORDINAL.fullmatch(folded[dropped.end() :])
        return {} if rest is None else {"ordinal_off": _place(rest)}
    if place is not None:
        return {"ordinal": _place(place)}
    for unit, patterns in (("m2", (_M2_HAN, _M2)), ("piece", (_PIECE_HAN, _PIECE))):
        for pattern in patterns:
            match = pattern.search(folded)
            value = _whole(match["n"]) if match else None
            if value:
                return {"quantity": value, "unit": unit} | ({"pieces": value} if unit == "piece" else {})
    return _bare(folded)


# So many months of what is open, the oldest first: "\u5148\u4ea4\u4e24\u4e2a\u6708", "just pay two months".
_MONTHS = later(
    rf"^(?:就|先|只|那|嗯)*(?:交|缴|付)?(?:最早的?|最前面?的?|前|头)(?P<first>\d{{1,2}}|[{_HAN}]{{1,3}})个月(?:的|吧|就行|好了|先)*[。.! ]*$|(?:交|缴|付|补|结|清)(?:上|掉|了)?(?:最?[早前旧]面?的?|头)?(?P<han>\d{{1,2}}|[{_HAN}]{{1,3}})个月(?!前|以前|之前|了|没)"
    r"|\b(?:pay|settle|cover|clear|just|only|do|make it)(?: (?:just|only|for|the|first|oldest|earliest))* (?P<en>an?|one|two|three|four|five|six|\d{1,2}) months?\b(?! ago)"
    r"|^(?:just |only |ok |the |please |pay )*(?:first|oldest|earliest) (?P<oldest>one |two |three |four |five |six |\d{1,2} )?months?(?: only| please| first| then)*[.! ]*$"
)


# For so many months something is taken: "\u5148\u529e\u4e00\u4e2a\u6708", "for three months".
_TERM = later(
    rf"(?:办|租|续|停|保|开|买|缴|交|付|要|先)(?:先)?(?:满|上)?(?P<han>\d{{1,2}}|[{_HAN}]{{1,3}})个月(?!前|以前|之前|了|没)"
    r"|\b(?:for|take|renew(?: it)?(?: for)?|extend(?: it)?(?: by)?)(?: (?:just|only|about))? (?P<en>an?|one|two|three|four|five|six|twelve|\d{1,2}) months?\b(?! ago)"
)


def bill_months(text: str) -> dict[str, str]:
    """`months`: for how many of those that are open somebody wants to pay; `term`: for how many something is taken."""
    folded = fold(text)
    found: dict[str, str] = {}
    for name, pattern in (("months", _MONTHS), ("term", _TERM)):
        match = pattern.search(folded)
        groups = match.groupdict() if match else {}
        said = groups.get("han") or groups.get("first") or groups.get("en") or groups.get("oldest") or "one"
        value = _whole({"a": "1", "an": "1"}.get(said, said).strip()) if match else None
        found |= {name: value} if value else {}
    return found


def _place(match: re.Match[str]) -> str:
    return _PLACES.get(match["en"] or "") or _whole(match["han"] or "") or "1"


def _bare(folded: str) -> dict[str, str]:
    if len(folded) > 16:
        return {}
    said = _UNITS.sub("", folded) if _BARE.fullmatch(folded) else ""
    value = _whole(said) if said else None
    return {"count": value} if value else {}


def _whole(said: str) -> str | None:
    value: int | Decimal | None = parse_number(said)
    return str(int(value)) if value is not None and value == int(value) and value > 0 else None
