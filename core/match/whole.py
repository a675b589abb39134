"""The whole run: reads all patients, lets `matching` judge, and writes pairs, persons and the index anew."""

from __future__ import annotations

from core.desk import Desk
from core.jobs import Job
from core.match.index import State, read_state, shape, write_index
from core.match.near import GOLDEN, MERGED
from core.match.people import json_ids, judged, people_of, records
from core.match.persons import regroup
from core.match.progress import move_to, progress_of
from core.match.rows import hints
from core.match.saved import read_model, save_model, save_pairs, saved_pairs
from core.store.plain import fetch
from matching.classes import pair_classes
from matching.index import MOST_RECORDS, index_of, loose_hashes, tie_hashes
from matching.link_changed import Nicknames
from matching.link_people import Report, link
from matching.plan import Plan
from matching.registries import blocking_keys, comparators

RELEARN_SHARE = 0.2
_READ, _LINKED = 0.2, 0.6  # parts of the time of a run


def match_whole(desk: Desk, job: Job, nicknames: Nicknames, plan: Plan) -> tuple[Report, State]:
    """Match over all records. While few changed, only pairs that touch them are scored, with the model as it is."""
    with desk.store.read() as connection:
        move_to(job, int(fetch(connection, "SELECT count(*) FROM patients")[0][0]), 0.0, "reading")
        queued = set(connection.exec_driver_sql("SELECT patient_id FROM match_queue").scalars())
        people = people_of(records(connection))
        said, asked = judged(connection, people, is_all=True), hints(connection)
        saved, before = read_model(desk.store, connection), read_state(connection)
        # A model that saw few of these records knows little about them: learn again, starting from it. One of other
        # classes or levels is of no use, and pairs scored in another shape are no longer what they would be.
        is_small = (
            saved is not None
            and saved[1].fits(comparators(), pair_classes(blocking_keys()))
            and (before is None or before.shape == shape(plan))
            and len(queued) <= RELEARN_SHARE * len(people.table)
        )
        known = saved_pairs(connection) if is_small else None
    table = people.table
    job.check()
    linkage = link(
        table,
        plan=plan,
        model=saved[1] if saved else None,
        changed=queued if is_small else None,
        judged=said,
        hints=asked,
        nicknames=nicknames,
        known=known,
        progress=progress_of(job, len(table), _READ, _LINKED),
    )
    job.check()
    move_to(job, len(table), _LINKED, "writing")
    ties = (tie_hashes(table.golden, GOLDEN), tie_hashes(people.merged, MERGED), *loose_hashes(linkage.columns))
    index = None
    if len(table) <= MOST_RECORDS:
        index = index_of(linkage.columns, table.keys, blocking_keys(), plan.largest_bucket, ties)
    keys, report = table.keys, linkage.report
    pairs, groups, model = linkage.pairs, linkage.groups, linkage.model
    del people, table, linkage  # most of the memory, and not needed for writing
    job.check()
    with desk.store.write(desk.actor) as unit:
        save_pairs(unit, pairs, queued if is_small else None)
        model_id = saved[0] if saved and is_small else save_model(unit, model, report)
        regroup(unit, groups, keys.tolist(), is_all=True)
        persons = unit.connection.exec_driver_sql("SELECT count(*) FROM persons").scalar()
        state = State(
            model_id=model_id,
            shape=shape(plan),
            chunk_bits=0,
            version=before.version + 1 if before else 1,
            changed=0,
            records=len(keys),
            persons=int(persons or 0),
        )
        write_index(unit, index, state)
        unit.connection.exec_driver_sql(
            "DELETE FROM match_queue WHERE patient_id IN (SELECT value FROM json_each(?))", (json_ids(queued),)
        )
        unit.touch("people")
    move_to(job, len(keys), 1.0, "")
    return report, state
