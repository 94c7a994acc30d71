"""The tape engine: record operations, differentiate them during the recording or afterwards.

A name imports what it needs on first use: most of them need NumPy, and `%load_ext gradmagic` must not.
"""

from typing import TYPE_CHECKING

from gradmagic._lazy import lookup

if TYPE_CHECKING:
    from gradmagic.tape._adjoints import Adjoints
    from gradmagic.tape._check import check_recording
    from gradmagic.tape._check_function import check_grads
    from gradmagic.tape._check_report import CheckReport
    from gradmagic.tape._compare import compare_recording
    from gradmagic.tape._compare_function import compare_function
    from gradmagic.tape._compare_report import CompareReport
    from gradmagic.tape._curve import Curve, curve
    from gradmagic.tape._derivative import KINDS, Derivative, differentiate, differentiate_function
    from gradmagic.tape._explain import CAUSES, Explanation
    from gradmagic.tape._flow import Finding, Flow, LayerFlow, VariableFlow, gradient_flow
    from gradmagic.tape._functional import grad, hessian, hvp, jacobian, jvp, value_and_grad
    from gradmagic.tape._graph import Edge, Graph, Node
    from gradmagic.tape._hook import hook_status
    from gradmagic.tape._program import Recipe, program
    from gradmagic.tape._record import OpRecord, TensorRecord
    from gradmagic.tape._rules import Rule
    from gradmagic.tape._source import Place
    from gradmagic.tape._steps import Contribution, Step, Steps
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
    "Step",
    "Steps",
    "Tape",
    "TensorRecord",
    "VariableFlow",
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
    "shorten",
    "tensorflow",
    "value_and_grad",
]

__getattr__, __dir__ = lookup(
    __name__,
    {
        "CAUSES": "_explain",
        "KINDS": "_derivative",
        "Adjoints": "_adjoints",
        "CheckReport": "_check_report",
        "CompareReport": "_compare_report",
        "Contribution": "_steps",
        "Curve": "_curve",
        "Derivative": "_derivative",
        "Edge": "_graph",
        "Explanation": "_explain",
        "Finding": "_flow",
        "Flow": "_flow",
        "Graph": "_graph",
        "LayerFlow": "_flow",
        "Node": "_graph",
        "OpRecord": "_record",
        "Place": "_source",
        "QuietFinder": "_tensorflow",
        "Recipe": "_program",
        "Rule": "_rules",
        "Step": "_steps",
        "Steps": "_steps",
        "Tape": "_tape",
        "TensorRecord": "_record",
        "VariableFlow": "_flow",
        "as_argument": "_structure",
        "check_grads": "_check_function",
        "check_order": "_structure",
        "check_recording": "_check",
        "check_target": "_structure",
        "compare_function": "_compare_function",
        "compare_recording": "_compare",
        "curve": "_curve",
        "devices": "_tensorflow",
        "differentiate": "_derivative",
        "differentiate_function": "_derivative",
        "grad": "_functional",
        "gradient_flow": "_flow",
        "hessian": "_functional",
        "hook_status": "_hook",
        "hvp": "_functional",
        "is_tensor": "_structure",
        "jacobian": "_functional",
        "jvp": "_functional",
        "leaves": "_structure",
        "parse_bytes": "_structure",
        "program": "_program",
        "quiet_descriptor": "_tensorflow",
        "shorten": "_structure",
        "tensorflow": "_tensorflow",
        "value_and_grad": "_functional",
    },
)
