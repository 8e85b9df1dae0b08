import asyncio
import json
from collections.abc import AsyncGenerator

import pytest

from freehold.accounts.identity import Accounts
from freehold.chats import messages as rules
from freehold.chats.answers import Event
from freehold.chats.conversations import Conversations
from freehold.chats.messages import Message
from freehold.contracts.errors import InvalidRequest, ModelNotFound, NotFound, ProviderFailed
from freehold.contracts.identity import Principal
from freehold.contracts.wire import sse_event
from freehold.foundation.database import Database
from held_clock import HeldClock
from scripted_gateway import ScriptedGateway, chunk, spoken


@pytest.fixture
def accounts(database: Database, clock: HeldClock) -> Accounts:
    return Accounts(database, clock)


@pytest.fixture
def gateway() -> ScriptedGateway:
    return ScriptedGateway()


@pytest.fixture
async def chats(
    database: Database, gateway: ScriptedGateway, accounts: Accounts, clock: HeldClock
) -> AsyncGenerator[Conversations]:
    conversations = Conversations(database, gateway, accounts, clock)
    yield conversations
    await conversations.close()
    assert gateway.open == 0


async def newcomer(accounts: Accounts, name: str) -> Principal:
    person = await accounts.add_person(name)
    return Principal(person_id=person.id, name=name, role="member")


@pytest.fixture
async def ada(accounts: Accounts) -> Principal:
    return await newcomer(accounts, "Ada")


@pytest.fixture
async def eve(accounts: Accounts) -> Principal:
    return await newcomer(accounts, "Eve")


async def collect(events: AsyncGenerator[Event]) -> list[Event]:
    return [event async for event in events]


async def stored(chats: Conversations, principal: Principal, conversation_id: str) -> list[Message]:
    return (await chats.get(principal, conversation_id))[1]


async def test_an_answer_is_streamed_and_kept(chats: Conversations, gateway: ScriptedGateway, ada: Principal) -> None:
    talk = await chats.create(ada, model="small")
    events = await collect(chats.send(ada, talk.id, "Good morning"))
    assert [event["type"] for event in events] == [
        "message.created",
        "message.delta",
        "message.delta",
        "message.completed",
    ]
    created, final = events[0], events[-1]["message"]
    assert created["user"]["content"] == "Good morning"
    assert (created["assistant"]["status"], created["assistant"]["content"]) == ("streaming", "")
    assert created["assistant"]["parent_id"] == created["user"]["id"]
    assert (final["content"], final["status"], final["model"], final["error"]) == (
        "Hello there",
        "complete",
        "small",
        None,
    )
    assert [message.public() for message in await stored(chats, ada, talk.id)] == [created["user"], final]
    body = json.loads(gateway.calls[0].body)
    assert body == {
        "model": "small",
        "messages": [{"role": "user", "content": "Good morning"}],
        "stream": True,
    }


async def test_the_model_sees_the_whole_path(chats: Conversations, gateway: ScriptedGateway, ada: Principal) -> None:
    talk = await chats.create(ada, model="small")
    await collect(chats.send(ada, talk.id, "one"))
    await collect(chats.send(ada, talk.id, "two"))
    assert [turn["content"] for turn in gateway.prompts()[1]] == ["one", "Hello there", "two"]


async def test_the_oldest_turns_are_left_out_when_they_no_longer_fit_and_that_is_said(
    chats: Conversations, gateway: ScriptedGateway, ada: Principal
) -> None:
    talk = await chats.create(ada, model="small")
    for number in range(8):
        await collect(chats.send(ada, talk.id, f"question {number}"))
    gateway.most_turns = 9
    final = (await collect(chats.send(ada, talk.id, "the last")))[-1]["message"]
    assert final["status"] == "complete"
    prompt = gateway.prompts()[-1]
    assert len(prompt) <= 9
    assert prompt[0]["role"] == "user"
    assert prompt[-1]["content"] == "the last"
    assert final["left_out"] == 17 - len(prompt)
    assert (await stored(chats, ada, talk.id))[-1].left_out == final["left_out"]
    assert gateway.open == 0


