"""What Chatterbox's synthesizer is made of: its four graphs, how they speak, and the voices it has heard.

graphs         the graphs, with names and shapes      speaking       text and a voice → speech tokens → samples
references     encoded voices, a bounded number
"""
