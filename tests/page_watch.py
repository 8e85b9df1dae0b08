"""Notes everything that a page of the web app does and should not."""

from playwright.sync_api import BrowserContext, ConsoleMessage, Request

COUNT_VIOLATIONS = (
    "window.violations = []; document.addEventListener('securitypolicyviolation',"
    " event => window.violations.push(event.violatedDirective + ' ' + event.blockedURI))"
)


class Watch:
    """Everything a page does that it should not."""

    def __init__(self, context: BrowserContext, origin: str) -> None:
        self._origin = origin
        self.complaints: list[str] = []
        context.on("request", self._request)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.complaints.append(f"uncaught: {error.error}"))
        context.add_init_script(COUNT_VIOLATIONS)

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self._origin + "/", "data:", "blob:")):
            self.complaints.append(f"left the origin: {request.url}")

    def _console(self, message: ConsoleMessage) -> None:
        # The browser itself reports each 401, which is how the page learns that nobody is signed in.
        url = message.location["url"]
        refused = "status of 401" in message.text and url.endswith("/api/session")
        # So it does a plan that the server refuses, which the page shows at its field.
        refused |= "status of 400" in message.text and "/admin/v1/rollouts/" in url
        # So it does a conversation with a model that there is not, which the page puts into words.
        refused |= "/v1/realtime?model=gone" in message.text + url
        if message.type in ("error", "warning") and not refused:
            self.complaints.append(f"console: {message.text} ({message.location['url']})")

    def check(self, context: BrowserContext) -> None:
        """Fail on any complaint, content security policy violations included."""
        for page in context.pages:
            self.complaints += [f"policy: {found}" for found in page.evaluate("window.violations")]
        assert not self.complaints, "\n".join(self.complaints)
