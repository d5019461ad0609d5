"""The description of the saved questions for programs: OpenAPI 3.1, https://spec.openapis.org/oas/v3.1.1.html."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dxplan import __version__
from dxplan.asking.parameters import Parameter
from dxplan.asking.questions import Question
from dxplan.server.formats import ANSWERS, GRAPHS, RESULTS, Format
from dxplan.server.limits import Limits
from dxplan.server.service import told

__all__ = ["document"]

_LICENSE = {"name": "CC BY 4.0", "identifier": "CC-BY-4.0"}
_TITLE = "dxplan"


def document(root: str, questions: Mapping[str, Question], limits: Limits) -> dict[str, Any]:
    """Return the description.

    :param root: the address of the server, which ends in a slash.
    """
    return {
        "openapi": "3.1.0",
        "info": {
            "title": _TITLE,
            "version": __version__,
            "summary": "自治体DX計画のナレッジグラフ / the knowledge graph of Japanese municipal DX plans",
            "description": f"{told(limits, 'ja')}\n\n{told(limits, 'en')}",
            "license": _LICENSE,
        },
        "servers": [{"url": root.rstrip("/")}],
        "tags": [{"name": tag} for tag in sorted({tag for each in questions.values() for tag in each.tags})],
        "paths": {
            "/ask": {"get": _catalogue()},
            **{f"/ask/{name}": {"get": _question(question)} for name, question in questions.items()},
            "/sparql": {"get": _sparql()},
        },
        "components": {
            "schemas": {
                "Problem": {
                    "type": "object",
                    "required": ["title", "status", "detail", "message"],
                    "properties": {
                        "title": {"type": "string"},
                        "status": {"type": "integer"},
                        "detail": {"type": "string"},
                        "message": {
                            "type": "object",
                            "properties": {"ja": {"type": "string"}, "en": {"type": "string"}},
                        },
                    },
                }
            },
            "responses": {
                str(status): {
                    "description": words,
                    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
                }
                for status, words in _FAILURES.items()
            },
        },
    }


_FAILURES = {
    400: "値が正しくない、または答えが大きすぎる / a value that is not permitted, or too large an answer",
    406: "求められた形では出せない / no form of the answer is acceptable",
    503: "時間切れ、または混雑 / out of time, or busy",
}


def _failures() -> dict[str, Any]:
    return {str(status): {"$ref": f"#/components/responses/{status}"} for status in _FAILURES}


def _content(forms: Mapping[str, Format]) -> dict[str, Any]:
    return {form.media: {"schema": {"type": "object" if "json" in form.media else "string"}} for form in forms.values()}


def _catalogue() -> dict[str, Any]:
    return {
        "operationId": "questions",
        "summary": "質問の一覧 / the saved questions",
        "parameters": [_language()],
        "responses": {
            "200": {
                "description": "質問の一覧 / the saved questions",
                "content": {
                    "application/json": {"schema": {"type": "object"}},
                    "text/html": {"schema": {"type": "string"}},
                },
            }
        },
    }


def _question(question: Question) -> dict[str, Any]:
    return {
        "operationId": question.name,
        "summary": f"{question.summary('ja')} / {question.summary('en')}",
        "description": f"{question.description('ja')}\n\n{question.description('en')}",
        "tags": question.tags,
        "parameters": [
            *(_parameter(each) for each in question.parameters),
            _language(),
            _form(ANSWERS),
        ],
        "responses": {
            "200": {"description": "答え / the answer", "content": _content(ANSWERS)},
            **_failures(),
        },
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.option,
        "in": "query",
        "description": f"{parameter.help['ja']} / {parameter.help['en']}",
        "schema": {"type": "string", "default": parameter.default_text},
    }


def _language() -> dict[str, Any]:
    return {
        "name": "lang",
        "in": "query",
        "description": "表示の言語（既定は Accept-Language） / language of labels (default: Accept-Language)",
        "schema": {"type": "string", "enum": ["ja", "en"]},
    }


def _form(forms: Mapping[str, Format]) -> dict[str, Any]:
    return {
        "name": "format",
        "in": "query",
        "description": "答えの形（既定は Accept） / form of the answer (default: Accept)",
        "schema": {"type": "string", "enum": [name for name in forms if name != "plain-json"]},
    }


def _sparql() -> dict[str, Any]:
    return {
        "operationId": "sparql",
        "summary": "SPARQL 1.1 の問合せ / a query in SPARQL 1.1",
        "parameters": [
            {"name": "query", "in": "query", "description": "問合せ / query", "schema": {"type": "string"}},
            *(
                {
                    "name": name,
                    "in": "query",
                    "description": "データセット / dataset",
                    "schema": {"type": "array", "items": {"type": "string", "format": "iri"}},
                }
                for name in ("default-graph-uri", "named-graph-uri")
            ),
            {
                "name": "timeout",
                "in": "query",
                "description": "制限時間（秒）を短くする / a lower time limit in seconds",
                "schema": {"type": "number", "exclusiveMinimum": 0},
            },
            _form({**RESULTS, **GRAPHS}),
        ],
        "responses": {
            "200": {
                "description": "答え。問合せがなければエンドポイントの説明 / the answer, or the service description",
                "content": {**_content(RESULTS), **_content(GRAPHS)},
            },
            **_failures(),
        },
    }
