"""A unit's own questions that are in order, for tests to add to a questionnaire or to break."""

OWN_RATING = """\
[[questions]]
name = "own_waiting_room"
kind = "rating"
slot = "r11"
text.vi = "Chỗ ngồi chờ ở {commune}"
text.en = "The waiting room of {commune}"
"""
OWN_CHOICE = """\
[[questions]]
name = "own_parking"
kind = "choice"
slot = "c3"
text.vi = "Ông/bà gửi xe ở đâu?"
text.en = "Where did you park?"
hint.vi = "Chọn một"
hint.en = "Choose one"
options = [
    { code = 1, value = "inside", vi = "Trong sân", en = "In the yard" },
    { code = 2, value = "street", vi = "Ngoài đường", en = "In the street" },
]
"""
OWN_BOTH = OWN_RATING + "\n" + OWN_CHOICE
