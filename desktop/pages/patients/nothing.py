"""What stands in the place of a pair when there is none: done, not set up, or a filter that fits nothing."""

from __future__ import annotations

from collections.abc import Callable

from core.queries.patients import QueueView
from desktop.widgets.notice import Action
from desktop.widgets.state_stack import StateStack
from desktop.words import tr


def show_nothing(
    stack: StateStack, view: QueueView, *, tab: str, text: str, acts: dict[str, Callable[[], object]]
) -> None:
    """The empty state; `acts` are clear, connect, open, decided and pull."""
    if text:
        clear = Action(tr("Clear the filter"), acts["clear"], "primary", name="patients_clear_button")
        stack.show_empty("filter", tr("No pair matches this filter"), "", [clear])
    elif not view.status.connections:
        connect = Action(tr("Connect a system"), acts["connect"], "primary", name="patients_connect_button")
        words = tr("This page shows records that look like one person.")
        stack.show_empty("not_set_up", tr("Duplicate patients need a connection"), words, [connect])
    elif tab == "decided":
        back = Action(tr("Show open pairs"), acts["open"], name="patients_open_button")
        stack.show_empty("filter", tr("Nothing is decided yet"), "", [back])
    elif view.open:
        back = Action(tr("Show all {count}", count=len(view.open)), acts["open"], name="patients_open_button")
        stack.show_empty("filter", tr("No pair in this tier"), "", [back])
    else:
        actions = [Action(tr("Pull now"), acts["pull"], "plain", "arrows-clockwise", "patients_pull_button")]
        if view.decided:
            actions.append(Action(tr("Show decided"), acts["decided"], "link", name="patients_decided_button"))
        waiting = view.status.approvals
        words = tr("{count} wait for approval.", count=waiting) if waiting else ""
        stack.show_empty("done", tr("No duplicate pairs waiting"), words, actions)
