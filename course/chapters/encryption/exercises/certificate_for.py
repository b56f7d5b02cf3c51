"""Which certificate does this endpoint take?

An endpoint that speaks HTTPS for a domain name needs a certificate of AWS Certificate Manager (ACM) that covers the
name **and lies in the right Region**. An account has many. Which one can be used?

An endpoint says what serves the name, and in which Region it lives:

```python
{"service": "API Gateway edge-optimized", "region": "eu-west-1", "domain": "api.example.com"}
```

The services are `"CloudFront"` (its region is `"global"`), `"API Gateway edge-optimized"`, `"API Gateway Regional"` and
`"Application Load Balancer"`. A certificate lists the names that it covers; the status is ACM's:

```python
{"arn": "arn:aws:acm:us-east-1:123456789012:certificate/1", "names": ["*.example.com"], "status": "ISSUED",
 "days_left": 120}
```

Write `certificate_for(endpoint, certificates)`. Return the **ARN** of the certificate that can be used; if there are
several, of the one that is valid for longest; if there is none, `None`.

```python
certificate_for(endpoint, certificates)  # 'arn:aws:acm:us-east-1:123456789012:certificate/1'
```

Objective: Know in which Region a certificate must lie, what a wildcard covers, and which status makes it usable.
Out of scope: Requesting and validating it, key algorithms, private APIs.
Kind: function
Task: 1.3
Hint: CloudFront stands behind two of the four services, and it takes certificates from one Region only.
Hint: The Region is the fourth part of an ARN: `arn.split(":")[3]`.
Hint: `*.example.com` covers `api.example.com`, but neither `v1.api.example.com` nor `example.com`.
Hint: Only a certificate that was validated has the status `ISSUED`.
Hint: Upper and lower case are the same in a domain name.
"""

from typing import Any

from course.authoring import case, misconception


def certificate_for(endpoint: dict[str, str], certificates: list[dict[str, Any]]) -> str | None:
    """Return the ARN of the certificate that the endpoint can use and that is valid for longest, or None."""
    ### BEGIN SOLUTION
    behind_cloudfront = endpoint["service"] in {"CloudFront", "API Gateway edge-optimized"}
    region = "us-east-1" if behind_cloudfront else endpoint["region"]
    domain = endpoint["domain"].lower()
    wanted = {domain, "*." + domain.partition(".")[2]}
    usable = [
        certificate
        for certificate in certificates
        if certificate["status"] == "ISSUED"
        and certificate["arn"].split(":")[3] == region
        and wanted & {name.lower() for name in certificate["names"]}
    ]
    best = max(usable, key=lambda certificate: certificate["days_left"], default=None)
    return best["arn"] if best else None
    ### END SOLUTION


@case(points=2)
def it_lies_in_the_right_region() -> None:
    """Is the certificate taken from the Region where the endpoint's service looks for it?"""
    certificates = [
        {
            "arn": f"arn:aws:acm:{region}:123456789012:certificate/{region}",
            "names": ["api.example.com"],
            "status": "ISSUED",
            "days_left": days,
        }
        for region, days in (("eu-west-1", 150), ("us-east-1", 40), ("us-west-2", 190))
    ]
    for service, region, expected in (
        ("API Gateway edge-optimized", "eu-west-1", "us-east-1"),
        ("API Gateway Regional", "eu-west-1", "eu-west-1"),
        ("CloudFront", "global", "us-east-1"),
        ("Application Load Balancer", "us-west-2", "us-west-2"),
    ):
        got = certificate_for({"service": service, "region": region, "domain": "api.example.com"}, certificates)
        assert got == f"arn:aws:acm:{expected}:123456789012:certificate/{expected}", (
            f"for {service} in {region} certificate_for gave {got}, expected the certificate in {expected}"
        )
    ### BEGIN HIDDEN TESTS
    regional = {"service": "API Gateway Regional", "region": "ap-south-1", "domain": "api.example.com"}
    got = certificate_for(regional, certificates)
    assert got is None, f"for a Regional API in ap-south-1, where no certificate is, certificate_for gave {got}"
    edge = {"service": "API Gateway edge-optimized", "region": "us-west-2", "domain": "api.example.com"}
    got = certificate_for(edge, [certificates[0], certificates[2]])
    assert got is None, f"without a certificate in us-east-1 certificate_for gave {got} to an edge-optimized API"
    ### END HIDDEN TESTS