async def test_a_question_that_alone_does_not_fit_fails_with_the_reason(
    chats: Conversations, gateway: ScriptedGateway, ada: Principal
) -> None:
    talk = await chats.create(ada, model="small")
    gateway.most_turns = 0
    final = (await collect(chats.send(ada, talk.id, "too long")))[-1]["message"]
    assert (final["status"], final["error"]["code"]) == ("failed", "context_length_exceeded")


async def test_a_regenerated_answer_is_a_sibling_and_the_newest_is_gone_on_from(
    chats: Conversations, gateway: ScriptedGateway, ada: Principal
) -> None:
    talk = await chats.create(ada, model="small")
    first = (await collect(chats.send(ada, talk.id, "one")))[-1]["message"]
    gateway.steps = spoken("Better")
    again = await collect(chats.regenerate(ada, talk.id, first["id"], "large"))
    assert "user" not in again[0]
    second = again[-1]["message"]
    assert (second["parent_id"], second["model"]) == (first["parent_id"], "large")
    await collect(chats.send(ada, talk.id, "two"))
    assert [[turn["content"] for turn in prompt] for prompt in gateway.prompts()[1:]] == [
        ["one"],
        ["one", "Better", "two"],
    ]
    conversation, turns = await chats.get(ada, talk.id)
    assert conversation.model == "large"
    assert turns[-2].parent_id == second["id"]


async def test_the_first_message_titles_an_untitled_conversation(chats: Conversations, ada: Principal) -> None:
    talk = await chats.create(ada, model="small")
    await collect(chats.send(ada, talk.id, "  Why is\n the sky " + "so very " * 20 + "blue?"))
    title = (await chats.get(ada, talk.id))[0].title
    assert title.startswith("Why is the sky so very")
    assert title.endswith("so…") or title.endswith("very…")
    assert len(title) <= 61
    await collect(chats.send(ada, talk.id, "Something else"))
    assert (await chats.get(ada, talk.id))[0].title == title
    named = await chats.create(ada, title="Mine", model="small")
    await collect(chats.send(ada, named.id, "Something else"))
    assert (await chats.get(ada, named.id))[0].title == "Mine"


async def test_a_reader_who_leaves_stops_the_answer_and_keeps_its_text(
    chats: Conversations, gateway: ScriptedGateway, ada: Principal
) -> None:
    gateway.steps = [chunk("Half an"), asyncio.Event()]
    talk = await chats.create(ada, model="small")
    events = chats.send(ada, talk.id, "one")
    await anext(events)
    await anext(events)
    await events.aclose()
    answer = (await stored(chats, ada, talk.id))[-1]
    assert (answer.content, answer.status) == ("Half an", "stopped")
    assert gateway.open == 0


async def test_a_reader_cancelled_twice_while_waiting_still_stops_the_answer(
    chats: Conversations, gateway: ScriptedGateway, ada: Principal
) -> None:
    gateway.steps = [chunk("Half an"), asyncio.Event()]
    talk = await chats.create(ada, model="small")
    half = asyncio.Event()

    async def read() -> None:
        async for event in chats.send(ada, talk.id, "one"):
            if event["type"] == "message.delta":
                half.set()

    reader = asyncio.create_task(read())
    await half.wait()
    reader.cancel()
    await asyncio.sleep(0)
    reader.cancel()
    await asyncio.wait([reader])
    await chats.close()
    answer = (await stored(chats, ada, talk.id))[-1]
    assert (answer.content, answer.status) == ("Half an", "stopped")
    assert gateway.open == 0


async def test_a_reader_who_leaves_before_the_first_word_stops_the_answer(
    chats: Conversations, gateway: ScriptedGateway, ada: Principal
) -> None:
    talk = await chats.create(ada, model="small")
    events = chats.send(ada, talk.id, "one")
    await anext(events)
    await events.aclose()
    assert gateway.calls == []
    assert [turn.status for turn in await stored(chats, ada, talk.id)] == ["complete", "stopped"]


