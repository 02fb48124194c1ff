"""A list of contents names the sections that are there, in words, and nothing else."""

from markupsafe import Markup

from analytics.dashboards.contents import Section, sections_of


def test_sections_are_read_in_their_order_as_plain_words() -> None:
    body = Markup(
        '<h2 id="a">Từng <em>tuần</em>\n &amp; tháng</h2><p>…</p><h2>no id</h2><h3 id="c">not a section</h3>'
        '<h2 class="no-print" id="b">Cách tính</h2>'
    )
    assert sections_of(body) == (Section("a", "Từng tuần & tháng"), Section("b", "Cách tính"))


def test_a_body_without_headings_has_none() -> None:
    assert sections_of("<p>Chưa có phiếu.</p>") == ()
