"""Whether the model is as sure as it should be by what people decided, and what better thresholds would do."""

from __future__ import annotations

from typing import Any

from core.desk import Desk
from core.match.measured import measured
from core.match.plan import plan_in_force, thresholds
from core.match.saved import read_model
from core.queries.match_what_if import effects
from core.resources import read_json

_PLACES = 6


def calibration(desk: Desk) -> dict[str, Any]:
    """The table and the report. Nothing is changed; `core.usecases.match_rules` accepts a proposal.

    - `bands`: from low to high `low` and `high` (probabilities), `tier`, `words`, `count` (decided pairs), `same` (of
      them said to be one person), `mean` (the model's, None without pairs), `share` (same / count), `share_low` and
      `share_high` (its 95 % interval), `shift` (how far the band is off, natural log odds; 0 where too few said so).
    - `counted` pairs are in the bands, `left_out` are not (they were held back for another reason than their score).
    - `brier`, `brier_after`: mean squared error over the counted pairs, now and calibrated; None without pairs.
    - `promised`: what the tiers stand for. `effects`: the thresholds before and after, and what would move.
    - `is_same`: the proposal is what is in force already. `words`: all that in a sentence.
    """
    words = read_json("words/match_rules.en.json")
    with desk.store.read() as connection:
        found = measured(desk.store, connection)
        in_force = plan_in_force(connection)
        proposed = found.plan(in_force)
        is_same = thresholds(proposed) == thresholds(in_force)
        model = read_model(desk.store, connection)
        outcome = effects(connection, model[1] if model else None, in_force, proposed)
    kind = "none" if not found.counted else "same" if is_same else "other"
    return {
        "bands": [
            {
                "low": band.low,
                "high": band.high,
                "tier": band.tier,
                "words": words["band"].format(low=f"{100 * band.low:g}", high=f"{100 * band.high:g}"),
                "count": band.count,
                "same": band.same,
                "mean": _rounded(band.mean),
                "share": _rounded(band.share),
                "share_low": round(band.share_low, _PLACES),
                "share_high": round(band.share_high, _PLACES),
                "shift": round(band.shift, _PLACES),
            }
            for band in found.bands
        ],
        "counted": found.counted,
        "left_out": found.left_out,
        "brier": _rounded(found.brier),
        "brier_after": _rounded(found.brier_after),
        "promised": thresholds(found.promised),
        "effects": outcome,
        "is_same": is_same,
        "words": words[f"calibration.{kind}"].format(count=f"{found.counted:,}"),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _PLACES)
