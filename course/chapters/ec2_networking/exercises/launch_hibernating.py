"""Launch an instance that can hibernate.

A data scientist works with 8 GiB of data in memory, eight hours a day, and wants to continue each morning where the
evening ended. The instance shall be an `m5.large`, which has 8 GiB of RAM.

Write `launch_hibernating(image, subnet)`: launch one such instance from the AMI with this id, in the subnet with this
id, so that it can hibernate: with hibernation switched on, and a root volume that is encrypted and holds the RAM
**beside everything that is in the AMI's own root volume**. Return the instance's id.

```python
launch_hibernating("ami-0abc", "subnet-0def")  # "i-0123456789abcdef0"
```

Objective: Meet the prerequisites of hibernation when an instance is launched, the only time when it is possible.
Out of scope: Hibernating and starting it, KMS keys of one's own, launch templates.
Kind: cloud
Task: 3.2
Hint: `describe_images` tells the AMI's `RootDeviceName`, and in its `BlockDeviceMappings` the volume's size.
Hint: `run_instances` takes `BlockDeviceMappings`: what you say for the root device's name replaces what the AMI says.
Hint: The switch is `HibernationOptions={"Configured": True}`.
"""

import boto3

from course.authoring import case, misconception


def launch_hibernating(image: str, subnet: str) -> str:
    """Launch an m5.large that can hibernate; return its id."""
    ### BEGIN SOLUTION
    ec2 = boto3.client("ec2")
    ami = ec2.describe_images(ImageIds=[image])["Images"][0]
    root = ami["RootDeviceName"]
    sizes = {device["DeviceName"]: device["Ebs"]["VolumeSize"] for device in ami["BlockDeviceMappings"]}
    disk = {"VolumeSize": sizes[root] + 8, "Encrypted": True, "VolumeType": "gp3"}
    launched: dict[str, list[dict[str, str]]] = ec2.run_instances(
        ImageId=image,
        InstanceType="m5.large",
        MinCount=1,
        MaxCount=1,
        SubnetId=subnet,
        HibernationOptions={"Configured": True},
        BlockDeviceMappings=[{"DeviceName": root, "Ebs": disk}],
    )
    return launched["Instances"][0]["InstanceId"]
    ### END SOLUTION


@case(points=1)
def hibernation_is_on() -> None:
    """Is it one m5.large in the right subnet, launched with hibernation?"""
    import boto3

    from course import cloud

    cloud.start()
    ec2 = boto3.client("ec2")
    image = "ami-1e749f67"  # one that the offline AWS knows
    subnet = ec2.describe_subnets()["Subnets"][1]["SubnetId"]
    got = launch_hibernating(image, subnet)
    instances = [i for r in ec2.describe_instances()["Reservations"] for i in r["Instances"]]
    assert [i["InstanceId"] for i in instances] == [got], f"launch_hibernating gave {got!r}, expected the id of the one"
    (one,) = instances
    assert (one["InstanceType"], one["SubnetId"]) == ("m5.large", subnet), (
        f"the instance is a {one['InstanceType']} in {one['SubnetId']}, expected an m5.large in {subnet}"
    )
    assert one.get("HibernationOptions", {}).get("Configured") is True, (
        "the instance was launched without HibernationOptions: hibernation cannot be switched on later"
    )


@case(points=1)
def the_root_volume_is_encrypted() -> None:
    """Is the root volume encrypted, and not another one?"""
    import boto3

    from course import cloud

    cloud.start()
    ec2 = boto3.client("ec2")
    image = ec2.describe_images(ImageIds=["ami-1e749f67"])["Images"][0]
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    got = launch_hibernating(image["ImageId"], subnet)
    one = ec2.describe_instances(InstanceIds=[got])["Reservations"][0]["Instances"][0]
    devices = {d["DeviceName"]: d["Ebs"]["VolumeId"] for d in one["BlockDeviceMappings"]}
    name = image["RootDeviceName"]
    assert name in devices, (
        f"the instance has the volumes {sorted(devices)}, expected one at {name}, the AMI's root device"
    )
    volume = ec2.describe_volumes(VolumeIds=[devices[name]])["Volumes"][0]
    assert volume["Encrypted"] is True, f"the root volume at {name} is not encrypted: RAM holds keys and passwords"


