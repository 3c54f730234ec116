/** The panels that a page has to be right on, and what is measured there: sizes in real millimetres, and a small picture. */
import type { Page } from "playwright-core";

/** Pixels per millimetre as a panel of that diagonal has them. */
export const PROFILES = [
  { name: "compact", width: 1024, height: 600, mm: 4.63 },
  { name: "standard", width: 1280, height: 800, mm: 5.88 },
  { name: "wide", width: 1920, height: 1080, mm: 5.56 },
  { name: "portrait", width: 800, height: 1280, mm: 5.88 },
  { name: "seven-inch", width: 1024, height: 600, mm: 6.68 },
] as const;
/** The narrowest, as a panel beside a door hangs: too many more seconds for every run of the tests. */
export const UPRIGHT = { name: "seven-inch-upright", width: 600, height: 1024, mm: 6.68 } as const;
export type Profile = (typeof PROFILES)[number] | typeof UPRIGHT;
export interface PanelSize {
  readonly width: number;
  readonly height: number;
  readonly mm: number;
}
export type Theme = "day" | "dim";

/** Makes this page a panel of that kind, with what is open on it kept. */
export async function become(page: Page, { width, height, mm }: PanelSize, theme: Theme): Promise<void> {
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme: theme === "day" ? "light" : "dark" });
  await page.evaluate(async (size) => {
    // Somebody is there: a panel that nobody touches goes back to the overview.
    dispatchEvent(new Event("pointerdown"));
    // The page reads its address anew with every change of its size.
    history.replaceState(null, "", `/?mm=${size}`);
    dispatchEvent(new Event("resize"));
    const drawn = () => new Promise((done) => requestAnimationFrame(done));
    const is = () => document.querySelector<HTMLElement>(".frame")?.style.getPropertyValue("--mm");
    for (let frames = 0; is() !== `${size}px` && frames < 300; frames++) await drawn();
    await drawn();
    await drawn();
  }, mm);
}

/** Millimetres: what is pressed at once or with gloves, everything else, and the keys of the keyboard for texts. */
const LEAST = { primary: 20, other: 15, letter: 10 } as const;
const PRIMARY =
  ".commands button, .keys button, .hold, .alarm .side button:first-child:not(.less), .alarmDeeds .primary";

/** One sentence for every control that is smaller than a finger needs. */
export async function tooSmall(page: Page, mm: number): Promise<readonly string[]> {
  const rules = { mm, least: LEAST, primary: PRIMARY };
  return await page.evaluate(({ mm, least, primary }) => {
    const SLACK_MM = 0.1; // browsers round to pixels
    const lowest = document.querySelector(".foot")?.getBoundingClientRect().top ?? innerHeight;
    const controls = [...document.querySelectorAll("button, input, a[href], select, [role=slider]")];
    return controls.flatMap((one) => {
      if (!one.checkVisibility({ visibilityProperty: true })) return [];
      const needs = one.matches(primary) ? least.primary : one.matches(".key") ? least.letter : least.other;
      const { width, height } = one.getBoundingClientRect();
      const is = Math.min(width, height) / mm;
      const name = one.getAttribute("aria-label") ?? one.textContent ?? "";
      // Lists go on below their edge; keys never do.
      if (one.matches(".key, .keys button") && one.getBoundingClientRect().bottom > lowest + 1)
        return [`"${name.trim()}" lies over the foot`];
      if (is >= needs - SLACK_MM) return [];
      return [
        `"${name.trim()}" is ${(width / mm).toFixed(1)} x ${(height / mm).toFixed(1)} mm, not ${needs}`,
      ];
    });
  }, rules);
}

/** An eighth of the picture's width and height is kept. */
const SHRINK = 8;
/** They are compared once more so much smaller: letters of another machine melt into the same grey, a button does not. */
const MELT = 4;
/** Of 255, in any colour. A button's own grey is 24 from what it lies on. */
const OTHER_BY = 16;

export interface SmallPicture {
  readonly png: Buffer;
  /** The share of its fields that differ from the approved one; 1 where there is none or it has another size. */
  readonly differs: number;
}

/** A picture at an eighth of its size, held against the approved one. */
export async function shrink(page: Page, png: Buffer, approved: Buffer | undefined): Promise<SmallPicture> {
  const told = {
    ...{ shrink: SHRINK, melt: MELT, otherBy: OTHER_BY, now: png.toString("base64") },
    before: approved?.toString("base64") ?? null,
  };
  const { small, differs } = await page.evaluate(async ({ shrink, melt, otherBy, now, before }) => {
    const open = async (encoded: string): Promise<ImageBitmap> => {
      const bytes = Uint8Array.from(atob(encoded), (char) => char.charCodeAt(0));
      return await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    };
    const draw = (image: ImageBitmap, width: number, height: number) => {
      const canvas = new OffscreenCanvas(width, height);
      const pen = canvas.getContext("2d", { willReadFrequently: true });
      if (pen === null) throw new Error("Cannot draw: no canvas here");
      pen.imageSmoothingQuality = "high";
      pen.drawImage(image, 0, 0, width, height);
      return { canvas, data: pen.getImageData(0, 0, width, height).data };
    };
    const whole = await open(now);
    const width = Math.round(whole.width / shrink);
    const height = Math.round(whole.height / shrink);
    const { canvas } = draw(whole, width, height);
    const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: "image/png" })).arrayBuffer());
    let text = "";
    for (const byte of bytes) text += String.fromCharCode(byte);
    const answer = { small: btoa(text), differs: 1 };
    if (before === null) return answer;
    const then = await open(before);
    if (then.width !== width || then.height !== height) return answer;
    const across = Math.round(width / melt);
    const down = Math.round(height / melt);
    const { data } = draw(canvas.transferToImageBitmap(), across, down);
    const { data: other } = draw(then, across, down);
    let fields = 0;
    for (let i = 0; i < data.length; i += 4)
      if ([0, 1, 2].some((n) => Math.abs((data[i + n] ?? 0) - (other[i + n] ?? 0)) > otherBy)) fields += 1;
    return { ...answer, differs: fields / (across * down) };
  }, told);
  return { png: Buffer.from(small, "base64"), differs };
}

/** The same picture at half its width and height. */
export async function half(page: Page, png: Buffer): Promise<Buffer> {
  const text = await page.evaluate(async (encoded) => {
    const bytes = Uint8Array.from(atob(encoded), (char) => char.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const canvas = document.createElement("canvas");
    canvas.width = image.width / 2;
    canvas.height = image.height / 2;
    const pen = canvas.getContext("2d");
    if (pen === null) throw new Error("Cannot draw: no canvas here");
    pen.imageSmoothingQuality = "high";
    pen.drawImage(image, 0, 0, canvas.width, canvas.height);
    return canvas.toDataURL("image/png").split(",")[1] ?? "";
  }, png.toString("base64"));
  return Buffer.from(text, "base64");
}
