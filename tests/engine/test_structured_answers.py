"""Structured output and tools from the chat worker as a process, asked by OpenAI's own client: random weights, so that
whatever fits is the grammar's doing.
"""

import json
import random
import subprocess
import sys
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import httpx2 as httpx
import jsonschema
import openai
import pytest
from openai.types.chat import ChatCompletionMessageParam
from pydantic import BaseModel, Field

from random_schemas import random_object
from tiny_model import SPEC, make_model

pytestmark = pytest.mark.network

START_SECONDS = 60.0
TEMPLATE = (
    "<|begin|>{% if tools %}<|system|>{{ tools | tojson }} in <tool_call></tool_call><|end|>{% endif %}"
    "{% for message in messages %}<|{{ 'user' if message.role == 'tool' else message.role }}|>{{ message.content }}"
    "{% for call in message.tool_calls or [] %}<tool_call>{{ call.function.arguments.city }}</tool_call>{% endfor %}"
    "<|end|>{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
ASK: list[ChatCompletionMessageParam] = [{"role": "user", "content": "hello"}]
WEATHER: Any = {
    "type": "function",
    "function": {
        "name": "weather",
        "parameters": {
            "type": "object",
            "properties": {"city": {"enum": ["Paris", "Rome"]}, "days": {"type": "integer", "maximum": 9}},
            "required": ["city"],
            "additionalProperties": False,
        },
    },
}
NOW: Any = {"type": "function", "function": {"name": "now", "parameters": {"additionalProperties": False}}}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Generator[openai.OpenAI]:
    folder = make_model(tmp_path_factory.mktemp("models") / "tiny", spec=replace(SPEC, context_length=4096), scale=1.0)
    config = json.loads((folder / "tokenizer_config.json").read_text())
    (folder / "tokenizer_config.json").write_text(json.dumps(config | {"chat_template": TEMPLATE}))
    yield from run_worker(folder)


def run_worker(folder: Path) -> Generator[openai.OpenAI]:
    socket = folder / "worker.sock"
    command = [sys.executable, "-m", "freehold", "worker", "chat", "--model", str(folder), "--name", "tiny"]
    command += ["--socket", str(socket), "--threads", "1", "--exit-with-parent", "--cache-tokens", "65536"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE)
    http = httpx.Client(transport=httpx.HTTPTransport(uds=str(socket)), timeout=60)
    end = time.monotonic() + START_SECONDS
    while not _is_ready(http):
        assert process.poll() is None
        assert time.monotonic() < end
        time.sleep(0.1)
    yield openai.OpenAI(base_url="http://worker/v1", api_key="unused", http_client=http, max_retries=0)
    assert process.poll() is None, "a request ended the worker"
    process.kill()
    process.wait(10)


def _is_ready(http: httpx.Client) -> bool:
    try:
        return http.get("http://worker/worker/health").status_code == 200
    except httpx.TransportError:
        return False


def ask(client: openai.OpenAI, **fields: Any) -> Any:
    return client.chat.completions.create(**({"model": "tiny", "messages": ASK, "max_tokens": 2000} | fields))


def test_fifty_random_schemas_give_valid_instances(client: openai.OpenAI) -> None:
    def one(seed: int) -> None:
        schema = random_object(random.Random(seed))
        form = {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema, "strict": True}}
        [choice] = ask(client, response_format=form, seed=seed).choices
        assert choice.finish_reason == "stop"
        jsonschema.validate(json.loads(choice.message.content), schema)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, range(50)))


class Step(BaseModel):
    what: str = Field(max_length=12)
    minutes: int = Field(ge=0, le=90)


class Plan(BaseModel):
    kind: Literal["walk", "ride"]
    steps: list[Step] = Field(min_length=1, max_length=2)


def test_parse_gives_what_pydantic_describes(client: openai.OpenAI) -> None:
    answer = client.chat.completions.parse(model="tiny", messages=ASK, response_format=Plan, n=3, seed=1)
    plans = [choice.message.parsed for choice in answer.choices]
    assert all(isinstance(plan, Plan) for plan in plans)
    assert len({plan.model_dump_json() for plan in plans if plan}) > 1
    with client.chat.completions.stream(model="tiny", messages=ASK, response_format=Plan, seed=2) as stream:
        for _ in stream:
            pass
        final = stream.get_final_completion()
    assert isinstance(final.choices[0].message.parsed, Plan)


