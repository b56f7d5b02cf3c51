"""The exercises of the chapter on Organizations and identity, one module each."""
