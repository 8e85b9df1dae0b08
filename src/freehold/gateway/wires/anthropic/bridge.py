"""Lets a provider that speaks OpenAI's wire answer a Messages request.

reply = as_messages(await provider.send(as_chat(call)), call)
"""

from collections.abc import AsyncIterator

import msgspec

from freehold.contracts.wire import Call, Reply
from freehold.gateway.wires.anthropic.bodies import MAX_ANSWER_BYTES
from freehold.gateway.wires.anthropic.chat_request import chat_request
from freehold.gateway.wires.anthropic.errors import messages_error_from_chat
from freehold.gateway.wires.anthropic.messages_answer import message
from freehold.gateway.wires.anthropic.messages_stream import messages_stream

SSE = "text/event-stream"


def as_chat(call: Call, *, newer_limit: bool = False) -> Call:
    """The same wish in OpenAI's words; `newer_limit` names its limit as OpenAI's newest models want it.

    Raises `InvalidRequest` or `UnsupportedParameter`.
    """
    return msgspec.structs.replace(
        call, endpoint="chat/completions", body=chat_request(call.body, newer_limit=newer_limit)
    )


def as_messages(reply: Reply, call: Call) -> Reply:
    """The same answer, or error, in Anthropic's words; what is kept whole stays so. Closing the result closes `reply`.

    Raises `ProviderFailed` for a kept answer that makes no sense; any other raises it as it is read.
    """
    streams = reply.status < 400 and reply.media_type.startswith(SSE)
    kept = None if reply.content is None else _translated(reply.content, reply.status, call)
    return Reply(
        status=reply.status,
        media_type=reply.media_type if streams else "application/json",
        headers=reply.headers,
        body=messages_stream(reply.body, call.request_id) if streams else _whole(reply, call),
        close=reply.close,
        usage=reply.usage,
        content=kept,
    )


async def _whole(reply: Reply, call: Call) -> AsyncIterator[bytes]:
    yield _translated(await reply.keep(MAX_ANSWER_BYTES), reply.status, call)


def _translated(content: bytes, status: int, call: Call) -> bytes:
    if status >= 400:
        return msgspec.json.encode(messages_error_from_chat(content, status, call.request_id))
    return message(content)
