"""Metrics: functions of one snapshot; each is one function and one line in the registry."""
