"""Checks that every HTML page fetched by a test must pass, whatever the test is about."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

_UNLABELLED_TYPES = frozenset({"hidden", "submit", "button", "reset", "image"})
_IDREFS = ("for", "aria-describedby", "aria-labelledby", "aria-controls", "aria-errormessage", "list", "form")
_LOADS = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src", "audio": "src"}
_DATA_BLOCKS = frozenset({"application/json", "application/ld+json"})


def problems_of_page(html: str) -> list[str]:
    """Everything wrong with a page, in words; an empty list for a good page."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    document: Element = parser.parse(html)
    problems = [f"line {line}: not valid HTML: {code} {details}" for (line, _), code, details in parser.errors]
    problems += _problems_of_heading(document)
    problems += _problems_of_ids(document)
    problems += _problems_of_controls(document)
    problems += _problems_of_policy(document)
    if not document.get("lang"):
        problems.append("<html> has no lang")
    problems += [f"image without alt: {image.get('src')}" for image in document.iter("img") if image.get("alt") is None]
    return problems


def check_page(response: TestResponse) -> None:
    """Fail with every problem of the page, if the response is one."""
    if response.mimetype != "text/html" or response.status_code in range(300, 400):
        return
    if response.request.method == "HEAD" or response.headers.get("Content-Encoding"):
        return
    problems = problems_of_page(response.get_data(as_text=True))
    where = f"{response.request.method} {response.request.path} ({response.status_code})"
    assert not problems, "\n  ".join([f"the page of {where} is wrong:", *problems])


class CheckedClient(FlaskClient):
    """A client that checks every page it fetches."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Make a request and check the page that comes back.

        The answer is read to its end, so that a failure on the way shows; `buffered=False` leaves a stream a stream.
        """
        kwargs.setdefault("buffered", True)
        response = super().open(*args, **kwargs)
        check_page(response)
        return response


def text_of(element: Element) -> str:
    """What a reader sees of an element, with white space made single."""
    return " ".join("".join(element.itertext()).split())


def _problems_of_heading(document: Element) -> Iterator[str]:
    headings = [text_of(heading) for heading in document.iter("h1")]
    titles = [text_of(title) for title in document.iterfind("head/title")]
    if len(headings) != 1:
        yield f"{len(headings)} h1 instead of one: {headings}"
    if len(titles) != 1:
        yield f"{len(titles)} titles instead of one"
    for heading, title in zip(headings, titles, strict=False):
        if not heading:
            yield "the h1 is empty"
        if not title.startswith(heading):
            yield f"the title {title!r} does not start with the h1 {heading!r}"


def _problems_of_ids(document: Element) -> Iterator[str]:
    ids = Counter(identity for element in document.iter() if (identity := element.get("id")) is not None)
    yield from (f"id {identity!r} stands {times} times" for identity, times in ids.items() if times > 1)
    for element in document.iter():
        for attribute in _IDREFS:
            for target in (element.get(attribute) or "").split():
                if target not in ids:
                    yield f"{attribute}={target!r} of <{element.tag}> points at nothing"


def _problems_of_controls(document: Element) -> Iterator[str]:
    labelled = {label.get("for") for label in document.iter("label") if text_of(label)} - {None}
    inside = {id(control) for label in document.iter("label") if text_of(label) for control in label.iter()}
    for control in _controls(document):
        named = control.get("aria-label") or control.get("aria-labelledby") or control.get("id") in labelled
        if not named and id(control) not in inside:
            yield f"<{control.tag} name={control.get('name')!r}> has no label"
    for button in document.iter("button"):
        if not text_of(button) and not button.get("aria-label"):
            yield "a button says nothing"


def _controls(document: Element) -> Iterable[Element]:
    for element in document.iter():
        kind = (element.get("type") or "text").lower()
        if element.get("hidden") is not None:
            continue
        if element.tag in {"select", "textarea"} or (element.tag == "input" and kind not in _UNLABELLED_TYPES):
            yield element


def _problems_of_policy(document: Element) -> Iterator[str]:
    """What our Content-Security-Policy would refuse, and requests to others."""
    for element in document.iter():
        for name, value in element.attrib.items():
            if name.startswith("on"):
                yield f"event handler in <{element.tag} {name}>"
            if name == "style":
                yield f"style attribute in <{element.tag}>"
            if name in {"href", "src", "action"} and value.strip().lower().startswith("javascript:"):
                yield f"script in the address of <{element.tag}>"
        loaded = element.get(_LOADS.get(str(element.tag), "")) or ""
        if loaded.startswith(("http:", "https:", "//")) and element.get("rel") not in {"canonical", "alternate"}:
            yield f"<{element.tag}> loads from elsewhere: {loaded}"
        if element.tag == "script" and not element.get("src") and element.get("type") not in _DATA_BLOCKS:
            yield "script inside the page"
