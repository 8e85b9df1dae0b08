"""The sound worker: effects on recordings, and the search for the watermark in them."""
