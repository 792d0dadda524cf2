"""Prepared data: shapes, ranges, checksums, the 2-D distributions, and real image files."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from bench import data
from bench.catalogue import DATASETS
from bench.data import as_floats, folder, load, prepare, source_of, stored, training_source
from bench.datasets import Stream, digits
from bench.errors import UserError
from bench.files import write_chunks
from bench.spec import DataSpec, resolve_data
from tests.bench import stand_ins

CPU = torch.device("cpu")
DIGITS, MNIST = DataSpec("digits", 16), DataSpec("mnist", 32)


def test_digits_are_the_bundled_images(prepared: Path) -> None:
    """All 1,797 digits, every fifth held out, enlarged to 16x16 in [-1, 1], with their labels."""
    from sklearn.datasets import load_digits

    train, test = (load(DIGITS, split, prepared) for split in ("train", "test"))
    assert train.shape == (1438, 1, 16, 16) and test.shape == (359, 1, 16, 16)
    assert train.dtype == torch.float32 and train.min() == -1 and train.max() == 1
    source = load_digits()
    assert stored(DIGITS, "test_labels", prepared).tolist() == source.target[4::5].tolist()
    # Enlarging twice bilinearly keeps the mean brightness up to the border.
    mean = (test.mean(dim=(1, 2, 3)) + 1) / 2
    np.testing.assert_allclose(mean.numpy(), source.images[4::5].mean(axis=(1, 2)) / 16, atol=0.02)


@pytest.mark.parametrize("name", DATASETS)
def test_contract(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Every set has a licence line, a card with a checksum per array, float32 samples of the card's shape and range."""
    if name in stand_ins.MAKERS:
        stand_ins.MAKERS[name](tmp_path, monkeypatch)
    elif DATASETS[name].folder:
        request.getfixturevalue("real_data")
    spec = resolve_data(name, 16 if DATASETS[name].data == "images" else 0)
    card = prepare(spec, tmp_path)
    assert card["licence"] and len(card["sha256"]) == 64 and len(card["files"]) == 4
    for split in ("train", "test"):
        samples = load(spec, split, tmp_path)
        assert samples.dtype == torch.float32 and list(samples.shape[1:]) == card["shape"]
        assert card["range"][0] <= samples.min() and samples.max() <= card["range"][1]
        assert len(samples) == len(stored(spec, f"{split}_labels", tmp_path)) == card[f"n_{split}"]
    assert DATASETS[name].fresh == (source_of(spec).draw is not None)
    draw = training_source(spec, tmp_path, CPU)
    first, again = (draw(5, torch.Generator().manual_seed(3)) for _ in range(2))
    assert torch.equal(first, again) and list(first.shape[1:]) == card["shape"]
    assert not torch.equal(first, draw(5, torch.Generator().manual_seed(4)))


def test_arrays_are_mapped_and_shared(prepared: Path) -> None:
    """Images stay bytes in the file's own pages: nothing of them is read until it is used."""
    path = str(folder(DIGITS, prepared) / "train.npy")
    images = stored(DIGITS, "train", prepared)
    assert images.dtype == torch.uint8
    mapped = [line for line in Path("/proc/self/maps").read_text().splitlines() if line.endswith(path)]
    assert any(
        int(low, 16) <= images.data_ptr() < int(high, 16) for low, high in (m.split()[0].split("-") for m in mapped)
    )


def test_bytes_become_floats_as_by_the_plain_formula() -> None:
    """All 256 values, bit for bit; floats are left alone."""
    values = torch.arange(256, dtype=torch.uint8)
    assert torch.equal(as_floats(values), values.float() / 127.5 - 1)
    assert as_floats(values).min() == -1 and as_floats(values).max() == 1
    points = torch.randn(3, 2)
    assert as_floats(points) is points


def test_chosen_samples_are_those_of_the_whole(prepared: Path) -> None:
    """Picks keep their order; batches of a fixed set are rows of the training part."""
    whole, picks = load(DIGITS, "train", prepared), torch.tensor([5, 0, 1000])
    assert torch.equal(load(DIGITS, "train", prepared, picks), whole[picks])
    drawn = torch.randint(len(whole), (7,), generator=torch.Generator().manual_seed(1))
    batch = training_source(DIGITS, prepared, CPU)(7, torch.Generator().manual_seed(1))
    assert torch.equal(batch, whole[drawn])


