"""What is known of a study's verdict."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

Change = Callable[[pd.DataFrame], pd.DataFrame]
"""From the evidence of a study to that of another world."""

World = Callable[[np.random.Generator], pd.DataFrame]
"""Builds the evidence of a toy study in a world of a known kind."""
