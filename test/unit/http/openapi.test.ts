/** The document describes the routes there are, no more and no fewer. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { HONEST_LABEL } from "../../../server/domain/view.ts";
import { schemas } from "../../../server/http/schemas.ts";
import { fakeRoutes } from "./fake.ts";

interface Operation {
  readonly summary?: string;
  readonly responses: Record<string, unknown>;
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly security?: unknown;
}
interface Document {
  readonly openapi: string;
  readonly info: { readonly description: string };
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, unknown> };
}

async function load(): Promise<{ document: Document; text: string; routes: ReturnType<typeof fakeRoutes> }> {
  const routes = fakeRoutes();
  const response = await routes.get("/openapi.json");
  const text = await response.text();
  return { document: JSON.parse(text) as Document, text, routes };
}

test("every route is documented with its method, and every documented one exists", async () => {
  const { document, routes } = await load();
  using _ = routes;
  // ALL are the middlewares and the kiosk's files.
  const there = routes.routes.routes
    .filter(({ method }) => method !== "ALL")
    .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, "{$1}")}`);
  const told = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  assert.deepEqual(told.toSorted(), [...new Set(there)].toSorted());
});

test("the routes that need a session are the ones that the document says", async () => {
  const { document, routes } = await load();
  using _ = routes;
  for (const [path, methods] of Object.entries(document.paths)) {
    // Views and pictures never end, and the status of a fake box has nothing to tell.
    if (methods.get === undefined || /view|live|tiles|status|readyz|session/.test(path)) continue;
    const { status } = await routes.get(path);
    assert.equal(status === 401, methods.get.security !== undefined, path);
  }
});

test("it is OpenAPI 3.1, every reference in it leads somewhere, and it carries the honest label", async () => {
  const { document, text, routes } = await load();
  using _ = routes;
  assert.match(document.openapi, /^3\.1\./);
  assert.ok(document.info.description.includes(HONEST_LABEL));
  const references = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref]) => ref ?? "");
  assert.ok(references.length > 50, `${references.length} references`);
  for (const reference of references) {
    const found = reference
      .replace(/^#\//, "")
      .split("/")
      .reduce<unknown>((place, part) => (place as Record<string, unknown> | undefined)?.[part], document);
    assert.notEqual(found, undefined, reference);
  }
  assert.deepEqual(Object.keys(document.components.schemas).toSorted(), Object.keys(schemas).toSorted());
});

test("every operation has a summary, its path's parameters, and a shape for its errors", async () => {
  const { document, routes } = await load();
  using _ = routes;
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const operation of Object.values(methods)) {
      assert.ok((operation.summary ?? "").length > 5, path);
      const wanted = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const has = (operation.parameters ?? []).filter((one) => one.in === "path").map(({ name }) => name);
      assert.deepEqual(has, wanted, path);
      assert.ok("default" in operation.responses, path);
    }
  }
});