def test_prepared_files_are_numpys_own(prepared: Path, tmp_path: Path) -> None:
    """Byte for byte what np.save writes, and for a stream what it writes of the whole."""
    path = folder(DIGITS, prepared) / "test.npy"
    images = np.load(path)
    np.save(tmp_path / "again.npy", images)
    assert (tmp_path / "again.npy").read_bytes() == path.read_bytes()
    stream = Stream(images.shape, lambda: iter(np.array_split(images, 7)))
    digest = write_chunks(tmp_path / "stream.npy", data._npy_chunks(stream))
    assert (tmp_path / "stream.npy").read_bytes() == path.read_bytes()
    assert digest == prepare(DIGITS, prepared)["files"]["test"]


def test_damaged_arrays_are_noticed(tmp_path: Path) -> None:
    """A flipped bit in a prepared array is one clear error that says what to delete."""
    prepare(DIGITS, tmp_path)
    path = folder(DIGITS, tmp_path) / "train.npy"
    content = bytearray(path.read_bytes())
    content[5000] ^= 1
    path.write_bytes(bytes(content))
    with pytest.raises(UserError, match=r"train\.npy is damaged .* Delete .*digits-16"):
        load(DIGITS, "train", tmp_path)


def test_a_missing_data_folder_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """GANCLAIMS_DATA without the set says what layout is expected."""
    monkeypatch.setenv("GANCLAIMS_DATA", str(tmp_path))
    with pytest.raises(UserError, match=r"MNIST/raw is not a folder. Expected torchvision's layout"):
        prepare(MNIST, tmp_path / "results")
    assert not (tmp_path / "results").exists()


def test_mnist_pixels(real_data: Path, tmp_path: Path) -> None:
    """At 32x32 the images are the originals in a border of two: published mean brightness 0.1307."""
    prepare(MNIST, tmp_path)
    images = load(MNIST, "train", tmp_path)
    assert images.shape == (60_000, 1, 32, 32)
    inner = (images[:, :, 2:-2, 2:-2] + 1) / 2
    assert inner.mean().item() == pytest.approx(0.1307, abs=1e-4)
    assert inner.std().item() == pytest.approx(0.3081, abs=1e-4)
    assert (images[:, :, :2] == -1).all()


def test_damaged_mnist_files_are_noticed(real_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cut gz file, and a plain file that is cut or has one label changed, are named; whole plain files are read."""
    raw = tmp_path / "MNIST/raw"
    shutil.copytree(real_data / "MNIST/raw", raw)
    raw.chmod(0o755)
    monkeypatch.setenv("GANCLAIMS_DATA", str(tmp_path))
    labels = raw / "t10k-labels-idx1-ubyte.gz"
    content = gzip.decompress(labels.read_bytes())
    labels.chmod(0o644)
    labels.write_bytes(labels.read_bytes()[:-100])
    with pytest.raises(UserError, match=r"t10k-labels-idx1-ubyte\.gz is damaged .*MD5"):
        prepare(MNIST, tmp_path / "results")
    labels.unlink()
    for damaged in (content[:-7], content[:-1] + b"\xff"):
        (raw / "t10k-labels-idx1-ubyte").write_bytes(damaged)
        with pytest.raises(UserError, match=r"t10k-labels-idx1-ubyte is damaged .*MD5"):
            prepare(MNIST, tmp_path / "results")
    (raw / "t10k-labels-idx1-ubyte").write_bytes(content)
    assert prepare(MNIST, tmp_path / "results")["n_test"] == 10_000


@pytest.mark.parametrize("name", ["MNIST", "FashionMNIST"])
def test_unpacked_files_give_the_same_arrays(name: str, real_data: Path, tmp_path: Path) -> None:
    """All four files of a set, packed and unpacked, pass their checksum and hold the same numbers."""
    packed = real_data / name / "raw"
    for file, md5 in digits._MNIST_MD5[name].items():
        (tmp_path / file).write_bytes(gzip.decompress((packed / f"{file}.gz").read_bytes()))
        assert np.array_equal(digits._read_idx(tmp_path, file, *md5), digits._read_idx(packed, file, *md5))
