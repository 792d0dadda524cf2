"""f-divergences and games of their form: the verdicts, and evidence that changes them."""

from __future__ import annotations

import pandas as pd

from claims.studies.f_divergences import TABLE
from tests.claims.known.common import Change

EXPECTED = {
    "fdiv-table-divergence": "mixed",
    "fdiv-table-optimal-t": "supported",
    "fdiv-nonnegative": "mixed",
    "fgan-threshold": "mixed",
    "fenchel-biconjugate": "mixed",
    "label-smoothing-optimum": "mixed",
    "same-form-losses": "mixed",
}


def _in_row(key: str, column: str, change: Change) -> Change:
    """Changes one column in one row of the table."""

    def changed(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.assign(**{column: frame[column].mask(frame["row"] == key, change(frame))})

    return changed


PERTURBED: list[tuple[str, str, str, Change]] = [
    *(("fdiv-table-divergence", key, "contradicted", _in_row(key, "printed", lambda f: f["printed"] * 1.01))
      for key in ("kl", "reverse-kl", "hellinger", "gan")),
    ("fdiv-table-divergence", "pearson", "supported", _in_row("pearson", "printed", lambda f: f["corrected"])),
    ("fdiv-table-divergence", "jensen-shannon", "supported",
     _in_row("jensen-shannon", "printed", lambda f: 2 * f["printed"])),
    ("fdiv-table-divergence", "f-at-one", "supported", lambda f: f.assign(at_one=0.0)),
    ("fdiv-table-divergence", "pearson-corrected", "contradicted", lambda f: f.assign(corrected=f["printed"])),
    ("fdiv-table-divergence", "pearson-swapped", "contradicted", lambda f: f.assign(swapped=f["value"])),
    ("fdiv-table-divergence", "jensen-shannon-corrected", "contradicted", lambda f: f.assign(corrected=f["printed"])),
    ("fdiv-table-divergence", "gan-shifted", "contradicted", lambda f: f.assign(at_one=0.0)),
    *(("fdiv-table-optimal-t", key, "contradicted", _in_row(key, "slope_error", lambda f: f["slope_error"] + 1e-6))
      for key in TABLE),
    *(("fdiv-table-optimal-t", key, "contradicted", _in_row(key, "bound", lambda f: f["bound"] - 1e-6))
      for key in TABLE),
    ("fdiv-table-optimal-t", "no-rival", "contradicted", lambda f: f.assign(far=f["bound"] + 1e-6)),
    ("fdiv-nonnegative", "jensen", "contradicted", lambda f: f.assign(value=f["value"] - 1e-6)),
    ("fdiv-nonnegative", "table", "supported", lambda f: f.assign(value=f["value"] - f["at_one"])),
    ("fdiv-nonnegative", "any-pair", "supported", lambda f: f[f["function"] != "kl"]),
    ("fdiv-nonnegative", "any-pair-counted", "contradicted", lambda f: f.assign(counted=f["value"])),
    ("fgan-threshold", "table", "contradicted", lambda f: f.assign(threshold=f["threshold"] + 0.01)),
    ("fgan-threshold", "best", "contradicted", lambda f: f.assign(threshold=0.0)),
    ("fgan-threshold", "every-convex", "supported", lambda f: f.assign(test=f["p"] - f["q"], threshold=0.0)),
    ("fgan-threshold", "strictly-convex", "contradicted", lambda f: f.assign(test=-f["test"])),
    ("fenchel-biconjugate", "bars", "supported", lambda f: f.assign(printed=f["f"])),
    ("fenchel-biconjugate", "every-convex", "supported", lambda f: f[f["function"] != "jump"]),
    ("fenchel-biconjugate", "bound", "contradicted", lambda f: f.assign(bound=f["bound"] + 9)),
    ("fenchel-biconjugate", "closed", "contradicted", lambda f: f.assign(conjugated=f["conjugated"] + 1e-6)),
    ("label-smoothing-optimum", "formula", "contradicted", lambda f: f.assign(found=f["found"] * 0.99)),
    ("label-smoothing-optimum", "example", "contradicted", lambda f: f.assign(beta=0.2)),
    ("label-smoothing-optimum", "heading", "supported", lambda f: f.assign(found=f["found"].mask(f["p_real"] == 0, 0))),
    ("label-smoothing-optimum", "one-sided", "contradicted", lambda f: f.assign(alpha=1.0)),
    ("same-form-losses", "gan", "contradicted", lambda f: f.assign(form=f["form"] + 1e-5)),
    ("same-form-losses", "f-gan", "supported", lambda f: f.assign(printed=f["value"])),
    ("same-form-losses", "mmd", "supported", lambda f: f.assign(value=1.0)),
    ("same-form-losses", "f-gan-conjugate", "contradicted", lambda f: f.assign(form=f["printed"])),
    ("same-form-losses", "mmd-ball", "contradicted", lambda f: f.assign(rival=f["value"] + 1e-5)),
]  # fmt: skip
