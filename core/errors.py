"""The whole error family.

    ChartmendError            code, what happened, what is safe, what to do
      Refused                 permission, read-only, wrong role, version conflict
      NotPossible             the data or the capability does not allow it (expected, shown calmly)
      BadInput                a file, message or argument that cannot be used: names it, the place and the reason
      ConnectorError          the outside world
        SignInNeeded   NotAllowed   NotFound   Gone   VersionConflict   Rejected
        SlowDown(wait_s)   Unavailable   BadAnswer   NoAnswer
      StoreError
        WrongKey   Locked   Damaged   NewerThanApp   DiskFull
      Cancelled               a person stopped it; what was finished is kept
      Bug                     an assumption of ours failed

No message may hold patient data: ids only as `core.log.keyed()` hashes, never names or values.
"""

from __future__ import annotations


class ChartmendError(Exception):
    """Base of all errors we raise on purpose.

    `code` is short and stable (people read it to support); `is_retryable` says whether trying again can help.
    """

    code = "CM-000"
    safe = "Nothing was changed."
    todo = "Try again."
    is_retryable = False

    def __init__(self, what: str, *, safe: str | None = None, todo: str | None = None, code: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.safe = safe or self.safe
        self.todo = todo or self.todo
        self.code = code or self.code

    def sentence(self) -> str:
        """What happened, what is safe, what to do: in that order."""
        return f"{self.what} {self.safe} {self.todo}".strip()


class Refused(ChartmendError):
    """A rule of the practice says no: role, read-only, already decided, version conflict."""

    code, todo = "CM-REF-01", "Ask somebody who may do this."


class NotPossible(ChartmendError):
    """The data or the other system does not allow it. Expected, shown calmly."""

    code, todo = "CM-NOT-01", ""


class BadInput(ChartmendError):
    """Input that cannot be used. `place` is a position a person can find (line 7, entry 3, column 12)."""

    code, todo = "CM-INP-01", "Correct the input and try again."

    def __init__(self, what: str, *, place: str = "", **words: str | None) -> None:
        super().__init__(what, **words)
        self.place = place


class ConnectorError(ChartmendError):
    """Another system did not do what we asked."""

    code = "CM-NET-01"


class SignInNeeded(ConnectorError):
    """The system refused the sign-in, or it expired."""

    code, todo = "CM-NET-02", "Sign in again under Connections."


class NotAllowed(ConnectorError):
    """Signed in, but without the right for this (403, 405, 501, scope)."""

    code, todo = "CM-NET-03", "Ask the system's administrator for the permission, or do it by hand."


class NotFound(ConnectorError):
    """The record or address does not exist there (404)."""

    code, todo = "CM-NET-04", "Check the address."


class Gone(NotFound):
    """The record was deleted there (410)."""

    code = "CM-NET-05"


class VersionConflict(ConnectorError):
    """Somebody changed the record since it was read (409, 412)."""

    code, todo = "CM-NET-06", "Compare both versions under Conflicts."


class Rejected(ConnectorError):
    """The system understood and said no (400, 422). `details` is its own text, without patient data shown in logs."""

    code, todo = "CM-NET-07", "Read the system's answer and correct the change."

    def __init__(self, what: str, *, details: str = "", **words: str | None) -> None:
        super().__init__(what, **words)
        self.details = details


class SlowDown(ConnectorError):
    """The system asks for a pause (429). `wait_s` seconds, as it said."""

    code, todo, is_retryable = "CM-NET-08", "It goes on by itself later.", True

    def __init__(self, what: str, *, wait_s: float = 0.0, **words: str | None) -> None:
        super().__init__(what, **words)
        self.wait_s = wait_s


class Unavailable(ConnectorError):
    """Not reachable or failing at the moment (5xx, refused connection). Nothing was sent, or a read failed."""

    code, todo, is_retryable = "CM-NET-09", "It is tried again later.", True


class NoAnswer(ConnectorError):
    """A write left, and no answer came: it may or may not have been done. Only reading can tell."""

    code, safe, todo = "CM-NET-10", "It is not sent again before its effect was looked up.", "Wait for the check."


class BadAnswer(ConnectorError):
    """An answer we cannot use: HTML instead of JSON, a loop of pages, the wrong version of the standard."""

    code, todo = "CM-NET-11", "Check the address, or tell the system's administrator."


class StoreError(ChartmendError):
    """The local encrypted store cannot be used."""

    code = "CM-STO-01"


class WrongKey(StoreError):
    """The passphrase does not open this store."""

    code, todo = "CM-STO-02", "Check the passphrase."


class Locked(StoreError):
    """No passphrase was given and none is kept by the system."""

    code, todo = "CM-STO-03", "Give the passphrase."


class Damaged(StoreError):
    """The key is right but the file is not a readable store."""

    code, safe, todo = "CM-STO-04", "The file was not touched.", "Restore a backup."


class NewerThanApp(StoreError):
    """The store was written by a newer Chartmend."""

    code, safe, todo = "CM-STO-05", "The store was not touched.", "Install the newer version."


class DiskFull(StoreError):
    """No room left where the store lives."""

    code, todo = "CM-STO-06", "Make room on the disk."


class Cancelled(ChartmendError):
    """Stopped by a person at a safe point."""

    code, safe, todo = "CM-CAN-01", "What was finished is kept.", "Run it again to go on."


class Bug(ChartmendError):
    """An assumption of ours failed."""

    code, todo = "CM-BUG-01", "Please report it."
