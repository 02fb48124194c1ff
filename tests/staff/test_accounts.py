import pytest
from flask import Flask

from survey_app.staff.accounts import (
    AccountError,
    ListedAccount,
    StaffMember,
    add_account,
    all_accounts,
    disable_account,
)
from survey_app.staff.models import StaffRole
from survey_app.staff.roles import Role
from tests.staff.people import PASSWORD, City, an_account


def problems_of(app: Flask, *arguments: object) -> list[str]:
    with app.app_context(), pytest.raises(AccountError) as raised:
        add_account(*arguments)  # type: ignore[arg-type]  # wrong on purpose
    return [problem.key for problem in raised.value.problems]


def test_a_leader_is_stored_with_unit_and_hashed_password(app: Flask, city: City) -> None:
    member = an_account(app, "leader", "26068", email="  Hoa.Nguyen@DongNai.gov.vn ")
    assert member == StaffMember("hoa.nguyen@dongnai.gov.vn", frozenset({Role.LEADER}), city.bien_hoa)
    with app.app_context():
        account = app.extensions["security"].datastore.find_user(email="hoa.nguyen@dongnai.gov.vn")
        assert account.password.startswith("$argon2id$")
        assert account.active
        (listed,) = all_accounts()
        assert listed == ListedAccount(
            id=account.id,
            email="hoa.nguyen@dongnai.gov.vn",
            roles=("leader",),
            unit_id=city.bien_hoa,
            unit_code="26068",
            active=True,
            invited=False,
            has_second_factor=False,
        )


def test_several_roles_and_one_row_for_each_role(app: Flask) -> None:
    an_account(app, ["supervisor", "province", "province"], email="a@dongnai.gov.vn")
    an_account(app, ["province"], email="b@dongnai.gov.vn")
    with app.app_context():
        assert [account.roles for account in all_accounts()] == [("province", "supervisor"), ("province",)]
        datastore = app.extensions["security"].datastore
        assert datastore.db.session.query(StaffRole).count() == 2


def test_all_problems_are_said_at_once_and_nothing_is_written(app: Flask) -> None:
    assert problems_of(app, "không phải thư", ["leader", "auditor", "king"], "99999", "1234") == [
        "staff.account.bad_email",
        "staff.account.unknown_role",
        "staff.account.leader_and_independent",
        "staff.account.unknown_unit",
        "staff.password.short",
    ]
    with app.app_context():
        assert all_accounts() == []


@pytest.mark.parametrize(
    "email",
    [
        "",
        "a",
        "a@b",
        "a b@dongnai.gov.vn",
        "a@dongnai.gov.vn\x00",
        "a@@b.vn",
        "hoà@dongnai.gov.vn",
        "a" * 65 + "@b.vn",
        ".a@b.vn",
        "a@-b.vn",
        "a@" + "b." * 130 + "vn",
    ],
)
def test_bad_addresses(app: Flask, email: str) -> None:
    assert problems_of(app, email, "auditor", None, PASSWORD) == ["staff.account.bad_email"]


@pytest.mark.parametrize(
    ("role", "unit", "problem"),
    [
        ("leader", None, "staff.account.leader_needs_unit"),
        ("auditor", "26068", "staff.account.independent_with_unit"),
        ("inspector", "26068", "staff.account.independent_with_unit"),
        ("province", "26068", "staff.account.unit_without_leader"),
        ("leader", "00000", "staff.account.unknown_unit"),
        ([], None, "staff.account.no_role"),
    ],
)
def test_roles_and_units_that_do_not_fit(app: Flask, city: City, role: str, unit: str | None, problem: str) -> None:
    assert problems_of(app, "a@dongnai.gov.vn", role, unit, PASSWORD) == [problem]


def test_an_address_is_taken_whatever_its_case(app: Flask) -> None:
    an_account(app, "auditor", email="a@dongnai.gov.vn")
    assert problems_of(app, "A@DONGNAI.GOV.VN", "auditor", None, PASSWORD) == ["staff.account.exists"]


def test_an_inner_domain_of_an_office_will_do(app: Flask) -> None:
    assert an_account(app, "auditor", email="auditor@demo.local").email == "auditor@demo.local"


def test_problems_are_sentences_in_the_reader_s_language(app: Flask) -> None:
    with app.app_context():
        with pytest.raises(AccountError) as raised:
            add_account("a@dongnai.gov.vn", "king", None, "ngắn")
        words = [problem.words() for problem in raised.value.problems]
    assert words == [
        f"Không có vai trò king. Các vai trò: {', '.join(Role)}.",
        "Mật khẩu phải có ít nhất 15 ký tự.",
    ]


def test_disabling_twice_changes_nothing_and_an_unknown_account_is_said_to_be_so(app: Flask) -> None:
    an_account(app, "auditor", email="a@dongnai.gov.vn")
    with app.app_context():
        disable_account("A@dongnai.gov.vn")
        disable_account("a@dongnai.gov.vn")
        assert [account.active for account in all_accounts()] == [False]
        with pytest.raises(AccountError, match=r"staff\.account\.unknown"):
            disable_account("b@dongnai.gov.vn")
