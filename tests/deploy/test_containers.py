"""Image, compose file and manifests: right by the tools of their kinds, and in step with the code and each other."""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import jsonschema
import pytest
import yaml

from helpline.errors import StartError
from helpline.processes.certificate import write_certificate
from helpline.processes.environment import child_environment
from helpline.processes.health import PARTS
from helpline.processes.nginx import nginx_program
from helpline.settings import ROOT, Settings

DEPLOY = ROOT / "deploy"
DOCKERFILE = DEPLOY / "container" / "Dockerfile"
COMPOSE = DEPLOY / "compose.yml"
MANIFESTS = sorted((DEPLOY / "kubernetes").glob("*.yml"))
SETTINGS = {f"HELPLINE_{name.upper()}" for name in Settings.__fields__}
OURS = "helpline"


def documents() -> list[dict]:
    return [each for path in MANIFESTS for each in yaml.safe_load_all(path.read_text()) if each]


def pods() -> dict[str, dict]:
    """All pod specs, by kind and name."""
    found = {}
    for each in documents():
        spec = each.get("spec", {})
        spec = spec.get("jobTemplate", {}).get("spec", spec)
        if "template" in spec:
            found[f"{each['kind']}/{each['metadata']['name']}"] = spec["template"]["spec"]
    return found


def services() -> dict[str, dict]:
    return yaml.safe_load(COMPOSE.read_text())["services"]


def is_setting(name: str) -> bool:
    return name in SETTINGS or name.removesuffix("_FILE") in SETTINGS


def test_the_image_passes_its_linter():
    program = shutil.which("hadolint") or shutil.which("hadolint", path=str(ROOT / ".venv" / "bin"))
    if program is None:
        pytest.skip("hadolint is not installed; 'make setup-dev' does")
    ended = subprocess.run([program, str(DOCKERFILE)], capture_output=True, text=True, timeout=60)
    assert ended.returncode == 0, ended.stdout


def test_the_image_ends_small_as_nobody_and_with_a_health_check():
    stages = re.split(r"^FROM ", DOCKERFILE.read_text(), flags=re.M)[1:]
    named = {stage.split("\n")[0].split(" AS ")[1]: stage for stage in stages}
    app, front = named["app"], named["front"]
    assert app.startswith("python:3.11-slim-")
    for stage in (app, front):
        assert re.search(r"^USER \d+:\d+$", stage, re.M)
        assert re.search(r"^HEALTHCHECK ", stage, re.M)
        assert "apt-get" not in stage
        assert "apk add" not in stage
    assert "pip uninstall" in app


def test_the_image_holds_bytecode_since_it_writes_none():
    build, app = re.search(r" AS build\n(.*?)\nFROM .*? AS app\n(.*?)\nFROM ", DOCKERFILE.read_text(), re.S).groups()
    compiled = re.search(r"compileall -q ([a-z ]+)", build)[1].split()
    assert "PYTHONDONTWRITEBYTECODE=1" in app
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert set(compiled) == packages.intersection(re.findall(r"/app/(\w+) \w+$", app, re.M)) != set()
    imported = re.findall(r"[\w.]+\w", " ".join(re.findall(r'-c "import ([^"]+)"', build)))
    commands = [service["command"] for service in services().values() if "-m" in service.get("command", ())]
    assert sorted(imported) == sorted({command[command.index("-m") + 1] for command in commands})
    assert ".pyc" not in build


def test_the_image_gives_its_parts_what_the_supervisor_gives_them():
    app = DOCKERFILE.read_text().split(" AS app")[1].split("\nFROM ")[0]
    given = dict(re.findall(r"^(?:ENV|   ) +([A-Z_]+)=(\S+)", app, re.M))
    ours = child_environment(Settings(api_token="x" * 40))
    own = {"MBC_ENDS_WITH_PARENT", *SETTINGS}
    wanted = {name: value for name, value in ours.items() if name not in own and os.environ.get(name) != value}
    assert {name: given.get(name) for name in wanted} == wanted
    assert all(is_setting(name) for name in given if name.startswith("HELPLINE_"))


