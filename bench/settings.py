"""The product's settings, with one address more: the bare counterpart of every page."""

from peerload.settings import *  # noqa: F403

ROOT_URLCONF = "bench.urls"