@pytest.mark.parametrize(
    ("extra", "fits"),
    [
        ({"guided_choice": ["yes", "no"]}, lambda text: text in ("yes", "no")),
        ({"guided_regex": "[a-f]{8}"}, lambda text: len(text) == 8 and set(text) <= set("abcdef")),
        ({"structured_outputs": {"regex": "(ab){3}"}}, lambda text: text == "ababab"),
        ({"structured_outputs": {"json": '{"type": "boolean"}'}}, lambda text: text in ("true", "false")),
        ({"grammar": 'root ::= "<" [0-9] ">"'}, lambda text: len(text) == 3 and text[1].isdigit()),
        ({"json_schema": {"const": 7}}, lambda text: text == "7"),
        ({"response_format": {"type": "json_object", "schema": {"enum": [[1]]}}}, lambda text: json.loads(text) == [1]),
    ],
)
def test_every_way_to_ask_for_a_form_holds_in_chats_and_in_texts(client: openai.OpenAI, extra: Any, fits: Any) -> None:
    assert fits(ask(client, extra_body=extra).choices[0].message.content)
    text = client.completions.create(model="tiny", prompt="hello", max_tokens=50, extra_body=extra)
    assert fits(text.choices[0].text)


@pytest.mark.parametrize("temperature", [0, 1.5])
def test_a_grammar_holds_beside_every_cut_of_the_sampler(client: openai.OpenAI, temperature: float) -> None:
    cuts = {"top_p": 0.3, "presence_penalty": 2, "temperature": temperature, "logit_bias": {"40": 100}}
    extra = {"guided_regex": "[a-f]{20}", "top_k": 3, "min_p": 0.4, "repetition_penalty": 2.0}
    answer = ask(client, **cuts, extra_body=extra, logprobs=True)
    assert len(answer.choices[0].message.content) == 20
    assert len(answer.choices[0].logprobs.content) >= 1


def test_a_stop_string_ends_a_structured_answer(client: openai.OpenAI) -> None:
    [choice] = ask(client, extra_body={"guided_regex": "abcdef"}, stop=["d"]).choices
    assert (choice.message.content, choice.finish_reason) == ("abc", "stop")


def test_a_required_call_is_a_call_whole_and_streamed(client: openai.OpenAI) -> None:
    options = {"tools": [WEATHER, NOW], "tool_choice": "required", "parallel_tool_calls": False}
    for seed in range(4):
        [choice] = ask(client, **options, seed=seed).choices
        [call] = choice.message.tool_calls
        assert choice.finish_reason == "tool_calls"
        assert choice.message.content is None
        assert call.id.startswith("call_")
        if call.function.name == "weather":
            jsonschema.validate(json.loads(call.function.arguments), WEATHER["function"]["parameters"])
        chunks = [chunk.choices[0] for chunk in ask(client, **options, seed=seed, stream=True)]
        deltas = [part for chunk in chunks for part in chunk.delta.tool_calls or []]
        assert deltas[0].function.name == call.function.name
        assert deltas[0].id
        assert all(part.id is None and part.index == 0 for part in deltas[1:])
        assert "".join(part.function.arguments for part in deltas) == call.function.arguments
        assert not any(chunk.delta.content for chunk in chunks)
        assert chunks[-1].finish_reason == "tool_calls"


def test_a_named_function_is_the_one_that_is_called(client: openai.OpenAI) -> None:
    named: Any = {"type": "function", "function": {"name": "now"}}
    [choice] = ask(client, tools=[WEATHER, NOW], tool_choice=named).choices
    assert [call.function.name for call in choice.message.tool_calls] == ["now"]
    with client.chat.completions.stream(
        model="tiny",
        messages=ASK,
        tools=[WEATHER, NOW],
        tool_choice=named,
        max_tokens=200,  # pyright: ignore
    ) as stream:
        names = [event.name for event in stream if event.type == "tool_calls.function.arguments.done"]
    assert names == ["now"]


