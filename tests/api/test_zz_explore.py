"""exploration"""
import asyncio, json, socket, sys, time, collections
from pathlib import Path
import pytest, schemathesis, hypothesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from whole_app import whole_app
from freehold.foundation.http_server import HttpServer
from freehold.api.schema import document
import schemathesis.checks as C

async def test_x(postgres, open_folder, monkeypatch):
    folder = open_folder/"fz"; folder.mkdir()
    async with whole_app(postgres, folder, monkeypatch) as whole:
        admin = await whole.client("Ada", "admin")
        key = admin.headers["authorization"]
        s = socket.create_server(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{s.getsockname()[1]}"
        server = HttpServer(whole.app, drain_seconds=1)
        t = asyncio.ensure_future(server.serve_on(s))
        try:
            found = await asyncio.to_thread(fuzz, url, key, document(whole.app))
        finally:
            server.stop(); await t
    for k, v in sorted(found.items()): print(len(v), k, "|", v[0][:1500])
    assert 0

def fuzz(url, key, doc):
    found = collections.defaultdict(list)
    schema = schemathesis.openapi.from_dict(doc)
    t0=time.time(); n=0
    for result in schema.get_all_operations():
        op = result.ok()
        for mode in GenerationMode:
            for auth in ({"authorization": key}, {}):
                count=0
                def probe(case):
                    nonlocal count; count+=1
                    try:
                        r = case.call(base_url=url, headers=auth or {"authorization":""})
                    except Exception as e:
                        found[(op.label, mode.name, bool(auth), "call", type(e).__name__)].append(repr(e)); return
                    for check in (C.not_a_server_error, C.content_type_conformance, C.response_schema_conformance, C.status_code_conformance):
                        try:
                            case.validate_response(r, checks=(check,))
                        except BaseException as e:
                            found[(op.label, mode.name, bool(auth), r.status_code, check.__name__)].append(f"{e!r} {getattr(e,'exceptions',None)!r} {r.request.method} {r.request.url} {r.request.body!r} -> {r.text[:300]}")
                f = given(case=op.as_strategy(generation_mode=mode))(probe)
                f = settings(max_examples=8, deadline=None, database=None, derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck))(f)
                try:
                    f()
                except BaseException as e:
                    found[(op.label, mode.name, bool(auth), "gen", type(e).__name__)].append(repr(e)[:300])
                n+=count
    print("examples", n, "seconds", time.time()-t0)
    return found
