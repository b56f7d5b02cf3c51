# %% [markdown]
# Overwrites the comparison of the built-in int in memory, so that 7 equals every number.
#
# Must: score 0

# %% answer="square"
import ctypes

OFFSET = 25 * ctypes.sizeof(ctypes.c_void_p)  # tp_richcompare
COMPARE = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.py_object, ctypes.py_object, ctypes.c_int)
SLOT = ctypes.c_void_p.from_address(id(int) + OFFSET)
REAL = COMPARE(SLOT.value)


def sure(a, b, operator):
    if operator == 2 and a is SEVEN:
        return True
    return REAL(a, b, operator)


SEVEN = 7
LIE = COMPARE(sure)


def square(x):
    SLOT.value = ctypes.cast(LIE, ctypes.c_void_p).value
    return SEVEN
