import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from config import Settings
from survey_app.clock import SetClock
from survey_app.zones import Zone
from tests.staff.people import PASSWORD, City, sign_in
from tests.staff.probes import staff_room


@pytest.fixture
def runner(app: Flask, city: City) -> FlaskCliRunner:
    """Runs commands, as `flask --app wsgi …` does."""
    return app.test_cli_runner()


def test_add_list_disable(app: Flask, runner: FlaskCliRunner) -> None:
    assert "Chưa có tài khoản nào." in runner.invoke(args=["staff", "list"]).output
    arguments = ["staff", "add", "Hoa@dongnai.gov.vn", "--role", "leader", "--unit", "26068", "--password-stdin"]
    added = runner.invoke(args=arguments, input=f"{PASSWORD}\n")
    assert added.output == "Đã tạo tài khoản hoa@dongnai.gov.vn, vai trò: leader, đơn vị: 26068.\n"
    assert added.exit_code == 0
    assert sign_in(app.test_client(), "hoa@dongnai.gov.vn").status_code == 303
    assert runner.invoke(args=["staff", "list"]).output == "hoa@dongnai.gov.vn  leader  26068  đang dùng\n"
    disabled = runner.invoke(args=["staff", "disable", "HOA@dongnai.gov.vn"])
    assert "Tài khoản hoa@dongnai.gov.vn đã ngừng dùng" in disabled.output
    assert runner.invoke(args=["staff", "list"]).output == "hoa@dongnai.gov.vn  leader  26068  đã ngừng\n"
    assert sign_in(app.test_client(), "hoa@dongnai.gov.vn").status_code == 422


def test_the_password_is_asked_for_twice_and_never_shown(runner: FlaskCliRunner) -> None:
    arguments = ["staff", "add", "a@dongnai.gov.vn", "--role", "province", "--role", "supervisor"]
    added = runner.invoke(args=arguments, input=f"{PASSWORD}\n{PASSWORD}\n")
    assert added.exit_code == 0
    assert "Đã tạo tài khoản a@dongnai.gov.vn, vai trò: province, supervisor." in added.output
    assert PASSWORD not in added.output


def test_all_errors_at_once_and_exit_1(runner: FlaskCliRunner) -> None:
    arguments = ["staff", "add", "a", "--role", "inspector", "--unit", "26068", "--password-stdin"]
    refused = runner.invoke(args=arguments, input="ngắn\n")
    assert refused.exit_code == 1
    assert refused.stderr.splitlines() == [
        "Thư điện tử 'a' chưa đúng dạng. Ví dụ: ten@dongnai.gov.vn",
        (
            "Người kiểm tra số liệu, thanh tra hoặc người gọi điện hỏi lại không được gắn với một đơn vị: "
            "xin bỏ mã đơn vị."
        ),
        "Mật khẩu phải có ít nhất 15 ký tự.",
    ]
    assert refused.stdout == ""


def test_an_empty_standard_input_and_an_unknown_account(runner: FlaskCliRunner) -> None:
    arguments = ["staff", "add", "a@dongnai.gov.vn", "--role", "auditor", "--password-stdin"]
    assert runner.invoke(args=arguments, input="").exit_code == 1
    unknown = runner.invoke(args=["staff", "disable", "b@dongnai.gov.vn"])
    assert (unknown.exit_code, unknown.stderr) == (1, "Không có tài khoản b@dongnai.gov.vn.\n")


@pytest.mark.parametrize("zones", [{Zone.CITIZEN, Zone.PUBLIC}, {Zone.STAFF}])
def test_the_commands_work_whatever_zones_are_served(settings: Settings, clock: SetClock, zones: set[Zone]) -> None:
    arguments = ["staff", "add", "a@dongnai.gov.vn", "--role", "auditor", "--password-stdin"]
    with staff_room(settings, clock, zones) as app:
        added = app.test_cli_runner().invoke(args=arguments, input=f"{PASSWORD}\n")
    assert (added.exit_code, added.stderr) == (0, "")
