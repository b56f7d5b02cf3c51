"""The exercises of the encryption chapter, one module each."""
