"""Settings of what callers make and keep."""

from dataclasses import dataclass

from freehold.foundation.settings import setting


@dataclass(frozen=True, slots=True, kw_only=True)
class SurfaceSettings:
    """What voices of people rest on."""

    consent_model: str = setting(
        "", "The model that hears consents; empty means the first of this machine that knows the language."
    )
    consent_days: int = setting(0, "After how many days a consent ends by itself; 0 means not before it is withdrawn.")
