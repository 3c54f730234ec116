/** How many pixels of this panel are a millimetre. Browsers do not know it: CSS `mm` is 3.78 px everywhere. */

/** Pixels per millimetre of usual panels: 10.1", 10.1" and 15.6". Rotated they are the same. */
const PANELS: Readonly<Record<string, number>> = {
  "1280x800": 5.88,
  "1024x600": 4.63,
  "1920x1080": 5.56,
};

/** Width of a 10.1 inch panel in millimetres: what an unknown one is taken for. */
const USUAL_WIDTH_MM = 217;

/**
 * Pixels per millimetre, 2..12.
 * @param options.query the page's `?mm=`, which an installer sets after measuring; ignored outside 2..12
 */
export function pxPerMm(options: {
  readonly width: number;
  readonly height: number;
  readonly query?: string | null;
}): number {
  const asked = Number(options.query);
  if (asked >= 2 && asked <= 12) return asked;
  const long = Math.max(options.width, options.height);
  const short = Math.min(options.width, options.height);
  return PANELS[`${long}x${short}`] ?? Math.min(12, Math.max(2, long / USUAL_WIDTH_MM));
}
