"""The error tree. Each error owns what a client sees; only `foundation/edge.py` turns one into JSON.

FreeholdError                500  server_error
├─ InvalidRequest            400  invalid_request_error
│  ├─ ContextLengthExceeded  400  context_length_exceeded
│  ├─ UnsupportedParameter   400  unsupported_parameter
│  ├─ ConsentPhraseMismatch  400  consent_phrase_mismatch
│  └─ SpeakerMismatch        400  speaker_mismatch
├─ Unauthorized              401  invalid_api_key
├─ Forbidden                 403  permission_denied
│  └─ VoiceNotApproved       403  voice_not_approved
├─ NotFound                  404  not_found
│  └─ ModelNotFound          404  model_not_found
├─ RequestTooLarge           413  request_too_large
├─ RateLimited               429  rate_limit_exceeded     (retryable)
├─ BudgetExceeded            429  insufficient_quota
├─ Cancelled                 499  request_cancelled
├─ ProviderFailed            502  provider_failed         (retryable)
├─ Unavailable               503  unavailable             (retryable)
├─ ProviderTimeout           504  provider_timeout        (retryable)
└─ SetupError                 –   stops a command with one line and exit status 1
"""


class FreeholdError(Exception):
    """Anything Freehold reports on purpose: a message for people, a code for programs, a hint with the fix."""

    status: int = 500
    type: str = "server_error"
    code: str = "internal_error"
    retryable: bool = False

    def __init__(self, message: str, *, param: str | None = None, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.param = param
        self.hint = hint

    def public_message(self) -> str:
        """The message followed by the hint, as one text."""
        return f"{self.message} {self.hint}".strip()


class InvalidRequest(FreeholdError):
    """The request cannot be understood or asks for something out of range."""

    status = 400
    type = "invalid_request_error"
    code = "invalid_request"


class ContextLengthExceeded(InvalidRequest):
    """Prompt and answer together are longer than the model's context. Never truncated silently."""

    code = "context_length_exceeded"


class UnsupportedParameter(InvalidRequest):
    """A known parameter that this model or engine cannot honour."""

    code = "unsupported_parameter"


class ConsentPhraseMismatch(InvalidRequest):
    """What is said in a recording is not the phrase by which somebody lends their voice."""

    code = "consent_phrase_mismatch"


class SpeakerMismatch(InvalidRequest):
    """A sample is of another voice than the consent to use it."""

    code = "speaker_mismatch"


class Unauthorized(FreeholdError):
    """No credential, or one that is unknown or revoked."""

    status = 401
    type = "invalid_request_error"
    code = "invalid_api_key"


class Forbidden(FreeholdError):
    """A known caller who may not do this."""

    status = 403
    type = "permission_error"
    code = "permission_denied"


class VoiceNotApproved(Forbidden):
    """A voice that speaks only once an administrator has listened to it."""

    code = "voice_not_approved"


class NotFound(FreeholdError):
    """No such thing, or it belongs to somebody else."""

    status = 404
    type = "invalid_request_error"
    code = "not_found"


class ModelNotFound(NotFound):
    """No route has this public model name."""

    code = "model_not_found"


class RequestTooLarge(FreeholdError):
    """The request body is over the limit."""

    status = 413
    type = "invalid_request_error"
    code = "request_too_large"


class RateLimited(FreeholdError):
    """The engine's queue or the caller's allowance is full for now; a retry may help after `retry_after_seconds`."""

    status = 429
    type = "rate_limit_error"
    code = "rate_limit_exceeded"
    retryable = True

    def __init__(
        self, message: str, *, param: str | None = None, hint: str = "", retry_after_seconds: int | None = None
    ) -> None:
        super().__init__(message, param=param, hint=hint)
        self.retry_after_seconds = retry_after_seconds


class BudgetExceeded(FreeholdError):
    """The money that the caller may spend in this period is used up or reserved. Waiting a moment does not help."""

    status = 429
    type = "insufficient_quota"
    code = "insufficient_quota"


class Cancelled(FreeholdError):
    """The client went away, or the server is stopping."""

    status = 499
    code = "request_cancelled"


class ProviderFailed(FreeholdError):
    """The provider closed the connection or answered with what is not an answer."""

    status = 502
    code = "provider_failed"
    retryable = True


class Unavailable(FreeholdError):
    """A part that the request needs is not ready."""

    status = 503
    code = "unavailable"
    retryable = True


class ProviderTimeout(FreeholdError):
    """The provider did not answer within its deadline."""

    status = 504
    code = "provider_timeout"
    retryable = True


class SetupError(FreeholdError):
    """Freehold cannot start or finish a command; the message is one line and the hint names the fix."""

    code = "setup_error"