@case(points=2)
def it_covers_the_name() -> None:
    """Does the certificate name the domain, or cover it by a wildcard of one level?"""
    for domain, names, covered in (
        ("api.example.com", ["api.example.com"], True),
        ("api.example.com", ["*.example.com"], True),
        ("v1.api.example.com", ["*.example.com"], False),
        ("example.com", ["*.example.com"], False),
        ("example.com", ["*.example.com", "example.com"], True),
        ("API.example.com", ["api.Example.com"], True),
        ("myexample.com", ["example.com"], False),
    ):
        arn = "arn:aws:acm:eu-west-1:123456789012:certificate/1"
        certificates = [{"arn": arn, "names": names, "status": "ISSUED", "days_left": 100}]
        balancer = {"service": "Application Load Balancer", "region": "eu-west-1", "domain": domain}
        got = certificate_for(balancer, certificates)
        assert got == (arn if covered else None), (
            f"for {domain} and a certificate for {names} certificate_for gave {got}, expected "
            f"{'it: the name is covered' if covered else 'None: the name is not covered'}"
        )
    ### BEGIN HIDDEN TESTS
    for domain, names, covered in (
        ("a.b.example.org", ["*.b.example.org"], True),
        ("a.b.example.org", ["*.example.org", "*.org"], False),
        ("b.example.org", ["*.b.example.org"], False),
        ("api.example.com", ["*.example.com.cn", "*ple.com"], False),
        ("api.example.com", ["www.example.com", "*.EXAMPLE.com"], True),
    ):
        certificates = [{"arn": arn, "names": names, "status": "ISSUED", "days_left": 100}]
        got = certificate_for(balancer | {"domain": domain}, certificates)
        assert got == (arn if covered else None), (
            f"for {domain} and a certificate for {names} certificate_for gave {got}, but it is "
            f"{'' if covered else 'not '}covered"
        )
    ### END HIDDEN TESTS


@case(points=1)
def it_is_usable_and_lasts_longest() -> None:
    """Is only an issued certificate taken, and of several the one that is valid for longest?"""
    certificates = [
        {
            "arn": f"arn:aws:acm:eu-west-1:123456789012:certificate/{number}",
            "names": ["*.example.com"],
            "status": status,
            "days_left": days,
        }
        for number, (status, days) in enumerate(
            [("ISSUED", 12), ("PENDING_VALIDATION", 198), ("ISSUED", 100), ("ISSUED", 60), ("REVOKED", 150)]
        )
    ]
    regional = {"service": "API Gateway Regional", "region": "eu-west-1", "domain": "api.example.com"}
    got, expected = certificate_for(regional, certificates), certificates[2]["arn"]
    assert got == expected, (
        f"of certificates that are {[(c['status'], c['days_left']) for c in certificates]} certificate_for took {got}, "
        f"expected {expected}, the issued one with the most days left"
    )
    waiting = [certificate for certificate in certificates if certificate["status"] != "ISSUED"]
    got = certificate_for(regional, waiting)
    assert got is None, f"of certificates that are not issued certificate_for took {got}, expected None"


@misconception(
    it_lies_in_the_right_region, swap={'"us-east-1" if behind_cloudfront else endpoint["region"]': 'endpoint["region"]'}
)
def looks_beside_the_api() -> None:
    """You looked in the endpoint's own Region; an edge-optimized name is served by CloudFront, which takes its
    certificate from us-east-1."""


@misconception(
    it_lies_in_the_right_region,
    swap={'"us-east-1" if behind_cloudfront': '"us-west-2" if behind_cloudfront'},
)
def looks_in_us_west_2() -> None:
    """You looked in us-west-2, as older notes say; CloudFront takes its certificates from us-east-1."""


@misconception(
    it_lies_in_the_right_region,
    it_covers_the_name,
    it_is_usable_and_lasts_longest,
    swap={'"us-east-1" if behind_cloudfront else endpoint["region"]': '"us-east-1"'},
)
def looks_in_us_east_1_for_all() -> None:
    """You looked in us-east-1 for every service; a Regional API and a load balancer take theirs from their own
    Region."""


@misconception(
    it_covers_the_name,
    swap={
        'wanted & {name.lower() for name in certificate["names"]}': (
            'any(domain == name.lower() or (name[0] == "*" and domain.endswith(name[1:].lower()))\n'
            '                for name in certificate["names"])'
        )
    },
)
def lets_a_wildcard_cover_all_levels() -> None:
    """You let the wildcard cover any depth; *.example.com stands for one label, so v1.api.example.com is not in it."""


@misconception(
    it_covers_the_name,
    swap={'{domain, "*." + domain.partition(".")[2]}': '{domain, "*." + domain.partition(".")[2], "*." + domain}'},
)
def lets_a_wildcard_cover_the_apex() -> None:
    """You let *.example.com cover example.com; the bare domain must be listed as a name of its own."""


@misconception(it_is_usable_and_lasts_longest, swap={'certificate["status"] == "ISSUED"': "certificate"})
def takes_what_is_not_issued() -> None:
    """You took a certificate that is not issued; until its domain is validated nothing can use it."""


@misconception(
    it_is_usable_and_lasts_longest,
    swap={'max(usable, key=lambda certificate: certificate["days_left"], default=None)': "next(iter(usable), None)"},
)
def takes_the_first() -> None:
    """You took the first certificate that fits; the one that is valid for longest was asked for."""