def test_what_the_image_copies_is_there_and_no_key_is():
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE.read_text(), re.M)
    names = [name for line in copied for name in line.split() if "*" not in name]
    assert [name for name in names if not (ROOT / name).exists()] == []
    ignored = (ROOT / ".dockerignore").read_text().split("\n")
    assert {"var", ".env", ".git", "deploy/compose/secrets", "deploy/compose/tls"} <= set(ignored)


def test_the_compose_file_is_one():
    program = shutil.which("docker-compose")
    if program is None:
        pytest.skip("docker-compose is not installed; apt-get install docker-compose")
    given = {"HELPLINE_PUBLIC_URL": "https://chat.example.org", "HELPLINE_CONSOLE_URL": "https://console.example.org"}
    command = [program, "--file", str(COMPOSE), "config"]
    ended = subprocess.run(command, env={"PATH": "/usr/bin:/bin", **given}, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 0, ended.stderr
    assert set(yaml.safe_load(ended.stdout)["services"]) >= {"door-1", "door-2", "engine-1", "engine-2", "nginx"}
    refused = subprocess.run(command, env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True, timeout=60)
    assert refused.returncode != 0
    assert "such as https://chat.example.org" in refused.stderr


@pytest.mark.parametrize("name", services())
def test_each_service_is_closed_and_watched(name):
    service = services()[name]
    assert service["read_only"] is True
    assert not service["user"].startswith("0")
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["mem_limit"]
    assert service["healthcheck"].get("test") or name in {"migrate", "backup"}
    assert ("ports" in service) == (name == "nginx")
    settings = [each for each in service.get("environment", {}) if each.startswith("HELPLINE_")]
    assert [each for each in settings if not is_setting(each)] == []


def test_the_addresses_of_the_compose_file_are_those_that_nginx_asks():
    given = services()
    upstreams = (DEPLOY / "compose" / "nginx" / "upstreams.conf").read_text()
    asked = re.findall(r"server (\S+?):(\d+)", upstreams)
    doors = [given[name]["networks"]["inner"]["ipv4_address"] for name in ("door-1", "door-2")]
    console = given["console"]["networks"]["inner"]["ipv4_address"]
    assert asked == [*((door, "5005") for door in doors), (console, "5006")]
    trusted = given["door-1"]["environment"]["HELPLINE_TRUSTED_PROXIES"]
    assert trusted == given["nginx"]["networks"]["inner"]["ipv4_address"]


def nginx_places() -> dict[str, dict[str, str]]:
    compose = {path.name: path.read_text() for path in (DEPLOY / "compose" / "nginx").iterdir()}
    kubernetes = next(each["data"] for each in documents() if each["metadata"]["name"] == "nginx-place")
    return {"compose": compose, "kubernetes": kubernetes}


@pytest.mark.parametrize("place", ["compose", "kubernetes"])
def test_nginx_takes_the_files_of_each_place(place):
    try:
        program = nginx_program()
    except StartError as missing:
        pytest.skip(str(missing))
    folder = Path(tempfile.mkdtemp(prefix="hl-nginx-"))
    shutil.copytree(DEPLOY / "nginx", folder / "conf")
    (folder / "run").mkdir()
    (folder / "conf" / "place").mkdir()
    write_certificate(folder / "tls.crt", folder / "tls.key", ["chat.example.org"])
    for name, content in nginx_places()[place].items():
        # The certificate and the names of the other pods are there only where the place is.
        content = re.sub(r"(ssl_certificate) \S+;", rf"\1 {folder}/tls.crt;", content)
        content = re.sub(r"(ssl_certificate_key) \S+;", rf"\1 {folder}/tls.key;", content)
        content = re.sub(r"server (?:door|console):", "server 127.0.0.1:", content)
        (folder / "conf" / "place" / name).write_text(content)
    command = [program, "-t", "-p", str(folder), "-c", "conf/nginx.conf"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=30)
    shutil.rmtree(folder)
    assert ended.returncode == 0, ended.stderr


def schemas() -> Path:
    """The folder of schemas of the newest Kubernetes that the package knows."""
    found = importlib.util.find_spec("kubernetes_validate")
    if found is None or found.origin is None:
        pytest.skip("kubernetes-validate is not installed; 'make setup-dev' does")
    folders = (Path(found.origin).parent / "kubernetes-json-schema").glob("v*-local-strict")
    return max(folders, key=lambda path: [int(part) for part in re.findall(r"\d+", path.name)])


def validator(path: Path) -> jsonschema.Draft202012Validator:
    """Return what checks by a schema, and by the definitions beside it that it refers to; nothing is fetched."""
    schema, definitions = (json.loads(each.read_text()) for each in (path, path.parent / "_definitions.json"))
    store = {"https://kubernetes.io/api/_definitions.json": definitions}
    resolver = jsonschema.RefResolver(schema["$id"], schema, store=store)
    return jsonschema.Draft202012Validator(schema, resolver=resolver)


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.name)
def test_each_manifest_fits_the_schema_of_its_kind(path):
    folder = schemas()
    for each in yaml.safe_load_all(path.read_text()):
        group, _, version = each["apiVersion"].rpartition("/")
        name = "-".join(filter(None, (each["kind"].lower(), group.split(".")[0], version)))
        validator(folder / f"{name}.json").validate(each)


