/** How many pixels of this panel are a millimetre. Browsers do not know it: CSS `mm` is 3.78 px everywhere. */

/** Pixels per millimetre of usual panels: 10.1", 10.1" and 15.6". Rotated they are the same. */
const PANELS: Readonly<Record<string, number>> = {
  "1280x800": 5.88,
  "1024x600": 4.63,
  "1920x1080": 5.56,
};

/** Width of a 10.1 inch panel in millimetres: what an unknown one is taken for. */
const USUAL_WIDTH_MM = 217;
const MM_PER_INCH = 25.4;

/** No panel is coarser or finer. */
export const PX_PER_MM = { least: 2, most: 12 } as const;

export function isPxPerMm(value: unknown): value is number {
  return typeof value === "number" && value >= PX_PER_MM.least && value <= PX_PER_MM.most;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * Pixels per millimetre, 2..12.
 * @param options.kept what somebody has measured on this panel
 * @param options.query the page's `?mm=`, for a panel that keeps nothing; ignored outside 2..12
 */
export function pxPerMm(
  options: Size & { readonly kept?: number | undefined; readonly query?: string | null },
): number {
  if (isPxPerMm(options.kept)) return options.kept;
  const asked = Number(options.query);
  if (isPxPerMm(asked)) return asked;
  const long = Math.max(options.width, options.height);
  const short = Math.min(options.width, options.height);
  return PANELS[`${long}x${short}`] ?? within(long / USUAL_WIDTH_MM);
}

/** Pixels per millimetre of a panel whose diagonal is known. */
export function pxPerMmOf({ width, height }: Size, inches: number): number {
  return within(Math.hypot(width, height) / (inches * MM_PER_INCH));
}

function within(value: number): number {
  return Math.min(PX_PER_MM.most, Math.max(PX_PER_MM.least, value));
}
