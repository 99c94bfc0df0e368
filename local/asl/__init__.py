"""The state machine's definition: its transitions, their coverage, and the diagram.

`transitions` lists what a definition can do, `coverage` measures what execution histories did of
it, `coverage_report` runs every scenario and prints the table (`make coverage-asl`), and `diagram`
draws the state machine (`make picture`), laid out by ELK's layered algorithm (docs/decisions/011).
"""
