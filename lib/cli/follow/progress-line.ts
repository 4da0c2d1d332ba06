import progress from 'cli-progress';
import { percentText } from '../terminal/format.ts';

/** One line of a terminal that tells how far something is. */
export type ProgressLine = {
  /** `share`: 0 to 1; null: nobody knows how much it is. `texts`: the same, ever shorter; the longest that fits is shown. */
  show(share: number | null, texts: readonly string[]): void;
  /** Takes the line away; it comes back with the next `show`. */
  clear(): void;
};

type Payload = { readonly texts: readonly string[]; readonly known: boolean };

const BAR = 20;
const SHORT_BAR = 10;

/** null: nothing is drawn, as there is no terminal. */
export function progressLine(stream: NodeJS.WritableStream | null, label: string): ProgressLine {
  if (stream === null) return { show: () => undefined, clear: () => undefined };
  const bar = new progress.SingleBar({
    stream,
    hideCursor: true,
    clearOnComplete: true,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    format: (options, { progress: share, maxWidth }, { texts, known }: Payload) => {
      // Not rounded up: a full bar says that all is done.
      const drawn = (barsize: number) =>
        progress.Format.BarFormat(Math.floor(share * barsize) / barsize, { ...options, barsize });
      return fitting({ label, texts, share: known ? share : null, bar: drawn }, maxWidth);
    },
  });
  let drawn = false;
  return {
    show(share, texts) {
      const payload: Payload = { texts, known: share !== null };
      if (drawn) bar.update(share ?? 0, payload);
      else bar.start(1, share ?? 0, payload);
      drawn = true;
    },
    clear() {
      if (drawn) bar.stop();
      drawn = false;
    },
  };
}

type Parts = {
  readonly label: string;
  readonly texts: readonly string[];
  readonly share: number | null;
  readonly bar: (size: number) => string;
};

/** The bar is shortened before a text is, and given up after all of them. */
function fitting({ label, texts, share, bar }: Parts, width: number): string {
  const percent = share === null ? '' : percentText(share);
  const line = (size: number, text: string): string => {
    const drawn = size === 0 ? percent : `${bar(size)} ${percent.padStart(4)}`;
    return [label, ...(share === null ? [] : [drawn]), text].join('  ');
  };
  const sizes = texts.flatMap((text) => [line(BAR, text), line(SHORT_BAR, text)]);
  const lines = [...sizes, ...texts.map((text) => line(0, text))];
  const fits = lines.find(({ length }) => length <= width);
  return fits ?? (lines.at(-1) ?? label).slice(0, width);
}
