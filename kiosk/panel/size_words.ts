/** What is said where a panel's size and theme are chosen. */
import { t } from "../say.ts";

export const SIZE = {
  title: t("Size of the panel"),
  what: t("How large the buttons of this panel are, and whether it is read by day or in the dark."),
  open: t("Set its size"),
  size: t("How large is this panel?"),
  sizeHow: t("Choose its diagonal in inches, or measure."),
  inches: (inches: number) => t("{inches, number}″", { inches }),
  inchesName: (inches: number) => t("{inches, number} inches", { inches }),
  bar: t("The bar is 50 mm long"),
  barHow: t("Hold a ruler to the bar and drag its end, or use − and +, until it is 50 mm long."),
  length: t("Length of the bar"),
  pixels: (pixels: number) => t("{pixels, number} pixels", { pixels }),
  shorter: t("Make the bar shorter"),
  longer: t("Make the bar longer"),
  would: (width: number, height: number) =>
    t("Its picture would be {width, number} mm wide and {height, number} mm high.", { width, height }),
  is: (width: number, height: number) =>
    t("Its picture is {width, number} mm wide and {height, number} mm high.", { width, height }),
  use: t("Use this size"),
  used: t("This panel has its size"),
  notKept: t("This browser keeps nothing: the size is asked again when the page is loaded anew"),
  notKeptHow: t(
    "Allow it to keep data of this page, or add ?mm= and the pixels of a millimetre to its address",
  ),
  theme: t("How is it read?"),
  themeHow: t("By itself the panel follows the system that it runs on."),
  themes: { system: t("By itself"), day: t("By day"), dim: t("In the dark") },
} as const;
