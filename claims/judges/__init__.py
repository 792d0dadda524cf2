"""Judges of the claims about training: evidence of the grid in, findings out."""
