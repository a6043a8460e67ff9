"""No request makes a server error, whatever it holds: the answer is a page, a refusal in words, or a way on.

`FUZZ_REQUESTS=200000 pytest tests/xingke_web/fuzz` runs the long one; `FUZZ_SEED` begins it elsewhere.
"""

import os
import random
import shutil
from collections import Counter
from dataclasses import replace

import pytest
from django.conf import settings as django_settings
from django.test import Client

from tests.facts import NOW, lake_of
from tests.xingke_web.audiences.conftest import AS_OF, trade
from tests.xingke_web.fuzz.requests import Attack, Fields, addresses, attack
from xingke.loop import derive
from xingke_web.audiences.models import Segment
from xingke_web.loop.facade import run_loop, tag_library, tier_scheme

REQUESTS = int(os.environ.get("FUZZ_REQUESTS", "4000"))
SEED = int(os.environ.get("FUZZ_SEED", "9"))


@pytest.fixture
def site(tmp_path, workspace):
    """The workspace with a small trade after one pass."""
    original = django_settings.XINGKE
    django_settings.XINGKE = replace(original, path=tmp_path)
    lake = lake_of(tmp_path / "lakes" / "iowa", trade(20))
    with lake.writer(now=NOW) as writer:
        derive(writer, tag_library("wholesale"), tier_scheme("wholesale"), as_of=AS_OF, now=NOW)
        writer.publish()
    run_loop(workspace.slug)
    yield workspace
    django_settings.XINGKE = original
    shutil.rmtree(tmp_path, ignore_errors=True)


def send(client: Client, one: Attack):
    if one.content_type:
        return client.generic(one.method.upper(), one.address, one.data["body"], content_type=one.content_type, headers=one.headers)
    return getattr(client, one.method)(one.address, one.data, headers=one.headers)


def learn(response, fields: dict[str, set[str]]) -> None:
    """Take the fields of a page, so that later requests speak its language."""
    if response.status_code == 200 and not response.streaming and "html" in response.get("Content-Type", ""):
        page = Fields()
        page.feed(response.content.decode("utf-8", "replace"))
        for name, values in page.found.items():
            fields.setdefault(name, set()).update(sorted(values)[:20])


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_no_request_makes_a_server_error(site, admin, analyst, approver, customer_manager, retailer, stranger):
    draw = random.Random(SEED)  # noqa: S311 - nothing secret is drawn
    people = [admin.client, admin.client, analyst.client, approver.client, customer_manager.client, retailer.client, stranger, Client()]
    for client in people:
        client.raise_request_exception = False
    places, fields, answers = list(addresses()), {}, Counter()
    known = {
        "workspace": ["iowa"],
        "key": [*Segment.objects.values_list("key", flat=True), "x", "1"],
        "number": ["0", "1", "2", "3"],
        "table": ["customer", "order_line"],
        "name": ["order_count_90d", "days_since_last_order"],
    }
    for place in places:
        learn(admin.client.get(place.filled(draw, known)), fields)
    wrong = []
    for _ in range(REQUESTS):
        one = attack(draw, places, known, fields)
        response = send(draw.choice(people), one)
        answers[response.status_code] += 1
        text = b"" if response.streaming else response.content
        if response.status_code >= 500 or b"Traceback (most recent call last)" in text:
            wrong.append(f"{response.status_code} {one}")
        if "_auth_user_id" not in admin.client.session:
            for person in (admin, analyst, approver, customer_manager, retailer):
                person.client.force_login(person.user)
    print(dict(answers))  # noqa: T201 - says with -s how many requests were answered how
    assert wrong == []
    assert answers[200] > REQUESTS * 0.1
