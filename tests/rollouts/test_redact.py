"""Personal data goes, ordinary text stays, and no text takes long."""

import json
import string
from datetime import datetime
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import freehold
from freehold.rollouts.captured.redact import IBAN_LENGTHS, redact, redact_json

SOURCE = Path(freehold.__file__).parent
LETTERS_AND_DIGITS = string.ascii_letters + string.digits
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P"
PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA3Tz2mr7SZiAMfQyuvBjM9Oi\nZ9Bj\n-----END RSA PRIVATE KEY-----"

FOUND = [
    ("write to ada.lovelace+maths@mail.example.co.uk, please", "write to [EMAIL], please"),
    ("'ada@example.com'", "'[EMAIL]'"),
    ("Jürgen.Müller@bücher.de and иван@пример.рф", "[EMAIL] and [EMAIL]"),
    ("邮箱ada@example.com谢谢", "邮箱[EMAIL]谢谢"),
    ("?to=ada%40example.com&x=1", "?to=[EMAIL]&x=1"),
    (r"first line\nada@example.com\tnext", r"first line\n[EMAIL]\tnext"),
    ("my number is +1 (555) 123-4567.", "my number is [PHONE]."),
    ("+49 (0)30 1234567, or +44 20 7946 0958", "[PHONE], or [PHONE]"),
    ("+15551234567 12 times", "[PHONE] 12 times"),
    ("0049 30 1234567", "[PHONE]"),
    ("555-123-4567 x12 or 1-800-555-0199", "[PHONE] or [PHONE]"),
    ("(555) 123-4567", "[PHONE]"),
    ("(11) 91234-5678", "[PHONE]"),
    ("06 12 34 56 78; 01.23.45.67.89", "[PHONE]; [PHONE]"),
    ("020 7946 0958, 07700 900123, 030/1234567, (030) 1234567", "[PHONE], [PHONE], [PHONE], [PHONE]"),
    ("Phone number: 5551234567", "Phone number: [PHONE]"),
    ("Tel. 612 345 678", "Tel. [PHONE]"),
    (r"\n555-123-4567", r"\n[PHONE]"),
    ("4111 1111 1111 1111 exp 12/27", "[CARD] exp 12/27"),
    ("3782-822463-10005 and 5555555555554444,123", "[CARD] and [CARD],123"),
    ("DE89 3704 0044 0532 0130 00 GB82WEST12345698765432 AND", "[IBAN] [IBAN] AND"),
    ("from 203.0.113.7:8080 to 10.20.0.0/16", "from [IP]:8080 to [IP]/16"),
    ("http://192.168.1.10/admin", "http://[IP]/admin"),
    ("[2001:db8::1]:443, fe80::1ff:fe23:4567:890a%eth0 and 2001:db8::/32", "[[IP]]:443, [IP]%eth0 and [IP]/32"),
    ("2001:0db8:85a3:0000:0000:8a2e:0370:7334: unreachable", "[IP]: unreachable"),
    ("SSN 123-45-6789, social security number: 123456789", "SSN [SSN], social security number: [SSN]"),
    ("OPENAI_API_KEY=sk-proj-abcDEF0123456789abcdef", "OPENAI_API_KEY=[SECRET]"),
    ("AKIAIOSFODNN7EXAMPLE", "[SECRET]"),
    ("ghp_0123456789abcdefghijABCDEFGHIJ012345", "[SECRET]"),
    ("xoxb-123456789012-abcdefABCDEF", "[SECRET]"),
    (f"token {JWT}.", "token [SECRET]."),
    ("Authorization: Bearer abcdef123456789==", "Authorization: Bearer [SECRET]"),
    (f"key:\n{PEM}\nend", "key:\n[SECRET]\nend"),
    (json.dumps({"key": PEM}), '{"key": "[SECRET]"}'),
    ("-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\nand no end", "[SECRET]\nand no end"),
]

