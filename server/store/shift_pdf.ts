/** A shift report as a PDF: its parts, the pictures of its stops with their lines, and the anchor as a code. */
import PDFDocument from "pdfkit";
import { encode } from "uqr";
import { printable } from "../base/pdf_text.ts";
import { NO_PICTURE, type PaperPicture, type ShiftPaper } from "../domain/shift_paper.ts";
import type { SheetPart } from "../domain/shift_sheet.ts";
import { HONEST_LABEL } from "../domain/view.ts";

type Pages = InstanceType<typeof PDFDocument>;

const MARGIN = 42;
/** The label and the number of the page stand in it. */
const FOOT = 26;
const SIZE = 8.5;
const GAP = 8;
const PICTURE_WIDTH = 240;
const CODE_SIZE = 96;
/** A person is a dashed box, a zone an unbroken line: a paper may be printed without colours. */
const LINES = { stop: "#b00000", warn: "#9a6a00", dwell: "#9a6a00", person: "#000000" } as const;

class Paper {
  readonly pages: Pages;
  #y = MARGIN;

  constructor(title: string) {
    this.pages = new PDFDocument({
      ...{ size: "A4", layout: "portrait", margin: MARGIN, bufferPages: true },
      info: { Title: printable(title), Producer: "Palisade" },
    });
  }

