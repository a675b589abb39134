"""What a practice's own data teaches: which codes follow which services, usual fees, places that bill elsewhere.

Conservative: a row needs repeated agreement, and places or kinds of visits that are never billed silence the rules
instead of feeding them. Cases pass through once and leave only counts, so that a large practice fits in memory.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from statistics import median

from matching.case import BILLABLE_CLASSES, Case, Expected, Practice, Visit
from matching.codes import family, is_evaluation
from matching.link.claimed import is_claimed
from matching.link.services import documented_codes, event_key, is_ours, is_real
from matching.records import Ref, ServiceEvent
from matching.settled import HISTORY_DAYS, Days, settled_through

CONFIRMED_SAMPLES, CONFIRMED_SHARE = 20, 0.90  # the catalogue's measure for an expectation row
WEAK_SAMPLES, WEAK_SHARE = 3, 0.80  # speaks too, with less confidence
CONFIRMED, WEAK = 0.95, 0.7
SILENT_SAMPLES, SILENT_SHARE, LOUD_SHARE = 6, 0.30, 0.70
NEVER_SHARE = 0.10
USUAL_SAMPLES = 10  # visits of a kind before its share of charged ones says whether that kind is charged at all
MIN_PRICES = 5
SHARED_FAMILIES = frozenset({"draw", "vaccine-admin"})
"""Codes of the act around a service, the same for many services."""
_PROCEDURES = frozenset({"procedure", "imaging", "injection", "psychotherapy", "lab", "other"})
FAMILIES_OF_KIND: Mapping[str, frozenset[str]] = {
    "immunization": frozenset({"vaccine", "vaccine-admin", "drug", "other"}),
    "in_house_lab": frozenset({"lab", "draw", "other"}),
    "specimen_draw": frozenset({"draw"}),
    "imaging": frozenset({"imaging", "other"}),
    "drug_admin": frozenset({"drug", "injection"}),
    "procedure": _PROCEDURES,
    "therapy": _PROCEDURES,
}
"""Kind of service -> families of codes that it may be billed with."""
_OFTEN_BESIDE = frozenset({"procedure", "therapy", "imaging"})
"""Kinds that stand beside so much else that a code is only theirs when it hardly comes without them."""
RETURN_SHARE = 0.60


@dataclass(slots=True)
class Tally:
    """Counts over cases. `since` leaves out visits before that day; `roles`: system -> what it is (ehr, pm ...)."""

    known: Practice
    today: date | None = None
    since: date | None = None
    organizations: Counter[tuple[Ref, bool]] = field(default_factory=Counter)
    types: Counter[tuple[str, Ref | None, bool]] = field(default_factory=Counter)
    claimed: Counter[Ref] = field(default_factory=Counter)
    days: Counter[tuple[date, str, Ref | None, bool]] = field(default_factory=Counter)
    with_key: Counter[str] = field(default_factory=Counter)
    with_code: Counter[str] = field(default_factory=Counter)
    with_both: Counter[tuple[str, str]] = field(default_factory=Counter)
    with_kind: Counter[tuple[str, str]] = field(default_factory=Counter)
    prices: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    worth: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    roles: Mapping[str, str] = field(default_factory=dict)
    registered: int = 0
    charted: int = 0
    charged: int = 0
    coded: int = 0
    has_results: bool = False

    def add(self, case: Case) -> None:
        """Count one linked case."""
        if case.is_test:
            return
        held = {self.roles.get(case.origin(patient.ref), "") for patient in case.patients}
        self.registered += "pm" in held
        self.charted += {"pm", "ehr"} <= held
        for visit in case.visits:
            on, encounter = visit.on, visit.encounter
            if encounter is None or not visit.happened or (on and self.since and on < self.since):
                continue
            if encounter.organization and encounter.cls in BILLABLE_CLASSES:
                self.organizations[encounter.organization, bool(visit.bills)] += 1
            if is_ours(visit, self.known.organizations):
                self._add_visit(visit, on)

    def practice(self) -> Practice:
        """Everything that was counted, as what rules read."""
        silent = self._silent_places()
        share = self._charged_share(silent)
        return replace(
            self.known,
            organizations=self._own_organizations(),
            silent_locations=silent,
            claimed_locations=self._claimed_places(),
            crosswalk=self._crosswalk(),
            fees={code: round(median(found)) for code, found in self.prices.items()},
            visit_worth={kind: round(median(v)) for kind, v in self.worth.items() if len(v) >= MIN_PRICES and kind},
            usual_worth=round(median(self.worth[""])) if len(self.worth.get("", ())) >= MIN_PRICES else None,
            charged_share=share,
            documents_codes=bool(self.charged) and self.coded >= 0.8 * self.charged,
            results_are_read=self.has_results,
            charted_share=self.charted / self.registered if self.registered >= CONFIRMED_SAMPLES else 0.0,
            settled_through=settled_through(self._days(share, silent), self.today) if self.today else None,
        )

    def _add_visit(self, visit: Visit, on: date | None) -> None:
        encounter = visit.encounter
        assert encounter is not None
        is_billed = bool(visit.bills)
        self.types[visit_type(visit), encounter.location, is_billed] += 1
        self.has_results |= any(event.kind == "in_house_lab" for event in visit.events)
        if on is not None and encounter.cls in BILLABLE_CLASSES and self._is_recent(on):
            self.days[on, visit_type(visit), encounter.location, is_billed] += 1
        if encounter.location is not None and visit.bills and all(is_claimed(b.first) for b, _, _ in visit.bills):
            self.claimed[encounter.location] += 1
        if is_billed:
            self.charged += 1
            self.coded += bool(encounter.type_codes)
            self._add_codes(visit)
            self._add_money(visit)

    def _add_codes(self, visit: Visit) -> None:
        open_codes = {line.code for line in visit.lines if line.code} - documented_codes(visit)
        keys = {event_key(event) for event in visit.events if self._is_learnable(event)}
        self.with_code.update(open_codes)
        self.with_key.update(keys)
        self.with_both.update((key, code) for key in keys for code in open_codes)
        self.with_kind.update((kind, code) for kind in {k.partition("/")[0] for k in keys} for code in open_codes)

    def _add_money(self, visit: Visit) -> None:
        lines = visit.lines
        for line in lines:
            if line.code and line.amount and line.units:
                self.prices[line.code].append(line.amount / line.units)
        total = sum(line.amount or 0 for line in lines)
        level = sum(line.amount or 0 for line in lines if is_evaluation(line.code or ""))
        for kind in ("", visit_type(visit)):
            self.worth[kind].append(total)
        if level and visit.provider is not None:
            who = self.known.npi.get(visit.provider, str(visit.provider))
            self.worth[f"{who}|{visit_type(visit)}"].append(level)

    def _is_learnable(self, event: ServiceEvent) -> bool:
        """Whether a service without a billing code of its own was really done here."""
        is_kind = event.kind in FAMILIES_OF_KIND and event.code is None and not event_key(event).endswith("/")
        return is_kind and is_real(event, self.known.organizations)

    def _is_recent(self, on: date) -> bool:
        return self.today is not None and 0 <= (self.today - on).days <= HISTORY_DAYS

    def _silent_places(self) -> frozenset[Ref]:
        """Places where nearly no visit has a charge, of kinds charged elsewhere: they bill into another system."""
        usual = self._charged_share(frozenset())
        seen: Counter[Ref] = Counter()
        billed: Counter[Ref] = Counter()
        for (kind, place, is_billed), count in self.types.items():
            if place is not None and usual.get(kind, 1.0) >= 0.5:
                seen[place] += count
                billed[place] += count * is_billed
        often = {place: count for place, count in seen.items() if count >= SILENT_SAMPLES}
        if not any(billed[place] >= LOUD_SHARE * count for place, count in often.items()):
            return frozenset()
        return frozenset(p for p, count in often.items() if billed[p] < SILENT_SHARE * count)

    def _claimed_places(self) -> frozenset[Ref]:
        """Places where nearly every billed visit is only known from its claim."""
        billed: Counter[Ref] = Counter()
        for (_, place, is_billed), count in self.types.items():
            if place is not None and is_billed:
                billed[place] += count
        return frozenset(place for place, count in self.claimed.items() if count >= LOUD_SHARE * billed[place])

    def _own_organizations(self) -> frozenset[Ref]:
        """Organizations whose visits are billed here are the practice; of those the records name, the never billed
        ones are not (a hospital manages places too)."""
        seen = {o: self.organizations[o, True] + self.organizations[o, False] for o, _ in self.organizations}
        loud = {o for o, n in seen.items() if n >= SILENT_SAMPLES and self.organizations[o, True] >= 0.5 * n}
        if not loud:
            return self.known.organizations
        never = {o for o, n in seen.items() if n > 1 and self.organizations[o, True] < NEVER_SHARE * n}
        return frozenset((loud | self.known.organizations) - never)

    def _charged_share(self, silent: frozenset[Ref]) -> dict[str, float]:
        seen: Counter[str] = Counter()
        billed: Counter[str] = Counter()
        for (kind, place, is_billed), count in self.types.items():
            if place not in silent:
                seen[kind] += count
                billed[kind] += count * is_billed
        return {kind: billed[kind] / count for kind, count in seen.items() if count >= USUAL_SAMPLES}

    def _days(self, share: Mapping[str, float], silent: frozenset[Ref]) -> Days:
        found: defaultdict[date, tuple[int, int]] = defaultdict(lambda: (0, 0))
        for (on, kind, place, is_billed), count in self.days.items():
            if place not in silent and share.get(kind, 1.0) >= 0.5:
                seen, billed = found[on]
                found[on] = (seen + count, billed + count * is_billed)
        return found

    def _crosswalk(self) -> dict[str, tuple[Expected, ...]]:
        """Event key -> codes that are billed when it happens and (nearly) only then, or with its kind."""
        candidates: defaultdict[str, list[tuple[str, float, float]]] = defaultdict(list)
        for (key, code), count in self.with_both.items():
            share = count / self.with_key[key]
            kind = key.partition("/")[0]
            # A code that also comes without this kind of service belongs to something else.
            belongs = self.with_kind[kind, code] >= 0.8 * self.with_code[code]
            belongs &= family(code) in FAMILIES_OF_KIND[kind]
            if kind in _OFTEN_BESIDE:
                belongs &= count >= RETURN_SHARE * self.with_code[code]
            if self.with_key[key] >= WEAK_SAMPLES and share >= WEAK_SHARE and belongs:
                overlap = count / (self.with_key[key] + self.with_code[code] - count)
                candidates[key].append((code, share, overlap))
        return {key: _rows(key, found, candidates, self.with_key[key]) for key, found in candidates.items()}


def learn(cases: Iterable[Case], known: Practice, today: date | None = None) -> Practice:
    """A practice with everything that its linked cases teach. `known` brings what the records say outright."""
    tally = Tally(known, today)
    for case in cases:
        tally.add(case)
    return tally.practice()


def visit_type(visit: Visit) -> str:
    """What kind of visit it is, for comparison with others."""
    encounter = visit.encounter
    return (encounter.type or encounter.cls or "") if encounter else ""


def _rows(
    key: str, found: list[tuple[str, float, float]], candidates: Mapping[str, list[tuple[str, float, float]]], seen: int
) -> tuple[Expected, ...]:
    """Of the codes that come with a service, its own one and those of the act around it (draw, administration)."""
    rows = []
    for code, share, overlap in found:
        if family(code) not in SHARED_FAMILIES and not _is_own(key, code, overlap, candidates):
            continue
        is_sure = seen >= CONFIRMED_SAMPLES and share >= CONFIRMED_SHARE
        rows.append(Expected(code, CONFIRMED if is_sure else WEAK, seen))
    return tuple(sorted(rows, key=lambda row: row.code))


def _is_own(key: str, code: str, overlap: float, candidates: Mapping[str, list[tuple[str, float, float]]]) -> bool:
    """Services that are given together share each other's codes; a code is the service's own when none fits better."""
    rivals = [o for c, _, o in candidates[key] if c != code and family(c) == family(code)]
    others = [o for k, found in candidates.items() if k != key for c, _, o in found if c == code]
    is_vaccine = family(code) == "vaccine"
    return overlap > max(rivals, default=0.0) and (not is_vaccine or overlap > max(others, default=0.0))


def as_plain(practice: Practice) -> dict[str, object]:
    """The learned tables as plain values, to be kept between runs."""
    return {
        "organizations": sorted(str(ref) for ref in practice.organizations),
        "silent_locations": sorted(str(ref) for ref in practice.silent_locations),
        "claimed_locations": sorted(str(ref) for ref in practice.claimed_locations),
        "crosswalk": {
            k: [[e.code, e.confidence, e.seen] for e in rows] for k, rows in sorted(practice.crosswalk.items())
        },
        "settled_through": practice.settled_through.isoformat() if practice.settled_through else None,
        **{name: getattr(practice, name) for name in _PLAIN},
    }


def from_plain(kept: Mapping[str, object], known: Practice) -> Practice:
    """The learned tables back from plain values."""
    rows: Mapping[str, list[list[object]]] = kept["crosswalk"]  # type: ignore[assignment]
    crosswalk = {
        key: tuple(Expected(str(code), float(str(sure)), int(str(seen))) for code, sure, seen in found)
        for key, found in rows.items()
    }
    silent: list[str] = kept["silent_locations"]  # type: ignore[assignment]
    claimed: list[str] = kept.get("claimed_locations", [])  # type: ignore[assignment]
    own: list[str] = kept["organizations"]  # type: ignore[assignment]
    settled = kept.get("settled_through")
    plain = {name: kept[name] for name in _PLAIN}
    return replace(
        known,
        organizations=frozenset(Ref.parse(text) for text in own),
        crosswalk=crosswalk,
        silent_locations=frozenset(Ref.parse(text) for text in silent),
        claimed_locations=frozenset(Ref.parse(text) for text in claimed),
        settled_through=date.fromisoformat(str(settled)) if settled else None,
        **plain,  # type: ignore[arg-type]
    )


_PLAIN = ("fees", "visit_worth", "usual_worth", "charged_share", "documents_codes", "results_are_read",
          "charted_share")  # fmt: skip
