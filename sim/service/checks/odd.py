"""What is odd in a scenario, though it can be run."""

from __future__ import annotations

from collections.abc import Iterator

from sim.calendar import PUBLISHED_UNTIL, published
from sim.scenario import schema
from sim.service.checks.finding import Finding, headcount, roles
from sim.service.checks.posts import uses

MOST_BLOCKED = 0.9  # of a worker's hours; what is left is for tasks, whatever is blocked


def odd(scenario: schema.Scenario) -> Iterator[Finding]:
    """Find what a user may not have meant."""
    if scenario.calendar == "england" and not published(scenario.start):
        text = f"bank holidays are published to {PUBLISHED_UNTIL}; those of this run are by rule"
        yield Finding(("start",), text, scenario.start)
    yield from _stages(scenario)
    yield from _kind_names(scenario)
    yield from _posts(scenario)
    yield from _unstaffed(scenario)
    yield from _blocked(scenario)
    yield from _assessment(scenario.assessment)
    yield from _ages(scenario.population)


def occurring(population: schema.Population) -> set[str]:
    """Return the needs that a child may have, at first contact or later."""
    mixes = [population.needs_at_contact.value]
    if population.siblings.chance.value > 0:
        mixes.append(population.siblings.needs.value)
    found: set[str] = set()
    new = {need for mix in mixes for need, share in mix.items() if share > 0}
    while new:
        found |= new
        known = [population.needs[need] for need in new if need in population.needs]
        new = {to for need in known for to, rate in need.becomes.items() if rate.value > 0}
        new -= found
    return found


def _stages(scenario: schema.Scenario) -> Iterator[Finding]:
    """Find stages to which no need leads, and needs that no child has."""
    needs = scenario.population.needs
    seen = occurring(scenario.population) | set(scenario.day_one.known_before)
    for name in needs:
        if name not in seen:
            text = f"no child has the need '{name}' at first contact or comes to have it"
            yield Finding(("population", "needs", name), text)
    for name in stages_without_children(scenario):
        serves = [need for need, spec in needs.items() if name in spec.served_by]
        text = f"no need is served by '{name}'"
        if serves:
            text = f"no child will ever be sent to '{name}': for its needs ({', '.join(serves)})"
            text += " another stage comes first, or no child has them"
        yield Finding(("stages", name), text)


def stages_without_children(scenario: schema.Scenario) -> list[str]:
    """List the stages that no child of the population could ever be held in."""
    needs = scenario.population.needs
    seen = occurring(scenario.population) | set(scenario.day_one.known_before)
    return [
        name
        for name in scenario.stages
        if not any(
            name in spec.served_by and need in seen and _reached(scenario, need, name)
            for need, spec in needs.items()
        )
    ]


def _reached(scenario: schema.Scenario, need: str, stage: str) -> bool:
    """Whether a need leads to a stage: it comes first, or after stages that may refuse a child."""
    if stage == scenario.assessment.plans_in:
        return True
    served_by = scenario.population.needs[need].served_by
    before = served_by[: served_by.index(stage)]
    return all(scenario.stages[name].guards for name in before if name in scenario.stages)


def _kind_names(scenario: schema.Scenario) -> Iterator[Finding]:
    first: dict[str, tuple[str, str]] = {}
    for name, stage in scenario.stages.items():
        for kind, task in stage.tasks.items():
            if task.timescale is None:
                continue
            other, where = first.setdefault(task.timescale, (kind, name))
            if other != kind:
                text = f"'{task.timescale}' is kept by '{kind}' here and by '{other}' in '{where}'"
                text += "; one name for both makes them one line in tables"
                yield Finding(("stages", name, "tasks", kind), text, kind, (other,))


