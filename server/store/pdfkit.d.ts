/** The little that is used of pdfkit, which has no types of its own. */
declare module "pdfkit" {
  import type { Readable } from "node:stream";

  interface TextOptions {
    readonly width?: number;
    readonly height?: number;
    readonly ellipsis?: boolean;
    readonly lineBreak?: boolean;
    readonly lineGap?: number;
  }
  interface Page {
    readonly width: number;
    readonly height: number;
  }
  interface Document extends Readable {
    readonly page: Page;
    y: number;
    font(name: string, size: number): Document;
    text(text: string, x: number, y: number, options?: TextOptions): Document;
    heightOfString(text: string, options?: TextOptions): number;
    moveTo(x: number, y: number): Document;
    lineTo(x: number, y: number): Document;
    lineWidth(width: number): Document;
    stroke(): Document;
    strokeColor(colour: string): Document;
    fillColor(colour: string): Document;
    fill(): Document;
    rect(x: number, y: number, width: number, height: number): Document;
    polygon(...points: readonly (readonly [number, number])[]): Document;
    image(bytes: Buffer, x: number, y: number, options: { width: number; height: number }): Document;
    widthOfString(text: string): number;
    addPage(): Document;
    bufferedPageRange(): { readonly start: number; readonly count: number };
    switchToPage(page: number): Document;
    end(): void;
  }
  const PDFDocument: new (options: {
    readonly size: string;
    readonly layout: "landscape" | "portrait";
    readonly margin: number;
    /** Pages can be turned back to, for what is known at the end only. */
    readonly bufferPages?: boolean;
    readonly info: Readonly<Record<string, string | Date>>;
  }) => Document;

  // biome-ignore lint/style/noDefaultExport: the package has no other export
  export default PDFDocument;
}
