"""The claims report: verdicts and evidence as one page; computes no statistics."""
