/** The trail as pages for people: what was asked for and whether the chain holds at the top, then a line for each row. */
import PDFDocument from "pdfkit";
import { printable } from "../base/pdf_text.ts";
import { reasonWords } from "../domain/reason_code.ts";
import { type AuditRow, canonicalJson } from "./chain.ts";

export interface PdfTerms {
  readonly title: string;
  /** Lines under the title. */
  readonly about: readonly string[];
  readonly timezone: string;
}

type Pages = InstanceType<typeof PDFDocument>;

const MARGIN = 36;
const SIZE = 7;
/** What a row tells of a value: a configuration is no reading matter, the JSON Lines have it whole. */
const VALUE_MAX = 300;
const COLUMNS = [
  { name: "Row", width: 40 },
  { name: "Time", width: 88 },
  { name: "Who", width: 92 },
  { name: "What", width: 118 },
  { name: "Of what", width: 92 },
  { name: "Details", width: 258 },
  { name: "Hash", width: 70 },
] as const;

function short(value: AuditRow["after"]): string {
  const text = canonicalJson(value);
  return text.length <= VALUE_MAX ? text : `${text.slice(0, VALUE_MAX)}...`;
}

function cells(row: AuditRow, time: Intl.DateTimeFormat): readonly string[] {
  const details = [
    row.result === "ok" ? undefined : row.result.toUpperCase(),
    row.reasonCode === undefined || row.reasonCode === row.reason ? undefined : reasonWords(row.reasonCode),
    row.reason === null ? undefined : reasonWords(row.reason),
    row.before === null ? undefined : `before ${short(row.before)}`,
    row.after === null ? undefined : `after ${short(row.after)}`,
  ];
  return [
    String(row.seq),
    time.format(Date.parse(row.wallAt)),
    [row.actor, row.role].filter(Boolean).join(", "),
    row.action,
    [row.objectType, row.objectId].filter(Boolean).join(" "),
    details.filter((detail) => detail !== undefined).join("; "),
    row.hash.slice(0, 16),
  ].map(printable);
}

/** Ends the stream when every row is told; the caller reads it meanwhile. */
export class PdfTrail {
  readonly pages: Pages;
  readonly #time: Intl.DateTimeFormat;
  #y = MARGIN;

  constructor({ title, about, timezone }: PdfTerms) {
    this.pages = new PDFDocument({
      size: "A4",
      layout: "landscape",
      margin: MARGIN,
      info: { Title: title, Producer: "Palisade" },
    });
    this.#time = new Intl.DateTimeFormat("sv-SE", {
      timeZone: timezone,
      dateStyle: "short",
      timeStyle: "medium",
    });
    this.#line(title, 13, true);
    for (const text of about) this.#line(text, 8, false);
    this.#heading();
  }

  row(row: AuditRow): void {
    const texts = cells(row, this.#time);
    const heights = texts.map((text, i) =>
      this.#font(false).heightOfString(text === "" ? " " : text, { width: width(i) }),
    );
    // A row of any length stands on one page; what does not fit there is in the JSON Lines.
    const height = Math.min(Math.max(...heights), this.#bottom - MARGIN - 2 * SIZE);
    if (this.#y + height > this.#bottom) this.#turn();
    let x = MARGIN;
    texts.forEach((text, i) => {
      this.#font(false).text(text, x, this.#y, { width: width(i), height, ellipsis: true });
      x += COLUMNS[i]?.width ?? 0;
    });
    this.#y += height + 2;
  }

  end(lines: readonly string[]): void {
    this.#y += SIZE;
    for (const text of lines) this.#line(text, 8, true);
    this.pages.end();
  }

  get #bottom(): number {
    return this.pages.page.height - MARGIN;
  }

  #font(bold: boolean, size = SIZE): Pages {
    return this.pages.font(bold ? "Helvetica-Bold" : "Helvetica", size);
  }

  #line(text: string, size: number, bold: boolean): void {
    const options = { width: this.pages.page.width - 2 * MARGIN };
    const shown = printable(text);
    const height = this.#font(bold, size).heightOfString(shown, options);
    if (this.#y + height > this.#bottom) this.#turn();
    this.#font(bold, size).text(shown, MARGIN, this.#y, options);
    this.#y += height + 2;
  }

  #heading(): void {
    let x = MARGIN;
    this.#y += 4;
    for (const column of COLUMNS) {
      this.#font(true).text(column.name, x, this.#y, { lineBreak: false });
      x += column.width;
    }
    this.#y += SIZE + 4;
    this.pages
      .lineWidth(0.5)
      .moveTo(MARGIN, this.#y - 2)
      .lineTo(x, this.#y - 2)
      .stroke();
  }

  #turn(): void {
    this.pages.addPage();
    this.#y = MARGIN;
    this.#heading();
  }
}

const width = (column: number): number => (COLUMNS[column]?.width ?? 0) - 4;
