import pytest
from flask import Flask

from survey_app.staff.access import allow, declared_roles, safe_next
from survey_app.staff.roles import UNIT_ROLES, Role
from tests.staff.people import City, an_account, signed_in, token_in


def test_a_view_that_declares_nothing_lets_nobody_in(probed: Flask) -> None:
    an_account(probed, [role.value for role in Role if role not in UNIT_ROLES], email="all@dongnai.gov.vn")
    browser = signed_in(probed, "all@dongnai.gov.vn")
    refused = browser.get("/staff/probe/undeclared")
    assert refused.status_code == 403
    assert "Không có quyền xem trang này" in refused.get_data(as_text=True)
    assert declared_roles(probed, "staff_probe.undeclared") == frozenset()
    assert declared_roles(probed, None) == declared_roles(probed, "no.such") == frozenset()


def test_to_allow_nobody_is_a_slip() -> None:
    with pytest.raises(ValueError, match="at least one role"):
        allow()


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.LEADER])
def test_only_a_declared_role_opens_a_view(probed: Flask, probed_city: City, role: Role) -> None:
    an_account(probed, role.value, "26068" if role in UNIT_ROLES else None)
    browser = signed_in(probed, f"{role}@dongnai.gov.vn")
    assert browser.get("/staff/probe/auditors").status_code == (200 if role is Role.AUDITOR else 403)


def test_a_form_of_a_staff_page_needs_its_token(probed: Flask) -> None:
    an_account(probed, "auditor")
    browser = signed_in(probed, "auditor@dongnai.gov.vn")
    token = token_in(browser.get("/staff/probe/undeclared"))
    assert browser.post("/staff/probe/auditors").status_code == 400
    assert browser.post("/staff/probe/auditors", data={"csrf_token": token}).status_code == 200
    assert browser.post("/staff/probe/auditors", headers={"X-CSRFToken": token}).status_code == 200


@pytest.mark.parametrize("role", sorted(UNIT_ROLES))
def test_who_acts_for_a_unit_sees_it_and_what_lies_below_it(probed: Flask, probed_city: City, role: Role) -> None:
    an_account(probed, role.value, "26068")
    browser = signed_in(probed, f"{role}@dongnai.gov.vn")
    statuses = [
        browser.get(f"/staff/probe/units/{unit}").status_code
        for unit in (probed_city.bien_hoa, probed_city.hamlet, probed_city.long_hung, probed_city.city, 999_999)
    ]
    assert statuses == [200, 200, 403, 403, 403]


@pytest.mark.parametrize("role", [role for role in Role if role not in UNIT_ROLES])
def test_other_roles_see_every_unit(probed: Flask, probed_city: City, role: Role) -> None:
    an_account(probed, role.value)
    browser = signed_in(probed, f"{role}@dongnai.gov.vn")
    for unit in (probed_city.city, probed_city.long_hung):
        assert browser.get(f"/staff/probe/units/{unit}").status_code == 200


def test_unknown_pages_and_methods_for_strangers_and_for_staff(probed: Flask) -> None:
    an_account(probed, "auditor")
    stranger, browser = probed.test_client(), signed_in(probed, "auditor@dongnai.gov.vn")
    assert stranger.get("/staff/no-such").status_code == 303
    assert browser.get("/staff/no-such").status_code == 404
    assert browser.delete("/staff/probe/auditors").status_code == 405
    assert stranger.delete("/staff/probe/auditors").headers["Location"] == "/staff/sign-in"
    assert stranger.get("/staff").headers["Location"] == "/staff/sign-in"
    assert browser.get("/staff").status_code == 308


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("/staff/", True),
        ("/staff/units/26068?lang=en&week=2026-W47", True),
        ("/staff/exports/responses.csv?from=2026-11-01", True),
        ("/staff/?q=Bi%C3%AAn%20H%C3%B2a", True),
        ("/staffing/", False),
        ("/staff/?q=Biên", False),
        ("/staff/sign-in?next=/staff/", False),
        (None, False),
    ],
)
def test_where_one_may_go_after_signing_in(address: str | None, kept: bool) -> None:
    assert safe_next(address) == (address if kept else None)
