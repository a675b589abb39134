"""Records of one visit over systems, and bills and lines to what they are for (catalogue, section 4)."""

from __future__ import annotations

from matching.case import Case, Context
from matching.link.bills import link_bills
from matching.link.lines import match_lines
from matching.link.services import attach_events, services_of
from matching.link.visits import link_visits


def link_case(case: Case, ctx: Context) -> Case:
    """Link everything one person's case holds; gives the same case, filled."""
    case.near_misses, case.questions = {}, []
    link_visits(case, ctx)
    attach_events(case)
    for visit in case.visits:
        visit.services = services_of(visit, ctx)
    link_bills(case, ctx)
    for visit in case.visits:
        if visit.bills:
            visit.lines_matched = match_lines(visit)
    return case
