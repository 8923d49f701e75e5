"""What each ``caseload`` command does, once `sim.cli` has understood what was typed."""
