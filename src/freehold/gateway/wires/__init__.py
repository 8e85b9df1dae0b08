"""Translations between vendors' wire formats and OpenAI's; pure, no HTTP."""
