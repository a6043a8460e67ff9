"""What a key may do, with the application in this process: keys change while it runs."""

import asyncio
import shutil

import httpx
import pytest
from django.db import DatabaseError

from xingke.events.log import LogWriter
from xingke.events.reader import read_log
from xingke_web.config.vault import vault_of
from xingke_web.tracking import server
from xingke_web.tracking.compaction import compact_workspace
from xingke_web.tracking.hub import Hub
from xingke_web.tracking.models import RejectedEvent, WriteKey
from xingke_web.tracking.places import events_root
from xingke_web.tracking.services import key_make, rejected_retry

TRACK = {"userId": "u1", "event": "Ordered"}


@pytest.fixture
def api(transactional_db, workspace, monkeypatch):
    """Runs a scenario against the application; a scenario gets `post(made, content)` and may call the database in threads."""
    shutil.rmtree(workspace.lake_path, ignore_errors=True)

    def play(scenario):
        async def main():
            hub = Hub()
            monkeypatch.setattr(server, "hub", hub)
            monkeypatch.setattr(hub, "wake", lambda: None)
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app=server.application), base_url="http://test") as client:

                async def post(made, content, **headers):
                    return await client.post("/v1/batch", json={"batch": content}, auth=(made.secret, ""), headers=headers)

                try:
                    return await scenario(post, hub)
                finally:
                    await hub.close()

        return asyncio.run(main())

    yield play
    shutil.rmtree(workspace.lake_path, ignore_errors=True)


def track(**more):
    return {"type": "track", **TRACK, **more}


def test_a_disabled_key_is_refused_within_seconds(api, workspace):
    made = key_make(workspace, name="app", system="app")

    async def scenario(post, hub):
        first = await post(made, [track()])
        await asyncio.to_thread(WriteKey.objects.update, disabled_at="2026-01-01T00:00:00Z")
        await asyncio.sleep(2.1)
        return first.status_code, (await post(made, [track()])).status_code

    assert api(scenario) == (200, 401)


def test_a_key_over_its_rate_is_told_when_to_come_again(api, workspace):
    made = key_make(workspace, name="app", system="app", rate_per_second=2)

    async def scenario(post, hub):
        await post(made, [track() for _ in range(9)])
        return await post(made, [track()])

    answer = api(scenario)
    assert (answer.status_code, answer.json()["code"]) == (429, "rate_limited")
    assert 1 <= int(answer.headers["Retry-After"]) <= 4


def test_a_key_without_origins_is_not_for_browsers(api, workspace):
    made, named = (key_make(workspace, name=name, system="app", origins=origins) for name, origins in (("a", []), ("b", ["https://a.b"])))

    async def scenario(post, hub):
        return [
            (await post(key, [track()], Origin=origin)).status_code for key in (made, named) for origin in ("https://a.b", "https://c.d")
        ]

    assert api(scenario) == [403, 403, 200, 403]


def test_a_log_whose_holder_does_not_answer_is_an_invitation_to_try_again(api, workspace, monkeypatch):
    made = key_make(workspace, name="app", system="app")
    monkeypatch.setattr("xingke.events.intake.PATIENCE_SECONDS", 0.2)

    async def scenario(post, hub):
        other = LogWriter(events_root(workspace))
        held = await post(made, [track()])
        other.close()
        return held, await post(made, [track()])

    held, after = api(scenario)
    assert (held.status_code, held.headers["Retry-After"], after.status_code) == (503, "1", 200)


def test_while_the_keys_cannot_be_read_no_key_is_called_unknown(api, workspace, monkeypatch):
    made = key_make(workspace, name="app", system="app")

    async def scenario(post, hub):
        with monkeypatch.context() as patch:
            patch.setattr("xingke_web.tracking.keybook.workspaces_all", _away)
            first = await post(made, [track()])
        await asyncio.sleep(0.6)
        return first, await post(made, [track()])

    first, second = api(scenario)
    assert (first.status_code, first.headers["Retry-After"], second.status_code) == (503, "2", 200)


def _away():
    raise DatabaseError("away")


def test_two_servers_of_one_installation_answer_alike(api, workspace, monkeypatch):
    made = key_make(workspace, name="app", system="app")

    async def scenario(post, hub):
        first = await post(made, [track(messageId="m1")])
        monkeypatch.setattr(server, "hub", other := Hub())
        second = await post(made, [track(messageId="m1"), track(messageId="m2")])
        await hub.close()
        third = await post(made, [track(messageId="m2"), track(messageId="m3")])
        await other.close()
        return [(answer.status_code, answer.json()["accepted"], answer.json()["repeated"]) for answer in (first, second, third)]

    assert api(scenario) == [(200, 1, 0), (200, 1, 1), (200, 1, 1)]


def test_a_rejected_event_counts_after_the_plan_was_changed(api, workspace, admin):
    made = key_make(workspace, name="app", system="app", plan_mode="refuse", plan={"Viewed": {}})

    def change_and_retry():
        compact_workspace(workspace)
        WriteKey.objects.update(plan={"Ordered": {}})
        sent = rejected_retry(viewer=admin.viewer, reason="not_in_plan")
        # Its own connection to the database belongs to the thread.
        from django.db import connection

        connection.close()
        return sent

    async def scenario(post, hub):
        first = (await post(made, [track(messageId="m1"), track(messageId="m2", event="Viewed")])).json()
        sent = await asyncio.to_thread(change_and_retry)
        await hub.keys.refresh()
        await hub._retry()
        again = (await post(made, [track(messageId="m1")])).json()
        return first, sent, again

    first, sent, again = api(scenario)
    assert (first["accepted"], first["rejected"], sent) == (1, 1, 1)
    assert (again["accepted"], again["repeated"]) == (0, 1)
    chunks = read_log(events_root(workspace), vault_of(workspace.id))
    assert [event.event_id for chunk in chunks for event in chunk.body.events] == ["m2", "m1"]
    assert not RejectedEvent.objects.filter(state="open").exists()
