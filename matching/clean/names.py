"""Names: case, accents, apostrophes, hyphens, suffixes and placeholders. Other scripts are kept and compared as is."""

from __future__ import annotations

import re
import unicodedata

# Letters that Unicode does not take apart into a base letter and a mark.
_SPECIAL = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t", "ß": "ss"}
)
_APOSTROPHES = re.compile("['’‘`´ʼʻʹ′]")
_NOT_LETTERS = re.compile("[^a-z]+")
_SUFFIXES = {
    "jr": "jr",
    "junior": "jr",
    "ii": "jr",
    "2nd": "jr",
    "sr": "sr",
    "senior": "sr",
    "i": "sr",
    "iii": "iii",
    "3rd": "iii",
    "iv": "iv",
    "4th": "iv",
}
_TAIL_SUFFIXES = frozenset({"jr", "sr", "junior", "senior", "ii", "iii", "iv"})
_TITLES = frozenset({"mr", "mrs", "ms", "miss", "dr", "prof", "rev"})
_PLACEHOLDERS = frozenset(
    word
    for line in (
        "unknown unkn unk none null nan na n/a noname nofirstname nolastname notgiven missing xx xxx xxxx zz",
        "zzz test patient anonymous anon baby babyboy babygirl boybaby girlbaby babyb babyg newborn infant",
        "boy girl male female twina twinb twin johndoe janedoe",
    )
    for word in line.split()
)
_PARTICLES = frozenset(
    word
    for line in ("de la del los las da das di do dos du le van der den von zu zum al el bin ibn abu ter ten y e",)
    for word in line.split()
)


def fold(text: str) -> str:
    """Lower case without accents on Latin, Greek and Cyrillic letters; marks that other scripts need are kept."""
    if text.isascii():
        return text.lower()
    folded = text
    for _ in range(2):  # taking letters apart can bring forth capitals, and lower case further marks
        apart = unicodedata.normalize("NFKD", folded.casefold().translate(_SPECIAL))
        folded = unicodedata.normalize("NFC", "".join(sign for sign in apart if not 0x300 <= ord(sign) <= 0x36F))
    return folded


def words_of(text: str) -> list[str]:
    """The words of a name in comparable form: letters only, apostrophes closed up, hyphens split."""
    folded = _APOSTROPHES.sub("", fold(text))
    if folded.isascii():
        return _NOT_LETTERS.sub(" ", folded).split()
    return "".join(sign if unicodedata.category(sign)[0] in "LM" else " " for sign in folded).split()


def clean_name(text: str) -> str:
    """Words joined by one blank; "" for a placeholder such as BABYBOY or UNKNOWN."""
    words = words_of(text)
    if len(words) > 1 and words[0] in _TITLES:
        words = words[1:]
    if "".join(words) in _PLACEHOLDERS or (
        len(words) == 2 and words[0] == "baby" and words[1] in {"boy", "girl", "a", "b"}
    ):
        return ""
    return " ".join(words)


def clean_given(text: str) -> tuple[str, str]:
    """A given name, and the middle initial typed behind it ("John A" gives john and a)."""
    words = clean_name(text).split()
    if len(words) > 1 and len(words[-1]) == 1 and len(words[0]) > 1:
        return " ".join(words[:-1]), words[-1]
    return " ".join(words), ""


def clean_family(text: str) -> tuple[str, str]:
    """A family name, and the suffix typed behind it ("DIAZ JR" gives diaz and jr)."""
    words = clean_name(text).split()
    if len(words) > 1 and words[-1] in _TAIL_SUFFIXES:
        return " ".join(words[:-1]), _SUFFIXES[words[-1]]
    return " ".join(words), ""


def clean_suffix(text: str) -> str:
    """One of sr, jr, iii, iv, or "". The second of a name is the junior."""
    return _SUFFIXES.get(fold(text).strip(" .,"), "")


def parts_of(name: str) -> frozenset[str]:
    """The words of a cleaned name that can stand for the whole: without particles and single letters."""
    return frozenset(word for word in name.split() if len(word) > 2 and word not in _PARTICLES)


def sound(name: str) -> str:
    """A short code that spelling variants share (own scheme: consonants by sound, first letter kept)."""
    text = name.replace(" ", "")
    if not text.isascii():
        return text[:3]
    for find, put in _SOUNDS:
        if find in text:
            text = text.replace(find, put)
    text = text.translate(_LETTER_SOUNDS)
    if not text:
        return ""
    return _REPEATED.sub(r"\1", text[0] + text[1:].translate(_SILENT))[:4]


_SOUNDS = (
    ("mac", "mk"),
    ("mc", "mk"),
    ("ph", "f"),
    ("ck", "k"),
    ("gh", "g"),
    ("kn", "n"),
    ("wr", "r"),
    ("sch", "s"),
    ("sh", "s"),
    ("ch", "k"),
)
_LETTER_SOUNDS = str.maketrans(
    {"c": "k", "q": "k", "x": "ks", "z": "s", "d": "t", "v": "f", "w": "f", "b": "p", "j": "g", "y": "i"}
)
_SILENT = str.maketrans("", "", "aeiouyhw")
_REPEATED = re.compile(r"(.)\1+")
