"""One person's case as the last run saw it: for pages that ask about a single visit or charge."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection

from core.reconcile.learn import PRACTICE
from core.reconcile.load import Loader
from core.settings.store import get_setting
from matching.case import Case, Context
from matching.learn import from_plain
from matching.link import link_case


def linked_case(connection: Connection, today: date, person: str) -> tuple[Case, Context] | None:
    """The case, linked, and what was learned of the practice. None where nobody is known by this id any more."""
    loader = Loader(connection, today)
    kept, known = get_setting(connection, PRACTICE), loader.known_practice()
    ctx = loader.context(from_plain(kept, known) if kept is not None else known)
    cases = loader.cases([person])
    return (link_case(cases[0], ctx), ctx) if cases else None
