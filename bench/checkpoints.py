"""Checkpoints (everything a training needs to go on) and snapshots (networks to be measured)."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from bench.errors import UserError
from bench.files import read_sealed, sha256, write_sealed

KEPT = 2


def save_checkpoint(run: Path, step: int, state: dict[str, Any]) -> None:
    """Writes the state at `step` and removes all but the newest checkpoints."""
    write_sealed(_checkpoint_path(run, step), _to_bytes(state))
    for old in sorted((run / "checkpoints").glob("step-*.pt"))[:-KEPT]:
        old.unlink()


def load_newest_checkpoint(run: Path, device: torch.device) -> dict[str, Any] | None:
    """Returns the newest state, or None where there is none.

    Raises:
        UserError: when the newest checkpoint is damaged; deleting it falls back to the one before.
    """
    found = sorted((run / "checkpoints").glob("step-*.pt"))
    return _from_bytes(found[-1], device) if found else None


def remove_checkpoints(run: Path) -> None:
    """Removes every checkpoint of a finished run."""
    for path in (run / "checkpoints").glob("step-*.pt"):
        path.unlink()


def save_snapshot(run: Path, step: int, generator: nn.Module, critic: nn.Module) -> str:
    """Writes both networks at `step`; returns the checksum of the content."""
    state = {"step": step, "generator": _on_cpu(generator), "critic": _on_cpu(critic)}
    return write_sealed(snapshot_path(run, step), _to_bytes(state))


def load_snapshot(path: Path) -> dict[str, Any]:
    """Returns {"step", "generator", "critic"} with state dictionaries on the CPU.

    Raises:
        UserError: when the file is missing or damaged.
    """
    try:
        return _from_bytes(path, torch.device("cpu"))
    except UserError as error:
        raise _lost(path) from error


def snapshot_path(run: Path, step: int) -> Path:
    """Returns where the snapshot of `step` is kept."""
    return run / "snapshots" / f"step-{step:08d}.pt"


def snapshot_sha256(run: Path, step: int) -> str:
    """Returns the checksum in the first line of a snapshot."""
    path = snapshot_path(run, step)
    try:
        return sha256(read_sealed(path))
    except UserError as error:
        raise _lost(path) from error


def save_history(run: Path, columns: dict[str, np.ndarray]) -> None:
    """Writes the record of every generator step: arrays of shape (steps,)."""
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **columns)
    write_sealed(run / "history.npz", buffer.getvalue())


def load_history(run: Path) -> dict[str, np.ndarray]:
    """Returns the record of every generator step; entry i belongs to step i + 1.

    Raises:
        UserError: when the file is missing or damaged.
    """
    with np.load(io.BytesIO(read_sealed(run / "history.npz")), allow_pickle=False) as arrays:
        return dict(arrays)


def weights_sha256(*modules: nn.Module) -> str:
    """Returns one checksum over all parameters and buffers, in order."""
    parts = []
    for module in modules:
        for name, tensor in module.state_dict().items():
            parts.append(name.encode() + tensor.detach().cpu().contiguous().numpy().tobytes())
    return sha256(b"".join(parts))


def _lost(path: Path) -> UserError:
    """A snapshot cannot be made again alone, and its run ends with the same bits when it is trained again."""
    return UserError(
        f"Snapshot {path} is missing or damaged. Delete the folder {path.parents[1]} and run the same command again; "
        "the run is then trained again."
    )


def _checkpoint_path(run: Path, step: int) -> Path:
    return run / "checkpoints" / f"step-{step:08d}.pt"


def _on_cpu(module: nn.Module) -> dict[str, Any]:
    return {name: tensor.detach().cpu() for name, tensor in module.state_dict().items()}


def _to_bytes(state: dict[str, Any]) -> bytes:
    buffer = io.BytesIO()
    torch.save(state, buffer)
    return buffer.getvalue()


def _from_bytes(path: Path, device: torch.device) -> dict[str, Any]:
    payload = read_sealed(path)
    try:
        return torch.load(io.BytesIO(payload), map_location=device, weights_only=True)
    except (RuntimeError, ValueError, EOFError) as error:
        raise UserError(f"{path} cannot be read ({type(error).__name__}). Delete it and run again.") from error
