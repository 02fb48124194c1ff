"""A file of units is read as a whole or refused as a whole, with every mistake named by its line."""

import codecs
from datetime import date

import pytest

from survey_app.territory.csv_rows import LARGEST_FILE_BYTES
from survey_app.territory.problems import TerritoryFileError
from survey_app.territory.unit_files import SuccessionClaim, parse_units_csv
from tests.territory.files import (
    DATA,
    DONG_NAI_2023,
    DONG_NAI_2026,
    VIETNAM_2026,
    dong_nai_2026,
    parsed,
    shipped,
    succession,
    vietnam,
)

Found = list[tuple[int, str]]
HEADER_2023 = "code,name,type,district,full_name\n"
ROW_2023 = "25993,Trảng Dài,Phường,Thành phố Biên Hòa,Phường Trảng Dài\n"


def problems_of(content: str | bytes) -> Found:
    """Line and rule of everything that is wrong; each can also be said in both languages."""
    raw = content.encode() if isinstance(content, str) else content
    with pytest.raises(TerritoryFileError) as refused:
        parse_units_csv(raw, "thử.csv")
    for language in ("vi", "en"):
        for problem, words in zip(refused.value.problems, refused.value.words(language), strict=True):
            assert len(words) > 30
            assert not problem.line or words.startswith(("dòng ", "line ")[language == "en"] + f"{problem.line}: ")
    return [(problem.line, problem.rule) for problem in refused.value.problems]


def test_the_shipped_files_are_recognised_by_their_headers() -> None:
    for name, communes, roots in ((DONG_NAI_2023, 170, 1), (DONG_NAI_2026, 95, 1), (VIETNAM_2026, 3321, 34)):
        file = shipped(name)
        codes = {line.code for line in file.units}
        assert f"{file.layout}.csv" == name
        assert sum(len(code) == 5 for code in codes) == communes
        assert sum(len(code) == 2 for code in codes) == roots


def test_the_file_of_2023_stands_for_the_years_before_the_two_tiers() -> None:
    claims = {claim.code: claim for claim in shipped(DONG_NAI_2023).within(None, None)}
    assert (claims["75"].kind, claims["75"].parent_code) == ("tỉnh", None)
    township = claims["26116"]
    assert (township.name, township.kind, township.area) == ("Tân Phú", "thị trấn", "Huyện Tân Phú")
    assert (township.parent_code, township.valid_from, township.valid_to) == ("75", date(2023, 1, 1), date(2025, 7, 1))


def test_the_file_of_2026_tells_kinds_before_and_after_the_city() -> None:
    claims = shipped(DONG_NAI_2026).within(None, None)
    city = date(2026, 4, 30)
    assert [(claim.kind, claim.valid_from, claim.valid_to) for claim in claims if claim.code == "75"] == [
        ("tỉnh", date(2025, 7, 1), city),
        ("thành phố", city, None),
    ]
    assert [
        (claim.kind, claim.valid_from, claim.valid_to, claim.area) for claim in claims if claim.code == "25270"
    ] == [
        ("xã", date(2025, 7, 1), city, "Bình Phước"),
        ("phường", city, None, "Bình Phước"),
    ]
    assert [(claim.kind, claim.valid_from, claim.valid_to) for claim in claims if claim.code == "25195"] == [
        ("phường", date(2025, 7, 1), None)
    ]


def test_the_nations_file_keeps_leading_zeros_and_special_zones() -> None:
    claims = {claim.code: claim for claim in shipped(VIETNAM_2026).within(None, None)}
    assert (claims["00004"].name, claims["00004"].kind, claims["00004"].parent_code) == ("Ba Đình", "phường", "01")
    assert (claims["31078"].name, claims["31078"].kind, claims["31078"].parent_code) == ("Phú Quốc", "đặc khu", "91")
    assert (claims["91"].name, claims["91"].kind) == ("An Giang", "tỉnh")
    assert (claims["46"].name, claims["46"].kind) == ("Huế", "thành phố")


