"""The price list as of today. Looks each name up once a day."""

from datetime import UTC, date, datetime

from freehold.gateway.ledger.price import Price, PriceList


class DayPrices:
    """The price list as of today, each name looked up once a day."""

    def __init__(self, prices: PriceList) -> None:
        self.list = prices
        self._number, self._day = -1, date.min
        self._found: dict[tuple[str, str], Price | None] = {}

    def turn_to(self, unix_seconds: float) -> "DayPrices":
        """These prices, as of a moment."""
        number = int(unix_seconds // 86_400)
        if number != self._number:
            self._number, self._found = number, {}
            self._day = datetime.fromtimestamp(unix_seconds, UTC).date()
        return self

    def find(self, vendor: str, model: str) -> Price | None:
        """Today's price."""
        name = (vendor, model)
        if name not in self._found:
            self._found[name] = self.list.find(vendor, model, self._day)
        return self._found[name]
