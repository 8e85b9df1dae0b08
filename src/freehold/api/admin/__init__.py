"""The admin API under /admin/v1: one file per subject, each with a FastAPI `ROUTER`."""

from fastapi import APIRouter

from freehold.foundation.registry import Registry

ROUTERS: Registry[APIRouter] = Registry("freehold.api.admin", "ROUTER")
