"""What a request and an answer look like, for the OpenAPI document: examples.yml says it once, for each shape alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

_FILE = Path(__file__).with_name("examples.yml")
# So many fields are shown of a thing of which only some are asked for.
FEW = 2


@dataclass(frozen=True, slots=True)
class Examples:
    """said: examples.yml; shapes: the document's own, by name."""

    said: Mapping[str, Any]
    shapes: Mapping[str, Any]

    def of(self, schema: Mapping[str, Any]) -> Any:
        """Raises `KeyError` for a shape of which nobody has written one."""
        if "$ref" in schema:
            return self._shape(schema["$ref"].rpartition("/")[2])
        if schema.get("type") == "array":
            return [self.of(schema["items"])]
        named = [one for one in schema.get("anyOf", ()) if "$ref" in one]
        if named:
            return self.of(named[0])
        if {"type": "null"} in schema.get("anyOf", ()):
            return None
        raise KeyError(schema.get("title"))

    def _shape(self, name: str) -> dict[str, Any]:
        shape, written = self.shapes[name], self.said["shapes"].get(name, {})
        return {
            field: written[field] if field in written else self.of(schema)
            for field, schema in shape["properties"].items()
        }

    def media(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        """As a kind of content bears them: one, or one of each kind that there may be."""
        several = [one for one in schema.get("anyOf", ()) if "$ref" in one]
        if len(several) > 1:
            return {"examples": {one["$ref"].rpartition("/")[2]: {"value": self.of(one)} for one in several}}
        if "oneOf" in schema:
            return {"examples": {type_: {"value": one} for type_, one in self._events()}}
        if "oneOf" in schema.get("items", {}):
            return {"example": [one for _, one in self._events()]}
        return {"example": self.of(schema)}

    def _events(self) -> Iterator[tuple[str, dict[str, Any]]]:
        for count, (type_, data) in enumerate(self.said["events"].items(), 1):
            yield type_, {"specversion": "1.0", "id": f"e-{count}", "source": "tower", "type": type_, "data": data}

    def problem(self, status: int) -> dict[str, Any]:
        return {"type": "about:blank", "status": status, **self.said["problems"][status]}

    def told(self, event: str, shape: str) -> dict[str, Any]:
        """What a webhook carries."""
        news = {"id": "msg_01m8er9ysa7d4f2k9p0q6r8t1v", "type": event, "timestamp": "2026-11-20T01:30:00Z"}
        return {**news, "sequence": 1, "data": self.said["told"][shape]}


def read(shapes: Mapping[str, Any]) -> Examples:
    return Examples(yaml.safe_load(_FILE.read_text(encoding="utf-8")), shapes)


def few(whole: Any) -> Any:
    """A part of a thing, or of each in a list."""
    if isinstance(whole, list):
        return [few(one) for one in whole]
    if "items" in whole:
        return {**whole, "items": few(whole["items"])}
    return dict(list(whole.items())[:FEW])
