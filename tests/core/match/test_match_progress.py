"""How far a run is can be seen, and a run that is cancelled stops between two pieces of work."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from match_world import World, again, some_person

from core.errors import Cancelled
from core.jobs import Job
from core.match.progress import progress_of
from core.match.run import match
from matching.link_people import link
from matching.people import PeopleTable
from matching.progress import STAGES


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    chance = random.Random(5)
    some = [some_person(chance) for _ in range(60)]
    found = World.fresh(tmp_path / "home", [*some, *(again(one, chance) for one in some[:20])])
    yield found
    found.desk.store.close()


class Watched(Job):
    """Keeps all that it is told, and is cancelled as soon as a text is told."""

    def __init__(self, stop_at: str = "never") -> None:
        super().__init__("Matching")
        self.told: list[tuple[str, int, int | None]] = []
        self.stop_at = stop_at

    def advance(self, step: int = 1, *, total: int | None = None, text: str | None = None) -> None:
        super().advance(step, total=total, text=text)
        self.told.append((self.text, self.done, self.total))
        if self.text == self.stop_at:
            self.cancel()


def test_linkage_tells_its_stages_in_order_and_how_far_each_is() -> None:
    chance = random.Random(5)
    told: list[tuple[str, float]] = []
    table = PeopleTable.of([some_person(chance) for _ in range(30)])
    link(table, progress=lambda stage, share: told.append((stage, share)))
    places = [STAGES.index(stage) + share / 2 for stage, share in told]
    assert places == sorted(places)
    assert {stage for stage, _ in told} == set(STAGES)
    assert [share for stage, share in told if stage == "comparing"][-1] == 1.0


def test_a_whole_run_goes_forward_to_its_end(world: World) -> None:
    job = Watched()
    match(world.desk, job)
    assert [text for text in dict.fromkeys(text for text, _, _ in job.told) if text] == ["reading", *STAGES, "writing"]
    assert all(one <= other for (_, one, _), (_, other, _) in pairwise(job.told))
    assert (job.done, job.total) == (80, 80)


@pytest.mark.parametrize("stage", [*STAGES, "writing"])
def test_a_cancelled_run_writes_nothing(world: World, stage: str) -> None:
    with pytest.raises(Cancelled):
        match(world.desk, Watched(stop_at=stage))
    with world.desk.store.read() as connection:
        for table, left in (("persons", 0), ("pairs", 0), ("match_state", 0), ("match_queue", 80)):
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() == left
    assert match(world.desk).records == 80


def test_a_part_of_a_job_stays_inside_its_bounds() -> None:
    job = Watched()
    tell = progress_of(job, 1000, 0.2, 0.6)
    tell(STAGES[0], 0.0)
    tell(STAGES[-1], 1.0)
    assert [done for _, done, _ in job.told] == [200, 600]
