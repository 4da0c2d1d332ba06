import cliProgress from 'cli-progress';
import { percentText } from '../terminal/format.ts';

/** One line of a terminal that shows progress. */
export type ProgressLine = {
  /** `progress`: 0 to 1; null: unknown. `texts`: the same text at decreasing lengths; the longest that fits is shown. */
  show(progress: number | null, texts: readonly string[]): void;
  /** Removes the line; the next `show` brings it back. */
  clear(): void;
};

type Payload = { readonly texts: readonly string[]; readonly known: boolean };

const BAR = 20;
const SHORT_BAR = 10;

/** `stream` null: nothing is drawn, as there is no terminal. */
export function progressLine(stream: NodeJS.WritableStream | null, label: string): ProgressLine {
  if (stream === null) return { show: () => undefined, clear: () => undefined };
  const bar = new cliProgress.SingleBar({
    stream,
    hideCursor: true,
    clearOnComplete: true,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    format: (options, { progress: done, maxWidth }, { texts, known }: Payload) => {
      // Rounded down: a full bar means that everything is done.
      const drawn = (barsize: number) =>
        cliProgress.Format.BarFormat(Math.floor(done * barsize) / barsize, { ...options, barsize });
      return fitting({ label, texts, progress: known ? done : null, bar: drawn }, maxWidth);
    },
  });
  let drawn = false;
  return {
    show(progress, texts) {
      const payload: Payload = { texts, known: progress !== null };
      if (drawn) bar.update(progress ?? 0, payload);
      else bar.start(1, progress ?? 0, payload);
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
  readonly progress: number | null;
  readonly bar: (size: number) => string;
};

/** The longest line that fits. The bar is shortened before the text, and dropped after the shortest text did not fit. */
function fitting({ label, texts, progress, bar }: Parts, width: number): string {
  const percent = progress === null ? '' : percentText(progress);
  const line = (size: number, text: string): string => {
    const drawn = size === 0 ? percent : `${bar(size)} ${percent.padStart(4)}`;
    return [label, ...(progress === null ? [] : [drawn]), text].join('  ');
  };
  const sizes = texts.flatMap((text) => [line(BAR, text), line(SHORT_BAR, text)]);
  const lines = [...sizes, ...texts.map((text) => line(0, text))];
  const fits = lines.find(({ length }) => length <= width);
  return fits ?? (lines.at(-1) ?? label).slice(0, width);
}
