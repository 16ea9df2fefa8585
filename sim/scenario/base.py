"""What all parts of a scenario share."""

from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    """A frozen part of a scenario; keys that it does not know are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)
