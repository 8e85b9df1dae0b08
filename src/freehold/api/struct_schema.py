"""JSON schemas of structs, for the OpenAPI document."""

from collections.abc import Mapping
from typing import Any, cast

import msgspec

Schema = dict[str, Any]
Responses = dict[int | str, dict[str, Any]]


def inlined(shape: Any) -> Schema:
    """The JSON schema of a struct, with what it refers to in its place."""
    schema = msgspec.json.schema(shape)
    definitions: Mapping[str, Schema] = schema.pop("$defs", {})

    def resolve(node: Any) -> Any:
        if isinstance(node, list):
            return [resolve(one) for one in cast(list[Any], node)]
        if not isinstance(node, dict):
            return node
        rest = {key: resolve(value) for key, value in cast(Schema, node).items() if key != "$ref"}
        if "$ref" not in node:
            return rest
        return resolve(definitions[node["$ref"].rpartition("/")[2]]) | rest

    return resolve(schema)


def listed(item: Schema) -> Schema:
    """The schema of a list of such things."""
    return {
        "type": "object",
        "required": ["object", "data"],
        "properties": {"object": {"const": "list"}, "data": {"type": "array", "items": item}},
    }


def answers(status: int, text: str, schema: Schema) -> Responses:
    """What a route answers with."""
    return {status: {"description": text, "content": {"application/json": {"schema": schema}}}}


def takes(schema: Schema) -> Schema:
    """What a route takes as its body."""
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}
