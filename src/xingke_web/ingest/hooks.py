"""The door for messages of other systems: verified, on disk before the answer, once each."""

from django.http import Http404, HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from xingke.errors import UserFacingError
from xingke.sources.connectors.payload import BadPayload
from xingke.sources.connectors.webhook import NotSigned, TooLarge, receive
from xingke.words import Words, both
from xingke_web.ingest.connections import settings_of, spool_of
from xingke_web.ingest.models import Connection

STATUS = {NotSigned: 401, TooLarge: 413, BadPayload: 422}
RETRY_SECONDS = 300


@csrf_exempt  # the signature of the message is the authority
@require_POST
def hook(request: HttpRequest, key: str) -> JsonResponse:
    """Take a message: 202 when it is on disk, 401, 413 or 422 with the reason in words when it is not taken."""
    connection = Connection.objects.select_related("workspace").filter(hook_key=key, kind="webhook").first()
    if connection is None:
        raise Http404
    if connection.state == Connection.State.PAUSED:
        answer = _refused(both("该连接已暂停，请稍后再推送", "this connection is paused; send it again later"), status=503)
        answer["Retry-After"] = str(RETRY_SECONDS)
        return answer
    settings = settings_of(connection)
    body = request.read(settings["most_kilobytes"] * 1_024 + 1)
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        received = receive(settings, headers, body, spool=spool_of(connection), now=timezone.now())
    except UserFacingError as error:
        return _refused(error.words, status=STATUS.get(type(error), 400))
    return JsonResponse({"rows": received.rows, "new": received.is_new}, status=202)


def _refused(words: Words, *, status: int) -> JsonResponse:
    return JsonResponse({"error": dict(words)}, status=status, json_dumps_params={"ensure_ascii": False})
