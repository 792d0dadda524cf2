"""Architectures: each function returns builders of a generator and a critic for one data shape."""
