/** A shift report for paper and for table programs: a page that prints well, and comma-separated values. */
import { renderSVG } from "uqr";
import { NO_PICTURE, type PaperPicture, type ShiftPaper } from "../domain/shift_paper.ts";
import { paperOf, type SheetPart, shiftTitle, type ToldShift } from "../domain/shift_sheet.ts";
import { HONEST_LABEL } from "../domain/view.ts";

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function html(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => ESCAPES[sign] ?? sign);
}

const STYLE = `
  body { font: 11pt/1.35 system-ui, sans-serif; color: #000; background: #fff; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }
  h1 { font-size: 18pt; margin: 0; } h2 { font-size: 13pt; margin: 1.4em 0 0.3em; border-bottom: 2px solid; }
  table { border-collapse: collapse; width: 100%; } p { margin: 0.3em 0; overflow-wrap: anywhere; white-space: pre-line; }
  td, th { border-bottom: 1px solid #999; padding: 0.25em 0.8em 0.25em 0; text-align: left; vertical-align: top; overflow-wrap: break-word; }
  .pairs td { overflow-wrap: anywhere; }
  .lines { display: flex; gap: 3rem; margin-top: 4rem; } .lines span { flex: 1; border-top: 1px solid; }
  figure { margin: 0.8em 0; max-width: 26rem; break-inside: avoid; } figure div { position: relative; }
  figure img { display: block; width: 100%; } figure svg { position: absolute; inset: 0; width: 100%; height: 100%; }
  figure svg * { fill: none; stroke-width: 2; vector-effect: non-scaling-stroke; }
  .stop { stroke: #b00000; } .warn, .dwell { stroke: #9a6a00; } .beneath { stroke: #fff; stroke-width: 4 !important; } .person { stroke: #000; }
  figcaption { font-size: 9pt; } .code svg { width: 34mm; height: 34mm; }
  @page { margin: 15mm 15mm 18mm; @bottom-left { content: "LABEL"; font: 8pt system-ui, sans-serif; } @bottom-right { content: "Page " counter(page) " of " counter(pages); font: 8pt system-ui, sans-serif; } }
  @media print { body { margin: 0; max-width: none; } h2, thead { break-after: avoid; } tr { break-inside: avoid; } thead { display: table-header-group; } }
`;

/** The picture as it was taken, and what was seen in it as lines over it. */
function figure(kept: PaperPicture | undefined, caption: string): string {
  if (kept === undefined) return `<p>${html(`${caption}. ${NO_PICTURE}`)}</p>`;
  const { jpeg, picture } = kept;
  const zones = picture.zones.map(
    ({ kind, polygon }) =>
      `<polygon class="${kind}" points="${polygon.map(([x, y]) => `${x},${y}`).join(" ")}"/>`,
  );
  const boxes = picture.boxes.flatMap(({ box }) =>
    ["beneath", "person"].map(
      (look) =>
        `<rect class="${look}" x="${box.x0}" y="${box.y0}" width="${box.x1 - box.x0}" height="${box.y1 - box.y0}"/>`,
    ),
  );
  const data = Buffer.from(jpeg).toString("base64");
  return `<figure><div><img alt="${html(caption)}" src="data:image/jpeg;base64,${data}">
<svg viewBox="0 0 1 1" preserveAspectRatio="none">${[...zones, ...boxes].join("")}</svg></div>
<figcaption>${html(caption)}</figcaption></figure>`;
}

function section(
  { title, columns, rows, notes, pictures = [] }: SheetPart,
  kept: ShiftPaper["pictures"],
): string {
  const head = columns.map((column) => `<th>${html(column)}</th>`).join("");
  const cells = (row: readonly string[]) =>
    row
      .map((cell, i) =>
        columns.length === 0 && i === 0 ? `<th>${html(cell)}</th>` : `<td>${html(cell)}</td>`,
      )
      .join("");
  const body = rows.map((row) => `<tr>${cells(row)}</tr>`).join("\n");
  return [
    `<section><h2>${html(title)}</h2>`,
    ...notes.map((note) => `<p>${html(note)}</p>`),
    ...(rows.length === 0
      ? []
      : [
          `<table${head === "" ? ' class="pairs">' : `><thead><tr>${head}</tr></thead>`}<tbody>${body}</tbody></table>`,
        ]),
    ...pictures.map(({ id, caption }) => figure(kept.get(id), caption)),
    "</section>",
  ].join("\n");
}

/** A whole page without a script, so that it prints everywhere. */
export function shiftPage({ title, site, parts, anchor, toSign, pictures }: ShiftPaper): string {
  const code =
    anchor === undefined
      ? ""
      : `<div class="code">${renderSVG(anchor, { ecc: "M", border: 4 })}<p>${html(anchor)}</p></div>`;
  const pen = toSign ? '<div class="lines"><span>Name</span><span>Signature, date</span></div>' : "";
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${html(title)}</title><style>${STYLE.replace("LABEL", HONEST_LABEL)}</style></head>
<body><h1>${html(title)}</h1><p>${html(site)}</p>
${parts.map((part) => section(part, pictures)).join("\n")}
${code}${pen}<p>${html(HONEST_LABEL)}</p></body></html>
`;
}

/** A table program would run what begins like a formula. */
function cell(text: string): string {
  const plain = /^[=+\-@\t\r]/.test(text) && text !== "–" ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

/** Part after part, each with its title before every row (RFC 4180). */
export function shiftTable(told: ToldShift, site: string): string {
  const rows = paperOf(told).flatMap(({ title, columns, rows: lines, notes }) => [
    ...(columns.length === 0 ? [] : [[title, ...columns]]),
    ...lines.map((line) => [title, ...line]),
    ...notes.map((note) => [title, note]),
  ]);
  const head = [
    [shiftTitle(told.report), site],
    ["", HONEST_LABEL],
  ];
  return [...head, ...rows].map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}
