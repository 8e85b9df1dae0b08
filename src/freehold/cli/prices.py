"""`freehold prices`: what vendors bill, by the day: the shipped list and the operator's own. It asks nobody."""

import argparse
import difflib
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from freehold.app import SCHEMAS
from freehold.cli.options import add_settings_options, read_settings
from freehold.contracts.errors import InvalidRequest, NotFound
from freehold.contracts.usage import Usage
from freehold.foundation.clock import SystemClock
from freehold.gateway.ledger.price import Price, PriceList, Rates, configured_entry, shipped_prices, usd
from freehold.gateway.settings import GatewaySettings

EXAMPLES = """\
  freehold prices list --vendor openai
  freehold prices show openai/gpt-5.6-sol
  freehold prices cost openai/gpt-4o --input-tokens 12000 --output-tokens 800 --cached 9000"""

UNITS = {"audio_hour": "an hour of audio", "character": "1M characters", "image": "an image"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One sub-command per act."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="list|show|cost")
    listing = acts.add_parser("list", help="the prices that hold on a day")
    listing.add_argument("--vendor", metavar="V", help="of this vendor only")
    listing.set_defaults(do=_list)
    show = acts.add_parser("show", help="every price that a model had, with source and day of reading")
    show.set_defaults(do=_show)
    cost = acts.add_parser("cost", help="what a request comes to")
    cost.add_argument("--input-tokens", type=_count, required=True, metavar="N", help="cached ones included")
    cost.add_argument("--output-tokens", type=_count, required=True, metavar="M", help="reasoning included")
    cost.add_argument("--cached", type=_count, default=0, metavar="N", help="how many of the input are cached")
    cost.set_defaults(do=_cost)
    for act in (show, cost):
        act.add_argument("model", metavar="VENDOR/MODEL", help="for instance openai/gpt-4o")
    for act in (listing, cost):
        act.add_argument("--on", type=date.fromisoformat, metavar="DATE", help="YYYY-MM-DD (default: today)")
    for act in (listing, show, cost):
        act.add_argument("--json", action="store_true", help="print JSON; money in micro-USD")
        add_settings_options(act)


def run(arguments: argparse.Namespace) -> int:
    """Read both lists, answer."""
    own = read_settings(arguments, SCHEMAS).part(GatewaySettings).prices
    return arguments.do(arguments, shipped_prices().with_entries(configured_entry(entry) for entry in own))


def _list(arguments: argparse.Namespace, prices: PriceList) -> int:
    on = arguments.on or _today()
    names = dict.fromkeys((price.entry.vendor, price.entry.model) for price in prices)
    wanted = [(vendor, model) for vendor, model in names if arguments.vendor in (None, vendor)]
    if not wanted:
        vendors = ", ".join(dict.fromkeys(vendor for vendor, _ in names))
        raise NotFound(f"There is no vendor '{arguments.vendor}' in the price list.", hint=f"Known: {vendors}.")
    found = [price for vendor, model in wanted if (price := prices.find(vendor, model, on))]
    if arguments.json:
        _print_json([_plain(price) for price in found])
        return 0
    print(f"{'MODEL':58}  {'FROM':10}  {'INPUT':>9}  {'CACHED':>9}  {'OUTPUT':>9}  OTHER")
    for price in found:
        rates = price.bands[0][1]
        tokens = "  ".join(f"{_dollars(rate):>9}" for rate in (rates.input, rates.cached_input, rates.output))
        notes = [*_others(rates), *(f"dearer above {above:,} input tokens" for above, _ in price.bands[1:])]
        print(f"{_name(price):58}  {price.entry.since}  {tokens}  {'; '.join(notes)}".rstrip())
    print("US dollars for a million tokens, unless it says otherwise.")
    return 0


def _show(arguments: argparse.Namespace, prices: PriceList) -> int:
    found = prices.history(*_named(arguments.model, prices))
    if arguments.json:
        _print_json([_plain(price) for price in found])
        return 0
    for price in found:
        entry = price.entry
        print(f"{_name(price)} from {entry.since} ({price.origin}, version {price.version})")
        for above, rates in price.bands:
            print(f"  {f'above {above:,} input tokens: ' if above >= 0 else ''}{_said(rates)}")
        for note in filter(None, (entry.note, ", ".join(entry.aliases) and f"also {', '.join(entry.aliases)}")):
            print(f"  {note}")
        print(f"  {entry.source}, read {entry.read}")
    return 0


def _cost(arguments: argparse.Namespace, prices: PriceList) -> int:
    vendor, model = _named(arguments.model, prices)
    on = arguments.on or _today()
    if arguments.cached > arguments.input_tokens:
        raise InvalidRequest("More input is cached than there is.", hint="--input-tokens counts the cached ones, too.")
    price = prices.find(vendor, model, on)
    if price is None:
        raise NotFound(f"{arguments.model} has no price on {on}.", hint="`freehold prices show` lists its days.")
    usage = Usage(
        input_tokens=arguments.input_tokens, cached_tokens=arguments.cached, output_tokens=arguments.output_tokens
    )
    cost = price.cost(usage)
    if arguments.json:
        _print_json({"micro_usd": cost, "price": _plain(price)})
        return 0
    known = usd(cost) if cost is not None else "unknown: this model is not billed by these tokens"
    print(f"{known}  ({_name(price)} from {price.entry.since}: {_said(price.rates(usage.input_tokens))})")
    return 0


def _named(text: str, prices: PriceList) -> tuple[str, str]:
    """Vendor and model. Raises `NotFound` with the nearest name."""
    vendor, _, model = text.partition("/")
    if prices.history(vendor, model):
        return vendor, model
    near = difflib.get_close_matches(text, dict.fromkeys(_name(price) for price in prices), n=1)
    hint = f"Did you mean '{near[0]}'?" if near else "`freehold prices list` shows the models that have one."
    raise NotFound(f"There is no price for '{text}'.", hint=hint)


def _name(price: Price) -> str:
    return f"{price.entry.vendor}/{price.entry.model}"


def _said(rates: Rates) -> str:
    """The rates in words, with their units."""
    kinds = {"input": rates.input, "cached": rates.cached_input, "cache write": rates.cache_write}
    kinds["output"] = rates.output
    tokens = [f"{kind} {usd(rate)}" for kind, rate in kinds.items() if rate is not None]
    return ", ".join([", ".join(tokens) + " for 1M tokens"] * bool(tokens) + _others(rates)) or "nothing is billed"


def _others(rates: Rates) -> list[str]:
    found = {unit: getattr(rates, name) for name, unit in UNITS.items()}
    return [f"{usd(rate)} for {unit}" for unit, rate in found.items() if rate is not None]


def _dollars(rate: int | None) -> str:
    return "–" if rate is None else usd(rate)


def _plain(price: Price) -> dict[str, Any]:
    return msgspec.to_builtins(price.entry) | {"origin": price.origin, "version": price.version}


def _today() -> date:
    return datetime.fromtimestamp(SystemClock().unix_seconds(), UTC).date()


def _count(text: str) -> int:
    """A count of tokens; `argparse` reports what is none."""
    count = int(text)
    if count < 0:
        raise ValueError(text)
    return count


def _print_json(value: Any) -> None:
    print(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())
