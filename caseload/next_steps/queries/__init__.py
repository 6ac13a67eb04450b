"""Next steps with people, read: a module a subject. Every function takes the day."""

from .asking import SURE, OfferedDay, Wanted, engagements, offered, questions
from .of_people import Ended, OfPerson, StepToCover, after, is_silent, of_person, steps_of_member, to_cover
from .responsible import ResponsibleMember, appointments_by_worker, recipients, responsible_members, subject
from .rows import NextStepRow, meeting, words_of_place
