"""The Anthropic surface: one file per endpoint, each with `ROUTES`."""

from collections.abc import Sequence

from starlette.routing import BaseRoute

from freehold.foundation.registry import Registry

ENDPOINTS: Registry[Sequence[BaseRoute]] = Registry("freehold.api.anthropic", "ROUTES")
