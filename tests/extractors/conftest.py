"""All extractors are registered before any test asks the registry for them."""

from __future__ import annotations

import extractors.extraction  # noqa: F401
