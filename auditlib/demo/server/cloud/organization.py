"""The organisation of a Cloud site, which answers at a host of its own in the world outside: when people were last active."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping

from auditlib.demo.server.cloud.workspace import CLOUD_ID
from auditlib.demo.server.exchange import Answer, Asked, Site, json_answer

PLACE = "/admin/v1/orgs/"
_LAST_ACTIVE = re.compile(r"/admin/v1/orgs/([^/]+)/directory/users/([^/]+)/last-active-dates")


def answer(site: Site, asked: Asked, headers: Mapping[str, str]) -> Answer:
    """``GET admin/v1/orgs/{org}/directory/users/{account}/last-active-dates``, for whoever has the key."""
    world = site.world.organization
    given = headers.get("Authorization", "")
    if not world.key or not secrets.compare_digest(given.encode(), f"Bearer {world.key}".encode()):
        return json_answer({"code": 401, "message": "Unauthorized"}, 401)
    found = _LAST_ACTIVE.fullmatch(asked.path)
    if found is None or asked.method != "GET" or found[1] != world.id:
        return json_answer({"code": 404, "message": "Not Found"}, 404)
    if found[2] not in site.world.users:
        return json_answer({"code": 404, "message": "The user is not in this organization"}, 404)
    seen = world.last_active.get(found[2])
    products = []
    if seen is not None:
        products = [
            {"id": f"ari:cloud:{key}::site/{CLOUD_ID}", "key": key, "last_active": f"{time:%Y-%m-%d}"}
            | {"last_active_timestamp": f"{time:%Y-%m-%dT%H:%M:%S}Z"}
            for key, time in (("jira-software", seen), ("confluence", seen.replace(year=seen.year + 1)))
        ]
    return json_answer({"data": {"product_access": products, "added_to_org": "2023-10-01"}, "links": {"next": None}})