@case(points=1)
def the_root_volume_has_room() -> None:
    """Does the root volume hold 8 GiB of RAM beside what the AMI brings, without being wasteful?"""
    import boto3

    from course import cloud

    cloud.start()
    ec2 = boto3.client("ec2")
    image = ec2.describe_images(ImageIds=["ami-1e749f67"])["Images"][0]
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    inside = image["BlockDeviceMappings"][0]["Ebs"]["VolumeSize"]
    got = launch_hibernating(image["ImageId"], subnet)
    one = ec2.describe_instances(InstanceIds=[got])["Reservations"][0]["Instances"][0]
    devices = {d["DeviceName"]: d["Ebs"]["VolumeId"] for d in one["BlockDeviceMappings"]}
    volume = devices.get(image["RootDeviceName"], next(iter(devices.values())))
    size = ec2.describe_volumes(VolumeIds=[volume])["Volumes"][0]["Size"]
    assert inside + 8 <= size <= 2 * (inside + 8), (
        f"the AMI's root volume has {inside} GiB, the RAM 8: launch_hibernating made a volume of {size} GiB, expected "
        f"{inside + 8}, and at most twice that"
    )
    ### BEGIN HIDDEN TESTS
    snapshot = ec2.create_snapshot(VolumeId=ec2.create_volume(AvailabilityZone="us-east-1a", Size=50)["VolumeId"])
    disk = {"SnapshotId": snapshot["SnapshotId"], "VolumeSize": 50}
    own = ec2.register_image(
        Name="own", RootDeviceName="/dev/xvda", BlockDeviceMappings=[{"DeviceName": "/dev/xvda", "Ebs": disk}]
    )["ImageId"]
    ami = ec2.describe_images(ImageIds=[own])["Images"][0]
    inside = ami["BlockDeviceMappings"][0]["Ebs"]["VolumeSize"]
    got = launch_hibernating(own, subnet)
    one = ec2.describe_instances(InstanceIds=[got])["Reservations"][0]["Instances"][0]
    volumes = [d["Ebs"]["VolumeId"] for d in one["BlockDeviceMappings"]]
    size = max(v["Size"] for v in ec2.describe_volumes(VolumeIds=volumes)["Volumes"])
    assert inside + 8 <= size <= 2 * (inside + 8), (
        f"for an AMI whose root volume has {inside} GiB launch_hibernating made one of {size} GiB, not {inside + 8}"
    )
    ### END HIDDEN TESTS


@misconception(hibernation_is_on, swap={'        HibernationOptions={"Configured": True},\n': ""})
def leaves_it_for_later() -> None:
    """You launched without HibernationOptions; hibernation cannot be switched on for an instance that exists."""


@misconception(the_root_volume_is_encrypted, swap={'"Encrypted": True, ': ""})
def does_not_encrypt() -> None:
    """You left the root volume unencrypted; the memory that is written there would lie open, and AWS refuses."""


@misconception(the_root_volume_has_room, swap={"sizes[root] + 8": "8"})
def makes_room_for_ram_alone() -> None:
    """You made the volume as large as the RAM; the system and programs of the AMI lie on it too."""


@misconception(the_root_volume_has_room, swap={"sizes[root] + 8": "sizes[root]"})
def makes_room_for_the_ami_alone() -> None:
    """You kept the AMI's size; the RAM needs 8 GiB more."""


@misconception(
    the_root_volume_is_encrypted, swap={'{"DeviceName": root, "Ebs": disk}': '{"DeviceName": "/dev/sdf", "Ebs": disk}'}
)
def encrypts_a_second_volume() -> None:
    """You added an encrypted volume beside the root volume; RAM is written to the root volume, and to no other."""
