"""`freehold route`: routes set, changed in part, shown and removed in the data folder."""

import io
import json
from pathlib import Path

import pytest

from command_module import run, told
from freehold.cli import provider, route
from freehold.contracts.errors import InvalidRequest, NotFound, SetupError

pytestmark = pytest.mark.network


@pytest.fixture
def options(database_options: list[str]) -> list[str]:
    """Of a data folder with one provider."""
    assert run(provider, "set", "vllm", "--url", "http://127.0.0.1:9/v1", *database_options) == 0
    return database_options


def test_a_route_is_set_changed_in_part_and_removed(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    targets = ("--target", "vllm/meta/llama,weight=9,equivalent=openai/gpt-4o", "--target", "local/starter,priority=1")
    made = told(capsys, route, "set", "chat", *targets, "--sticky", *options)["settings"]
    assert [(one["provider"], one["model"], one["weight"], one["priority"]) for one in made["targets"]] == [
        ("vllm", "meta/llama", 9.0, 0),
        ("local", "starter", 1.0, 1),
    ]
    assert (made["targets"][0]["equivalent"], made["sticky"]) == ("openai/gpt-4o", True)
    changed = told(capsys, route, "set", "chat", "--no-sticky", "--degrade-to", "starter", *options)["settings"]
    assert changed == made | {"sticky": False, "degrade_to": "starter"}
    assert run(route, "list", *options) == 0
    printed = capsys.readouterr().out
    assert "vllm/meta/llama (weight 9, for openai/gpt-4o); local/starter (priority 1); else starter" in printed
    assert run(route, "delete", "chat", *options) == 0
    assert told(capsys, route, "list", *options) == []


def test_what_has_no_option_comes_as_json(
    options: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = told(capsys, route, "set", "chat", "--target", "vllm/llama", *options)
    made["settings"]["targets"][0]["when"] |= {"tiers": ["gold"], "stream": True}
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(made)))
    assert told(capsys, route, "set", "chat", "--from", "-", *options) == made


def test_what_would_not_work_is_refused_with_the_way_on(options: list[str]) -> None:
    cases: list[tuple[list[str], type[Exception], str]] = [
        (["set", "chat"], InvalidRequest, "Nothing is set"),
        (["set", "chat", "--sticky"], InvalidRequest, "targets"),
        (["set", "chat", "--target", "vlm/llama"], InvalidRequest, "vlm"),
        (["set", "chat", "--target", "vllm/llama,wait=1"], InvalidRequest, "wait"),
        (["set", "chat", "--target", "vllm/llama,weight=much"], InvalidRequest, "weight"),
        (["set", "chat", "--target", "vllm/llama", "--strategy", "lucky"], InvalidRequest, "lucky"),
        (["set", "chat", "--target", "vllm/llama", "--degrade-to", "nothing"], InvalidRequest, "nothing"),
        (["show", "chat"], NotFound, "no route"),
    ]
    for words, error, text in cases:
        with pytest.raises(error, match=text):
            run(route, *words, *options)
    with pytest.raises(SystemExit):
        run(route, "set", "chat", "--target", "llama", *options)
    with pytest.raises(InvalidRequest, match="names the provider") as refused:
        run(route, "set", "chat", "--target", "vlm/llama", *options)
    assert "Did you mean 'vllm'?" in refused.value.hint


def test_a_route_of_the_file_is_listed_and_not_changed(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    config = options[1]
    with open(config, "a") as file:
        file.write('[gateway.routes.filed]\ntargets = [{ provider = "local", model = "starter" }]\n')
    assert [(one["name"], one["origin"]) for one in told(capsys, route, "list", *options)] == [("filed", "file")]
    with pytest.raises(InvalidRequest, match=r"freehold\.toml"):
        run(route, "delete", "filed", *options)


def test_an_empty_data_folder_stays_empty(tmp_path: Path) -> None:
    for words in (["list"], ["set", "chat", "--target", "local/starter"]):
        with pytest.raises(SetupError, match="no Freehold data"):
            run(route, *words, "--data", f"{tmp_path}/data")


def test_explain_says_what_the_smart_route_would_choose_and_why(
    database_options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(route, "explain", "hello there", *database_options) == 0
    text = capsys.readouterr().out
    assert text.startswith("starter answers")
    assert "complexity" in text
    found = told(capsys, route, "explain", "hello there", *database_options)
    assert found["chosen"] == "starter"
    with pytest.raises(InvalidRequest, match="no tier 'gold'"):
        run(route, "explain", "hello", "--tier", "gold", *database_options)
