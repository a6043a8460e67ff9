"""Rows, counts and chart data of a scope against an oracle that reads the planted facts and the tables themselves."""

import csv
import io
from collections.abc import Callable

import pytest

from tests.xingke_web.conftest import Person
from tests.xingke_web.scope import planted as plants
from tests.xingke_web.scope.conftest import World
from xingke_web.audiences.models import Segment
from xingke_web.audit.models import AuditEntry
from xingke_web.campaigns.models import Campaign
from xingke_web.compliance.models import Verdict
from xingke_web.config.vault import vault_of
from xingke_web.identity.models import ReviewPair
from xingke_web.insight.models import Goal
from xingke_web.jobs.models import Job
from xingke_web.privacy.models import SubjectRequest

FACTS = plants.trade(plants.SIZES, plants.TOKENS)


def inside(path: str | None, scope: str) -> bool:
    """Written out here, so that the product's own condition is not its judge."""
    steps, wanted = [one for one in (path or "").split("/") if one], [one for one in scope.split("/") if one]
    return scope == "/" or (path is not None and steps[: len(wanted)] == wanted)


def of_scope(scope: str) -> list[dict]:
    return [row for row in FACTS.customers if inside(row["org_path"], scope)]


def lines_of(response) -> list[list[str]]:
    """The rows of a file, without its heading and the note of who took them."""
    assert response.status_code == 200, response
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    return [row for row in rows[1:] if len(row) == len(rows[0])]


@pytest.mark.parametrize("scope", ["/", "/ia/polk", "/ia/polk/ames"])
def test_what_is_counted_is_what_lies_in_the_scope(scope, world: World, person: Callable[[str, str], Person]):
    somebody, own = person("approver", scope), world.of[scope].values
    own_workspace = {"workspace_id": world.workspace.id}
    client, n = somebody.client, len(of_scope(scope))

    def page(tail: str):
        response = client.get(f"/w/iowa/{tail}")
        assert response.status_code == 200, (tail, response.status_code)
        return response.context

    def total(tail: str) -> int:
        return page(tail)["table"].total

    def rows_of(model, **values) -> int:
        return sum(inside(path, scope) for path in model.objects.filter(**own_workspace, **values).values_list("org_path", flat=True))

    units = [path for path in plants.SIZES if inside(path, scope)]
    assert total("customers/?page_size=1000&scope=/") == n
    assert page("customers/")["tabs"][0]["count"] == f"{n:,}"
    expired = sum(row["licence_status"] == "expired" for row in of_scope(scope))
    assert page("cockpit/customers/?group=licence")["total"] == expired
    figures = page("cockpit/")["figures"]
    assert (figures.standing.customers, sum(unit.customers for unit in figures.units)) == (n, n)
    assert sum(move.customers for move in figures.moves) == n
    tag = page("tags/amount_yuan_365d/")
    assert sum(row[-1] for row in tag["chart"].rows) == n
    assert tag["figures"][0][1] == f"{n:,}"
    assert total(f"segments/{own['segment']}/members/") == n
    seen = list(Segment.objects.filter(**own_workspace).values_list("org_path", flat=True))
    assert total("segments/") == sum(inside(path, scope) or inside(scope, path) for path in seen)
    assert total("identity/customers/") == sum(inside(row["org_path"], scope) for row in FACTS.customers[::4])
    assert total("identity/") == rows_of(ReviewPair)
    assert total("data/quarantine/customer/") == len(units)
    assert total("data/quarantine/order_line/") == len(units) + 2 * (scope == "/")
    assert total("campaigns/") == rows_of(Campaign)
    assert total("compliance/") == rows_of(Verdict)
    assert len(page("goals/")["goals"]) == rows_of(Goal)
    entries = list(AuditEntry.objects.filter(**own_workspace).values_list("org_path", flat=True))
    assert total("audit/") == sum(inside(path, scope) for path in entries)
    numbers = {row["customer_id"] for row in of_scope(scope)}
    assert len(page("privacy/requests/")["requests"]) == SubjectRequest.objects.filter(**own_workspace, customer_number__in=numbers).count()


@pytest.mark.parametrize("scope", ["/ia/polk", "/ia/polk/ames"])
def test_files_hold_the_rows_of_the_scope(scope, world: World, person: Callable[[str, str], Person]):
    client, own, n = person("approver", scope).client, world.of[scope].values, len(of_scope(scope))
    units = [path for path in plants.SIZES if inside(path, scope)]

    def lines(tail: str, **data: str) -> list[list[str]]:
        return lines_of(client.post(f"/w/iowa/{tail}", {"purpose": "service", **data}))

    expired = sum(row["licence_status"] == "expired" for row in of_scope(scope))
    entries = AuditEntry.objects.filter(workspace_id=world.workspace.id)
    assert len(lines("data/quarantine/order_line/export/")) == len(units)
    assert len(lines(f"segments/{own['segment']}/export/")) == n
    assert len(lines("cockpit/customers/export/?group=licence&unit=")) == expired
    assert len(lines("customers/export/", all="1")) == n
    assert len(lines(f"privacy/uses/{world.of['/'].values['use']}/export/", table="customer")) == n
    known = sum(inside(path, scope) for path in entries.values_list("org_path", flat=True))
    assert len(lines("audit/export/")) == known


def test_what_all_units_share_is_not_changed_from_a_part(world: World, person: Callable[[str, str], Person]):
    """Key rotation, passes and shared segments: by people of a county whose role would have the right."""
    shared = Segment.objects.get(key=world.of["/"].values["segment"])
    before = (vault_of(world.workspace.id).key_id, Job.objects.count(), shared.name, shared.version)
    approver, analyst = (person(role, "/ia/polk/ames").client for role in ("approver", "analyst"))
    assert approver.post("/w/iowa/privacy/keys/rotate/").status_code == 403
    assert approver.post("/w/iowa/privacy/retention/run/").status_code == 403
    assert analyst.post("/w/iowa/data/run/", {"source": ""}).status_code == 403
    assert analyst.post("/w/iowa/identity/run/").status_code == 403
    form = {"act": "save", "name": "changed"}
    assert analyst.post(f"/w/iowa/segments/{shared.key}/", form).status_code == 403
    assert analyst.post(f"/w/iowa/segments/{shared.key}/retire/").status_code == 403
    shared.refresh_from_db()
    assert (vault_of(world.workspace.id).key_id, Job.objects.count(), shared.name, shared.version) == before
    assert shared.state == "active"


def test_a_segment_of_a_unit_is_used_below_it_and_unknown_beside_it(world: World, person: Callable[[str, str], Person]):
    city = world.of["/ia/polk"].values["segment"]
    assert person("marketer", "/ia/polk/ames").client.get(f"/w/iowa/segments/{city}/").status_code == 200
    assert person("marketer", "/ia/polk2").client.get(f"/w/iowa/segments/{city}/").status_code == 404


def test_what_was_done_while_looking_at_a_part_is_written_down_where_it_belongs(world: World, person: Callable[[str, str], Person]):
    """Somebody of the whole who looks at a county acts on what all share: the county does not read of it."""
    admin = person("admin", "/").client
    assert admin.post("/w/iowa/scope/set/", {"path": "/ia/polk/ames"}).status_code == 302
    assert admin.post("/w/iowa/audit/verify/").status_code == 200
    assert AuditEntry.objects.get(name="audit.verified").org_path == "/"
    assert admin.get("/w/iowa/audit/").context["table"].total == sum(
        inside(path, "/ia/polk/ames")
        for path in AuditEntry.objects.filter(workspace_id=world.workspace.id).values_list("org_path", flat=True)
    )
