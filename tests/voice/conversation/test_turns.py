"""Turns are taken as people take them, and no order of events leads into a dead end."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from freehold.voice.conversation.turn_events import (
    Action,
    BufferTaken,
    Commit,
    Discard,
    Event,
    Forget,
    Listen,
    Policy,
    PromptIdle,
    ReplyBegan,
    ReplyEnded,
    Respond,
    ResumeReply,
    SoundCame,
    StopReply,
    TellStarted,
    TellStopped,
    Think,
    TimePassed,
    VoiceBegan,
    VoiceEnded,
    WordsHeard,
)
from freehold.voice.conversation.turns import STALLED_SECONDS, Turns

FRAME_MS = 20
BY_SOUND = Policy(silence_ms=200)
BY_WORDS = Policy(interrupts="by words", silence_ms=None)


def wait_ms(text: str, language: str, longest_ms: int) -> int:
    return longest_ms if text.endswith("and") else 300


@dataclass(slots=True)
class Scene:
    """A conversation around the machine: a person who speaks, transcribers that answer, replies that sound."""

    policy: Policy
    now: float = 100.0
    audio_ms: int = 0
    speaks: bool = False
    replying: bool = False
    said: list[Action] = field(default_factory=list[Action])
    asked: list[Listen] = field(default_factory=list[Listen])
    turns: Turns = field(init=False)

    def __post_init__(self) -> None:
        self.turns = Turns(self.policy, is_backchannel=lambda text: text == "yeah", wait_ms=wait_ms)

    def tell(self, event: Event) -> Sequence[Action]:
        actions = self.turns.take(event, self.now)
        for action in actions:
            self.heed(action)
        self.said += actions
        return actions

    def heed(self, action: Action) -> None:
        if isinstance(action, Listen):
            self.asked.append(action)
        elif isinstance(action, StopReply):
            self.replying = False
        elif isinstance(action, Respond | ResumeReply | PromptIdle):
            assert not self.replying, "one reply at a time"
            self.replying = True

    def passes(self, milliseconds: int) -> None:
        """Sound comes in for so long."""
        for _ in range(milliseconds // FRAME_MS):
            self.audio_ms += FRAME_MS
            self.now += FRAME_MS / 1000
            self.tell(SoundCame(self.audio_ms, self.speaks))

    def speak(self, milliseconds: int) -> None:
        self.speaks = True
        self.tell(VoiceBegan(self.audio_ms))
        self.passes(milliseconds)
        self.speaks = False
        self.tell(VoiceEnded(self.audio_ms))

    def hear(self, text: str | None) -> None:
        """The transcriber answers all that it was asked."""
        asked, self.asked = self.asked, []
        for one in asked:
            self.tell(WordsHeard(one.start_ms, one.until_ms, text))

    def reply_ends(self, audible_seconds: float = 0.0) -> None:
        self.replying = False
        self.tell(ReplyEnded(self.now + audible_seconds))

    def kinds(self) -> list[str]:
        return [type(action).__name__ for action in self.said]


def replying(policy: Policy) -> Scene:
    """A scene in which a question was asked and its answer sounds."""
    scene = Scene(policy)
    scene.speak(1000)
    scene.hear("what is this")
    scene.passes(400)
    assert scene.replying
    scene.said.clear()
    return scene


def test_a_turn_is_thought_about_in_its_pause_and_answered_after_its_silence() -> None:
    scene = Scene(BY_SOUND)
    scene.speak(1000)
    scene.passes(100)
    scene.hear("what is this")
    scene.passes(100)
    assert scene.kinds() == ["TellStarted", "Listen", "Think", "TellStopped", "Commit", "Respond"]
    assert scene.said[4] == Commit(0, 1000, "what is this")


def test_who_goes_on_after_a_pause_has_not_finished() -> None:
    scene = Scene(BY_SOUND)
    scene.speak(1000)
    scene.hear("what is")
    scene.passes(100)
    scene.speak(500)
    scene.hear("what is this")
    scene.passes(200)
    assert scene.kinds() == [
        "TellStarted",
        "Listen",
        "Think",
        "Forget",
        "Listen",
        "Think",
        "TellStopped",
        "Commit",
        "Respond",
    ]


def test_the_answer_waits_for_words_that_come_late() -> None:
    scene = Scene(BY_SOUND)
    scene.speak(1000)
    scene.passes(300)
    assert scene.kinds() == ["TellStarted", "Listen", "TellStopped", "Commit"]
    scene.hear("what is this")
    assert scene.kinds()[-1] == "Respond"


def test_noise_gets_no_answer_and_a_broken_transcriber_gets_one() -> None:
    for text, answered in (("", False), (None, True)):
        scene = Scene(BY_SOUND)
        scene.speak(1000)
        scene.hear(text)
        scene.passes(300)
        assert ("Respond" in scene.kinds()) is answered
        assert "Commit" in scene.kinds()


def test_sound_over_a_reply_stops_it_at_once() -> None:
    scene = replying(BY_SOUND)
    scene.tell(VoiceBegan(scene.audio_ms))
    assert scene.kinds() == ["TellStarted", "StopReply"]


def test_a_reply_that_only_sounds_yet_is_stopped_too() -> None:
    scene = replying(BY_SOUND)
    scene.reply_ends(audible_seconds=5)
    scene.passes(1000)
    scene.tell(VoiceBegan(scene.audio_ms))
    assert scene.kinds() == ["TellStarted", "StopReply"]


def test_a_reply_goes_on_after_a_cough_and_after_a_yeah() -> None:
    for text in ("", "yeah"):
        scene = replying(BY_SOUND)
        scene.speak(300)
        scene.hear(text)
        scene.passes(300)
        assert scene.kinds() == ["TellStarted", "StopReply", "Listen", "TellStopped", "Discard", "ResumeReply"]


def test_words_over_a_reply_are_a_turn() -> None:
    scene = replying(BY_SOUND)
    scene.speak(300)
    scene.hear("no wait")
    scene.passes(300)
    assert scene.kinds()[-3:] == ["TellStopped", "Commit", "Respond"]


def test_by_words_a_yeah_does_not_even_stop_the_sound() -> None:
    scene = replying(BY_WORDS)
    scene.speak(400)
    scene.hear("yeah")
    scene.passes(1000)
    assert scene.kinds() == ["Listen", "Discard"]
    assert scene.replying


def test_by_words_a_reply_stops_while_somebody_still_speaks() -> None:
    scene = replying(BY_WORDS)
    scene.speaks = True
    scene.tell(VoiceBegan(scene.audio_ms))
    scene.passes(800)
    scene.hear("stop it")
    assert scene.kinds() == ["Listen", "TellStarted", "StopReply"]


def test_by_words_an_unfinished_sentence_is_waited_for() -> None:
    scene = Scene(BY_WORDS)
    scene.speak(1000)
    scene.hear("i want tea and")
    scene.passes(3900)
    assert "Commit" not in scene.kinds()
    scene.passes(200)
    assert scene.kinds()[-2:] == ["Commit", "Respond"]


def test_a_client_that_stops_sending_has_fallen_silent() -> None:
    scene = Scene(BY_SOUND)
    scene.speaks = True
    scene.tell(VoiceBegan(0))
    scene.passes(1000)
    scene.now += STALLED_SECONDS + 0.1
    scene.tell(TimePassed())
    scene.hear("what is this")
    scene.tell(TimePassed())
    assert scene.kinds() == ["TellStarted", "Listen", "TellStopped", "Commit", "Respond"]


def test_a_question_is_answered_though_a_cough_follows_before_its_words_are_known() -> None:
    scene = Scene(BY_SOUND)
    scene.speak(1000)
    scene.passes(200)
    question, scene.asked = scene.asked, []
    scene.speak(100)
    for asked in question:
        scene.tell(WordsHeard(asked.start_ms, asked.until_ms, "what is this"))
    scene.hear("")
    scene.passes(300)
    assert scene.kinds().count("Respond") == 1


def test_long_silence_after_a_reply_is_spoken_into_once() -> None:
    scene = replying(replace(BY_SOUND, idle_timeout_ms=5000))
    scene.reply_ends(audible_seconds=2)
    scene.passes(6800)
    assert scene.kinds() == []
    scene.passes(1000)
    assert scene.kinds() == ["PromptIdle"]


def test_a_turn_that_never_ends_is_cut() -> None:
    scene = Scene(BY_SOUND)
    scene.speaks = True
    scene.tell(VoiceBegan(0))
    scene.passes(250_000)
    assert scene.kinds().count("Commit") == 2


MOVES = st.lists(
    st.tuples(
        st.sampled_from(["begin", "end", "pass", "hear", "reply ends", "client reply", "taken", "stall", "cancel"]),
        st.integers(1, 40),
        st.sampled_from(["what is this", "yeah", "", "tea and", None]),
    ),
    max_size=60,
)
POLICIES = st.builds(
    Policy,
    interrupts=st.sampled_from(["by sound", "by words", "never"]),
    responds=st.booleans(),
    silence_ms=st.sampled_from([200, 500, None]),
    idle_timeout_ms=st.sampled_from([None, 5000]),
)


def play(scene: Scene, move: str, amount: int, text: str | None) -> None:
    if move == "begin" and not scene.speaks:
        scene.speaks = True
        scene.tell(VoiceBegan(scene.audio_ms))
    elif move == "end" and scene.speaks:
        scene.speaks = False
        scene.tell(VoiceEnded(scene.audio_ms))
    elif move == "pass":
        scene.passes(amount * 50)
    elif move == "hear" and scene.asked:
        asked = scene.asked.pop(amount % len(scene.asked))
        scene.tell(WordsHeard(asked.start_ms, asked.until_ms, text))
    elif move == "reply ends" and scene.replying:
        scene.reply_ends(audible_seconds=amount / 10)
    elif move == "client reply" and not scene.replying:
        scene.replying = True
        scene.tell(ReplyBegan())
    elif move == "cancel" and scene.replying:
        scene.replying = False
        scene.tell(ReplyEnded(0))
    elif move == "taken":
        scene.tell(BufferTaken())
    elif move == "stall":
        scene.now += amount / 10
        scene.tell(TimePassed())


def settle(scene: Scene) -> None:
    """Everybody falls silent, and everything that was begun ends."""
    for _ in range(4):
        play(scene, "end", 1, None)
        scene.hear("")
        for _ in range(5):
            scene.passes(2000)
            scene.hear("")
        if scene.replying:
            scene.reply_ends()


@settings(max_examples=150, deadline=None)
@given(policy=POLICIES, moves=MOVES)
def test_no_order_of_events_leads_into_a_dead_end(policy: Policy, moves: list[tuple[str, int, str | None]]) -> None:
    scene = Scene(policy)
    for move, amount, text in moves:
        play(scene, move, amount, text)
    settle(scene)
    assert scene.turns.is_idle or (scene.replying and policy.idle_timeout_ms is not None)


@settings(max_examples=150, deadline=None)
@given(policy=POLICIES, moves=MOVES)
def test_what_is_told_of_turns_is_in_order(policy: Policy, moves: list[tuple[str, int, str | None]]) -> None:
    scene = Scene(policy)
    for move, amount, text in moves:
        play(scene, move, amount, text)
    settle(scene)
    open_turn = thinking = False
    for action in scene.said:
        match action:
            case TellStarted():
                assert not open_turn
                open_turn = True
            case TellStopped():
                assert open_turn
                open_turn = False
            case Commit() | Discard(was_told=True):
                assert not open_turn
            case Think():
                assert not thinking
                thinking = True
            case Forget():
                assert thinking
                thinking = False
            case Respond() | ResumeReply():
                assert not open_turn
                thinking = False
            case _:
                pass
    assert not open_turn


@settings(max_examples=100, deadline=None)
@given(policy=POLICIES, moves=MOVES)
def test_whoever_said_something_is_answered_once_they_are_done(
    policy: Policy, moves: list[tuple[str, int, str | None]]
) -> None:
    scene = Scene(replace(policy, responds=True, idle_timeout_ms=None))
    for move, amount, text in moves:
        play(scene, move, amount, text)
    settle(scene)
    scene.said.clear()
    scene.speak(1000)
    scene.hear("what is this")
    scene.passes(9000)
    assert [type(action) for action in scene.said if isinstance(action, Commit | Respond)] == [Commit, Respond]
