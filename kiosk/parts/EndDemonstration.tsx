/** The end of the demonstration, asked in the page's place: an alarm is seen and Request stop reached meanwhile. */
import { endDemonstration } from "../actions.ts";
import { asking } from "../state.ts";
import { DEMO } from "../words.ts";
import { Dialog } from "./Dialog.tsx";
import "../style/setup.css";

function close(): void {
  asking.value = undefined;
}

export function EndDemonstration() {
  return (
    <Dialog name={DEMO.ask} look="gate question" onCancel={close}>
      <h2>{DEMO.ask}</h2>
      <p>{DEMO.what}</p>
      <div class="decide">
        <button type="button" onClick={close}>
          {DEMO.no}
        </button>
        <button type="button" class="primary" onClick={() => void endDemonstration()}>
          {DEMO.yes}
        </button>
      </div>
    </Dialog>
  );
}
