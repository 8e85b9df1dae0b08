"""Takes personal data and secrets out of text: what can be told by its form gives way to a word in brackets.

Found are e-mail addresses, IBANs, IP addresses, payment cards, US social security numbers, phone numbers and secrets.
Not found are names, street addresses, dates of birth, passwords, numbers of passports and of customers, and whatever
is spelt out in words: nothing in their form tells them from other text. So redaction lowers a risk and ends none.

Phone numbers without a plus sign are found in the forms of North America, France, Brazil, and of countries whose
numbers begin with 0; in any form after a word such as "phone". Loopback addresses and 0.0.0.0 stay: they are nobody's.
Four numbers with dots stay where the words before them say that they are a version or a section.

Time grows with the length of the text alone: each pattern looks at a bounded stretch from each place, or begins only
where a run of its characters begins. Sources: ITU-T E.164, ISO 13616 (lengths in the IBAN registry), ISO/IEC 7812
(Luhn), RFC 5321, RFC 7468, RFC 7519.
"""

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

MAX_ROUNDS = 8  # what stood beside a find may be one itself once that is gone; two rounds are the rule

NOTHING = -1
RIGHT = r"(?![A-Za-z0-9_])"
NUMBER_LEFT = r"(?<!\d[.\-].)"  # the middle of a longer number, a version or a date
NUMBER_RIGHT = r"(?![A-Za-z0-9_])(?![.\-]\d)"
GAP = r" .\-/()\u00a0\u202f\u2010-\u2013"  # what stands between the digits of a phone number

IBAN_REGISTRY = (  # country and length
    "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 "
    "ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 "
    "LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 "
    "PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 "
    "YE30"
)
IBAN_LENGTHS = {entry[:2]: int(entry[2:]) for entry in IBAN_REGISTRY.split()}
# First digits and lengths in use, so that other long numbers stay: Visa, American Express, Diners, JCB, Mastercard,
# Maestro, Discover, UnionPay, Mir, RuPay.
CARD = re.compile(
    r"4\d{12}(?:\d{3}){0,2}|3[47]\d{13}|3(?:0[0-59]|[689]\d)\d{11,16}|35\d{14,17}|[56]\d{15,18}|2[2-7]\d{14}|8[12]\d{14,17}"
)
WORD_END = re.compile(RIGHT)
VERSION = re.compile(
    r"(?:\b(?:version|release|build|section|chapter|clause|ver|v)\b\.?|§|[a-z]/|[=~<>!]=)[\s:=]{0,3}\Z", re.IGNORECASE
)
ROUTED = re.compile(
    r"[23][0-9a-f]{3}:|f[c-f][0-9a-f]{2}:", re.IGNORECASE
)  # global, unique local, link-local, multicast
MEDIA = re.compile(r"(?:data:[^,]{1,200};base64,)?[A-Za-z0-9+/_-]{1000,}={0,2}")
DATE = re.compile(r"(?:0\d[ /-])?(?:19|20)\d\d(?!\d)")


