"""Fixtures: made-up results folders."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.report import worlds


@pytest.fixture
def world(tmp_path: Path) -> worlds.World:
    """A results folder with an empty verdict folder."""
    return worlds.World(tmp_path / "results")


@pytest.fixture
def full_world(world: worlds.World) -> worlds.World:
    """One claim per verdict, trained runs with one diverged seed in each cell, and pictures."""
    return worlds.full_world(world)
