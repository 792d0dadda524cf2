"""Registries: names that join a method with techniques, presets, and the listing made from them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bench.errors import UserError
from bench.registry import Entry, MethodRegistry, Registry

SOURCE = '''
"""Three functions."""


def plain(*, rate: float = 1.0, words: str = "a"):
    """A method.

    Paper: Someone and Other (1999), On Methods
    """
    return {"made": [("plain", rate, words)]}


def noisy(method, *, noise: float = 0.5):
    """Adds noise.

    Paper: Third et al. (2001), On Noise
    """
    return {"made": [*method["made"], ("noisy", noise)]}


def clashing(method, *, rate: float = 2.0):
    """Has an option of the same name."""
    return method
'''


@pytest.fixture
def methods(tmp_path: Path) -> MethodRegistry:
    file = tmp_path / "components.py"
    file.write_text(SOURCE)
    entries = {
        "plain": Entry(f"{file}:plain", has=("edge",)),
        "other": Entry(f"{file}:plain", preset={"words": "b"}, summary="The other one"),
        "noisy": Entry(f"{file}:noisy", on="plain", needs=("edge",)),
        "clashing": Entry(f"{file}:clashing", on="plain"),
    }
    return MethodRegistry("method", "methods/", entries)


def test_a_technique_stands_on_its_usual_method_or_on_the_one_named(methods: MethodRegistry) -> None:
    """`noisy` is `plain+noisy`; `other+noisy` and stacks of techniques are read from left to right."""
    assert methods.parts("noisy") == ["plain", "noisy"]
    assert methods.parts("other+noisy") == ["other", "noisy"]
    assert methods.canonical("plain+noisy") == "noisy" == methods.canonical("noisy")
    assert methods.canonical("other+noisy") == "other+noisy"
    assert methods.canonical("plain+noisy+noisy") == "noisy+noisy"
    made = methods.builder("other+noisy+noisy")(rate=3.0, noise=0.1)
    assert made["made"] == [("plain", 3.0, "b"), ("noisy", 0.1), ("noisy", 0.1)]


def test_options_of_all_parts_are_joined(methods: MethodRegistry) -> None:
    """A joined name has the options of its parts, and the summary and paper of the technique."""
    described = methods.describe("noisy")
    assert described.defaults == {"rate": 1.0, "words": "a", "noise": 0.5}
    assert described.summary == "Adds noise, on plain"
    assert described.paper is not None and described.paper.authors == "Third et al."
    assert methods.resolve("noisy", {"noise": 2})["noise"] == 2.0


def test_a_preset_is_no_option(methods: MethodRegistry) -> None:
    """What a name fixes of a shared function cannot be chosen, and takes effect."""
    assert methods.describe("other").defaults == {"rate": 1.0}
    assert methods.describe("other").summary == "The other one"
    assert methods.builder("other")(rate=1.5)["made"] == [("plain", 1.5, "b")]
    with pytest.raises(UserError, match="Unknown option of method 'other': 'words'"):
        methods.resolve("other", {"words": "c"})


def test_properties_of_the_parts_are_joined(methods: MethodRegistry) -> None:
    """What a technique needs and what its method has are both known of the joined name."""
    assert methods["noisy"].has == ("edge",) and methods["noisy"].needs == ("edge",)
    assert methods["other+noisy"].has == ()
    assert "noisy+noisy" in methods and "plain+nosy" not in methods and 3 not in methods


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("plain+other", "'other' modifies no other method; after a \\+ stand: noisy, clashing"),
        ("noisi", "Unknown method 'noisi'. Did you mean 'noisy'"),
        ("plain+nosy", "Unknown method 'nosy'. Did you mean 'noisy'"),
        ("plain+clashing", "two of its parts have an option 'rate'"),
    ],
)
def test_names_that_mean_nothing_are_refused(methods: MethodRegistry, name: str, message: str) -> None:
    """One clear line for an unknown part, a method in a technique's place, and options that clash."""
    with pytest.raises(UserError, match=message):
        methods.describe(name)


def test_a_taken_name_is_refused_and_the_same_line_again_is_not(methods: MethodRegistry) -> None:
    """Registering the same function twice is harmless; another function under the same name is an error."""
    methods.add("plain", methods["plain"])
    with pytest.raises(UserError, match="There is already a method 'plain'"):
        methods.add("plain", Entry("bench.methods.gan:gan"))
    registry: Registry = Registry("metric", "metrics/", {})
    with pytest.raises(UserError, match="has no function 'nothing'"):
        registry.add("nothing", Entry("bench.methods.gan:nothing"))


def test_techniques_have_option_names_of_their_own() -> None:
    """No technique shares an option with a method or with another technique, so all can be joined."""
    from bench.catalogue import METHODS

    techniques = [name for name in METHODS if METHODS[name].on]
    methods: list[Any] = [name for name in METHODS if not METHODS[name].on]
    for method in methods:
        METHODS.describe("+".join([method, *techniques]))


def test_the_listing_has_every_component_with_its_source() -> None:
    """Every name is listed once, with a summary; every method and architecture with paper and year or an origin."""
    from bench.catalogue import REGISTRIES
    from bench.listing import listing, markdown, table

    found = listing()
    names = [row["name"] for rows in found.values() for row in rows]
    assert sorted(names) == sorted(name for registry in REGISTRIES.values() for name in registry)
    assert all(row["summary"] for rows in found.values() for row in rows)
    for text in (table(found), markdown(found)):
        assert all(name in text for name in names)
