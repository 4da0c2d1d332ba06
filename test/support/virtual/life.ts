/** A process that can be killed: what it awaits never comes, and what it has started elsewhere continues without it. */
export type Life = {
  readonly isOver: () => boolean;
  readonly end: () => void;
  /** Resolves when it is killed. */
  readonly ended: Promise<void>;
};

/** What a killed process waits for. A promise shared by all would keep everything that waits for it in memory. */
export const forever = (): Promise<never> => new Promise(() => undefined);

export function newLife(): Life {
  let over = false;
  const { promise, resolve } = Promise.withResolvers<void>();
  return {
    isOver: () => over,
    end() {
      over = true;
      resolve();
    },
    ended: promise,
  };
}
