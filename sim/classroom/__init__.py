"""The summit room: a class plays the summit, live.

``summitry play`` opens it. From the inside out: :mod:`game` plays the rounds, :mod:`ahead` and
:mod:`outlook` look ahead, :mod:`state` is what a room remembers, :mod:`room` lets it live and puts
every move on the disk, :mod:`server` speaks to browsers, ``page/`` is what they show.
"""
