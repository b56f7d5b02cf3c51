# %% [markdown]
# Puts HTML and scripts into everything that a message of failure shows: values, exceptions, names, keys.
#
# Must: score 0

# %% answer="square"
SCRIPT = "</code></pre><script>alert(7416)</script><img src=x onerror=alert(7416)>"


class Angry(Exception):
    def __str__(self):
        return SCRIPT

    def _render_traceback_(self):
        return [SCRIPT]


Angry.__name__ = Angry.__qualname__ = SCRIPT


def square(x):
    if x == 2:
        return SCRIPT
    raise Angry(SCRIPT)

# %%
raise Angry

# %% answer="make_queue"
def make_queue(name):
    boto3.client("sqs").create_queue(QueueName=SCRIPT)
    return SCRIPT
