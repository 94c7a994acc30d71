"""The tape engine: record operations, differentiate them during the recording or afterwards.

A name imports what it needs on first use: most of them need NumPy, and `%load_ext gradmagic` must not.
"""

from typing import TYPE_CHECKING

from gradmagic._lazy import lookup

if TYPE_CHECKING:
    from gradmagic.tape._program import Recipe, program
    from gradmagic.tape._structure import (
        as_argument,
        check_order,
        check_target,
        is_tensor,
        leaves,
        parse_bytes,
        shorten,
    )
    from gradmagic.tape._tape import Tape
    from gradmagic.tape._tensorflow import QuietFinder, devices, quiet_descriptor, tensorflow
    from gradmagic.tape.check._check import check_recording
    from gradmagic.tape.check._function import check_grads
    from gradmagic.tape.check._report import CheckReport
    from gradmagic.tape.compare._compare import compare_recording
    from gradmagic.tape.compare._function import compare_function
    from gradmagic.tape.compare._report import CompareReport
    from gradmagic.tape.derivative._curve import Curve, curve
    from gradmagic.tape.derivative._derivative import KINDS, Derivative, differentiate, differentiate_function
    from gradmagic.tape.derivative._functional import grad, hessian, hvp, jacobian, jvp, value_and_grad
    from gradmagic.tape.derivative._tangent import Tangent
    from gradmagic.tape.explain._explain import CAUSES, Explanation
    from gradmagic.tape.graph._adjoints import Adjoints
    from gradmagic.tape.graph._flow import Finding, Flow, LayerFlow, VariableFlow, gradient_flow
    from gradmagic.tape.graph._graph import Edge, Graph, Node
    from gradmagic.tape.recording._exhausted import exhausted, telling_of_memory
    from gradmagic.tape.recording._hook import array_of, function_caller, hook_status, read_registries
    from gradmagic.tape.recording._record import OpRecord, Span, TensorRecord
    from gradmagic.tape.recording._source import Place
    from gradmagic.tape.rules._rules import Rule
    from gradmagic.tape.steps._steps import Contribution, Step, Steps

__all__ = [
    "CAUSES",
    "KINDS",
    "Adjoints",
    "CheckReport",
    "CompareReport",
    "Contribution",
    "Curve",
    "Derivative",
    "Edge",
    "Explanation",
    "Finding",
    "Flow",
    "Graph",
    "LayerFlow",
    "Node",
    "OpRecord",
    "Place",
    "QuietFinder",
    "Recipe",
    "Rule",
    "Span",
    "Step",
    "Steps",
    "Tangent",
    "Tape",
    "TensorRecord",
    "VariableFlow",
    "array_of",
    "as_argument",
    "check_grads",
    "check_order",
    "check_recording",
    "check_target",
    "compare_function",
    "compare_recording",
    "curve",
    "devices",
    "differentiate",
    "differentiate_function",
    "exhausted",
    "function_caller",
    "grad",
    "gradient_flow",
    "hessian",
    "hook_status",
    "hvp",
    "is_tensor",
    "jacobian",
    "jvp",
    "leaves",
    "parse_bytes",
    "program",
    "quiet_descriptor",
    "read_registries",
    "shorten",
    "telling_of_memory",
    "tensorflow",
    "value_and_grad",
]

__getattr__, __dir__ = lookup(
    __name__,
    {
        "CAUSES": "explain._explain",
        "KINDS": "derivative._derivative",
        "Adjoints": "graph._adjoints",
        "CheckReport": "check._report",
        "CompareReport": "compare._report",
        "Contribution": "steps._steps",
        "Curve": "derivative._curve",
        "Tangent": "derivative._tangent",
        "Derivative": "derivative._derivative",
        "Edge": "graph._graph",
        "Explanation": "explain._explain",
        "Finding": "graph._flow",
        "Flow": "graph._flow",
        "Graph": "graph._graph",
        "LayerFlow": "graph._flow",
        "Node": "graph._graph",
        "OpRecord": "recording._record",
        "Place": "recording._source",
        "QuietFinder": "_tensorflow",
        "Recipe": "_program",
        "Rule": "rules._rules",
        "Span": "recording._record",
        "Step": "steps._steps",
        "Steps": "steps._steps",
        "Tape": "_tape",
        "TensorRecord": "recording._record",
        "VariableFlow": "graph._flow",
        "as_argument": "_structure",
        "check_grads": "check._function",
        "check_order": "_structure",
        "check_recording": "check._check",
        "check_target": "_structure",
        "compare_function": "compare._function",
        "compare_recording": "compare._compare",
        "curve": "derivative._curve",
        "devices": "_tensorflow",
        "differentiate": "derivative._derivative",
        "differentiate_function": "derivative._derivative",
        "exhausted": "recording._exhausted",
        "array_of": "recording._hook",
        "function_caller": "recording._hook",
        "grad": "derivative._functional",
        "gradient_flow": "graph._flow",
        "hessian": "derivative._functional",
        "hook_status": "recording._hook",
        "hvp": "derivative._functional",
        "is_tensor": "_structure",
        "jacobian": "derivative._functional",
        "jvp": "derivative._functional",
        "leaves": "_structure",
        "parse_bytes": "_structure",
        "program": "_program",
        "quiet_descriptor": "_tensorflow",
        "read_registries": "recording._hook",
        "shorten": "_structure",
        "telling_of_memory": "recording._exhausted",
        "tensorflow": "_tensorflow",
        "value_and_grad": "derivative._functional",
    },
)