async def test_the_text_so_far_is_kept_each_second(
    chats: Conversations, gateway: ScriptedGateway, ada: Principal, clock: HeldClock
) -> None:
    gateway.steps = spoken("a", "b", "c")
    talk = await chats.create(ada, model="small")
    events = chats.send(ada, talk.id, "one")
    kept = []
    for _ in range(4):
        await anext(events)
        kept.append((await stored(chats, ada, talk.id))[-1].content)
        clock.advance(0.6)
    assert kept == ["", "", "ab", "ab"]
    await events.aclose()


async def test_answers_cut_short_by_a_crash_become_stopped(
    chats: Conversations, database: Database, accounts: Accounts, gateway: ScriptedGateway, ada: Principal
) -> None:
    talk = await chats.create(ada, model="small")
    events = chats.send(ada, talk.id, "one")
    await anext(events)
    restarted = Conversations(database, gateway, accounts)
    await restarted.recover()
    assert (await stored(restarted, ada, talk.id))[-1].status == "stopped"
    await events.aclose()


@pytest.mark.parametrize(
    ("steps", "status", "error"),
    [
        (
            [b'{"error": {"message": "Too long.", "code": "context_length_exceeded"}}'],
            400,
            {"message": "Too long.", "code": "context_length_exceeded"},
        ),
        (
            [b"<html>"],
            502,
            {"message": "The model's provider answered with status 502.", "code": "provider_failed"},
        ),
        (
            [chunk("Half"), sse_event(b'{"error": {"message": "Out of memory."}}')],
            200,
            {"message": "Out of memory.", "code": "provider_failed"},
        ),
        (
            [chunk("Half")],
            200,
            {"message": "The model's answer broke off. Generate it again.", "code": "provider_failed"},
        ),
        (
            [chunk("Half"), sse_event(b"not json")],
            200,
            {"message": "The model's provider sent what is not an answer.", "code": "provider_failed"},
        ),
        (
            [chunk("Half"), ProviderFailed("The worker is gone.")],
            200,
            {"message": "The worker is gone.", "code": "provider_failed"},
        ),
    ],
)
async def test_a_failed_answer_says_why_and_keeps_its_text(
    chats: Conversations, gateway: ScriptedGateway, ada: Principal, steps: list, status: int, error: dict
) -> None:
    gateway.steps, gateway.status = steps, status
    talk = await chats.create(ada, model="small")
    last = (await collect(chats.send(ada, talk.id, "one")))[-1]
    assert last["type"] == "message.failed"
    assert (last["message"]["status"], last["message"]["error"]) == ("failed", error)
    assert last["message"]["content"] == ("Half" if status == 200 else "")
    assert (await stored(chats, ada, talk.id))[-1].public() == last["message"]
    gateway.steps, gateway.status = spoken("Fine"), 200
    assert (await collect(chats.send(ada, talk.id, "two")))[-1]["type"] == "message.completed"


async def test_a_model_that_does_not_exist_fails_the_answer_and_keeps_the_question(
    chats: Conversations, gateway: ScriptedGateway, ada: Principal
) -> None:
    gateway.refusal = ModelNotFound("There is no model 'huge'.")
    talk = await chats.create(ada)
    last = (await collect(chats.send(ada, talk.id, "one", "huge")))[-1]
    assert last["message"]["error"] == {"message": "There is no model 'huge'.", "code": "model_not_found"}
    assert (await stored(chats, ada, talk.id))[0].content == "one"


