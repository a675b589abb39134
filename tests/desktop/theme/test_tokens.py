"""Every pair of colours that carries meaning can be read, by the WCAG formula, in all three looks."""

import re

import pytest

from desktop.theme.tokens import EDGE_PAIRS, TABLES, TEXT_PAIRS, TOKEN_NAMES, contrast_ratio

MODES = sorted(TABLES)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("ink", "ground"), TEXT_PAIRS)
def test_text_stands_out_from_its_ground(mode, ink, ground):
    table = TABLES[mode]
    assert contrast_ratio(getattr(table, ink), getattr(table, ground)) >= 4.5


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("edge", "ground"), EDGE_PAIRS)
def test_edges_and_focus_stand_out_from_their_ground(mode, edge, ground):
    table = TABLES[mode]
    assert contrast_ratio(getattr(table, edge), getattr(table, ground)) >= 3.0


@pytest.mark.parametrize("mode", MODES)
def test_all_tokens_are_six_digit_colours(mode):
    assert all(re.fullmatch(r"#[0-9A-F]{6}", getattr(TABLES[mode], name)) for name in TOKEN_NAMES)


def test_the_formula_gives_the_known_ends_of_the_scale():
    assert contrast_ratio("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert contrast_ratio("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)
    assert contrast_ratio("#123456", "#123456") == pytest.approx(1.0)


def test_every_ink_and_ground_is_part_of_a_checked_pair():
    decoration = {"border"}
    checked = {name for pair in (*TEXT_PAIRS, *EDGE_PAIRS) for name in pair}
    assert set(TOKEN_NAMES) - decoration == checked
