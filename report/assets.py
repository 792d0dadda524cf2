"""Figures and pictures: embedded in the page, files beside its Markdown twin."""

from __future__ import annotations

import base64
import re
import struct
from dataclasses import dataclass
from pathlib import Path

_PNG = b"\x89PNG\r\n\x1a\n"
_MEDIA = {".png": "image/png", ".svg": "image/svg+xml"}


@dataclass(frozen=True)
class Asset:
    """One picture.

    Args:
        name: file name below `figures/`.
        payload: its bytes.
        alt: what it shows, in words.
    """

    name: str
    payload: bytes
    alt: str

    @property
    def uri(self) -> str:
        """The picture as a data URI."""
        return f"data:{_MEDIA[Path(self.name).suffix]};base64,{base64.b64encode(self.payload).decode()}"

    @property
    def size(self) -> tuple[int, int] | None:
        """Width and height in pixels of a PNG; None for drawings that scale."""
        return struct.unpack(">II", self.payload[16:24]) if self.payload.startswith(_PNG) else None


def svg(name: str, drawing: str, alt: str) -> Asset | None:
    """Returns a drawing as an asset, or None where there is nothing drawn."""
    return Asset(f"{slug(name)}.svg", drawing.encode(), alt) if drawing else None


def png(path: Path, name: str, alt: str) -> Asset | None:
    """Returns a picture file as an asset, or None where it is missing or not a PNG."""
    try:
        payload = path.read_bytes()
    except OSError:
        return None
    return Asset(f"{slug(name)}.png", payload, alt) if payload.startswith(_PNG) and len(payload) > 24 else None


def slug(text: str) -> str:
    """Returns `text` as a safe file name and anchor: letters, digits, hyphens and underscores."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", text).strip("-") or "unnamed"
