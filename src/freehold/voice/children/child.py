"""One child process, seen from its parent: started, asked, cancelled, killed. Its standard error is the worker's."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any

from freehold.contracts.errors import InvalidRequest, SetupError, Unavailable
from freehold.foundation.settings import child_environment
from freehold.voice.children.messages import MAX_LINE_BYTES, BrokenPipeProtocol, Message, decode_line, encode

CANCEL_SECONDS = 1.0
EXIT_SECONDS = 2.0
PIPE_BYTES = 1 << 16


class Child:
    """A running child. Serves one request at a time; who asks meanwhile waits."""

    def __init__(self, process: asyncio.subprocess.Process, facts: Message) -> None:
        self._process = process
        self._next_id = 0
        self._asking = asyncio.Lock()
        self._begun: tuple[Message, int] | None = None  # a message whose bytes are still to come
        self.facts = facts  # what it said of itself when it was ready

    @classmethod
    async def start(cls, command: Sequence[str], *, ready_seconds: float) -> "Child":
        """Start and wait until it can work. Raises `SetupError` for one that cannot, with its own words if any."""
        failed = SetupError(f"{' '.join(command)} did not start.", hint="The worker's log has its words.")
        try:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                limit=MAX_LINE_BYTES,
                env=child_environment(),
            )
        except OSError as error:
            raise failed from error
        child = cls(process, {})
        try:
            async with asyncio.timeout(ready_seconds):
                message, _ = await child._receive()
        except (Unavailable, BrokenPipeProtocol, TimeoutError) as error:
            await child.kill()
            raise failed from error
        except BaseException:
            await child.kill()
            raise
        if message.get("type") != "ready":
            await child.kill()
            raise SetupError(str(message.get("message") or f"{command[-1]} cannot work."))
        child.facts = message
        return child

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.returncode is None

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    async def ask(
        self, message: Mapping[str, Any], payload: bytes = b"", *, silence_seconds: float = 60.0
    ) -> AsyncGenerator[tuple[Message, bytes]]:
        """Send a request; its answers as they come, without the last. Closed early, the request is cancelled.

        Raises `InvalidRequest` where the child says that the request is at fault, and `Unavailable` where it broke, or
        was silent for too long; it is dead then.
        """
        # A generator that its user only drops is closed later: until then the pipe holds the rest of its answers.
        async with self._asking:
            self._next_id += 1
            identifier = self._next_id
            ended = False
            try:
                await self._send_in_time({**message, "id": identifier}, payload, silence_seconds)
                while True:
                    answer, data = await self._answer(identifier, silence_seconds)
                    if answer.get("type") in ("done", "error"):
                        ended = True
                        _raise_error(answer)
                        return
                    yield answer, data
            finally:
                if not ended:
                    await self._cancel(identifier)

    async def _answer(self, identifier: int, silence_seconds: float) -> tuple[Message, bytes]:
        """The next message of a request. Kills a child that is silent or talks nonsense."""
        try:
            async with asyncio.timeout(silence_seconds):
                answer, data = await self._receive()
            if answer.get("id") != identifier:
                raise BrokenPipeProtocol(f"an answer to {answer.get('id')}")
        except (BrokenPipeProtocol, TimeoutError) as error:
            await self.kill()
            raise Unavailable("An engine stopped answering.", hint="Try again shortly.") from error
        return answer, data

    async def _cancel(self, identifier: int) -> None:
        """End the request that runs; a child that does not end it soon is killed."""
        if not self.alive:
            return
        try:
            async with asyncio.timeout(CANCEL_SECONDS):
                await self._send({"type": "cancel", "id": identifier})
                while True:
                    answer, _ = await self._receive()
                    if answer.get("id") == identifier and answer.get("type") in ("done", "error"):
                        return
        except (TimeoutError, Unavailable, BrokenPipeProtocol):
            await self.kill()
        except asyncio.CancelledError:
            self._kill_now()  # in mid-answer, so that nobody could use it again
            raise

    async def _send_in_time(self, message: Mapping[str, Any], payload: bytes, seconds: float) -> None:
        """Send. Kills a child that does not read."""
        try:
            async with asyncio.timeout(seconds):
                await self._send(message, payload)
        except TimeoutError as error:
            await self.kill()
            raise Unavailable("An engine stopped listening.", hint="Try again shortly.") from error

    async def _send(self, message: Mapping[str, Any], payload: bytes = b"") -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(encode(message, payload))
            await self._process.stdin.drain()
        except (OSError, RuntimeError) as error:  # uvloop raises a RuntimeError where the pipe is closed
            await self.kill()
            raise Unavailable("An engine ended.", hint="Try again shortly.") from error

    async def _receive(self) -> tuple[Message, bytes]:
        """The next message. Cancelled within one, the next call goes on with it."""
        assert self._process.stdout is not None
        try:
            if self._begun is None:
                self._begun = decode_line(await self._process.stdout.readuntil(b"\n"))
            message, length = self._begun
            data = await self._process.stdout.readexactly(length) if length else b""
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            await self.kill()
            raise Unavailable("An engine ended.", hint="Try again shortly.") from error
        except asyncio.LimitOverrunError as error:
            raise BrokenPipeProtocol("an endless line") from error
        self._begun = None
        return message, data

    def _kill_now(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    async def kill(self) -> None:
        """End it at once."""
        self._kill_now()
        await self._drain()
        await self._process.wait()

    async def close(self) -> None:
        """Let it end by itself, or after two seconds by force."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            async with asyncio.timeout(EXIT_SECONDS):
                await self._drain()
                await self._process.wait()
        except TimeoutError:
            await self.kill()

    async def _drain(self) -> None:
        """Read what is left: asyncio knows of the end of a process only once its pipes have ended."""
        assert self._process.stdout is not None
        with contextlib.suppress(RuntimeError, OSError):  # another task reads, and comes to the end itself
            while await self._process.stdout.read(PIPE_BYTES):
                pass


def _raise_error(answer: Message) -> None:
    if answer.get("type") != "error":
        return
    text = str(answer.get("message") or "The engine failed.")
    raise InvalidRequest(text) if answer.get("invalid") else Unavailable(text)
