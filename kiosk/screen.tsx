/** What the screen draws: starts the clocks and the connections, and the frame around the pages. */
import { render } from "preact";
import type { View } from "../server/domain/view.ts";
import { startFirstStart } from "./first/place.ts";
import { startIdle } from "./idle.ts";
import { startLink } from "./link.ts";
import { Alarms } from "./pages/Alarms.tsx";
import { Live } from "./pages/Live.tsx";
import { Maintenance } from "./pages/Maintenance.tsx";
import { startBeats } from "./panel/beat.ts";
import { Cleaning } from "./panel/Cleaning.tsx";
import { startRenewing } from "./panel/renew.ts";
import { dimmed, shift } from "./panel/still.ts";
import { startTouches } from "./panel/touches.ts";
import { Bar } from "./parts/Bar.tsx";
import { Bypasses } from "./parts/Bypasses.tsx";
import { asksForPin, ResetWithPin } from "./parts/Dialogs.tsx";
import { Foot } from "./parts/Foot.tsx";
import { later } from "./parts/Later.tsx";
import { Lost } from "./parts/Lost.tsx";
import { Notice } from "./parts/Notice.tsx";
import { Top } from "./parts/Top.tsx";
import { ProveAgain } from "./people/ProveAgain.tsx";
import { proving } from "./people/prove.ts";
import { startSound } from "./sound.ts";
import { asking, connected, mm, page, portrait, small, view, viewport } from "./state.ts";
import { type Asking, askingWhy } from "./why/why.ts";
import "./style.css";

const PAGES = { live: Live, alarms: Alarms, maintenance: Maintenance } as const;

const Shift = later(async () => (await import("./shift/Shift.tsx")).Shift);
const Panel = later(async () => (await import("./panel/Panel.tsx")).Panel);
const AskWhy = later<{ readonly asking: Asking }>(async () => (await import("./why/AskWhy.tsx")).AskWhy);
const EndDemonstration = later(async () => (await import("./parts/EndDemonstration.tsx")).EndDemonstration);
const Bypass = later(async () => (await import("./bypass/Bypass.tsx")).Bypass);

/** The page, or what is asked in its place. */
function Here(props: { readonly view: View }) {
  const Page = PAGES[page.value];
  if (asksForPin(props.view)) return <ResetWithPin possible={props.view.reset.possible} />;
  if (asking.value === "end-demonstration" && props.view.demonstration) return <EndDemonstration />;
  if (asking.value === "shift") return <Shift />;
  if (asking.value === "bypass") return <Bypass view={props.view} />;
  if (asking.value === "panel") return <Panel view={props.view} />;
  return (
    <>
      {/* Only hidden while something is asked in its place: what was begun goes on. */}
      <div class="under" hidden={proving.value !== undefined || askingWhy.value !== undefined}>
        <Page view={props.view} />
      </div>
      {proving.value !== undefined && <ProveAgain proving={proving.value} />}
      {proving.value === undefined && askingWhy.value !== undefined && <AskWhy asking={askingWhy.value} />}
    </>
  );
}

/** While the link is lost nothing is drawn but that: what is not there cannot be taken for the truth. */
function App() {
  const turned = portrait.value ? "portrait" : "landscape";
  return (
    <div
      class={`frame ${turned} ${small.value ? "small-panel" : ""}`}
      style={{ "--mm": `${mm.value}px`, translate: shift.value }}
    >
      {view.value !== undefined && connected.value && (
        <>
          <header class="upper">
            <Top view={view.value} />
            <Bypasses bypasses={view.value.bypasses} />
          </header>
          <main class="page">
            <Here view={view.value} />
            <Notice />
          </main>
          <Bar view={view.value} />
          <Foot view={view.value} />
          <Cleaning />
          {dimmed.value && <div class="dimmed" />}
        </>
      )}
      <Lost />
    </div>
  );
}

addEventListener("resize", () => {
  viewport.value = { width: innerWidth, height: innerHeight };
});
// A long press must stay a press: no menu, no selection but in a text that is being written, no drag of anything.
for (const kind of ["contextmenu", "dragstart", "selectstart"])
  addEventListener(kind, (event) => {
    const writes = kind === "selectstart" && event.target instanceof HTMLInputElement;
    if (!writes) event.preventDefault();
  });

startTouches();
startLink();
startSound();
startIdle();
startFirstStart();
startBeats();
startRenewing();
const root = document.getElementById("app");
if (root !== null) render(<App />, root);