def test_another_period_moves_the_ends_and_keeps_the_day_in_between() -> None:
    file = parsed(dong_nai_2026("26248,Trảng Bom,Phường,Xã"))
    later = file.within(date(2026, 6, 1), None)
    assert [(claim.code, claim.kind, claim.valid_from) for claim in later] == [
        ("75", "thành phố", date(2026, 6, 1)),
        ("26248", "phường", date(2026, 6, 1)),
    ]
    ended = file.within(None, date(2026, 1, 1))
    assert [(claim.code, claim.kind, claim.valid_to) for claim in ended] == [
        ("75", "tỉnh", date(2026, 1, 1)),
        ("26248", "xã", date(2026, 1, 1)),
    ]


def test_a_period_without_days_is_refused() -> None:
    for valid_from, valid_to in ((date(2025, 7, 1), None), (date(2024, 1, 1), date(2024, 1, 1))):
        with pytest.raises(TerritoryFileError) as refused:
            shipped(DONG_NAI_2023).within(valid_from, valid_to)
        assert [problem.rule for problem in refused.value.problems] == ["no_period"]


def test_succession_is_read() -> None:
    file = parsed(succession("25993,25996,2025-07-01", "70,75,2025-07-01"))
    assert file.units == ()
    assert file.successions == (
        SuccessionClaim(2, "25993", "25996", date(2025, 7, 1)),
        SuccessionClaim(3, "70", "75", date(2025, 7, 1)),
    )


@pytest.mark.parametrize(
    "content",
    [
        codecs.BOM_UTF8 + (HEADER_2023 + ROW_2023).encode(),
        (HEADER_2023 + ROW_2023).replace("\n", "\r\n").encode(),
        ("\n" + HEADER_2023 + "\n" + ROW_2023 + ",,,,\n\n").encode(),
        ("name, code ,full_name,type,district\n  Trảng   Dài ,25993,-,PHƯỜNG,Thành phố Biên Hòa").encode(),
        (HEADER_2023 + '"25993","Trảng Dài","Phường","Thành phố Biên Hòa",""\n').encode(),
        (HEADER_2023 + ROW_2023.replace("ả", "a\u0309").replace("Hòa", "Ho\u0300a")).encode(),
    ],
    ids=["bom", "crlf", "blank lines", "columns in another order, blanks, capitals", "quoted", "decomposed letters"],
)
def test_harmless_differences_are_read_alike(content: bytes) -> None:
    unit = parse_units_csv(content, "thử.csv").units[1]
    assert (unit.code, unit.name, unit.kind, unit.area) == ("25993", "Trảng Dài", "phường", "Thành phố Biên Hòa")


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", [(0, "empty_file")]),
        (codecs.BOM_UTF8 + b" \n\n", [(0, "empty_file")]),
        (HEADER_2023, [(0, "no_rows")]),
        ((HEADER_2023 + ROW_2023).encode("utf-16"), [(1, "not_utf8")]),
        ((HEADER_2023 + ROW_2023).encode() + b"25996,H\xf2a,Xa,Huyen,-\n", [(3, "not_utf8"), (3, "kind")]),
        (HEADER_2023 + ROW_2023 + "25996,Tân\0 Phong,Xã,Huyện,-", [(3, "nul")]),
        ((HEADER_2023 + ROW_2023).replace(",", ";"), [(1, "separator")]),
        ((HEADER_2023 + ROW_2023).replace(",", "\t"), [(1, "separator")]),
        ("<html>\n<body>", [(1, "unknown_header")]),
        (HEADER_2023 + ROW_2023 + '25996,"Tân Phong,Phường,Thành phố,x\n25999,b,Xã,d,e\n', [(3, "quotation")]),
        ("code,name,type,full_name\n25993,a,Xã,b", [(1, "missing_column")]),
        ("code,name,type,district\n25993,a,Xã,b", [(1, "missing_column")]),
        (
            "code,name,type,district,full_name,phone\n25993,a,Xã,b,c,1\n1,a,Xã,b,c,1",
            [(1, "unknown_column"), (3, "unit_code")],
        ),
        ("code,code,name,type,district,full_name\n1,1,a,Xã,b,c", [(1, "column_twice")]),
        ("mã,tên,type,district,full_name\n", [(1, "missing_column")] * 2 + [(1, "unknown_column")] * 2),
        (HEADER_2023 + "25993,a,Xã,b\n25994,a,Xã,b,c,d\n", [(2, "ragged"), (3, "ragged")]),
        (
            HEADER_2023 + "4,a,Xã,b,c\n25993.0,a,Xã,b,c\n,a,Xã,b,c\n２５９９３,a,Xã,b,c\n",
            [(n, "unit_code") for n in range(2, 6)],
        ),
        (HEADER_2023 + ROW_2023 + "25994,a,Xã,b,c\n" + ROW_2023, [(4, "twice")]),
        (HEADER_2023 + "25993,,Xã,,c\n", [(2, "empty"), (2, "empty")]),
        (HEADER_2023 + f"25993,{'dài' * 30},Xã,b,c\n", [(2, "too_long")]),
        (HEADER_2023 + "25993,a\u202eb,Xã,b,c\n", [(2, "unprintable")]),
        (HEADER_2023 + "25993,a,Quận,b,c\n25994,a,Tỉnh,b,c\n25995,a,,b,c\n", [(n, "kind") for n in range(2, 5)]),
        (dong_nai_2026("26248,Trảng Bom,Phường,Quận"), [(2, "kind")]),
        (dong_nai_2026("26248,Trảng Bom,Phường,Xã").replace(",Đồng Nai,P", ",Hà Nội,P"), [(2, "only")]),
        (vietnam("00004,Ba Đình,Phường,1,Thành phố Hà Nội"), [(2, "province_code")]),
        (vietnam("00004,Ba Đình,Phường,01,Hà Nội"), [(2, "kind")]),
        (vietnam("00004,a,Phường,01,Tỉnh An", "00008,b,Phường,01,Tỉnh Bình"), [(3, "two_provinces")]),
        (succession("25993,25996,01/07/2025"), [(2, "day")]),
        (succession("25993,25996,2025-02-30", "25993,25996,"), [(2, "day"), (3, "day")]),
        (succession("25993,25993,2025-07-01"), [(2, "own_successor")]),
        (succession("25993,1,2025-07-01"), [(2, "unit_code")]),
        (succession("25993,25996,2025-07-01", "25993,25996,2025-07-01"), [(3, "twice")]),
    ],
    ids=lambda value: ",".join(rule for _, rule in value) if isinstance(value, list) else "file",
)
def test_every_mistake_has_its_line_and_its_words(content: str | bytes, found: Found) -> None:
    assert problems_of(content) == found


