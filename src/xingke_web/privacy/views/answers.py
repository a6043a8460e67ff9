"""Files of a request: the answer for the person, as a page to print or as JSON, and the signed report of what was done."""

import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from xingke.words import Language
from xingke_web.accounts.facade import needs
from xingke_web.audit.facade import record
from xingke_web.customers.facade import unstored
from xingke_web.privacy.models import SubjectRequest
from xingke_web.privacy.requests import answer_of, report_of
from xingke_web.privacy.views.requests import request_of
from xingke_web.privacy.views.shared import request_viewer
from xingke_web.ui.pages import page


@needs("privacy.edit")
@require_POST
def answer(request: HttpRequest, workspace: str, key: int) -> HttpResponse:
    """The answer: readable, or as JSON to take along; that somebody fetched it is written down."""
    viewer = request_viewer(request)
    asked = request_of(viewer, key)
    content = answer_of(asked) if asked.state == SubjectRequest.State.DONE else {}
    if not content:
        raise Http404
    record("subject.downloaded", viewer=viewer, subject=asked, reference=asked.reference)
    if request.POST.get("form") == "json":
        response = _json(content, f"{asked.reference}.json")
    else:
        sections = [_in_language(one, viewer.language) for one in content.get("sections", [])]
        explained = [
            {"label": one[viewer.language], "value": one["value"], "why": one[f"why_{viewer.language}"]} for one in content["explained"]
        ]
        context = {"asked": asked, "sections": sections, "explained": explained}
        response = page(request, "privacy/answer.html", context)
    return unstored(response)


@needs("privacy.view")
@require_GET
def report(request: HttpRequest, workspace: str, key: int) -> HttpResponse:
    """What was done, by whom, and what the proof found; signed, without personal values."""
    asked = request_of(request_viewer(request), key)
    if asked.is_open:
        raise Http404
    return _json({**report_of(asked), "signature": asked.signature}, f"{asked.reference}-report.json")


def _in_language(section: dict[str, Any], language: Language) -> dict[str, Any]:
    said = {name: section[name][language] for name in ("label", "purpose", "source", "recipients")}
    because = section["kept_because"]
    return {**said, "rows": section["rows"], "kept_because": because[language] if because else ""}


def _json(content: object, name: str) -> HttpResponse:
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)
    return HttpResponse(text, content_type="application/json", headers={"Content-Disposition": f'attachment; filename="{name}"'})
