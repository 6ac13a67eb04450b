"""Forms of guides, to fill one in, and to change a template."""

from .filling import (
    BeginGuideForm,
    ExtendForm,
    FormRow,
    GuideVersionForm,
    ReaderForm,
    SectionForm,
    DatedStepForm,
    TableFormRow,
)
from .templates import (
    NEW_LINES,
    AboutTemplateForm,
    EditTemplateForm,
    ImportForm,
    NewTemplateForm,
    SectionTemplateForm,
)
