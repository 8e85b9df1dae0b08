"""The official `openai` client against the real server: gateway, worker process, engine."""

import json
import time
from concurrent.futures import ThreadPoolExecutor

import openai
import pytest
from openai.types.chat import ChatCompletionMessageParam
from websockets.sync.client import connect

from live_server import KEY, LiveServer

pytestmark = pytest.mark.network

HELLO: list[ChatCompletionMessageParam] = [{"role": "user", "content": "hello there"}]
PICTURE = {"role": "user", "content": [{"type": "image_url"}]}
FOREVER = {"ignore_eos": True}


def test_models_are_listed_and_retrieved(server: LiveServer) -> None:
    names = [model.id for model in server.client().models.list()]
    assert "tiny" in names
    assert "starter" in names
    assert server.client().models.retrieve("tiny").id == "tiny"


def test_a_stream_says_what_the_whole_answer_says(server: LiveServer) -> None:
    options = {"model": "tiny", "messages": HELLO, "max_tokens": 24, "temperature": 0}
    with_usage = {"stream": True, "stream_options": {"include_usage": True}}
    whole = server.client().chat.completions.create(**options)  # pyright: ignore
    chunks = list(server.client().chat.completions.create(**options, **with_usage))  # pyright: ignore
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert text == whole.choices[0].message.content
    ends = [chunks[-1].usage, whole.usage]
    counts = [(usage.prompt_tokens, usage.completion_tokens, usage.total_tokens) for usage in ends if usage]
    assert len(counts) == 2
    assert counts[0] == counts[1]
    assert all(chunk.usage is None for chunk in chunks[:-1])
    reasons = [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices]
    assert [reason for reason in reasons if reason] == [whole.choices[0].finish_reason]


def test_a_seed_reproduces_and_n_gives_distinct_choices(server: LiveServer) -> None:
    def ask() -> list[str | None]:
        answer = server.client().chat.completions.create(
            model="tiny", messages=HELLO, max_tokens=16, seed=3, n=3, temperature=2, extra_body=FOREVER
        )
        return [choice.message.content for choice in answer.choices]

    first = ask()
    assert first == ask()
    assert len(set(first)) == 3


