"""Policies over HTTP: /v1/policies. A key may tighten a policy; what widens waits for a person."""

from flask import Response, current_app
from flask_openapi import APIBlueprint
from pydantic import BaseModel, ConfigDict, Field

from moderation.access.guard import SECURITY, caller, requires
from moderation.policies import life, portrait, shadowing, store
from moderation.policies.models import LIVE, PROPOSED
from moderation.policies.schemas import (
    Digest,
    PoliciesOut,
    PolicyDiffOut,
    PolicyFullOut,
    PolicyIn,
    PolicyNames,
    PolicyOut,
    PolicySource,
    PolicyValueChanged,
    ShadowOut,
    Word,
    count_out,
    difference_out,
    policy_out,
)
from moderation.policy.comparing import changed, widening
from moderation.policy.config import Policy
from moderation.problems import documented
from moderation.services import services

api = APIBlueprint(
    "policies",
    __name__,
    url_prefix="/v1/policies",
    abp_security=SECURITY,
    abp_tags=[{"name": "policies", "description": "A tenant's policy documents: draft, shadow, live, retired."}],
    abp_responses=documented(400, 401, 403, 413, 415, 422, 503),
)


class PolicyPath(BaseModel):
    """A document of the key's tenant."""

    digest: Digest


class AnyPolicyPath(BaseModel):
    """A document of the key's tenant, or the shipped one."""

    digest: Word


class PoliciesQuery(BaseModel):
    """Which part of the list."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(50, ge=1, le=200)
    offset: int = Field(0, ge=0, le=1_000_000)


class PolicyDiffQuery(BaseModel):
    """What to compare with."""

    model_config = ConfigDict(extra="forbid")

    against: Word = LIVE


class ShadowQuery(BaseModel):
    """Which part of the differences."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(50, ge=1, le=500)
    cursor: int | None = Field(None, ge=1, le=2**53, description="next_cursor of the page before")


@api.get("", summary="List the tenant's policies", responses={200: PoliciesOut})
@requires("policies:read")
def index(query: PoliciesQuery) -> Response:
    """Return the documents of the key's tenant, newest first, without their texts."""
    tenant = caller().tenant_id
    with services().db.read() as session:
        rows = store.page(session, tenant, query.limit, query.offset)
        answer = PoliciesOut(
            total=store.count(session, tenant),
            in_force=life.in_force(session, tenant),
            policies=[policy_out(row) for row in rows],
        )
    return _json(answer)


@api.post("", summary="Keep a document as a draft", responses={200: PolicyOut, 201: PolicyOut})
@requires("policies:write")
def create(body: PolicyIn) -> Response:
    """Store a document. One that says the same, whatever its layout, is answered with 200 and stays as it is."""
    with services().db.write() as session:
        row, new = life.draft(session, caller().tenant_id, body.source, by=_actor(), note=body.note)
    response = _json(policy_out(row), 201 if new else 200)
    response.headers["Location"] = f"/v1/policies/{row.digest}"
    return response


@api.post("/validate", summary="Check a document, store nothing", responses={200: PolicyNames})
@requires("policies:read")
def validate(body: PolicySource) -> Response:
    """Return what the document would be called, or 422 with every fault, its line and its column."""
    policy = Policy.parse(body.source)
    return _json(PolicyNames(digest=policy.digest, version=policy.version))


@api.get("/<digest>", summary="Read a policy", responses={200: PolicyFullOut, **documented(404)})
@requires("policies:read")
def show(path: AnyPolicyPath) -> Response:
    """Return a document with its text, its values and its history."""
    with services().db.read() as session:
        return _json(portrait.draw(session, caller().tenant_id, path.digest))


@api.get("/<digest>/diff", summary="Compare two policies", responses={200: PolicyDiffOut, **documented(404)})
@requires("policies:read")
def diff(path: AnyPolicyPath, query: PolicyDiffQuery) -> Response:
    """Return what changes if this document takes the place of another, and why that could let more through."""
    with services().db.read() as session:
        sources = [portrait.source_of(session, caller().tenant_id, word) for word in (query.against, path.digest)]
    before, after = (Policy.parse(source) for source in sources)
    return _json(
        PolicyDiffOut(
            before=before.digest,
            after=after.digest,
            changed=[
                PolicyValueChanged(key=each.key, before=each.before, after=each.after)
                for each in changed(before, after)
            ],
            widening=list(widening(before, after)),
        )
    )


@api.post("/<digest>/shadow", summary="Put a policy in shadow", responses={200: PolicyOut, **documented(404, 409)})
@requires("policies:write")
def shadow(path: PolicyPath) -> Response:
    """Have a document judge beside the live one, without consequence."""
    with services().db.write() as session:
        row = life.shadow(session, caller().tenant_id, path.digest, by=_actor())
    return _json(policy_out(row))


@api.delete(
    "/<digest>/shadow", summary="Take a policy out of shadow", responses={200: PolicyOut, **documented(404, 409)}
)
@requires("policies:write")
def withdraw(path: PolicyPath) -> Response:
    """Make a document in shadow a draft again; what was counted stays to be read."""
    with services().db.write() as session:
        row = life.withdraw(session, caller().tenant_id, path.digest, by=_actor())
    return _json(policy_out(row))


@api.get("/<digest>/shadow", summary="Compare shadow and live", responses={200: ShadowOut, **documented(404)})
@requires("policies:read")
def compare(path: PolicyPath, query: ShadowQuery) -> Response:
    """Return how often which verdicts met, and the newest items on which they differ."""
    with services().db.read() as session:
        row = store.find(session, caller().tenant_id, path.digest)
        found = shadowing.differences(session, row.id, query.limit + 1, query.cursor)
        page = found[: query.limit]
        answer = ShadowOut(
            digest=row.digest,
            since=row.shadow_since,
            counts=[count_out(each) for each in shadowing.counts(session, row.id)],
            kept=shadowing.kept(session, row.id),
            differences=[difference_out(each) for each in page],
            next_cursor=page[-1][0].id if len(found) > len(page) else None,
        )
    return _json(answer)


@api.post(
    "/<digest>/publish",
    summary="Put a policy in force, or propose it",
    responses={200: PolicyOut, 202: PolicyOut, **documented(404, 409)},
)
@requires("policies:write")
def publish(path: PolicyPath) -> Response:
    """Put a document in force (200). If it could turn a block into an allow, it waits for a person's approval (202)."""
    with services().db.write() as session:
        row = life.publish(session, caller().tenant_id, path.digest, by=_actor())
    return _json(policy_out(row), 202 if row.state == PROPOSED else 200)


def _actor() -> str:
    return f"key:{caller().key_id}"


def _json(model: BaseModel, status: int = 200) -> Response:
    return current_app.response_class(model.model_dump_json(), status, content_type="application/json")
