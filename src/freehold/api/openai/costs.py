"""GET /v1/costs: what requests cost, what they would have cost, and what was saved.

`saving` is the list price of what an operator said is replaced, less what the answer cost; `vendor_list_price` is the
list price of answers that count as no saving. A request without a known price is in no sum, but counted.
"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from freehold.api.identify import identify
from freehold.api.ledger_query import Parameters, read_parameters
from freehold.api.ledger_report import Report, answer_report

REPORT = Report(
    name="costs",
    action="costs.read",
    counts=("requests", "requests_without_price", "requests_estimated"),
    money=("vendor_cost", "local_cost", "saving", "vendor_list_price"),
)


async def costs(request: Request) -> Response:
    """Money by hour or day and by group: JSON pages, or all of it as CSV."""
    principal = await identify(request)
    return await answer_report(request, principal, REPORT, read_parameters(request, Parameters))


ROUTES = [Route("/v1/costs", costs)]