def _whole(match: re.Match[str]) -> int:
    return match.end()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One form. `end` says where a find ends in the text, or `NOTHING` where it is none after all.

    What the group `keep` of the pattern holds, at its beginning, stays.
    """

    label: str
    pattern: re.Pattern[str]
    end: Callable[[re.Match[str]], int] = _whole


def _begin(first: str, more: str = "") -> str:
    r"""`first`, of fixed width, where no letter, digit, underscore nor one of `more` stands before it.

    The letter of an escape such as `\n`, as JSON inside a string has it, is none.
    """
    return rf"{first}(?:(?<![A-Za-z0-9_\\{more}]{first})|(?<=\\[nrt]{first})|(?<=\\{first}))"


def _digits(text: str) -> str:
    return "".join(character for character in text if character in "0123456789")


def _iban_end(match: re.Match[str]) -> int:
    """ISO 7064 MOD 97-10, over as many characters as the country has."""
    text = match.string
    places = [at for at in range(match.start(), match.end()) if text[at] not in " -"]
    length = IBAN_LENGTHS.get(match[0][:2].upper(), len(places) + 1)
    if length > len(places):
        return NOTHING
    end = places[length - 1] + 1
    if not WORD_END.match(text, end):
        return NOTHING
    compact = "".join(text[at] for at in places[:length])
    number = "".join(str(int(character, 36)) for character in compact[4:] + compact[:4])
    return end if int(number) % 97 == 1 else NOTHING


def _card_end(match: re.Match[str]) -> int:
    digits = _digits(match[0])
    doubled = (int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits)))
    is_card = CARD.fullmatch(digits) and sum(value // 10 + value % 10 for value in doubled) % 10 == 0
    return match.end() if is_card else NOTHING


def _ip4_end(match: re.Match[str]) -> int:
    before = match.string[max(0, match.start() - 20) : match.start()]
    return NOTHING if VERSION.search(before) else _ip_end(match)


def _ip6_end(match: re.Match[str]) -> int:
    """Written in full, or of a range in use: `dead::beef` is a name in many a programming language."""
    is_full = match[0].count(":") == 7
    is_likely = is_full or (ROUTED.match(match[0]) and _digits(match[0]))
    return _ip_end(match) if is_likely else NOTHING


def _ip_end(match: re.Match[str]) -> int:
    try:
        address = ipaddress.ip_address(match[0])
    except ValueError:
        return NOTHING
    return NOTHING if address.is_loopback or address.is_unspecified else match.end()


def _ssn_end(match: re.Match[str]) -> int:
    """Numbers that the Social Security Administration never gives out stay."""
    digits = _digits(match[0])
    area, group, serial = digits[:3], digits[3:5], digits[5:]
    is_given = area not in ("000", "666") and area[0] != "9" and group != "00" and serial != "0000"
    return match.end() if is_given else NOTHING


def _phone_end(least: int, most: int) -> Callable[[re.Match[str]], int]:
    """An end for so many digits; other numbers after the last of them, with a space between, are left alone."""

    def end(match: re.Match[str]) -> int:
        start = match.end("keep") if "keep" in match.re.groupindex else match.start()
        number = match.string[start : match.end()]
        while len(_digits(number)) > most and " " in number:
            number = number.rpartition(" ")[0].rstrip()
        is_phone = least <= len(_digits(number)) <= most and not DATE.match(number)
        return start + len(number) if is_phone else NOTHING

    return end


def _rule(label: str, pattern: str, end: Callable[[re.Match[str]], int] = _whole, flags: int = 0) -> Rule:
    return Rule(label=label, pattern=re.compile(pattern, flags | re.ASCII), end=end)


KEY_NAME = r"(?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----"
SECRETS = (
    rf"-----BEGIN {KEY_NAME}(?:(?:(?!-----)[\s\S])*+-----END {KEY_NAME}"
    r"|(?:(?:\s|\\[nr])*+[A-Za-z0-9+/=]{16,}+)*+)",
    _begin("eyJ", "-") + r"[\w-]{10,}+(?:\.[\w-]{5,}+){1,4}+",  # a JSON Web Token: base64url of {"
    _begin("sk-") + r"(?=[\w-]{0,200}?[0-9A-Z])[\w-]{20,}+",  # OpenAI, Anthropic
    _begin("[sr]k_(?:live|test)_") + r"[A-Za-z0-9]{16,}+",  # Stripe
    _begin("A[KS]IA") + r"[A-Z0-9]{16}" + RIGHT,  # AWS
    _begin("gh[pousr]_") + r"[A-Za-z0-9]{20,}+",  # GitHub
    _begin("github_pat_") + r"\w{20,}+",
    _begin("glpat-") + r"[\w-]{20,}+",  # GitLab
    _begin("xox[a-z]-") + r"[\w-]{10,}+",  # Slack
    _begin("AIza") + r"[\w-]{35}(?![\w-])",  # Google
    _begin("hf_") + r"[A-Za-z0-9]{30,}+",  # Hugging Face
)
BEARER = r"(?P<keep>\bbearer\s{1,4})(?=[\w.~+/-]{0,2000}?\d)[\w.~+/-]{12,}+=*+"

LETTERS = r"A-Za-z\u00c0-\u052f"  # Latin, Greek, Cyrillic: scripts with spaces between words
MAILBOX = rf"[{LETTERS}0-9][{LETTERS}0-9_.+'-]*+"
TOP = rf"(?:xn--[A-Za-z0-9]{{1,59}}+|[{LETTERS}]{{2,24}}+(?![{LETTERS}]))"
DOMAIN = rf"(?:[{LETTERS}0-9][{LETTERS}0-9-]{{0,62}}+\.){{1,8}}{TOP}"
MAILBOX_LEFT = rf"(?:(?<![{LETTERS}0-9_.+'\\-])|(?<=\\[nrt])|(?<=\\)(?![nrt]))"
EMAIL = rf"(?P<keep>{MAILBOX_LEFT}[_.+'-]*+)(?!git@){MAILBOX}(?:@|%40){DOMAIN}"

IP4 = _begin("[0-9]") + r"(?<!\w\..)\d{0,2}(?:\.\d{1,3}){3}(?!\.\d)"
HEX = r"[0-9A-Fa-f]{1,4}"
IP6 = rf"{_begin('[0-9A-Fa-f]', ':.')}[0-9A-Fa-f]{{0,3}}(?:(?::{{1,2}}{HEX}){{1,7}}(?:::)?|::)(?!:[\w:])(?!\.\d)"

CARD_FORMS = r"(?:\d{12,18}|\d{3}([ .\-\u00a0])\d{4}\1\d{4}\1\d{1,4}(?:\1\d{1,3})?|\d{3}([ \-\u00a0])\d{6}\2\d{4,5})"
SSN_WORD = r"(?P<keep>\b(?:ssn|social security(?: number| no\.?)?)[\s:#=]{0,3}(?:is\s)?)"

EXTENSION = r"(?: ?(?:x|ext\.?|#) ?\d{1,6})?"
PHONE_RIGHT = NUMBER_RIGHT + r"(?!\(\d)"
PLUS = r"\+(?:(?<![A-Za-z_].)|(?<=\\[nrt].))"
PHONE_WORD = (
    r"(?P<keep>\b(?:tel(?:e?(?:phone|fon|fax))?|(?:cell)?phone|mobile?|cell|handy|fax|whatsapp|call (?:me|us))\b"
    r"(?:[\s:.#=()-]|\b(?:number|nummer|no|nr|is|at|on)\b){1,8})"
)
PHONES = (
    _rule("[PHONE]", rf"{PLUS}\(?1(?:[{GAP}]{{0,3}}\d){{10}}{EXTENSION}{PHONE_RIGHT}"),
    _rule("[PHONE]", rf"{PLUS}\(?[2-9](?:[{GAP}]{{0,3}}\d){{8,18}}{PHONE_RIGHT}", _phone_end(9, 15)),
    _rule(
        "[PHONE]",
        rf"{_begin('0')}{NUMBER_LEFT}0[1-9]\d{{0,2}}[ /-]{{1,2}}[1-9(](?:[{GAP}]{{0,3}}\d){{6,15}}{PHONE_RIGHT}",
        _phone_end(10, 17),
    ),
    _rule(
        "[PHONE]",
        rf"{_begin('[1-9]')}{NUMBER_LEFT}(?:(?<=1)[ .-]\d)?\d{{2}}([-.])\d{{3}}\1\d{{4}}{EXTENSION}{PHONE_RIGHT}",
    ),
    _rule("[PHONE]", rf"{_begin('[(]')}[2-9]\d{{2}}\) ?\d{{3}}[ .-]?\d{{4}}{EXTENSION}{PHONE_RIGHT}"),
    _rule("[PHONE]", rf"{_begin('[(]')}\d{{2}}\) ?9\d{{4}}-\d{{4}}{PHONE_RIGHT}"),
    _rule("[PHONE]", rf"{_begin('0')}{NUMBER_LEFT}[1-9]([ .-])\d{{2}}(?:\1\d{{2}}){{3}}{PHONE_RIGHT}"),
    _rule(
        "[PHONE]",
        rf"{_begin('[0(]')}{NUMBER_LEFT}(?:(?<=\()0[1-9]\d{{0,4}}\)|(?<=0)[1-9]\d{{0,4}})[ /-]{{1,3}}"
        rf"\d{{3,8}}(?:[ -]\d{{2,6}}){{0,3}}{PHONE_RIGHT}",
        _phone_end(9, 12),
    ),
    _rule("[PHONE]", rf"{PHONE_WORD}\(?\d(?:[{GAP}]{{0,2}}\d){{6,16}}{PHONE_RIGHT}", _phone_end(7, 14), re.IGNORECASE),
)

RULES = (
    *(_rule("[SECRET]", pattern) for pattern in SECRETS),
    _rule("[SECRET]", BEARER, flags=re.IGNORECASE),
    _rule("[EMAIL]", EMAIL),
    _rule("[IBAN]", _begin("[A-Z]") + r"[A-Z]\d{2}(?:[ -]?[A-Z0-9]){11,30}", _iban_end, re.IGNORECASE),
    _rule("[IP]", IP4 + RIGHT, _ip4_end),
    _rule("[IP]", IP6 + RIGHT, _ip6_end),
    _rule("[CARD]", _begin(r"\d") + NUMBER_LEFT + CARD_FORMS + NUMBER_RIGHT, _card_end),
    _rule("[SSN]", _begin(r"\d") + NUMBER_LEFT + r"\d{2}-\d{2}-\d{4}" + NUMBER_RIGHT, _ssn_end),
    _rule("[SSN]", SSN_WORD + r"\d{3}[ -]?\d{2}[ -]?\d{4}" + NUMBER_RIGHT, flags=re.IGNORECASE),
    *PHONES,
)


def redact(text: str) -> str:
    """The text without what the rules find. What has been redacted stays as it is when it is redacted again."""
    for _ in range(MAX_ROUNDS):
        before = text
        for rule in RULES:
            text = _replace(rule, text)
        if text == before:
            break
    return text


def redact_json(value: Any) -> Any:
    """A copy of decoded JSON with every string redacted, keys too; of keys that become equal the last one stays.

    Pictures and sound in base64 stay, and so does whatever they show and say.
    """
    if isinstance(value, str):
        return value if MEDIA.fullmatch(value) else redact(value)
    if isinstance(value, dict):
        return {redact(str(key)): redact_json(each) for key, each in cast("dict[Any, Any]", value).items()}
    if isinstance(value, list | tuple):
        return [redact_json(each) for each in cast("list[Any]", value)]
    return value


def _replace(rule: Rule, text: str) -> str:
    """The finds of one rule, from left to right; after none at a place the search goes on a character further."""
    parts: list[str] = []
    done = at = 0
    has_context = "keep" in rule.pattern.groupindex
    while match := rule.pattern.search(text, at):
        end = rule.end(match)
        if end == NOTHING:
            at = match.start() + 1
            continue
        parts += [text[done : match.end("keep") if has_context else match.start()], rule.label]
        done = at = end
    return "".join([*parts, text[done:]]) if parts else text
