"""Which passwords an account may have: long, not common, whatever the characters (NIST SP 800-63B-4, 3.1.1.2). Pure."""

import re
import unicodedata

SHORTEST = 15
"""What the standard asks of a password that is the only factor; an account may take a second one any day."""
LONGEST = 128
"""Longer ones only make the hash slow."""
FEWEST_DIFFERENT_CHARACTERS = 5
SHORTEST_TELLING_NAME = 4
"""From this length on, the name before the @ must not stand in the password."""

COMMON_PARTS = frozenset(
    {
        "abc", "abcd", "abcdef", "abcdefgh", "admin", "administrator", "angel", "anh", "anhnho", "anhyeuem", "asdf",
        "asdfghjkl", "baby", "baoan", "batman", "bienhoa", "binhphuoc", "cam", "canbo", "changeme", "chao", "charlie",
        "chinhquyen", "chuc", "computer", "congan", "congchuc", "congtacvien", "dangnhap", "default", "demo", "dongnai",
        "dongnaicity", "dragon", "em", "emyeuanh", "football", "freedom", "gialam", "giadinh", "gopy", "hanhphuc",
        "hello", "hoilamgi", "hunter", "iloveu", "iloveyou", "internet", "jordan", "khaosat", "khong", "khongbiet",
        "khongco", "killer", "letmein", "lanhdao", "login", "long", "longkhanh", "longthanh", "love", "mai", "master",
        "mat", "matkhau", "matkhaumanh", "michael", "minh", "monkey", "motcua", "mothaiba", "mothaibabon", "mustang",
        "mypassword", "nam", "namquoc", "newpassword", "nguyen", "nguyenvana", "nhanvien", "nho", "nhontrach", "ninja",
        "pass", "passw", "passwd", "password", "phuong", "princess", "qaz", "qazwsx", "quantri", "qwe", "qwer", "qwert",
        "qwerty", "qwertyui", "qwertyuiop", "root", "saigon", "secret", "shadow", "sonson", "starwars", "sunshine",
        "superman", "system", "taikhoan", "tranbien", "tinhyeu", "test", "thanhpho", "than", "thanthien", "thich",
        "thuong", "tinh", "trang", "trangbom", "trustno", "ubnd", "user", "vanphong", "viet", "vietnam", "vn", "wsx",
        "welcome", "whatever", "winner", "xaphuong", "xin", "xincamon", "xinchao", "yeu", "zaq", "zxc", "zxcv",
        "zxcvbn", "zxcvbnm", "chucmungnammoi", "chucmung", "nammoi", "camon",
    }
)  # fmt: skip
"""What the passwords tried first are made of, here and elsewhere, without diacritics: a password that is nothing but
these, digits and signs is guessed soon, however long it is.
"""
_REPEATED = re.compile(r"(.{1,8}?)\1+(.{0,7})")


def is_common(password: str) -> bool:
    """Whether the password is nothing but what is on every list, or of one short piece repeated."""
    plain = _without_marks(password.casefold())
    letters = "".join(character for character in plain if character.isalpha())
    repeated = _REPEATED.fullmatch(plain)
    return (
        len(set(plain)) < FEWEST_DIFFERENT_CHARACTERS
        or _is_made_of_common_parts(letters)
        or (repeated is not None and repeated[1].startswith(repeated[2]))
    )


def _is_made_of_common_parts(letters: str) -> bool:
    ends = {0}
    for start in range(len(letters)):
        if start in ends:
            ends.update(start + len(part) for part in COMMON_PARTS if letters.startswith(part, start))
    return len(letters) in ends


def _without_marks(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.replace("đ", "d"))
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def password_problems(password: str, email: str) -> list[str]:
    """Keys of what is wrong with the password of the account `email`; an empty list for a good one."""
    problems = []
    plain = password.casefold()
    if len(password) < SHORTEST:
        problems.append("staff.password.short")
    elif is_common(password):
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
