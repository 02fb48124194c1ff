"""What the verifier says, in English and Vietnamese. It stands alone, so its words do too."""

from collections.abc import Mapping

MESSAGES: Mapping[str, tuple[str, str]] = {
    "cannot_read": ("cannot read or write {file}: {why}", "không đọc hoặc ghi được {file}: {why}"),
    "json": ("{file} is malformed: {where}", "{file} sai cấu trúc: {where}"),
    "key": ("{file} holds no key of a signed note: {why}", "{file} không chứa khóa kiểm tra hợp lệ: {why}"),
    "note": ("{file} is no signed checkpoint: {why}", "{file} không phải đầu sổ đã ký: {why}"),
    "wrong_key": (
        "wrong key: {file} is signed by {signers}, not by a key given",
        "sai khóa: {file} do {signers} ký, không phải khóa đã đưa",
    ),
    "bad_signature": (
        "bad signature: {file} was changed after {signer} signed it",
        "chữ ký sai: {file} đã bị sửa sau khi {signer} ký",
    ),
    "foreign": ("{file} is the head of another log, {origin}", "{file} là đầu sổ của sổ khác, {origin}"),
    "proof": (
        "the consistency proof is malformed: it is `old` and a size, then hashes, an empty line and a checkpoint",
        "chứng minh nhất quán sai cấu trúc: phải gồm `old` và số ngày, các mã băm, một dòng trống và đầu sổ",
    ),
    "other_proof": (
        "the consistency proof begins at {said} days, the older head has {size}",
        "chứng minh nhất quán bắt đầu từ {said} ngày, còn đầu sổ cũ hơn có {size} ngày",
    ),
    "stale_head": (
        "stale head: your checkpoint has {given} days, the proofs lead to {size}; give a newer one or --consistency",
        "đầu sổ cũ: đầu sổ của ông/bà có {given} ngày, chứng minh dẫn tới {size}; xin đưa bản mới hoặc --consistency",
    ),
    "newer_head": (
        "your checkpoint has {given} days, the proofs lead to {size}; give --consistency from {size} to {given}",
        "đầu sổ của ông/bà có {given} ngày, chứng minh dẫn tới {size}; xin đưa --consistency từ {size} đến {given}",
    ),
    "shrunk": (
        "the newer head has {second} days, fewer than the older one with {first}",
        "đầu sổ mới có {second} ngày, ít hơn đầu sổ cũ ({first} ngày)",
    ),
    "split_log": (
        "inconsistent heads: the log of {first} days is no beginning of that of {second}: the book was rewritten",
        "hai đầu sổ mâu thuẫn: sổ {first} ngày không phải phần đầu của sổ {second} ngày: sổ đã bị viết lại",
    ),
    "day_missing": ("day missing: {day}", "thiếu ngày {day}"),
    "day_differs": (
        "day changed: the record of {day} is not in the log where it should be",
        "ngày bị sửa: bản ghi ngày {day} không có trong sổ ở đúng chỗ",
    ),
    "day_surplus": ("day added: {day} is outside the range or twice", "thừa ngày: {day} ngoài khoảng hoặc lặp lại"),
    "unit_missing": ("unit missing: {unit} on {day}", "thiếu đơn vị {unit} ngày {day}"),
    "unit_surplus": ("unit added: {unit} on {day}", "thừa đơn vị {unit} ngày {day}"),
    "unit_differs": (
        "commune-day changed: the entry of unit {unit} on {day} is not what was sealed",
        "mục của đơn vị {unit} ngày {day} khác với lúc khóa sổ",
    ),
    "units_differ": (
        "units changed: the {found} entries of {day} are not the {expected} that were sealed",
        "{found} mục của ngày {day} khác với {expected} mục đã khóa",
    ),
    "left_out": (
        "rows of unit {unit} on {day} are left out without a filter or a sealed order",
        "phiếu của đơn vị {unit} ngày {day} bị bỏ ra mà không có bộ lọc hoặc lệnh đã khóa trong sổ",
    ),
    "order": ("an order is not among those sealed on {day}", "có lệnh không nằm trong các lệnh đã khóa ngày {day}"),
    "questionnaire": (
        "questionnaire {hash} is not the one of that hash",
        "bộ câu hỏi {hash} không khớp mã băm của nó",
    ),
    "flags": ("the meaning of flag {flag} was changed", "ý nghĩa của dấu hiệu {flag} đã bị sửa"),
    "row_count": (
        "the manifest counts {said} rows, but its commune-days make {counted}",
        "bản kê ghi {said} phiếu, nhưng các mục cộng lại là {counted}",
    ),
    "pyarrow": ("a Parquet file needs pyarrow: pip install pyarrow", "tệp Parquet cần pyarrow: pip install pyarrow"),
    "unreadable": (
        "file cut off or damaged after {rows} rows: {why}",
        "tệp bị cắt hoặc hỏng sau {rows} phiếu: {why}",
    ),
    "cut_off": (
        "file cut off: it ends after {rows} of {expected} rows; the first missing belongs to unit {unit} on {day}",
        "tệp bị cắt: hết sau {rows} trên {expected} phiếu; phiếu thiếu đầu tiên thuộc đơn vị {unit} ngày {day}",
    ),
    "columns": ("the columns are not those of the manifest", "các cột khác với bản kê"),
    "row_malformed": ("row {row} is malformed: {column}", "dòng phiếu {row} sai cấu trúc: {column}"),
    "row_changed": (
        "row changed: response {id} of unit {unit} on {day} (row {row}): {column}",
        "phiếu bị sửa: phiếu {id} của đơn vị {unit} ngày {day} (dòng {row}): {column}",
    ),
    "row_order": (
        "row out of order or twice: response {id} of unit {unit} on {day} (row {row})",
        "phiếu sai thứ tự hoặc lặp lại: phiếu {id} của đơn vị {unit} ngày {day} (dòng {row})",
    ),
    "row_added": (
        "row added: response {id} of unit {unit} on {day} (row {row}) is outside what was chosen",
        "thừa phiếu: phiếu {id} của đơn vị {unit} ngày {day} (dòng {row}) nằm ngoài phạm vi đã chọn",
    ),
    "rows_added": (
        "rows added: {found} of unit {unit} on {day} where {expected} were sealed",
        "thừa phiếu: có {found} phiếu của đơn vị {unit} ngày {day}, sổ đã khóa {expected}",
    ),
    "rows_missing": (
        "rows missing: {found} of unit {unit} on {day} where {expected} were sealed",
        "thiếu phiếu: có {found} phiếu của đơn vị {unit} ngày {day}, sổ đã khóa {expected}",
    ),
    "rows_differ": (
        "rows exchanged: the {found} rows of unit {unit} on {day} are not those that were sealed",
        "phiếu bị tráo: {found} phiếu của đơn vị {unit} ngày {day} không phải là phiếu đã khóa",
    ),
    "unsealed": (
        "row {row} says that it is not sealed, but {day} is, or it comes before sealed rows",
        "dòng {row} ghi là chưa khóa, nhưng ngày {day} đã khóa, hoặc dòng đứng trước phiếu đã khóa",
    ),
    "unsealed_count": (
        "{found} rows are not sealed, the manifest counts {expected}",
        "có {found} phiếu chưa khóa, bản kê ghi {expected}",
    ),
    "file_differs": (
        "file changed: its SHA-256 differs; every row is proven, so a name, an order of flags or the form was changed",
        "tệp bị sửa: SHA-256 khác; từng phiếu đều được chứng minh, vậy tên gọi hoặc hình thức đã bị sửa",
    ),
    "receipt": (
        "check code {receipt} is not in what unit {unit} sealed on {day}",
        "mã {receipt} không có trong sổ đã khóa của đơn vị {unit} ngày {day}",
    ),
    "complete": (
        "complete: {rows} rows in {commune_days} commune-days",
        "đầy đủ: {rows} phiếu trong {commune_days} mục đơn vị–ngày",
    ),
    "range": (
        "{first_day} to {last_day}, units: {units}; head of {origin} at {size} days",
        "từ {first_day} đến {last_day}, đơn vị: {units}; đầu sổ {origin}, {size} ngày",
    ),
    "filtered": (
        "{rows} more rows are in the book and left out by the filter {filter}: that they do not match it is not proven",
        "{rows} phiếu khác trong sổ bị bộ lọc {filter} bỏ ra: không chứng minh được là chúng không khớp bộ lọc",
    ),
    "removed": (
        "{rows} more rows were removed by sealed orders of retention",
        "{rows} phiếu khác đã xóa theo lệnh lưu trữ đã khóa trong sổ",
    ),
    "comments": (
        "{rows} comments are not shown: redacted, or past retention",
        "{rows} lời góp ý không hiện: đã che, hoặc hết hạn lưu",
    ),
    "waiting": (
        "{rows} more rows are not sealed yet: nothing is proven of them",
        "{rows} phiếu khác chưa khóa sổ: chưa có gì được chứng minh về chúng",
    ),
    "counted": (
        "counted: {receipt} on {day} in unit {unit}; head of {origin} at {size} days",
        "đã vào sổ: {receipt}, ngày {day}, đơn vị {unit}; đầu sổ {origin}, {size} ngày",
    ),
    "kept_first": (
        "kept: the first head of {origin}, {size} days, is in {file}; verify it once against a head from elsewhere",
        "đã lưu đầu sổ đầu tiên của {origin}, {size} ngày, vào {file}; xin so một lần với đầu sổ lấy từ nơi khác",
    ),
    "unchanged": (
        "unchanged: {origin} still has {size} days",
        "không đổi: sổ {origin} vẫn có {size} ngày",
    ),
    "no_proof": (
        "the book gives no proof that it goes on from the {size} days that were kept (status {status})",
        "sổ không đưa ra được chứng minh nối tiếp từ {size} ngày đã lưu (mã trả lời {status})",
    ),
    "refused": (
        "ALARM: {why}. Keep {old} and {evidence} as evidence, and tell the inspectorate",
        "BÁO ĐỘNG: {why}. Xin giữ {old} và {evidence} làm chứng cứ, và báo thanh tra",
    ),
    "unreachable": (
        "{address} gave no answer to judge by ({why}); nothing was verified, try again",
        "{address} không trả lời được ({why}); chưa kiểm tra được gì, xin chạy lại",
    ),
    "copied": ("written: {file}", "đã ghi: {file}"),
    "extends": (
        "extends: {origin} grew from {first} to {second} days, nothing before was changed",
        "nối tiếp: sổ {origin} từ {first} đến {second} ngày, phần trước không bị sửa",
    ),
}


def say(what: str, language: str, **details: object) -> str:
    """A message in one of its languages. What comes from files cannot command the terminal."""
    shown = {name: _printable(_said(value, language)) for name, value in details.items()}
    return MESSAGES[what][language == "vi"].format(**shown)


def _said(value: object, language: str) -> str:
    return say(value.what, language, **value.details) if isinstance(value, Wrong) else str(value)


def _printable(text: str) -> str:
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in text)


class Wrong(Exception):
    """What is wrong, first of all: a key of `MESSAGES` and its details."""

    def __init__(self, what: str, **details: object) -> None:
        self.what, self.details = what, details
        super().__init__(say(what, "en", **details))


class Unreachable(Exception):
    """There is nothing to judge: the book did not answer."""

    def __init__(self, address: str, why: object) -> None:
        self.details: Mapping[str, object] = {"address": address, "why": why}
        super().__init__(say("unreachable", "en", **self.details))
