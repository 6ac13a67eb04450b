"""The form that changes who a person is."""

from caseload.forms.person import PersonForm, person_initial
from tests import factories


def test_the_form_of_a_person_begins_with_everything_it_would_save(db):
    """A field that begins empty erases what was written as soon as the form is saved."""
    assert PersonForm.base_fields.keys() <= person_initial(factories.ClientFactory()).keys()
