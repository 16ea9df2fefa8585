"""The teaching kit to print: lesson plans, role cards, news, questions.

``python -m sim.classroom.kit FOLDER`` writes it as Markdown and as HTML for A4 paper. Cards come
from the briefing of the room (:mod:`sim.classroom.briefing`), the questionnaire is that of the room
(:mod:`sim.classroom.questionnaire`), and what really happened comes from the shipped data;
``texts/`` holds what people wrote. :mod:`sheets` puts a kit together, :mod:`paper` prints it.
"""
