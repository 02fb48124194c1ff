"""A real server with its workers: what it started with is told once."""

from survey_app.audit_log.log import every_event
from tests.support.live_server import LiveServer


def test_a_real_server_tells_them_at_its_start(live_server: LiveServer) -> None:
    with live_server.transaction() as connection:
        events = [event for event in every_event(connection) if event.kind == "settings.changed"]
    assert [event.actor for event in events] == ["app"], "two workers, one event"
    assert events[0].details["values"]["PUBLIC_URL"] == live_server.url