def test_a_manifest_with_a_wrong_key_does_not_fit():
    folder = schemas()
    (deployment,) = [
        each for each in documents() if each["kind"] == "Deployment" and each["metadata"]["name"] == "actions"
    ]
    deployment["spec"]["template"]["spec"]["containers"][0]["readyProbe"] = {}
    with pytest.raises(jsonschema.ValidationError):
        validator(folder / "deployment-apps-v1.json").validate(deployment)


@pytest.mark.parametrize("name", pods())
def test_each_pod_is_closed_and_watched(name):
    pod = pods()[name]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False
    for container in pod["containers"]:
        closed = container["securityContext"]
        assert closed["readOnlyRootFilesystem"] is True
        assert closed["allowPrivilegeEscalation"] is False
        assert closed["capabilities"] == {"drop": ["ALL"]}
        assert container["resources"]["limits"]["memory"]
        assert container["resources"]["requests"]["cpu"]
        if not name.startswith(("Job/", "CronJob/")):
            assert container["readinessProbe"]
            assert container["livenessProbe"]
        given = [each["name"] for each in container.get("env", [])]
        assert [each for each in given if not is_setting(each)] == []
        for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
            command = container.get(probe, {}).get("exec", {}).get("command", [])
            if "helpline.processes.health" in command:
                assert command[-1] in PARTS


def test_the_settings_of_the_manifests_are_settings():
    (settings,) = [each for each in documents() if each["kind"] == "ConfigMap" and each["metadata"]["name"] == OURS]
    assert [name for name in settings["data"] if not is_setting(name)] == []


def commands() -> list[list[str]]:
    return [
        *(service["command"] for service in services().values() if "command" in service),
        *(container["command"] for pod in pods().values() for container in pod["containers"] if "command" in container),
    ]


@pytest.mark.parametrize("command", [each for each in commands() if each[:2] == ["python", "-m"]], ids=" ".join)
def test_the_module_that_a_container_runs_is_there(command):
    assert importlib.util.find_spec(command[2]) is not None


def test_what_there_are_several_of_is_never_taken_away_at_once_and_grows():
    kinds = {}
    for each in documents():
        kinds.setdefault(each["kind"], {})[each["metadata"]["name"]] = each
    several = {"nginx", "door", "engine", "actions"}
    assert set(kinds["PodDisruptionBudget"]) == several
    for name, budget in kinds["PodDisruptionBudget"].items():
        assert budget["spec"]["selector"]["matchLabels"]["part"] == name
    for name, scaler in kinds["HorizontalPodAutoscaler"].items():
        assert scaler["spec"]["minReplicas"] >= 2
        target = scaler["spec"]["scaleTargetRef"]
        assert "replicas" not in kinds[target["kind"]][name]["spec"]
    assert set(kinds["HorizontalPodAutoscaler"]) >= {"door", "engine"}


def test_nobody_talks_to_anybody_who_is_not_named():
    policies = {each["metadata"]["name"]: each["spec"] for each in documents() if each["kind"] == "NetworkPolicy"}
    assert policies["nothing"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    parts = {name.split("/")[1] for name in pods()}
    assert parts <= set(policies)
    into_store = {name for name, spec in policies.items() if {"port": 5432} in [
        port for rule in spec.get("egress", []) for port in rule.get("ports", [])]}  # fmt: skip
    # The front door faces the world, and holds no way into the store.
    assert into_store == {"engine", "actions", "delivery", "console", "migrate", "backup"}
