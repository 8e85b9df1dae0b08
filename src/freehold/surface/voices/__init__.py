"""Voices made from recordings, each resting on the recorded consent of the person who speaks in it.

consents     what somebody says to lend their voice       phrases      the words of it, by language
custom       the voices: made, shared, used, taken away   review       approved or rejected by administrators
recordings   what models here say of a recording          store        the database, recordings sealed
records      consents and voices as data                  neighbours   what is needed of other parts
"""
