"""Prepared data: shapes, ranges, checksums, the 2-D distributions, and real image files."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from bench.catalogue import DATASETS
from bench.data import folder, load, load_labels, prepare, training_source
from bench.datasets import Dataset
from bench.errors import UserError

CPU = torch.device("cpu")
POINTS = [name for name in DATASETS if DATASETS[name].data == "points"]


def test_digits_are_the_bundled_images(prepared: Path) -> None:
    """All 1,797 digits, every fifth held out, enlarged to 16x16 in [-1, 1], with their labels."""
    from sklearn.datasets import load_digits

    train, test = (load("digits", 16, split, prepared) for split in ("train", "test"))
    assert train.shape == (1438, 1, 16, 16) and test.shape == (359, 1, 16, 16)
    assert train.dtype == torch.float32 and train.min() == -1 and train.max() == 1
    source = load_digits()
    assert load_labels("digits", 16, "test", prepared).tolist() == source.target[4::5].tolist()
    # Enlarging twice bilinearly keeps the mean brightness up to the border.
    mean = (test.mean(dim=(1, 2, 3)) + 1) / 2
    np.testing.assert_allclose(mean.numpy(), source.images[4::5].mean(axis=(1, 2)) / 16, atol=0.02)


@pytest.mark.parametrize("name", DATASETS)
def test_contract(name: str, prepared: Path, request: pytest.FixtureRequest) -> None:
    """Every set has a licence line, a card with a checksum per array, float32 samples of the card's shape and range."""
    results = prepared
    size = 16 if DATASETS[name].data == "images" else 0
    if name in ("mnist", "fashion_mnist"):
        request.getfixturevalue("real_data")
        results = request.getfixturevalue("tmp_path")
    card = prepare(name, size, results)
    assert card["licence"] and len(card["sha256"]) == 64 and len(card["files"]) == 4
    for split in ("train", "test"):
        samples = load(name, size, split, results)
        assert samples.dtype == torch.float32 and list(samples.shape[1:]) == card["shape"]
        assert card["range"][0] <= samples.min() and samples.max() <= card["range"][1]
    assert DATASETS[name].fresh == (DATASETS.builder(name)().draw is not None)
    draw = training_source(name, size, results, CPU)
    first, again = (draw(5, torch.Generator().manual_seed(3)) for _ in range(2))
    assert torch.equal(first, again) and list(first.shape[1:]) == card["shape"]
    assert not torch.equal(first, draw(5, torch.Generator().manual_seed(4)))


def test_preparing_twice_gives_the_same_bytes(tmp_path: Path, prepared: Path) -> None:
    """Preparation has no randomness of its own."""
    for name in POINTS:
        assert prepare(name, 0, tmp_path)["sha256"] == prepare(name, 0, prepared)["sha256"]


@pytest.mark.parametrize(("name", "count", "radius"), [("gaussians8", 8, 2 / 1.414), ("gaussians25", 25, None)])
def test_mixtures_have_their_published_modes(name: str, count: int, radius: float | None, prepared: Path) -> None:
    """Every mode gets its share of the points, with its centre and deviation."""
    dataset: Dataset = DATASETS.builder(name)()
    assert dataset.modes is not None
    centres, deviation = dataset.modes
    points = training_source(name, 0, prepared, CPU)(50_000, torch.Generator().manual_seed(0))
    nearest = torch.cdist(points, centres).argmin(dim=1)
    offsets = points - centres[nearest]
    assert len(centres) == count
    assert nearest.bincount().float().div(50_000).sub(1 / count).abs().max() < 0.01
    assert offsets.std().item() == pytest.approx(deviation, rel=0.02)
    if radius:
        torch.testing.assert_close(centres.norm(dim=1), torch.full((8,), radius))


def test_gaussians25_is_the_published_grid() -> None:
    """Centres are 2 {-2..2}^2 / 2.828 and there are 100,000 fixed points."""
    dataset: Dataset = DATASETS.builder("gaussians25")()
    assert dataset.modes is not None
    expected = {(round(2 * i / 2.828, 5), round(2 * j / 2.828, 5)) for i in range(-2, 3) for j in range(-2, 3)}
    assert {tuple(round(v, 5) for v in centre) for centre in dataset.modes[0].tolist()} == expected
    assert len(dataset.arrays(0, Path()).train) == 100_000


def test_swiss_roll_has_scikit_learns_distribution(prepared: Path) -> None:
    """Both coordinates pass a two-sample Kolmogorov-Smirnov test against scikit-learn's generator."""
    from scipy.stats import ks_2samp
    from sklearn.datasets import make_swiss_roll

    ours = training_source("swiss_roll", 0, prepared, CPU)(20_000, torch.Generator().manual_seed(0)).numpy()
    theirs = make_swiss_roll(20_000, noise=0.25, random_state=0)[0][:, [0, 2]] / 7.5
    for axis in range(2):
        assert ks_2samp(ours[:, axis], theirs[:, axis]).pvalue > 0.01


def test_damaged_arrays_are_noticed(tmp_path: Path) -> None:
    """A flipped bit in a prepared array is one clear error that says what to delete."""
    prepare("digits", 16, tmp_path)
    path = folder("digits", 16, tmp_path) / "train.npy"
    content = bytearray(path.read_bytes())
    content[5000] ^= 1
    path.write_bytes(bytes(content))
    with pytest.raises(UserError, match=r"train\.npy is damaged .* Delete .*digits-16"):
        load("digits", 16, "train", tmp_path)


def test_a_missing_data_folder_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """GANCLAIMS_DATA without the set says what layout is expected."""
    monkeypatch.setenv("GANCLAIMS_DATA", str(tmp_path))
    with pytest.raises(UserError, match=r"MNIST/raw is not a folder. Expected torchvision's layout"):
        prepare("mnist", 32, tmp_path / "results")
    assert not (tmp_path / "results").exists()


def test_mnist_pixels(real_data: Path, tmp_path: Path) -> None:
    """At 32x32 the images are the originals in a border of two: published mean brightness 0.1307."""
    prepare("mnist", 32, tmp_path)
    images = load("mnist", 32, "train", tmp_path)
    assert images.shape == (60_000, 1, 32, 32)
    inner = (images[:, :, 2:-2, 2:-2] + 1) / 2
    assert inner.mean().item() == pytest.approx(0.1307, abs=1e-4)
    assert inner.std().item() == pytest.approx(0.3081, abs=1e-4)
    assert (images[:, :, :2] == -1).all()


def test_damaged_mnist_files_are_noticed(real_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cut or altered gz file, and a cut plain file, are named."""
    raw = tmp_path / "MNIST/raw"
    shutil.copytree(real_data / "MNIST/raw", raw)
    raw.chmod(0o755)
    monkeypatch.setenv("GANCLAIMS_DATA", str(tmp_path))
    labels = raw / "t10k-labels-idx1-ubyte.gz"
    content = gzip.decompress(labels.read_bytes())
    labels.chmod(0o644)
    labels.write_bytes(labels.read_bytes()[:-100])
    with pytest.raises(UserError, match=r"t10k-labels-idx1-ubyte\.gz is damaged .*MD5"):
        prepare("mnist", 32, tmp_path / "results")
    labels.unlink()
    (raw / "t10k-labels-idx1-ubyte").write_bytes(content[:-7])
    with pytest.raises(UserError, match=r"t10k-labels-idx1-ubyte is damaged"):
        prepare("mnist", 32, tmp_path / "results")
    (raw / "t10k-labels-idx1-ubyte").write_bytes(content)
    assert prepare("mnist", 32, tmp_path / "results")["n_test"] == 10_000
