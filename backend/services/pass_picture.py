"""Draws a pass's token as a QR code; the picture holds the token and nothing else."""

from __future__ import annotations

import io

import segno

QUIET_ZONE = 4


def _code(token: str) -> segno.QRCode:
    # Level M: a cracked phone screen still reads.
    return segno.make_qr(token, error="m", boost_error=False)


def svg(token: str) -> bytes:
    """Scales with whatever shows it; black on white even where the page is dark."""
    out = io.BytesIO()
    _code(token).save(out, kind="svg", border=QUIET_ZONE, scale=8, dark="#000", light="#fff", xmldecl=False)
    return out.getvalue()


def png(token: str) -> bytes:
    out = io.BytesIO()
    _code(token).save(out, kind="png", border=QUIET_ZONE, scale=8)
    return out.getvalue()
