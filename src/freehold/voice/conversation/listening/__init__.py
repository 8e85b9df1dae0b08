"""From the bytes of a microphone to turns and their words."""
