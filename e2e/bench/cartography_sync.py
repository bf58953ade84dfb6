"""Runs Cartography's SageMaker module once, and nothing else of it.

It runs in an environment of its own (requirements.txt of this folder). The endpoint
and the credentials come from the environment, as for any program that uses boto3.

    python cartography_sync.py bolt://127.0.0.1:7687 012345678901 us-east-1 1 known.json

The fourth argument is the update tag of the run. known.json has the ids of the
buckets and roles that Cartography's S3 and IAM modules would have loaded before:
{"buckets": ["name", …], "roles": ["arn", …]}.
"""

import json
import logging
import sys
import warnings

warnings.simplefilter("ignore", DeprecationWarning)

import boto3  # noqa: E402
import neo4j  # noqa: E402
from cartography.intel import create_indexes  # noqa: E402
from cartography.intel.aws import sagemaker  # noqa: E402


def main(url, account, region, tag, known):
    with open(known) as f:
        known = json.load(f)
    tag = int(tag)
    with neo4j.GraphDatabase.driver(url, notifications_min_severity="OFF") as driver, driver.session() as session:
        create_indexes.run(session, None)
        session.run("MERGE (a:AWSAccount {id: $id}) SET a.lastupdated = $tag", id=account, tag=tag)
        session.run("UNWIND $ids AS id MERGE (b:AWSS3Bucket {id: id}) SET b.name = id, b.lastupdated = $tag", ids=known["buckets"], tag=tag)
        session.run("UNWIND $ids AS id MERGE (r:AWSRole {arn: id}) SET r.id = id, r.lastupdated = $tag", ids=known["roles"], tag=tag)
        sagemaker.sync(session, boto3.Session(region_name=region), [region], account, tag, {"UPDATE_TAG": tag, "AWS_ID": account})


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    main(*sys.argv[1:])
