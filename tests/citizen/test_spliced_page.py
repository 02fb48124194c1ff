import gzip
import zlib

from hypothesis import given
from hypothesis import strategies as st

from survey_app.citizen.spliced_page import SplicedPage

TEXTS = st.text(st.characters(codec="utf-8"), max_size=3000)
TOKENS = st.text("ABCDEFabcdef0123456789-_.", max_size=300)


@given(before=TEXTS, after=TEXTS, token=TOKENS)
def test_what_is_unpacked_is_the_page_with_its_token(before: str, after: str, token: str) -> None:
    page = SplicedPage.around(before, after)
    whole = (before + token + after).encode()
    assert gzip.decompress(page.compressed(token)) == whole
    assert page.plain(token) == whole


@given(before=TEXTS, token=TOKENS)
def test_a_strict_reader_finds_nothing_left_over(before: str, token: str) -> None:
    reader = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
    reader.decompress(SplicedPage.around(before, "</html>").compressed(token))
    assert reader.eof
    assert reader.unused_data == b""


def test_only_the_token_and_the_check_sum_differ() -> None:
    page = SplicedPage.around("<p>Xin chào</p>" * 100, "</html>")
    one, other = page.compressed("a" * 128), page.compressed("b" * 128)
    start = len(page.head) + 4
    assert one[:start] == other[:start]
    assert one[start : start + 128] == b"a" * 128
    assert one[start + 128 : -8] == other[start + 128 : -8]


def test_costs_hardly_more_than_compressing_in_one_piece() -> None:
    before, after = "".join(f"<label>Hài lòng {n}</label>" for n in range(200)), "</form></html>"
    spliced = SplicedPage.around(before, after).compressed("x")
    assert len(spliced) < len(gzip.compress((before + "x" + after).encode(), 9)) + 40
