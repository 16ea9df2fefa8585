"""What happens to the pledge afterwards: core spending year by year, with its uncertainty.

``history`` reads what was spent, ``pull`` says what a pledge asks of a year, ``fit`` estimates how
much of it is done, ``path`` plays the years to come, ``deliver`` adds them to the runs of a summit.
"""
