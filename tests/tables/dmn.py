"""Small models for tests: what a test is about, and everything else around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

from recoup.tables.model import Model
from recoup.tables.read import read_model

SPACE = "https://www.omg.org/spec/DMN/20230324/MODEL/"
FILE = "test.dmn"


def definitions(*elements: str, extra: str = "", space: str = SPACE) -> bytes:
    """A DMN file that holds these elements."""
    head = f'<definitions xmlns="{space}" name="test" namespace="https://test" {extra}>'
    return "\n".join([head, *elements, "</definitions>"]).encode()


def model(*elements: str, extra: str = "") -> Model:
    """The model of these elements."""
    return read_model(definitions(*elements, extra=extra), file=FILE)


def fact(name: str, kind: str = "") -> str:
    """An input by name."""
    return f"<inputData id={quoteattr('i ' + name)} name={quoteattr(name)}>{variable(name, kind)}</inputData>"


def variable(name: str, kind: str = "") -> str:
    """A variable with its type."""
    return f"<variable name={quoteattr(name)}" + (f" typeRef={quoteattr(kind)}" if kind else "") + "/>"


def needs(*, facts: Sequence[str] = (), decisions: Sequence[str] = (), functions: Sequence[str] = ()) -> str:
    """What an element requires, by name."""
    parts = [f'<informationRequirement><requiredInput href={quoteattr("#i " + each)}/></informationRequirement>'
             for each in facts]  # fmt: skip
    parts += [f'<informationRequirement><requiredDecision href={quoteattr("#d " + each)}/></informationRequirement>'
              for each in decisions]  # fmt: skip
    parts += [f'<knowledgeRequirement><requiredKnowledge href={quoteattr("#f " + each)}/></knowledgeRequirement>'
              for each in functions]  # fmt: skip
    return "".join(parts)


def decision(name: str, logic: str, *, kind: str = "", requires: str = "") -> str:
    """A decision with its logic."""
    head = f"<decision id={quoteattr('d ' + name)} name={quoteattr(name)}>"
    return f"{head}{variable(name, kind)}{requires}{logic}</decision>"


def literal(text: str, kind: str = "") -> str:
    """A literal expression."""
    typed = f" typeRef={quoteattr(kind)}" if kind else ""
    return f"<literalExpression{typed}><text>{escape(text)}</text></literalExpression>"


def function(name: str, parameters: Mapping[str, str], body: str, *, kind: str = "", requires: str = "") -> str:
    """A business knowledge model."""
    formal = "".join(
        f"<formalParameter name={quoteattr(each)}" + (f" typeRef={quoteattr(typed)}" if typed else "") + "/>"
        for each, typed in parameters.items()
    )
    return (
        f"<businessKnowledgeModel id={quoteattr('f ' + name)} name={quoteattr(name)}>{variable(name, kind)}"
        f"<encapsulatedLogic>{formal}{body}</encapsulatedLogic>{requires}</businessKnowledgeModel>"
    )


def table(
    policy: str,
    inputs: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    outputs: Sequence[str] = ("",),
    values: str = "",
    default: str = "",
    kinds: Sequence[str] = (),
    allowed: Mapping[str, str] | None = None,
) -> str:
    """A decision table; ``policy`` may be followed by an aggregation: ``COLLECT SUM``.

    ``kinds`` are the types of the inputs, ``allowed`` their values; ``values`` and ``default`` belong to each output.
    """
    words = policy.split()
    fold = f' aggregation="{words[1]}"' if words[0] == "COLLECT" and len(words) > 1 else ""
    hit = words[0] if fold else policy
    parts = [f'<decisionTable hitPolicy="{hit}"{fold}>']
    for number, expression in enumerate(inputs):
        typed = f" typeRef={quoteattr(kinds[number])}" if kinds else ""
        limits = (allowed or {}).get(expression, "")
        parts.append(f"<input><inputExpression{typed}><text>{escape(expression)}</text></inputExpression>")
        parts.append((f"<inputValues><text>{escape(limits)}</text></inputValues>" if limits else "") + "</input>")
    for name in outputs:
        parts.append(f"<output name={quoteattr(name)}>" if name else "<output>")
        parts.append(f"<outputValues><text>{escape(values)}</text></outputValues>" if values else "")
        default_entry = f"<defaultOutputEntry><text>{escape(default)}</text></defaultOutputEntry>"
        parts.append((default_entry if default else "") + "</output>")
    for row in rows:
        parts.append("\n<rule>")
        parts += [f"<inputEntry><text>{escape(cell)}</text></inputEntry>" for cell in row[: len(inputs)]]
        parts += [f"<outputEntry><text>{escape(cell)}</text></outputEntry>" for cell in row[len(inputs) :]]
        parts.append("</rule>")
    return "".join([*parts, "</decisionTable>"])
