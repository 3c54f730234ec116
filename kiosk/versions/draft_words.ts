/** Every text about the draft of a configuration. */
import { t } from "../say.ts";

export const DRAFT = {
  title: t("Draft"),
  notInForce: t("not in force"),
  count: (count: number) =>
    t("{count, plural, =0 {It changes nothing yet} one {It changes # thing} other {It changes # things}}", {
      count,
    }),
  basedOn: (version: number) => t("It began from version {version}.", { version }),
  changes: t("What publishing it changes"),
  nothing: t("Nothing: it says the same as what is in force"),
  gone: t("There is no draft any more: it was published or thrown away."),
  publish: t("Publish"),
  discard: t("Throw away"),
  askPublish: t("Publish the draft?"),
  publishHow: t("Everything it says comes into force at once, as one new version."),
  drops: t("Every output drops, watching restarts, and a reset is needed."),
  askDiscard: t("Throw the draft away?"),
  discardHow: t("What is in force stays as it is. The draft cannot be brought back."),
  publishing: t("Publishing"),
  published: t("The draft is in force"),
  discarded: t("The draft is thrown away"),
  waiting: t("Asking the box"),
} as const;
