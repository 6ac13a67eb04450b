"""How the web server runs, everywhere: read by gunicorn when it is started in this folder."""

import os

host = os.environ.get("HOST") or "127.0.0.1"
port = os.environ.get("PORT") or "8000"

bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
worker_class = "peerload.web.WholeRequests"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
threads = 4
preload_app = True  # read once, shared by the workers
graceful_timeout = 5
loglevel = "warning"
control_socket_disable = True
