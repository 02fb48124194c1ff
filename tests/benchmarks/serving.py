"""Pages and submissions against a bare Flask "hello", on the same server with the same options at the same time."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

from sqlalchemy import func, select

from survey_app.questionnaires.register import by_id
from survey_app.responses.models import inbox
from survey_app.responses.registration import door_of
from survey_app.responses.tokens import FormKey
from tests.benchmarks.load import BenchmarkError, Load, best_of, measure
from tests.support.databases import SQLiteDatabases
from tests.support.live_server import LiveServer, environment_for, free_port, granian_command, running, serving
from tests.support.surveys import GOOD_ANSWERS, ScannedCounter, a_scanned_counter

ROUNDS = 3
FORMS_A_ROUND = 40_000
"""More than any machine of this size can take in one round: a form that is sent twice would be cheaper."""
SUBMIT = Path(__file__).with_name("submit.lua")


@dataclass(frozen=True)
class Served:
    """The best round of each."""

    hello: Load
    page: Load
    submit: Load


def measure_serving(folder: Path) -> Served:
    """Measure in turns, so that a slow moment of the machine meets all alike."""
    with (
        SQLiteDatabases(folder).fresh() as url,
        serving(url, folder, page_cache_seconds=10, flood_requests_per_second=0) as server,
        _hello(server, folder) as hello_url,
    ):
        with server.transaction() as connection:
            counter = a_scanned_counter(connection)
        hello, page, submit = [], [], []
        for number in range(ROUNDS):
            forms = _write_forms(server, counter, folder / f"forms-{number}.txt")
            hello.append(_checked(measure(hello_url)))
            page.append(_checked(measure(f"{server.url}{counter.path}")))
            submit.append(_checked(measure(server.url, SUBMIT, arguments=(str(forms), counter.path))))
        _check_all_were_kept(server, sum(load.requests for load in submit))
    return Served(best_of(hello), best_of(page), best_of(submit))


@contextmanager
def _hello(server: LiveServer, folder: Path) -> Iterator[str]:
    port = free_port()
    command = granian_command("tests.benchmarks.hello:app", port)
    with running(command, port, folder, environment_for(server.settings)):
        yield f"http://127.0.0.1:{port}/"


def _write_forms(server: LiveServer, counter: ScannedCounter, path: Path) -> Path:
    """Forms as a person sends them two minutes after the page was opened, each with a token of its own."""
    clock = server.app.extensions["clock"]
    opened = clock.now() - timedelta(minutes=2)
    with server.transaction() as connection:
        questionnaire_hash = by_id(connection, counter.questionnaire_id).content_hash
    key = FormKey(counter.commune.id, counter.service_point_id, "poster", questionnaire_hash, "vi")
    tokens = door_of(server.app).tokens
    with path.open("w", encoding="ascii") as file:
        for _ in range(FORMS_A_ROUND):
            file.write(urlencode(GOOD_ANSWERS | {"token": tokens.mint(key, opened)}) + "\n")
    return path


def _checked(load: Load) -> Load:
    if load.failures:
        raise BenchmarkError(f"{load.failures} of {load.requests} requests failed: the figure would mean nothing")
    return load


def _check_all_were_kept(server: LiveServer, answered: int) -> None:
    """Every answer that was thanked lies in the inbox; wrk hangs up on at most one a connection and round."""
    with server.transaction() as connection:
        kept = connection.execute(select(func.count()).select_from(inbox)).scalar_one()
    if not answered <= kept <= answered + ROUNDS * 32:
        raise BenchmarkError(f"{answered} were thanked, {kept} lie in the inbox")
