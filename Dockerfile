# One image for web, worker, beat and migrate; everything it needs to know comes from environment variables.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 \
    HOST=0.0.0.0 \
    PORT=8000 \
    PEERLOAD_STATIC_ROOT=/srv/static

RUN useradd --system --uid 10001 --home-dir /nonexistent peerload
WORKDIR /srv/peerload

COPY requirements.txt .
RUN pip install --no-cache-dir --disable-pip-version-check --root-user-action=ignore -r requirements.txt

COPY . .
# Gathering the static files asks neither server, but the settings want to know them.
RUN SECRET_KEY=only-for-this-step PRIVATE_KEYS=only-for-this-step-which-seals-nothing \
    DATABASE_URL=postgres://nobody@localhost/none REDIS_URL=redis://localhost/0 \
    python manage.py collectstatic --no-input --verbosity=0

USER 10001
EXPOSE 8000
CMD ["python", "-m", "peerload.serve"]
