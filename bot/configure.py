"""config.yml and LINLI_* made into settings that fit together; the only reader of the environment."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from bot.checking import checked, line_of
from bot.contract.errors import Misconfigured
from bot.settings import ROOT, Settings

# What a merchant of WeChat Pay is given: LINLI_WECHATPAY_<COMMUNITY>_…
_MERCHANT = "LINLI_WECHATPAY_"
# What a city's Open311 endpoint is called with: LINLI_CITY_<COMMUNITY>_KEY.
_CITY = "LINLI_CITY_"
_STAND_IN = re.compile(r"LINLI_[A-Z]+_API_BASE")
# The name is the metrics library's own, which looks for it when it is imported.
_NUMBERS = "PROMETHEUS_MULTIPROC_DIR"
_FROM_ENVIRONMENT = {
    "LINLI_HOST": "host",
    "LINLI_PORT": "port",
    "LINLI_DATABASE_URL": "database_url",
    "LINLI_PUBLIC_URL": "public_url",
    "LINLI_MODEL": "model_path",
    "LINLI_TAUGHT": "taught_path",
    "LINLI_MEDIA": "media_path",
    "LINLI_RASA": "rasa_path",
    "LINLI_SECRET_KEY": "secret_key",
    "LINLI_KEY_FILE": "key_file",
    "LINLI_LANGUAGE_MODEL_KEY": "language_model_key",
    "LINLI_SPEECH_URL": "speech_url",
    "LINLI_SPEECH_MODEL": "speech_model",
    "LINLI_SPEECH_KEY": "speech_key",
    "LINLI_NOW": "now",
    "LINLI_NODE": "node",
    "LINLI_LOG": "log",
    "OTEL_EXPORTER_OTLP_ENDPOINT": "otlp_endpoint",
    _NUMBERS: "numbers",
}


def share_numbers(folder: str) -> None:
    """Processes that are started from here on count together, in this folder."""
    os.environ[_NUMBERS] = folder


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """Read `LINLI_CONFIG` (default config.yml) and the LINLI_* variables; raises `Misconfigured` with the line."""
    variables = os.environ if environment is None else environment
    path = Path(variables.get("LINLI_CONFIG", ROOT / "config.yml"))
    data = _read(path)
    given: dict[str, Any] = {field: variables[name] for name, field in _FROM_ENVIRONMENT.items() if variables.get(name)}
    try:
        settings = Settings.model_validate({**data, **given, "vendors": _vendors(data, variables)})
    except ValidationError as error:
        raise _explain(error, path, given) from error
    return checked(settings, path)


def _vendors(data: Mapping[str, Any], variables: Mapping[str, str]) -> dict[str, str]:
    """LINLI_<CHANNEL>_… of every channel that config.yml knows, and where a vendor's stand-in is."""
    channels = data.get("channels")
    starts = tuple(f"LINLI_{str(name).upper()}_" for name in channels) if isinstance(channels, dict) else ()
    starts += (_MERCHANT, _CITY)
    mine = {name for name in variables if name.startswith(starts) or _STAND_IN.fullmatch(name)}
    return {name.removeprefix("LINLI_"): variables[name] for name in mine}


def _read(path: Path) -> dict[str, Any]:
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise Misconfigured("this file does not exist", file=str(path)) from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise Misconfigured(f"not valid YAML: {error.problem}", file=str(path), line=line) from error
    if not isinstance(data, dict):
        raise Misconfigured("a mapping of settings is expected", file=str(path), line=1)
    return data


def _explain(error: ValidationError, path: Path, given: Mapping[str, Any]) -> Misconfigured:
    first = error.errors()[0]
    where = [str(part) for part in first["loc"]]
    if where and where[0] in given:
        name = next(key for key, field in _FROM_ENVIRONMENT.items() if field == where[0])
        return Misconfigured(f"{first['msg']}: {first['input']!r}", file=name)
    return Misconfigured(f"{'.'.join(where)}: {first['msg']}", file=str(path), line=line_of(path, where))
