/** The one text that is being written, over the whole page: outlives a lost link, never a session. */
import { effect, signal } from "@preact/signals";
import { session } from "../state.ts";

export interface Writing {
  readonly label: string;
  readonly text: string;
  readonly secret: boolean;
  readonly maxLength: number;
  readonly error?: string;
  readonly onDone: (text: string) => void;
}
export const writing = signal<Writing | undefined>(undefined);

effect(() => {
  if (session.value === undefined) writing.value = undefined;
});
