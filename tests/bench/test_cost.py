"""What a plan costs: steps by hand, work matched by what decides its speed, nothing counted twice or when done."""

from __future__ import annotations

import dataclasses
import io
import json
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
import torch

from bench import calibration
from bench.__main__ import main
from bench.calibration import Timing, shape_of, signature
from bench.config import Protocol
from bench.cost import NO_CLAIM, Cost, Measured, Work, cost, disk_bytes, training_seconds, work_of
from bench.cost_table import size, table
from bench.errors import UserError
from bench.measure import measure
from bench.planned import Planned, path_of, write
from bench.provenance import device_name
from bench.spec import RunSpec
from bench.training import Controls, train

Spec = Callable[..., RunSpec]
CPU = torch.device("cpu")
SHAPE = (1, 16, 16)


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Times no longer than it has to."""
    monkeypatch.setattr(calibration, "SECONDS", 0.0)


def planned(runs: Iterable[RunSpec], subjects: dict[str, dict[str, tuple[str, ...]]]) -> Planned:
    """A plan of some runs that is scored with 120 samples."""
    by_id = {spec.run_id: spec for spec in runs}
    protocol = Protocol(n_real=120, n_fake=120, extractor="classifier")
    return Planned("tiny", protocol, by_id, (), subjects, tuple(subjects))


def silent(line: str) -> None:
    """Takes a progress line."""


def test_critic_steps_of_a_boosted_wgan_are_counted_by_hand(tiny_spec: Spec) -> None:
    """100 critic steps in each of the first 25 generator steps and in steps 500 and 1,000, else 5."""
    boosted = tiny_spec(method="wgan", method_options={"boosted": True}, generator_steps=1001)
    assert work_of(boosted, 1001) == Work(27 * 100 + 974 * 5, 1001)
    assert work_of(boosted, 10) == Work(1000, 10)


def test_a_fixed_critic_is_looked_at_once_in_a_step(tiny_spec: Spec) -> None:
    """After the 3 steps it is trained in, every generator step holds one look."""
    frozen = tiny_spec(method="gan+frozen_critic", method_options={"frozen_from": 3, "n_critic": 2})
    assert work_of(frozen, 6) == Work(3 * 2 + 3, 6)


@pytest.mark.parametrize(
    "changes",
    [
        {"seed": 1},
        {"generator_steps": 50},
        {"snapshots": 2},
        {"method_options": {"learning_rate": 1e-3, "gp_weight": 1.0, "n_critic": 2}},
    ],
)
def test_what_does_not_decide_the_speed_of_a_step(tiny_spec: Spec, changes: dict[str, object]) -> None:
    """Runs that differ in seed, length, rates or weights alone take equally long for a step."""
    one, other = tiny_spec(method="wgan_gp"), tiny_spec(method="wgan_gp", **changes)
    assert one.run_id != other.run_id
    assert signature(one, SHAPE) == signature(other, SHAPE)


@pytest.mark.parametrize(
    "changes",
    [
        {"batch_size": 4},
        {"generator_batches": 2},
        {"method": "gan"},
        {"architecture": "mlp"},
        {"architecture_options": {"width": 8}},
        {"method_options": {"critic_norm": "none"}},
        {"method_options": {"gp_weight": 0.0}},
    ],
)
def test_what_decides_the_speed_of_a_step(tiny_spec: Spec, changes: dict[str, object]) -> None:
    """Batch, networks, method and what is normalised or switched off make another kind of step; so does the image."""
    one, other = tiny_spec(method="wgan_gp"), tiny_spec(**{"method": "wgan_gp", **changes})
    assert signature(one, SHAPE) != signature(other, SHAPE)
    assert signature(one, SHAPE) != signature(one, (3, 16, 16))


def test_seconds_by_hand() -> None:
    """From timings alone; from a finished training, its steps told apart by the timings; or taken as equal."""
    timing, work = Timing(critic_step=0.2, generator_step=0.1, sample=0.0), Work(500, 100)
    assert training_seconds(work, timing, []) == pytest.approx(110)
    measured = [Measured(Work(100, 100), 60.0)]  # in the ratio 2:1 these are 300 units of 0.2 s
    assert training_seconds(work, timing, measured) == pytest.approx(1100 * 0.2)
    assert training_seconds(work, None, measured) == pytest.approx(600 * 0.3)
    assert training_seconds(work, None, []) is None


def test_a_short_run_says_little_about_a_long_one() -> None:
    """Timings are preferred to a training of less than a tenth of the work, most of which may have been its start."""
    timing, short = Timing(0.1, 0.1, 0.0), [Measured(Work(5, 5), 60.0)]
    assert training_seconds(Work(50, 50), timing, short) == pytest.approx(600)
    assert training_seconds(Work(50, 51), timing, short) == pytest.approx(10.1)
    assert training_seconds(Work(50, 51), None, short) == pytest.approx(606)


def test_shared_runs_are_counted_once_in_all(tiny_spec: Spec, results: Path) -> None:
    """Each claim's row counts its runs, the total every run once, runs of no claim have a row of their own."""
    a, b, c, d = (tiny_spec(seed=seed) for seed in range(4))
    subjects: dict[str, dict[str, tuple[str, ...]]]
    subjects = {"one": {"x": (a.run_id,), "y": (b.run_id,)}, "two": {"x": (b.run_id, c.run_id)}, "three": {}}
    found = cost(planned([a, b, c, d], subjects), results, say=silent)
    assert [(row.claim, row.arms, row.runs) for row in found.rows] == [("one", 2, 2), ("two", 1, 2), (NO_CLAIM, 0, 1)]
    assert (found.total.runs, found.total.generator_steps, found.without) == (4, 24, 1)
    each = found.rows[2]
    assert found.total.bytes == 4 * each.bytes > 0
    assert found.total.hours[found.cpu] == pytest.approx(4 * each.hours[found.cpu])
    assert each.hours[found.cpu] > 0
    assert "A run that several claims share" in table(found, Path("plan.json"))


