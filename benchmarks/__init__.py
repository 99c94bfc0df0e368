"""Benchmarks: time, requests, cost and size. Run with `make bench`; see docs/performance.md.

No test asserts a time. `make bench-check` compares the counts that are the same on every machine
with `baseline.json`.
"""
