"""Which passwords an account may have: long, not common, whatever the characters (NIST SP 800-63B-4, 3.1.1.2). Pure."""

import unicodedata

SHORTEST = 12
LONGEST = 128
"""Longer ones only make the hash slow."""
FEWEST_DIFFERENT_CHARACTERS = 5
SHORTEST_TELLING_NAME = 4
"""From this length on, the name before the @ must not stand in the password."""

COMMON = frozenset(
    {
        "000000000000", "0123456789012", "111111111111", "123123123123", "1234567890123", "123456789012",
        "12345678901234", "1234567891011", "1234567890ab", "1q2w3e4r5t6y", "abc123456789", "abcd12345678",
        "abcdef123456", "abcdefghijkl", "adminadmin123", "administrator", "administrator1", "anhyeuem1234",
        "changeme1234", "chinhquyenthanthien", "chucmungnammoi", "congtacvien1", "dongnai123456", "dongnai12345678",
        "iloveyou1234", "khongbietnua", "letmein12345", "matkhau12345", "matkhau123456", "matkhau1234567",
        "matkhaumanh1", "nguyenvana123", "password1234", "password12345", "password123456", "passwordpassword",
        "qwerty123456", "qwertyuiop12", "qwertyuiop123", "qwertyuiopas", "thanthien123", "thanthien1234",
        "thanthien2026", "trustno11234", "vietnam12345", "vietnam123456", "welcome12345", "xinchao12345",
        "xincamon1234",
    }
)  # fmt: skip
"""Passwords of twelve characters and more that are tried first, here and elsewhere; compared in lower case."""


def password_problems(password: str, email: str) -> list[str]:
    """Keys of what is wrong with the password of the account `email`; an empty list for a good one."""
    problems = []
    plain = password.casefold()
    if len(password) < SHORTEST:
        problems.append("staff.password.short")
    elif plain in COMMON or len(set(plain)) < FEWEST_DIFFERENT_CHARACTERS:
        problems.append("staff.password.common")
    if len(password) > LONGEST:
        problems.append("staff.password.long")
    name = email.partition("@")[0].casefold()
    if len(name) >= SHORTEST_TELLING_NAME and name in plain:
        problems.append("staff.password.email")
    return problems


def normalized(password: str) -> str:
    """The password as it is hashed: Vietnamese letters count the same however a keyboard composes them (NFKC)."""
    return unicodedata.normalize("NFKC", password)
