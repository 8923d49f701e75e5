"""Verification of a finished run: each check recomputes from the event log what must be so.

One idea a module. A check looks at the `Evidence` of one replication and returns a `Finding`; it
shares no arithmetic with `sim.measure`, whose books it is held against.
"""

from sim.verify.finding import FAIL, PASS, REPORTED, Finding
from sim.verify.verify import CHECKS, Checked, combined, verify

__all__ = ["CHECKS", "FAIL", "PASS", "REPORTED", "Checked", "Finding", "combined", "verify"]
