"""The exercises of the messaging chapter, one module each."""
