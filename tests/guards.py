"""A third party's view of every guard: the event log alone, and the numbers of the scenario.

Nothing of the product is asked. Each guard is told again here from what the log says of a child
by then: its attributes, what is known, what has happened, and what work is in hand.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby

from sim.calendar import Calendar
from sim.measure.eventlog import Row
from sim.scenario.schema import Scenario

O2R, R_AND_I, CARE_MANAGED = "open_to_review", "review_and_intervention", "care_managed"
GUARDED = (O2R, R_AND_I, CARE_MANAGED)
FRONT = ("mash", "single_assessment", "caf_tac")
AT_ONCE = ("safeguarding_concern", "child_protection_plan", "looked_after")
UNSETTLED = ("initial_plan", "updating_assessment", "crisis")
REVIEWS = ("review", "telephone_review", "child_in_need_meeting")
REVIEWED = (O2R, CARE_MANAGED)  # where whoever is found to be barred at a review leaves


def said(row: Row) -> dict[str, str]:
    return dict(part.split("=", 1) for part in row.detail.split(";") if "=" in part)


class Case:
    """What the log has said of one child."""

    def __init__(self) -> None:
        self.stage = self.family = self.known = ""
        self.sibling = self.closing = self.moving = False
        self.on: dict[str, dict[str, str]] = {}
        self.plan_ended: float | None = None
        self.refused: float | None = None  # when a move was, which stands for half a year
        self.hours = 0.0
        self.changes: list[float] = []
        self.crises: list[float] = []
        self.in_hand: set[str] = set()  # ids of work that shows that the need is unsettled
        self.notices: set[str] = set()  # of providers, for whom another has still to be found
        self.asking: dict[str, set[str]] = {}  # which of them each request to the panel is for

    @property
    def in_hub(self) -> bool:
        return bool(self.stage) and self.stage not in FRONT


class Guards:
    """Reads a log, row by row, and notes whoever is where a guard bars them.

    Attributes
    ----------
    breaches
        (guard, child, time) of each child who came into a stage, or stayed in it, against a guard.
    tested
        How often each guard was tested on a child who came in.
    """

    def __init__(self, rows: Iterable[Row], scenario: Scenario) -> None:
        self.cases: dict[str, Case] = defaultdict(Case)
        self.families: dict[str, set[str]] = defaultdict(set)
        self.breaches: list[tuple[str, str, float]] = []
        self.tested: Counter[str] = Counter()
        self.came_out: Counter[str] = Counter()
        self.scenario = scenario
        self.settings = scenario.stages[O2R].settings if O2R in scenario.stages else None
        calendar = Calendar(scenario.start, scenario.horizon, scenario.calendar)
        self.days_a_year = 1.0 / calendar.years_per_day
        for time, instant in groupby(rows, key=lambda row: row.time):
            self._instant(time, list(instant))

    # --- what happens ------------------------------------------------------------------------

    def _instant(self, time: float, rows: list[Row]) -> None:
        came, held, begun = [], set(), defaultdict(set)
        for row in rows:
            case = self.cases[row.child]
            self._tell(row, case, said(row), time)
            if row.event == "stage_enter" and row.stage in GUARDED:
                # As it is on entering: what begins at this instant takes the child out again.
                self._test(row.child, case, time, came_in=True)
                came.append(row.child)
            elif row.event == "task_end" and row.stage in REVIEWED and row.kind in REVIEWS:
                held.add(row.child)
            elif row.event == "status_on":
                begun[row.child].add(said(row)["status"])
        for child in (held | begun.keys()) - set(came):
            case = self.cases[child]
            now = {"continuing_care", "unstable_health"} & begun.get(child, set())
            looked = child in held or (now and case.stage == O2R)
            if case.stage in REVIEWED and not case.closing and looked:
                self._test(child, case, time, came_in=False)
        for child in {row.child for row in rows}:
            case = self.cases[child]
            if case.stage == O2R and not case.closing:
                for status in AT_ONCE:
                    if status in case.on:
                        self.breaches.append((f"at once: {status}", child, time))

    def _tell(self, row: Row, case: Case, detail: dict[str, str], time: float) -> None:
        if "family" in detail:
            case.family, case.sibling = detail["family"], detail["sibling"] == "1"
            self.families[case.family].add(row.child)
        case.known = detail.get("known", case.known)
        if row.event in ("decision", "status_on"):
            case.hours = float(detail.get("package_hours", case.hours))
        match row.event:
            case "found" if "what" not in detail:
                case.known = detail["need"]
            case "status_on":
                case.on[detail["status"]] = detail
                if detail["status"] in AT_ONCE and case.stage == O2R:
                    self.came_out[detail["status"]] += 1
            case "status_off":
                case.on.pop(detail["status"], None)
                if detail["status"] == "child_protection_plan":
                    case.plan_ended = time
            case "stage_enter":
                case.stage = row.stage
            case "stage_leave":
                case.stage, case.closing, case.moving = "", False, False
            case "transfer_request" | "transfer_escalate" | "transfer_agree":
                case.moving = True
            case "transfer_refuse":
                case.moving, case.refused = False, time
            case "decision" if detail["outcome"] == "package_changed":
                case.changes.append(time)
            case "found" if detail.get("what") == "provider":
                case.notices.add(detail["id"])
            case "task_open" if row.kind == "panel_request":
                case.asking[row.task], case.notices = case.notices, set()
            case "task_open" if row.kind == "closure":
                case.closing = True
            case "task_open" if row.kind in UNSETTLED:
                case.in_hand.add(row.task)
                if row.kind == "crisis":
                    case.crises.append(time)
            case "task_end" | "task_cancel":
                case.in_hand.discard(row.task)
                case.asking.pop(row.task, None)

    # --- the guards ----------------------------------------------------------------------------

    def _test(self, child: str, case: Case, time: float, *, came_in: bool) -> None:
        """Every guard of the stage; a child who stays may be barred only if it is on its way."""
        for name in self.scenario.stages[case.stage].guards:
            passes = RULES[name](self, child, case, time)
            self.tested[name] += came_in
            if not passes and (came_in or not self._on_its_way(case, time)):
                self.breaches.append((name if came_in else f"stays: {name}", child, time))

    def _on_its_way(self, case: Case, now: float) -> bool:
        """A move is asked for, was refused or awaits the assessment (W22); or needs are met."""
        if case.refused is not None and now - case.refused < self.days_a_year / 2.0:
            return True
        assessed = any("updating_assessment" in task for task in case.in_hand)
        return case.moving or assessed or not self.scenario.population.needs[case.known].served_by

    def lately(self, times: list[float], months: float, now: float) -> int:
        since = now - months / 12.0 * self.days_a_year
        return sum(time > since + 3.0 for time in times)  # bank holidays: to three days

    def siblings_in_need(self, child: str, case: Case) -> Iterator[str]:
        for other in self.families[case.family] - {child}:
            if self.cases[other].in_hub and not self.cases[other].closing:
                yield other


Rule = Callable[[Guards, str, Case, float], bool]
RULES: dict[str, Rule] = {}


def rule(clause: str) -> Callable[[Rule], Rule]:
    def note(test: Rule) -> Rule:
        RULES[test.__name__] = test
        return test

    return note


@rule("O7")
def need_is_stable(g: Guards, child: str, case: Case, now: float) -> bool:
    served = g.scenario.population.needs[case.known].served_by
    return O2R in served and not case.in_hand


@rule("O14")
def no_safeguarding_concern(g: Guards, child: str, case: Case, now: float) -> bool:
    return "safeguarding_concern" not in case.on


@rule("O14, W27")
def not_on_a_protection_plan(g: Guards, child: str, case: Case, now: float) -> bool:
    return "child_protection_plan" not in case.on


@rule("O15")
def not_looked_after(g: Guards, child: str, case: Case, now: float) -> bool:
    route = case.on.get("overnight", {}).get("route")
    looked_after = {"looked_after", "short_break_looked_after"} & case.on.keys()
    return not looked_after and route not in ("s20_short_breaks", "full")


@rule("O16")
def no_continuing_care(g: Guards, child: str, case: Case, now: float) -> bool:
    return "continuing_care" not in case.on


@rule("O9, O17")
def health_is_stable(g: Guards, child: str, case: Case, now: float) -> bool:
    return "unstable_health" not in case.on


@rule("O10")
def parents_agree_if_life_limited(g: Guards, child: str, case: Case, now: float) -> bool:
    return "life_limiting" not in case.on or "parents_agree" in case.on


@rule("O11, O12")
def no_significant_overnight_unless_it_works_well(
    g: Guards, child: str, case: Case, now: float
) -> bool:
    if "overnight_works_well" in case.on or "overnight" not in case.on:
        return True
    significant = case.on["overnight"]["route"] in g.settings.significant_overnight  # type: ignore[union-attr, operator]
    return not significant or case.hours <= g.settings.complex_plan_hours.value  # type: ignore[union-attr]


@rule("O8")
def package_seldom_changes(g: Guards, child: str, case: Case, now: float) -> bool:
    return g.lately(case.changes, 12, now) <= g.settings.package_changes.value  # type: ignore[union-attr]


@rule("O32")
def two_reviews_a_year_suffice(g: Guards, child: str, case: Case, now: float) -> bool:
    events = g.lately(case.changes, 12, now) + g.lately(case.crises, 12, now)
    return events <= g.settings.events.value  # type: ignore[union-attr]


@rule("R57, F38")
def long_enough_after_a_protection_plan(g: Guards, child: str, case: Case, now: float) -> bool:
    return case.plan_ended is None or now - case.plan_ended > 3 / 12 * g.days_a_year - 3.0


@rule("O13")
def outcomes_are_clear(g: Guards, child: str, case: Case, now: float) -> bool:
    return "clear_outcomes" in case.on


@rule("W64, W65")
def no_sibling_in_need(g: Guards, child: str, case: Case, now: float) -> bool:
    return not case.sibling and not list(g.siblings_in_need(child, case))


@rule("W111, W112")
def overnight_only_by_direct_payment(g: Guards, child: str, case: Case, now: float) -> bool:
    return case.on.get("overnight", {}).get("route", "direct_payment") == "direct_payment"


@rule("K1, K4")
def only_short_breaks_or_a_package(g: Guards, child: str, case: Case, now: float) -> bool:
    settings = g.scenario.stages[CARE_MANAGED].settings
    route = case.on.get("overnight", {}).get("route", "none")
    return not case.sibling and route in ("none", *settings.short_break_routes)  # type: ignore[union-attr, misc]


@rule("K5")
def no_parenting_issue(g: Guards, child: str, case: Case, now: float) -> bool:
    away = case.on.get("looked_after", {}).get("route", "short_breaks") != "short_breaks"
    return not away and not {"safeguarding_concern", "child_protection_plan"} & case.on.keys()


@rule("K6")
def no_lack_of_services(g: Guards, child: str, case: Case, now: float) -> bool:
    return not any(case.asking.values())


@rule("K7")
def nothing_beyond_the_disability(g: Guards, child: str, case: Case, now: float) -> bool:
    return "unstable_health" not in case.on and not any("initial_plan" in t for t in case.in_hand)
