"""`python -m samples`: serves the sample newsroom until it is told to stop."""

import sys

from samples.server import main

sys.exit(main())
