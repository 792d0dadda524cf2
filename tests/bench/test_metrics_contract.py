"""What every registered metric must do, checked by being registered."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from bench.catalogue import ARCHITECTURES, METHODS, METRICS
from bench.checkpoints import weights_sha256
from bench.config import Protocol
from bench.files import read_json
from bench.measure import load_networks, score, sources_of
from bench.metrics.measurable import Measurable
from bench.spec import RunSpec, resolve, skip_reason
from bench.step import build

STATUSES = {"ok", "unavailable", "not_applicable", "failed"}
Trained = tuple[Path, dict[str, RunSpec]]


def last_snapshot(trained: Trained, run: str, protocol: Protocol) -> Measurable:
    """The final snapshot of a tiny run, freshly loaded."""
    results, specs = trained
    spec = specs[run]
    sources = sources_of(spec.data, protocol, results=results, device="cpu")
    networks = build(spec, tuple(sources.splits["train"].shape[1:]), torch.device("cpu"))
    folder = results / "runs" / spec.run_id
    load_networks(networks, folder, 6, expected=read_json(folder / "result.json")["snapshots"]["6"])
    return Measurable(sources, spec.run_id, 6, networks=networks)


@pytest.mark.parametrize("metric", METRICS)
def test_every_metric_names_its_paper_and_says_what_it_is(metric: str) -> None:
    """A line `Paper: authors (year), title` and a one-line summary, readable without importing it."""
    about = METRICS.describe(metric)
    assert about.paper is not None and 1990 < about.paper.year < 2100
    assert len(about.summary) > 20


@pytest.mark.parametrize("run", ["images", "spectral", "completion", "points"])
@pytest.mark.parametrize("metric", METRICS)
def test_every_metric_is_a_repeatable_row(trained: Trained, protocol: Protocol, metric: str, run: str) -> None:
    """Same snapshot, fresh objects: the same row; a value exactly when ok, a reason exactly when not."""
    rows = [score(last_snapshot(trained, run, protocol), metric) for _ in range(2)]
    assert rows[0] == rows[1]
    row = rows[0]
    assert row is not None and row["status"] in STATUSES - {"failed"}
    assert (row["value"] is None) == (row["status"] != "ok") == bool(row["reason"])
    takes = METRICS[metric].data
    kind = "points" if run == "points" else "images"
    if takes not in ("any", kind):
        assert row["status"] == "not_applicable" and takes in row["reason"]


@pytest.mark.parametrize("metric", METRICS)
def test_every_metric_has_a_value_somewhere_and_records_what_it_read(
    trained: Trained, protocol: Protocol, metric: str
) -> None:
    """No metric is dead; scores in feature space name their extractor."""
    rows = [score(last_snapshot(trained, run, protocol), metric) for run in ("images", "completion", "points")]
    found = [row for row in rows if row is not None and row["status"] == "ok"]
    assert found
    for row in found:
        assert row["n_real"] + row["n_fake"] > 0 or metric.startswith("critic_weight")
        assert (row["split"] != "") == (row["n_real"] > 0)
        assert (row["extractor"] != "") == (len(row["extractor_sha256"]) == 64)


@pytest.mark.parametrize("run", ["images", "spectral", "completion", "points"])
def test_metrics_leave_the_networks_as_they_were(trained: Trained, protocol: Protocol, run: str) -> None:
    """Not a bit of weights, power-iteration vectors or gradients changes."""
    m = last_snapshot(trained, run, protocol)
    before = weights_sha256(m.generator, m.critic)
    for metric in METRICS:
        score(m, metric)
    assert weights_sha256(m.generator, m.critic) == before
    assert all(p.grad is None for network in (m.generator, m.critic) for p in network.parameters())


@pytest.mark.parametrize("architecture", ["dcgan", "dcgan_completion", "toy_mlp"])
@pytest.mark.parametrize("method", METHODS)
def test_the_networks_of_every_method_can_be_asked(
    trained: Trained, protocol: Protocol, method: str, architecture: str
) -> None:
    """Whatever critic a method makes, each metric of networks has a value or a reason for having none."""
    data = trained[1]["points" if ARCHITECTURES[architecture].data == "points" else "images"].data
    reason = skip_reason(data.dataset, architecture, method)
    if reason:
        pytest.skip(reason)
    small = {"width": 16} if data.image_size == 0 else {"width": 4, "critic_width": 4, "latent_dim": 8}
    about = {"dataset": data.dataset, "image_size": data.image_size}
    spec = resolve({**about, "architecture": architecture, "architecture_options": small, "method": method})
    sources = sources_of(data, protocol, results=trained[0], device="cpu")
    networks = build(spec, tuple(sources.splits["train"].shape[1:]), torch.device("cpu"))
    m = Measurable(sources, spec.run_id, 0, networks=networks)
    for metric in METRICS:
        if METRICS[metric].target.startswith(("bench.metrics.critic:", "bench.metrics.completion:")):
            row = score(m, metric)
            assert row is not None and row["status"] in ("ok", "not_applicable"), row
