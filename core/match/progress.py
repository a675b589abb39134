"""How far linkage is, as a job shows it, which is also where a job that was cancelled stops."""

from __future__ import annotations

from core.jobs import Job
from matching.progress import STAGES, Progress

# How the time of a run of many records is spread over the stages.
_SHARES = dict(zip(STAGES, (0.25, 0.20, 0.30, 0.10, 0.15), strict=True))


def progress_of(job: Job, records: int, begin: float = 0.0, end: float = 1.0) -> Progress:
    """What `link` tells its progress to. The job counts `records` from `begin` to `end`, which are parts of its work.

    Raises Cancelled, through linkage, when somebody asked the job to stop.
    """
    before = {stage: sum(list(_SHARES.values())[:place]) for place, stage in enumerate(STAGES)}

    def tell(stage: str, share: float) -> None:
        job.check()
        done = begin + (end - begin) * (before[stage] + share * _SHARES[stage])
        move_to(job, records, done, stage)

    return tell


def move_to(job: Job, records: int, done: float, text: str) -> None:
    """Say what a job does now, and which part of its work for so many records is done."""
    job.advance(round(done * records) - job.done, total=records, text=text)
