"""Tests of the benchmarks: the counts and the report, not the speed."""
