import schemathesis
from tests.test_schemathesis import _fuzz
def test_it(app, platform, subtests):
    schema = schemathesis.openapi.from_wsgi("/openapi.json", app)
    for r in schema.get_all_operations():
        op = r.ok()
        if op.path.startswith("/v1/webhooks"):
            with subtests.test(op.label):
                _fuzz(op, platform.token)
