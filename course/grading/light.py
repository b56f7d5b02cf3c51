"""Import this first where notebooks are read: it keeps a start of this program from taking a second or two longer.

jsonschema, which nbformat imports, builds a grammar of internationalized addresses if it finds the package
rfc3987_syntax. It is for the format "iri", which no schema of a notebook has.
"""

import sys

sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type] # as Python documents it: not to be imported
