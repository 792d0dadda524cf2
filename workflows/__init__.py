"""The workflow: rules, configurations, and what plans and shows a run."""
