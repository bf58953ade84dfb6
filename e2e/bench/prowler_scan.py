"""Runs prowler's SageMaker service once, without its checks, and nothing else of it.

It runs in an environment of its own (requirements-prowler.txt of this folder). The
endpoint and the credentials come from the environment.

    python prowler_scan.py 012345678901 us-east-1 240

After so many seconds it stops. It prints as JSON how many resources it has listed then,
and whether it came to its end.
"""

import json
import logging
import os
import sys
import threading
import time
from types import SimpleNamespace

import boto3
from prowler.providers.aws.aws_provider import AwsProvider
from prowler.providers.aws.services.sagemaker.sagemaker_service import SageMaker

HELD = [
    "sagemaker_notebook_instances", "sagemaker_models", "sagemaker_training_jobs", "sagemaker_processing_jobs",
    "sagemaker_domains", "endpoint_configs", "sagemaker_model_registries", "sagemaker_monitoring_schedules",
]  # fmt: skip


class Provider:
    """What prowler's services ask of a provider, without the account's own settings."""

    audit_resources, audit_config, fixer_config = [], {}, {}
    audit_metadata = SimpleNamespace(expected_checks=[])

    def __init__(self, account, region):
        self.region = region
        self.identity = SimpleNamespace(account=account, account_arn=f"arn:aws:iam::{account}:root", partition="aws")
        session = boto3.Session(region_name=region)
        session._session.set_default_client_config(AwsProvider.set_session_config(None))
        self.session = SimpleNamespace(current_session=session)

    def generate_regional_clients(self, service):
        client = self.session.current_session.client(service, region_name=self.region)
        client.region = self.region
        return {self.region: client}

    def get_default_region(self, *_, **__):
        return self.region


class Watched(SageMaker):
    """The service, which can be looked at before it has read everything."""

    def __init__(self, provider, seen):
        seen.append(self)
        super().__init__(provider)


def main(account, region, seconds):
    seen, began = [], time.monotonic()

    def report(finished):
        held = {name: len(getattr(seen[0], name, [])) if seen else 0 for name in HELD}
        print(json.dumps({"resources": sum(held.values()), "held": held, "seconds": time.monotonic() - began, "finished": finished}), flush=True)

    def stop():
        report(False)
        os._exit(0)  # its threads do not stop by themselves

    timer = threading.Timer(float(seconds), stop)
    timer.daemon = True
    timer.start()
    Watched(Provider(account, region), seen)
    timer.cancel()
    report(True)


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    main(*sys.argv[1:])