def _posts(scenario: schema.Scenario) -> Iterator[Finding]:
    """Find posts without work, and limits of posts that hold nobody."""
    used = {(use.team, use.role) for use in uses(scenario)}
    holding = {(stage.team, stage.holder) for stage in scenario.stages.values()}
    holding.add((scenario.assessment.team, scenario.assessment.holder))
    if scenario.early_help is not None:
        holding.add((scenario.early_help.lead_team, scenario.early_help.lead_role))
    for team_name, team in scenario.teams.items():
        for name, post in team.posts.items():
            path = ("teams", team_name, "posts", name)
            role = (team_name, post.role or name)
            if role not in used and not post.reserve:
                yield Finding(path, "nothing in this scenario is done by these posts")
            elif post.caseload_limit is not None and role not in holding:
                text = "these posts hold no children, so that a limit changes nothing"
                yield Finding((*path, "caseload_limit"), text, post.caseload_limit.value)
            if post.force_to is not None and post.at_limit != "stop_transfers_in":
                text = "is used only with at_limit: stop_transfers_in"
                yield Finding((*path, "force_to"), text, post.force_to.value)
            if post.fte.value > 1:
                text = f"{post.fte.value:g} is more than a full-time post"
                yield Finding((*path, "fte"), text, post.fte.value)


def _unstaffed(scenario: schema.Scenario) -> Iterator[Finding]:
    """Find work that has no post just now (that it has none on any day is refused)."""
    told: set[tuple[str, str]] = set()
    for use in uses(scenario):
        team = scenario.teams.get(use.team)
        if team is None or use.role not in roles(team) or (use.team, use.role) in told:
            continue
        if not headcount(scenario, use.team, use.role):
            told.add((use.team, use.role))
            text = f"{use.what} '{use.role}', of whom there are none: this work will wait"
            path = ("teams", use.team, "posts", roles(team)[use.role][0], "count")
            yield Finding(path, text, 0)


def _blocked(scenario: schema.Scenario) -> Iterator[Finding]:
    """Find reserves for each child that take up the hours of a holder at the limit."""
    work = scenario.work
    for name, stage in scenario.stages.items():
        team = scenario.teams.get(stage.team)
        hours = sum(reserve.value for reserve in stage.reserves.holder.values()) / 253.0
        for post_name in roles(team).get(stage.holder, ()) if team is not None else ():
            post = team.posts[post_name] if team is not None else None
            if post is None or post.caseload_limit is None:
                continue
            reserved = sum(share.value for share in post.reserve.values())
            full_time = work.hours_a_day.value * work.case_share.value * (1.0 - reserved)
            blocked = hours * post.caseload_limit.value
            if blocked > MOST_BLOCKED * full_time:
                text = f"a holder of {post.caseload_limit.value} children has {full_time:.3g} hours"
                text += f" a day, and the reserves of this stage take {blocked:.3g}"
                related = (("teams", stage.team, "posts", post_name, "caseload_limit"),)
                yield Finding(("stages", name, "reserves", "holder"), text, None, (), related)


def _assessment(assessment: schema.Assessment) -> Iterator[Finding]:
    if assessment.near_limit.value.working_days() >= assessment.within.value.working_days():
        text = "is as long as the whole time allowed, so that every assessment is pressing at once"
        yield Finding(("assessment", "near_limit"), text, str(assessment.near_limit.value))
    if assessment.priority_near_limit > assessment.priority:
        text = f"is less pressing than the priority before that ({assessment.priority}), and so"
        text += " is not used; 1 is the most pressing"
        path = ("assessment", "priority_near_limit")
        yield Finding(path, text, assessment.priority_near_limit)


def _ages(population: schema.Population) -> Iterator[Finding]:
    draw, exit_age = population.age_at_contact.value, population.exit_age.value
    if draw.kind in ("fixed", "empirical", "triangular") and max(draw.parameters) >= exit_age:
        text = f"some children would be {max(draw.parameters):g} at first contact, but services"
        related = (("population", "exit_age"),)
        where = ("population", "age_at_contact")
        yield Finding(where, f"{text} end at {exit_age}", None, (), related)
