"""Clients of other makers, unmodified: over a line that breaks and two servers that are killed, each event arrives once."""

import shutil
import subprocess
import uuid

import pytest

from tests.browser.clients.proxy import TROUBLE

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
EVENTS = 20

RUDDER = "@rudderstack/analytics-js/dist/npm/modern/bundled/umd/index.js"
SEGMENT = "@segment/analytics-next/dist/umd/index.js"
SENSORS = "sa-sdk-javascript/sensorsdata.min.js"

RUDDER_RUN = """
    ([key, url, run, count, options]) => {
        const client = new window.rudderanalytics.RudderAnalytics();
        client.load(key, url, {configUrl: url, ...options});
        client.page('Home');
        client.identify(run, {city: 'x'});
        for (let n = 0; n < count; n++) client.track('Ordered', {n, run});
    }"""
SEGMENT_RUN = """
    async ([key, url, run, count, options]) => {
        const [client] = await window.AnalyticsNext.AnalyticsBrowser.load({writeKey: key, cdnURL: url}, options);
        client.page('Home');
        client.identify(run, {city: 'x'});
        for (let n = 0; n < count; n++) client.track('Ordered', {n, run});
    }"""
SENSORS_RUN = """
    ([key, url, run, count, options]) => {
        const sensors = window.sensorsDataAnalytic201505;
        sensors.init({server_url: url + '/sa?token=' + key, show_log: false, ...options});
        sensors.login(run);
        for (let n = 0; n < count; n++) sensors.track('Ordered', {n, run});
        sensors.setItem('goods', run, {name: 'Tea'});
    }"""


@pytest.fixture
def page(chromium, pages):
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{pages}/empty.html")
    yield page
    context.close()


def ordered(events: list[dict], run: str) -> list[int]:
    return sorted(event["properties"]["n"] for event in events if event["name"] == "Ordered" and event["properties"].get("run") == run)


def play(page, pages, bundle: str, script: str, line, installation, **options) -> str:
    """Run a client in a page; in the middle of it one server, then the other, is killed."""
    run = f"u-{uuid.uuid4().hex[:12]}"
    page.add_script_tag(url=f"{pages}/{bundle}")
    page.evaluate(script, [installation.trial.key, line.url, run, EVENTS, options])
    page.wait_for_timeout(1500)
    installation.kill(installation.ports[0])
    installation.until(lambda events: len(ordered(events, run)) > EVENTS // 2)
    installation.kill(installation.ports[1])
    return run


@pytest.mark.parametrize(
    "options", [{}, {"queueOptions": {"batch": {"enabled": True, "maxItems": 5, "flushInterval": 1000}}}], ids=["single", "batch"]
)
def test_rudderstack_in_a_browser(page, pages, line, installation, options):
    run = play(page, pages, RUDDER, RUDDER_RUN, line, installation, **options)
    found = installation.until(lambda events: len(ordered(events, run)) >= EVENTS)
    assert ordered(found, run) == list(range(EVENTS)), line.done
    assert [event["traits"]["city"] for event in found if event["kind"] == "identify" and event["user_id"] == run] == ["x"]
    assert sum(line.done[what] for what in TROUBLE) > 0


def test_beacons_of_rudderstack(page, pages, line, installation):
    line.share = 0  # a beacon that is lost is lost: the client does not hear of it
    run = f"u-{uuid.uuid4().hex[:12]}"
    page.add_script_tag(url=f"{pages}/{RUDDER}")
    options = {"useBeacon": True, "beaconQueueOptions": {"flushQueueInterval": 500}}
    page.evaluate(RUDDER_RUN, [installation.trial.key, line.url, run, EVENTS, options])
    found = installation.until(lambda events: len(ordered(events, run)) >= EVENTS)
    assert ordered(found, run) == list(range(EVENTS)), line.done


@pytest.mark.parametrize(
    "options",
    [{}, {"integrations": {"Segment.io": {"deliveryStrategy": {"strategy": "batching", "config": {"size": 5, "timeout": 1000}}}}}],
    ids=["single", "batch"],
)
def test_segment_in_a_browser(page, pages, line, installation, options):
    run = play(page, pages, SEGMENT, SEGMENT_RUN, line, installation, **options)
    found = installation.until(lambda events: len(ordered(events, run)) >= EVENTS)
    assert ordered(found, run) == list(range(EVENTS)), line.done


def test_sensors_in_a_browser(page, pages, line, installation):
    batch = {"datasend_timeout": 3000, "send_interval": 1000, "storage_length": 200}
    run = play(page, pages, SENSORS, SENSORS_RUN, line, installation, batch_send=batch)
    found = installation.until(lambda events: len(ordered(events, run)) >= EVENTS)
    assert ordered(found, run) == list(range(EVENTS)), line.done
    assert {event["user_id"] for event in found if event["properties"].get("run") == run} == {run}
    items = installation.until(lambda events: any(event["properties"].get("$item_id") == run for event in events), seconds=30)
    assert [event["kind"] for event in items if event["properties"].get("$item_id") == run] == ["item"]


def test_images_of_sensors_in_a_browser(page, pages, line, installation):
    line.share = 0  # the client sends each image once
    run = f"u-{uuid.uuid4().hex[:12]}"
    page.add_script_tag(url=f"{pages}/{SENSORS}")
    page.evaluate(SENSORS_RUN, [installation.trial.key, line.url, run, EVENTS, {"send_type": "image"}])
    found = installation.until(lambda events: len(ordered(events, run)) >= EVENTS)
    assert ordered(found, run) == list(range(EVENTS)), line.done


def test_segment_on_node(packages, line, installation):
    run = f"u-{uuid.uuid4().hex[:12]}"
    script = f"""
        const {{ Analytics }} = require('@segment/analytics-node');
        const where = {{ writeKey: '{installation.trial.key}', host: '{line.url}', path: '/v1/batch' }};
        const client = new Analytics({{ ...where, maxRetries: 30, flushAt: 5 }});
        for (let n = 0; n < {EVENTS}; n++) client.track({{ userId: '{run}', event: 'Ordered', properties: {{ n, run: '{run}' }} }});
        client.closeAndFlush({{ timeout: 120000 }});
    """
    node = subprocess.Popen([shutil.which("node"), "-e", script], cwd=packages.parent)
    installation.kill(installation.ports[0])
    assert node.wait(timeout=180) == 0
    assert ordered(installation.events(), run) == list(range(EVENTS))
