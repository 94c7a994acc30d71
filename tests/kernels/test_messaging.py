"""Jupyter's own conformance tests, put to the kernelspec `gradmagic`."""

import unittest

import jupyter_kernel_test
import pytest


@pytest.fixture(scope="class", autouse=True)
def installed(warm):
    """The kernelspec is there under its own name."""


class TestMessaging(jupyter_kernel_test.KernelTests, unittest.TestCase):
    kernel_name = "gradmagic"
    language_name = "python"
    file_extension = ".py"
    code_hello_world = "print('hello, world')"
    code_stderr = "import sys; print('oops', file=sys.stderr)"
    completion_samples = ({"text": "zi", "matches": {"zip"}},)
    complete_code_samples = ("1", "print('a')", "def f():\n    return 1\n\n")
    incomplete_code_samples = ("def f():", "'''one")
    invalid_code_samples = ("import = 7",)
    code_page_something = "zip?"
    code_generate_error = "1 / 0"
    code_execute_result = (
        {"code": "1+2+3", "result": "6"},
        {"code": "[n*n for n in range(1, 4)]", "result": "[1, 4, 9]"},
    )
    code_display_data = (
        {"code": "from IPython.display import HTML, display; display(HTML('<b>a</b>'))", "mime": "text/html"},
        {"code": "from IPython.display import Math, display; display(Math('x'))", "mime": "text/latex"},
    )
    code_history_pattern = "1?2*"
    supported_history_operations = ("tail", "search")  # ipykernel gives no range of session 0
    code_inspect_sample = "zip"
    code_clear_output = "from IPython.display import clear_output; clear_output()"
