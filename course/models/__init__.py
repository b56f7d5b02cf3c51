"""Pure behaviour models, without I/O and with a clock of their own: demos play them, exercises and tests use them."""
