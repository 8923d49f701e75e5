"""Whether there is somebody to do the work, in each team and at each site, and with what hours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from sim.scenario import schema
from sim.scenario.errors import Path
from sim.service.case_classes import ASSESSMENT
from sim.service.checks.finding import Finding, headcount, roles, unknown
from sim.service.sites import spread

MOST_POSTS = 2_000
LEAST_HOURS_A_DAY = 0.1
MOST_HOURS_A_DAY = 24.0


class Use(NamedTuple):
    """Work that a role does: for children at its own site, or at a desk for all."""

    what: str
    team: str
    role: str
    is_desk: bool


def uses(scenario: schema.Scenario) -> Iterator[Use]:
    """List the roles that have work."""
    for name, stage in scenario.stages.items():
        yield Use(f"stage '{name}' is held by", stage.team, stage.holder, False)
        if stage.assigned is not None:
            yield Use(f"stage '{name}' is worked in by", stage.team, stage.assigned, False)
        for second in (task.second for task in stage.tasks.values()):
            if second is not None and second.of:
                yield Use(f"stage '{name}' has colleagues of role", stage.team, second.of[0], False)
    mash, assessment = scenario.mash, scenario.assessment
    sign_off = assessment.sign_off
    yield Use("contacts are screened by", mash.team, mash.role, True)
    if assessment.assigned is not None:
        yield Use("assessed children are held by", assessment.team, assessment.holder, False)
    yield Use("assessments are done by", assessment.team, assessment.worker, False)
    yield Use("assessments are signed off by", sign_off.team, sign_off.role, True)
    early_help = scenario.early_help
    if early_help is not None:
        yield Use("CAFs are set up by", early_help.team, early_help.role, True)
        lead_team, lead_role = early_help.lead_team, early_help.lead_role
        yield Use("TACs are led by", lead_team, lead_role, False)
    if (operations := scenario.moves.operations) is not None:
        yield Use("escalations are decided by", operations.team, operations.role, True)
    if (attached := scenario.attached_work) is not None:
        yield Use("attached work is done by", attached.team, attached.role, False)
    for name, desk in scenario.desks.items():
        yield Use(f"the desk '{name}' is served by", desk.team, desk.role, True)
    for name, team in scenario.teams.items():
        if team.supervision is not None:
            yield Use(f"team '{name}' is supervised by", name, team.supervision.by, True)


def check_posts(scenario: schema.Scenario) -> Iterator[Finding]:
    """Refuse posts that could do no work, and sites that nobody serves."""
    total = 0
    for team_name, team in scenario.teams.items():
        for name, post in team.posts.items():
            path = ("teams", team_name, "posts", name)
            total += post.count.value
            yield from _hours(scenario.work, post, path)
            yield from _limit(post, path)
            yield from _classes(post, path, scenario)
            if total > MOST_POSTS >= total - post.count.value:
                text = f"this makes more than {MOST_POSTS:,} posts in all, the most there can be"
                yield Finding((*path, "count"), text, post.count.value)
    told: set[tuple[str, str]] = set()
    for use in uses(scenario):
        if not use.is_desk and (use.team, use.role) not in told:
            told.add((use.team, use.role))
            yield from _sites(scenario, use)


def _hours(work: schema.Work, post: schema.Post, path: Path) -> Iterator[Finding]:
    contracted = work.hours_a_day.value * post.fte.value
    full_day = 0 < work.hours_a_day.value <= MOST_HOURS_A_DAY
    if full_day and contracted > MOST_HOURS_A_DAY:
        text = f"makes {contracted:g} contracted hours a day; a day has {MOST_HOURS_A_DAY:g}"
        yield Finding((*path, "fte"), text, post.fte.value)
    reserved = sum(share.value for share in post.reserve.values())
    casework = contracted * work.case_share.value * (1.0 - reserved)
    if reserved >= 1.0:
        text = f"adds up to {reserved:.10g}, which leaves no hours; it must stay below 1"
        yield Finding((*path, "reserve"), text, round(reserved, 10))
    elif 0 < casework < LEAST_HOURS_A_DAY:
        text = f"each of these posts has {casework:.2g} hours of casework a day"
        text += f"; it needs {LEAST_HOURS_A_DAY:g} or more: look at fte and reserve"
        yield Finding(path, text, casework)


def _limit(post: schema.Post, path: Path) -> Iterator[Finding]:
    limit, force_to = post.caseload_limit, post.force_to
    if limit is None and post.at_limit == "stop_transfers_in":
        text = "there is no caseload_limit at which to stop transfers: give one"
        allowed = ("allocate_anyway", "count_only")
        related = ((*path, "caseload_limit"),)
        yield Finding((*path, "at_limit"), text, post.at_limit, allowed, related)
    if limit is not None and round(limit.value * post.fte.value) < 1:
        text = f"a post may hold {limit.value} x {post.fte.value:g} fte, which rounds to no child"
        text += "; it should be at least 1, or left out where there is no limit"
        yield Finding((*path, "caseload_limit"), text, limit.value, (), ((*path, "fte"),))
    if force_to is not None and force_to.value < 1.0:
        text = "should be at least 1 (the limit itself), for example 1.2 for 120% of it"
        yield Finding((*path, "force_to"), f"{text}, not {force_to.value:g}", force_to.value)


def _classes(post: schema.Post, path: Path, scenario: schema.Scenario) -> Iterator[Finding]:
    """Refuse classes of case of unknown stages, in two classes at once, or without room."""
    known = (ASSESSMENT, *scenario.stages)
    told: dict[str, str] = {}
    for name, limit in post.of_which.items():
        where = (*path, "of_which", name)
        for index, stage in enumerate(limit.stages):
            yield from unknown((*where, "stages", index), stage, "stage", known)
            if told.setdefault(stage, name) != name:
                text = f"'{stage}' is of the class '{told[stage]}' already"
                yield Finding((*where, "stages", index), text, stage)
        if limit.most.value < 1:
            text = "leaves no room for a child; it should be at least 1"
            yield Finding((*where, "most"), text, limit.most.value)


def _sites(scenario: schema.Scenario, use: Use) -> Iterator[Finding]:
    """Refuse a site with children but without a post of a role that serves them."""
    team = scenario.teams.get(use.team)
    shares = {name: share for name, share in scenario.population.sites.value.items() if share > 0}
    if team is None:
        return
    names = [name for name in roles(team).get(use.role, ()) if team.posts[name].count.value]
    posts = [team.posts[name] for name in names]
    if not posts or any(post.sites == "shared" for post in posts):
        return
    served = {site for post in posts for site in spread(shares, post.count.value)}
    without = [site for site in shares if site not in served]
    if without:
        count = posts[0].count.value
        text = f"{use.what} '{use.role}', but no such post is at {_listed(without)}, where children"
        text += f" are: {count} by share of children leaves none there"
        enough = next(n for n in range(1, MOST_POSTS + 2) if n > MOST_POSTS or _covers(shares, n))
        allowed = (f"count: {enough} or more", "sites: shared")
        related: tuple[Path, ...] = (("population", "sites"),)
        path = ("teams", use.team, "posts", names[0], "count")
        yield Finding(path, text, count, allowed, related)


def _covers(shares: Mapping[str, float], count: int) -> bool:
    return set(spread(shares, count)) == set(shares)


def _listed(names: Sequence[str]) -> str:
    return " and ".join(f"'{name}'" for name in names)


def check_staffed(states: Sequence[schema.Scenario]) -> Iterator[Finding]:
    """Refuse work whose role has no post on any day, or a desk that nobody opens.

    Parameters
    ----------
    states
        The scenario on the first day and after each dated change.
    """
    told: set[tuple[str, str]] = set()
    for use in uses(states[0]):
        team = states[0].teams.get(use.team)
        if team is None or use.role not in roles(team) or (use.team, use.role) in told:
            continue
        counts = [headcount(state, use.team, use.role) for state in states]
        if (counts[0] and use.is_desk) or (any(counts) and not use.is_desk):
            continue
        told.add((use.team, use.role))
        when = "on the first day" if use.is_desk else "on any day"
        text = f"{use.what} '{use.role}', but team '{use.team}' has no such post {when}"
        path = ("teams", use.team, "posts", roles(team)[use.role][0], "count")
        yield Finding(path, text, 0, ("1 or more",))
