"""Run cells in a shell that was warmed before, or not, and report what they show (run by test_warm.py).

Prints JSON: of each cell what it shows, and which modules of large libraries it imported.
"""

from __future__ import annotations

import json
import os
import re
import sys

from course.grading.processes import warm
from course.grading.processes.shell import Shell

CELLS = [
    # what a new notebook finds
    "import gc, linecache, os, sys\nprint(sorted(globals()), In, Out, get_ipython().execution_count)",
    "print([name for name in vars(sys) if name.startswith('last_')], sorted(os.environ))",
    "print([file for file in linecache.cache if 'ipykernel' in file and file != linecache.__file__][:-3])",
    "get_ipython().last_execution_result.error_in_exec, list(get_ipython().history_manager.input_hist_raw)",
    # AWS
    """
import boto3
from course import cloud
from moto.core.base_backend import BackendDict
from moto.core.model_instances import model_data

tracked = [model.instances_tracked for models in model_data.values() for model in models.values()]
print(boto3.DEFAULT_SESSION, cloud.calls(), BackendDict._instances, [one for one in tracked if one])
""",
    """
sent = []
def note(request, **_):
    sent.append((request.method, request.url, request.headers["User-Agent"], sorted(request.headers)))

cloud.start()
sqs, sns, s3, kinesis = boto3.client("sqs"), boto3.client("sns"), boto3.client("s3"), boto3.client("kinesis")
for client in (sqs, sns, s3, kinesis):
    client.meta.events.register("before-send", note)
queue = sqs.create_queue(QueueName="orders", Attributes={"VisibilityTimeout": "5"})
topic = sns.create_topic(Name="orders")
s3.create_bucket(Bucket="orders-archive")
s3.put_object(Bucket="orders-archive", Key="k", Body=b"1")
kinesis.create_stream(StreamName="s", ShardCount=2)
kinesis.put_record(StreamName="s", Data=b"a", PartitionKey="a")
for number in range(3):
    sqs.send_message(QueueUrl=queue["QueueUrl"], MessageBody=str(number))
""",
    'sqs.get_queue_attributes(QueueUrl=queue["QueueUrl"], AttributeNames=["All"])',
    'sqs.receive_message(QueueUrl=queue["QueueUrl"], MaxNumberOfMessages=10, AttributeNames=["All"])["Messages"]',
    "s3.list_objects_v2(Bucket='orders-archive')['Contents'][0]['ETag'], sns.list_topics()['Topics']",
    "sent",
    "cloud.calls()",
    "cloud.start(region='eu-west-1')\nsqs.list_queues().get('QueueUrls'), boto3.client('sqs').meta.region_name",
    "sqs.receive_message(QueueUrl=queue['QueueUrl'])",
    "sqs.no_such_method()",
    """
from botocore.config import Config

regions = ["us-east-1", "eu-central-1", "cn-north-1", "us-gov-west-1", "nowhere-1"]
configs = [Config(), Config(use_dualstack_endpoint=True), Config(user_agent_extra="extra/1 (odd)")]
for service in ["sqs", "s3", "sns"]:
    for region in regions:
        for config in configs:
            client = boto3.client(service, region_name=region, config=config)
            print(client.meta.endpoint_url, client.meta.config.user_agent)
""",
    "boto3.client('sqs', region_name='no such region')",
    """
os.environ["HTTPS_PROXY"] = "http://proxy.example:3128"
print(boto3.client("sqs")._endpoint.http_session._proxy_config.proxy_url_for("https://sqs.us-east-1.amazonaws.com"))
del os.environ["HTTPS_PROXY"]
print(boto3.client("sqs")._endpoint.http_session._proxy_config.proxy_url_for("https://sqs.us-east-1.amazonaws.com"))
""",
    """
cloud.start()
ec2, kms = boto3.client("ec2"), boto3.client("kms")
image = ec2.describe_images()["Images"][0]["ImageId"]
key = kms.create_key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
signed = dict(KeyId=key, Message=b"x", SigningAlgorithm="RSASSA_PSS_SHA_256")
good = kms.verify(Signature=kms.sign(**signed)["Signature"], **signed)["SignatureValid"]
print(ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"], len(ec2.describe_snapshots()["Snapshots"]), key, good)
ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1)["Instances"][0]["InstanceId"]
""",
    "ec2.describe_vpcs.__doc__ is None, 'describe_vpcs' in dir(ec2), str(ec2.describe_vpcs.__doc__)[:80]",
    "cloud.stop()",
    # errors
    "def fail(x):\n    y = [x for _ in range(3)]\n    return y[5] + 1\n\nfail(2)",
    "import json\njson.loads('{')",
    "def f(:",
    "try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    raise KeyError('é') from error",
    "def deep(n):\n    return deep(n - 1) if n else undefined\n\ndeep(30)",
    "print([name for name in vars(sys) if name.startswith('last_')])",
    # statements of every kind
    "def annotated(x: not_yet): pass",
    "import asyncio\nawait asyncio.sleep(0)\n[number async for number in aiter_of(3)]",
    "async def aiter_of(n):\n    for number in range(n):\n        yield number\n\n[n async for n in aiter_of(3)]",
    "one = 1; one",
    "two = 2; two;",
    "one\nif one:\n    two\nfor _ in range(2): _",
    "print(inspect_me := (lambda: __import__('sys')._getframe().f_code.co_name)())\nclass C:\n    'doc'\nC.__doc__, C",
    "one\nreturn one",
    "print('before')\nbreak",
    "from __future__ import annotations\ndef annotated(x: not_yet): pass\nannotated.__annotations__",
    "def annotated(x: not_yet): pass\nannotated.__annotations__",
    "raise SystemExit(2)",
    # figures
    """
import io, hashlib, matplotlib
from matplotlib.figure import Figure

matplotlib.rcParams["svg.hashsalt"] = "x"
for kind in ["svg", "png"]:
    figure, file = Figure(), io.BytesIO()
    figure.subplots().plot([1, 3, 2], label="$\\\\alpha$ text")
    figure.legend()
    figure.savefig(file, format=kind, metadata={"Date": None} if kind == "svg" else {})
    print(kind, hashlib.sha256(file.getvalue()).hexdigest())
print(sys.modules.get("matplotlib.pyplot"), list(dict.items(matplotlib.rcParams)))
""",
]
LARGE = ("IPython", "PIL", "boto3", "botocore", "matplotlib", "moto", "numpy", "pygments", "stack_data")


def main() -> None:
    """Print what the cells show; with the argument 'warm' after a warm-up."""
    out = os.fdopen(os.dup(1), "w")
    shell = Shell.instance()
    if sys.argv[1:] == ["warm"]:
        warm.up(warm.of(CELLS, "course._offline:ExamAws"))
        warm.cells(CELLS)
    shell.attach()
    report = []
    for number, source in enumerate(CELLS, start=1):
        before = set(sys.modules)
        shell.recorder.begin(10**7, 10**7)
        shell.execute(source, number)
        shown = json.dumps([[message.kind, message.content] for message in shell.recorder.take()])
        imported = [name for name in sys.modules if name not in before and name.startswith(LARGE)]
        report.append((re.sub(r"ipykernel_\d+|0x[0-9a-f]+", "", shown), imported))
    json.dump(report, out)
    out.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
