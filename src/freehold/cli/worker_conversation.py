"""The service of `freehold worker conversation`, which holds realtime sessions and asks its server for the models."""

from freehold.contracts.errors import SetupError
from freehold.foundation.settings import gateway_socket
from freehold.foundation.worker_edge import Service
from freehold.voice.conversation.worker import ConversationOptions, ConversationService


def open_service(name: str) -> Service:
    """Raises `SetupError` where no server says where it answers."""
    socket = gateway_socket()
    if socket is None:
        text = "A conversation asks a server for its models, and FREEHOLD_GATEWAY_SOCKET names none."
        raise SetupError(text, hint="`freehold serve` starts this worker when the first session is opened.")
    return ConversationService(name, ConversationOptions(gateway_socket=socket))
