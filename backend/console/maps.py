"""A link to a map of the setting's choice: followed by whoever presses it, and loaded by nobody else."""

from __future__ import annotations

from urllib.parse import quote

OPENSTREETMAP, AMAP = "openstreetmap", "amap"


def link(provider: str, point: tuple[float, float] | None, estate: str, place: str) -> str:
    """point: latitude and longitude (WGS 84); without one the place is looked for by its name. Empty for no map."""
    if provider not in (OPENSTREETMAP, AMAP) or not (point or place):
        return ""
    name = quote(f"{estate} {place}".strip(), safe="")
    if provider == AMAP:
        if point is None:
            return f"https://uri.amap.com/search?keyword={name}&view=map"
        return f"https://uri.amap.com/marker?position={point[1]:.6f},{point[0]:.6f}&name={name}&coordinate=wgs84"
    if point is None:
        return f"https://www.openstreetmap.org/search?query={name}"
    where = f"{point[0]:.6f}", f"{point[1]:.6f}"
    return f"https://www.openstreetmap.org/?mlat={where[0]}&mlon={where[1]}#map=18/{where[0]}/{where[1]}"
