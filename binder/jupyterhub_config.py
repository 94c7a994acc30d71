"""A JupyterHub for a class on one machine: JupyterLab with gradmagic loaded and a warm kernel, for everyone.

jupyterhub --config binder/jupyterhub_config.py      docs/jupyterhub.md says what to install first
"""

import sys
from pathlib import Path

c = get_config()  # noqa: F821  JupyterHub's

ENVIRONMENT = Path(sys.prefix)
# `start` imports TensorFlow once for each user, while their browser loads JupyterLab.
c.Spawner.cmd = [str(Path(__file__).with_name("start")), str(ENVIRONMENT / "bin" / "jupyterhub-singleuser")]
c.Spawner.environment = {"PATH": f"{ENVIRONMENT / 'bin'}:/usr/local/bin:/usr/bin:/bin"}
c.Spawner.default_url = "/lab"
# benchmarks/README.md has what each lesson takes.
c.Spawner.mem_limit = "2G"
c.Spawner.http_timeout = 60
# The proxy that pip installs gives up on an answer after 20 s unless told; a busy machine may take longer.
c.ConfigurableHTTPProxy.command = ["configurable-http-proxy", "--proxy-timeout=600000"]
