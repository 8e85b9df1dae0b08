"""Settings of the server itself."""

from dataclasses import dataclass

from freehold.foundation.settings import setting


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneralSettings:
    """Keys without a section."""

    data: str = setting("", "The data folder; empty means /var/lib/freehold as root, else $XDG_DATA_HOME/freehold.")
    admin_key: str = setting("", "The first admin key, for automation; empty means one is made and printed once.")
    log_level: str = setting("info", "The least severe log line that is kept: debug, info, warning or error.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiSettings:
    """Where the server listens and what it accepts."""

    host: str = setting("127.0.0.1", "The address to listen on; 0.0.0.0 opens the server to other machines.")
    port: int = setting(8000, "The TCP port to listen on.")
    max_body_bytes: int = setting(32 * 1024 * 1024, "The largest request body accepted.")
    max_upload_bytes: int = setting(100 * 1024 * 1024, "The largest upload accepted: a recording with its form.")
    max_uploads_bytes: int = setting(
        256 * 1024 * 1024, "How many bytes of uploads may be under way at once; each takes up to thrice its size."
    )
    realtime_sessions: int = setting(500, "How many realtime sessions may be open at once.")
    realtime_sessions_per_caller: int = setting(20, "How many of them one caller may have open.")
    realtime_ice_servers: tuple[str, ...] = setting(
        (), "STUN or TURN servers (stun:host:port) that tell WebRTC calls their addresses; empty asks nobody."
    )
    open_browser: bool = setting(False, "Whether `serve` opens the web page.")
