"""Methods: one file per paper; each function returns a Method with the paper's defaults."""
