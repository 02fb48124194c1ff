"""What stands around every staff and public page: links by role, languages, the account, whom to call.

On public pages nothing depends on who reads them, and no session is touched: they may be kept by caches.
"""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from flask import Flask, current_app, request, url_for

from survey_app.languages import DEFAULT_LANGUAGE, catalogues, current_language, translate
from survey_app.staff.access import declared_roles, signed_in_staff
from survey_app.staff.accounts import StaffMember
from survey_app.staff.roles import ALL_ROLES, OVERVIEW_ROLES, Role
from survey_app.territory.contacts import contacts_in_force
from survey_app.zones import Zone, zone_of_request

LANGUAGE_ARGUMENT = "lang"


@dataclass(frozen=True, slots=True)
class FrameLink:
    """One link of the header's list of pages."""

    words: str
    address: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """The page being made, in another language."""

    code: str
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Account:
    """Whoever is signed in, and where they sign out."""

    email: str
    sign_out_address: str
    own_address: str | None
    """The page of the account itself; none where it is the page being made."""


@dataclass(frozen=True, slots=True)
class PageFrame:
    """All that `layout.html` shows around a page."""

    home: str
    links: tuple[FrameLink, ...]
    other_languages: tuple[LanguageLink, ...]
    account: Account | None
    owner: str
    phone: str
    staff_door: str | None
    """Address of the sign-in page, shown on public pages where this application serves it."""

    @property
    def phone_digits(self) -> str:
        """The number as a tel: address wants it."""
        return "".join(character for character in self.phone if character.isdigit() or character == "+")


@dataclass(frozen=True, slots=True)
class _Section:
    key: str
    endpoint: str
    roles: frozenset[Role]
    also_current_at: frozenset[str] = frozenset()
    """Other blueprints, or single endpoints of them, whose pages belong here; those of the endpoint's own do anyway."""

    @property
    def is_current(self) -> bool:
        """Whether the page being made belongs here, also one that answers to a form."""
        own = self.endpoint.partition(".")[0]
        return bool({request.blueprint, request.endpoint} & {own, *self.also_current_at})


_SECTIONS = (
    _Section("layout.communes", "staff.home", OVERVIEW_ROLES, frozenset({"staff_dashboard.unit"})),
    _Section("layout.own_unit", "staff.home", frozenset({Role.LEADER}), frozenset({"staff_dashboard.unit"})),
    _Section("layout.province", "province.page", ALL_ROLES, frozenset({"yearly"})),
    _Section("layout.findings", "findings.page", ALL_ROLES),
    _Section("layout.rebase", "rebase.page", frozenset({Role.ADMINISTRATOR})),
    _Section("layout.listening", "listening.home", ALL_ROLES, frozenset({"comments", "week_notes"})),
    _Section("layout.cases", "cases.page", ALL_ROLES),
    _Section(
        "layout.setup",
        "setup.home",
        ALL_ROLES,
        frozenset({"setup_premises", "setup_counters", "setup_codes", "setup_questionnaire", "setup_targets"})
        | {"setup_thresholds", "setup_unit", "setup_city"},
    ),
    _Section("layout.posters", "poster_pages.home", ALL_ROLES),
    _Section("layout.counter_links", "counter_links.home", ALL_ROLES),
    _Section("layout.tickets", "tickets_desk.page", ALL_ROLES),
    _Section("layout.visits", "visits_desk.page", ALL_ROLES),
    _Section("layout.assisted", "assisted_desk.page", ALL_ROLES),
    _Section("layout.paper", "paper_desk.page", ALL_ROLES),
    _Section("layout.callback", "callback_desk.page", ALL_ROLES),
    _Section("layout.exports", "exports.page", ALL_ROLES),
    _Section("layout.audit_log", "audit_log.page", ALL_ROLES),
    _Section("layout.accounts", "accounts.page", ALL_ROLES),
    _Section("layout.lost_codes", "lost_codes.page", ALL_ROLES),
    _Section("layout.redactions", "redactions.page", ALL_ROLES),
)
"""In the order of the header. A section shows if the room that makes its page stands here and lets the reader in."""


def use_page_frame(app: Flask) -> None:
    """Give templates `page_frame()`."""
    app.jinja_env.globals["page_frame"] = page_frame


def page_frame() -> PageFrame:
    """The frame of the page being made."""
    contacts = contacts_in_force()
    serves_staff = "staff.sign_in" in current_app.view_functions
    in_staff_zone = serves_staff and zone_of_request(current_app, request) is Zone.STAFF
    member = signed_in_staff() if in_staff_zone else None
    return PageFrame(
        home=url_for("staff.home") if in_staff_zone else _front_page(),
        links=_links(member) if member else (),
        other_languages=_other_languages(),
        account=_account(member) if member else None,
        owner=contacts.owner(current_language()),
        phone=contacts.phone,
        staff_door=url_for("staff.sign_in") if serves_staff and not in_staff_zone else None,
    )


def _account(member: StaffMember) -> Account:
    own = None if request.endpoint == "own_account.page" else url_for("own_account.page")
    return Account(member.email, url_for("staff.sign_out"), own)


def _front_page() -> str:
    """The public first page; where it is not served, the best that is."""
    if "staff.home" in current_app.view_functions and not current_app.url_map.bind("").test("/"):
        return url_for("staff.home")
    language = current_language()
    return "/" if language == DEFAULT_LANGUAGE else f"/?{urlencode({LANGUAGE_ARGUMENT: language})}"


def _links(member: StaffMember) -> tuple[FrameLink, ...]:
    links: dict[str, FrameLink] = {}
    for section in _SECTIONS:
        may_see = member.roles & section.roles & declared_roles(current_app, section.endpoint)
        if may_see and section.endpoint not in links:
            links[section.endpoint] = FrameLink(translate(section.key), url_for(section.endpoint), section.is_current)
    return tuple(links.values())


def _other_languages() -> tuple[LanguageLink, ...]:
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != LANGUAGE_ARGUMENT]
    path = quote(request.script_root + request.path)
    links = []
    for code, catalogue in catalogues().items():
        if code != current_language():
            query = urlencode(kept + ([(LANGUAGE_ARGUMENT, code)] if code != DEFAULT_LANGUAGE else []))
            links.append(LanguageLink(code, catalogue.name, f"{path}?{query}" if query else path))
    return tuple(links)
