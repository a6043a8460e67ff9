"""Requests of people about their own data: from arrival over identity check and decision to the answer."""

import json
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from xingke.errors import UserFacingError
from xingke_web.accounts.contracts import Viewer
from xingke_web.audit.facade import record
from xingke_web.config.vault import vault_of
from xingke_web.customers.facade import ALL_CHANNELS, consent_record, customer_for
from xingke_web.privacy.answers import access_answer, explained
from xingke_web.privacy.clocks import ANSWER_WORKDAYS, workday_after
from xingke_web.privacy.corrections import correction_apply, fields_in
from xingke_web.privacy.erasing import erasure_proof, person_erase, values_of
from xingke_web.privacy.models import Restriction, SubjectRequest
from xingke_web.privacy.places import workspace_of_id
from xingke_web.privacy.signing import signature_of

Kind, State = SubjectRequest.Kind, SubjectRequest.State
LONGEST_WISH: Final = 2000


class RequestRefused(UserFacingError):
    """A step that this request cannot take now."""


@transaction.atomic
def request_open(*, viewer: Viewer, number: int, kind: str, wish: str, now: datetime | None = None) -> SubjectRequest:
    """Record what a person asks for; the answer is owed within 15 working days. The words are sealed."""
    at = now or timezone.now()
    unit = customer_for(viewer, number).org_path
    if kind not in Kind.values:
        raise RequestRefused(zh="请选择请求的种类", en="choose what is asked for", field="kind")
    if kind == Kind.CORRECT and not wish.strip():
        raise RequestRefused(zh="请写明应更正的内容", en="say what is to be corrected", field="wish")
    if kind == Kind.CORRECT:
        fields_in(wish)
    request = SubjectRequest.objects.create(
        workspace_id=viewer.workspace.id,
        kind=kind,
        customer_number=number,
        received_at=at,
        due_on=workday_after(timezone.localdate(at), ANSWER_WORKDAYS),
        recorded_by_id=viewer.user_id,
    )
    request.wish = vault_of(viewer.workspace.id).seal(wish.strip()[:LONGEST_WISH], place=wish_place(request))
    request.save(update_fields=["wish"])
    record("subject.received", viewer=viewer, subject=request, unit=unit, reference=request.reference, kind=kind, number=number)
    return request


@transaction.atomic
def request_identify(*, viewer: Viewer, request: SubjectRequest, how: str) -> None:
    """Note that the asker is the person, and by what that was checked."""
    _require(request, State.RECEIVED)
    if not how.strip():
        raise RequestRefused(
            zh="请写明核验方式，如回拨登记电话、核对证件", en="say how it was checked: a call back, a document", field="how"
        )
    request.identified_by_id, request.identified_how, request.state = viewer.user_id, how.strip()[:120], State.IDENTIFIED
    request.save(update_fields=["identified_by", "identified_how", "state"])
    record("subject.identified", viewer=viewer, subject=request, reference=request.reference)


@transaction.atomic
def request_decide(*, viewer: Viewer, request: SubjectRequest) -> None:
    """Decide to carry it out. A deletion then waits for a second person; everything else begins."""
    _require(request, State.IDENTIFIED)
    request.decided_by_id = viewer.user_id
    request.state = State.AWAITING if request.kind == Kind.DELETE else State.WORKING
    request.save(update_fields=["decided_by", "state"])
    record("subject.decided", viewer=viewer, subject=request, reference=request.reference)
    if request.state == State.WORKING:
        _begin(request)


@transaction.atomic
def request_approve(*, viewer: Viewer, request: SubjectRequest) -> None:
    """Approve a deletion as the second person."""
    _require(request, State.AWAITING)
    if viewer.user_id == request.decided_by_id:
        raise RequestRefused(
            zh="删除须由另一人复核", en="a deletion is approved by another person than the one who decided it", field="second"
        )
    request.second_by_id, request.state = viewer.user_id, State.WORKING
    request.save(update_fields=["second_by", "state"])
    record("subject.approved", viewer=viewer, subject=request, reference=request.reference)
    _begin(request)


@transaction.atomic
def request_refuse(*, viewer: Viewer, request: SubjectRequest, reason: str) -> None:
    """Refuse it, with the reason that the person is told."""
    if not request.is_open or request.state == State.WORKING:
        raise RequestRefused(zh="请求已在办理或已办结", en="the request is being carried out or answered", field="state")
    if not reason.strip():
        raise RequestRefused(zh="请写明拒绝理由", en="say why it is refused", field="reason")
    request.refusal, request.state, request.done_at = reason.strip()[:300], State.REFUSED, timezone.now()
    request.save(update_fields=["refusal", "state", "done_at"])
    record("subject.refused", viewer=viewer, subject=request, reference=request.reference, reason=request.refusal[:120])


