/** The first question about a new board: of which kind it is. */
import { BOARD_DRIVERS, type BoardDriver, boardKind } from "../../server/domain/board.ts";
import { heard } from "../heard.ts";
import { Head } from "../parts/Head.tsx";
import { toHome } from "./OutputPage.tsx";
import { newBoard, place } from "./place.ts";
import { ADD_BOARD } from "./words.ts";

/** What is plugged in can be found; for the rest an address is entered. */
function go(driver: BoardDriver): void {
  const { address } = boardKind(driver);
  if (address === "usb-port") place.value = { kind: "find", what: "hid", driver };
  else if (address === "serial-device") place.value = { kind: "find", what: "serial", driver };
  else newBoard(driver);
}

export function AddBoard() {
  return (
    <div class="setup">
      <Head title={ADD_BOARD.title} onBack={toHome} />
      <ul class="rows" aria-label={ADD_BOARD.title}>
        {BOARD_DRIVERS.map((driver) => {
          const kind = boardKind(driver);
          return (
            <li key={driver}>
              <button type="button" class="row" aria-label={heard(kind.title)} onClick={() => go(driver)}>
                <span class="who">
                  <b>{heard(kind.title)}</b>
                  <small>
                    {kind.simulated === true ? ADD_BOARD.nothingConnected : ADD_BOARD.carries(kind)}
                  </small>
                </span>
              </button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
