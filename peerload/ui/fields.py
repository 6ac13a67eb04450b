"""Form fields whose choices are known only when the form is made."""

from typing import TypeVar

from django import forms

F = TypeVar("F", bound=forms.Field)


def field_of(form: forms.BaseForm, name: str, kind: type[F]) -> F:
    """
    Return a field of a form as its own class, so that mypy sees what the class does not have.

    :raises TypeError: if it is of another kind
    """
    found = form.fields[name]
    if not isinstance(found, kind):
        raise TypeError(f"{name} is {type(found).__name__}, not {kind.__name__}.")
    return found
