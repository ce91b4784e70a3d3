"""What one setting alone cannot show: whether they fit together, told with the line at which they do not."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from backend import providers
from bot.contract.errors import Misconfigured
from bot.settings import Settings


def line_of(path: Path, where: list[str]) -> int | None:
    """The line of the innermost key on the way to a faulty setting."""
    node = yaml.compose(path.read_text(encoding="utf-8"))
    line = None
    for part in where:
        if not isinstance(node, yaml.MappingNode):
            break
        for key, value in node.value:
            if key.value == part:
                line, node = key.start_mark.line + 1, value
                break
    return line


def checked(settings: Settings, path: Path) -> Settings:
    for name in settings.communities:
        _check_community(settings, name, path)
    for name, channel in settings.channels.items():
        for account, bound in channel.accounts.items():
            if bound.community not in settings.communities:
                line = line_of(path, ["channels", name, "accounts", account, "community"])
                raise Misconfigured(f"no such community: {bound.community}", file=str(path), line=line)
    _check_outside(settings, path)
    if settings.demo and not _loopback(settings.host):
        raise Misconfigured("demo mode listens on loopback only; set demo: false", file="LINLI_HOST")
    if settings.now is not None and not settings.demo:
        raise Misconfigured("a fixed time is for demo mode only", file="LINLI_NOW")
    if settings.now is not None and settings.now.tzinfo is None:
        return settings.model_copy(update={"now": settings.now.replace(tzinfo=settings.zone)})
    return settings


def _check_community(settings: Settings, name: str, path: Path) -> None:
    community = settings.communities[name]
    try:
        ZoneInfo(community.timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        line = line_of(path, ["communities", name, "timezone"])
        raise Misconfigured(f"no such time zone: {community.timezone}", file=str(path), line=line) from error
    line = line_of(path, ["communities", name, "payment"])
    if community.payment not in ("", *providers.NAMES):
        raise Misconfigured(f"there is no payment provider '{community.payment}'", file=str(path), line=line)
    if community.payment == "demo" and not settings.demo:
        raise Misconfigured("the demo's payment provider is for demo mode only", file=str(path), line=line)


def _check_outside(settings: Settings, path: Path) -> None:
    """Residents' words leave this machine over https or not at all."""
    if settings.intents.cues is not None and not settings.intents.cues.is_file():
        line = line_of(path, ["intents", "cues"])
        raise Misconfigured(f"does not exist: {settings.intents.cues}", file=str(path), line=line)
    for name, url in (("rasa", settings.intents.rasa.url), ("language_model", settings.intents.language_model.url)):
        parts = urlsplit(url)
        safe = parts.scheme == "https" or (parts.scheme == "http" and _loopback(parts.hostname or ""))
        if not safe or not parts.hostname:
            line = line_of(path, ["intents", name, "url"])
            raise Misconfigured(f"https, or http on this machine, is expected: {url}", file=str(path), line=line)
    model = settings.intents.language_model
    if model.enabled and not model.model:
        line = line_of(path, ["intents", "language_model", "enabled"])
        raise Misconfigured("name the language model: intents.language_model.model", file=str(path), line=line)


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
