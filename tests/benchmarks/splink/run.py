"""Runs Splink on a CSV file of people, in an environment of its own: `python splink_run.py IN.csv OUT.csv`.

The model is put together the way Splink's own examples for names, dates and addresses are: name comparisons with term
frequencies, several blocking rules, u from random pairs, m by expectation maximisation on two of the rules. Writes
id_l, id_r, match_probability, and prints what it took as JSON.
"""

import json
import resource
import sys
import time

import duckdb
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

_CLEANED = """
create table people as select id, nullif(lower(given_name), '') as given_name, nullif(lower(family_name), '') as
family_name, nullif(lower(middle_name[1]), '') as middle_initial, nullif(lower(suffix), '') as suffix,
nullif(birth_date, '') as birth_date, nullif(sex, '') as sex, nullif(regexp_replace(ssn, '[^0-9]', '', 'g'), '') as ssn,
nullif(regexp_replace(phone, '[^0-9]', '', 'g'), '') as phone, nullif(lower(email), '') as email,
nullif(lower(street), '') as street, nullif(zip, '') as zip, nullif(birth_date, '')[:4] as birth_year
from read_csv(?, all_varchar = true, nullstr = '')
"""


def main(source: str, target: str) -> None:
    """Read, train, predict, write."""
    began = time.perf_counter()
    connection = duckdb.connect()
    connection.execute(_CLEANED, [source])
    settings = SettingsCreator(
        unique_id_column_name="id",
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=[
            block_on("given_name", "family_name"),
            block_on("birth_date", "given_name"),
            block_on("birth_date", "family_name"),
            block_on("ssn"),
            block_on("phone"),
            block_on("email"),
            block_on("street", "zip"),
            block_on("birth_date", "zip"),
            block_on("substr(given_name,1,3)", "substr(family_name,1,4)", "birth_year"),
            block_on("given_name", "zip", "birth_year"),
        ],
        comparisons=[
            cl.NameComparison("given_name").configure(term_frequency_adjustments=True),
            cl.NameComparison("family_name").configure(term_frequency_adjustments=True),
            cl.ExactMatch("middle_initial"),
            cl.ExactMatch("suffix"),
            cl.DateOfBirthComparison("birth_date", input_is_string=True),
            cl.ExactMatch("sex"),
            cl.DamerauLevenshteinAtThresholds("ssn", [1]),
            cl.DamerauLevenshteinAtThresholds("phone", [1]).configure(term_frequency_adjustments=True),
            cl.EmailComparison("email"),
            cl.JaroWinklerAtThresholds("street", [0.95, 0.88]),
            cl.ExactMatch("zip").configure(term_frequency_adjustments=True),
        ],
    )
    api = DuckDBAPI(connection=connection)
    linker = Linker(api.register(connection.table("people")), settings)
    linker.training.estimate_probability_two_random_records_match(
        [block_on("ssn", "birth_date"), block_on("given_name", "family_name", "birth_date")], recall=0.7
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=1e7)
    for rule in (block_on("given_name", "family_name"), block_on("birth_date")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule, estimate_without_term_frequencies=True)
    found = linker.inference.predict(threshold_match_probability=0.01)
    connection.execute(f"copy (select id_l, id_r, match_probability from {found.physical_name}) to '{target}' (header)")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"seconds": time.perf_counter() - began, "peak_mb": peak}))


main(*sys.argv[1:])
