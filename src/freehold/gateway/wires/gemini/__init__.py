"""OpenAI's chat and embeddings in the words of Google's Gemini API (v1 and v1beta), and back.

Source: google-genai 3.6.1 (`types.py` and `models.py`, the Gemini Developer API side) and
https://ai.google.dev/api/generate-content. Knows no HTTP.
"""