def test_all_mistakes_of_a_file_are_told_at_once_in_the_order_of_lines() -> None:
    text = HEADER_2023 + "993,,Ward,b,c\n" + ROW_2023 + "25994,a,Xã,b\n" + ROW_2023 + "25995,\0,Xã,b,c\n"
    assert problems_of(text.encode() + b"25996,\xff,Xa,b,c\n") == [
        (2, "unit_code"),
        (2, "empty"),
        (2, "kind"),
        (4, "ragged"),
        (5, "twice"),
        (6, "nul"),
        (6, "empty"),
        (7, "not_utf8"),
        (7, "kind"),
    ]


def test_a_file_that_cannot_be_a_list_of_units_is_not_read() -> None:
    assert problems_of(b"code," * (LARGEST_FILE_BYTES // 5 + 1)) == [(0, "too_large")]


def test_words_show_what_was_found_and_the_error_says_all_of_it() -> None:
    with pytest.raises(TerritoryFileError) as refused:
        parse_units_csv((HEADER_2023 + "4,a,Xã,b,c\n" + ROW_2023 * 2).encode(), "đơn vị.csv")
    first, second = refused.value.words("vi")
    assert first.startswith("dòng 2: “4” ở cột code không phải mã đơn vị cấp xã")
    assert second.startswith("dòng 4: 25993 đã có ở dòng 3.")
    assert str(refused.value).splitlines()[1].startswith("đơn vị.csv: line 4: 25993 stands in line 3 already.")


def test_the_notice_of_the_licence_lies_beside_the_files() -> None:
    notice = (DATA / "NOTICE.md").read_text(encoding="utf-8")
    assert "MIT" in notice
    assert all(name in notice for name in (DONG_NAI_2023, DONG_NAI_2026, VIETNAM_2026))
