"""Images from files: photographs in the layout of torchvision, archives, stacked digits, and what missing files do."""

from __future__ import annotations

import pickle
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from bench.catalogue import DATASETS
from bench.data import load, prepare, stored
from bench.datasets import resizing
from bench.datasets.digits import _stacked
from bench.errors import UserError
from bench.spec import DataSpec, resolve_data
from tests.bench import stand_ins

SPLITS = {
    "celeba": (range(10), range(20, 30)),
    "stl10": (range(10), range(20, 30)),
    "lsun_bedroom": (range(3, 30), range(3)),
}
NEVER_DOWNLOADED = ("stl10", "lfw_faces", "olivetti_faces", "celeba", "lsun_bedroom")


@pytest.mark.parametrize("name", stand_ins.MAKERS)
def test_photographs_are_cut_to_their_centre_in_order(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every image keeps its grey value and loses its black border; parts and their order are the published ones."""
    stand_ins.MAKERS[name](tmp_path, monkeypatch)
    monkeypatch.setattr(resizing, "PHOTOGRAPHS", 4)
    data = resolve_data(name, 16)
    prepare(data, tmp_path)
    for split, numbers in zip(("train", "test"), SPLITS[name], strict=True):
        images = stored(data, split, tmp_path)
        expected = torch.tensor([stand_ins.grey(number) for number in numbers], dtype=torch.uint8)
        assert torch.equal(images, expected[:, None, None, None].expand(-1, 3, 16, 16))
        assert (stored(data, f"{split}_labels", tmp_path) == -1).all()


def test_fewer_bedrooms_can_be_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`n_train` limits the training part; the held-out part stays the same."""
    stand_ins.lsun(tmp_path, monkeypatch)
    card = prepare(resolve_data("lsun_bedroom", 16, {"n_train": 7}), tmp_path)
    assert (card["n_train"], card["n_test"]) == (7, 3)


def test_every_pixel_is_the_mean_of_its_area() -> None:
    """Left third black, the rest 240: at 2 pixels from 6 the left one is two thirds black."""
    from PIL import Image

    columns = np.zeros((6, 6, 3), np.uint8)
    columns[:, 2:] = 240
    assert resizing.square(Image.fromarray(columns), 2)[0].tolist() == [[80, 240], [80, 240]]


def test_squares_are_averaged_down_and_enlarged_up() -> None:
    """2x2 blocks become their mean, rounded to even; one pixel enlarged stays one colour."""
    image = np.array([[[[0, 2], [4, 4]]]], dtype=np.uint8)
    assert resizing.resize(image, 1).tolist() == [[[[2]]]]
    assert (resizing.resize(np.full((1, 3, 4, 4), 77, np.uint8), 8) == 77).all()


@pytest.mark.parametrize("name", NEVER_DOWNLOADED)
def test_what_is_never_downloaded_says_so(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line with the file or folder expected, with GANCLAIMS_DATA and without; nothing is written."""
    for given in (str(tmp_path), ""):
        monkeypatch.setenv("GANCLAIMS_DATA", given)
        with pytest.raises(
            UserError, match=rf"^The files of .* are not here: GANCLAIMS_DATA is .* no \S*{DATASETS[name].folder}"
        ) as said:
            prepare(resolve_data(name, 32), tmp_path / "results")
        assert "\n" not in str(said.value)
    assert not (tmp_path / "results").exists()


def test_lsun_without_its_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says what to install."""
    stand_ins.lsun(tmp_path, monkeypatch)
    monkeypatch.setitem(sys.modules, "lmdb", None)
    with pytest.raises(UserError, match="pip install lmdb"):
        prepare(resolve_data("lsun_bedroom", 16), tmp_path / "results")


def test_damaged_photographs_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cut picture, a list that is none or has no test image, binary files of another size; no card is written."""
    stand_ins.celeba(tmp_path, monkeypatch)
    picture = tmp_path / "celeba/img_align_celeba/000003.jpg"
    whole = picture.read_bytes()
    picture.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UserError, match=r"000003\.jpg cannot be read as an image"):
        prepare(resolve_data("celeba", 16), tmp_path / "results")
    (tmp_path / "celeba/list_eval_partition.txt").write_text("000001.jpg\n")
    with pytest.raises(UserError, match="line 1: expected a file name"):
        prepare(resolve_data("celeba", 16), tmp_path / "results")
    (tmp_path / "celeba/list_eval_partition.txt").write_text("000001.jpg 0\n")
    with pytest.raises(UserError, match=r"'celeba', test: got a stream of shape \(0, 3, 16, 16\)"):
        prepare(resolve_data("celeba", 16), tmp_path / "results")
    stand_ins.stl10(tmp_path, monkeypatch)
    for content in (b"", b"short", bytes(9 * 27_648)):
        (tmp_path / "stl10_binary/test_X.bin").write_bytes(content)
        with pytest.raises(
            UserError, match=rf"test_X\.bin is damaged \(it has {len(content)} bytes, the published file 276480\)"
        ):
            prepare(resolve_data("stl10", 16), tmp_path / "results")
    assert not list(tmp_path.rglob("card.json"))


def cifar_archive(folder: Path) -> None:
    """The subset's file with three training images and two held-out ones."""
    images = np.arange(5, dtype=np.uint8).repeat(32 * 32 * 3).reshape(5, 32, 32, 3)
    labels = np.arange(5, dtype=np.uint8)
    np.savez(
        folder / "cifar10_subset.npz",
        train_images=images[:3],
        train_labels=labels[:3],
        test_images=images[3:],
        test_labels=labels[3:],
    )


def cifar_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """torchvision's layout with one image per file; the published checksums are taken as met."""
    from torchvision.datasets import CIFAR10

    (folder / "cifar-10-batches-py").mkdir()
    for name in (*(f"data_batch_{k}" for k in range(1, 6)), "test_batch"):
        batch = {"data": np.full((1, 3072), 50, np.uint8), "labels": [7]}
        (folder / "cifar-10-batches-py" / name).write_bytes(pickle.dumps(batch))
    monkeypatch.setattr(CIFAR10, "_check_integrity", lambda self: True)
    monkeypatch.setattr(CIFAR10, "_load_meta", lambda self: None)


def test_cifar10_says_which_version_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The subset where it is alone, else the complete set; what is prepared from one is not used beside the other."""
    monkeypatch.setenv("GANCLAIMS_DATA", str(tmp_path))
    data = DataSpec("cifar10", 32)
    with pytest.raises(UserError, match=r"no cifar-10-batches-py and no cifar10_subset\.npz"):
        prepare(data, tmp_path / "none")
    cifar_archive(tmp_path)
    card = prepare(data, tmp_path / "subset")
    assert (card["version"], card["n_train"], card["n_test"]) == ("CIFAR-10 subset (20k/5k)", 3, 2)
    images = stored(data, "test", tmp_path / "subset")
    assert images.shape == (2, 3, 32, 32) and images[:, 1, 5, 5].tolist() == [3, 4]
    assert stored(data, "train_labels", tmp_path / "subset").tolist() == [0, 1, 2]
    cifar_folder(tmp_path, monkeypatch)
    card = prepare(data, tmp_path / "whole")
    assert (card["version"], card["n_train"], card["n_test"]) == ("CIFAR-10, complete (50k/10k)", 5, 1)
    assert stored(data, "test_labels", tmp_path / "whole").tolist() == [7]
    for use in (lambda: prepare(data, tmp_path / "subset"), lambda: stored(data, "train", tmp_path / "subset")):
        with pytest.raises(UserError, match=r"prepared from CIFAR-10 subset \S+, but GANCLAIMS_DATA holds .* complete"):
            use()
    monkeypatch.delenv("GANCLAIMS_DATA")
    assert prepare(data, tmp_path / "subset")["n_train"] == 3


@pytest.mark.parametrize("content", ["cut", "other"])
def test_a_damaged_archive_is_named(content: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut short, or an archive of something else."""
    monkeypatch.setenv("GANCLAIMS_DATA", str(tmp_path))
    cifar_archive(tmp_path)
    file = tmp_path / "cifar10_subset.npz"
    if content == "cut":
        file.write_bytes(file.read_bytes()[:5000])
    else:
        np.savez(file, something=np.zeros(3))
    with pytest.raises(UserError, match=r"cifar10_subset\.npz is damaged or not the archive expected"):
        prepare(DataSpec("cifar10", 32), tmp_path / "results")


def test_faces_are_those_of_the_archives(real_data: Path, tmp_path: Path) -> None:
    """Counts, the split of the Olivetti faces by picture, and one block average worked by hand."""
    lfw, olivetti = (DataSpec(name, 32) for name in ("lfw_faces", "olivetti_faces"))
    cards = [prepare(data, tmp_path) for data in (lfw, olivetti)]
    assert [(card["n_train"], card["n_test"]) for card in cards] == [(12_090, 1_143), (360, 40)]
    with np.load(real_data / "olivetti_faces.npz") as archive:
        expected = archive["images"][9, :2, :2].mean()
    assert abs(float(stored(olivetti, "test", tmp_path)[0, 0, 0, 0]) - expected) <= 0.5
    assert stored(olivetti, "test_labels", tmp_path).tolist() == list(range(40))


def test_stacks_are_three_digits_with_the_label_they_spell(real_data: Path, tmp_path: Path) -> None:
    """Each channel of a held-out stack is a held-out digit of its label; the option sets the number of stacks."""
    stacks, single = resolve_data("stacked_mnist", 16, {"n_train": 500}), DataSpec("mnist", 16)
    card = prepare(stacks, tmp_path)
    assert (card["shape"], card["n_train"], card["n_test"]) == ([3, 16, 16], 500, 10_000)
    prepare(single, tmp_path)
    digits, labels = load(single, "test", tmp_path), stored(single, "test_labels", tmp_path)
    images, spelt = load(stacks, "test", tmp_path), stored(stacks, "test_labels", tmp_path)
    for image, number in zip(images[:5], spelt[:5].tolist(), strict=True):
        for channel, digit in zip(image, f"{number:03}", strict=True):
            found = (digits[:, 0] == channel).all(dim=(1, 2)).nonzero().flatten()
            assert int(digit) in labels[found]
    assert len(spelt.unique()) == 1000


def test_stacking_is_decided_by_its_generator() -> None:
    """Two digits known by their brightness: the label is read from the channels."""
    images = np.array([3, 8], dtype=np.uint8)[:, None, None, None].repeat(2, axis=2)
    stacks, labels = _stacked(images, np.array([3, 8]), 50, np.random.default_rng(0))
    again, _ = _stacked(images, np.array([3, 8]), 50, np.random.default_rng(0))
    assert stacks.shape == (50, 3, 2, 1) and np.array_equal(stacks, again)
    assert [int("".join(str(value) for value in stack[:, 0, 0])) for stack in stacks] == labels.tolist()
    assert len(set(labels.tolist())) == 8
