"""What a second process is worth: 20 five-year replications of the baseline, in three ways.

In one process; in two that share the work, as the command does; and in two programs that know
nothing of one another, half each, which is the most that this machine gives at the time. Other
work comes and goes on a machine, so the three take turns of a second: two are stopped while one
runs, and each is timed by its own turns. Starting the program, loading the scenario and ending
are part of it; the run store is not used.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field

from sim.experiment import run
from sim.scenario import load

REPLICATIONS = 20
TURN = 1.0  # seconds
POLL = 0.005  # seconds between looks whether somebody has finished
SPEEDUP, SHARE = 1.8, 0.9  # one of the two is to be reached


@dataclass
class Way:
    """A way of running, in processes of its own.

    Attributes
    ----------
    name
        What it is called.
    parts
        For each program: how many processes it may use, and which replications it runs.
    programs
        Those that have not ended.
    spent
        The seconds of its turns so far.
    ended
        When each program ended, in seconds of its turns.
    """

    name: str
    parts: list[tuple[int, range]]
    programs: list[subprocess.Popen[bytes]] = field(default_factory=list)
    spent: float = 0.0
    ended: list[float] = field(default_factory=list)

    def start(self) -> None:
        """Start the programs, stopped: each with its workers is a group of processes.

        All stay in one session: Linux shares a busy processor among sessions first, and two
        sessions would get twice what one with two processes gets.
        """
        for jobs, numbers in self.parts:
            given = [str(jobs), str(numbers.start), str(numbers.stop), str(numbers.step)]
            program = subprocess.Popen([sys.executable, __file__, "part", *given], process_group=0)
            os.killpg(program.pid, signal.SIGSTOP)
            self.programs.append(program)

    def turn(self) -> None:
        """Let it run for a turn, or until it has finished."""
        self._tell(signal.SIGCONT)
        began = time.perf_counter()
        while self.programs and time.perf_counter() - began < TURN:
            time.sleep(POLL)
            for program in [each for each in self.programs if each.poll() is not None]:
                if program.returncode != 0:
                    sys.exit(f"a program ended with status {program.returncode}")
                self.programs.remove(program)
                self.ended.append(self.spent + time.perf_counter() - began)
        self._tell(signal.SIGSTOP)
        self.spent += time.perf_counter() - began

    def _tell(self, what: int) -> None:
        for program in self.programs:
            os.killpg(program.pid, what)

    def rate(self) -> float:
        """Give how many replications a second its programs reached, added up."""
        parts = zip(self.parts, self.ended, strict=True)
        return sum(len(numbers) / seconds for (_, numbers), seconds in parts)

    def end(self) -> None:
        """End what is left of it."""
        self._tell(signal.SIGKILL)


def part(jobs: int, numbers: range) -> None:
    """Be one program."""
    results = run(load("three-hubs"), numbers=numbers, jobs=jobs)
    assert len(results.replications) == len(numbers)


def main(replications: int = REPLICATIONS) -> None:
    """Print the ratios, and whether what was aimed at is reached."""
    whole = range(1, replications + 1)
    one = Way("one process", [(1, whole)])
    two = Way("two processes", [(2, whole)])
    apart = Way("two programs apart, half each", [(1, whole[::2]), (1, whole[1::2])])
    ways = [one, two, apart]
    try:
        for way in ways:
            way.start()
        while any(way.programs for way in ways):
            for way in ways:
                if way.programs:
                    way.turn()
    finally:
        for way in ways:
            way.end()
    print(f"{replications} five-year replications of three-hubs, by turns of {TURN:.0f} s:")
    for way in ways:
        print(f"  {way.name}: {max(way.ended):.1f} s, {way.rate():.3f} replications a second")
    speedup, share = two.rate() / one.rate(), two.rate() / apart.rate()
    reached = speedup >= SPEEDUP or share >= SHARE
    print(f"two processes against one: {speedup:.2f} times (target: at least {SPEEDUP})")
    print(f"two processes against two programs apart: {share:.2f} (or at least {SHARE})")
    print("reached" if reached else "NOT reached")


if __name__ == "__main__":
    if sys.argv[1:2] == ["part"]:
        first, last, step = map(int, sys.argv[3:6])
        part(int(sys.argv[2]), range(first, last, step))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else REPLICATIONS)
