"""
What templates ask, and what follows from the answers. Pure: no clock, no database.

A subject a module: `shapes` reads every template, `content` a guide, `survey` a survey.
"""

from .answers import (
    ANSWER,
    NO_ANSWERS,
    Answers,
    Collected,
    ItemAnswers,
    SideAnswers,
    SideValue,
    Value,
    answers_as_json,
    answers_from_json,
    clean_number,
    collected,
    note_is_needed,
    shown_value,
    side_by_side,
)
from .checklist import (
    ChecklistContent,
    ContentPhase,
    ContentStep,
    Offset,
    StepPart,
    follows_notice,
    offset_words,
    step_as_json,
)
from .content import Comment, Content, ContentSection, Item, ItemNote
from .reading import LARGEST_FILE, LINE, MOST_ITEMS, MOST_MONTHS, TEXT, AnswerChoice, BrokenContent, TemplateContent
from .shapes import as_json, guide_of, parse
from .signing import FIRST_ENDS, STEP_SOON, LackingPart, first_on, lacking, next_on
from .survey import Statement, SurveyContent, SurveySection
from .tables import (
    MOST_COLUMNS,
    MOST_ROWS,
    AnsweredRow,
    Cells,
    Table,
    kept_cells,
    kept_person,
    kept_span,
    person_of,
    span_of,
)
