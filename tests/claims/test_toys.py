"""Every toy: its judge on worlds built to be true, false and undecidable, and its study made to run."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from claims.catalogue import CLAIMS
from claims.claim import Evidence
from claims.evaluate import evaluate, run_study
from claims.judges import blend
from tests.claims.known import EXPECTED, WORLDS
from tests.claims.known.common import World

TOYS = [claim.id for claim in CLAIMS.values() if claim.trains]
UNDECIDED = {"inconclusive", "invalid", "not run"}


def verdicts(claim_id: str, frame: pd.DataFrame) -> dict[str, str]:
    """Verdict of each part, and of the claim under its own name."""
    record = evaluate(CLAIMS[claim_id], Evidence(frame, pd.DataFrame(), pd.DataFrame()), "test")
    return {part["part"]: part["verdict"] for part in record["parts"]} | {"claim": record["verdict"]}


def test_every_part_of_every_toy_has_its_worlds() -> None:
    """A part has a world in which it is true and one in which it is false; a stated one also one without effect."""
    known = {(claim, part): {v for c, p, v, _ in WORLDS if (c, p) == (claim, part)} for claim, part, _, _ in WORLDS}
    for claim_id in TOYS:
        for part in CLAIMS[claim_id].parts:
            needed = {"supported", "contradicted"} | ({"inconclusive"} if part.form == "stated" else set())
            assert needed <= known.get((claim_id, part.id), set()), (claim_id, part.id)


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize(
    ("claim_id", "part", "expected", "world"), WORLDS, ids=[f"{c}-{p}-{v}-{i}" for i, (c, p, v, _) in enumerate(WORLDS)]
)
def test_a_world_gets_its_verdict(claim_id: str, part: str, expected: str, world: World, seed: int) -> None:
    """Evidence that is true, false or undecidable by construction is judged so, whatever its noise."""
    assert verdicts(claim_id, world(np.random.default_rng(seed)))[part] == expected


@pytest.mark.parametrize("claim_id", TOYS)
def test_a_quick_study_runs_decides_nothing_and_is_decided_by_its_seed(claim_id: str) -> None:
    """Its rows are those the judge reads, the same for the same seed, and no verdict comes of them."""
    claim = CLAIMS[claim_id]
    first = run_study(claim, 0, "quick")
    pd.testing.assert_frame_equal(first, run_study(claim, 0, "quick"))
    record = evaluate(claim, Evidence(first, pd.DataFrame(), pd.DataFrame()), "test")
    assert {part["verdict"] for part in record["parts"]} <= UNDECIDED
    assert all("quick study" in part["flags"] for part in record["parts"])
    assert record["effort"] == "quick"


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("claim_id", TOYS)
def test_the_full_study_gets_the_known_verdict_for_every_seed(claim_id: str, seed: int) -> None:
    """Unless a part is marked as close to its margin, the verdict does not depend on the seed."""
    record = evaluate(CLAIMS[claim_id], Evidence(run_study(CLAIMS[claim_id], seed), pd.DataFrame(), pd.DataFrame()), "")
    close = any("close to its margin" in part["flags"] for part in record["parts"])
    assert record["verdict"] == EXPECTED[claim_id] or close


def test_choosing_the_worse_end_from_the_same_trainings_errs_no_more_often_than_declared() -> None:
    """In 400 worlds in which no alpha is better than another, "between is better" is decided in 5 % at most."""
    rng, claim, wrong = np.random.default_rng(0), CLAIMS["lamb-blend"], 0
    grid = pd.MultiIndex.from_product([range(10), [0.0, 0.25, 0.5, 0.75, 1.0]], names=["replicate", "alpha"])
    for _ in range(400):
        looks = grid.to_frame(index=False).assign(
            step=1, collapsed=1.0, distance=np.exp(rng.normal(-1, 0.3, len(grid)))
        )
        wrong += blend._between(claim, looks).verdict.value in ("supported", "weaker than claimed")
    assert 0 < wrong <= stats.binom.ppf(0.999, 400, claim.declaration.alpha)
