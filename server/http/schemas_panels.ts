/** The bodies of the routes about panels; the rest is in schemas.ts. */
import { z } from "zod";
import { PANEL_LAYOUTS, PANEL_SHOWS, PANEL_THEMES } from "../domain/panel.ts";
import type { ListedPanel } from "../panels.ts";
import { count, maybe, number, text } from "./shapes.ts";

const Panel: z.ZodType<ListedPanel> = z.object({
  id: text,
  name: maybe(text.meta({ description: "Given by a person: it is expected" })),
  online: z.boolean(),
  shows: maybe(z.enum(PANEL_SHOWS)),
  page: maybe(text),
  version: maybe(text.meta({ description: "Of the program that its page came from" })),
  origin: maybe(text.meta({ description: "The address it asks from" })),
  settings: maybe(
    z
      .object({
        language: text,
        theme: z.enum(PANEL_THEMES),
        layout: z.enum(PANEL_LAYOUTS),
        pxPerMm: maybe(number),
      })
      .meta({ description: "What was chosen at the panel" }),
  ),
  heardMs: maybe(count.meta({ description: "How long ago it was heard" })),
});

/** By the name under which the document has them. */
export const panelSchemas = { Panel } as const;
