"""A few lines for each client by which its events come here."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Snippet:
    """A client and the lines that set it up."""

    name: str
    label: str | Promise
    code: str


def snippets(base: str, key: str) -> list[Snippet]:
    """Lines for the clients that are known to work; `base` is the address of this site without a slash at the end."""
    return [
        Snippet(
            "curl",
            _("By hand"),
            f"curl -u '{key}:' -H 'Content-Type: application/json' {base}/v1/track \\\n"
            """  -d '{"userId": "M-00017", "event": "Ordered", "messageId": "order-1", "properties": {"quantity": 2}}'""",
        ),
        Snippet(
            "segment-python",
            _("Segment, Python"),
            f"import segment.analytics as analytics\nanalytics.write_key = '{key}'\nanalytics.host = '{base}'\n"
            "analytics.track('M-00017', 'Ordered', {'quantity': 2})",
        ),
        Snippet(
            "segment-node",
            _("Segment, Node.js"),
            "import { Analytics } from '@segment/analytics-node'\n"
            f"const analytics = new Analytics({{ writeKey: '{key}', host: '{base}', path: '/v1/batch' }})\n"
            "analytics.track({ userId: 'M-00017', event: 'Ordered', properties: { quantity: 2 } })",
        ),
        Snippet(
            "rudder-python",
            _("RudderStack, Python"),
            f"import rudderstack.analytics as analytics\nanalytics.write_key = '{key}'\nanalytics.dataPlaneUrl = '{base}'\n"
            "analytics.track('M-00017', 'Ordered', {'quantity': 2})",
        ),
        Snippet(
            "sensors-python",
            _("Sensors Analytics, Python"),
            "import sensorsanalytics\n"
            f"consumer = sensorsanalytics.BatchConsumer('{base}/sa?token={key}')\n"
            "client = sensorsanalytics.SensorsAnalytics(consumer)\n"
            "client.track('M-00017', 'Ordered', {'quantity': 2}, is_login_id=True)",
        ),
        Snippet(
            "rudder-js",
            _("RudderStack, browser"),
            "import { RudderAnalytics } from '@rudderstack/analytics-js'\n"
            "const analytics = new RudderAnalytics()\n"
            f"analytics.load('{key}', '{base}', {{ configUrl: '{base}' }})\n"
            "analytics.track('Ordered', { quantity: 2 })",
        ),
        Snippet(
            "segment-js",
            _("Segment, browser"),
            "import { AnalyticsBrowser } from '@segment/analytics-next'\n"
            f"const analytics = AnalyticsBrowser.load({{ writeKey: '{key}', cdnURL: '{base}' }})\n"
            "analytics.track('Ordered', { quantity: 2 })",
        ),
        Snippet(
            "sensors-js",
            _("Sensors Analytics, browser"),
            "import sensors from 'sa-sdk-javascript'\n"
            f"sensors.init({{ server_url: '{base}/sa?token={key}', batch_send: true }})\n"
            "sensors.track('Ordered', { quantity: 2 })",
        ),
        Snippet(
            "sensors-miniprogram",
            _("Sensors Analytics, WeChat mini program"),
            f"import sensors from './sensorsdata.min.js'\nsensors.setPara({{ server_url: '{base}/sa?token={key}' }})\nsensors.init()",
        ),
    ]