def test_past_calls_and_their_results_reach_the_template(client: openai.OpenAI) -> None:
    call = {"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": '{"city": "Rome"}'}}
    told: Any = [
        *ASK,
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "call_1", "content": "sunny"},
    ]
    with_call = ask(client, messages=told, tools=[WEATHER], max_tokens=1).usage.prompt_tokens
    told[1] = {"role": "assistant", "content": ""}
    without = ask(client, messages=told, tools=[WEATHER], max_tokens=1).usage.prompt_tokens
    assert with_call - without == len("<tool_call>Rome</tool_call>") or with_call > without + 10
    no_tools = ask(client, messages=told, tools=[WEATHER], tool_choice="none", max_tokens=1).usage.prompt_tokens
    assert no_tools < without


@pytest.mark.parametrize(
    ("fields", "param", "says"),
    [
        ({"response_format": {"type": "xml"}}, "response_format.type", "xml"),
        ({"response_format": {"type": "json_schema", "json_schema": {"name": "x"}}}, "schema", "missing"),
        ({"extra_body": {"guided_regex": "("}}, "guided_regex", "unclosed"),
        ({"extra_body": {"guided_regex": "a", "grammar": "b"}}, "grammar", "each say"),
        ({"extra_body": {"guided_regex": "a", "min_tokens": 4}}, "min_tokens", "exclude"),
        ({"extra_body": {"guided_json": {"not": {}}}}, "guided_json", "not"),
        ({"extra_body": {"guided_json": {"anyOf": [{"$ref": "#"}]}}}, "guided_json", "cannot be followed"),
        ({"extra_body": {"grammar": "root ::= root"}}, "grammar", "cannot be followed"),
        ({"extra_body": {"grammar": "root ::= " + '"a" ' * 40_000}}, "grammar", "characters"),
        ({"extra_body": {"structured_outputs": {"structural_tag": {}}}}, "structural_tag", "not supported"),
        ({"tools": [{"type": "function", "function": {}}]}, "tools[0].function", "name"),
        ({"tools": [NOW], "tool_choice": {"type": "function", "function": {"name": "f"}}}, "tool_choice", "'f'"),
        ({"tool_choice": "required"}, "tool_choice", "no tools"),
        ({"tools": [NOW], "tool_choice": "required", "extra_body": {"ignore_eos": True}}, "ignore_eos", "exclude"),
    ],
)
def test_a_bad_form_is_refused_while_another_request_streams_on(
    client: openai.OpenAI, fields: Any, param: str, says: str
) -> None:
    running = iter(ask(client, stream=True, max_tokens=300, extra_body={"ignore_eos": True}))
    next(running)
    with pytest.raises(openai.BadRequestError, match=says) as caught:
        ask(client, **fields)
    assert param in str(caught.value.param)
    assert sum(len(chunk.choices[0].delta.content or "") for chunk in running) > 100


def test_a_grammar_that_grows_too_complex_ends_its_own_answer_only(client: openai.OpenAI) -> None:
    running = iter(ask(client, stream=True, max_tokens=300, extra_body={"ignore_eos": True}))
    next(running)
    with pytest.raises(openai.BadRequestError, match="cannot be followed"):
        ask(client, extra_body={"guided_regex": "(.|\n)*a(.|\n){1000}b"}, seed=1, max_tokens=3000)
    assert sum(len(chunk.choices[0].delta.content or "") for chunk in running) > 100


def test_progress_of_the_prompt_comes_before_the_answer(client: openai.OpenAI) -> None:
    words = " ".join(f"word {number}" for number in range(400))
    stream = ask(
        client,
        messages=[{"role": "user", "content": words}],
        max_tokens=2,
        stream=True,
        extra_body={"return_progress": True},
    )
    told = [found for chunk in stream if (found := (chunk.model_extra or {}).get("prompt_progress"))]
    assert told
    assert all(set(one) == {"total", "cache", "processed", "time_ms"} for one in told)
    processed = [one["processed"] for one in told]
    assert processed == sorted(processed)
    assert processed[-1] <= told[-1]["total"]
