"""Files are whole or absent, and damage is noticed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from bench.errors import UserError
from bench.files import (
    read_json,
    read_sealed,
    read_table,
    remove_partial_files,
    sha256,
    write_atomic,
    write_chunks,
    write_json,
    write_sealed,
    write_table,
)

FRAME = pd.DataFrame(
    {
        "run_id": ["a/b", "a/b", "c"],
        "step": [0, 10, 10],
        "value": [1.5, None, float("nan")],
        "reason": ["", "diverged", None],
    }
)


def flip(path: Path, position: int) -> None:
    content = bytearray(path.read_bytes())
    content[position] ^= 0b100
    path.write_bytes(bytes(content))


def test_chunks_make_one_file_or_none(tmp_path: Path) -> None:
    """The parts in order, with the checksum of the whole; a source that fails half-way leaves nothing."""
    digest = write_chunks(tmp_path / "whole", iter([b"ab", memoryview(b"cd")]))
    assert (tmp_path / "whole").read_bytes() == b"abcd" and digest == sha256(b"abcd")

    def failing() -> Iterator[bytes]:
        yield b"ab"
        raise UserError("the source is gone")

    with pytest.raises(UserError, match="the source is gone"):
        write_chunks(tmp_path / "part", failing())
    assert [path.name for path in tmp_path.iterdir()] == ["whole"]


def test_tables_come_back_as_written(tmp_path: Path) -> None:
    """A table is read back equal, and the same table gives the same bytes."""
    write_table(tmp_path / "a.parquet", FRAME)
    write_table(tmp_path / "b.parquet", FRAME)
    pd.testing.assert_frame_equal(read_table(tmp_path / "a.parquet"), FRAME)
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()


def test_an_empty_table_keeps_its_columns(tmp_path: Path) -> None:
    """No rows is not no table."""
    write_table(tmp_path / "a.parquet", FRAME.iloc[:0])
    assert list(read_table(tmp_path / "a.parquet").columns) == list(FRAME.columns)


def test_every_flipped_bit_that_matters_is_noticed(tmp_path: Path) -> None:
    """Wherever one bit of a table file flips, reading fails clearly or gives exactly the same table."""
    path = tmp_path / "a.parquet"
    write_table(path, FRAME)
    whole = path.read_bytes()
    noticed = 0
    for position in range(len(whole)):
        flip(path, position)
        try:
            pd.testing.assert_frame_equal(read_table(path), FRAME)
        except UserError as error:
            assert "damaged" in str(error) and "\n" not in str(error)
            noticed += 1
        path.write_bytes(whole)
    assert noticed > 100


def test_cut_tables_are_noticed(tmp_path: Path) -> None:
    """A table that ends early is damaged; one that is absent is missing."""
    path = tmp_path / "a.parquet"
    write_table(path, FRAME)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(UserError, match="damaged"):
        read_table(path)
    with pytest.raises(UserError, match="is missing"):
        read_table(tmp_path / "none.parquet")


def test_sealed_files(tmp_path: Path) -> None:
    """A sealed file gives its payload back; any flipped bit and any cut is an error."""
    path = tmp_path / "a.pt"
    write_sealed(path, b"weights" * 10)
    assert read_sealed(path) == b"weights" * 10
    whole = path.read_bytes()
    for position in range(len(whole)):
        flip(path, position)
        with pytest.raises(UserError, match="is damaged"):
            read_sealed(path)
        path.write_bytes(whole)
    for length in (0, 10, 64, 65, len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(UserError, match="is damaged"):
            read_sealed(path)


def test_damaged_json_is_one_clear_line(tmp_path: Path) -> None:
    """Broken JSON names the file and what to do; numbers that are not JSON are refused when writing."""
    write_json(tmp_path / "a.json", {"x": 1})
    assert read_json(tmp_path / "a.json") == {"x": 1}
    (tmp_path / "a.json").write_text('{"x": ')
    with pytest.raises(UserError, match=r"a\.json is damaged .* Delete it"):
        read_json(tmp_path / "a.json")
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_json(tmp_path / "b.json", {"x": float("nan")})
    assert not (tmp_path / "b.json").exists()


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    """Writing below something that is not a folder is a clear error."""
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="Cannot write"):
        write_atomic(tmp_path / "file" / "a", b"")


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When replacing fails the old content stays and no partial file is left."""
    path = tmp_path / "a"
    write_atomic(path, b"old")

    def fail(*names: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.replace", fail)
        with pytest.raises(UserError, match="No space left"):
            write_atomic(path, b"new")
    assert path.read_bytes() == b"old" and [p.name for p in tmp_path.iterdir()] == ["a"]


def test_partial_files_of_killed_writers_are_removed(tmp_path: Path) -> None:
    """Only what a killed writer left is removed."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / ".final.json.x1y2.part").write_text("half")
    (tmp_path / "final.json").write_text("whole")
    remove_partial_files(tmp_path)
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == ["final.json"]
