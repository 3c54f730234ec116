/** What a panel on the network shows first: who, then the PIN. Nothing of the box is asked for before. */
import { render } from "preact";
import { HONEST_LABEL } from "../../server/domain/view.ts";
import { heard } from "../heard.ts";
import { startTouches } from "../panel/touches.ts";
import { PinPad } from "../parts/PinPad.tsx";
import { mm, portrait, small, viewport } from "../state.ts";
import { signIn } from "./session.ts";
import { FAR } from "./words.ts";
import "../style.css";
import "../style/far.css";

function SignIn() {
  return (
    <div
      class={`frame signIn ${portrait.value ? "portrait" : "landscape"} ${small.value ? "small-panel" : ""}`}
      style={{ "--mm": `${mm.value}px` }}
    >
      <main class="page">
        <div class="gate">
          <PinPad
            title={FAR.who}
            confirm={(entry) => (
              <button
                type="button"
                class="primary"
                disabled={!entry.ready}
                onClick={() =>
                  entry.submit(async ({ name }, pin) => {
                    const outcome = await signIn(name, pin);
                    if (outcome.kind === "ok") location.reload();
                    return outcome;
                  })
                }
              >
                {FAR.signIn}
              </button>
            )}
          >
            <p>{FAR.why}</p>
          </PinPad>
        </div>
      </main>
      <footer class="foot">{heard(HONEST_LABEL)}</footer>
    </div>
  );
}

addEventListener("resize", () => {
  viewport.value = { width: innerWidth, height: innerHeight };
});
startTouches();
const root = document.getElementById("app");
if (root !== null) render(<SignIn />, root);
