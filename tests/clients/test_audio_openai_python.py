"""The official `openai` client speaks and listens: gateway, worker processes, the built-in engines."""

import base64
import io
import json
import re
import signal

import av
import openai
import pytest

from clients.customers import Customer
from flite import flite
from live_server import LiveServer

pytestmark = [pytest.mark.network, pytest.mark.slow]

SENTENCE = "The weather is nice today and the train is on time."
CODECS = {"mp3": "mp3", "opus": "opus", "aac": "aac", "flac": "flac", "wav": "pcm_s16le"}


def seconds_of(data: bytes) -> tuple[str, float]:
    """The codec and the length, as another reader finds them."""
    with av.open(io.BytesIO(data), "r") as container:
        stream = container.streams.audio[0]
        samples = sum(frame.samples for frame in container.decode(stream))
        return stream.codec_context.name.removesuffix("float"), samples / stream.codec_context.sample_rate


def heard(server: LiveServer, audio: bytes, **options: object) -> str:
    answer = server.client().audio.transcriptions.create(model="pocketsphinx", file=("a.wav", audio), **options)  # pyright: ignore
    return answer if isinstance(answer, str) else answer.text


@pytest.mark.parametrize("audio_format", ["mp3", "opus", "aac", "flac", "wav"])
def test_every_format_is_read_by_another_reader_and_as_long_as_the_speech(
    server: LiveServer, audio_format: str
) -> None:
    pcm = server.client().audio.speech.create(model="espeak", voice="alloy", input=SENTENCE, response_format="pcm")
    said = len(pcm.content) / 2 / 24_000
    answer = server.client().audio.speech.create(
        model="espeak",
        voice="alloy",
        input=SENTENCE,
        response_format=audio_format,  # pyright: ignore
    )
    codec, seconds = seconds_of(answer.content)
    assert codec == CODECS[audio_format]
    assert 2 < said < 10
    assert abs(seconds - said) < 0.15


def test_speech_comes_in_pieces_before_it_is_whole(server: LiveServer) -> None:
    text = " ".join([SENTENCE] * 20)
    with server.client().audio.speech.with_streaming_response.create(
        model="espeak", voice="nova", input=text, response_format="pcm"
    ) as answer:
        pieces = [len(piece) for piece in answer.iter_bytes()]
    assert len(pieces) > 4
    assert sum(pieces) / 2 / 24_000 > 30


def test_events_carry_the_same_sound_and_the_times_of_words(server: LiveServer) -> None:
    request = {"model": "espeak", "voice": "alloy", "input": SENTENCE, "response_format": "pcm"}
    whole = server.http().post("/v1/audio/speech", json=request).content
    body = request | {"stream_format": "sse", "timestamps": "word"}
    events = [
        json.loads(line.removeprefix("data: "))
        for line in server.http().post("/v1/audio/speech", json=body).text.splitlines()
        if line.startswith("data: {")
    ]
    sound = b"".join(base64.b64decode(event["audio"]) for event in events if event["type"] == "speech.audio.delta")
    assert sound == whole
    assert events[-1]["type"] == "speech.audio.done"
    words = [word for event in events if event["type"] == "speech.audio.words" for word in event["words"]]
    assert [word["word"].strip(".,") for word in words] == SENTENCE.strip(".").split()
    starts = [word["start"] for word in words]
    assert starts == sorted(starts)
    assert starts[-1] < len(whole) / 2 / 24_000


def test_emotion_speed_and_language_change_what_is_said(server: LiveServer) -> None:
    def say(**more: object) -> bytes:
        body = {"model": "espeak", "voice": "alloy", "input": SENTENCE, "response_format": "pcm", **more}
        answer = server.http().post("/v1/audio/speech", json=body)
        assert answer.status_code == 200, answer.text
        return answer.content

    plain = say()
    assert len(say(speed=2.0)) < len(plain) * 0.7
    assert len({plain, say(emotion="sad"), say(emotion="whisper"), say(language="de"), say(pitch=4)}) == 5
    ssml = say(input='<speak>The weather is nice.<break time="2s"/>Goodbye.</speak>')
    assert len(ssml) > len(say(input="The weather is nice. Goodbye.")) + 2 * 24_000


def test_voices_are_listed_in_pages_as_presets(server: LiveServer) -> None:
    first = server.http().get("/v1/audio/voices", params={"model": "espeak", "limit": 1000}).json()
    assert first["has_more"]
    assert {voice["kind"] for voice in first["data"]} == {"preset"}
    second = server.http().get("/v1/audio/voices", params={"limit": 1000, "after": first["last_id"]}).json()
    assert not {v["id"] for v in first["data"]} & {v["id"] for v in second["data"]}
    french = server.http().get("/v1/audio/voices", params={"language": "fr", "limit": 10}).json()["data"]
    assert french
    assert all(voice["language"].startswith("fr") for voice in french)
    sample = server.http().get(french[0]["sample"])
    assert sample.status_code == 200
    assert seconds_of(sample.content)[1] > 0.5


