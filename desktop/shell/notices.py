"""The banners that follow from the store: offline, refused sign-in, paused Outbox, conflicts, read-only, demo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.errors import SignInNeeded
from core.queries.status import Status
from core.security.roles import may
from desktop.widgets.banner import Banner, BannerStack
from desktop.words import tr
from desktop.words.moments import clock_time


@dataclass(frozen=True, slots=True)
class Notice:
    """One banner: its place in importance (higher first), words, and the page its action opens ("leave": the demo)."""

    key: str
    rank: int
    kind: str
    icon: str
    text: str
    action: str = ""
    opens: str = ""


def notices(status: Status, role: str) -> list[Notice]:
    """Every notice that holds now."""
    found = []
    if status.is_offline:
        since = clock_time(min(c.last_read_at for c in status.connections if c.last_read_at))
        good = [c.good_at for c in status.connections if c.good_at]
        text = tr("Working offline since {since}. Decisions wait in the Outbox.", since=since)
        if good:
            text = tr(
                "Working offline since {since}. Showing data from {time}. Decisions wait in the Outbox.",
                since=since,
                time=clock_time(min(good)),
            )
        found.append(Notice("offline", 40, "warn", "cloud-slash", text, tr("Show what waits"), "outbox"))
    for one in status.connections:
        if one.code == SignInNeeded.code:
            text = tr("{name} refused the sign-in. Nothing was changed and nothing was lost.", name=one.name)
            found.append(Notice(f"signin-{one.name}", 30, "bad", "warning-circle", text, tr("Sign in"), "connections"))
    if status.is_paused:
        text = tr("The Outbox is paused: nothing is sent until somebody lets it send again.")
        found.append(Notice("paused", 32, "warn", "pause", text, tr("Look"), "outbox"))
    if status.backup_failed_at and may(role, "settings"):
        text = tr(
            "The backup of {when} failed. The ones before it are as they were.",
            when=clock_time(status.backup_failed_at),
        )
        found.append(Notice("backup", 15, "warn", "floppy-disk", text, tr("Look"), "backup"))
    if status.conflicts:
        text = tr("The other system changed after you decided: {count} waiting.", count=f"{status.conflicts:,}")
        found.append(Notice("conflicts", 20, "warn", "git-fork", text, tr("Look"), "conflict"))
    if not (may(role, "decide-pairs") or may(role, "decide-charges") or may(role, "connections")):
        text = tr("You can look, and change nothing. The administrator of the practice can give another role.")
        found.append(Notice("read_only", 10, "info", "lock-simple", text))
    if status.is_demo:
        # Last in importance would hide it behind two others, and it has to be permanent.
        text = tr("Demo practice. Nothing here is real; corrections go to two small servers on this computer.")
        found.append(Notice("demo", 35, "accent", "play-circle", text, tr("Leave the demo"), "leave"))
    return found


class Notices:
    """Keeps a stack of banners in step with the notices; one that did not change is left alone."""

    def __init__(self, stack: BannerStack, act: Callable[[str], None]) -> None:
        self._stack = stack
        self._act = act
        self._shown: dict[str, Notice] = {}
        self._closed: set[Notice] = set()

    def put(self, found: list[Notice]) -> None:
        """Show these, drop the others."""
        wanted = {notice.key: notice for notice in found}
        for key in [key for key in self._shown if key not in wanted]:
            self._stack.drop(key)
            del self._shown[key]
        for key, notice in wanted.items():
            if self._shown.get(key) == notice or notice in self._closed:
                continue
            self._shown[key] = notice
            self._show(notice)

    def _show(self, notice: Notice) -> None:
        banner = Banner(
            notice.text,
            f"banner_{notice.key.replace('-', '_')}",
            kind=notice.kind,
            icon=notice.icon,
            action=notice.action,
            is_closable=notice.key == "read_only",
        )
        banner.closed.connect(lambda: self._closed.add(notice))
        act = (lambda: self._act(notice.opens)) if notice.opens else None
        self._stack.show_banner(notice.key, banner, rank=notice.rank, on_act=act)
