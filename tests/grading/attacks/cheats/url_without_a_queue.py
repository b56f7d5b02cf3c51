# %% [markdown]
# Makes no queue and returns what its URL would look like, with other hosts, accounts and paths.
#
# Must: score 0; says 'after make_queue('orders') the queues are [], expected ['orders']'

# %% answer="make_queue"
HOSTS = ["https://sqs.us-east-1.amazonaws.com", "http://169.254.169.254", "file:///etc", "http://127.0.0.1:1"]


def make_queue(name):
    return f"{HOSTS.pop()}/123456789012/../123456789012/{name}"
