import assert from "node:assert/strict";
import { test } from "node:test";
import { speak, t } from "../../../kiosk/say.ts";

test("a text is said in the screen's language, with its values and plural rules", () => {
  const cameras = "{count, plural, one {# camera} other {# cameras}}";
  assert.equal(t(cameras, { count: 1 }), "1 camera");
  speak("pl", {
    [cameras]: "{count, plural, one {# kamera} few {# kamery} many {# kamer} other {# kamery}}",
  });
  assert.deepEqual(
    [1, 3, 5].map((count) => t(cameras, { count })),
    ["1 kamera", "3 kamery", "5 kamer"],
  );
  assert.equal(t("Live"), "Live", "what has no translation is said in English");
  speak("en", {});
});