  get #width(): number {
    return this.pages.page.width - 2 * MARGIN;
  }

  get #bottom(): number {
    return this.pages.page.height - MARGIN - FOOT;
  }

  #font(bold: boolean, size = SIZE): Pages {
    return this.pages.font(bold ? "Helvetica-Bold" : "Helvetica", size).fillColor("#000000");
  }

  /** Room for something of this height, on the next page where this one has none. @returns whether it turned */
  #room(height: number): boolean {
    if (this.#y + height <= this.#bottom) return false;
    this.pages.addPage();
    this.#y = MARGIN;
    return true;
  }

  text(text: string, { bold = false, size = SIZE, width = this.#width } = {}): void {
    const shown = printable(text);
    const height = Math.min(this.#font(bold, size).heightOfString(shown, { width }), this.#bottom - MARGIN);
    this.#room(height);
    this.#font(bold, size).text(shown, MARGIN, this.#y, { width, height: height + 1, ellipsis: true });
    this.#y += height + 3;
  }

  part({ title, columns, rows, notes, pictures = [] }: SheetPart, kept: ShiftPaper["pictures"]): void {
    this.#y += GAP;
    // A title never stands alone at the end of a page.
    this.#room(60);
    this.text(title, { bold: true, size: 11 });
    this.#rule();
    for (const note of notes) this.text(note);
    if (rows.length > 0) this.#table(columns, rows);
    for (const { id, caption } of pictures) this.#picture(kept.get(id), caption);
  }

  #rule(): void {
    this.pages
      .lineWidth(0.7)
      .strokeColor("#000000")
      .moveTo(MARGIN, this.#y - 2)
      .lineTo(MARGIN + this.#width, this.#y - 2)
      .stroke();
    this.#y += 2;
  }

  /** Every column has its longest word, and of what is left as much as it has text. */
  #widths(columns: readonly string[], rows: readonly (readonly string[])[]): readonly number[] {
    const all = columns.length === 0 ? rows : [columns, ...rows];
    const count = Math.max(...all.map((row) => row.length));
    const wants = Array.from({ length: count }, (_, i) => {
      const cells = all.map((row) => printable(row[i] ?? ""));
      const wide = (text: string): number => this.#font(true).widthOfString(text) + GAP;
      return {
        least: Math.min(
          this.#width / count,
          Math.max(...cells.flatMap((text) => text.split(/\s/).map(wide))),
        ),
        most: Math.max(...cells.flatMap((text) => text.split("\n").map(wide))),
      };
    });
    const left = this.#width - wants.reduce((sum, { least }) => sum + least, 0);
    const asked = wants.reduce((sum, { least, most }) => sum + most - least, 0);
    const share = asked === 0 ? 0 : Math.min(1, left / asked);
    return wants.map(({ least, most }) => least + (most - least) * share);
  }

  #table(columns: readonly string[], rows: readonly (readonly string[])[]): void {
    const widths = this.#widths(columns, rows);
    if (columns.length > 0) this.#row(columns, widths, () => true);
    for (const row of rows) {
      const bold = (i: number): boolean => columns.length === 0 && i === 0;
      if (this.#room(this.#height(row, widths)) && columns.length > 0) this.#row(columns, widths, () => true);
      this.#row(row, widths, bold);
    }
  }

  #height(cells: readonly string[], widths: readonly number[]): number {
    const heights = cells.map((cell, i) =>
      this.#font(true).heightOfString(printable(cell) || " ", { width: (widths[i] ?? 0) - GAP }),
    );
    return Math.min(Math.max(...heights), this.#bottom - MARGIN - 3 * SIZE);
  }

  #row(cells: readonly string[], widths: readonly number[], bold: (column: number) => boolean): void {
    const height = this.#height(cells, widths);
    let x = MARGIN;
    cells.forEach((cell, i) => {
      const width = (widths[i] ?? 0) - GAP;
      this.#font(bold(i)).text(printable(cell), x, this.#y, { width, height: height + 1, ellipsis: true });
      x += widths[i] ?? 0;
    });
    this.#y += height + 2;
    this.pages
      .lineWidth(0.3)
      .strokeColor("#999999")
      .moveTo(MARGIN, this.#y)
      .lineTo(MARGIN + this.#width, this.#y)
      .stroke();
    this.#y += 3;
  }

  #picture(kept: PaperPicture | undefined, caption: string): void {
    if (kept === undefined) {
      this.text(`${caption}. ${NO_PICTURE}`);
      return;
    }
    const { picture, jpeg } = kept;
    const width = PICTURE_WIDTH;
    const height = (width * picture.size.height) / picture.size.width;
    this.#room(height + 3 * SIZE);
    const [x, y] = [MARGIN, this.#y];
    this.pages.image(Buffer.from(jpeg), x, y, { width, height });
    for (const { kind, polygon } of picture.zones)
      this.pages
        .lineWidth(1.2)
        .strokeColor(LINES[kind])
        .polygon(...polygon.map(([px, py]) => [x + px * width, y + py * height] as const))
        .stroke();
    for (const { box } of picture.boxes) {
      const [left, top] = [x + box.x0 * width, y + box.y0 * height];
      const [wide, high] = [(box.x1 - box.x0) * width, (box.y1 - box.y0) * height];
      // White beneath, so that it shows on dark and on light.
      this.pages.lineWidth(2.4).strokeColor("#ffffff").rect(left, top, wide, high).stroke();
      this.pages.lineWidth(1).strokeColor(LINES.person).rect(left, top, wide, high).stroke();
    }
    this.#y += height + 3;
    this.text(caption, { size: 7.5 });
  }

  /** The anchor as squares, with the white around it that readers need. */
  code(anchor: string): void {
    const { size, data } = encode(anchor, { ecc: "M", border: 4 });
    this.#room(CODE_SIZE);
    const unit = CODE_SIZE / size;
    this.pages.fillColor("#000000");
    data.forEach((row, i) => {
      row.forEach((dark, j) => {
        if (dark) this.pages.rect(MARGIN + j * unit, this.#y + i * unit, unit, unit);
      });
    });
    this.pages.fill();
    this.#y += CODE_SIZE + 4;
  }

  /** Lines for a pen. */
  sign(): void {
    this.#y += 4 * SIZE;
    this.#room(6 * SIZE);
    const half = this.#width / 2;
    for (const [i, label] of ["Name", "Signature, date"].entries()) {
      const x = MARGIN + i * half;
      this.pages
        .lineWidth(0.7)
        .strokeColor("#000000")
        .moveTo(x, this.#y)
        .lineTo(x + half - 20, this.#y)
        .stroke();
      this.#font(false).text(label, x, this.#y + 3, { width: half - 20, lineBreak: false });
    }
    this.#y += 3 * SIZE;
  }

  /** Every page says what it is no substitute for, and how many there are. */
  end(): void {
    const { start, count } = this.pages.bufferedPageRange();
    for (let i = 0; i < count; i++) {
      this.pages.switchToPage(start + i);
      const y = this.pages.page.height - MARGIN - 10;
      this.#font(false, 7.5).text(HONEST_LABEL, MARGIN, y, { lineBreak: false });
      const number = `Page ${i + 1} of ${count}`;
      const x = MARGIN + this.#width - this.#font(false, 7.5).widthOfString(number);
      this.pages.text(number, x, y, { lineBreak: false });
    }
    this.pages.end();
  }
}

/** The whole file. */
export async function shiftPdf(told: ShiftPaper): Promise<Uint8Array> {
  const paper = new Paper(told.title);
  paper.text(told.title, { bold: true, size: 15 });
  paper.text(told.site, { size: 10 });
  for (const part of told.parts) paper.part(part, told.pictures);
  if (told.anchor !== undefined) paper.code(told.anchor);
  if (told.toSign) paper.sign();
  const parts: Uint8Array[] = [];
  const read = (async () => {
    for await (const part of paper.pages) parts.push(part as Uint8Array);
  })();
  paper.end();
  await read;
  return Buffer.concat(parts);
}
