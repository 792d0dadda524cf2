"""What a dry run plans: everything that is needed, and nothing else."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from bench.config import load
from bench.planned import Planned
from bench.spec import TRAINING_VERSION, RunSpec
from claims import designs
from claims.catalogue import CLAIMS
from tests.workflow.running import ROOT, SMOKE, Config, Snakemake, planned
from workflows.selection import batches, source_digest, study_digest, toy_sources

GRID = [
    {
        "datasets": ["digits"],
        "architectures": ["dcgan", "dcgan_nobn", "mlp"],
        "methods": ["gan", "wgan", "sngan"],
        "seeds": 2,
    }
]


def plan_of(path: Path | str) -> Planned:
    """Every run of a configuration, those of the claims' arms among them."""
    return designs.planned(load(Path(path)), CLAIMS.values())


def pretend_measured(results: Path, plan: Planned) -> None:
    """Creates, in the order of their making, the files of runs that have been trained and measured."""
    made = [results / "data/digits-16" / f"{name}.npy" for name in ("train", "train_labels", "test", "test_labels")]
    made += [results / "data/digits-16/card.json"]
    made += [results / "extractors/digits-16" / name for name in ("card.json", "weights.pt")]
    made += [results / "runs" / run / "result.json" for run in plan.runs]
    names = ("scores.parquet", "samples.png", "progress.png")
    made += [results / "measurements" / run / plan.protocol.key / name for run in plan.runs for name in names]
    for second, path in enumerate(made):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        os.utime(path, (1_000_000 + second, 1_000_000 + second))


def test_smoke_trains_every_arm_in_a_few_jobs_and_writes_nothing(snakemake: Snakemake, tmp_path: Path) -> None:
    """A dry run of the smoke target lists jobs of many runs each, one for all verdicts, and writes no results."""
    done = snakemake("-n", "smoke")
    assert done.returncode == 0, done.stderr
    runs, size = plan_of(SMOKE).runs, load(SMOKE).together
    jobs = set(re.findall(r"^(batch_\d+) ", done.stdout, re.MULTILINE))
    assert jobs == {f"batch_{k}" for k in range(len(batches(list(runs.values()), size)))}
    for rule in ("collect_together", "verdicts_together", "identities_together", "quick_studies"):
        assert re.search(rf"^{rule} +1$", done.stdout, re.MULTILINE), rule
    assert not (tmp_path / "results").exists()


def test_batches_hold_every_run_once_and_a_share_of_each_architecture() -> None:
    """So that jobs end at about the same time; another seed changes none of those that are there."""
    runs = list(plan_of(SMOKE).runs.values())
    found = batches(runs, 16)
    assert sorted(run for batch in found for run in batch) == sorted(run.run_id for run in runs)
    assert {len(batch) for batch in found} <= {14, 15, 16}
    assert [batch for batch in found if "/s0-" in batch[0]] == batches([run for run in runs if run.seed == 0], 16)
    slow = [sum("resnet101" in run for run in batch) for batch in found]
    assert max(slow) - min(slow) <= 1


def test_without_batches_every_run_is_trained_and_measured_by_itself(snakemake: Snakemake, config: Config) -> None:
    """One job each, as on a cluster."""
    edited = config({})
    done = snakemake("-n", "--configfile", edited, "--", "smoke")
    assert planned(done.stdout, "train") == set(plan_of(edited).runs) == planned(done.stdout, "measure")


def test_one_claim_trains_only_what_it_needs(snakemake: Snakemake, config: Config) -> None:
    """Asking for one claim's verdict trains the runs of its arms."""
    edited = config({})
    done = snakemake("-n", "--configfile", edited, "--", "results/verdicts/smoke/loss-quality-wgan.json")
    plan = plan_of(edited)
    needed = set(plan.run_ids("loss-quality-wgan"))
    assert 0 < len(needed) < len(plan.runs)
    assert planned(done.stdout, "train") == needed
    assert planned(done.stdout, "verdict") == {"loss-quality-wgan"}


def test_a_study_trains_nothing(snakemake: Snakemake, config: Config) -> None:
    """A claim about numbers needs no training, no data and no collecting."""
    done = snakemake("-n", "--configfile", config({}), "--", "results/verdicts/smoke/softplus-blend.json")
    assert planned(done.stdout, "study") == {"softplus-blend"}
    assert not any(planned(done.stdout, rule) for rule in ("train", "data", "extractor", "collect"))


