"""
The one table of sheets and columns, used by parsing, the empty workbook, import and export.

Lengths are those of the models, so that what fits here fits there.
"""

from .away import AWAY
from .columns import Sheet
from .groups import GROUPS
from .people import DUPLICATES, PEOPLE
from .plans import PLANS
from .records import RECORDS
from .settings import SERVICE
from .staff import STAFF
from .work import WORK

# In the order in which a service fills them in. References point to earlier sheets, except the leads in `teams`.
SHEETS: tuple[Sheet, ...] = (SERVICE, *STAFF, *PEOPLE, *WORK, *GROUPS, *AWAY, *DUPLICATES, *PLANS, *RECORDS)

SHEET = {sheet.name: sheet for sheet in SHEETS}
# Free words about people, as (sheet, column). Admins, who do not read them on any page, are not shown them here either.
WORDS_ABOUT_PEOPLE = frozenset(
    (sheet.name, column.name) for sheet in SHEETS for column in sheet.columns if column.about_somebody
)
README = "read me"  # the empty workbook's own first sheet, passed over when it comes back
# A sheet and a column of a workbook that was given back marked, passed over when it comes back.
REMARKS = "what is wrong"
