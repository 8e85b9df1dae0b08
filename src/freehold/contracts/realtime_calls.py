"""What a server and the worker that holds its calls say to each other: an offer, an answer, and then nothing.

Both are JSON, each the first message of its side over one WebSocket. The call lasts as long as that WebSocket does.
"""

import msgspec

from freehold.contracts.errors import FreeholdError, InvalidRequest

CALLS = "/v1/realtime/calls"
MAX_SDP_BYTES = 64 * 1024
MAX_CANDIDATES = 64  # addresses that a caller may be at; each is sent packets


class CallOffer(msgspec.Struct, frozen=True, kw_only=True):
    """A caller's session description (SDP), and the servers that tell the worker its own addresses."""

    sdp: str
    ice_servers: tuple[str, ...] = ()


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """An error on its way to the caller."""

    status: int
    type: str
    code: str
    message: str
    param: str | None = None


class CallAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The worker's session description, or why there is none."""

    sdp: str = ""
    refused: Refused | None = None

    @classmethod
    def refusing(cls, error: FreeholdError) -> "CallAnswer":
        """The error as an answer."""
        told = error.public_message()
        return cls(
            refused=Refused(status=error.status, type=error.type, code=error.code, message=told, param=error.param)
        )

    def description(self) -> str:
        """The session description. Raises what the worker refused with."""
        if self.refused is None:
            return self.sdp
        error = FreeholdError(self.refused.message, param=self.refused.param)
        error.status, error.type, error.code = self.refused.status, self.refused.type, self.refused.code
        raise error


def check_offer(sdp: str) -> None:
    """Return for what may be an offer to speak. Raises `InvalidRequest`; whether it can be met shows later."""
    if len(sdp.encode()) > MAX_SDP_BYTES:
        raise InvalidRequest(f"The offer has over {MAX_SDP_BYTES} bytes.", param="sdp")
    lines = sdp.splitlines()
    if not lines or lines[0].strip() != "v=0":
        text = "The offer is no session description."
        raise InvalidRequest(text, param="sdp", hint="Send the SDP of a WebRTC offer.")
    media = [line[2:].partition(" ")[0] for line in lines if line.startswith("m=")]
    if sorted(media) != ["application", "audio"]:
        text = "A call has one audio track and one data channel."
        raise InvalidRequest(text, param="sdp", hint="Add a microphone, and createDataChannel('oai-events').")
    if sum(line.startswith("a=candidate:") for line in lines) > MAX_CANDIDATES:
        raise InvalidRequest(f"The offer has over {MAX_CANDIDATES} candidates.", param="sdp")
