"""What theory says of a scenario: formulas of queues, and the analytic twin.

Reads the scenario only. Nothing in `sim.service` may import from here.
"""
