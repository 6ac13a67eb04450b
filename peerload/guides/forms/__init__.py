"""Forms of guides, to fill one in, and to change a template."""

from .filling import (
    BeginGuideForm,
    DatedStepForm,
    ExtendForm,
    FormRow,
    GuideVersionForm,
    ReaderForm,
    SectionForm,
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
