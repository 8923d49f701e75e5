"""How posts are spread over the sites."""

from __future__ import annotations

from collections.abc import Mapping


def spread(shares: Mapping[str, float], count: int) -> list[str]:
    """Assign posts to sites in proportion, so that the first n are in proportion too.

    Parameters
    ----------
    shares
        Share of the children at each site.
    count
        Number of posts.

    Returns
    -------
    list of str
        The site of each post, in order; taking the last post away moves nobody else.
    """
    given = dict.fromkeys(shares, 0)
    sites = []
    for number in range(1, count + 1):
        site = max(shares, key=lambda s: (shares[s] * number - given[s], s))
        given[site] += 1
        sites.append(site)
    return sites
