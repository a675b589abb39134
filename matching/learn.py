"""What a practice's own data teaches: which codes follow which services, usual fees, places that bill elsewhere.

Conservative: a row needs repeated agreement, and places or kinds of visits that are never billed silence the rules
instead of feeding them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from statistics import median

from matching.case import Case, Expected, Practice, Visit
from matching.codes import family
from matching.link.bills import documented_codes
from matching.records import Ref, ServiceEvent

CONFIRMED_SAMPLES, CONFIRMED_SHARE = 20, 0.90  # the catalogue's measure for an expectation row
WEAK_SAMPLES, WEAK_SHARE = 3, 0.80  # speaks too, with less confidence
SILENT_SAMPLES, SILENT_SHARE, LOUD_SHARE = 6, 0.30, 0.70
MIN_PRICES = 5
SHARED_FAMILIES = frozenset({"draw", "vaccine-admin"})
"""Codes of the act around a service, the same for many services."""
KINDS_WITH_OWN_CODES = ("immunization", "in_house_lab")


def learn(cases: Iterable[Case], known: Practice) -> Practice:
    """A practice with everything that its linked cases teach. `known` brings what the records say outright."""
    happened = [
        visit
        for case in cases
        for visit in case.visits
        if visit.happened and visit.encounter and is_ours(visit, known.organizations)
    ]
    charged = [visit for visit in happened if visit.bills]
    silent = _silent_places(happened)
    heard = [visit for visit in happened if not (visit.encounter and visit.encounter.location in silent)]
    share = _charged_share(heard)
    coded = sum(1 for visit in charged if visit.encounter and visit.encounter.type_codes)
    return replace(
        known,
        silent_locations=silent,
        crosswalk=_crosswalk(charged, known.organizations),
        fees=_fees(charged),
        visit_worth=_visit_worth(charged),
        usual_worth=_middle([_worth(visit) for visit in charged]),
        charged_share=share,
        documents_codes=bool(charged) and coded >= 0.8 * len(charged),
        results_are_read=any(event.kind == "in_house_lab" for visit in happened for event in visit.events),
    )


def is_ours(visit: Visit, organizations: frozenset[Ref]) -> bool:
    """Whether the practice itself provided a visit: hospital stays of others are theirs to bill."""
    behind = visit.encounter.organization if visit.encounter else None
    return behind is None or not organizations or behind in organizations


def is_done_here(event: ServiceEvent, organizations: frozenset[Ref]) -> bool:
    """Whether the practice performed a service itself; a reference laboratory bills its own results."""
    if event.performed_by_us is not None:
        return event.performed_by_us
    behind = event.performer_organization
    return behind is None or not organizations or behind in organizations


def event_key(event: ServiceEvent) -> str:
    """What a service without a billing code is known by: its kind and its own code."""
    return f"{event.kind}/{event.vaccine_cvx or event.internal_code or ''}"


def visit_type(visit: Visit) -> str:
    """What kind of visit it is, for comparison with others."""
    encounter = visit.encounter
    return (encounter.type or encounter.cls or "") if encounter else ""


def _silent_places(visits: list[Visit]) -> frozenset[Ref]:
    seen: Counter[Ref] = Counter()
    billed: Counter[Ref] = Counter()
    for visit in visits:
        place = visit.encounter.location if visit.encounter else None
        if place is not None and documented_codes(visit):
            seen[place] += 1
            billed[place] += bool(visit.bills)
    loud = any(billed[place] >= LOUD_SHARE * count for place, count in seen.items() if count >= SILENT_SAMPLES)
    if not loud:
        return frozenset()
    return frozenset(
        place for place, count in seen.items() if count >= SILENT_SAMPLES and billed[place] < SILENT_SHARE * count
    )


def _charged_share(visits: list[Visit]) -> dict[str, float]:
    seen: Counter[str] = Counter()
    billed: Counter[str] = Counter()
    for visit in visits:
        seen[visit_type(visit)] += 1
        billed[visit_type(visit)] += bool(visit.bills)
    return {kind: billed[kind] / count for kind, count in seen.items() if count >= WEAK_SAMPLES}


def _crosswalk(visits: list[Visit], organizations: frozenset[Ref]) -> dict[str, tuple[Expected, ...]]:
    """Event key -> codes that are billed when it happens and (nearly) only then, or with its kind."""
    with_key: Counter[str] = Counter()
    with_both: Counter[tuple[str, str]] = Counter()
    with_code: Counter[str] = Counter()
    with_kind_code: Counter[tuple[str, str]] = Counter()
    for visit in visits:
        open_codes = {line.code for line in visit.lines if line.code} - documented_codes(visit)
        keys = {event_key(e) for e in visit.events if is_learnable(e, organizations)}
        with_code.update(open_codes)
        with_key.update(keys)
        with_both.update((key, code) for key in keys for code in open_codes)
        with_kind_code.update((kind, code) for kind in {k.partition("/")[0] for k in keys} for code in open_codes)
    candidates: defaultdict[str, list[tuple[str, float, float]]] = defaultdict(list)
    for (key, code), count in with_both.items():
        share = count / with_key[key]
        # A code that also comes without this kind of service belongs to something else.
        belongs = with_kind_code[key.partition("/")[0], code] >= 0.8 * with_code[code]
        if with_key[key] >= WEAK_SAMPLES and share >= WEAK_SHARE and belongs:
            overlap = count / (with_key[key] + with_code[code] - count)
            candidates[key].append((code, share, overlap))
    return {key: _rows(key, found, candidates, with_key[key]) for key, found in candidates.items()}


def _rows(
    key: str, found: list[tuple[str, float, float]], candidates: Mapping[str, list[tuple[str, float, float]]], seen: int
) -> tuple[Expected, ...]:
    """Of the codes that come with a service, its own one and those of the act around it (draw, administration)."""
    rows = []
    for code, share, overlap in found:
        if family(code) not in SHARED_FAMILIES and not _is_own(key, code, overlap, candidates):
            continue
        is_sure = seen >= CONFIRMED_SAMPLES and share >= CONFIRMED_SHARE
        rows.append(Expected(code, 0.95 if is_sure else 0.7, seen))
    return tuple(sorted(rows, key=lambda row: row.code))


def _is_own(key: str, code: str, overlap: float, candidates: Mapping[str, list[tuple[str, float, float]]]) -> bool:
    """Services that are given together share each other's codes; a code is the service's own when none fits better."""
    rivals = [o for c, _, o in candidates[key] if c != code and family(c) == family(code)]
    others = [o for k, found in candidates.items() if k != key for c, _, o in found if c == code]
    is_vaccine = family(code) == "vaccine"
    return overlap > max(rivals, default=0.0) and (not is_vaccine or overlap > max(others, default=0.0))


def is_learnable(event: ServiceEvent, organizations: frozenset[Ref]) -> bool:
    """Whether a service without a billing code of its own was really done here."""
    return (
        event.kind in KINDS_WITH_OWN_CODES
        and event.code is None
        and event.status == "completed"
        and not event.is_historical
        and is_done_here(event, organizations)
    )


def _fees(visits: list[Visit]) -> dict[str, int]:
    prices: defaultdict[str, list[float]] = defaultdict(list)
    for visit in visits:
        for line in visit.lines:
            if line.code and line.amount and line.units:
                prices[line.code].append(line.amount / line.units)
    return {code: round(median(found)) for code, found in prices.items()}


def _visit_worth(visits: list[Visit]) -> dict[str, int]:
    worth: defaultdict[str, list[int]] = defaultdict(list)
    for visit in visits:
        worth[visit_type(visit)].append(_worth(visit))
    return {kind: round(median(found)) for kind, found in worth.items() if len(found) >= MIN_PRICES}


def _worth(visit: Visit) -> int:
    return sum(line.amount or 0 for line in visit.lines)


def _middle(values: list[int]) -> int | None:
    return round(median(values)) if len(values) >= MIN_PRICES else None


def as_plain(practice: Practice) -> Mapping[str, object]:
    """The learned tables as plain values, to be kept between runs."""
    return {
        "silent_locations": sorted(str(ref) for ref in practice.silent_locations),
        "crosswalk": {k: [[e.code, e.confidence, e.seen] for e in rows] for k, rows in practice.crosswalk.items()},
        "fees": dict(practice.fees),
        "visit_worth": dict(practice.visit_worth),
        "usual_worth": practice.usual_worth,
        "charged_share": dict(practice.charged_share),
        "documents_codes": practice.documents_codes,
        "results_are_read": practice.results_are_read,
    }


def from_plain(kept: Mapping[str, object], known: Practice) -> Practice:
    """The learned tables back from plain values."""
    rows: Mapping[str, list[list[object]]] = kept["crosswalk"]  # type: ignore[assignment]
    crosswalk = {
        key: tuple(Expected(str(code), float(str(sure)), int(str(seen))) for code, sure, seen in found)
        for key, found in rows.items()
    }
    silent: list[str] = kept["silent_locations"]  # type: ignore[assignment]
    plain = {name: kept[name] for name in _PLAIN}
    return replace(
        known,
        crosswalk=crosswalk,
        silent_locations=frozenset(Ref.parse(text) for text in silent),
        **plain,  # type: ignore[arg-type]
    )


_PLAIN = ("fees", "visit_worth", "usual_worth", "charged_share", "documents_codes", "results_are_read")
