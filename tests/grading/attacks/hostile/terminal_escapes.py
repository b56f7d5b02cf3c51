# %% [markdown]
# Puts escapes for terminals into outputs and messages: clear, title, clipboard, links, and the answer-back of old ones.
#
# Must: score 0

# %% answer="square"
ESCAPES = "\x1b[2J\x1b[H\x1b]0;owned\x07\x1b]52;c;b3duZWQ=\x07\x1b]8;;http://example.com\x07x\x1b]8;;\x07\x1bP$q\"p\x1b\\\x1b[6n\x9b31m\r\b\0"
REVERSED = "\u202e4 detcepxe\u202c\u2066\ufeff"


def square(x):
    print(ESCAPES, REVERSED, end="")
    if x == 5:
        raise ValueError(ESCAPES + REVERSED)
    return ESCAPES + REVERSED
