/** A shift that runs, for whoever needs one and does not ask which. */
import { wallMs } from "../../server/base/clock.ts";
import { type Shift, shiftAt } from "../../server/domain/shift.ts";
import { DEFAULT_SHIFTS } from "../../server/domain/shift_config.ts";

export const anyShift = (): Shift => shiftAt(DEFAULT_SHIFTS, "UTC", wallMs());
