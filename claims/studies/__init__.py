"""Numerical studies: each returns raw rows, and a judge beside it turns them into findings."""
