"""The client libraries themselves, unmodified, against a running server: what they send is there, once."""

import threading
import time
import uuid

import pytest
import rudderstack.analytics.client as rudder
import segment.analytics.client as segment
import sensorsanalytics

CALLS = {"track", "identify", "page", "screen", "group", "alias"}


def of_run(server, run):
    """The events that a test sent, by the mark it gave them."""
    return [event for event in server.events() if run in (event["user_id"], event["anonymous_id"], event["name"])]


def all_calls(client, run):
    client.track(run, "Ordered", {"sku": "6901028075831", "quantity": 2})
    client.identify(run, {"phone": "13800138000", "city": "杭州"})
    client.page(run, "Shop", "Home", {"path": "/"})
    client.screen(run, "Shop", "Cart", {})
    client.group(run, "chain-1", {"name": "Chain"})
    client.alias(f"before-{run}", run)
    client.flush()


@pytest.mark.parametrize("library", [segment, rudder], ids=["segment", "rudderstack"])
@pytest.mark.parametrize("gzip", [False, True])
def test_all_six_calls_of_a_library_arrive(server, library, gzip):
    run, failed = uuid.uuid4().hex, []
    client = library.Client(server.key, host=server.url, gzip=gzip, on_error=lambda error, batch: failed.append(error))
    all_calls(client, run)
    client.join()
    found = of_run(server, run)
    assert failed == []
    assert {event["kind"] for event in found} == CALLS
    assert len(found) == 6
    by_kind = {event["kind"]: event for event in found}
    assert by_kind["track"]["properties"] == {"sku": "6901028075831", "quantity": 2}
    assert by_kind["identify"]["traits"] == {"phone": "13800138000", "city": "杭州"}
    assert by_kind["alias"]["name"] == f"before-{run}"
    assert by_kind["group"]["name"] == "chain-1"


def test_a_batch_sent_twice_by_the_library_counts_once(server):
    from segment.analytics.request import post

    run = uuid.uuid4().hex
    batch = [{"type": "track", "userId": run, "event": "Ordered", "messageId": f"{run}-{n}"} for n in range(40)]
    for _ in range(3):
        post(server.key, host=server.url, batch=batch)
    assert len(of_run(server, run)) == 40


def test_a_library_that_found_the_server_down_delivers_when_it_is_back(server):
    run, failed = uuid.uuid4().hex, []
    server.stop()
    client = segment.Client(server.key, host=server.url, on_error=lambda error, batch: failed.append(error), max_retries=60)
    for number in range(25):
        client.track(run, "Ordered", {"n": number})
    threading.Thread(target=client.flush, daemon=True).start()
    time.sleep(1)
    server.start()
    client.flush()
    client.join()
    assert failed == []
    assert sorted(event["properties"]["n"] for event in of_run(server, run)) == list(range(25))


@pytest.mark.parametrize("consumer", [sensorsanalytics.DefaultConsumer, sensorsanalytics.BatchConsumer])
def test_calls_of_the_sensors_library_arrive(server, consumer):
    run = uuid.uuid4().hex
    client = sensorsanalytics.SensorsAnalytics(consumer(f"{server.url}/sa?project=default&token={server.key}"))
    client.track(run, "BuyTicket", {"price": 12.5}, is_login_id=True)
    client.profile_set(run, {"City": "杭州"}, is_login_id=True)
    client.track_signup(run, f"anonymous-{run}")
    client.close()
    found = {event["kind"]: event for event in of_run(server, run)}
    assert set(found) == {"track", "identify", "alias"}
    assert found["track"]["properties"]["price"] == 12.5
    assert found["identify"]["traits"]["City"] == "杭州"
    assert found["alias"]["name"] == f"anonymous-{run}"
