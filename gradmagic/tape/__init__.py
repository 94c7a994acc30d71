"""The tape engine: record operations, differentiate them during the recording or afterwards."""

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
