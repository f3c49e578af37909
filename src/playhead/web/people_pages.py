"""People: who may use this server; the page for admins, and the same for programs."""

from typing import Annotated, Any

import msgspec
from litestar import Router, delete, get, patch, post
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath, JSONBody
from litestar.response import Redirect, Response, Template
from litestar.status_codes import HTTP_200_OK, HTTP_201_CREATED

from playhead.query import people
from playhead.query.rights import MANAGE, ROLE_MEANINGS, SIGNED_IN, Right, Role
from playhead.store import Store
from playhead.web.auth import who_asks
from playhead.web.origin import origin_of
from playhead.web.params import AnyRequest
from playhead.web.problems import not_found, problem

CHANGED = "changed people"


class NewPerson(msgspec.Struct):
    email: str
    role: Role = "member"
    name: str = ""


class PersonChange(msgspec.Struct):
    """What is None stays as it is."""

    name: str | None = None
    role: Role | None = None
    active: bool | None = None


class Invited(msgspec.Struct):
    person: people.Person
    link: str  # where they choose a password; told this once, good for 7 days


class Me(msgspec.Struct):
    called: str
    role: str
    rights: list[Right]


class PersonForm(msgspec.Struct):
    email: str = ""
    name: str = ""
    role: Role = "member"
    do: str = ""


@get("/me", right=SIGNED_IN, sync_to_thread=False)
def get_me(request: AnyRequest) -> Me:
    """Who asks, and what they may do."""
    who = who_asks(request)
    return Me(who.called, who.role, sorted(who.rights))


@get("/people", right=MANAGE, sync_to_thread=True)
def get_people(request: AnyRequest) -> list[people.Person]:
    """Everybody with an account."""
    return people.list_people(_store(request))


@post("/people", right=MANAGE, audit=CHANGED, status_code=HTTP_201_CREATED, sync_to_thread=True)
def post_person(request: AnyRequest, data: JSONBody[NewPerson]) -> Invited | Response[Any]:
    """Make an account, and the link by which its owner chooses a password."""
    try:
        made = _added(request, data)
    except people.PeopleError as error:
        return problem(400, str(error))
    return _invited(request, made)


@patch("/people/{person_id:int}", right=MANAGE, audit=CHANGED, sync_to_thread=True)
def patch_person(request: AnyRequest, person_id: FromPath[int], data: JSONBody[PersonChange]) -> people.Person:
    """Change a role or a name, close an account (`active: false`) or open it again."""
    said = {"role": data.role, "name": data.name, "active": data.active}
    about = ", ".join(f"{name}: {value}" for name, value in said.items() if value is not None)
    request.state["audit_target"] = f"account {person_id} {about}"
    changed = people.change_person(_store(request), person_id, name=data.name, role=data.role, active=data.active)
    return changed or _nobody(person_id)


@post("/people/{person_id:int}/invitation", right=MANAGE, audit=CHANGED, status_code=201, sync_to_thread=True)
def post_invitation(request: AnyRequest, person_id: FromPath[int]) -> Invited:
    """Make a new link for a forgotten password; the older one ends."""
    return _invited(request, people.person_of(_store(request), person_id) or _nobody(person_id))


@delete("/people/{person_id:int}", right=MANAGE, audit=CHANGED, status_code=HTTP_200_OK, sync_to_thread=True)
def delete_person(request: AnyRequest, person_id: FromPath[int]) -> dict[str, int]:
    """Delete an account, its logins and its tokens."""
    if not people.remove_person(_store(request), person_id):
        _nobody(person_id)
    return {"deleted": person_id}


@get("/settings/people", right=MANAGE, sync_to_thread=True)
def people_page(request: AnyRequest) -> Template:
    return _page(request)


@post("/settings/people", right=MANAGE, audit=CHANGED, sync_to_thread=True)
def add_from_page(
    request: AnyRequest, data: Annotated[PersonForm, Body(media_type=RequestEncodingType.URL_ENCODED)]
) -> Template:
    """The page's form for somebody new."""
    try:
        made = _added(request, data)
    except people.PeopleError as error:
        return _page(request, trouble=str(error))
    return _page(request, link=_invited(request, made))


@post("/settings/people/{person_id:int}", right=MANAGE, audit=CHANGED, sync_to_thread=True)
def change_from_page(
    request: AnyRequest,
    person_id: FromPath[int],
    data: Annotated[PersonForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[Any]:
    """The buttons of one row: a role, a new link, close, open, remove."""
    store = _store(request)
    person = people.person_of(store, person_id) or _nobody(person_id)
    request.state["audit_target"] = f"{data.do[:20]} {person.email}{f' {data.role}' if data.do == 'role' else ''}"
    match data.do:
        case "role":
            people.change_person(store, person_id, role=data.role)
        case "link":
            return _page(request, link=_invited(request, person))
        case "close" | "open":
            people.change_person(store, person_id, active=data.do == "open")
        case "remove":
            people.remove_person(store, person_id)
        case _:
            return _page(request, trouble=f"nobody knows how to {data.do[:40]!r}")
    return Redirect(f"/settings/people?saved={data.do}", status_code=303)


def _added(request: AnyRequest, data: NewPerson | PersonForm) -> people.Person:
    request.state["audit_target"] = f"added {data.email} as {data.role}"
    return people.add_person(_store(request), email=data.email, role=data.role, name=data.name)


def _page(request: AnyRequest, *, trouble: str = "", link: Invited | None = None) -> Template:
    services = request.app.state.services
    context = {
        "people": people.list_people(services.store),
        "roles": ROLE_MEANINGS,
        "trouble": trouble,
        "link": link,
        "open_to_all": not services.auth.required,
        "provider": services.provider.name if services.provider else "",
        "newcomers": services.config.newcomers or "",
        "saved": request.query_params.get("saved", ""),
    }
    return Template("people.html", context=context, status_code=400 if trouble else 200)


def _invited(request: AnyRequest, person: people.Person) -> Invited:
    link = f"{origin_of(request)}/join/{people.invite(_store(request), person.id)}"
    return Invited(people.person_of(_store(request), person.id) or person, link)


def _nobody(person_id: int) -> Any:
    raise not_found(f"there is no account {person_id}")


def _store(request: AnyRequest) -> Store:
    return request.app.state.services.store


handlers = [get_me, get_people, post_person, patch_person, post_invitation, delete_person]
pages = Router("/", route_handlers=[people_page, add_from_page, change_from_page], include_in_schema=False)