def request_carry_out(request: SubjectRequest) -> None:
    """Do what was decided. May be cut off at any moment and called again."""
    if request.state != State.WORKING:
        return
    workspace, now = workspace_of_id(request.workspace_id), timezone.now()
    if request.kind == Kind.DELETE:
        _delete(request, now)
    elif request.kind in (Kind.ACCESS, Kind.PORT):
        _answer(request, access_answer(workspace, request.customer_number, at=now))
    elif request.kind == Kind.EXPLAIN:
        _answer(
            request,
            {"made_at": now.isoformat(), "customer": request.customer_number, "explained": explained(workspace, request.customer_number)},
        )
    elif request.kind == Kind.CORRECT:
        request.facts = correction_apply(workspace, request.customer_number, wish_of(request), reference=request.reference)
    elif request.kind == Kind.RESTRICT:
        Restriction.objects.get_or_create(
            workspace_id=request.workspace_id, customer_number=request.customer_number, lifted_at=None, defaults={"since": now}
        )
        _withdrawn(request, now)
    else:
        _withdrawn(request, now)
    _done(request, now)


def wish_of(request: SubjectRequest) -> str:
    """The person's words."""
    return vault_of(request.workspace_id).open(request.wish, place=wish_place(request))


def answer_of(request: SubjectRequest) -> dict[str, Any]:
    """The answer, for whoever hands it to the person; empty where there is none."""
    text = vault_of(request.workspace_id).open(request.answer, place=answer_place(request))
    found: dict[str, Any] = json.loads(text) if text else {}
    return found


def wish_place(request: SubjectRequest) -> str:
    """What the person's words are bound to."""
    return f"subject request {request.pk} wish"


def answer_place(request: SubjectRequest) -> str:
    """What the answer is bound to."""
    return f"subject request {request.pk} answer"


def _delete(request: SubjectRequest, now: datetime) -> None:
    """The person's own values are kept, sealed, from the first try until the proof, so that a second try still knows what to look for."""
    workspace = workspace_of_id(request.workspace_id)
    held = answer_of(request)
    values = frozenset(held["values"]) if held else values_of(workspace, request.customer_number)
    if not held:
        _answer(request, {"values": sorted(values)})
        request.save(update_fields=["answer"])
    _withdrawn(request, now)
    request.facts = person_erase(workspace, request.customer_number, request=request, values=values, now=now)
    request.proof = erasure_proof(workspace, request.customer_number, values, at=now)
    request.wish = request.answer = ""


def _withdrawn(request: SubjectRequest, now: datetime) -> None:
    """From here on no message leaves: the ledger is asked again at the moment of sending."""
    for purpose in ("marketing",) if request.kind == Kind.WITHDRAW else ("marketing", "service"):
        consent_record(
            workspace_id=request.workspace_id,
            number=request.customer_number,
            purpose=purpose,
            channel=ALL_CHANNELS,
            state="withdrawn",
            basis="consent",
            evidence=request.reference,
            at=now,
        )


def _answer(request: SubjectRequest, content: dict[str, Any]) -> None:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    request.answer = vault_of(request.workspace_id).seal(text, place=answer_place(request))


@transaction.atomic
def _done(request: SubjectRequest, now: datetime) -> None:
    request.state, request.done_at = State.DONE, now
    request.signature = signature_of(report_of(request))
    request.save()
    record(
        "subject.answered",
        system=True,
        workspace_id=request.workspace_id,
        subject=request,
        reference=request.reference,
        clean=request.proof.get("is_clean"),
        values=request.proof.get("values"),
    )


def report_of(request: SubjectRequest) -> dict[str, Any]:
    """What the signature covers: who asked for what, who decided, what was done and what the proof found."""
    return {
        "reference": request.reference,
        "kind": request.kind,
        "customer": request.customer_number,
        "received_at": request.received_at.isoformat(),
        "done_at": request.done_at.isoformat() if request.done_at else "",
        "decided_by": request.decided_by_id,
        "second_by": request.second_by_id,
        "facts": request.facts,
        "proof": request.proof,
    }


def _begin(request: SubjectRequest) -> None:
    from xingke_web.jobs.facade import job_add
    from xingke_web.privacy.tasks import carry_out

    job_add(carry_out, request.pk, workspace_id=request.workspace_id, unique_key=f"privacy.request.{request.pk}")


def _require(request: SubjectRequest, state: str) -> None:
    if request.state != state:
        raise RequestRefused(zh="请求的状态已变化，请刷新", en="the request has moved on; reload the page", field="state")
