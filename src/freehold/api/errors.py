"""Every error of the API in OpenAI's shape, FastAPI's own validation included."""

from fastapi.exceptions import RequestValidationError
from starlette.requests import Request
from starlette.responses import Response

from freehold.contracts.errors import InvalidRequest
from freehold.foundation import edge


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"][1:]) or None
    return edge.error_response(InvalidRequest(f"The request is not valid: {first['msg']}.", param=place))


EXCEPTION_HANDLERS: dict[int | type[Exception], edge.ExceptionHandler] = {
    **edge.EXCEPTION_HANDLERS,
    RequestValidationError: _invalid,
}
