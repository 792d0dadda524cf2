"""Tiny copies of the large image sets, in the layout their files have, with colours that are known.

Image k of a set has the grey value `grey(k)` in its centre square and black
elsewhere, so that cropping, order and split can be read off the pixels.
"""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from bench.datasets import photographs

N_IMAGES = 30
HELD_OUT = 10


def grey(number: int) -> int:
    """The grey value of image `number`."""
    return 5 + 8 * number


def photograph(number: int, width: int, height: int) -> Image.Image:
    """A black picture with a grey centre square."""
    side = min(width, height)
    picture = Image.new("RGB", (width, height))
    left, top = (width - side) // 2, (height - side) // 2
    picture.paste((grey(number),) * 3, (left, top, left + side, top + side))
    return picture


def celeba(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """CelebA: the middle ten images are the validation part, which is not used, the last ten the test part."""
    monkeypatch.setenv("GANCLAIMS_DATA", str(folder))
    images = folder / "celeba/img_align_celeba"
    images.mkdir(parents=True)
    lines = []
    for number in range(N_IMAGES):
        name = f"{number + 1:06}.jpg"
        photograph(number, 178, 218).save(images / name, "PNG")
        lines.append(f"{name} {number // 10}")
    (folder / "celeba/list_eval_partition.txt").write_text("\n".join(lines) + "\n")


def stl10(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """STL-10: ten unlabelled and ten test images, stored channel by channel and in columns."""
    monkeypatch.setenv("GANCLAIMS_DATA", str(folder))
    monkeypatch.setattr(photographs, "STL10_IMAGES", {"unlabeled_X.bin": 10, "test_X.bin": 10})
    (folder / "stl10_binary").mkdir()
    for first, name in ((0, "unlabeled_X.bin"), (20, "test_X.bin")):
        images = [np.asarray(photograph(number, 96, 96)).transpose(2, 1, 0) for number in range(first, first + 10)]
        (folder / "stl10_binary" / name).write_bytes(np.stack(images).tobytes())


def lsun(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """LSUN bedrooms behind a stand-in for the lmdb package: images as files in a mapping that keeps its order."""
    monkeypatch.setenv("GANCLAIMS_DATA", str(folder))
    (folder / "bedroom_train_lmdb").mkdir()
    entries = []
    for number in range(N_IMAGES):
        buffer = io.BytesIO()
        photograph(number, 40, 32).save(buffer, "PNG")
        entries.append((f"key{number:02}".encode(), buffer.getvalue()))
    monkeypatch.setitem(sys.modules, "lmdb", fake_lmdb(entries))


def fake_lmdb(entries: list[tuple[bytes, bytes]]) -> Any:
    """The few calls of the lmdb package that are made."""

    @contextlib.contextmanager
    def opened(path: str, **settings: bool) -> Iterator[Any]:
        assert Path(path).is_dir() and settings["readonly"]
        reading = contextlib.nullcontext(SimpleNamespace(cursor=lambda: iter(entries)))
        yield SimpleNamespace(stat=lambda: {"entries": len(entries)}, begin=lambda: reading)

    return SimpleNamespace(open=opened, Error=OSError)


MAKERS: dict[str, Callable[[Path, pytest.MonkeyPatch], None]] = {"celeba": celeba, "stl10": stl10, "lsun_bedroom": lsun}
