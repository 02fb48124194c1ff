"""Actions and notes in words: what the pages, sheets and digests of other rooms show."""

from dataclasses import replace
from datetime import date

import pytest

from survey_app.listening.actions import Action, Origin
from survey_app.listening.cards import action_cards, movement_words, note_lines
from survey_app.listening.figures import Movement, Side
from survey_app.listening.notes import Note
from tests.listening.conftest import MONDAY
from tests.listening.test_actions import CONTENT, DONE

BEFORE = Side(date(2026, 8, 3), date(2026, 9, 27), 160, 70.0, 62.4, 76.6)
AFTER = Side(date(2026, 10, 5), date(2026, 11, 29), 80, 95.04, 87.8, 98.0)
ACTION = Action(1, 2, Origin("other"), date(2026, 11, 2), 1, date(2026, 11, 2), CONTENT)


def test_a_rise_with_all_its_numbers_and_no_claim_of_a_cause() -> None:
    assert movement_words(Movement(BEFORE, AFTER, 25.0, 14.2, 35.1), "vi") == (
        "Chỉ số thái độ trước: 70% (khoảng 62–77%), 160 phiếu, 3/8–27/9/2026; "
        "sau: 95% (khoảng 88–98%), 80 phiếu, 5/10–29/11/2026. "
        "Chênh +25,0 điểm (khoảng +14,2 đến +35,1): tăng hơn mức ngẫu nhiên. "
        "Điều đó chưa chứng tỏ là nhờ việc này."
    )


@pytest.mark.parametrize(
    ("movement", "words"),
    [
        (Movement(BEFORE, AFTER, -10.0, -19.5, -0.5), "giảm hơn mức ngẫu nhiên"),
        (Movement(BEFORE, AFTER, -3.8, -9.4, 1.6), "Chênh −3,8 điểm (khoảng −9,4 đến +1,6): chưa thấy khác"),
        (Movement(BEFORE, AFTER, 0.0, 0.0, 8.0), "Chênh 0,0 điểm (khoảng 0,0 đến +8,0): chưa thấy khác"),
        (Movement(BEFORE, AFTER, None, None, None), "Chưa đủ số liệu"),
        (Movement(BEFORE, None, None, None, None), "Chưa đủ số liệu"),
        (Movement(None, None, None, None, None), "Chưa đủ số liệu"),
    ],
)
def test_the_other_verdicts(movement: Movement, words: str) -> None:
    assert words in movement_words(movement, "vi")


def test_only_what_is_done_is_compared() -> None:
    asked: list[tuple[int, date]] = []

    def moving(unit_id: int, day: date) -> Movement:
        asked.append((unit_id, day))
        return Movement(None, None, None, None, None)

    actions = [ACTION, replace(ACTION, id=3, content=DONE), replace(ACTION, content=replace(CONTENT, state="stopped"))]
    planned, done, stopped = action_cards(actions, date(2026, 12, 2), "vi", moving)
    assert asked == [(2, date(2026, 11, 23))]
    assert (planned.movement, stopped.movement) == (None, None)
    assert done.movement is not None and (done.id, done.done_on) == (3, "23/11/2026")
    assert (planned.is_late, done.is_late, stopped.is_late) == (True, False, False)
    assert (planned.category, planned.state_words, planned.due) == ("Chỗ ngồi, nơi làm việc", "Sẽ làm", "01/12/2026")


def test_a_note_line() -> None:
    note = Note(2, MONDAY, "storm", "Bão số 9.", date(2026, 11, 24))
    (vi,), (en,) = note_lines([note], "vi"), note_lines([note], "en")
    assert (vi.week, vi.kind_words, vi.text, vi.written) == (
        "16–22/11/2026",
        "Mưa bão, ngập",
        "Bão số 9.",
        "24/11/2026",
    )
    assert (en.week, en.kind_words, en.written) == ("16–22 Nov 2026", "Storm, flood", "24 Nov 2026")
