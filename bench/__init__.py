"""What Callout takes: time, looks, money, bytes. `make bench`; read docs/performance.md.

Speed is measured here and never asserted in a test. What does not depend on the machine, the
counts, is held to `baseline.json` by `make bench-check`.
"""
