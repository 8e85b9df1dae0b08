"""From a request to the lines that are spoken.

passage    text that knows its place in the input    ssml       the part of SSML 1.1 that is spoken
text       normalising and cutting into clauses      emotions   emotions and instructions → prosody
script     all of it: clauses with voice and prosody
"""
