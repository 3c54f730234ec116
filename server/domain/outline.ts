/** What an outline of a zone must be, for the box that takes it and for the screen on which it is drawn. */
import { isSimple, type Polygon, polygonArea } from "./geometry.ts";

export const CORNERS = { least: 3, most: 16 } as const;
/** Share of the picture. */
export const MIN_ZONE_AREA = 0.005;

export type OutlineFault = "few" | "many" | "outside" | "crossing" | "small";

/** What is wrong with it, the first of all; undefined where nothing is. */
export function outlineFault(points: Polygon): OutlineFault | undefined {
  if (points.length < CORNERS.least) return "few";
  if (points.length > CORNERS.most) return "many";
  if (!points.flat().every((coordinate) => coordinate >= 0 && coordinate <= 1)) return "outside";
  if (!isSimple(points)) return "crossing";
  return polygonArea(points) < MIN_ZONE_AREA ? "small" : undefined;
}
