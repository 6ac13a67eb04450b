"""The product's settings with a page that waits two seconds for the database, so that a test need not wait twenty."""

from peerload.settings import *  # noqa: F403

PAGE_CONNECT_TIMEOUT = 1
PAGE_PATIENCE = 2
