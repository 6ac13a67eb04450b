"""A small service as sheets, to be changed by a test in the one place it is about."""

import csv
import io
import zipfile

from peerload.interchange import files as opening

SERVICE = {"name": "Harbourside", "timezone": "Pacific/Auckland", "region": "NZ-AUK"}
# A service that a test makes has no scheme before one comes in, nor the name of the one that comes in.
WITHOUT_SCHEME = {"service": [], "leave_kinds": [], "scheme_versions": [], "scheme_rows": []}
MERE, TOM, ANA = "mere@harbourside.example", "tom@harbourside.example", "ana@harbourside.example"


def small(**changes) -> dict[str, list[dict]]:
    """Return two workers, their manager and two people; ``tiers=[...]`` takes the place of a sheet."""
    sheets = {
        "service": [{"key": key, "value": value} for key, value in SERVICE.items()],
        "teams": [{"team": "Harbourside", "manager": ANA, "deputy": ""}],
        "staff": [
            {"email": MERE, "name": "Mere Paki", "role": "peer_worker", "team": "Harbourside"},
            {"email": TOM, "name": "Tom Lealaiauloto", "role": "peer_worker", "team": "Harbourside"},
            {"email": ANA, "name": "Ana Whitford", "role": "manager", "team": "Harbourside"},
        ],
        "people": [
            {"ref": "H1", "name": "Jamie Leota", "family": ""},
            {"ref": "H2", "name": "Ofa Ward", "family": ""},
        ],
        "tiers": [
            {"ref": "H1", "tier": "high", "from": "2026-01-05"},
            {"ref": "H2", "tier": "medium", "from": "2026-01-05"},
        ],
        "allocations": [
            {"ref": "H1", "email": MERE, "from": "2026-01-05", "until": ""},
            {"ref": "H2", "email": TOM, "from": "2026-01-05", "until": ""},
        ],
    }
    return sheets | changes


def text(rows: list[dict]) -> bytes:
    """Return rows as CSV, as a person would have typed them."""
    out = io.StringIO(newline="")
    columns = list(dict.fromkeys(column for row in rows for column in row))
    writer = csv.DictWriter(out, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def zipped(files: dict[str, bytes]) -> bytes:
    """Return files as a zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def opened(sheets: dict[str, list[dict]]) -> opening.OpenedFile:
    """Return sheets as they are once a zip of them was opened."""
    return opening.open_bytes(zipped({f"{name}.csv": text(rows) for name, rows in sheets.items()}))


def with_rows(name: str, *rows: dict, **changes) -> opening.OpenedFile:
    """Return the small service with rows added to a sheet."""
    sheets = small(**changes)
    sheets[name] = [*sheets.get(name, []), *rows]
    return opened(sheets)