ORDINARY = [
    "On 2024-11-28 at 05:17:00+0000, 28.11.2024, 11/28/2024, 28-11-2024, from 2007-2010 (2019) 1234-1250.",
    "Version 1.2.3.4, Chrome/120.0.0.0, foo==1.2.3.4, release 4.0.30319.42000, OID 1.3.6.1.4.1.311, section 2.1.3.4",
    "It costs $1,234.56, 1.234.567,89 €, 1 234 567 kr, £0.99 or 12,50 EUR; 1e+123456789 and 3.141592653589793.",
    "1700000000000 ms, 1732771020, id 1234567890123456789, ISBN 978-3-16-148410-0, 555 1234, 123456789",
    "123e4567-e89b-12d3-a456-426614174000 sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "std::vector<int> a::b dead::beef 12:34:56 00:1a:2b:3c:4d:5e 127.0.0.1 ::1 0.0.0.0 localhost:8000",
    "@app.route('/x') W @ x, user@host, react@18.2.0, git@github.com:freehold/freehold.git, @ada on the forum",
    "The bearer of bad news bears bearer responsibilities; Bearer $TOKEN, Bearer YOUR_API_KEY, sk-fading-circle-big",
    "3 14 15 92 65 35 89 79 32 38 46; 250 300 1024; 2020 2021 2022 2023; 4111 1111 1111 1112 is no card",
    "DE88370400440532013000 is no IBAN, 666-45-6789 and 900-45-6789 are no SSN, 999.1.1.1 is no address",
    "diff --git a/x b/x\n@@ -1,7 +1,9 @@\n+    return x + 10000\n-    return x - 10000\n",
    "task-list-item-checkbox-with-label, -----BEGIN CERTIFICATE-----, eyJump.start(), phone 2007-2010, telephone 42",
]


@pytest.mark.parametrize(("text", "clean"), FOUND)
def test_what_its_form_gives_away_is_replaced(text: str, clean: str) -> None:
    assert redact(text) == clean


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_numbers_names_and_code_stay(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize("folder", ["contracts", "models", "engine", "forge/dialogues"])
def test_code_and_prose_stay(folder: str) -> None:
    files = sorted((SOURCE / folder).rglob("*.py"))
    assert len(files) > 5
    assert [file.name for file in files if redact(file.read_text()) != file.read_text()] == []


# --- secrets made up by their rules ------------------------------------------------------------------------------


def luhn_completed(digits: str) -> str:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 if place % 2 else 2)
        total += value - 9 if value > 9 else value
    return digits + str(-total % 10)


def iban_completed(country: str, account: str) -> str:
    number = "".join(str(int(character, 36)) for character in f"{account}{country}00")
    return f"{country}{98 - int(number) % 97:02d}{account}"


def text_of(alphabet: str, least: int, most: int) -> st.SearchStrategy[str]:
    return st.text(alphabet=alphabet, min_size=least, max_size=most)


def grouped(text: str, separator: str) -> str:
    return separator.join(text[at : at + 4] for at in range(0, len(text), 4))


