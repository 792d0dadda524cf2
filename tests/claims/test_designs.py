"""From a configuration and the arms of claims to runs, and to the plan as a file."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from bench import config
from bench import planned as files
from bench.errors import UserError
from claims.catalogue import CLAIMS
from claims.claim import Claim
from claims.design import Arm, Design, terms
from claims.designs import planned

BASE: dict[str, Any] = {
    "scale": "tiny",
    "training": {"image_size": 16, "generator_steps": 200, "snapshots": 2},
    "methods": {"wgan": {"learning_rate": 2e-4}},
    "designs": {"default": {"datasets": ["digits"], "seeds": 2}},
}


def claim(*arms: Arm) -> Claim:
    return dataclasses.replace(CLAIMS["nobn-gan-fails"], design=Design(arms))


def made(*arms: Arm, **changes: object) -> files.Planned:
    return planned(config.plan(BASE | changes), [claim(*arms)])


def test_terms_of_sums_and_differences() -> None:
    """Signs stand before arms, whose names may hold hyphens."""
    assert terms("a-b") == ((1, "a-b"),)
    assert terms("a - b - c + d") == ((1, "a"), (-1, "b"), (-1, "c"), (1, "d"))


def test_settings_replace_multiply_or_take_a_share_of_the_steps() -> None:
    """A learning rate ten times the configured one, a frozen critic from a quarter of the steps."""
    settings = {"method_options.learning_rate*": 10, "method_options.frozen_from%": 0.25, "batch_size": 16}
    plan = made(Arm("a", "dcgan", "wgan+frozen_critic", settings), Arm("b", "dcgan", "wgan", {"batch_size*": 0.5}))
    first, second = (plan.runs[plan.subjects["nobn-gan-fails"][arm][0]] for arm in "ab")
    assert first.method_options["learning_rate"] == pytest.approx(2e-3)
    assert (first.method_options["frozen_from"], first.batch_size, second.batch_size) == (50, 16, 32)


def test_arms_and_grid_share_runs() -> None:
    """A run with the same specification is trained once, whoever asks for it."""
    grid = [{"datasets": ["digits"], "architectures": ["dcgan"], "methods": ["gan"], "seeds": 3}]
    plan = made(Arm("a", "dcgan", "gan"), Arm("b", "dcgan", "gan", {"batch_size": 64}), grid=grid)
    assert len(plan.runs) == 3 and plan.run_ids("nobn-gan-fails") == plan.run_ids(files.EVERYTHING)[:2]
    assert plan.members("nobn-gan-fails") == [(arm, run) for arm in "ab" for run in plan.run_ids("nobn-gan-fails")]


def test_arms_have_no_runs_on_data_of_another_kind() -> None:
    """Images for image networks, points for the others; what a pair lacks otherwise is a skipped row."""
    design = {"default": {"datasets": ["digits", "gaussians8"], "seeds": 1}}
    arms = Arm("a", "dcgan", "gan"), Arm("b", "toy_mlp", "gan"), Arm("c", "mlp", "gan+virtual_batch_norm")
    plan = made(*arms, designs=design)
    assert {plan.runs[runs[0]].dataset for runs in plan.subjects["nobn-gan-fails"].values() if runs} == {
        "digits",
        "gaussians8",
    }
    assert [cell.reason.split(",")[0] for cell in plan.skipped] == [
        "method virtual_batch_norm needs generator batch norm"
    ]


def test_a_design_of_its_own_comes_before_the_default_and_may_leave_arms_out() -> None:
    """Data sets, seeds and training of one claim; an arm's own data sets come before both."""
    own = {"seeds": [7], "training": {"generator_steps": 50}, "without": ["b"]}
    arms = Arm("a", "dcgan", "gan"), Arm("b", "dcgan", "lsgan"), Arm("c", "dcgan", "gan", datasets=("olivetti_faces",))
    plan = made(*arms, designs=BASE["designs"] | {"nobn-gan-fails": own})
    runs = plan.runs.values()
    assert {(run.dataset, run.seed, run.generator_steps) for run in runs} == {
        ("digits", 7, 50),
        ("olivetti_faces", 7, 50),
    }
    assert set(plan.subjects["nobn-gan-fails"]) == {"a", "c"}


def test_without_designs_claims_train_nothing() -> None:
    """The grid alone is planned."""
    plan = planned(config.plan({"scale": "tiny"}), [claim(Arm("a", "dcgan", "gan"))])
    assert not plan.runs and plan.subjects == {"nobn-gan-fails": {}}


@pytest.mark.parametrize(
    ("designs", "words"),
    [
        ({"default": {"seeds": 2}}, "'datasets' is missing"),
        ({"nobn-gan-fals": {"datasets": ["digits"], "seeds": 1}}, "Did you mean 'nobn-gan-fails'"),
        ({"default": {"datasets": ["digit"], "seeds": 2}}, "Did you mean 'digits'"),
        ({"default": {"datasets": ["digits"], "seeds": 2, "without": ["dcgan-gam"]}}, "Did you mean 'dcgan-gan'"),
    ],
)
def test_designs_that_name_nothing_are_refused(designs: dict[str, Any], words: str) -> None:
    """One line that says what is wrong."""
    with pytest.raises(UserError, match=words):
        made(Arm("a", "dcgan", "gan"), designs=designs)


def test_a_claim_asked_for_by_name_must_have_runs() -> None:
    """Points for a network of images are told before anything is trained; among all claims it is passed over."""
    design = {"default": {"datasets": ["gaussians8"], "seeds": 1}}
    with pytest.raises(UserError, match=r"none of its data sets \(gaussians8\) is of the kind that dcgan take"):
        made(Arm("a", "dcgan", "gan"), designs=design, claims=["nobn-gan-fails"])
    assert not made(Arm("a", "dcgan", "gan"), designs=design).runs


def test_a_plan_survives_the_file(tmp_path: Path) -> None:
    """Runs, arms and protocol are the same after reading."""
    plan = made(Arm("a", "dcgan", "wgan", {"train_samples": 100}))
    assert files.read(files.write(plan, tmp_path)) == plan


def test_a_plan_of_other_code_is_refused(tmp_path: Path) -> None:
    """A run whose name no longer fits its specification, and a file that is no plan."""
    path = files.write(made(Arm("a", "dcgan", "wgan")), tmp_path)
    path.write_text(path.read_text().replace('"batch_size": 64', '"batch_size": 63'))
    with pytest.raises(UserError, match="made by other code"):
        files.read(path)
    path.write_text("[]")
    with pytest.raises(UserError, match="not a plan"):
        files.read(path)
