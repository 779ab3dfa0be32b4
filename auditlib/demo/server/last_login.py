"""The last log-in of people, which Data Center tells in the record of a user, and the list of all users."""

from __future__ import annotations

from auditlib.demo.server import render
from auditlib.demo.server.exchange import Request
from auditlib.demo.server.render import Json
from auditlib.demo.world.records import User


def user_list(request: Request) -> Json:
    """``GET user/list`` (from 10.3 on): everyone, page by page, without a total."""
    request.require("USER_PICKER", "ADMINISTER")
    everyone = request.lookup.everyone()
    start, size = request.number("cursor", 0), request.size(request.number("maxResults", 2000), 2000)
    following = start + size
    last = following >= len(everyone)
    shown = [with_last_login(request, one) for one in everyone[start:following]]
    return {"isLast": last, "maxResults": size, "values": shown, **({} if last else {"nextCursor": str(following)})}


def with_last_login(request: Request, person: User) -> Json:
    """Render a person, on Data Center with the last log-in, where there was one."""
    shown = dict(render.user(request.site, person) or {})
    seen = None if request.site.cloud else request.world.organization.last_active.get(person.account_id)
    return shown if seen is None else shown | {"lastLoginTime": request.site.time(seen)}