DIGITS = string.digits
WORD = text_of(LETTERS_AND_DIGITS, 1, 12)
EMAILS = st.builds("{}.{}@{}.{}".format, WORD, WORD, WORD, text_of(string.ascii_lowercase, 2, 6))
CARDS = st.builds(
    lambda start, rest, separator: grouped(luhn_completed(start + rest), separator),
    st.sampled_from(["4", "51", "65", "2221"]).map(lambda start: start.ljust(4, "0")),
    text_of(DIGITS, 11, 11),
    st.sampled_from(["", " ", "-"]),
)
IBANS = st.sampled_from(sorted(IBAN_LENGTHS)).flatmap(
    lambda country: st.builds(
        lambda account, separator: grouped(iban_completed(country, account), separator),
        text_of(string.ascii_uppercase + DIGITS, IBAN_LENGTHS[country] - 4, IBAN_LENGTHS[country] - 4),
        st.sampled_from(["", " "]),
    )
)
ADDRESSES = st.one_of(
    st.integers(1 << 24, (127 << 24) - 1).map(lambda number: str(IPv4Address(number))),
    st.integers(0x2000 << 112, (0x4000 << 112) - 1).map(lambda number: str(IPv6Address(number))),
    st.integers(0x2000 << 112, (0x4000 << 112) - 1).map(lambda number: IPv6Address(number).exploded),
)
SSNS = st.builds("{:03d}-{:02d}-{:04d}".format, st.integers(1, 665), st.integers(1, 99), st.integers(1, 9999))
PHONES = st.one_of(
    st.builds("+1 ({}) {}-{}".format, st.integers(200, 999), st.integers(200, 999), st.integers(1000, 9999)),
    st.builds("({}) {}-{}".format, st.integers(200, 999), st.integers(200, 999), st.integers(1000, 9999)),
    st.builds("{}-{}-{}".format, st.integers(200, 999), st.integers(200, 999), st.integers(1000, 9999)),
    st.builds("+{}{}".format, st.integers(2, 9), text_of(DIGITS, 8, 13)),
    st.builds("0{} {}".format, st.integers(100, 9999), st.integers(300_000, 9_999_999)),
)
KEYS = st.one_of(
    text_of(LETTERS_AND_DIGITS, 24, 60).map("sk-proj-9{}".format),
    text_of(string.ascii_uppercase + DIGITS, 16, 16).map("AKIA{}".format),
    text_of(LETTERS_AND_DIGITS, 36, 36).map("ghp_{}".format),
    text_of(LETTERS_AND_DIGITS + "-", 12, 40).map("xoxp-{}".format),
    st.builds("eyJ{}.eyJ{}.{}".format, *[text_of(LETTERS_AND_DIGITS + "_-", 12, 60)] * 3),
    text_of(LETTERS_AND_DIGITS + "+/", 16, 64).map(
        lambda key: f"-----BEGIN PRIVATE KEY-----\n{key}\n-----END PRIVATE KEY-----"
    ),
)
PLANTED = {
    "[EMAIL]": EMAILS,
    "[CARD]": CARDS,
    "[IBAN]": IBANS,
    "[IP]": ADDRESSES,
    "[SSN]": SSNS,
    "[PHONE]": PHONES,
    "[SECRET]": KEYS,
}
AROUND = st.sampled_from(
    ["", " ", "\n", '"', "'", "(", ")", ", ", "; ", "=", "<", ">", "\\n", " is ", " und ", "、", "|"]
)


@settings(deadline=None, max_examples=150)
@given(data=st.data(), before=AROUND, after=AROUND)
@pytest.mark.parametrize("label", PLANTED)
def test_no_planted_secret_survives(label: str, data: st.DataObject, before: str, after: str) -> None:
    secret = data.draw(PLANTED[label])
    clean = redact(f"It says {before}{secret}{after} and so on")
    assert secret not in clean
    assert clean == f"It says {before}{label}{after} and so on"


@settings(deadline=None, max_examples=200)
@given(
    secrets=st.lists(st.one_of(*PLANTED.values()), min_size=1, max_size=8), separator=st.sampled_from([" ", ", ", "\n"])
)
def test_no_secret_survives_among_others(secrets: list[str], separator: str) -> None:
    clean = redact(separator.join(secrets))
    assert [secret for secret in secrets if secret in clean] == []


FRAGMENTS = st.one_of(
    *PLANTED.values(),
    text_of("0123456789.:-+() @[]abcdefN\\n", 1, 12),
    st.sampled_from(
        ["[EMAIL]", "[PHONE]", "bearer ", "ssn ", "phone ", "version ", "eyJ", "sk-", "00", "::", "xn--", "%40"]
    ),
)


@settings(deadline=None, max_examples=500)
@given(parts=st.lists(FRAGMENTS, max_size=8))
@example(parts=["+15551234567"] * 4)
@example(parts=["(555) 123-4567"] * 4)
@example(parts=["1.2.3.4", ".", "555-123-4567"])
@example(parts=["2001:db8:1:2:3:4:5:6", ":", "555-123-4567"])
def test_redacting_again_changes_nothing(parts: list[str]) -> None:
    once = redact("".join(parts))
    assert redact(once) == once


