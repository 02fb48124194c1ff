"""Scan codes: seven random Crockford base32 characters and a check character. Pure.

Crockford's base32 (crockford.com/base32.html) leaves out I, L, O and U, so that print and handwriting are read back
rightly; the check character is the number modulo 37, a prime, which finds every wrong character and every swap of two
neighbours. Thirty-five random bits cannot be guessed in sequence, and one try in 37 passes the check by luck.
"""

import secrets

DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CHECK_CHARACTERS = DIGITS + "*~$=U"
NEVER_ISSUED = "~="
"""Check characters outside the alphanumeric set of a QR code (ISO/IEC 18004, table 5): they would double its size."""
RANDOM_CHARACTERS = 7
CODE_LENGTH = RANDOM_CHARACTERS + 1
_BITS_A_CHARACTER = 5
_AS_TYPED = str.maketrans(
    {lower: lower.upper() for lower in "abcdefghjkmnpqrstuvwxyz"}
    | dict.fromkeys("oO", "0")
    | dict.fromkeys("iIlL", "1")
    | dict.fromkeys("- \t\r\n\u00a0\u2010\u2011\u2012\u2013\u2014", None)
)


def normalise(typed: str) -> str:
    """The code as it is stored, whatever way it was typed: any case, O for 0, I and L for 1, hyphens and spaces."""
    return typed.translate(_AS_TYPED)


def check_character(data: str) -> str:
    """The check character of normalised base32 data. Raises ValueError for a character that is not base32."""
    value = 0
    for character in data:
        value = value * len(DIGITS) + DIGITS.index(character)
    return CHECK_CHARACTERS[value % len(CHECK_CHARACTERS)]


def is_wellformed(code: str) -> bool:
    """Whether a normalised code may have been issued: length, characters and check are right."""
    data, check = code[:-1], code[-1:]
    if len(code) != CODE_LENGTH or check in NEVER_ISSUED or not all(character in DIGITS for character in data):
        return False
    return check == check_character(data)


def draw_code() -> str:
    """A new code from the system's cryptographic source of chance, in the form that is stored and printed in the QR."""
    while True:
        number = secrets.randbits(RANDOM_CHARACTERS * _BITS_A_CHARACTER)
        data = "".join(
            DIGITS[number >> (_BITS_A_CHARACTER * place) & (len(DIGITS) - 1)]
            for place in reversed(range(RANDOM_CHARACTERS))
        )
        code = data + check_character(data)
        if is_wellformed(code):
            return code


def grouped(code: str) -> str:
    """The code in two groups of four, easier to read off and to type: 7KQ2-M9XD."""
    return f"{code[: CODE_LENGTH // 2]}-{code[CODE_LENGTH // 2 :]}"