def test_the_studies_need_no_grid_and_are_full(snakemake: Snakemake, config: Config) -> None:
    """The target `claims` makes every claim that has a study, and its report, without data or trainings of the grid."""
    done = snakemake("-n", "--configfile", config({}), "--", "claims")
    studied = {claim.id for claim in CLAIMS.values() if claim.study}
    assert planned(done.stdout, "study") == planned(done.stdout, "verdict") == studied
    assert efforts(done.stdout) == {"full"}
    assert not any(planned(done.stdout, rule) for rule in ("train", "data", "extractor", "collect"))


def test_smoke_trains_its_toys_quickly(snakemake: Snakemake, config: Config) -> None:
    """What trains is quick there, what does not is the same study as everywhere; another seed is another file."""
    done = snakemake("-n", "--configfile", config({}), "--", "smoke")
    assert efforts(done.stdout, trains=True) == set() and efforts(done.stdout, trains=False) == {"full"}
    assert re.search(r"^quick_studies +1$", done.stdout, re.MULTILINE)
    done = snakemake("-n", "--configfile", config({"study_seed": 7, "studies": "full"}), "--", "claims")
    lines = [line.split() for line in done.stdout.splitlines() if line.startswith("study ")]
    assert {words[3] for words in lines if not words[1].isdigit()} == {"7"}


def test_a_toy_is_made_again_when_its_own_code_changes() -> None:
    """Its digest covers its module and the toy modules this imports, and no other toy."""
    common, own = "bench/toys/common.py", "bench/toys/vanishing_gradient.py"
    assert toy_sources("bench.toys.vanishing_gradient") == {common, own}
    assert study_digest("vanishing-gradient") == f"{source_digest(common, own)}-{TRAINING_VERSION}"
    assert study_digest("softplus-blend") == source_digest("claims/studies")


def efforts(output: str, trains: bool | None = None) -> set[str]:
    """The efforts of the studies that a dry run lists, of those that train or of those that do not."""
    lines = [line.split() for line in output.splitlines() if line.startswith("study ")]
    found = [(words[1], words[2]) for words in lines if not words[1].isdigit()]
    return {effort for claim, effort in found if trains is None or CLAIMS[claim].trains == trains}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"cells": [{"where": {"architecture": "mlp", "method": "wgan", "seed": 1}, "set": {"batch_size": 16}}]}, 1),
        ({"cells": [{"where": {"method": "sngan"}, "set": {"method_options": {"learning_rate": 1e-4}}}]}, 6),
        ({"designs": {"nobn-gan-fails": {"datasets": ["digits"], "seeds": [7]}}}, 4),
    ],
    ids=["one cell", "one method", "one claim"],
)
def test_an_edit_retrains_only_what_it_touches(
    snakemake: Snakemake, config: Config, tmp_path: Path, changes: Mapping[str, object], expected: int
) -> None:
    """With every run there, a changed setting plans exactly the runs that have it."""
    before = plan_of(config({"grid": GRID, "designs": {}}))
    pretend_measured(tmp_path / "results", before)
    edited = config({"grid": GRID, "designs": {}, **changes})
    done = snakemake("-n", "--configfile", edited, "--", "grid")
    trained = planned(done.stdout, "train")
    assert trained == set(plan_of(edited).runs) - set(before.runs)
    assert len(trained) == expected
    assert planned(done.stdout, "measure") == trained


def test_a_new_seed_trains_only_that_seed(snakemake: Snakemake, config: Config, tmp_path: Path) -> None:
    """With two seeds there, asking for three plans the third only."""
    pretend_measured(tmp_path / "results", plan_of(config({"grid": GRID, "designs": {}})))
    grid = [{"datasets": ["digits"], "architectures": ["dcgan"], "methods": ["gan", "wgan"], "seeds": 3}]
    done = snakemake("-n", "--configfile", config({"grid": grid, "designs": {}}), "--", "grid")
    assert {run_id.split("/")[-1].split("-")[0] for run_id in planned(done.stdout, "train")} == {"s2"}
    assert len(planned(done.stdout, "train")) == 2
    assert not planned(done.stdout, "data") and not planned(done.stdout, "extractor")


def of_arms(plan: Planned, claim: str) -> list[RunSpec]:
    """The runs of those arms of a claim that train on the data of the configuration."""
    design = CLAIMS[claim].design
    arms = [arm for arm in design.arms if not arm.datasets] if design else []
    return [plan.runs[run] for arm in arms for run in plan.subjects[claim].get(arm.id, ())]