@settings(deadline=None, max_examples=500)
@given(text=st.text())
def test_redacting_any_text_again_changes_nothing(text: str) -> None:
    once = redact(text)
    assert redact(once) == once


DATES = st.datetimes(min_value=datetime(1900, 1, 1)).flatmap(
    lambda at: st.sampled_from(
        [
            "%Y-%m-%d",
            "%d.%m.%Y",
            "%m/%d/%Y",
            "%d-%m-%Y",
            "%Y%m%d",
            "%Y-%m-%dT%H:%M:%S+00:00",
            "%H:%M:%S",
            "%m/%Y",
            "%d %b %Y",
        ]
    ).map(at.strftime)
)
NUMBERS = st.one_of(
    st.integers(-(10**12), 10**12).map(str),
    st.integers(0, 10**15).map("{:,}".format),
    st.integers(0, 10**9 - 1).map(lambda number: f"{number:,}".replace(",", ".") + ",50"),
    st.floats(0, 1e6).map("{:.6f}".format),
    st.integers(0, 10**7).map(lambda cents: f"${cents / 100:,.2f}"),
    st.builds("{}.{}.{}".format, *[st.integers(0, 300)] * 3),
    st.builds("v{}.{}.{}-rc{}".format, *[st.integers(0, 40)] * 4),
    st.builds("{}-{}".format, *[st.integers(1900, 2099)] * 2),
)


@settings(deadline=None, max_examples=500)
@given(values=st.lists(st.one_of(DATES, NUMBERS), min_size=1, max_size=6))
def test_plain_numbers_dates_versions_and_prices_stay(values: list[str]) -> None:
    text = "; ".join(values)
    assert redact(text) == text


# Each repeats what some pattern begins with, so that work from each place to the end would be 40,000 million steps.
HOSTILE = [
    "a", "a.", "a@", "a@a.", ".", "1", "1 ", "1-", "1.", "+1", "+49 ", "(0", "0 1", "4111 ", "1:", "a:", "::", "eyJ",
    "eyJ-", "eyJaaaaaaaaaaaaaa.", "sk-", "sk-a", "xoxb-", "ghp_", "bearer ", "bearer a", "-----BEGIN PRIVATE KEY-----",
    "-----BEGIN PRIVATE KEY-----\n", "\\n", "A", "DE89", "DE89 ", "phone ", "phone: 1 ", "ssn ", "tel....", " ", "\n",
    "555-123-4567",
    "+15551234567", "(555) 123-4567", "-", "_", "'", "é", "%40",
]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_text_is_read_to_its_end(piece: str) -> None:
    text = piece * (200_000 // len(piece)) + " ada@example.com"
    clean = redact(text)
    assert clean.endswith("[EMAIL]")
    assert redact(clean) == clean


def test_strings_anywhere_in_json_are_redacted_and_nothing_else_changes() -> None:
    body = {
        "messages": [{"role": "user", "content": [{"type": "text", "text": "I am ada@example.com"}]}],
        "user": "ada@example.com",
        "metadata": {"ada@example.com": None},
        "temperature": 0.5,
        "n": 4111111111111111,
        "stream": True,
    }
    assert redact_json(body) == {
        "messages": [{"role": "user", "content": [{"type": "text", "text": "I am [EMAIL]"}]}],
        "user": "[EMAIL]",
        "metadata": {"[EMAIL]": None},
        "temperature": 0.5,
        "n": 4111111111111111,
        "stream": True,
    }
    assert body["user"] == "ada@example.com"


def test_pictures_in_json_stay_and_other_long_words_do_not_hide_anything() -> None:
    picture = "data:image/png;base64," + "AAAA" * 500
    text = "a" * 2000 + " ada@example.com"
    assert redact_json([picture, picture + " ada@example.com", text]) == [
        picture,
        picture + " [EMAIL]",
        "a" * 2000 + " [EMAIL]",
    ]
