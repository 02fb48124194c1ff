"""What the demo's people do about what they heard: actions and a note of a commune, cases on their way."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from survey_app.demo.accounts import DOMAIN
from survey_app.demo.city import LEADER_UNIT, WORSE_UNIT, DemoUnit
from survey_app.listening.actions import Content, Origin, open_action
from survey_app.listening.cases import Case, CaseFilter, case_of, list_cases, take_step
from survey_app.listening.notes import write_note

LEADER, INSPECTOR = f"leader@{DOMAIN}", f"inspector@{DOMAIN}"
FINDINGS = (
    ("unfounded", "Đã xem lại hồ sơ và hỏi bộ phận một cửa: không thấy sai quy định."),
    ("verified", "Có việc trả lời gắt khi đông người; đã nhắc nhở, cử người trực thêm."),
    ("forwarded", "Chuyển cơ quan quản lý đất đai: việc thuộc thẩm quyền của cơ quan đó."),
)
ALL_CASES = 100_000


def listen(connection: Connection, city: Sequence[DemoUnit], last_day: date, now: datetime) -> None:
    """Open actions, write a note, and take the steps of cases whose time has come."""
    units = {demo.unit.code: demo.unit for demo in city}
    if leading := units.get(LEADER_UNIT):
        for origin, content in _actions(last_day):
            open_action(connection, leading, origin, content, actor=LEADER, at=now)
        words = "Mất mạng từ sáng thứ Ba đến trưa thứ Tư, bà con phải chờ lâu hơn."
        write_note(connection, leading, _monday(last_day, 5), "outage", words, actor=LEADER, at=now)
    if worse := units.get(WORSE_UNIT):
        words = "Hai người đi tập huấn ba ngày, một quầy tạm đóng."
        write_note(connection, worse, _monday(last_day, 3), "staff_away", words, actor=LEADER, at=now)
    cases, _ = list_cases(connection, CaseFilter(), ALL_CASES, 0)
    for number, case in enumerate(cases):
        _take_steps(connection, case, number, (last_day - case.day).days, now)


def _actions(last_day: date) -> list[tuple[Origin, Content]]:
    """The oldest first: the last one opened stands on top of the page."""
    waiting = Content(
        title="Thêm ghế ngồi và quạt ở phòng chờ",
        category="premises",
        said="Buổi sáng đông, người lớn tuổi phải đứng chờ, phòng nóng.",
        owner="Văn phòng HĐND và UBND",
        due_on=last_day - timedelta(weeks=8),
        state="done",
        done="Đã kê thêm 20 ghế, lắp bốn quạt, dành hàng ghế đầu cho người lớn tuổi.",
        done_on=last_day - timedelta(weeks=9),
        published=True,
    )
    guidance = Content(
        title="Hướng dẫn giấy tờ một lần là làm được",
        category="guidance",
        said="Mỗi lần hướng dẫn một khác, phải đi lại nhiều lần; bảng hướng dẫn cũ.",
        owner="Trung tâm Phục vụ hành chính công",
        due_on=last_day + timedelta(days=12),
        state="under_way",
        done=None,
        done_on=None,
        published=True,
    )
    forms = Content(
        title="In lại mẫu đơn chữ lớn",
        category="papers",
        said="Mẫu đơn chữ nhỏ, người lớn tuổi khó đọc.",
        owner="Bộ phận một cửa",
        due_on=last_day + timedelta(days=20),
        state="planned",
        done=None,
        done_on=None,
        published=False,
    )
    newest = _monday(last_day, 1)
    return [
        (Origin("comments", None, _monday(last_day, 12)), waiting),
        (Origin("comments", None, newest), forms),
        (Origin("signal", None, newest), guidance),
    ]


def _take_steps(connection: Connection, case: Case, number: int, age: int, now: datetime) -> None:
    """The steps that are due at that age in days: assigned after two, found after nine, closed after twenty."""
    finding, reason = FINDINGS[number % len(FINDINGS)]
    steps = (
        (2, "assigned", "Giao xem hồ sơ và hỏi bộ phận một cửa."),
        (9, finding, reason),
        (20, "closed", "Đã báo kết quả cho nơi quản lý."),
    )
    for days, state, why in steps:
        current = case_of(connection, case.id)
        if age < days or current is None:
            return
        assignee = INSPECTOR if state == "assigned" else None
        take_step(connection, current, state, assignee, why, seen=current.number, actor=INSPECTOR, at=now)


def _monday(last_day: date, weeks_ago: int) -> date:
    """The Monday of the last finished week (1), or of one before."""
    running = last_day - timedelta(days=last_day.weekday())
    last = running if last_day.weekday() == 6 else running - timedelta(weeks=1)
    return last - timedelta(weeks=weeks_ago - 1)
