"""Publishing the web application: what goes where, in which order, and what is cleaned up."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from infra.deployed import Deployed, NoStack
from infra.publish_web import OPEN_FOR, NotBuilt, bucket_and_url, publish, web_config

OUTPUTS = {
    "graphqlUrl": "https://api.example/graphql",
    "realtimeUrl": "wss://live.example/graphql",
    "region": "eu-central-1",
    "userPoolId": "eu-central-1_a",
    "userPoolClientId": "c",
    "selfSignUp": "false",
    "mfa": "required",
    "apiKey": "da2-secret",
}


class Bucket:
    """S3, as far as it is used: what was put, in order, and when."""

    def __init__(self) -> None:
        self.objects: dict[str, dict[str, Any]] = {}

    def put_object(self, *, Bucket: str, Key: str, **what: Any) -> None:
        self.objects.pop(Key, None)
        self.objects[Key] = what | {"LastModified": datetime.now(UTC)}

    def delete_object(self, *, Bucket: str, Key: str) -> None:
        del self.objects[Key]

    def get_paginator(self, name: str) -> "Bucket":
        assert name == "list_objects_v2"
        return self

    def paginate(self, *, Bucket: str, Prefix: str) -> Any:
        found = [
            {"Key": key} | what for key, what in self.objects.items() if key.startswith(Prefix)
        ]
        return [{"Contents": found}, {}]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    (tmp_path / ".vite").mkdir()
    (tmp_path / ".vite" / "manifest.json").write_text("{}")
    (tmp_path / "assets" / "main-1.js").write_text("1")
    (tmp_path / "icon.svg").write_text("<svg/>")
    (tmp_path / "index.html").write_text("<!doctype html>")
    return tmp_path


@pytest.fixture
def bucket() -> Any:
    return Bucket()


def test_what_a_page_names_is_there_before_it(site: Path, bucket: Any) -> None:
    assert publish(bucket, "web", site, {"region": "x"}) == 4
    assert list(bucket.objects) == ["assets/main-1.js", "icon.svg", "config.json", "index.html"]


def test_only_what_has_a_hash_in_its_name_is_kept_by_caches(site: Path, bucket: Any) -> None:
    publish(bucket, "web", site, {})
    kept = {key for key, what in bucket.objects.items() if "immutable" in what["CacheControl"]}
    assert kept == {"assets/main-1.js"}
    assert bucket.objects["index.html"]["CacheControl"] == "no-cache"
    assert bucket.objects["assets/main-1.js"]["ContentType"] == "text/javascript; charset=utf-8"


def test_an_open_page_still_finds_its_parts_for_a_month(site: Path, bucket: Any) -> None:
    publish(bucket, "web", site, {})
    for age, name in ((OPEN_FOR - timedelta(days=1), "late-2.js"), (OPEN_FOR * 2, "old-3.js")):
        bucket.put_object(Bucket="web", Key=f"assets/{name}")
        bucket.objects[f"assets/{name}"]["LastModified"] = datetime.now(UTC) - age
    publish(bucket, "web", site, {})
    assets = {key for key in bucket.objects if key.startswith("assets/")}
    assert assets == {"assets/main-1.js", "assets/late-2.js"}


def test_the_configuration_has_no_secret() -> None:
    config = web_config(Deployed(OUTPUTS))
    known = {name: value for name, value in OUTPUTS.items() if name != "apiKey"}
    assert config == known | {"selfSignUp": False}


def test_what_the_stack_lacks_is_named() -> None:
    with pytest.raises(NoStack, match="userPoolId"):
        web_config(Deployed({key: OUTPUTS[key] for key in OUTPUTS if key != "userPoolId"}))


def test_a_stack_without_hosting_says_how_to_have_it() -> None:
    with pytest.raises(NoStack, match="web_hosting = true"):
        bucket_and_url(Deployed(OUTPUTS))


def test_without_a_build_nothing_is_published(tmp_path: Path, bucket: Any) -> None:
    with pytest.raises(NotBuilt, match=r"make build/web/index\.html"):
        publish(bucket, "web", tmp_path, {})
    assert bucket.objects == {}
