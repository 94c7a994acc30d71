"""Every kernel of this environment has gradmagic loaded."""

c = get_config()  # noqa: F821  IPython's
# Not by `extensions`: a notebook whose first cell loads it as well would be told that it is there already.
c.InteractiveShellApp.exec_lines = ["__import__('gradmagic').load_ipython_extension(get_ipython())"]
