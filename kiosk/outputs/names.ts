/** The box names boards and outputs by their place in its settings; people know them by name. Pure. */
import type { View } from "../../server/domain/view.ts";
import type { FieldError } from "../call.ts";

/** "is already used by outputs[0]" becomes "is already used by Run permit"; the view has them in the same order. */
export function named(
  errors: readonly FieldError[],
  view: Pick<View, "boards" | "outputs"> | undefined,
): readonly FieldError[] {
  const nameAt = (section: string, index: number): string | undefined =>
    section === "boards" ? view?.boards[index]?.id : view?.outputs[index]?.name;
  return errors.map((error) => ({
    ...error,
    message: error.message.replace(
      /\b(boards|outputs)\[(\d+)\]/g,
      (whole, section: string, index: string) => nameAt(section, Number(index)) ?? whole,
    ),
  }));
}
