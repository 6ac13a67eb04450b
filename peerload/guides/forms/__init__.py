"""Forms of guides, to fill one in, and to change a template."""

from .filling import BeginGuideForm, ExtendForm, FormRow, GridRow, GuideVersionForm, ReaderForm, SectionForm, StepForm
from .templates import AboutTemplateForm, EditTemplateForm, ImportForm, NewTemplateForm, SectionTemplateForm
