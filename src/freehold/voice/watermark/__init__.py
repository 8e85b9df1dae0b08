"""The keyed, inaudible mark of every synthesised sound.

mark     laid into a stream as it is made      detect   found in any recording that has the key's sounds
voices   a second one, which names a voice
"""
