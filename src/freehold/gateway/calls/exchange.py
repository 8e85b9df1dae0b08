"""What a rollout is told of a request that took part in it."""

from freehold.contracts.rollouts import Assignment, Exchange
from freehold.gateway.calls.request import GatewayRequest
from freehold.gateway.ledger.rows import Entry

NOT_ANSWERED = 503


def exchange_of(request: GatewayRequest, entry: Entry, assignment: Assignment) -> Exchange:
    """The request and its answer, as the ledger has them.

    Where the candidate was to answer and another target had to, the candidate has failed, whatever the user got.
    """
    answered_by = f"{entry.provider}/{entry.upstream_model}"
    stood_in = assignment.arm == "candidate" and answered_by != f"{assignment.provider}/{assignment.model}"
    failed = stood_in and entry.outcome != "cancelled"
    first_byte = entry.first_byte_milliseconds
    return Exchange(
        assignment=assignment,
        principal=request.principal,
        call=request.call,
        at=entry.at + entry.total_milliseconds / 1000,
        status=NOT_ANSWERED if failed else entry.status,
        outcome="failed" if failed else entry.outcome,
        answer=b"" if failed else request.answer,
        is_stream=entry.stream,
        is_whole=request.is_answer_whole,
        first_byte_seconds=None if first_byte is None else first_byte / 1000,
        seconds=entry.total_milliseconds / 1000,
        input_tokens=entry.input_tokens,
        output_tokens=entry.output_tokens,
        cost=entry.cost,
        request_id=entry.request_id,
        answered_by=answered_by,
    )
