"""Places as Chinese maps give them (GCJ-02) to places as everybody else does (WGS 84): they lie some 500 m apart."""

from __future__ import annotations

import math

_AXIS, _FLATTENING = 6378245.0, 0.00669342162296594323
_WEST, _EAST, _SOUTH, _NORTH = 73.66, 135.05, 3.86, 53.55


def from_gcj02(latitude: float, longitude: float) -> tuple[float, float]:
    """To a few metres; outside China both are the same."""
    if not (_SOUTH < latitude < _NORTH and _WEST < longitude < _EAST):
        return latitude, longitude
    north, east = _shift(latitude, longitude)
    # Once more from where that leads: the shift itself depends on the place.
    north, east = _shift(latitude - north, longitude - east)
    return latitude - north, longitude - east


def _shift(latitude: float, longitude: float) -> tuple[float, float]:
    x, y = longitude - 105.0, latitude - 35.0
    both = (20.0 * math.sin(6.0 * x * math.pi) + 20.0 * math.sin(2.0 * x * math.pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x)) + both
    north += (20.0 * math.sin(y * math.pi) + 40.0 * math.sin(y / 3.0 * math.pi)) * 2.0 / 3.0
    north += (160.0 * math.sin(y / 12.0 * math.pi) + 320.0 * math.sin(y * math.pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x)) + both
    east += (20.0 * math.sin(x * math.pi) + 40.0 * math.sin(x / 3.0 * math.pi)) * 2.0 / 3.0
    east += (150.0 * math.sin(x / 12.0 * math.pi) + 300.0 * math.sin(x / 30.0 * math.pi)) * 2.0 / 3.0
    angle = math.radians(latitude)
    bend = 1.0 - _FLATTENING * math.sin(angle) ** 2
    north *= 180.0 / ((_AXIS * (1.0 - _FLATTENING)) / (bend * math.sqrt(bend)) * math.pi)
    east *= 180.0 / (_AXIS / math.sqrt(bend) * math.cos(angle) * math.pi)
    return north, east
