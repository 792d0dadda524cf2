"""Which verdict a claim has in the end: that of its own evidence, or what Holm's correction in its family leaves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from report.inputs import Inputs
from report.text import counted, p_value


@dataclass(frozen=True)
class Standing:
    """The verdict on a claim as it is shown everywhere.

    Args:
        verdict: the final one.
        alone: that of the claim's own evidence.
        p_holm: p value after the correction; None where nothing is tested.
        family: how many claims of its paper are tested.
        corrected: whether the table of verdicts was made with this verdict in it.
    """

    verdict: str
    alone: str
    p_holm: float | None = None
    family: int = 0
    corrected: bool = True

    @property
    def words(self) -> str:
        """What the correction changed; "" where it changed nothing."""
        if not self.corrected:
            return "not yet corrected for the other claims of its paper: the table of verdicts is older or missing"
        if self.verdict == self.alone:
            return ""
        of = f"for {self.family} claims of this paper" if self.family > 1 else "for its parts and looks"
        return f"{self.alone} before correction {of}"

    @property
    def tested(self) -> str:
        """The corrected p value in words; "" where nothing is tested."""
        if self.p_holm is None:
            return ""
        return (
            f"{p_value(self.p_holm)} after Holm's correction over {counted(self.family, 'tested claim')} of this paper"
        )


def standings(inputs: Inputs) -> dict[str, Standing]:
    """Returns the standing of every claim with a verdict."""
    tested = [record for record in inputs.verdicts if _p_holm(inputs, record) is not None]
    families = Counter(record.get("family", "") for record in tested)
    return {record["claim"]: _standing(inputs, record, families) for record in inputs.verdicts}


def _standing(inputs: Inputs, record: Mapping[str, Any], families: Mapping[str, int]) -> Standing:
    own, row = record["verdict"], inputs.table.get(record["claim"])
    if row is None or row.get("alone", row["verdict"]) != own:
        return Standing(own, own, corrected=not record.get("family"))
    return Standing(row["verdict"], own, row.get("p_holm"), families.get(record.get("family", ""), 0))


def _p_holm(inputs: Inputs, record: Mapping[str, Any]) -> float | None:
    return inputs.table.get(record["claim"], {}).get("p_holm")
