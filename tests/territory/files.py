"""The shipped files of units, and small ones of the same layouts, for the territory's tests."""

from functools import cache

from survey_app.territory.unit_files import ParsedUnits, parse_units_csv
from tests.support.databases import ROOT

DATA = ROOT / "survey_app" / "territory" / "data"
DONG_NAI_2023 = "dong_nai_units_2023.csv"
DONG_NAI_2026 = "dong_nai_units_2026.csv"
VIETNAM_2026 = "vietnam_units_2026.csv"


@cache
def shipped(name: str) -> ParsedUnits:
    """One of the files in `survey_app/territory/data`, parsed."""
    return parse_units_csv((DATA / name).read_bytes(), name)


def parsed(text: str, source: str = "thử.csv") -> ParsedUnits:
    """A file with this text, parsed."""
    return parse_units_csv(text.encode(), source)


def dong_nai_2026(*rows: str) -> str:
    """A file in the layout of 2026; a row is `code,name,type,type_2025_07_01`."""
    lines = ["code,name,type,province,full_name,name_ascii,type_2025_07_01,former_province"]
    for row in rows:
        code, name, kind, earlier = row.split(",")
        lines.append(f"{code},{name},{kind},Đồng Nai,{kind} {name},-,{earlier},Đồng Nai")
    return "\n".join(lines) + "\n"


def vietnam(*rows: str) -> str:
    """A file in the nation's layout; a row is `code,name,type,province_code,province_full_name`."""
    lines = ["code,name,type,province,province_code,full_name,province_full_name"]
    for row in rows:
        code, name, kind, province_code, province = row.split(",")
        lines.append(f"{code},{name},{kind},-,{province_code},{kind} {name},{province}")
    return "\n".join(lines) + "\n"


def succession(*rows: str) -> str:
    """A file of succession; a row is `predecessor,successor,day`."""
    return "\n".join(["predecessor_code,successor_code,valid_on", *rows]) + "\n"
