"""Letters that differ are marked, and nothing else of the text changes."""

from hypothesis import given
from hypothesis import strategies as st

from desktop.widgets.letters import differing_letters, letters_that_differ, marked_pieces


def _marked(pieces):
    return [piece.text for piece in pieces if piece.is_different]


def test_one_letter_is_marked_on_both_sides():
    left, right = differing_letters("Alvarez", "Alvares")
    assert (_marked(left), _marked(right)) == (["z"], ["s"])
    assert letters_that_differ(("Alvarez", "Alvares")) == 1


def test_a_shortened_name_marks_what_was_cut():
    left, right = differing_letters("Maria Fernanda", "Maria F.")
    assert (_marked(left), _marked(right)) == (["ernanda"], ["."])


def test_swapped_digits_are_marked_together():
    left, right = differing_letters("1984-03-12", "1984-03-21")
    assert (_marked(left), _marked(right)) == (["12"], ["21"])


def test_three_texts_are_each_marked_against_one_that_differs():
    first, second, third = marked_pieces(("K01", "K02", "K01"))
    assert (_marked(first), _marked(second), _marked(third)) == (["1"], ["2"], ["1"])


def test_an_empty_side_has_nothing_to_mark():
    empty, filled = marked_pieces(("", "K02"))
    assert empty == ()
    assert _marked(filled) == []


@given(st.text(max_size=30), st.text(max_size=30))
def test_the_pieces_make_up_the_text_again(one, other):
    left, right = differing_letters(one, other)
    assert "".join(piece.text for piece in left) == one
    assert "".join(piece.text for piece in right) == other


@given(st.text(max_size=30))
def test_equal_texts_have_no_marks(text):
    assert letters_that_differ((text, text)) == 0
