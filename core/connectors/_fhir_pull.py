"""A stream of one resource type from a FHIR R4 server: whole, changes only, or person by person.

The place to go on from carries everything that the end of the stream needs: how it is read, when it began by the
server's clock, and whether something on the way could not be used.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime

import orjson

from core.connectors._fhir_kinds import OF_PATIENT
from core.connectors._fhir_search import OVERLAP, Found, Question, Searcher, stamp
from core.connectors._http import Http
from core.connectors._port import Capability, RawPage
from core.errors import BadAnswer, Gone, NotAllowed, NotFound, Rejected
from core.jobs import Job

_PAGE_SIZE = "200"
_RESTARTS = 2
_MOST_PAGES = 1_000_000
WHOLE, CHANGES, BY_PERSON = "whole", "changes", "by-person"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a reading is. `at` is a page link; `after` the last person who was read to the end."""

    mode: str
    began: str | None = None
    at: str | None = None
    after: str = ""
    is_partial: bool = False

    @classmethod
    def parse(cls, cursor: str) -> Place:
        """Raises BadAnswer for a cursor that is none."""
        try:
            return cls(**orjson.loads(cursor))
        except (ValueError, TypeError) as why:
            raise BadAnswer("The place to go on from cannot be read.") from why

    def cursor(self) -> str:
        """The text form."""
        return orjson.dumps(asdict(self)).decode()


@dataclass(slots=True)
class StreamReader:
    """Reads one stream. `capability` is what the server declares for its type."""

    http: Http
    searcher: Searcher
    capability: Capability
    job: Job
    _seen_ids: set[str] = field(default_factory=set)

    @property
    def kind(self) -> str:
        """The resource type."""
        return self.capability.kind

    def pages(self, since: str | None, cursor: str | None) -> Iterator[RawPage]:
        """The stream's pages. A page link that the server forgot leads back to the start: what comes twice is known."""
        place = Place.parse(cursor) if cursor else None
        for is_last_try in (*(False,) * _RESTARTS, True):
            has_begun = place is not None
            try:
                for page in self._read(since, place):
                    has_begun = True
                    yield page
                return
            except (Gone, NotFound, Rejected, _FilterUnclearError) as why:
                if isinstance(why, _FilterUnclearError):
                    since = None
                elif not has_begun:
                    raise
                elif is_last_try:
                    break
                place = None
                self._seen_ids.clear()
        raise BadAnswer("The system forgets its page links before they are read.")

    def _read(self, since: str | None, place: Place | None) -> Iterator[RawPage]:
        if place is not None and place.mode == BY_PERSON:
            yield from self._by_person(place)
            return
        if place is not None:
            found = self.searcher.follow(self.kind, str(place.at), self.job)
        else:
            place = Place(CHANGES if since and self.searcher.is_honest(self.kind, self.job) else WHOLE)
            try:
                found = self._first(since if place.mode == CHANGES else None)
            except (Rejected, NotAllowed):
                if self.kind not in OF_PATIENT:
                    raise
                yield from self._by_person(Place(BY_PERSON))
                return
            if place.mode == CHANGES and found.is_filtered is False:
                raise _FilterUnclearError
            place = replace(place, began=_text(found.server_time))
        yield from self._follow(found, place)

    def _first(self, since: str | None) -> Found:
        parameters = {"_count": _PAGE_SIZE, **({"_lastUpdated": f"ge{since}"} if since else {})}
        return self.searcher.ask(Question(self.kind, parameters), self.job)

    def _follow(self, found: Found, place: Place) -> Iterator[RawPage]:
        links: set[str] = set()
        for _ in range(_MOST_PAGES):
            place = replace(place, at=found.next, is_partial=place.is_partial or found.is_partial)
            if found.next is None:
                yield self._page(found, place, is_last=True)
                return
            if found.next in links:
                raise BadAnswer("The pages of the system lead in a circle.")
            links.add(found.next)
            yield self._page(found, place, is_last=False)
            self.job.check()
            found = self.searcher.follow(self.kind, found.next, self.job)
        raise BadAnswer("The system never comes to its last page.")

    def _page(self, found: Found, place: Place, *, is_last: bool) -> RawPage:
        # Pages overlap when records are added while they are read.
        items = tuple(item for item in found.items if item.id not in self._seen_ids)
        self._seen_ids.update(item.id for item in items)
        traffic = self.http.take_traffic()
        page = RawPage(
            items=items,
            unreadable=found.unreadable,
            cursor=place.cursor(),
            bytes=traffic.bytes,
            requests=traffic.requests,
            retries=traffic.retries,
            total=found.total,
            notes=found.warnings,
        )
        return self._ended(page, place) if is_last else page

    def _ended(self, page: RawPage, place: Place) -> RawPage:
        watermark = None
        if place.began:
            # What changes while we read is read again the next time.
            watermark = stamp(datetime.fromisoformat(place.began) - OVERLAP)
        is_snapshot = place.mode != CHANGES and not place.is_partial
        return replace(page, cursor=None, watermark=watermark, is_snapshot=is_snapshot, is_last=True)

    def _by_person(self, place: Place) -> Iterator[RawPage]:
        """For servers that search only inside one patient: person after person, in the order of their ids."""
        for patient in (one for one in self._patient_ids() if one > place.after):
            found = self._of_patient(patient, place)
            links: set[str] = set()
            while True:
                place = replace(
                    place,
                    began=place.began or _text(found.server_time),
                    is_partial=place.is_partial or found.is_partial,
                    after=patient if found.next is None else place.after,
                )
                yield self._page(found, place, is_last=False)
                if found.next is None:
                    break
                if found.next in links:
                    raise BadAnswer("The pages of the system lead in a circle.")
                links.add(found.next)
                found = self.searcher.follow(self.kind, found.next, self.job)
            self.job.check()
        traffic = self.http.take_traffic()
        yield self._ended(RawPage(bytes=traffic.bytes, requests=traffic.requests, retries=traffic.retries), place)

    def _of_patient(self, patient: str, place: Place) -> Found:
        declared = self.capability.search_params
        names = [OF_PATIENT[self.kind], "patient", "subject"]
        name = next((one for one in names if one in declared), names[0])
        parameters = {name: f"Patient/{patient}", "_count": _PAGE_SIZE}
        return self.searcher.ask(Question(self.kind, parameters, is_personal=True), self.job)

    def _patient_ids(self) -> Sequence[str]:
        found = self.searcher.ask(Question("Patient", {"_count": _PAGE_SIZE}), self.job)
        ids = {item.id for item in found.items}
        links: set[str] = set()
        while found.next is not None:
            if found.next in links:
                raise BadAnswer("The pages of the system lead in a circle.")
            links.add(found.next)
            self.job.check()
            found = self.searcher.follow("Patient", found.next, self.job)
            ids.update(item.id for item in found.items)
        return sorted(ids)


class _FilterUnclearError(Exception):
    """The server filters by `_lastUpdated` but says that it did not: only a whole reading is safe."""


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
