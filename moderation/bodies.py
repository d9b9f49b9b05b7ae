"""Reading JSON bodies strictly: UTF-8 only, bounded depth, no NaN, and every refusal says what and where."""

from typing import Any, TypeVar

from flask import Request
from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from moderation.errors import Invalid, Malformed, UnsupportedMedia

Model = TypeVar("Model", bound=BaseModel)


class StrictRequest(Request):
    """A request whose JSON is read by one strict parser, whatever asks for it."""

    def get_json(self, force: bool = False, silent: bool = False, cache: bool = True) -> Any:
        if self.mimetype != "application/json" and not self.mimetype.endswith("+json"):
            raise UnsupportedMedia(f"send application/json, not {self.mimetype or 'a body without content type'}")
        charset = self.mimetype_params.get("charset", "utf-8").lower()
        if charset not in {"utf-8", "utf8"}:
            raise UnsupportedMedia(f"send UTF-8, not {charset}")
        return parse(self.get_data())


def read(model: type[Model], value: Any) -> Model:
    """Return *value*, which a caller sent, as a *model*.

    Raises:
        Invalid: it breaks the schema; the faults name their places, never the values.
    """
    try:
        return model.model_validate(value)
    except ValidationError as error:
        found = faults(error)
        raise Invalid(f"{len(found)} fault(s); see errors", errors=found[:100]) from None


def faults(error: ValidationError) -> list[dict[str, str]]:
    """Return what is wrong and where (a JSON pointer); never the value, which may be somebody's text."""
    return [
        {"loc": "/" + "/".join(map(str, fault["loc"])), "msg": fault["msg"]}
        for fault in error.errors(include_url=False, include_context=False, include_input=False)
    ]


def parse(body: bytes) -> Any:
    """Parse a JSON object or array.

    Raises:
        Malformed: not UTF-8, not JSON, nested too deeply, or a number out of range.
        Invalid: JSON, but a bare string or number.
    """
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Malformed(f"the body is not UTF-8: byte {error.start} is 0x{body[error.start]:02x}") from None
    try:
        value = from_json(body, allow_inf_nan=False, cache_strings="keys")
    except ValueError as error:
        raise Malformed(f"the body is not JSON this service reads: {error}") from None
    if not isinstance(value, dict | list):
        raise Invalid("the body is JSON, but neither an object nor an array")
    return value
