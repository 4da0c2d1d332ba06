/** A process that can be killed: what it awaits never comes, and what it has begun elsewhere goes on without it. */
export type Life = {
  readonly isOver: () => boolean;
  readonly end: () => void;
  /** Resolves when it was killed. */
  readonly ended: Promise<void>;
};

/** What a killed process waits for. One promise for all would keep alive whatever was waiting for it. */
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
