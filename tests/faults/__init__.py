"""What odps-tui survives: each fault against the real program on a real pseudo-terminal, and the table of it.

fault (data) ── stage (what goes wrong, and where the program looks) ── play (when it begins and ends) ── verdict ── table

`python -m tests.faults` runs them all; `make faults` writes the table into README.md as well.
"""