async def test_an_answer_longer_than_any_message_is_cut_off(
    chats: Conversations, gateway: ScriptedGateway, ada: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("freehold.chats.answers.MAX_CONTENT_CHARACTERS", 3)
    gateway.steps = spoken("aa", "bb")
    talk = await chats.create(ada, model="small")
    last = (await collect(chats.send(ada, talk.id, "one")))[-1]
    assert (last["type"], last["message"]["content"]) == ("message.failed", "aa")


async def test_a_second_answer_waits_for_the_first(
    chats: Conversations, gateway: ScriptedGateway, ada: Principal
) -> None:
    gateway.steps = [chunk("Half"), asyncio.Event()]
    talk = await chats.create(ada, model="small")
    running = chats.send(ada, talk.id, "one")
    await anext(running)
    with pytest.raises(InvalidRequest, match="still being generated"):
        await anext(chats.send(ada, talk.id, "two"))
    assert len(await stored(chats, ada, talk.id)) == 2
    await running.aclose()
    gateway.steps = spoken("Fine")
    assert (await collect(chats.send(ada, talk.id, "two")))[-1]["type"] == "message.completed"


async def test_what_goes_over_the_limits_is_refused_and_adds_nothing(
    chats: Conversations, ada: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = await chats.create(ada, model="small")
    for content in ("", "  ", "x" * (rules.MAX_CONTENT_CHARACTERS + 1)):
        with pytest.raises(InvalidRequest):
            await anext(chats.send(ada, talk.id, content))
    with pytest.raises(InvalidRequest):
        await chats.rename(ada, talk.id, "x" * 201)
    with pytest.raises(InvalidRequest, match="No model"):
        await anext(chats.send(ada, (await chats.create(ada)).id, "one"))
    monkeypatch.setattr(rules, "MAX_MESSAGES", 3)
    await collect(chats.send(ada, talk.id, "one"))
    with pytest.raises(InvalidRequest, match="at most 3 messages"):
        await anext(chats.send(ada, talk.id, "two"))
    assert len(await stored(chats, ada, talk.id)) == 2


async def test_a_zero_character_does_no_harm(chats: Conversations, gateway: ScriptedGateway, ada: Principal) -> None:
    gateway.steps = spoken("a\0b")
    talk = await chats.create(ada, title="t\0", model="m\0")
    await collect(chats.send(ada, talk.id, "one\0"))
    assert [turn.content for turn in await stored(chats, ada, talk.id)] == ["one", "ab"]
    with pytest.raises(NotFound):
        await chats.get(ada, "\0")


async def test_conversations_are_paged_with_the_last_used_first(
    chats: Conversations, ada: Principal, eve: Principal, clock: HeldClock
) -> None:
    await chats.create(eve)
    made = []
    for _ in range(5):
        made.append((await chats.create(ada, model="small")).id)
        clock.advance(1)
    await collect(chats.send(ada, made[0], "one"))
    order = [made[0], made[4], made[3], made[2], made[1]]
    seen: list[str] = []
    while True:
        page = await chats.page(ada, 2, seen[-1] if seen else None)
        seen += [one.id for one in page.data]
        if not page.has_more:
            break
    assert seen == order
    with pytest.raises(InvalidRequest):
        await chats.page(ada, 101)


async def test_a_conversation_is_renamed_and_deleted(chats: Conversations, ada: Principal) -> None:
    talk = await chats.create(ada, model="small")
    await collect(chats.send(ada, talk.id, "one"))
    assert (await chats.rename(ada, talk.id, " Mine ")).title == "Mine"
    await chats.delete(ada, talk.id)
    with pytest.raises(NotFound):
        await chats.get(ada, talk.id)


async def test_anothers_conversation_is_not_found_and_not_told_from_none(
    chats: Conversations, ada: Principal, eve: Principal
) -> None:
    talk = await chats.create(ada, model="small")
    answer = (await collect(chats.send(ada, talk.id, "one")))[-1]["message"]["id"]
    for id_ in (talk.id, "conv_nobody"):
        tries = [
            chats.get(eve, id_),
            chats.rename(eve, id_, "Hers"),
            chats.delete(eve, id_),
            chats.page(eve, 10, id_),
            anext(chats.send(eve, id_, "two", "small")),
            anext(chats.regenerate(eve, id_, answer, "small")),
        ]
        for attempt in tries:
            with pytest.raises(NotFound, match="or it is not yours"):
                await attempt
    conversation, turns = await chats.get(ada, talk.id)
    assert (conversation.title, len(turns)) == ("one", 2)
    mine = await chats.create(eve, model="small")
    with pytest.raises(NotFound):
        await anext(chats.regenerate(eve, mine.id, answer))
