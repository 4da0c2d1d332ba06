import progress from 'cli-progress';

/** One line of a terminal that tells how far something is. */
export type ProgressLine = {
  /** `share`: 0 to 1; null: nobody knows how much it is. */
  show(share: number | null, text: string): void;
  /** Takes the line away; it comes back with the next `show`. */
  clear(): void;
};

type Payload = { readonly text: string; readonly known: boolean };

/** null: nothing is drawn, as there is no terminal. */
export function progressLine(stream: NodeJS.WritableStream | null, label: string): ProgressLine {
  if (stream === null) return { show: () => undefined, clear: () => undefined };
  const bar = new progress.SingleBar({
    stream,
    hideCursor: true,
    clearOnComplete: true,
    barsize: 20,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    format: (options, { progress: share }, { text, known }: Payload) => {
      const drawn = known
        ? [`${progress.Format.BarFormat(share, options)} ${String(Math.floor(share * 100)).padStart(3)}%`]
        : [];
      return [label, ...drawn, text].join('  ');
    },
  });
  let drawn = false;
  return {
    show(share, text) {
      const payload: Payload = { text, known: share !== null };
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