def test_a_stop_string_ends_the_answer_without_leaking(server: LiveServer) -> None:
    options = {"model": "tiny", "messages": HELLO, "max_tokens": 40, "temperature": 0, "extra_body": FOREVER}
    text = server.client().chat.completions.create(**options).choices[0].message.content  # pyright: ignore
    stop = text[len(text) // 2 :][:2]
    stopped = server.client().chat.completions.create(**options, stop=[stop])  # pyright: ignore
    assert stopped.choices[0].message.content == text[: text.index(stop)]
    assert stopped.choices[0].finish_reason == "stop"
    pieces = server.client().chat.completions.create(**options, stop=[stop], stream=True)  # pyright: ignore
    assert "".join(chunk.choices[0].delta.content or "" for chunk in pieces) == text[: text.index(stop)]


def test_logprobs_come_with_alternatives(server: LiveServer) -> None:
    answer = server.client().chat.completions.create(
        model="tiny", messages=HELLO, max_tokens=5, logprobs=True, top_logprobs=3, temperature=0, extra_body=FOREVER
    )
    logprobs = answer.choices[0].logprobs
    assert logprobs is not None
    assert logprobs.content is not None
    assert len(logprobs.content) == 5
    for entry in logprobs.content:
        assert entry.logprob == entry.top_logprobs[0].logprob <= 0
        assert len(entry.top_logprobs) == 3


def test_a_logit_bias_of_a_hundred_decides(server: LiveServer) -> None:
    answer = server.client().chat.completions.create(
        model="tiny", messages=HELLO, max_tokens=4, logit_bias={"40": 100}, temperature=0, extra_body={"logprobs": True}
    )
    logprobs = answer.choices[0].logprobs
    assert logprobs is not None
    assert logprobs.content is not None
    assert len({entry.token for entry in logprobs.content}) == 1


def test_completions_echo_and_score_the_prompt(server: LiveServer) -> None:
    answer = server.client().completions.create(
        model="tiny", prompt=["hello there", "how are you"], max_tokens=0, echo=True, logprobs=1
    )
    assert [choice.text for choice in answer.choices] == ["hello there", "how are you"]
    for choice in answer.choices:
        assert choice.logprobs is not None
        assert choice.logprobs.token_logprobs is not None
        assert choice.logprobs.token_logprobs[0] is None
        assert all(value <= 0 for value in choice.logprobs.token_logprobs[1:])
        assert "".join(choice.logprobs.tokens or []) == choice.text
    assert answer.usage is not None
    assert answer.usage.completion_tokens == 0


def test_completions_stream(server: LiveServer) -> None:
    options = {"model": "tiny", "prompt": [9, 10, 11], "max_tokens": 12, "temperature": 0, "extra_body": FOREVER}
    whole = server.client().completions.create(**options).choices[0].text  # pyright: ignore
    chunks = server.client().completions.create(**options, stream=True)  # pyright: ignore
    assert "".join(chunk.choices[0].text for chunk in chunks) == whole


@pytest.mark.parametrize(
    ("change", "status", "code", "says"),
    [
        ({"model": "tinny"}, 404, "model_not_found", "Did you mean tiny"),
        ({"max_tokens": 9999}, 400, "context_length_exceeded", "256"),
        ({"messages": [{"role": "user", "content": "word " * 500}]}, 400, "context_length_exceeded", "256"),
        ({"messages": []}, 400, "invalid_request", "messages"),
        ({"temperature": 3}, 400, "invalid_request", "temperature"),
        ({"logit_bias": {"99999": 1}}, 400, "invalid_request", "logit_bias"),
        ({"stop": [""]}, 400, "invalid_request", "stop"),
        ({"tools": [{"type": "function", "function": {"name": "f"}}]}, 400, "unsupported_parameter", "tools"),
        ({"response_format": {"type": "xml"}}, 400, "invalid_request", "response_format"),
        ({"guided_regex": "("}, 400, "invalid_request", "unclosed group"),
        ({"messages": [PICTURE]}, 400, "unsupported_parameter", "image_url"),
    ],
)
def test_bad_requests_name_what_is_wrong(
    server: LiveServer, change: dict[str, object], status: int, code: str, says: str
) -> None:
    body = {"model": "tiny", "messages": HELLO} | change
    answer = server.http().post("/v1/chat/completions", json=body)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (status, code)
    assert set(error) == {"message", "type", "param", "code"}
    assert says in error["message"]
    assert answer.headers["x-request-id"].startswith("req_")
    assert answer.headers["x-should-retry"] == "false"


@pytest.mark.parametrize(
    ("method", "path", "content", "status"),
    [
        ("POST", "/v1/chat/completions", b"{nonsense", 400),
        ("POST", "/v1/chat/completions", b"\xff\xfe", 400),
        ("POST", "/v1/chat/completions", b'{"model": "' + b"x" * (33 * 1024 * 1024), 413),
        ("GET", "/v1/nowhere", b"", 404),
        ("GET", "/nowhere.txt/../v1/x", b"", 404),
        ("GET", "/v1/chat/completions", b"", 405),
        ("POST", "/admin/v1/keys", b'{"name": ""}', 400),
    ],
)
def test_every_error_has_openais_shape(server: LiveServer, method: str, path: str, content: bytes, status: int) -> None:
    answer = server.http().request(method, path, content=content, headers={"content-type": "application/json"})
    assert answer.status_code == status
    assert set(answer.json()["error"]) == {"message", "type", "param", "code"}


def test_a_wrong_key_is_refused_everywhere(server: LiveServer) -> None:
    with pytest.raises(openai.AuthenticationError):
        server.client("fh-wrong").models.list()
    paths = [path for path, methods in server.http().get("/openapi.json").json()["paths"].items() if "get" in methods]
    open_paths = {"/health", "/health/live", "/health/ready", "/metrics", "/openapi.json", "/docs"}
    assert len(paths) > 8
    for path in set(paths) - open_paths:
        assert server.http(None).get(path).status_code == 401, path


@pytest.mark.parametrize("model", ["tiny", "starter"])
def test_sixty_four_streams_complete(server: LiveServer, model: str) -> None:
    def stream(index: int) -> int:
        chunks = server.client().chat.completions.create(
            model=model,
            messages=HELLO,
            max_tokens=20,
            seed=index,
            stream=True,
            extra_body=FOREVER,
            stream_options={"include_usage": True},
        )
        return next(chunk.usage.completion_tokens for chunk in chunks if chunk.usage)

    with ThreadPoolExecutor(64) as pool:
        assert list(pool.map(stream, range(64))) == [20] * 64


def _sequences(server: LiveServer) -> float:
    """How many requests the server is answering, from its own metrics."""
    lines = server.http().get("/metrics").text.splitlines()
    return float(next(line for line in lines if line.startswith("freehold_http_requests_running ")).split()[1])


def test_a_client_that_hangs_up_ends_its_request(server: LiveServer) -> None:
    stream = server.client().chat.completions.create(
        model="tiny", messages=HELLO, max_tokens=240, stream=True, extra_body=FOREVER
    )
    next(iter(stream))
    stream.close()
    for _ in range(100):
        if _sequences(server) == 1:  # the metrics request itself
            return
        time.sleep(0.05)
    raise AssertionError("the request is still running")


def test_unknown_fields_reach_the_provider_untouched(server: LiveServer) -> None:
    body = {"model": "tiny", "messages": HELLO, "max_tokens": 1, "a_parameter_of_next_year": {"x": [1]}}
    assert server.http().post("/v1/chat/completions", content=json.dumps(body)).status_code == 200


def test_a_schema_is_followed_by_way_of_http_and_of_the_websocket(server: LiveServer) -> None:
    schema = {"type": "object", "properties": {"on": {"type": "boolean"}}, "required": ["on"]}
    schema["additionalProperties"] = False
    form = {"type": "json_schema", "json_schema": {"name": "switch", "schema": schema, "strict": True}}
    body = {"model": "tiny", "messages": HELLO, "response_format": form, "seed": 1, "max_tokens": 100}
    answer = server.client().chat.completions.create(**body)  # pyright: ignore
    content = answer.choices[0].message.content
    assert isinstance(json.loads(content or "")["on"], bool)
    headers = {"authorization": f"Bearer {KEY}"}
    with connect(f"{server.address.replace('http', 'ws')}/v1/stream", additional_headers=headers) as socket:
        socket.send(json.dumps(body | {"id": "one"}))
        heard = [json.loads(socket.recv(timeout=30))]
        while "type" not in heard[-1]:
            heard.append(json.loads(socket.recv(timeout=30)))
    assert heard[-1] == {"type": "done", "id": "one"}
    assert "".join(one["choices"][0]["delta"].get("content") or "" for one in heard[:-1]) == content


def test_embeddings_come_alike_as_base64_and_as_floats(server: LiveServer) -> None:
    texts = ["a harbour", "a port for ships", "a sonnet"]
    compact = server.client().embeddings.create(model="minilm", input=texts)
    plain = server.client().embeddings.create(model="minilm", input=texts, encoding_format="float")
    assert [entry.embedding for entry in compact.data] == [entry.embedding for entry in plain.data]
    assert [len(entry.embedding) for entry in plain.data] == [384] * 3
    short = server.client().embeddings.create(model="minilm", input=texts[0], dimensions=32)
    assert sum(number**2 for number in short.data[0].embedding) == pytest.approx(1, abs=1e-4)
    with pytest.raises(openai.BadRequestError, match="is a model for embedding"):
        server.client().chat.completions.create(model="minilm", messages=HELLO)