def test_what_flite_says_comes_back_as_text_in_every_format(server: LiveServer) -> None:
    audio = flite(SENTENCE)
    assert "weather" in heard(server, audio)
    assert "weather" in heard(server, audio, response_format="text")
    srt = heard(server, audio, response_format="srt")
    assert re.match(r"1\n00:00:0\d,\d{3} --> 00:00:0\d,\d{3}\n", srt)
    assert heard(server, audio, response_format="vtt").startswith("WEBVTT\n\n00:00:0")
    verbose = server.client().audio.transcriptions.create(
        model="pocketsphinx",
        file=("a.wav", audio),
        response_format="verbose_json",
        timestamp_granularities=["word", "segment"],
    )
    assert verbose.words
    assert verbose.segments
    assert 0 < verbose.words[0].start < verbose.words[-1].end <= float(verbose.duration)
    spoken = server.client().audio.transcriptions.create(
        model="pocketsphinx", file=("a.wav", audio), response_format="diarized_json"
    )
    assert {segment.speaker for segment in spoken.segments} == {"A"}


def test_a_streamed_transcript_is_the_whole_one(server: LiveServer) -> None:
    audio = flite(SENTENCE)
    events = list(server.client().audio.transcriptions.create(model="pocketsphinx", file=("a.wav", audio), stream=True))
    text = "".join(event.delta for event in events if event.type == "transcript.text.delta")
    assert events[-1].type == "transcript.text.done"
    assert text.strip() == events[-1].text.strip() == heard(server, audio).strip()


def test_what_is_spoken_is_found_to_be_synthetic_and_what_is_recorded_is_not(server: LiveServer) -> None:
    speech = server.client().audio.speech.create(model="espeak", voice="alloy", input=SENTENCE).content
    found = {}
    for name, file in (("ours", speech), ("recorded", flite(SENTENCE))):
        answer = server.http().post("/v1/content_provenance_checks", files={"file": ("a", file)})
        assert answer.status_code == 200, answer.text
        found[name] = answer.json()["results"][0]["outcome"]
    assert found == {"ours": "detected", "recorded": "not_detected"}


def test_effects_are_applied_to_an_upload(server: LiveServer) -> None:
    form = {"effects": json.dumps([{"name": "tempo", "speed": 2.0}, {"name": "loudness"}]), "response_format": "flac"}
    answer = server.http().post("/v1/audio/effects", data=form, files={"file": ("a.wav", flite(SENTENCE))})
    assert answer.status_code == 200, answer.text
    codec, seconds = seconds_of(answer.content)
    assert codec == "flac"
    assert abs(seconds - seconds_of(flite(SENTENCE))[1] / 2) < 0.2


@pytest.mark.parametrize(
    "audio",
    [b"", b"not a sound at all", b"\x89PNG\r\n\x1a\n" + bytes(64), flite.__doc__.encode()],  # pyright: ignore
)
def test_what_is_no_sound_is_a_400_and_the_worker_lives(server: LiveServer, audio: bytes) -> None:
    with pytest.raises(openai.BadRequestError):
        heard(server, audio)
    assert "weather" in heard(server, flite(SENTENCE))


def test_unknown_voices_and_wrong_numbers_are_refused_by_their_names(server: LiveServer) -> None:
    for field, value in (("voice", "nobody"), ("speed", 9), ("emotion", "hungry"), ("response_format", "midi")):
        body = {"model": "espeak", "voice": "alloy", "input": "Hi"} | {field: value}
        answer = server.http().post("/v1/audio/speech", json=body)
        assert answer.status_code == 400
        assert field in (answer.json()["error"]["param"] or "") + answer.json()["error"]["message"]


def test_a_killed_engine_is_replaced_and_the_next_request_is_answered(server: LiveServer) -> None:
    import psutil

    children = psutil.Process(server.process.pid).children(recursive=True)
    engines = [child for child in children if "freehold_espeak" in " ".join(child.cmdline())]
    assert engines
    for engine in engines:
        engine.send_signal(signal.SIGKILL)
    answer = server.client().audio.speech.create(model="espeak", voice="echo", input="Still here.")
    assert len(answer.content) > 1000


def test_speech_and_transcription_are_in_the_ledger(customer: Customer) -> None:
    customer.openai().audio.speech.create(model="espeak", voice="alloy", input="Twelve chars").read()
    customer.openai().audio.transcriptions.create(model="pocketsphinx", file=("a.wav", flite(SENTENCE)))
    spoken, written = customer.rows(2)
    assert (spoken["endpoint"], spoken["characters"], spoken["outcome"]) == ("audio/speech", 12, "answered")
    assert (written["endpoint"], written["outcome"]) == ("audio/transcriptions", "answered")
    assert abs(written["audio_milliseconds"] / 1000 - seconds_of(flite(SENTENCE))[1]) < 0.01
    assert written["machine_microseconds"] > 0