def test_timings_are_made_once_and_kept(tiny_spec: Spec, results: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs of one kind are timed once, and a second look takes what is in the file."""
    plan, said = planned([tiny_spec(seed=0), tiny_spec(seed=1), tiny_spec(method="wgan")], {}), list[str]()
    first = cost(plan, results, say=said.append)
    assert len(said) == 2
    assert list(calibration.load(results)) == [device_name(CPU)]
    monkeypatch.delattr(calibration, "timed")
    assert cost(plan, results, say=said.append) == first
    assert len(said) == 2


def test_without_timings_the_hours_are_unknown(tiny_spec: Spec, results: Path) -> None:
    """Counts and disk are there, hours are a question mark, and a note says how to get them."""
    found = cost(planned([tiny_spec()], {}), results, calibrate=False)
    assert found.total.unknown == {found.cpu: 1}
    text = table(found, Path("plan.json"))
    (total,) = [line.split() for line in text.splitlines() if line.startswith("in all")]
    assert total[-3] == "?"
    assert "`python -m bench cost --plan plan.json`" in text
    assert not (results / "calibration").exists()


def test_damaged_timings_are_told(results: Path) -> None:
    """A file of another form is named, with what to do."""
    (results / "calibration").mkdir()
    (results / "calibration/cpu.json").write_text('{"device": "cpu", "timings": {"a": {"step": 1}}}')
    with pytest.raises(UserError, match="Delete it"):
        calibration.load(results)


@pytest.fixture
def trained(tiny_spec: Spec, results: Path) -> tuple[Planned, RunSpec, RunSpec]:
    """A plan of two runs of one kind, the first of them trained and scored."""
    done, left = tiny_spec(architecture="toy_mlp", seed=0), tiny_spec(architecture="toy_mlp", seed=1)
    plan = planned([done, left], {"one": {"x": (done.run_id, left.run_id)}, "two": {"x": (done.run_id,)}})
    train(done, results, Controls(CPU, say=silent))
    measure(done, plan.protocol, results)
    return plan, done, left


def test_done_runs_cost_nothing(trained: tuple[Planned, RunSpec, RunSpec], results: Path) -> None:
    """The finished run is counted as done, and what is left is estimated from it without timing anything."""
    plan, done, left = trained
    found = cost(plan, results, say=pytest.fail)
    one, two = found.rows
    assert (one.runs, one.done, one.generator_steps, two.runs, two.done) == (2, 1, left.generator_steps, 1, 1)
    assert (two.hours, two.bytes, two.generator_steps, two.critic_steps) == ({found.cpu: 0.0}, 0, 0, 0)
    assert found.total.hours == one.hours
    provenance = json.loads((results / "runs" / done.run_id / "provenance.json").read_text())
    assert one.hours[found.cpu] > provenance["wall_seconds"] / 3600


def test_disk_is_that_of_a_real_run(trained: tuple[Planned, RunSpec, RunSpec], results: Path) -> None:
    """The weights kept are counted to the byte; with tables and pictures the estimate is within a factor of 2."""
    _, done, _ = trained
    shape = shape_of(done.data, results)
    kept = [torch.load(_payload(path), weights_only=True) for path in (results / "runs").rglob("step-*.pt")]
    weights = [t for one in kept for name in ("generator", "critic") for t in one[name].values()]
    snapshot = calibration.snapshot_bytes(done, shape)
    assert sum(tensor.nbytes for tensor in weights) == snapshot * len(done.snapshot_steps)
    folders = [results / kind / done.run_id for kind in ("runs", "measurements")]
    real = sum(file.stat().st_size for folder in folders for file in folder.rglob("*") if file.is_file())
    assert 0.5 < disk_bytes(done, snapshot) / real < 2


def _payload(path: Path) -> io.BytesIO:
    return io.BytesIO(path.read_bytes().partition(b"\n")[2])


def test_a_device_of_which_little_is_known(tiny_spec: Spec, results: Path) -> None:
    """It gets a column, with a lower bound in the rows of which some runs are known and a note on the rest."""
    known, other = tiny_spec(), tiny_spec(method="wgan")
    calibration.keep(results, "cuda: Some GPU", {signature(known, SHAPE): Timing(1.0, 1.0, 0.0)})
    found = cost(planned([known, other], {}), results, say=silent)
    assert found.devices == (device_name(CPU), "cuda: Some GPU")
    assert found.total.unknown["cuda: Some GPU"] == 1
    text = table(found, Path("plan.json"))
    assert "on Some GPU" in text and ">" in text and "Not known of 1 runs: hours on cuda: Some GPU" in text


def test_shapes_of_sets_that_are_not_prepared(tiny_spec: Spec, tmp_path: Path) -> None:
    """Points tell their dimension; images are taken to have three channels, and the table says so."""
    images, points = tiny_spec(), tiny_spec(architecture="toy_mlp")
    assert shape_of(images.data, tmp_path) == (3, 16, 16)
    assert shape_of(points.data, tmp_path) == (2,)
    assert cost(planned([images, points], {}), tmp_path, calibrate=False).unprepared == ("digits-16",)


def test_command_line(tiny_spec: Spec, results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The table goes to standard output and progress to standard error; `--json` gives the same numbers."""
    write(planned([tiny_spec()], {}), results)
    words = ["cost", "--plan", str(path_of(results, "tiny")), "--results", str(results)]
    assert main(words) == 0
    out, err = capsys.readouterr()
    assert out.startswith("Scale tiny: ") and err.startswith("calibrating cpu")
    assert main([*words, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found) == {field.name for field in dataclasses.fields(Cost)}
    assert (found["total"]["runs"], found["total"]["generator_steps"]) == (1, 6)


def test_sizes_are_readable() -> None:
    """The unit is the one people would use."""
    assert [size(n) for n in (0, 1_234_000, 56e9, 2e15)] == ["0 kB", "1.2 MB", "56 GB", "2.0 PB"]
