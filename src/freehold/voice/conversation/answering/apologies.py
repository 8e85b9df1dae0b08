"""What is said when a stage fails: short sentences in the languages of the built-in voices. Promises nothing."""

THINKING = {
    "en": "I am sorry, I cannot answer right now.",
    "de": "Es tut mir leid, ich kann gerade nicht antworten.",
    "es": "Lo siento, ahora mismo no puedo responder.",
    "fr": "Je suis désolé, je ne peux pas répondre pour le moment.",
    "it": "Mi dispiace, al momento non posso rispondere.",
    "nl": "Het spijt me, ik kan nu niet antwoorden.",
    "pl": "Przepraszam, nie mogę teraz odpowiedzieć.",
    "pt": "Desculpe, não posso responder agora.",
}
HEARING = {
    "en": "I am sorry, I could not hear you. Please say that again.",
    "de": "Es tut mir leid, ich habe Sie nicht gehört. Bitte sagen Sie das noch einmal.",
    "es": "Lo siento, no le he oído. Repítalo, por favor.",
    "fr": "Je suis désolé, je ne vous ai pas entendu. Répétez, s'il vous plaît.",
    "it": "Mi dispiace, non ho sentito. Può ripetere, per favore?",
    "nl": "Het spijt me, ik heb u niet gehoord. Zegt u dat nog eens.",
    "pl": "Przepraszam, nic nie słyszę. Proszę powtórzyć.",
    "pt": "Desculpe, não ouvi. Repita, por favor.",
}


def apology(sentences: dict[str, str], language: str | None) -> str:
    """The sentence in a language by its ISO 639-1 code, else in English."""
    return sentences.get((language or "en")[:2].lower(), sentences["en"])
