"""Which elements and attributes DMN has, and where: what stands in none of these rows is refused, never overlooked.

Source: the XML schemas of OMG DMN 1.1 to 1.5.
"""

from __future__ import annotations

EXPRESSIONS = frozenset(
    {
        "literalExpression", "decisionTable", "invocation", "context", "list", "relation", "functionDefinition",
        "conditional", "filter", "for", "every", "some",
    }
)  # fmt: skip
_TESTS = ("typeRef expressionLanguage", "text")
_TEXT = ("typeRef expressionLanguage", "text importedValues")
_ITEM = ("name typeRef", "")
_CHILD = ("typeRef", "*")
_TYPE = ("name typeLanguage isCollection", "typeRef allowedValues typeConstraint itemComponent functionItem")
_HREF = ("href", "")
_NEEDS = "informationRequirement knowledgeRequirement authorityRequirement"
_DECISION = (
    f"question allowedAnswers variable {_NEEDS} supportedObjective impactedPerformanceIndicator decisionMaker "
    "decisionOwner usingProcess usingTask *"
)
_NOT_READ = "knowledgeSource association group textAnnotation elementCollection performanceIndicator organizationUnit"

#: Element: its own attributes and its own children; a star stands for every boxed expression.
_ROWS: dict[str, tuple[str, str]] = {
    "definitions": (
        "name namespace expressionLanguage typeLanguage exporter exporterVersion",
        f"import itemDefinition decision businessKnowledgeModel decisionService inputData {_NOT_READ}",
    ),
    "itemDefinition": _TYPE,
    "itemComponent": _TYPE,
    "functionItem": ("outputTypeRef", "parameters"),
    "parameters": _ITEM,
    "typeRef": ("", ""),
    "allowedValues": _TESTS,
    "typeConstraint": _TESTS,
    "inputData": ("name", "variable"),
    "decision": ("name", _DECISION),
    "businessKnowledgeModel": (
        "name",
        "variable encapsulatedLogic knowledgeRequirement authorityRequirement",
    ),
    "decisionService": ("name", "variable outputDecision encapsulatedDecision inputDecision inputData"),
    "encapsulatedLogic": ("typeRef kind", "formalParameter *"),
    "variable": _ITEM,
    "formalParameter": _ITEM,
    "parameter": _ITEM,
    "column": _ITEM,
    "informationRequirement": ("", "requiredDecision requiredInput"),
    "knowledgeRequirement": ("", "requiredKnowledge"),
    "requiredDecision": _HREF,
    "requiredInput": _HREF,
    "requiredKnowledge": _HREF,
    "outputDecision": _HREF,
    "encapsulatedDecision": _HREF,
    "inputDecision": _HREF,
    "literalExpression": _TEXT,
    "inputExpression": _TEXT,
    "outputEntry": _TEXT,
    "defaultOutputEntry": _TEXT,
    "inputEntry": _TESTS,
    "inputValues": _TESTS,
    "outputValues": _TESTS,
    "text": ("", ""),
    "decisionTable": (
        "typeRef hitPolicy aggregation preferredOrientation outputLabel",
        "input output annotation rule",
    ),
    "input": ("", "inputExpression inputValues"),
    "output": ("name typeRef", "outputValues defaultOutputEntry"),
    "annotation": ("name", ""),
    "rule": ("", "inputEntry outputEntry annotationEntry"),
    "annotationEntry": ("", "text"),
    "invocation": ("typeRef", "binding *"),
    "binding": ("", "parameter *"),
    "context": ("typeRef", "contextEntry"),
    "contextEntry": ("", "variable *"),
    "list": ("typeRef", "*"),
    "relation": ("typeRef", "column row"),
    "row": ("typeRef", "*"),
    "functionDefinition": ("typeRef kind", "formalParameter *"),
    "conditional": ("typeRef", "if then else"),
    "if": _CHILD,
    "then": _CHILD,
    "else": _CHILD,
    "filter": ("typeRef", "in match"),
    "in": _CHILD,
    "match": _CHILD,
    "for": ("typeRef iteratorVariable", "in return"),
    "return": _CHILD,
    "every": ("typeRef iteratorVariable", "in satisfies"),
    "some": ("typeRef iteratorVariable", "in satisfies"),
    "satisfies": _CHILD,
}
_EVERYWHERE = frozenset({"id", "label"})
#: Children that say something to people alone, or to other tools: what stands in them is not read.
UNREAD = frozenset(
    {"description", "extensionElements", "question", "allowedAnswers", "authorityRequirement", "supportedObjective"}
    | {"impactedPerformanceIndicator", "decisionMaker", "decisionOwner", "usingProcess", "usingTask"}
    | set(_NOT_READ.split())
)


def _children(words: str) -> frozenset[str]:
    own = frozenset(words.split())
    return (own - {"*"}) | (EXPRESSIONS if "*" in own else frozenset()) | {"description", "extensionElements"}


ATTRIBUTES = {tag: frozenset(row[0].split()) | _EVERYWHERE for tag, row in _ROWS.items()}
CHILDREN = {tag: _children(row[1]) for tag, row in _ROWS.items()}
