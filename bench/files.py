"""Files that are either whole or absent, and that notice damage when read.

Binary state (checkpoints, snapshots, weights) is sealed: a SHA-256 line, then
the payload. Tables carry a digest of their content in the Parquet metadata.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.errors import UserError

if TYPE_CHECKING:
    import pandas as pd

_DIGEST_KEY = b"content_sha256"
_PARTIAL = ".part"
_SEAL = "content_sha256"


def sha256(payload: bytes) -> str:
    """Returns the hexadecimal SHA-256 of `payload`."""
    return hashlib.sha256(payload).hexdigest()


def check_writable(folder: Path) -> None:
    """Checks, before work starts, that `folder` can be written, or made.

    Raises:
        UserError: when it is not a folder or may not be written.
    """
    place = folder.absolute()
    while not place.exists():
        place = place.parent
    if not place.is_dir() or not os.access(place, os.W_OK | os.X_OK):
        raise UserError(f"{folder}/ cannot be written: {place} is not a folder you can write to. Make it writable.")


def write_atomic(path: Path, payload: bytes) -> None:
    """Writes `payload` to `path` so that a reader sees the old file or the new one, never a part.

    Raises:
        UserError: when the folder cannot be written.
    """
    write_chunks(path, (payload,))


def write_chunks(path: Path, chunks: Iterable[bytes | memoryview]) -> str:
    """Writes what `chunks` yields, one after the other, and returns the SHA-256 of it all; atomic.

    Raises:
        UserError: when the folder cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=_PARTIAL)
    except OSError as error:
        raise UserError(f"Cannot write {path}: {error.strerror}. Make the folder writable.") from error
    digest = hashlib.sha256()
    try:
        with os.fdopen(handle, "wb") as file:
            for chunk in chunks:
                file.write(chunk)
                digest.update(chunk)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)
        os.replace(name, path)
    except OSError as error:
        raise UserError(f"Cannot write {path}: {error.strerror}.") from error
    finally:
        Path(name).unlink(missing_ok=True)
    return digest.hexdigest()


def remove_partial_files(folder: Path) -> None:
    """Removes what killed writers left below `folder`; only for the one process that may write there."""
    for path in folder.rglob(f".*{_PARTIAL}"):
        path.unlink(missing_ok=True)


def write_json(path: Path, value: Any, *, sealed: bool = False) -> None:
    """Writes `value` as sorted, indented JSON; atomic.

    Args:
        path: the file.
        value: an object when `sealed`.
        sealed: whether to add a checksum of the content under `content_sha256`.
    """
    if sealed:
        value = {**value, _SEAL: _json_digest(value)}
    write_atomic(path, (json.dumps(value, indent=1, sort_keys=True, allow_nan=False) + "\n").encode())


def read_json(path: Path, *, sealed: bool = False) -> Any:
    """Reads a JSON file; `sealed` as it was written.

    Raises:
        UserError: when it is missing or damaged.
    """
    try:
        value = json.loads(path.read_text())
    except FileNotFoundError as error:
        raise UserError(f"{path} is missing.") from error
    except (ValueError, OSError) as error:
        raise UserError(f"{path} is damaged ({error}). Delete it and run the same command again.") from error
    if sealed and (not isinstance(value, dict) or value.pop(_SEAL, None) != _json_digest(value)):
        raise UserError(
            f"{path} is damaged (its checksum does not match its content). Delete it and run the same command again."
        )
    return value


def _json_digest(value: Any) -> str:
    return sha256(json.dumps(value, sort_keys=True, separators=(",", ":")).encode())


def write_sealed(path: Path, payload: bytes) -> str:
    """Writes `payload` behind a line with its SHA-256 and returns that digest; atomic."""
    digest = sha256(payload)
    write_atomic(path, digest.encode() + b"\n" + payload)
    return digest


def read_sealed(path: Path) -> bytes:
    """Returns the payload of a sealed file.

    Raises:
        UserError: when the file is missing, cut short or altered.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UserError(f"Cannot read {path}: {error.strerror}.") from error
    if content[64:65] != b"\n" or sha256(content[65:]).encode() != content[:64]:
        raise UserError(
            f"{path} is damaged (its checksum does not match its content). Delete it and run the same command again."
        )
    return content[65:]


def write_table(path: Path, frame: pd.DataFrame) -> None:
    """Writes a data frame as Parquet with a digest of its content; atomic and byte-reproducible."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.Table.from_pandas(frame, preserve_index=False)
    table = table.replace_schema_metadata({_DIGEST_KEY: _table_digest(table)})
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    write_atomic(path, sink.getvalue().to_pybytes())


def read_table(path: Path) -> pd.DataFrame:
    """Reads a table written by `write_table`.

    Raises:
        UserError: when the file is missing, cut short or altered.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(pa.BufferReader(path.read_bytes()))
        whole = (table.schema.metadata or {}).get(_DIGEST_KEY) == _table_digest(table)
    except FileNotFoundError as error:
        raise UserError(f"{path} is missing.") from error
    except (OSError, ValueError, pa.ArrowException, UnicodeDecodeError) as error:
        raise UserError(f"{path} is damaged ({type(error).__name__}). Delete it and run again.") from error
    if not whole:
        raise UserError(f"{path} is damaged (its checksum does not match its content). Delete it and run again.")
    return table.to_pandas()


def _table_digest(table: Any) -> bytes:
    import pandas as pd

    # Hashed as pandas sees it: the bytes under an Arrow null are arbitrary.
    frame = table.to_pandas()
    rows = pd.util.hash_pandas_object(frame, index=False).to_numpy().tobytes()
    return sha256(repr([(name, str(kind)) for name, kind in frame.dtypes.items()]).encode() + rows).encode()
