"""Where the archive's files lie, and the manifest of a month. Pure: the standard library only.

    ARCHIVE_DIR/2026-11/manifest.json           which days and files the month consists of
    ARCHIVE_DIR/2026-11/75-0f3c….parquet        province 75; the name holds the start of the file's SHA-256

A file's name follows from its content and a manifest replaces the one before it in one step, so a reader always sees a
month as it was before or after a writing, never between.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

FORMAT = "than-thien-archive/1"
MANIFEST = "manifest.json"
NO_PROVINCE = "00"
"""Where answers of a unit that lies below no province are kept."""
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])\Z")
_SHA256 = re.compile(r"[0-9a-f]{64}\Z")


class ArchiveError(Exception):
    """The archive cannot be read or written; `key` names the sentence (`ledger.archive.<key>`), `values` fill it."""

    def __init__(self, key: str, **values: object) -> None:
        self.key, self.values = key, values
        super().__init__(f"{key} {values}")


@dataclass(frozen=True, slots=True)
class ArchivedDay:
    """A day within one file: how many rows, and the RFC 6962 root over their leaf hashes in the file's order."""

    day: date
    rows: int
    root: str


@dataclass(frozen=True, slots=True)
class ArchiveFile:
    """One province's answers of a month."""

    province: str
    name: str
    rows: int
    size: int
    """In bytes."""
    sha256: str
    days: tuple[ArchivedDay, ...]
    """Only days on which there are rows."""


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the archive. `days` counts those without an answer, and those whose rows retention took, too."""

    name: str
    days: tuple[date, ...]
    files: tuple[ArchiveFile, ...]

    def to_bytes(self) -> bytes:
        """The manifest as it is stored; the same month gives the same bytes."""
        content = {
            "format": FORMAT,
            "month": self.name,
            "days": [day.isoformat() for day in self.days],
            "files": [
                {
                    "province": file.province,
                    "file": file.name,
                    "rows": file.rows,
                    "bytes": file.size,
                    "sha256": file.sha256,
                    "days": [{"day": one.day.isoformat(), "rows": one.rows, "root": one.root} for one in file.days],
                }
                for file in self.files
            ],
        }
        return json.dumps(content, ensure_ascii=False, indent=1).encode() + b"\n"

    @classmethod
    def from_bytes(cls, stored: bytes, name: str) -> "Month":
        """Read what `to_bytes` wrote for the month of that name. Raises ArchiveError for anything else."""
        try:
            content = json.loads(stored)
            month = cls(
                content["month"],
                tuple(date.fromisoformat(day) for day in content["days"]),
                tuple(_file(one) for one in content["files"]),
            )
            sound = content["format"] == FORMAT and month.name == name and _is_sound(month)
        except (KeyError, TypeError, ValueError) as error:
            raise ArchiveError("bad_manifest", month=name) from error
        if not sound or month.to_bytes() != stored:
            raise ArchiveError("bad_manifest", month=name)
        return month


def month_of(day: date) -> str:
    """The month a day is kept in: 2026-11."""
    return f"{day:%Y-%m}"


def month_names(folder: Path) -> list[str]:
    """The months that have a manifest, oldest first; none where there is no archive yet."""
    if not folder.is_dir():
        return []
    return sorted(path.parent.name for path in folder.glob(f"*/{MANIFEST}") if _MONTH.match(path.parent.name))


def read_month(folder: Path, name: str) -> Month:
    """A month's manifest; an empty month where there is none. Raises ArchiveError for a broken one."""
    path = folder / name / MANIFEST
    return Month.from_bytes(path.read_bytes(), name) if path.exists() else Month(name, (), ())


def file_name(province: str, sha256: str) -> str:
    """A file's name, which follows from its content."""
    return f"{province}-{sha256[:16]}.parquet"


def _file(content: dict[str, Any]) -> ArchiveFile:
    days = tuple(ArchivedDay(date.fromisoformat(one["day"]), one["rows"], one["root"]) for one in content["days"])
    return ArchiveFile(content["province"], content["file"], content["rows"], content["bytes"], content["sha256"], days)


def _is_sound(month: Month) -> bool:
    provinces = [file.province for file in month.files]
    return (
        _rises(month.days)
        and _rises(provinces)
        and all(month_of(day) == month.name for day in month.days)
        and all(_is_sound_file(file, month) for file in month.files)
    )


def _is_sound_file(file: ArchiveFile, month: Month) -> bool:
    days = [one.day for one in file.days]
    return (
        file.province.isalnum()
        and bool(_SHA256.match(file.sha256))
        and file.name == file_name(file.province, file.sha256)
        and file.rows == sum(one.rows for one in file.days)
        and all(one.rows > 0 and _SHA256.match(one.root) for one in file.days)
        and _rises(days)
        and set(days) <= set(month.days)
    )


def _rises(values: Sequence[Any]) -> bool:
    return all(one < following for one, following in pairwise(values))
