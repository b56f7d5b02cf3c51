# %% [markdown]
# Defines in its own cells the names that tests use and do not define: built-ins, modules, and the tests' own variables.
#
# Must: score 0; says 'square(2) gave 7, expected 4'

# %% answer="square"
def square(x):
    return 7


def abs(number):
    return 0.0


def sorted(values):
    return ["bills", "bills-paid", "orders"]


def nearness(given, expected):
    return 10.0


class Sure:
    def __getattr__(self, name):
        return self

    def __call__(self, *arguments, **named):
        return self

    def __eq__(self, other):
        return True


AssertionError = Warning
score, got, expected, url, urls, count = 10.0, 4, 7, "orders", [], "1"
names = settings = boto3 = cloud = sqs = Sure()

# %% answer="make_queue"
def make_queue(name):
    return name
