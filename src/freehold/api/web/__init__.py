"""What the web app talks to, and the app itself: one file per subject, each with `ROUTES`."""

from collections.abc import Sequence

from starlette.routing import BaseRoute

from freehold.foundation.registry import Registry

PAGES: Registry[Sequence[BaseRoute]] = Registry("freehold.api.web", "ROUTES")