def test_the_papers_sizes_come_with_the_papers_data_where_it_is_at_hand() -> None:
    """Claims of experiments on MNIST or CIFAR-10 are trained on them in paper.yaml, at their own size, 32x32."""
    plan = plan_of(ROOT / "workflows/config/paper.yaml")
    published = {name: claim.published for name, claim in CLAIMS.items() if claim.design}
    at_hand = {name: one for name, one in published.items() if one.get("dataset") in ("mnist", "cifar10")}
    assert len(at_hand) == 10
    for name, one in at_hand.items():
        runs = of_arms(plan, name)
        assert {(run.dataset, run.image_size) for run in runs} == {(one["dataset"], 32)}, name
        assert one.get("batch_size", 64) in {run.batch_size for run in runs}, name


@pytest.mark.parametrize("scale", ["night", "smoke"])
def test_few_samples_are_not_nearly_all(scale: str) -> None:
    """Of 1,438 digits, 1,000 would be compared with almost the same data; parts about them are of no stated form."""
    plan = plan_of(ROOT / f"workflows/config/{scale}.yaml")
    chosen = {run.train_samples for run in of_arms(plan, "overfitting-gap")}
    assert chosen == {0, 100}
    stated = [part for part in CLAIMS["overfitting-gap"].parts if part.form == "stated"]
    arms = {arm for part in stated if part.question for arm in part.question.arms}
    assert stated and all(plan.subjects["overfitting-gap"].get(arm) for arm in arms)


def test_completions_of_faces_are_of_a_claim() -> None:
    """The runs of completion.yaml belong to the arms that its one claim compares."""
    plan = plan_of(ROOT / "workflows/config/completion.yaml")
    arms = plan.subjects["cramer-completion"]
    assert {arm: len(runs) for arm, runs in arms.items()} == {
        "dcgan_completion-wgan_gp": 5,
        "dcgan_completion-cramer": 5,
    }
    assert {run.dataset for run in plan.runs.values()} == {"lfw_faces"}


def test_points_need_no_classifier(snakemake: Snakemake, config: Config) -> None:
    """Two-dimensional sets are scored without features."""
    grid = [{"datasets": ["gaussians8"], "architectures": ["toy_mlp"], "methods": ["wgan_gp"], "seeds": 1}]
    done = snakemake("-n", "--configfile", config({"grid": grid, "designs": {}}), "--", "grid")
    assert len(planned(done.stdout, "train")) == 1, done.stderr
    assert not planned(done.stdout, "extractor")


def test_the_slurm_profile_plans_the_desk_grid(snakemake: Snakemake) -> None:
    """The documented words for a cluster resolve."""
    done = snakemake("--profile", "slurm", "-n", "all")
    assert done.returncode == 0, done.stderr
    assert planned(done.stdout, "train") == set(plan_of(ROOT / "workflows/config/desk.yaml").runs)


@pytest.mark.parametrize(("device", "gpus"), [("auto", 1), ("cuda", 1), ("cpu", 0)])
def test_every_job_that_trains_or_measures_asks_for_a_gpu(
    snakemake: Snakemake, config: Config, device: str, gpus: int
) -> None:
    """Trainings, scores and batches of both alike; none where the configuration says that all is done on the CPU."""
    cell = {"datasets": ["gaussians8"], "architectures": ["toy_mlp"], "methods": ["gan"], "seeds": 1}
    for together, rules in ((1, ["measure", "train"]), (2, ["batch_0"])):
        path = config({"grid": [cell], "designs": {}, "together": together, "device": device})
        shown = snakemake("-n", "--verbose", "--configfile", path, "--", "grid").stdout
        jobs = re.findall(r"^rule (train|measure|batch_\d+):.*?^    resources: (.*?)$", shown, re.MULTILINE | re.DOTALL)
        assert sorted(rule for rule, _ in jobs) == rules, shown
        assert {f"gpu={gpus}" in resources.split(", ") for _, resources in jobs} == {True}


def test_planning_imports_nothing_heavy() -> None:
    """What the Snakefile imports brings in neither numerical packages nor a tracking client."""
    heavy = {"torch", "numpy", "pandas", "scipy", "sklearn", "matplotlib", "mlflow", "pyarrow", "ot"}
    code = f"import sys, workflows.selection, workflows.controller; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
